"""How long a referral may wait, who receives it how, and what its answers may say."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from kim_events.types.referral import REJECTION_REASONS

from kim_referral.rules.content import Content, categories_of, within

# Which services can receive a referral, the first found being the usual one.
RECEIVING_SERVICES = ("casework", "intake")
IMMIGRATION_OFFICE = "immigration_office"

SENT_STATES = ("offered", "waiting_list", "accepted", "rejected", "completed", "expired", "withdrawn")
RECEIVED_STATES = ("pending", "waiting_list", "accepted", "rejected", "completed", "withdrawn", "dropped")
CHANNELS = ("bus", "letter", "slip")
ANSWER_WAYS = ("bus", "telephone", "letter", "in_person")
WAITING = frozenset({"offered", "waiting_list"})

REJECTION_LABELS = {
    "no_capacity": "keine Kapazität",
    "not_responsible": "nicht zuständig",
    "person_not_reached": "Person nicht erreicht",
    "need_differs": "Bedarf anders",
    "other": "Sonstiges",
}
assert tuple(REJECTION_LABELS) == REJECTION_REASONS


@dataclass(frozen=True, slots=True)
class Periods:
    """How many days after sending: the answer is due, we remind, a letter expires, we ask whether the person arrived."""

    since: date
    answer: int
    remind: int
    expire: int
    ask_outcome: int


# Settings of the programme, not law: dated, so that a change does not reach back.
PERIODS = (Periods(date(2022, 1, 1), answer=14, remind=7, expire=14, ask_outcome=28),)


def periods_on(day: date) -> Periods:
    return max((periods for periods in PERIODS if periods.since <= day), key=lambda periods: periods.since)


def answer_by(offered_on: date) -> date:
    return offered_on + timedelta(days=periods_on(offered_on).answer)


def remind_on(offered_on: date) -> date:
    return offered_on + timedelta(days=periods_on(offered_on).remind)


def expires_on(offered_on: date) -> date:
    return offered_on + timedelta(days=periods_on(offered_on).expire)


def ask_outcome_on(offered_on: date) -> date:
    return offered_on + timedelta(days=periods_on(offered_on).ask_outcome)


# Words that often stand where somebody's health is told. A help for the eye, no more: what is missing here may still be health data.
HEALTH_HINTS = (
    "insulin", "diabet", "arzt", "ärzt", "krank", "diagnos", "medikament", "tablette", "therap", "schwanger", "depress", "trauma", "psych",
    "krebs", "operation", "behinder", "pflegegrad", "impf", "hiv", "epilep", "asthma", "schmerz", "drogen", "blutdruck",
)  # fmt: skip
_HINT = re.compile(r"\b(?!krankenkasse|krankenversicher)\w*(?:" + "|".join(HEALTH_HINTS) + r")\w*", re.IGNORECASE)


def health_hints(text: str) -> tuple[str, ...]:
    """Words of the text that sound like health. An empty answer does not mean that there is no health data in it."""
    return tuple(dict.fromkeys(_HINT.findall(text)))


def confirmation_word(name: str) -> str:
    """What must be typed before anything goes to an immigration office: the first word of its name."""
    return name.split()[0]


def confirmed(typed: str, name: str) -> bool:
    return typed.strip().casefold() in {name.casefold(), confirmation_word(name).casefold()}


@dataclass(frozen=True, slots=True)
class Kept:
    """What a receiver keeps of an offer: the content the consent covers, and the categories dropped because it does not."""

    content: Content
    dropped: frozenset[str]


def keep_consented(content: Content, categories: Collection[str], *, written: bool) -> Kept:
    """Cut an offer to what the consent covers, once more, on the receiving side (health only when given in writing)."""
    covered = frozenset(categories) - (frozenset() if written else {"health"})
    return Kept(within(content, covered), categories_of(content) - covered)
