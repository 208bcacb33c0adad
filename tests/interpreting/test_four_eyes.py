"""Four eyes (Vier-Augen-Prinzip) stand in the table: what the pages show of a step is what its operation lets through."""

from __future__ import annotations

from decimal import Decimal

import pytest
from interpreting.conftest import KIM, OWN, Pool
from kim_audit.tables import entries
from kim_interpreting.doors import DOORS
from kim_interpreting.operations.approve_order import ApproveOrder, approve_order
from kim_interpreting.operations.check_order import CheckOrder, check_order
from kim_interpreting.operations.confirm_invoice import ConfirmInvoice, confirm_invoice
from kim_interpreting.operations.confirm_reassignment import ConfirmReassignment, confirm_reassignment
from kim_interpreting.operations.pay_invoice import PayInvoice, pay_invoice
from kim_interpreting.operations.perform_order import PerformOrder, perform_order
from kim_interpreting.operations.propose_reassignment import ProposeReassignment, propose_reassignment
from kim_interpreting.operations.record_invoice import RecordInvoice, record_invoice
from kim_interpreting.operations.schedule_order import ScheduleOrder, schedule_order
from kim_runtime.act import Actor
from kim_runtime.policy import allowed
from kim_runtime.refusal import Refused
from sqlalchemy import select
from web.signed_in import bearer

WHO = ("demir", "oeztuerk", "kraemer", "wirtz")


def may(actor: Actor, action: str, thing: object) -> bool:
    standing = DOORS.standings[type(thing)](actor, thing)
    return allowed(DOORS.rules, actor.roles, action, standing.relations, standing.state)


def shown_to_each(pool: Pool, action: str, thing: object) -> list[bool]:
    """Who of WHO may, by the table."""
    with pool.house.database.read() as session:
        return [may(getattr(pool.people, who), action, session.get_one(type(thing), thing.id)) for who in WHO]


def carried_out(pool: Pool, operation, command, who: str) -> bool:
    try:
        with pool.house.database.write() as session:
            operation(session, pool.by(getattr(pool.people, who)), command)
            raise NothingIsKept
    except NothingIsKept:
        return True
    except Refused as refused:
        assert refused.code in {"second_person", "budget_officer_needed"}
        return False


class NothingIsKept(Exception):
    pass


def compare(pool: Pool, action: str, thing, operation, command) -> list[bool]:
    """Who of WHO may, by the table; and each of them can (those whose role has the action at all)."""
    shown = shown_to_each(pool, action, thing)
    able = [who for who in WHO if not getattr(pool.people, who).roles.isdisjoint(DOORS.permissions[action])]
    assert [carried_out(pool, operation, command, who) for who in able] == [shown[WHO.index(who)] for who in able]
    return shown


def test_who_entered_an_order_does_not_approve_it(pool, grant):
    grant()
    order = pool.entered()
    assert order.pot_id == KIM
    assert compare(pool, "order.approve", order, approve_order, ApproveOrder(order.id)) == [False, True, True, False]


def test_the_pot_that_pays_last_is_the_budget_officers(pool, grant):
    grant()
    order = pool.entered(case_number="")
    pool.do(check_order, CheckOrder(order.id, OWN, other_payers_ruled_out=True))
    assert pool.order(order.id).pot_id == OWN
    assert compare(pool, "order.approve", order, approve_order, ApproveOrder(order.id)) == [False, False, True, False]


@pytest.fixture
def invoice(pool, grant):
    grant()
    order = pool.approved()
    pool.do(schedule_order, ScheduleOrder(order.id, "office"))
    pool.do(perform_order, PerformOrder(order.id))
    return lambda gross: pool.do(record_invoice, RecordInvoice(order_id=order.id, number="1", dated=pool.by().today, gross=Decimal(gross)))


def test_who_confirmed_an_invoice_does_not_pay_it(pool, invoice):
    recorded = invoice("50.00")
    assert shown_to_each(pool, "invoice.confirm", recorded) == [True, True, True, False]
    confirmed = pool.do(confirm_invoice, ConfirmInvoice(recorded.id, "billiger"), pool.people.oeztuerk)
    assert compare(pool, "invoice.pay", confirmed, pay_invoice, PayInvoice(recorded.id)) == [True, False, True, False]


def test_who_recorded_an_invoice_does_not_accept_its_excess(pool, invoice):
    dear = invoice("900.00")
    assert dear.state == "excess"
    assert shown_to_each(pool, "invoice.accept_excess", dear) == [False, True, True, False]


def test_who_proposed_to_move_money_does_not_confirm_it(pool, grant):
    grant()
    moved = pool.do(propose_reassignment, ProposeReassignment(from_pot_id=OWN, to_pot_id=KIM, amount=Decimal(5), document="Verfügung"))
    assert compare(pool, "pot.confirm", moved, confirm_reassignment, ConfirmReassignment(moved.id)) == [False, True, True, False]


def written(pool: Pool, id: str) -> list[tuple[str, str, str]]:
    with pool.house.database.read() as session:
        rows = session.execute(select(entries).where(entries.c.thing.endswith(f":{id}")).order_by(entries.c.serial))
        return [(row.actor_id, row.action.removesuffix(".page"), row.outcome) for row in rows]


def test_a_second_step_of_the_first_person_is_a_denial_in_the_audit_by_page_and_by_program(pool, grant, sit, app):
    grant()
    order = pool.entered()
    sit("demir").post(f"/auftraege/{order.id}/freigeben")
    header = bearer(app, pool.people.demir)
    app.test_client().post("/api/orders/approvals", json={"order_id": order.id}, headers=header)
    assert written(pool, order.id) == [("demir", "order.approve", "denied")] * 2
    app.test_client().post("/api/orders/approvals", json={"order_id": order.id}, headers=bearer(app, pool.people.oeztuerk))
    assert written(pool, order.id)[-1] == ("oeztuerk", "order.approve", "done")
    moved = pool.do(propose_reassignment, ProposeReassignment(from_pot_id=OWN, to_pot_id=KIM, amount=Decimal(5), document="Verfügung"))
    sit("demir").post(f"/toepfe/{KIM}/umbuchungen/{moved.id}/bestaetigen")
    assert written(pool, f"{KIM}:{moved.id}") == [("demir", "pot.confirm", "denied")]


def test_money_is_moved_in_the_name_of_no_other_pot(pool, grant, sit):
    grant()
    moved = pool.do(propose_reassignment, ProposeReassignment(from_pot_id=OWN, to_pot_id=KIM, amount=Decimal(5), document="Verfügung"))
    sit("oeztuerk").post(f"/toepfe/another-pot/umbuchungen/{moved.id}/bestaetigen")
    assert written(pool, moved.id) == [("oeztuerk", "pot.confirm", "denied")]
    with pool.house.database.read() as session:
        assert session.get_one(type(moved), moved.id).confirmed_at is None
