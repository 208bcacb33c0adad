"""Figures of a period, counted from rows that are written once: what happened then gives the same figure whenever it is asked.

A period runs from its first to its last day, both inclusive; "at the end" means at the end of its last day.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Any

from kim_events.types.case import PHASES
from kim_runtime.clock import local_day
from kim_statistics.halves import Days, as_told
from kim_statistics.workers import workers
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kim_casework.model.case import Case, CaseChange, Person
from kim_casework.model.contact import Contact
from kim_casework.model.order import InterpretingOrder, OrderChange
from kim_casework.model.proposal import Proposal
from kim_casework.model.staff import Assignability


def admission_figures(session: Session, first: date, last: date) -> dict[str, Any]:
    proposals = session.scalars(select(Proposal)).all()
    decided = [proposal for proposal in proposals if proposal.decided_at and first <= local_day(proposal.decided_at) <= last]
    by_state = Counter(proposal.state for proposal in decided)
    known = [proposal for proposal in proposals if local_day(proposal.proposed_at) <= last]
    return {
        "proposed": sum(1 for proposal in known if local_day(proposal.proposed_at) >= first),
        "admitted": by_state["admitted"],
        "declined": by_state["declined"],
        "withdrawn": by_state["withdrawn"],
        "by_reason": _counted(proposal.reason for proposal in decided if proposal.reason),
        "waiting": sum(1 for proposal in known if proposal.decided_at is None or local_day(proposal.decided_at) > last),
    }


def case_figures(session: Session, first: date, last: date) -> dict[str, Any]:
    changes = session.scalars(select(CaseChange).where(CaseChange.day <= last).order_by(CaseChange.case_id, CaseChange.version)).all()
    during = [change for change in changes if change.day >= first]
    happened = Counter(change.change for change in during)
    open_at_end = [change for change in {change.case_id: change for change in changes}.values() if change.state == "open"]
    phases = Counter(change.phase for change in open_at_end)
    assignability = Assignability(session, known_on=last)
    without = {change.case_id: assignability.last_chance(change.responsible, last) for change in open_at_end}
    return {
        "open_at_end": len(open_at_end),
        "opened": happened["opened"],
        "opened_from": _ways_in(session, {change.case_id for change in during if change.change == "opened"}),
        "closed": happened["closed"],
        "reopened": happened["reopened"],
        "by_phase": {phase: phases[phase] for phase in PHASES},
        "by_closing_reason": _counted(change.reason for change in during if change.change == "closed" and change.reason),
        "needing_new_manager": sum(1 for day in without.values() if day == last),
        "needing_new_manager_within_six_weeks": sum(1 for day in without.values() if day is not None),
    }


def persons_in_cases(session: Session, last: date) -> int:
    """People in the households of the cases open at the end: known different persons, unlike persons at a table."""
    newest = (
        select(CaseChange.case_id, func.max(CaseChange.version).label("version"))
        .where(CaseChange.day <= last)
        .group_by(CaseChange.case_id)
        .subquery()
    )
    counted = session.scalar(
        select(func.count())
        .select_from(Person)
        .join(newest, newest.c.case_id == Person.case_id)
        .join(CaseChange, (CaseChange.case_id == newest.c.case_id) & (CaseChange.version == newest.c.version))
        .where(CaseChange.state == "open", Person.added_on <= last)
    )
    return counted or 0


def contact_figures(session: Session, asked: Days, today: date) -> dict[str, Any]:
    """How many contacts were noted in a period of whole halves of months, and how many of them count as follow-ups: `total`, `follow_ups`.

    `told` (`{"from", "to"}`) says of which days, since three colleagues must have noted some in each stretch of them
    (`kim_statistics.halves`); where there is none, all three are None.
    """
    told = workers(session, Contact.day, Contact.noted_by, today).told_of_work(asked)
    if told is None:
        return {"total": None, "follow_ups": None, "told": None}
    counted = select(func.count(), func.count().filter(Contact.follow_up)).select_from(Contact).where(Contact.day.between(*told))
    total, follow_ups = session.execute(counted).one()
    return {"total": total, "follow_ups": follow_ups, "told": as_told(told)}


def order_figures(session: Session, first: date, last: date) -> dict[str, Any]:
    """Orders requested in the period, by the state each had at its end."""
    requested = {
        order.id: order.requested_at
        for order in session.execute(select(InterpretingOrder.id, InterpretingOrder.requested_at))
        if first <= local_day(order.requested_at) <= last
    }
    changes = session.scalars(select(OrderChange).where(OrderChange.day <= last).order_by(OrderChange.serial))
    states = {change.order_id: change.state for change in changes if change.order_id in requested}
    return {"requested": len(requested), "by_state": _counted(states.values())}


def _ways_in(session: Session, case_ids: set[str]) -> dict[str, int]:
    ways = Counter({"proposal": 0, "referral": 0, "direct": 0})
    for case_id, proposal, referral in session.execute(select(Case.id, Case.proposal_id, Case.referral_id)):
        if case_id in case_ids:
            ways["proposal" if proposal else "referral" if referral else "direct"] += 1
    return dict(ways)


def _counted(codes: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(codes).items()))
