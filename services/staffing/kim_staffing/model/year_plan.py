"""The year at a glance (Stellenplan): each post by month, with who holds it, what is absent, empty or planned, and the sums."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy.orm import Session

from kim_staffing.model.grant import FundingLine, funding_lines
from kim_staffing.model.occupancy import Occupancy, occupancies
from kim_staffing.model.post import ESTABLISHED, PLANNED, UNDECIDED, Post, posts
from kim_staffing.model.vacancy import gaps_of
from kim_staffing.rules.fte import FAR, Vacancy
from kim_staffing.rules.vacancy_money import VacancyRule, money_for

MONTHS = range(1, 13)
NONE = Decimal(0)


@dataclass(frozen=True, slots=True)
class Bar:
    """What stands in a lane over some months.

    `kind` is held, absent, empty, planned, undecided or blank; `money` is what an empty share gives back.
    """

    kind: str
    first_month: int
    months: int
    share: Decimal = NONE
    occupancy: Occupancy | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    money: Decimal | None = None


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A post and its lanes: one a holder, one for what is empty, one for what is planned."""

    post: Post
    employer: str | None
    lanes: tuple[tuple[Bar, ...], ...]


@dataclass(frozen=True, slots=True)
class MonthSum:
    """On the last day of a month. FTE and heads are two figures."""

    established: Decimal
    held: Decimal
    heads: int
    funded: Decimal

    @property
    def empty(self) -> Decimal:
        return max(self.established - self.held, NONE)


@dataclass(frozen=True, slots=True)
class StockRow:
    """Posts of one Baustein and employer on a day."""

    baustein: int
    employer: str
    posts: int
    established: Decimal
    held: Decimal
    heads: int
    funded: Decimal

    @property
    def empty(self) -> Decimal:
        return max(self.established - self.held, NONE)


def year_plan(session: Session, year: int) -> list[PlanRow]:
    """The posts that were thought of by the end of the year, with what is known of each month."""
    held, lines = occupancies(session), {line.post_id: line for line in funding_lines(session) if _pays_in(line, year)}
    rows = []
    for post in posts(session):
        decision = post.decision_on(date(year, 12, 31))
        if decision is None:
            continue
        lanes = [
            *_holder_lanes([one for one in held if one.post_id == post.id], year),
            *_lane(_empty_bars(post, held, lines.get(post.id), year)),
            *_lane(_planned_bars(post, year)),
        ]
        rows.append(PlanRow(post, decision.employer_id, tuple(lanes) or (_filled([]),)))
    return rows


def month_sums(session: Session, year: int) -> list[MonthSum]:
    every, held, lines = posts(session), occupancies(session), funding_lines(session)
    sums = []
    for month in MONTHS:
        day = date(year, month, monthrange(year, month)[1])
        there = [post for post in every if _is_there(post, day)]
        ids = {post.id for post in there}
        active = [one for one in held if one.active and one.post_id in ids and one.covers(day)]
        funded = sum((line.share for line in lines if line.grant.period_from <= day <= line.grant.period_to), NONE)
        sums.append(MonthSum(_sizes(there), _shares(active), len({one.head for one in active}), funded))
    return sums


def _is_there(post: Post, day: date) -> bool:
    """Whether the post is established on a day by what was decided until then; of the days before its first decision, by that one: a post
    is often entered weeks after it began, and who sits on it is shown from the beginning too.
    """
    decision = post.decision_on(day) or post.history[0]
    return decision.status == ESTABLISHED and decision.runs_on(day)


