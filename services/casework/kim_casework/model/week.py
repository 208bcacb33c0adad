"""What stands in a week: the lists of „Meine Woche“."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from kim_protection.model import Opened
from kim_protection.rules import EMERGENCIES_SHOWN_FOR, PROTECTED_READER
from kim_referral.model.consent import Consent
from kim_runtime.act import Act
from sqlalchemy import select
from sqlalchemy.orm import Session

from kim_casework.model.case import Assignment, Case, visible_cases
from kim_casework.model.order import InterpretingOrder, list_orders
from kim_casework.model.protection import EmergencyAccess, emergencies_since
from kim_casework.model.staff import Assignability
from kim_casework.rules.orders import OPEN_STATES, runs_out
from kim_casework.rules.permissions import MANAGER
from kim_casework.rules.urgency import RUNS_OUT_WITHIN

HANDED_OVER_SHOWN_FOR = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class EndingConsent:
    """A consent of a case that soon carries no disclosure any more."""

    case: Case
    consent: Consent


@dataclass(frozen=True, slots=True)
class HandedOver:
    """A case that went from one colleague to another on a day; `serial` grows with time."""

    case: Case
    from_member: str
    to_member: str
    on: date
    serial: str


def emergencies_to_know(session: Session, act: Act) -> list[Opened[Case, EmergencyAccess]]:
    """Whoever looks after a case, stands in, or may read protected ones learns for four weeks who opened it in an emergency, and why."""
    mine = replace(act, actor=replace(act.actor, roles=(act.actor.roles & {PROTECTED_READER}) | {MANAGER}))
    cases = {case.id: case for case in session.scalars(visible_cases(mine))}
    opened = emergencies_since(session, visible_cases(mine).with_only_columns(Case.id), act.at - EMERGENCIES_SHOWN_FOR)
    return [Opened(cases[one.case_id], one) for one in opened if one.actor != act.actor.id]


def cases_needing_a_manager(session: Session, act: Act) -> list[tuple[Case, date]]:
    """Open cases the actor may give away whose case manager may not have cases at some point within six weeks, with the first such day;
    nearest first. Of a protected one its number and who looks after it, no more.
    """
    assignability = Assignability(session)
    found = []
    for case in session.scalars(visible_cases(act, "case.assign").where(Case.state == "open").order_by(Case.number)):
        since = assignability.last_chance(case.responsible, act.today)
        if since is not None:
            found.append((case, since))
    return sorted(found, key=lambda pair: (pair[1], pair[0].responsible, pair[0].number))


def handed_over_lately(session: Session, act: Act) -> list[HandedOver]:
    """Open cases the actor may give away that changed hands within the last fortnight, the latest first."""
    since = act.today - HANDED_OVER_SHOWN_FOR
    lately = select(Assignment.case_id).where(Assignment.role == "responsible", Assignment.from_day >= since)
    found = []
    for case in session.scalars(visible_cases(act, "case.assign").where(Case.state == "open", Case.id.in_(lately))):
        held = sorted((one for one in case.assignments if one.role == "responsible"), key=lambda one: (one.from_day, one.id))
        if len(held) > 1:  # the first has had it from the admission on
            found.append(HandedOver(case, held[-2].member, held[-1].member, held[-1].from_day, held[-1].id))
    return sorted(found, key=lambda one: one.serial, reverse=True)


def ending_consents(session: Session, act: Act) -> list[EndingConsent]:
    """Consents of the actor's open cases that end within six weeks, soonest first; revoked ones carry nothing any more."""
    cases = {case.id: case for case in session.scalars(visible_cases(act).where(Case.state == "open"))}
    consents = session.scalars(
        select(Consent)
        .where(Consent.about_kind == "case", Consent.revoked_at.is_(None), Consent.valid_to.between(act.today, act.today + RUNS_OUT_WITHIN))
        .order_by(Consent.valid_to, Consent.id)
    )
    return [EndingConsent(cases[consent.about_id], consent) for consent in consents if consent.about_id in cases]


def orders_to_watch(session: Session, act: Act) -> Sequence[InterpretingOrder]:
    """Open orders whose day is near or past and for which nobody is scheduled, nearest first."""
    open_orders = list_orders(session, act, states=OPEN_STATES)
    return sorted(
        (order for order in open_orders if runs_out(order.state, order.service_date, act.today)), key=lambda order: order.service_date
    )
