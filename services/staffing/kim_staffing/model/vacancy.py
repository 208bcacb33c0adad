"""Empty posts: when a funded share stood empty, and what that gives back by the rule of its notice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy.orm import Session

from kim_staffing.model.grant import FundingLine, Grant, funding_lines, grant_by_id, grants
from kim_staffing.model.occupancy import Occupancy, occupancies
from kim_staffing.model.post import ESTABLISHED, Post, posts
from kim_staffing.rules.fte import Vacancy, vacancies
from kim_staffing.rules.vacancy_money import NOTHING, VacancyRule, money_for


@dataclass(frozen=True, slots=True)
class PostVacancy:
    """A time in which a part of a post stood empty."""

    post: Post
    gap: Vacancy

    @property
    def days(self) -> int:
        return (self.gap.ends_on - self.gap.starts_on).days + 1


@dataclass(frozen=True, slots=True)
class VacancyMoney:
    """What one post gives back of one grant until a day, in euro."""

    line: FundingLine
    post: Post
    gaps: tuple[Vacancy, ...]
    amount: Decimal


@dataclass(frozen=True, slots=True)
class GrantUse:
    """A grant until a day: what its empty posts give back, line by line, and what is left of it as used or still to be used."""

    grant: Grant
    lines: tuple[VacancyMoney, ...]

    @property
    def given_back(self) -> Decimal:
        return sum((line.amount for line in self.lines), NOTHING)

    @property
    def assigned(self) -> Decimal:
        """Full-time equivalents of the posts it pays: at most what was granted."""
        return sum((money.line.share for money in self.lines), Decimal(0))

    @property
    def used(self) -> Decimal:
        return self.grant.total - self.given_back


def spans(post: Post, until: date) -> list[tuple[date, date]]:
    """The times in which a post was established, up to a day."""
    found = []
    for index, decision in enumerate(post.history):
        if decision.status != ESTABLISHED:
            continue
        first = decision.starts_on or decision.decided_on
        ends = [day for day in (decision.ends_on, until) if day is not None]
        if index + 1 < len(post.history):
            ends.append(post.history[index + 1].decided_on - timedelta(days=1))
        if first <= min(ends):
            found.append((first, min(ends)))
    return found


def gaps_of(post: Post, held: list[Occupancy], until: date) -> list[Vacancy]:
    """When parts of an established post stood empty, up to a day."""
    shares = [one.as_share() for one in held if one.post_id == post.id]
    return [gap for first, last in spans(post, until) for gap in vacancies(shares, post.fte, first, last)]


def vacancies_on(session: Session, day: date) -> list[PostVacancy]:
    """The posts with an empty part on a day, each with the time it has been empty until then."""
    held = occupancies(session)
    return [PostVacancy(post, gap) for post in posts(session) for gap in gaps_of(post, held, day) if gap.starts_on <= day <= gap.ends_on]


def all_grant_uses(session: Session, until: date) -> list[GrantUse]:
    """Every grant, the newest period first, with the vacancy money of its posts until a day: none before it has begun."""
    held, by_id = occupancies(session), {post.id: post for post in posts(session)}
    by_grant: dict[str, list[FundingLine]] = {}
    for line in funding_lines(session):
        by_grant.setdefault(line.grant_id, []).append(line)
    found = [GrantUse(grant, _by_number(by_grant.get(grant.id, []), by_id, held, until)) for grant in grants(session)]
    return sorted(found, key=lambda use: use.grant.period_from, reverse=True)


def grant_use(session: Session, grant_id: str, until: date) -> GrantUse:
    """One grant until a day. Raises NotFound."""
    grant = grant_by_id(session, grant_id)
    return next(use for use in all_grant_uses(session, until) if use.grant is grant)


def grant_uses(session: Session, until: date) -> list[GrantUse]:
    """Each grant that has begun by a day and pays posts, with the vacancy money of its posts until then."""
    return [use for use in reversed(all_grant_uses(session, until)) if use.lines and use.grant.period_from <= until]


def _by_number(lines: list[FundingLine], by_id: dict[str, Post], held: list[Occupancy], until: date) -> tuple[VacancyMoney, ...]:
    found = [_money(line, by_id[line.post_id], held, until) for line in lines]
    return tuple(sorted(found, key=lambda money: money.post.number))


def _money(line: FundingLine, post: Post, held: list[Occupancy], until: date) -> VacancyMoney:
    grant = line.grant
    funded = [Vacancy(min(gap.fte, line.share), gap.starts_on, gap.ends_on) for gap in gaps_of(post, held, min(until, grant.period_to))]
    within = tuple(gap for gap in funded if gap.ends_on >= grant.period_from)
    amount = money_for(within, grant.rate, VacancyRule(grant.vacancy_rule), grant.period_from, grant.period_to)
    return VacancyMoney(line, post, within, amount)