def stock(session: Session, day: date) -> list[StockRow]:
    """Per Baustein and employer: posts, established, held, heads, funded, on a day."""
    active = [one for one in occupancies(session) if one.active and one.covers(day)]
    funded = {line.post_id: line.share for line in funding_lines(session, day)}
    groups: dict[tuple[int, str], list[Post]] = {}
    for post in posts(session):
        decision = post.decision_on(day)
        if decision is not None and decision.employer_id is not None and post.established_on(day):
            groups.setdefault((post.baustein, decision.employer_id), []).append(post)
    rows = []
    for (baustein, employer), those in sorted(groups.items()):
        holding = [one for one in active if one.post_id in {post.id for post in those}]
        paid = sum((funded.get(post.id, NONE) for post in those), NONE)
        rows.append(StockRow(baustein, employer, len(those), _sizes(those), _shares(holding), len({one.head for one in holding}), paid))
    return rows


def _holder_lanes(held: list[Occupancy], year: int) -> list[tuple[Bar, ...]]:
    lanes: dict[str, list[Bar]] = {}
    for one in held:
        bar = _bar("held" if one.active else "absent", one.starts_on, one.ends_on, year, share=one.share, occupancy=one)
        if bar is not None:
            lanes.setdefault(one.head, []).append(bar)
    return [_filled(bars) for bars in lanes.values()]


def _empty_bars(post: Post, held: list[Occupancy], line: FundingLine | None, year: int) -> list[Bar]:
    first, last = date(year, 1, 1), date(year, 12, 31)
    bars = []
    for gap in gaps_of(post, held, last):
        if gap.ends_on >= first:
            within = Vacancy(gap.fte, max(gap.starts_on, first), gap.ends_on)
            bars.append(_bar("empty", within.starts_on, within.ends_on, year, share=gap.fte, money=_money(within, line)))
    return [bar for bar in bars if bar is not None]


def _money(gap: Vacancy, line: FundingLine | None) -> Decimal | None:
    if line is None:
        return None
    grant = line.grant
    return money_for([gap], grant.rate, VacancyRule(grant.vacancy_rule), grant.period_from, grant.period_to)


def _planned_bars(post: Post, year: int) -> list[Bar]:
    decision = post.latest
    if decision.status == UNDECIDED:
        bar = _bar("undecided", decision.decided_on, None, year, share=post.fte)
    elif decision.status == PLANNED and decision.starts_on is not None:
        bar = _bar("planned", decision.starts_on, decision.ends_on, year, share=post.fte)
    else:
        bar = None
    return [bar] if bar else []


def _bar(
    kind: str,
    starts_on: date,
    ends_on: date | None,
    year: int,
    *,
    share: Decimal,
    occupancy: Occupancy | None = None,
    money: Decimal | None = None,
) -> Bar | None:
    """The months of a year that a time touches, or None."""
    first, last = max(starts_on, date(year, 1, 1)), min(ends_on or FAR, date(year, 12, 31))
    if first > last:
        return None
    return Bar(kind, first.month, last.month - first.month + 1, share, occupancy, starts_on, ends_on, money)


def _lane(bars: list[Bar]) -> list[tuple[Bar, ...]]:
    return [_filled(bars)] if bars else []


def _filled(bars: Iterable[Bar]) -> tuple[Bar, ...]:
    """Bars in order with blanks between them; a month that two touch belongs to the earlier one."""
    filled: list[Bar] = []
    month = 1
    for bar in sorted(bars, key=lambda one: (one.first_month, one.starts_on or date.min)):
        last = bar.first_month + bar.months - 1
        if last < month:
            continue
        begins = max(bar.first_month, month)
        if begins > month:
            filled.append(Bar("blank", month, begins - month))
        filled.append(Bar(bar.kind, begins, last - begins + 1, bar.share, bar.occupancy, bar.starts_on, bar.ends_on, bar.money))
        month = last + 1
    if month <= 12:
        filled.append(Bar("blank", month, 13 - month))
    return tuple(filled)


def _pays_in(line: FundingLine, year: int) -> bool:
    return line.grant.period_from.year <= year <= line.grant.period_to.year


def _sizes(those: Iterable[Post]) -> Decimal:
    return sum((post.fte for post in those), NONE)


def _shares(those: Iterable[Occupancy]) -> Decimal:
    return sum((one.share for one in those), NONE)
