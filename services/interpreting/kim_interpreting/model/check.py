"""What each pot says to an order now: the rows put before the rules."""

from __future__ import annotations

from datetime import date

from kim_runtime.clock import local_day
from sqlalchemy.orm import Session

from kim_interpreting.model.known_case import case_by_number
from kim_interpreting.model.order import Order
from kim_interpreting.model.pot import Pot, all_pots
from kim_interpreting.rules import tariff
from kim_interpreting.rules.pot_rules import TALKS, TRANSLATIONS, CaseLink, Line, PotState, Request, judge, judge_all

ASSUMED_MINUTES = 60  # a talk whose end nobody knows yet
ASSUMED_KEYSTROKES = 1800  # one standard page (Normseite)


def pot_lines(session: Session, order: Order, house: str) -> tuple[Line, ...]:
    """A line for each pot whose period holds the request or the service; for all pots where none does. `house` is the own organisation."""
    pots = all_pots(session)
    requested_on = local_day(order.requested_at)
    near = [pot for pot in pots if any(pot.period_from <= day <= pot.period_to for day in (requested_on, order.service_date))]
    return judge_all(request_of(session, order, house), (pot_state(order, pot) for pot in near or pots))


def pot_line(session: Session, order: Order, pot: Pot, house: str) -> Line:
    """What one pot says; under the pot's row lock it is what holds."""
    return judge(request_of(session, order, house), pot_state(order, pot))


def request_of(session: Session, order: Order, house: str) -> Request:
    link, closed_on = _case_link(session, order, house)
    return Request(
        requested_on=local_day(order.requested_at),
        service_date=order.service_date,
        job_kind=order.job_kind,
        occasion=order.occasion,
        requester_kind=order.requester_kind,
        requester_town=order.requester_town,
        decides_something=order.decides_something,
        public_room=order.public_room,
        other_payers_ruled_out=order.other_payers_ruled_out,
        case_number=order.case_number,
        case=link,
        case_closed_on=closed_on,
        own_house=(order.requester_mailbox or "").split(".")[0] == house,
    )


def pot_state(order: Order, pot: Pot) -> PotState:
    versions = [version.as_rules() for version in pot.rules]
    return PotState(pot.id, pot.name, pot.period_from, pot.period_to, versions, pot.free, cost_of(order, pot))


def cost_of(order: Order, pot: Pot, *, done: bool = False) -> tariff.Cost | None:
    """What the order costs by the pot's tariff, as expected, or for the work `done`; None where the tariff has no price for it."""
    requested_on = local_day(order.requested_at)
    minutes = (order.done_minutes if done else None) or order.minutes or ASSUMED_MINUTES
    keystrokes = (order.done_keystrokes if done else None) or order.keystrokes or ASSUMED_KEYSTROKES
    small_business = order.provider.small_business if order.provider else order.small_business
    lay = tariff.LAY_TARIFFS.get(pot.tariff)
    if lay:
        return tariff.lay_interpreting(minutes, lay) if order.job_kind in TALKS else None
    if order.job_kind in TRANSLATIONS:
        return tariff.translation(
            keystrokes, requested_on, editable=order.editable, difficult=order.difficult, small_business=small_business
        )
    return tariff.interpreting(minutes, requested_on, small_business=small_business)


def _case_link(session: Session, order: Order, house: str) -> tuple[CaseLink, date | None]:
    if not order.case_number:
        return CaseLink.NONE, None
    sender, _, service = (order.requester_mailbox or "").partition(".")
    if service == "casework" and sender != house:
        return CaseLink.STATED, None
    known = case_by_number(session, order.case_number)
    if known is None:
        return CaseLink.UNKNOWN, None
    return (CaseLink.CLOSED, known.closed_on) if known.state == "closed" else (CaseLink.OPEN, None)
