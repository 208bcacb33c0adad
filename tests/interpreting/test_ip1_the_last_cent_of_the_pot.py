"""Story IP-1, step by step, with every figure: gross commitment, the exact limit, waiting, the invoice, the fee."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from kim_interpreting.model.check import pot_lines
from kim_interpreting.model.figures import pot_figures
from kim_interpreting.model.movement import movements_of, sums_at
from kim_interpreting.model.pot import Pot
from kim_interpreting.operations.approve_order import ApproveOrder, approve_order
from kim_interpreting.operations.book_movement import book_movement
from kim_interpreting.operations.cancel_order import CancelOrder, cancel_order, fee_if_cancelled
from kim_interpreting.operations.confirm_excess import ConfirmExcess, confirm_excess
from kim_interpreting.operations.confirm_invoice import ConfirmInvoice, confirm_invoice
from kim_interpreting.operations.confirm_reassignment import ConfirmReassignment, confirm_reassignment
from kim_interpreting.operations.pay_invoice import PayInvoice, pay_invoice
from kim_interpreting.operations.perform_order import PerformOrder, perform_order
from kim_interpreting.operations.propose_reassignment import ProposeReassignment, propose_reassignment
from kim_interpreting.operations.record_invoice import RecordInvoice, record_invoice
from kim_interpreting.operations.schedule_order import ScheduleOrder, schedule_order
from kim_interpreting.operations.wait_for_money import WaitForMoney, wait_for_money
from kim_interpreting.rules.formula import spelled
from kim_interpreting.rules.ledger import MovementKind
from kim_interpreting.rules.pot_rules import suggestion
from kim_runtime.refusal import Forbidden, Refused

KIM, LAND, OWN = "kim-dolmetschen-2022", "land-sprachmittlerpool-2022", "staedteregion-eigenmittel-2022"


def test_the_last_cent_of_the_pot(pool: Any, grant: Callable[..., None]) -> None:
    grant()
    demir, oeztuerk, kraemer = pool.people.demir, pool.people.oeztuerk, pool.people.kraemer

    # The year so far: paid 22,410.55, invoiced 1,986.20, committed 5,426.89 of which O-1 has 212.50.
    pool.on(2022, 10, 3)
    _spent(pool, "paid", [Decimal("9000.00"), Decimal("7000.00"), Decimal("6410.55")])
    _spent(pool, "invoiced", [Decimal("1986.20")])
    _reserved(pool, Decimal("5426.89") - Decimal("212.50"))
    pool.on(2022, 11, 21)
    o1 = pool.approved(
        pot_id=KIM, job_kind="on_site", occasion="counselling", service_date=date(2022, 11, 24), minutes=130, keystrokes=None,
        small_business=True,
    )  # fmt: skip
    pool.do(schedule_order, ScheduleOrder(o1.id, "small"))
    assert o1.committed == Decimal("212.50")
    sums = pool.sums(KIM)
    assert (sums.granted, sums.paid, sums.invoiced, sums.committed, sums.free) == tuple(
        Decimal(text) for text in ("30000.00", "22410.55", "1986.20", "5426.89", "176.36")
    )
    assert _warnings(pool) == [75, 90]

    # 1 The translation of certificates fits to the cent.
    o2 = pool.entered(service_date=date(2022, 11, 30))
    line = _lines(pool, o2)[KIM]
    assert spelled(line.cost) == "76 Zeilen × 1,95 = 148,20 + 28,16 USt = 176,36"
    assert (line.verdict, line.before, line.after) == ("allowed", Decimal("176.36"), Decimal("0.00"))

    # 2 A second person approves; the warning of 100 % is given once.
    with pytest.raises(Forbidden):
        pool.do(approve_order, ApproveOrder(o2.id), demir)
    pool.do(approve_order, ApproveOrder(o2.id), oeztuerk)
    pool.do(approve_order, ApproveOrder(o2.id), oeztuerk)  # a double click
    assert pool.free(KIM) == 0
    assert _warnings(pool) == [75, 90, 100]

    # 3 300 keystrokes, editable: the minimum, and three answers.
    o3 = pool.entered(service_date=date(2022, 12, 5), keystrokes=300, editable=True)
    lines = _lines(pool, o3)
    assert spelled(lines[KIM].cost) == "6 Zeilen × 1,80 = 10,80, mindestens 20,00 + 3,80 USt = 23,80"
    assert (lines[KIM].code, lines[KIM].params) == ("short", {"missing": Decimal("23.80")})
    assert lines[LAND].code == "no_translations"
    assert lines[OWN].code == "other_payers_open"
    assert suggestion(list(lines.values())) is lines[OWN]
    assert (pool.order(o3.id).state, pool.order(o3.id).reason, pool.order(o3.id).fitting_pot_id) == ("checked", "short", OWN)

    # 4 The requester waits; nothing is reserved.
    pool.do(wait_for_money, WaitForMoney(o3.id))
    assert (pool.order(o3.id).state, pool.order(o3.id).committed, pool.free(KIM)) == ("waiting_for_money", 0, 0)
    with pytest.raises(Refused, match=r"es fehlen 23\.80 €\. Passender Topf: Eigenmittel"):
        pool.do(approve_order, ApproveOrder(o3.id), oeztuerk)

    # 5 O-1 is cancelled on Tuesday: today up to two hours, yesterday it would have been nothing.
    pool.on(2022, 11, 22)
    with pool.house.database.read() as session:
        o1_now = session.get_one(type(o1), o1.id)
        assert fee_if_cancelled(o1_now, date(2022, 11, 22)) == Decimal("170.00")
        assert fee_if_cancelled(o1_now, date(2022, 11, 21)) == 0
    pool.do(cancel_order, CancelOrder(o1.id, income_lost=True))
    assert (pool.order(o1.id).committed, pool.free(KIM)) == (Decimal("170.00"), Decimal("42.50"))

    # 6 The waiting order has become possible, but is not approved by itself.
    assert pool.order(o3.id).state == "waiting_for_money"
    assert _lines(pool, o3)[KIM].verdict == "allowed"
    pool.do(approve_order, ApproveOrder(o3.id), oeztuerk)
    assert pool.free(KIM) == Decimal("18.70")

    # 7 The first invoice takes the place of its reservation.
    pool.on(2022, 11, 25)
    first = _invoiced(pool, o2.id, "2022-117", 4015, "169.40")
    assert (first.by_tariff, first.findings, pool.free(KIM)) == (Decimal("169.40"), "", Decimal("25.66"))

    # 8 The second is 1.90 above its reservation: a second person, with a reason.
    pool.on(2022, 11, 28)
    second = _invoiced(pool, o3.id, "2022-118", 660, "25.70")
    assert (second.state, second.by_tariff, pool.free(KIM)) == ("excess", Decimal("25.70"), Decimal("25.66"))
    with pytest.raises(Forbidden):
        pool.do(confirm_excess, ConfirmExcess(second.id, "Text länger als geschätzt"), demir)
    pool.do(confirm_excess, ConfirmExcess(second.id, "Text länger als geschätzt"), oeztuerk)
    assert pool.free(KIM) == Decimal("23.76")

    # 9 The same number of the same supplier is refused, and shows the first.
    with pytest.raises(Refused) as refused:
        pool.do(record_invoice, RecordInvoice(order_id=o3.id, number="2022-117", dated=date(2022, 11, 28), gross=Decimal("10.00")))
    assert refused.value.code == "invoice_number_known"
    assert pool.order(o2.id).number in str(refused.value)

    # 10 Another 23.80 lacks four cents; nobody can make free negative; a re-assignment is a movement of its own.
    o5 = pool.entered(service_date=date(2022, 12, 5), keystrokes=300, editable=True)
    assert _lines(pool, o5)[KIM].params == {"missing": Decimal("0.04")}
    for actor in (oeztuerk, kraemer, pool.people.wirtz):
        with pytest.raises(Refused) as refused:
            pool.do(approve_order, ApproveOrder(o5.id, KIM), actor)
        assert refused.value.params["missing"] == Decimal("0.04")
    moved = pool.do(
        propose_reassignment, ProposeReassignment(from_pot_id=OWN, to_pot_id=KIM, amount=Decimal("500.00"), document="Verfügung 12/22")
    )
    with pytest.raises(Forbidden):
        pool.do(confirm_reassignment, ConfirmReassignment(moved.id), demir)
    pool.do(confirm_reassignment, ConfirmReassignment(moved.id), kraemer)
    assert (pool.free(KIM), pool.sums(KIM).granted, pool.sums(KIM).reassigned) == (
        Decimal("523.76"),
        Decimal("30000.00"),
        Decimal("500.00"),
    )
    assert (pool.free(OWN), pool.sums(OWN).reassigned) == (Decimal("14500.00"), Decimal("-500.00"))

    # 11 At every step the equation held, in the ledger as in the pot.
    _check_ledger(pool)
    pool.do(confirm_invoice, ConfirmInvoice(first.id), demir)
    with pytest.raises(Forbidden):
        pool.do(pay_invoice, PayInvoice(first.id), demir)
    pool.do(pay_invoice, PayInvoice(first.id), kraemer)
    assert (pool.free(KIM), pool.sums(KIM).paid) == (Decimal("523.76"), Decimal("22579.95"))
    _check_ledger(pool)

    # 12 What is free after 31 December lapses.
    with pool.house.database.read() as session:
        kim = session.get_one(Pot, KIM)
        assert pot_figures(session, kim, date(2022, 12, 31)).lapses is None
        assert pot_figures(session, kim, date(2023, 1, 2)).lapses == Decimal("523.76")
    assert _warnings(pool) == [75, 90, 100]


def _spent(pool: Any, state: str, amounts: list[Decimal]) -> None:
    """Orders of earlier in the year, invoiced with these amounts and paid if `state` says so."""
    for amount in amounts:
        order = pool.approved(service_date=date(2022, 10, 3), keystrokes=_keystrokes(amount), editable=True)
        invoice = _invoiced(pool, order.id, f"alt-{amount}", _keystrokes(amount), str(amount))
        if state == "paid":
            pool.do(confirm_invoice, ConfirmInvoice(invoice.id, "Rahmenvertrag"))
            pool.do(pay_invoice, PayInvoice(invoice.id), pool.people.kraemer)


def _keystrokes(amount: Decimal) -> int:
    """Enough lines of 1.80 + 19 % for an invoice of that amount to lie within its reservation."""
    return (int(amount / Decimal("2.142")) + 1) * 55


def _reserved(pool: Any, total: Decimal) -> None:
    """Reserve exactly `total` on the pot."""
    with pool.write() as session:
        kim = session.get_one(Pot, KIM, with_for_update=True)
        book_movement(session, pool.by(pool.people.kraemer), kim, MovementKind.COMMITMENT, total, document="Übernahme aus der Liste")


def _invoiced(pool: Any, order_id: str, number: str, keystrokes: int, gross: str) -> Any:
    pool.do(schedule_order, ScheduleOrder(order_id, "office"))
    pool.do(perform_order, PerformOrder(order_id, keystrokes=keystrokes))
    return pool.do(record_invoice, RecordInvoice(order_id=order_id, number=number, dated=pool.by().today, gross=Decimal(gross)))


def _lines(pool: Any, order: Any) -> dict[str, Any]:
    with pool.house.database.read() as session:
        return {line.pot: line for line in pot_lines(session, session.get_one(type(order), order.id), "staedteregion-aachen")}


def _warnings(pool: Any) -> list[int]:
    with pool.house.database.read() as session:
        return [warning.percent for warning in session.get_one(Pot, KIM).warnings]


def _check_ledger(pool: Any) -> None:
    with pool.house.database.read() as session:
        for id in (KIM, LAND, OWN):
            pot = session.get_one(Pot, id)
            assert sums_at(session, id, pool.house.clock.now().replace(year=2030)) == pot.sums
            assert pot.sums.budget == pot.paid + pot.invoiced + pot.committed + pot.free
            running = type(pot.sums)()
            for movement in movements_of(session, id):
                running += movement.change
                assert running.free >= 0
