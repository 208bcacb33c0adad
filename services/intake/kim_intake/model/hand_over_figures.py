"""Figures of hand-overs and proposals, counted by the database."""

from __future__ import annotations

from datetime import date
from typing import Any

from kim_referral.model.referral import Referral
from kim_statistics.halves import Days, as_told
from kim_statistics.workers import workers, workers_by
from sqlalchemy import case, exists, func, select
from sqlalchemy.orm import Session

from kim_intake.model.hand_over import OPEN_STATES, HandOver
from kim_intake.model.proposal import AdmissionProposal
from kim_intake.rules.codes import PROPOSAL_STATES


def hand_over_figures(session: Session, asked: Days, today: date) -> dict[str, Any]:
    """Hand-overs of a period of whole halves of months: `total`, `taken`, `open`, `by_state`, and the same by from and to.

    `{"total", "taken", "open", "by_state", "from_to": {"school_entry": {"case_management": {"total", "taken", "open", "by_state"}}},
    "told": {"from", "to"}}`. One that went along with a letter is open until the letter is answered, and then `answered_by_letter`. `told`
    says of which days, since three people must have handed over in each stretch of them (`kim_statistics.halves`); where there is none, all
    of it is None and `from_to` empty. `from_to` is told where the stretches of each service are the same: the rest would tell it.
    """
    told = workers(session, HandOver.day, HandOver.handed_over_by, today).told_of_work(asked)
    if told is None:
        return {**dict.fromkeys(_none()), "from_to": {}, "told": None}
    each_service = workers_by(session, HandOver.from_service, HandOver.day, HandOver.handed_over_by, today)
    by_service = all(who.told_of_work(told) == told for who in each_service.values())
    from_, to = told
    letter = exists().where(
        Referral.about_kind == "consultation",
        Referral.about_id == HandOver.consultation_id,
        Referral.receiver == HandOver.to_organisation,
        Referral.answered_at.is_not(None),
    )
    by_letter = (HandOver.state == "feedback_open") & letter
    state = case((by_letter, "answered_by_letter"), else_=HandOver.state)
    each = select(HandOver.from_service, HandOver.to_body, state.label("found")).where(HandOver.day >= from_, HandOver.day <= to).subquery()
    cells = (each.c.from_service, each.c.to_body, each.c.found)
    query = select(*cells, func.count()).group_by(*cells)
    whole = _none()
    from_to: dict[str, dict[str, Any]] = {}
    for source, target, found, count in session.execute(query):
        for figures in (whole, from_to.setdefault(source, {}).setdefault(target, _none())):
            figures["total"] += count
            figures["taken"] += count if found == "taken" else 0
            figures["open"] += count if found in OPEN_STATES else 0
            figures["by_state"][found] = figures["by_state"].get(found, 0) + count
    return {**whole, "from_to": from_to if by_service else {}, "told": as_told(told)}


def _none() -> dict[str, Any]:
    return {"total": 0, "taken": 0, "open": 0, "by_state": {}}


def proposal_figures(session: Session, asked: Days) -> dict[str, Any]:
    """Proposals of a period: `total`, `by_state`, `decline_reasons`. By site it would be one desk's."""
    period = (AdmissionProposal.day >= asked[0], AdmissionProposal.day <= asked[1])

    def by(column: Any) -> dict[str, int]:
        query = select(column, func.count()).where(*period, column.is_not(None)).group_by(column).order_by(column)
        return dict(session.execute(query).all())

    states = {**dict.fromkeys(PROPOSAL_STATES, 0), **by(AdmissionProposal.state)}
    return {
        "total": sum(states.values()),
        "by_state": states,
        "decline_reasons": by(AdmissionProposal.decline_reason),
    }
