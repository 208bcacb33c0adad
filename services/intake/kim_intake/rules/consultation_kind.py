"""Which kind of consultation it was: proposed by rule, decided by the person at the desk."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Final


@dataclass(frozen=True, slots=True)
class SignpostedTopic:
    """A topic whose questions are legal ones, so that the desk points to who may advise on them (Verweisberatung)."""

    topic: str
    valid_from: date
    valid_to: date | None = None


# Advising on an individual's legal position needs a permission (§§ 2(1), 3 RDG); of the topics of the desk that is residence.
SIGNPOSTED: Final = (SignpostedTopic("residence", date(2020, 1, 1)),)


def signposted_topics(day: date) -> frozenset[str]:
    return frozenset(entry.topic for entry in SIGNPOSTED if entry.valid_from <= day and (entry.valid_to is None or day <= entry.valid_to))


def proposed_kind(topics: Collection[str], day: date, *, earlier_consultations: int) -> str:
    """`signposting` when a legal question is among the topics, else `follow_up` for a person who was here before, else `first`."""
    if signposted_topics(day).intersection(topics):
        return "signposting"
    return "follow_up" if earlier_consultations else "first"
