"""The figures of staffing as of a day: posts, full-time equivalents and heads apart, vacancies, contracts that end, extensions.

FTE are not heads, and established is not staffed: each figure says which it is. Everything is counted from the rows as they stood on the
day; a decision taken later does not change an earlier report.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from kim_staffing.model.contract import LATE, RUNNING, Contract, all_contracts
from kim_staffing.model.employer import Employer, employers
from kim_staffing.model.occupancy import Occupancy, occupancies
from kim_staffing.model.post import PLANNED, UNDECIDED, Post, PostDecision, posts
from kim_staffing.model.vacancy import grant_uses, vacancies_on
from kim_staffing.rules.finding import share_text
from kim_staffing.rules.vacancy_money import RULE_WORDS, VacancyRule

NONE = Decimal(0)


def staffing_figures(session: Session, period_from: date, as_of: date) -> dict[str, Any]:
    """The figures of staffing as of a day, for the progress report; keys are ids of employers and fixed words. FTE are decimal text."""
    everybody = employers(session)
    known = [(post, decision) for post in posts(session) if (decision := post.decision_on(as_of)) is not None]
    established = [(post, decision) for post, decision in known if post.established_on(as_of)]
    held = [one for one in occupancies(session) if one.covers(as_of)]
    own = [employer.id for employer in everybody if employer.own]
    figures: dict[str, Any] = {
        employer: _by_role([post for post, decision in established if decision.employer_id == employer], held) for employer in own
    }
    contracts = [contract for contract in all_contracts(session) if contract.employer_id in own]
    return {
        **figures,
        "partners": _partners(
            [(post, decision) for post, decision in established if decision.employer_id not in own], held, everybody, as_of
        ),
        "planned": _planned(known, as_of),
        "undecided": sorted(post.place or post.id for post, decision in known if decision.status == UNDECIDED),
        "contracts_ending": _contracts_ending(contracts, as_of),
        "extensions": _extensions(contracts, period_from, as_of),
        "vacancies": _vacancies(session, as_of),
        "grants": _grants(session, as_of),
        "totals": {
            **_stock([post for post, _ in established], held),
            "planned_fte": share_text(_sum(post for post, decision in known if _is_planned(post, decision, as_of))),
            "undecided_fte": share_text(_sum(post for post, decision in known if decision.status == UNDECIDED)),
        },
    }


def _by_role(established: list[Post], held: list[Occupancy]) -> dict[str, Any]:
    return {role: _stock([post for post in established if post.role == role], held) for role in sorted({post.role for post in established})}


def _stock(established: list[Post], held: list[Occupancy]) -> dict[str, Any]:
    """Posts, established and held FTE, heads and what is empty. FTE and heads are two figures and are never compared."""
    ids = {post.id for post in established}
    active = [one for one in held if one.post_id in ids and one.active]
    fte, size = sum((one.share for one in active), NONE), _sum(established)
    return {
        "posts": len(established),
        "established_fte": share_text(size),
        "fte": share_text(fte),
        "people": len({one.head for one in active}),
        "vacant": share_text(max(size - fte, NONE)),
    }


def _partners(
    established: list[tuple[Post, PostDecision]], held: list[Occupancy], everybody: list[Employer], as_of: date
) -> dict[str, Any]:
    names = {employer.id: employer.name_on(as_of) for employer in everybody}
    by_employer: dict[str, list[Post]] = {}
    for post, decision in established:
        if decision.employer_id is not None:
            by_employer.setdefault(decision.employer_id, []).append(post)
    return {
        **_stock([post for post, _ in established], held),
        "by_employer": {employer: {"name": names[employer], **_stock(those, held)} for employer, those in sorted(by_employer.items())},
    }


def _is_planned(post: Post, decision: PostDecision, as_of: date) -> bool:
    """Planned, or established from a day that has not come."""
    return decision.status == PLANNED or (
        decision.status != UNDECIDED and not post.established_on(as_of) and _still_to_come(decision, as_of)
    )


def _still_to_come(decision: PostDecision, as_of: date) -> bool:
    return decision.starts_on is not None and decision.starts_on > as_of


def _planned(known: list[tuple[Post, PostDecision]], as_of: date) -> list[str]:
    those = [
        (decision.starts_on or date.max, decision.employer_id or "", post) for post, decision in known if _is_planned(post, decision, as_of)
    ]
    return [
        f"{share_text(post.fte)} from {starts_on.isoformat() if starts_on != date.max else 'open'} {employer}".rstrip()
        for starts_on, employer, post in sorted(those, key=lambda row: (row[0], row[1], row[2].number))
    ]


def _contracts_ending(contracts: list[Contract], as_of: date) -> dict[str, Any]:
    ends: dict[date, list[Contract]] = {}
    following = {one.previous_id: one for one in contracts if one.state == RUNNING and one.previous_id and _completed_by(one, as_of)}
    for contract in contracts:
        if contract.state != RUNNING or not contract.starts_on <= as_of <= contract.ends_on:
            continue
        last = contract
        while last.id in following:
            last = following[last.id]
        ends.setdefault(last.ends_on, []).append(last)
    return {day.isoformat(): {"contracts": len(those), "fte": share_text(_shares(those))} for day, those in sorted(ends.items())}


def _extensions(contracts: list[Contract], period_from: date, as_of: date) -> dict[str, Any]:
    following = {one.previous_id: one for one in contracts if one.previous_id and one.state in {RUNNING, LATE}}
    ended = [one for one in contracts if one.state == RUNNING and period_from <= one.ends_on <= as_of]
    left = [one for one in ended if one.left]
    stayed = [one for one in ended if not one.left]
    in_time = [
        one for one in stayed if one.id in following and following[one.id].state == RUNNING and _completed_by(following[one.id], as_of)
    ]
    not_in_time = [one for one in stayed if one not in in_time]
    return {
        "ended": len(ended),
        "fte_ended": share_text(_shares(ended)),
        "extended_in_time": len(in_time),
        "fte_in_time": share_text(_shares(in_time)),
        "not_in_time": len(not_in_time),
        "fte_not_in_time": share_text(_shares(not_in_time)),
        "left": len(left),
        "fte_left": share_text(_shares(left)),
    }


def _vacancies(session: Session, as_of: date) -> list[dict[str, Any]]:
    money = {(line.post.id): line for use in grant_uses(session, as_of) for line in use.lines}
    found = []
    for vacancy in vacancies_on(session, as_of):
        decision = vacancy.post.decision_on(as_of)
        line = money.get(vacancy.post.id)
        found.append(
            {
                "post": vacancy.post.number,
                "role": vacancy.post.role,
                "employer": decision.employer_id if decision else None,
                "place": vacancy.post.place or None,
                "fte": share_text(vacancy.gap.fte),
                "since": vacancy.gap.starts_on.isoformat(),
                "days": vacancy.days,
                "given_back": None if line is None else f"{line.amount:.2f}",
            }
        )
    return found


def _grants(session: Session, as_of: date) -> list[dict[str, Any]]:
    return [
        {
            "name": use.grant.name,
            "fte": share_text(use.grant.fte),
            "total": f"{use.grant.total:.2f}",
            "given_back": f"{use.given_back:.2f}",
            "used": f"{use.used:.2f}",
            "rule": RULE_WORDS[VacancyRule(use.grant.vacancy_rule)],
            "rule_source": use.grant.rule_source,
        }
        for use in grant_uses(session, as_of)
    ]


def _completed_by(contract: Contract, day: date) -> bool:
    return contract.completed_on is not None and contract.completed_on <= day


def _shares(contracts: Iterable[Contract]) -> Decimal:
    return sum((contract.share for contract in contracts), NONE)


def _sum(those: Iterable[Post]) -> Decimal:
    return sum((post.fte for post in those), NONE)
