"""Which contracts a funding assurance (Förderzusage) lets be extended, and for the others: why not.

An assurance carries from the written commitment (or the consent to an early start of the measure) upwards, for its employer, its period and
its full-time equivalents. Of several that fit, the highest and then the latest counts alone: a notice takes the place of the commitment
before it and does not add to it. Below that level only the employer's own named decision to carry the risk opens the gate.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from kim_staffing.rules.finding import Finding, Weight


class Level(StrEnum):
    """How firm the money is, in rising order."""

    ANNOUNCED = "announced"
    OWN_RISK = "own_risk"
    EARLY_START = "early_start"
    WRITTEN_COMMITMENT = "written_commitment"
    NOTICE = "notice"
    NOTICE_FINAL = "notice_final"


LEVELS = tuple(level.value for level in Level)
LEVEL_WORDS: dict[str, str] = {
    Level.ANNOUNCED: "angekündigt",
    Level.OWN_RISK: "eigenes Risiko des Arbeitgebers",
    Level.EARLY_START: "vorzeitiger Maßnahmebeginn erlaubt",
    Level.WRITTEN_COMMITMENT: "schriftliche Zusage",
    Level.NOTICE: "Bescheid",
    Level.NOTICE_FINAL: "Bescheid, bestandskräftig",
}
OPENING = frozenset(Level) - {Level.ANNOUNCED}


@dataclass(frozen=True, slots=True)
class Assurance:
    """What an assurance says. No period or no FTE: its document names none. No Baustein: it covers all of them."""

    id: str
    level: Level
    document: str
    dated: date
    employer: str
    period_from: date | None = None
    period_to: date | None = None
    covers_fte: Decimal | None = None
    baustein: int | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A contract that would go on from a day with a share. `begun`: its extension is drafted already, so its money comes first."""

    contract: str
    employer: str
    baustein: int
    share: Decimal
    goes_on_from: date
    begun: bool = False


@dataclass(frozen=True, slots=True)
class Cover:
    """What one contract's extension rests on. Not `carries`: `finding` says why not."""

    assurance: Assurance | None
    carries: bool
    finding: Finding


def cover(assurances: Iterable[Assurance], candidates: Sequence[Candidate]) -> dict[str, Cover]:
    """For each candidate (by contract id) the assurance it rests on. Candidates are served begun first, then in the order given."""
    assurances = list(assurances)
    left = {assurance.id: assurance.covers_fte for assurance in assurances}
    covers: dict[str, Cover] = {}
    for candidate in sorted(candidates, key=lambda one: not one.begun):
        covers[candidate.contract] = _cover_one(candidate, assurances, left)
    return covers


def longer_than_money(ends_on: date, paid_until: date | None) -> Finding | None:
    """What is to be said of a contract that ends after the grant of its post; nothing where no grant pays it yet."""
    if paid_until is None or ends_on <= paid_until:
        return None
    words = "Vertrag bis {end}, bewilligt bis {until}: länger als das Geld"
    return Finding("longer_than_money", words, Weight.ATTENTION, {"end": ends_on, "until": paid_until})


def _cover_one(candidate: Candidate, assurances: list[Assurance], left: dict[str, Decimal | None]) -> Cover:
    concerned = [one for one in assurances if one.employer == candidate.employer and one.baustein in (None, candidate.baustein)]
    if not concerned:
        return Cover(None, False, Finding("no_assurance", "noch nicht verlängerbar: keine Zusage", Weight.ATTENTION))
    firm = [one for one in concerned if one.level in OPENING]
    if not firm:
        latest = max(concerned, key=lambda one: one.dated)
        words = "noch nicht verlängerbar: Stufe angekündigt ({document}, {dated})"
        return Cover(
            latest, False, Finding("only_announced", words, Weight.ATTENTION, {"document": latest.document, "dated": latest.dated})
        )
    fitting = [one for one in firm if _holds(one, candidate.goes_on_from)]
    if not fitting:
        latest = max(firm, key=lambda one: one.dated)
        words = "noch nicht verlängerbar: {document} gilt nicht ab {day}"
        return Cover(
            latest, False, Finding("other_period", words, Weight.ATTENTION, {"document": latest.document, "day": candidate.goes_on_from})
        )
    best = max(fitting, key=lambda one: (tuple(Level).index(one.level), one.dated))
    remaining = left[best.id]
    if remaining is not None and remaining < candidate.share:
        words = "noch nicht verlängerbar: {document} deckt {covers} Stellen, davon noch {left} frei, gebraucht werden {share}"
        params = {"document": best.document, "covers": best.covers_fte, "left": remaining, "share": candidate.share}
        return Cover(best, False, Finding("fte_used_up", words, Weight.ATTENTION, params))
    if remaining is not None:
        left[best.id] = remaining - candidate.share
    return Cover(best, True, _carried_by(best))


def _holds(assurance: Assurance, day: date) -> bool:
    begun = assurance.period_from is None or assurance.period_from <= day
    return begun and (assurance.period_to is None or day <= assurance.period_to)


def _carried_by(assurance: Assurance) -> Finding:
    params = {"document": assurance.document, "dated": assurance.dated, "until": assurance.period_to}
    if assurance.period_to is None:
        return Finding("extendable", "verlängerbar: {document} vom {dated}", params=params)
    return Finding("extendable", "verlängerbar: {document} vom {dated}, bis {until}", params=params)
