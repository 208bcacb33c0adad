"""The gate before an extension (Verlängerung): money, plan, co-determination, draft, both signatures, original, in this order.

Facts may be entered in any order, since they happened; the gate tells what they mean. Six lamps show it, each with a word, and the
first one that is not lit says who must act next and until when. Lit lamps mean that the steps were taken, never that a contract holds in
law.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from kim_staffing.rules.coverage import LEVEL_WORDS, OPENING, Cover
from kim_staffing.rules.finding import Finding, Weight, Word
from kim_staffing.rules.fixed_term import Link, extension_findings
from kim_staffing.rules.reminders import due_on
from kim_staffing.rules.working_days import WorkingDays


class LampState(StrEnum):
    DONE = "done"
    OPEN = "open"  # not yet
    LOOK = "look"  # done, with something to look at
    STOP = "stop"  # red: must be settled first


@dataclass(frozen=True, slots=True)
class Lamp:
    """One of the six: `name` is money, plan, council, draft, signatures or original; `finding` is its sentence."""

    name: str
    state: LampState
    finding: Finding

    @property
    def lit(self) -> bool:
        return self.state in {LampState.DONE, LampState.LOOK}


@dataclass(frozen=True, slots=True)
class Hearing:
    """What the staff council was asked and answered (Beteiligung). `money_told` is the level of the assurance that it was told."""

    body: str
    sent_on: date
    ground_told: str
    money_told: str
    answer: str | None = None  # agreed | refused
    answered_on: date | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """The drafted extension with its three dates."""

    drafted_on: date
    starts_on: date
    ends_on: date
    share: Decimal
    ground: str
    employer_signed_on: date | None = None
    employee_signed_on: date | None = None
    original_received_on: date | None = None
    original_received_by: str = ""


@dataclass(frozen=True, slots=True)
class GateFacts:
    """All there is to know about one contract that ends. `council`: the body of its employer, or "" where there is none."""

    old: Link
    cover: Cover
    post_ends_on: date | None
    plan_fits: bool
    council: str
    has_post: bool = True
    hearings: Sequence[Hearing] = ()
    draft: Draft | None = None


@dataclass(frozen=True, slots=True)
class NextStep:
    """What is to be done next, by whom, until when (a working day)."""

    what: Word
    who: Word
    until: date


LAMPS = ("money", "plan", "council", "draft", "signatures", "original")
LAMP_WORDS = {
    "money": "Geld",
    "plan": "Plan",
    "council": "Mitbestimmung",
    "draft": "Entwurf",
    "signatures": "beide Unterschriften",
    "original": "Original",
}
COUNCIL_WORDS = {"personalrat": "Personalrat", "mav": "Mitarbeitervertretung (MAV)", "betriebsrat": "Betriebsrat"}


def lamps(facts: GateFacts) -> tuple[Lamp, ...]:
    """The six lamps, in the order of the gate."""
    return (_money(facts), _plan(facts), _council(facts), _draft(facts), _signatures(facts), _original(facts))


def is_complete(row: Sequence[Lamp]) -> bool:
    return all(lamp.lit for lamp in row)


def next_step(facts: GateFacts, row: Sequence[Lamp], calendar: WorkingDays) -> NextStep | None:
    """What the first lamp that is not lit asks for; None when all six are."""
    lamp = next((lamp for lamp in row if not lamp.lit), None)
    if lamp is None:
        return None
    what, who, kind = {
        "money": (Word("Zusage eintragen"), Word("Leitung"), "council"),
        "plan": (Word("Stellenplan klären"), Word("Leitung"), "council"),
        "council": _council_step(facts),
        "draft": (Word("Entwurf anlegen"), Word("Personalstelle"), "draft"),
        "signatures": _signature_step(facts),
        "original": (Word("Original zurückholen"), Word("Personalstelle"), "original"),
    }[lamp.name]
    return NextStep(what, who, due_on(kind, facts.old.ends_on, calendar))


def _money(facts: GateFacts) -> Lamp:
    cover = facts.cover
    if not cover.carries:
        # What has only been announced is still awaited; what does not suffice must be settled.
        state = LampState.STOP if cover.finding.code == "fte_used_up" else LampState.OPEN
        return Lamp("money", state, cover.finding)
    period_to = cover.assurance.period_to if cover.assurance else None
    if facts.draft and period_to and facts.draft.ends_on > period_to:
        words = "Zusage bis {until}, Entwurf bis {ends_on}: länger als das Geld"
        params = {"until": period_to, "ends_on": facts.draft.ends_on}
        return Lamp("money", LampState.LOOK, Finding("longer_than_money", words, Weight.ATTENTION, params))
    return Lamp("money", LampState.DONE, cover.finding)


def _plan(facts: GateFacts) -> Lamp:
    if not facts.has_post:
        return Lamp("plan", LampState.STOP, Finding("no_post", "keiner Stelle zugeordnet", Weight.ATTENTION))
    if facts.post_ends_on is not None and facts.post_ends_on <= facts.old.ends_on:
        words = "Stelle endet am {day}"
        return Lamp("plan", LampState.STOP, Finding("post_ends", words, Weight.ATTENTION, {"day": facts.post_ends_on}))
    if not facts.plan_fits:
        return Lamp("plan", LampState.STOP, Finding("post_taken", "Stelle ist danach anders besetzt", Weight.ATTENTION))
    return Lamp("plan", LampState.DONE, Finding("post_goes_on", "Stelle läuft weiter"))


def _council(facts: GateFacts) -> Lamp:
    """Consent is needed before the signature, for exactly the ground and the money that were told (BAG 7 AZR 707/00)."""
    if not facts.council:
        return Lamp("council", LampState.DONE, Finding("no_council", "keine Beteiligung vorgesehen"))
    if not facts.hearings:
        return Lamp("council", LampState.OPEN, Finding("not_asked", "noch nicht gefragt"))
    hearing = max(facts.hearings, key=lambda one: (one.sent_on, one.answered_on or one.sent_on))
    if hearing.answer is None:
        return Lamp("council", LampState.OPEN, Finding("asked", "gefragt am {day}, Antwort offen", params={"day": hearing.sent_on}))
    params: dict[str, object] = {"day": hearing.answered_on, "reason": hearing.reason}
    if hearing.answer == "refused":
        return Lamp("council", LampState.STOP, Finding("refused", "abgelehnt am {day}: „{reason}“", Weight.ATTENTION, params))
    ground = facts.draft.ground if facts.draft else facts.old.ground
    if hearing.ground_told != ground:
        words = "Zustimmung vom {day} gilt einem anderen Grund: neu beteiligen"
        return Lamp("council", LampState.STOP, Finding("other_ground", words, Weight.ATTENTION, params))
    if hearing.money_told not in OPENING:
        told = Word(LEVEL_WORDS.get(hearing.money_told, "keine Zusage"))
        words = "Zustimmung vom {day} gilt dem Geld „{told}“: neu beteiligen"
        return Lamp("council", LampState.STOP, Finding("other_money", words, Weight.ATTENTION, {**params, "told": told}))
    return Lamp("council", LampState.DONE, Finding("agreed", "Zustimmung vom {day} für den genannten Grund", params=params))


def _draft(facts: GateFacts) -> Lamp:
    draft = facts.draft
    if draft is None:
        return Lamp("draft", LampState.OPEN, Finding("no_draft", "noch kein Entwurf"))
    changed = extension_findings(facts.old, Link(draft.starts_on, draft.ends_on, draft.share, draft.ground))
    if changed:
        return Lamp("draft", LampState.LOOK, changed[0])
    words = "Entwurf vom {day}, bis {ends_on}"
    return Lamp("draft", LampState.DONE, Finding("drafted", words, params={"day": draft.drafted_on, "ends_on": draft.ends_on}))


def _signatures(facts: GateFacts) -> Lamp:
    draft = facts.draft
    if draft is None or (draft.employer_signed_on is None and draft.employee_signed_on is None):
        return Lamp("signatures", LampState.OPEN, Finding("none_signed", "noch keine Unterschrift"))
    late = max(day for day in (draft.employer_signed_on, draft.employee_signed_on) if day is not None)
    if late > facts.old.ends_on:
        words = "unterschrieben am {day}, nach dem Ende {end}: Personalrecht fragen"
        return Lamp("signatures", LampState.STOP, Finding("signed_late", words, Weight.ASK, {"day": late, "end": facts.old.ends_on}))
    if draft.employer_signed_on is not None and _before_consent(facts, draft.employer_signed_on):
        words = "am {day} vor der Zustimmung unterschrieben: Personalrecht fragen"
        return Lamp("signatures", LampState.STOP, Finding("before_consent", words, Weight.ASK, {"day": draft.employer_signed_on}))
    if draft.employer_signed_on is None:
        words = "Arbeitgeber fehlt; Beschäftigte_r am {day}"
        return Lamp("signatures", LampState.OPEN, Finding("employer_missing", words, Weight.ATTENTION, {"day": draft.employee_signed_on}))
    if draft.employee_signed_on is None:
        words = "Beschäftigte_r fehlt; Arbeitgeber am {day}"
        return Lamp("signatures", LampState.OPEN, Finding("employee_missing", words, Weight.ATTENTION, {"day": draft.employer_signed_on}))
    words = "Arbeitgeber {employer}, Beschäftigte_r {employee}"
    return Lamp(
        "signatures",
        LampState.DONE,
        Finding("both_signed", words, params={"employer": draft.employer_signed_on, "employee": draft.employee_signed_on}),
    )


def _before_consent(facts: GateFacts, signed_on: date) -> bool:
    if not facts.council:
        return False
    consents = [one.answered_on for one in facts.hearings if one.answer == "agreed" and one.answered_on is not None]
    return not consents or signed_on < min(consents)


def _original(facts: GateFacts) -> Lamp:
    draft = facts.draft
    if draft is None or draft.original_received_on is None:
        return Lamp("original", LampState.OPEN, Finding("not_back", "noch nicht zurück"))
    params: dict[str, object] = {"day": draft.original_received_on, "by": draft.original_received_by}
    if draft.original_received_on > facts.old.ends_on:
        words = "am {day} zurück, nach dem Ende: Personalrecht fragen"
        return Lamp("original", LampState.STOP, Finding("back_late", words, Weight.ASK, params))
    return Lamp("original", LampState.DONE, Finding("back", "am {day} zurück, angenommen von {by}", params=params))


def _council_step(facts: GateFacts) -> tuple[Word, Word, str]:
    body = Word(COUNCIL_WORDS.get(facts.council, ""))
    if facts.hearings and max(facts.hearings, key=lambda one: one.sent_on).answer is None:
        return Word("Antwort abwarten"), body, "draft"
    return Word("Beteiligung einleiten"), Word("Personalstelle"), "council"


def _signature_step(facts: GateFacts) -> tuple[Word, Word, str]:
    draft = facts.draft
    if draft is not None and draft.employer_signed_on is not None and _before_consent(facts, draft.employer_signed_on):
        return Word("nach der Zustimmung neu ausfertigen"), Word("Personalstelle"), "signatures"
    if draft is not None and draft.employer_signed_on is None and draft.employee_signed_on is not None:
        return Word("unterschreiben lassen"), Word("Arbeitgeber"), "signatures"
    if draft is not None and draft.employer_signed_on is not None:
        return Word("unterschreiben lassen"), Word("Beschäftigte_r"), "signatures"
    return Word("beide unterschreiben lassen"), Word("Arbeitgeber und Beschäftigte_r"), "signatures"
