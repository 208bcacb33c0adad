"""By the number that stands on a file an auditor finds what was done with all that belongs to it: invoices, entries, re-assignments."""

from __future__ import annotations

from decimal import Decimal

from flask import Flask
from interpreting.conftest import KIM, OWN, Pool
from interpreting.test_that_was_not_me import key_of, signed_in, way_of_an_order  # noqa: F401 - a fixture
from kim_audit.tables import entries as audit
from kim_interpreting.model import entered
from kim_interpreting.operations.propose_reassignment import ProposeReassignment, propose_reassignment
from kim_service.audit_search import things_meant
from sqlalchemy import select
from web.signed_in import bearer


def test_an_order_is_found_by_its_number_and_the_cases_with_its_invoice_and_who_entered_what(app: Flask, pool: Pool) -> None:
    order, bill = way_of_an_order(pool)
    other = pool.entered(case_number=None)
    keys = {key_of(pool, kind, "demir") for kind in (entered.ORDER_STEP, entered.RECORDING, entered.CONFIRMATION)}
    with app.test_request_context(), pool.house.database.read() as session:
        for number in ("S-2022-0001", "2022-0041", order):
            found = things_meant(session, number)
            assert {f"order:{order}", f"orders:{order}", f"invoices:{bill}", *keys} <= found, number
            assert not any(other.id in name for name in found), number
        assert f"invoices:{bill}" in things_meant(session, "2022-117")


def test_money_moved_between_pots_is_found_with_either_and_by_its_own_id(app: Flask, pool: Pool) -> None:
    moved = ProposeReassignment(from_pot_id=OWN, to_pot_id=KIM, amount=Decimal(5), document="Verfügung")
    id = pool.do(propose_reassignment, moved).id
    with app.test_request_context(), pool.house.database.read() as session:
        for asked in (OWN, KIM, id):
            found = things_meant(session, asked)
            assert {f"pots:{KIM}:{id}", key_of(pool, entered.REASSIGNMENT, "demir")} <= found, asked
    program = bearer(app, pool.people.kraemer)
    answer = app.test_client().post("/api/pots/reassignments/confirmations", json={"reassignment_id": id}, headers=program)
    assert answer.status_code == 200
    with pool.house.database.read() as session:
        assert session.scalars(select(audit.c.thing).where(audit.c.action == "pot.confirm")).one() in found
