"""When a release from confidentiality (Schweigepflichtentbindung) is needed, and whether it carries a disclosure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from kim_runtime.refusal import Refused

from kim_referral.rules.content import CATEGORY_LABELS, in_order

# What was confided, beyond who comes and how to reach them. A house whose counsel reads § 203 StGB more strictly adds to it here.
CONFIDED = frozenset({"topics", "note", "health"})
NOT_BOUND, NOT_NEEDED, RELEASED, MISSING = "not_bound", "not_needed", "released", "missing"


@dataclass(frozen=True, slots=True)
class ReleaseTerms:
    """Towards whom (organisation ids), on which subjects, from when to when. Naming nobody or nothing releases towards nobody."""

    recipients: frozenset[str]
    subjects: frozenset[str]
    given_on: date
    valid_to: date
    revoked_at: datetime | None = None

    def carries(self, recipient: str, day: date) -> bool:
        return self.revoked_at is None and self.given_on <= day <= self.valid_to and recipient in self.recipients


def objections_to_release(terms: ReleaseTerms, *, informed: bool, today: date) -> Iterator[Refused]:
    """Why these terms cannot be recorded; nothing when they can."""
    if not informed:
        yield Refused(
            "not_informed", "Bitte zuerst sagen, wovon entbunden wird und dass die Entbindung jederzeit widerrufen werden kann.", "informed"
        )
    if not terms.recipients:
        yield Refused("no_recipient", "Bitte mindestens eine Stelle nennen, der gegenüber entbunden wird.", "recipients")
    if not terms.subjects:
        yield Refused("no_subject", "Bitte mindestens einen Gegenstand nennen, über den gesprochen werden darf.", "subjects")
    if terms.given_on > today:
        yield Refused("given_in_future", "Eine Schweigepflichtentbindung kann nicht in der Zukunft gegeben sein.", "given_on")
    if terms.valid_to < terms.given_on:
        yield Refused("ends_before_start", "„Gültig bis“ liegt vor dem Tag der Schweigepflichtentbindung.", "valid_to")


def unreleased(releases: Iterable[ReleaseTerms], recipient: str, categories: Collection[str], day: date) -> tuple[str, ...]:
    """What was confided and would be told without a release, in the order of the form."""
    carried = frozenset[str]().union(*(one.subjects for one in releases if one.carries(recipient, day)))
    return in_order((CONFIDED & frozenset(categories)) - carried)


def released_until(releases: Iterable[ReleaseTerms], recipient: str, categories: Collection[str], day: date) -> date | None:
    """The last day on which all of it that was confided may still be told; None where nothing of it was, or some is not released."""
    carrying = [one for one in releases if one.carries(recipient, day)]
    of_each = [[one.valid_to for one in carrying if subject in one.subjects] for subject in CONFIDED & frozenset(categories)]
    return min(max(days) for days in of_each) if of_each and all(of_each) else None


def secrecy_of(*, bound: bool, categories: Collection[str], missing: Collection[str]) -> str:
    """How a referral stands towards § 203 StGB, in one word."""
    if not bound:
        return NOT_BOUND
    if not CONFIDED & frozenset(categories):
        return NOT_NEEDED
    return MISSING if missing else RELEASED


def objection_to_telling(missing: Collection[str], recipient_name: str) -> Refused | None:
    """Why somebody bound to secrecy (§ 203(1) Nr. 6 StGB) may not tell this; None when nothing is missing."""
    if not missing:
        return None
    return Refused(
        "release_missing",
        "Schweigepflichtentbindung fehlt gegenüber {recipient} für: {subjects}. "
        "Bitte eine aufnehmen, oder diese Angaben weglassen; Name und Termin gehen mit der Einwilligung allein.",
        "consent_id",
        recipient=recipient_name,
        subjects=", ".join(CATEGORY_LABELS[one] for one in in_order(missing)),
    )
