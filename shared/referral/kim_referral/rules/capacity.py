"""Who gives a consent (Einwilligung) for a young person: the person, or who has the care of it."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from kim_runtime.refusal import Refused

GIVERS = ("self", "parent", "appointed_guardian", "representative")
# "guardian" stands in records made before parents and appointed guardians were told apart.
GIVERS_ON_RECORD = (*GIVERS, "guardian")
GUARDIANS = frozenset({"parent", "appointed_guardian"})
GUARDIANS_ON_RECORD = GUARDIANS | {"guardian"}


@dataclass(frozen=True, slots=True)
class Capacity:
    """Ages of the law from a day on: who decides alone, and who is of age. To be checked by counsel before use."""

    since: date
    own_decision: int
    of_age: int
    source: str


CAPACITY = (Capacity(date(1976, 1, 1), own_decision=15, of_age=18, source="§ 36 SGB I, § 2 BGB"),)


def capacity_on(day: date) -> Capacity:
    """The ages in force on a day; before the first of them, the first."""
    return max((law for law in CAPACITY if law.since <= day), key=lambda law: law.since, default=CAPACITY[0])


def objection_to_giver(age: int | None, given_by: str, day: date) -> Refused | None:
    """Why this giver cannot consent for a person of this age; None when they can. Age None: of age, as nobody said otherwise.

    >>> str(objection_to_giver(14, "self", date(2022, 5, 10)).field)
    'given_by'
    >>> [objection_to_giver(age, giver, date(2022, 5, 10)) for age, giver in ((14, "parent"), (15, "self"), (None, "self"))]
    [None, None, None]
    """
    law = capacity_on(day)
    if age is None:
        if given_by in GUARDIANS:
            return Refused("age_missing", "Bitte das Alter angeben: Eltern und Vormund willigen nur für Minderjährige ein.", "age")
        return None
    if age < law.own_decision and given_by not in GUARDIANS:
        return Refused(
            "guardian_needed",
            "Unter {age} Jahren willigt ein Elternteil oder der Vormund ein. Bitte „Erteilt von“ ändern und den Namen angeben.",
            "given_by",
            age=law.own_decision,
        )
    if age >= law.of_age and given_by in GUARDIANS:
        return Refused("of_age", "Ab {age} Jahren willigt die Person selbst ein, oder wer eine Vollmacht hat.", "given_by", age=law.of_age)
    return None


def objection_to_last_day(age: int | None, given_by: str, given_on: date, valid_to: date) -> Refused | None:
    """Why what parents or a guardian declared cannot hold until this day: from 18 on the person declares it (§§ 2, 1626 BGB).

    The day of birth is not known; the last day on which they may still be under age is the last.

    >>> [objection_to_last_day(17, "parent", date(2022, 5, 10), date(2023, 5, day)) is None for day in (9, 10)]
    [True, False]
    """
    law = capacity_on(given_on)
    if age is None or age >= law.of_age or given_by not in GUARDIANS:
        return None
    last = _years_after(given_on, law.of_age - age) - timedelta(days=1)
    if valid_to <= last:
        return None
    return Refused(
        "valid_past_majority",
        "Eltern und Vormund willigen nur bis zur Volljährigkeit ein: „Gültig bis“ höchstens {last}.",
        "valid_to",
        last=last,
    )


def _years_after(day: date, years: int) -> date:
    """The same day of a later year; of the 29th of February, where there is none, the 28th."""
    year = min(day.year + years, date.max.year)
    return day.replace(year=year, day=min(day.day, monthrange(year, day.month)[1]))


def objection_to_birth_year(birth_year: int | None, age: int | None, given_by: str, given_on: date, field: str) -> Refused | None:
    """Why a declaration given so cannot be about somebody born in this year; None when it can, or where the year is not known.

    The day of birth is never known: who turns 15 or 18 in the year it was given may have been either. No age says: of age.

    >>> str(objection_to_birth_year(2015, None, "self", date(2022, 5, 10), "birth_year").code)
    'guardian_needed'
    >>> [objection_to_birth_year(*known, date(2022, 5, 10), "birth_year") for known in ((2015, 6, "parent"), (2004, None, "self"))]
    [None, None]
    """
    if birth_year is None:
        return None
    law, oldest = capacity_on(given_on), given_on.year - birth_year
    if age is not None:
        if age in {oldest - 1, oldest}:
            return None
        return Refused(
            "age_differs",
            "Geburtsjahr {year} und Alter {age} passen nicht zusammen. Bitte prüfen, was stimmt.",
            field,
            year=birth_year,
            age=age,
        )
    if oldest >= law.of_age or given_by in GUARDIANS_ON_RECORD:
        return None
    if oldest < law.own_decision:
        return Refused(
            "guardian_needed",
            "Wer {year} geboren ist, ist unter {age}: dann willigt ein Elternteil oder der Vormund ein. Bitte so aufnehmen, mit dem Alter.",
            field,
            year=birth_year,
            age=law.own_decision,
        )
    return Refused(
        "age_missing",
        "Wer {year} geboren ist, ist unter {age}: bitte in der Einwilligung das Alter angeben und wer sie erteilt hat.",
        field,
        year=birth_year,
        age=law.of_age,
    )


def asks_both(age: int | None, day: date) -> bool:
    """Whether person and guardian are usually both asked: old enough to decide, and not yet of age."""
    law = capacity_on(day)
    return age is not None and law.own_decision <= age < law.of_age
