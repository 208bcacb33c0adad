"""Fixed terms one after another (Kettenbefristung): what to look at in a chain of contracts with one legal employer.

TzBfG, text of 2022. Without a ground: at most two years in all and at most three extensions, and not after earlier employment with the
same employer (§ 14(2)). The employer is the legal entity: the immigration office and the integration centre of one StädteRegion are one.
An extension begins on the day after the old end and changes nothing but the end. Nothing here decides; it tells what HR law is to be asked.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from kim_staffing.rules.finding import Finding, Weight

WITHOUT_GROUND = "without_ground"
# § 14(1) sentence 2 Nr. 1-8 TzBfG; § 21 BEEG
GROUNDS: dict[str, str] = {
    WITHOUT_GROUND: "ohne Sachgrund (§ 14 Abs. 2 TzBfG)",
    "temporary_need": "vorübergehender Bedarf (§ 14 Abs. 1 Nr. 1 TzBfG)",
    "after_training": "nach Ausbildung oder Studium (Nr. 2)",
    "replacement": "Vertretung (Nr. 3)",
    "nature_of_work": "Eigenart der Arbeitsleistung (Nr. 4)",
    "probation": "Erprobung (Nr. 5)",
    "personal_reasons": "Gründe in der Person (Nr. 6)",
    "budget_means": "Haushaltsmittel (Nr. 7)",
    "court_settlement": "gerichtlicher Vergleich (Nr. 8)",
    "parental_leave": "Vertretung für Elternzeit (§ 21 BEEG)",
}
LONGEST_MONTHS = 24
MOST_EXTENSIONS = 3
# BAG 7 AZR 135/15: a chain is looked at closely above 8 years or 12 extensions, or above 6 years with 9 extensions
LONG_CHAIN = ((96, 0), (0, 12), (72, 9))


@dataclass(frozen=True, slots=True)
class Link:
    """One contract of a chain: from, to, hours share, ground."""

    starts_on: date
    ends_on: date
    share: Decimal
    ground: str = WITHOUT_GROUND


@dataclass(frozen=True, slots=True)
class LegalEmployer:
    """Who employs in law: never an office of it."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class EarlierJob:
    """Employment before the chain: with which legal employer (its id), until when."""

    employer: str
    ended_on: date | None = None


@dataclass(frozen=True, slots=True)
class Chain:
    """The links that follow each other without a gap up to the last one, with their months and extensions without ground."""

    months: int
    extensions: int
    findings: tuple[Finding, ...]


def months_between(starts_on: date, ends_on: date) -> int:
    """Months from the first to the last day, a begun month counting whole: 1 October 2021 to 30 September 2023 are 24, a day more is month
    25.
    """
    months = (ends_on.year - starts_on.year) * 12 + ends_on.month - starts_on.month
    while _months_later(starts_on, months) <= ends_on:
        months += 1
    return months


def _months_later(day: date, months: int) -> date:
    """The day on which a new month of a term begins; where the month lacks the day, the first of the next (§ 188(2), (3) BGB)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if day.day <= monthrange(year, month + 1)[1]:
        return date(year, month + 1, day.day)
    return date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1)


def look_at(links: Sequence[Link], employer: LegalEmployer, earlier: Iterable[EarlierJob] = ()) -> Chain:
    """What there is to say about the last link of a chain with `employer` (at least one link, in order)."""
    run = _unbroken(links)
    months, extensions = months_between(run[0].starts_on, run[-1].ends_on), len(run) - 1
    findings: list[Finding] = []
    if run[-1].ground == WITHOUT_GROUND:
        findings += _without_ground(months, extensions)
        before_the_run = [EarlierJob(employer.id, link.ends_on) for link in links[: -len(run)][-1:]]
        findings += _earlier(employer, [*earlier, *before_the_run])
    elif any(months > floor and extensions > count for floor, count in LONG_CHAIN):
        words = "lange Kette: {months} Monate, {extensions} Verlängerungen; Personalrecht fragen"
        findings.append(Finding("long_chain", words, Weight.ASK, {"months": months, "extensions": extensions}))
    if len(links) > 1:
        findings += extension_findings(links[-2], links[-1])
    return Chain(months, extensions, tuple(findings))


def extension_findings(old: Link, new: Link) -> tuple[Finding, ...]:
    """Whether the new link is an extension of the old one at all: next day, same terms."""
    found: list[Finding] = []
    gap_from, gap_to = old.ends_on + timedelta(days=1), new.starts_on - timedelta(days=1)
    if gap_to >= gap_from:
        gap = _short(gap_from) if gap_from == gap_to else f"{_short(gap_from)}–{_short(gap_to)}"
        found.append(Finding("gap", "keine Verlängerung: neuer Vertrag (Lücke {gap})", Weight.ASK, {"gap": gap}))
    if new.share != old.share or new.ground != old.ground:
        words = "ändert mehr als das Ende: neuer Vertrag? Personalrecht fragen"
        found.append(Finding("changes_terms", words, Weight.ASK, {"old": old.share, "new": new.share}))
    return tuple(found)


def _without_ground(months: int, extensions: int) -> list[Finding]:
    params: dict[str, object] = {"months": months, "extensions": extensions}
    if months > LONGEST_MONTHS:
        return [Finding("too_long", "Monat {months} ohne Sachgrund: Personalrecht fragen (§ 14 Abs. 2 TzBfG)", Weight.ASK, params)]
    if extensions > MOST_EXTENSIONS:
        return [
            Finding("too_many", "{extensions}. Verlängerung ohne Sachgrund: Personalrecht fragen (§ 14 Abs. 2 TzBfG)", Weight.ASK, params)
        ]
    if months == LONGEST_MONTHS or extensions == MOST_EXTENSIONS:
        return [Finding("limit_reached", "Grenze erreicht: {months} Monate, Verlängerungen: {extensions}", Weight.ATTENTION, params)]
    return []


def _earlier(employer: LegalEmployer, earlier: Iterable[EarlierJob]) -> list[Finding]:
    words = "frühere Beschäftigung beim selben Arbeitgeber ({employer}): Personalrecht fragen (§ 14 Abs. 2 TzBfG)"
    if all(job.employer != employer.id for job in earlier):
        return []
    return [Finding("earlier_job", words, Weight.ASK, {"employer": employer.name})]


def _unbroken(links: Sequence[Link]) -> list[Link]:
    """The last links that follow day on day; where the last one has no ground, only such ones: a term with a ground before it is an
    earlier job.
    """
    run = [links[-1]]
    for link in reversed(links[:-1]):
        if link.ends_on + timedelta(days=1) != run[0].starts_on:
            break
        if run[-1].ground == WITHOUT_GROUND and link.ground != WITHOUT_GROUND:
            break
        run.insert(0, link)
    return run


def _short(day: date) -> str:
    return f"{day.day}.{day.month}."
