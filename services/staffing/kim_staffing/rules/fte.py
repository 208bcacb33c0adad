"""Shares of a post: on every day the active shares on a post fit into it.

FTE are not heads: 6.0 posts are held by seven people, 1.5 by three. Who is absent with a claim to return (maternity, parental leave, long
illness) counts 0 and keeps the claim.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

# No guideline names a smallest share; in practice it is half a post. A setting of each employer.
STEP = Decimal("0.5")
ZERO = Decimal("0.00")
FAR = date(9999, 12, 31)


@dataclass(frozen=True, slots=True)
class Share:
    """A share of a post held from one day to another (both included; no last day: until further notice)."""

    fte: Decimal
    starts_on: date
    ends_on: date | None = None
    active: bool = True

    def covers(self, day: date) -> bool:
        return self.starts_on <= day <= (self.ends_on or FAR)


@dataclass(frozen=True, slots=True)
class Overfull:
    """The first day on which a post would hold more than it has."""

    day: date
    total: Decimal


@dataclass(frozen=True, slots=True)
class Vacancy:
    """A time in which a part of a post stands empty (both days included)."""

    fte: Decimal
    starts_on: date
    ends_on: date


def active_on(shares: Iterable[Share], day: date) -> Decimal:
    """What is actively held on a day, in full-time equivalents."""
    return sum((share.fte for share in shares if share.active and share.covers(day)), ZERO)


def first_overfull_day(shares: Iterable[Share], post_fte: Decimal) -> Overfull | None:
    """The first day on which the active shares exceed the post, or None.

    The sum only grows where a share begins, so only those days are asked.
    """
    shares = list(shares)
    for day in sorted({share.starts_on for share in shares if share.active}):
        total = active_on(shares, day)
        if total > post_fte:
            return Overfull(day, total)
    return None


def fits_step(fte: Decimal, step: Decimal = STEP) -> bool:
    """Whether a share is a whole number of steps, and more than nothing."""
    return fte > 0 and fte % step == 0


def vacancies(shares: Iterable[Share], post_fte: Decimal, starts_on: date, ends_on: date) -> list[Vacancy]:
    """The empty parts of a post within a period, cut where the missing share changes."""
    if ends_on < starts_on:
        return []
    shares = [share for share in shares if share.active]
    cuts = {starts_on}
    for share in shares:
        cuts.add(share.starts_on)
        if share.ends_on is not None and share.ends_on < FAR:
            cuts.add(share.ends_on + timedelta(days=1))
    days = sorted(day for day in cuts if starts_on <= day <= ends_on)
    found: list[Vacancy] = []
    for index, day in enumerate(days):
        last = days[index + 1] - timedelta(days=1) if index + 1 < len(days) else ends_on
        missing = post_fte - active_on(shares, day)
        if missing <= 0:
            continue
        if found and found[-1].fte == missing and found[-1].ends_on + timedelta(days=1) == day:
            found[-1] = Vacancy(missing, found[-1].starts_on, last)
        else:
            found.append(Vacancy(missing, day, last))
    return found
