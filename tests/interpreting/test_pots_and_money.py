"""The ledger: the equation holds whatever happens, free never goes below zero, and two orders never take the same euro."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kim_interpreting.model.base import Base
from kim_interpreting.model.figures import all_pot_figures
from kim_interpreting.model.movement import movements_of, sums_at
from kim_interpreting.model.order import Order
from kim_interpreting.model.pot import Pot
from kim_interpreting.operations.add_provider import AddProvider, add_provider
from kim_interpreting.operations.approve_order import ApproveOrder, approve_order
from kim_interpreting.operations.cancel_order import CancelOrder, cancel_order
from kim_interpreting.operations.change_pot_rules import ChangePotRules, change_pot_rules
from kim_interpreting.operations.confirm_excess import ConfirmExcess, confirm_excess
from kim_interpreting.operations.confirm_invoice import ConfirmInvoice, confirm_invoice
from kim_interpreting.operations.confirm_reassignment import ConfirmReassignment, confirm_reassignment
from kim_interpreting.operations.enter_order import EnterOrder, enter_order
from kim_interpreting.operations.grant_pot import GrantPot, grant_pot
from kim_interpreting.operations.mark_unfilled import MarkUnfilled, mark_unfilled
from kim_interpreting.operations.pay_invoice import PayInvoice, pay_invoice
from kim_interpreting.operations.perform_order import PerformOrder, perform_order
from kim_interpreting.operations.propose_reassignment import ProposeReassignment, propose_reassignment
from kim_interpreting.operations.record_invoice import RecordInvoice, record_invoice
from kim_interpreting.operations.return_invoice import ReturnInvoice, return_invoice
from kim_interpreting.operations.return_money import ReturnMoney, return_money
from kim_interpreting.operations.schedule_order import ScheduleOrder, schedule_order
from kim_interpreting.rules.forecast import used_by_period_end
from kim_interpreting.rules.ledger import MovementKind, Sums, after, effect
from kim_runtime.act import Act, Actor
from kim_runtime.clock import local_day
from kim_runtime.database import Database
from kim_runtime.refusal import Refused

KIM, LAND, OWN = "kim-dolmetschen-2022", "land-sprachmittlerpool-2022", "staedteregion-eigenmittel-2022"
YEAR = (date(2022, 1, 1), date(2022, 12, 31))

amounts = st.decimals(Decimal("0.01"), Decimal("400.00"), places=2)
bookings = st.lists(st.tuples(st.sampled_from([kind for kind in MovementKind if kind is not MovementKind.GRANT]), amounts), max_size=40)


@given(st.decimals(Decimal("0.00"), Decimal("1000.00"), places=2), bookings)
def test_any_bookings_keep_the_equation_and_never_go_below_zero(granted: Decimal, booked: list[tuple[MovementKind, Decimal]]) -> None:
    sums = Sums(granted=granted)
    for kind, amount in booked:
        replaced = min(sums.committed, amount)
        if (kind is MovementKind.RELEASE and amount > sums.committed) or (
            kind in {MovementKind.PAYMENT, MovementKind.INVOICE_RETURNED} and amount > sums.invoiced
        ):
            continue  # no order holds so much
        try:
            sums = after(sums, effect(kind, amount, replaced), "Topf")
        except Refused as refused:
            assert refused.params["missing"] == -(sums + effect(kind, amount, replaced)).free
        assert sums.free >= 0
        assert sums.granted + sums.reassigned - sums.returned == sums.paid + sums.invoiced + sums.committed + sums.free


@pytest.mark.parametrize(
    ("used", "percent", "reached"),
    [
        ("0.00", "0.0", ()),
        ("749.99", "74.9", ()),
        ("750.00", "75.0", (75,)),
        ("999.99", "99.9", (75, 90)),
        ("1000.00", "100.0", (75, 90, 100)),
    ],
)
def test_a_threshold_is_reached_at_exactly_its_share(used: str, percent: str, reached: tuple[int, ...]) -> None:
    sums = Sums(granted=Decimal("1000.00"), committed=Decimal(used))
    assert (sums.used_percent, sums.warnings_reached()) == (Decimal(percent), reached)


@pytest.mark.parametrize(
    ("paid", "as_of", "forecast"),
    [
        ("0.00", date(2022, 8, 15), "0.00"),
        ("1000.00", date(2022, 12, 31), "1000.00"),
        ("1000.00", date(2022, 12, 30), "1002.75"),  # 364 days at 2.7473 a day, one day left
        ("15000.00", date(2022, 6, 30), "30000.00"),  # would be 30,248.62: at most the pot
        ("1000.00", date(2021, 12, 1), "1000.00"),  # before the period
        ("1000.00", date(2023, 1, 2), "1000.00"),  # after it
    ],
)
def test_the_forecast_goes_on_at_the_pace_so_far_and_never_beyond_the_pot(paid: str, as_of: date, forecast: str) -> None:
    assert used_by_period_end(Sums(granted=Decimal("30000.00"), paid=Decimal(paid)), *YEAR, as_of) == Decimal(forecast)


def test_each_warning_is_given_once_with_its_day_and_to_whom(pool: Any, grant: Callable[..., None]) -> None:
    grant(kim="400.00")
    for _ in range(2):
        pool.approved(service_date=date(2022, 9, 10))  # 176.36 each: 88 %
    assert _warnings(pool) == [(75, ("interpreting_coordinator", "budget_officer", "centre_head"))]
    order = pool.approved(service_date=date(2022, 9, 10), keystrokes=900)  # 17 lines: 39.45; 98 %
    pool.do(cancel_order, CancelOrder(order.id))
    pool.approved(service_date=date(2022, 9, 10), keystrokes=900)
    assert [percent for percent, _ in _warnings(pool)] == [75, 90]


def test_a_reassignment_moves_nothing_the_giving_pot_has_not(pool: Any, grant: Callable[..., None]) -> None:
    grant(own="100.00")
    moved = pool.do(
        propose_reassignment, ProposeReassignment(from_pot_id=OWN, to_pot_id=KIM, amount=Decimal("100.01"), document="Verfügung 1")
    )
    with pytest.raises(Refused) as refused:
        pool.do(confirm_reassignment, ConfirmReassignment(moved.id), pool.people.kraemer)
    assert refused.value.params["missing"] == Decimal("0.01")
    assert (pool.free(OWN), pool.free(KIM)) == (Decimal("100.00"), Decimal("30000.00"))


def test_a_pot_is_told_of_from_the_day_it_was_granted(pool: Any, grant: Callable[..., None]) -> None:
    grant()
    granted_on = local_day(pool.house.clock.now())
    next_year = {"period_from": date(2023, 1, 1), "period_to": date(2023, 12, 31)}
    pool.house.clock.set(pool.house.clock.now() + timedelta(days=40))
    pool.do(grant_pot, GrantPot(id="kim-2023", name="KIM-Mittel 2023", granted=Decimal("30000.00"), **next_year), pool.people.kraemer)
    with pool.house.database.read() as session:
        assert {pot.id for pot in all_pot_figures(session, granted_on)} == {KIM, LAND, OWN}
        assert {pot.id for pot in all_pot_figures(session, granted_on + timedelta(days=40))} == {KIM, LAND, OWN, "kim-2023"}


def test_money_given_back_is_no_longer_free(pool: Any, grant: Callable[..., None]) -> None:
    grant(kim="100.00")
    pool.do(return_money, ReturnMoney(KIM, Decimal("60.00"), "Änderungsbescheid"), pool.people.kraemer)
    assert (pool.free(KIM), pool.sums(KIM).granted, pool.sums(KIM).returned) == (Decimal("40.00"), Decimal("100.00"), Decimal("60.00"))
    with pytest.raises(Refused, match=r"es fehlen 0\.01"):
        pool.do(return_money, ReturnMoney(KIM, Decimal("40.01"), "Änderungsbescheid"), pool.people.kraemer)


def test_a_returned_invoice_gives_its_place_back_to_the_reservation(pool: Any, grant: Callable[..., None]) -> None:
    grant(kim="200.00")
    order = pool.approved(service_date=date(2022, 9, 1))
    pool.do(schedule_order, ScheduleOrder(order.id, "office"))
    pool.do(perform_order, PerformOrder(order.id))
    invoice = pool.do(record_invoice, RecordInvoice(order_id=order.id, number="1", dated=date(2022, 9, 1), gross=Decimal("150.00")))
    assert pool.free(KIM) == Decimal("50.00")
    pool.do(return_invoice, ReturnInvoice(invoice.id, "Fallnummer fehlt"))
    assert (pool.free(KIM), pool.order(order.id).state, pool.order(order.id).actual) == (Decimal("23.64"), "performed", None)
    again = pool.do(record_invoice, RecordInvoice(order_id=order.id, number="1a", dated=date(2022, 9, 2), gross=Decimal("176.36")))
    assert again.state == "recorded"


def test_a_late_invoice_and_one_above_the_tariff_need_a_reason_before_they_are_confirmed(pool: Any, grant: Callable[..., None]) -> None:
    grant()
    order = pool.approved(service_date=date(2022, 9, 1), keystrokes=8000)
    pool.do(schedule_order, ScheduleOrder(order.id, "office"))
    pool.do(perform_order, PerformOrder(order.id, keystrokes=4180))
    pool.on(2022, 12, 2)
    invoice = pool.do(record_invoice, RecordInvoice(order_id=order.id, number="7", dated=date(2022, 12, 1), gross=Decimal("180.00")))
    assert (invoice.by_tariff, invoice.finding_codes) == (Decimal("176.36"), ("above_tariff", "claim_lapsed"))
    with pytest.raises(Refused, match="begründen"):
        pool.do(confirm_invoice, ConfirmInvoice(invoice.id))
    assert pool.do(confirm_invoice, ConfirmInvoice(invoice.id, "Kulanz, Frau Krämer 2.12.")).state == "confirmed"


def test_no_step_of_an_order_is_taken_before_the_one_it_needs(pool: Any, grant: Callable[..., None]) -> None:
    grant()
    order = pool.do(enter_order, pool.request(service_date=date(2022, 9, 10)))
    too_early: tuple[tuple[Any, Any], ...] = (
        (schedule_order, ScheduleOrder(order.id, "office")), (perform_order, PerformOrder(order.id)),
        (mark_unfilled, MarkUnfilled(order.id)), (cancel_order, CancelOrder(order.id)),
        (record_invoice, RecordInvoice(order_id=order.id, number="1", dated=date(2022, 9, 1), gross=Decimal("1.00"))),
    )  # fmt: skip
    for operation, command in too_early:
        with pytest.raises(Refused) as refused:
            pool.do(operation, command)
        assert refused.value.code in ("order_state", "nobody_engaged"), operation.__name__
    assert pool.order(order.id).state == "checked"


def test_the_same_commands_again_change_nothing(pool: Any, grant: Callable[..., None]) -> None:
    grant()
    grant()
    request = pool.request(service_date=date(2022, 9, 10))
    order = pool.do(enter_order, request)
    assert pool.do(enter_order, request).number == order.number
    for _ in range(2):
        pool.do(approve_order, ApproveOrder(order.id), pool.people.oeztuerk)
    assert pool.sums(KIM) == Sums(granted=Decimal("30000.00"), committed=Decimal("176.36"))


def test_new_rules_must_begin_after_the_last_ones(pool: Any, grant: Callable[..., None]) -> None:
    grant()
    with pytest.raises(Refused) as refused:
        pool.do(change_pot_rules, ChangePotRules(pot_id=LAND, valid_from=date(2022, 1, 1), job_kinds=("phone",), decided_by="Erlass"))
    assert (refused.value.code, refused.value.field) == ("rules_overlap", "valid_from")


STEPS = ("approve", "schedule", "perform", "invoice", "excess", "confirm", "pay", "return", "cancel", "unfilled", "give_back", "move")


@settings(max_examples=6, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 3), st.integers(1, 9)), min_size=5, max_size=20))
def test_any_sequence_of_operations_keeps_the_ledger(tmp_path_factory: Any, steps: list[tuple[str, int, int]]) -> None:
    """Three orders and whatever is tried with them, in any order: what is not allowed is refused, and the money always adds up."""
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('pool')}/pool.sqlite3", {"pool": "staedteregion-aachen", "coordinator": ""})
    Base.metadata.create_all(database.engine)
    tried = _Tried(database)
    for name, which, size in steps:
        tried.attempt(name, which % len(tried.orders), size)
        tried.check()
    database.close()


class _Tried:
    """A small pool where things are tried: three orders of about 120 euro against 300."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.act_of = {
            id: Act("staedteregion-aachen", "interpreting", Actor(id, id, "staedteregion-aachen", frozenset({"budget_officer"})), NOON)
            for id in ("demir", "oeztuerk")
        }
        with database.write() as session:
            act = self.act_of["demir"]
            for id in (KIM, OWN):
                grant_pot(session, act, GrantPot(id=id, name=id, granted=Decimal("300.00"), period_from=YEAR[0], period_to=YEAR[1]))
            add_provider(session, act, AddProvider(id="p", name="P", qualification="sworn"))
            self.orders = [
                enter_order(session, act, _request(minutes=90, job_kind="phone", service_date=date(2022, 9, 2))).id for _ in range(3)
            ]
        self.invoices: dict[str, str] = {}

    def attempt(self, name: str, which: int, size: int) -> None:
        id = self.orders[which]
        invoice = self.invoices.get(id, "none")
        first, second = self.act_of["demir"], self.act_of["oeztuerk"]
        try:
            with self.database.write() as session:
                match name:
                    case "approve":
                        approve_order(session, second, ApproveOrder(id, KIM))
                    case "schedule":
                        schedule_order(session, first, ScheduleOrder(id, "p"))
                    case "perform":
                        perform_order(session, first, PerformOrder(id, minutes=size * 30, done_on=date(2022, 9, 1)))
                    case "invoice":
                        command = RecordInvoice(order_id=id, number=f"{id}-{size}", dated=YEAR[0], gross=Decimal(size * 40))
                        self.invoices[id] = record_invoice(session, first, command).id
                    case "excess":
                        confirm_excess(session, second, ConfirmExcess(invoice, "länger"))
                    case "confirm":
                        confirm_invoice(session, first, ConfirmInvoice(invoice, "gut"))
                    case "pay":
                        pay_invoice(session, second, PayInvoice(invoice))
                    case "return":
                        return_invoice(session, first, ReturnInvoice(invoice, "falsch"))
                    case "cancel":
                        cancel_order(session, first, CancelOrder(id, income_lost=size % 2 == 0))
                    case "unfilled":
                        mark_unfilled(session, first, MarkUnfilled(id))
                    case "give_back":
                        return_money(session, first, ReturnMoney(KIM, Decimal(size * 20), "Bescheid"))
                    case "move":
                        one = ProposeReassignment(from_pot_id=KIM, to_pot_id=OWN, amount=Decimal(size * 10), document="Verfügung")
                        confirm_reassignment(session, second, ConfirmReassignment(propose_reassignment(session, first, one).id))
        except Refused:
            pass  # what may not be is refused, and leaves nothing behind

    def check(self) -> None:
        with self.database.read() as session:
            for id in (KIM, OWN):
                sums = session.get_one(Pot, id).sums
                assert sums == sums_at(session, id, datetime(2030, 1, 1, tzinfo=UTC))
                assert sums.free >= 0
                assert sums.budget == sums.used + sums.free
                for movement in movements_of(session, id):
                    assert movement.amount > 0
            reserved = sum((session.get_one(Order, id).committed for id in self.orders), Decimal(0))
            assert reserved == session.get_one(Pot, KIM).committed


NOON = datetime(2022, 9, 1, 10, tzinfo=UTC)


def _request(**facts: Any) -> EnterOrder:
    known = {"requester_kind": "public_body", "requester_town": "05334024", "desk": "Amt", "occasion": "counselling", "language": "ukr"}
    return EnterOrder(**{**known, **facts})


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    url = f"sqlite:///{tmp_path}/pool.sqlite3" if request.param == "sqlite" else request.getfixturevalue("postgres_database_url")
    database = Database(url, {"pool": "staedteregion-aachen", "coordinator": ""})
    Base.metadata.create_all(database.engine)
    yield database
    database.close()


def test_of_two_orders_at_once_for_the_last_euro_one_is_refused(database: Database) -> None:
    tried = _Tried(database)
    together = Barrier(3)

    def approve(id: str) -> str:
        together.wait()
        try:
            with database.write() as session:
                return approve_order(session, tried.act_of["oeztuerk"], ApproveOrder(id, KIM)).state
        except Refused as refused:
            return refused.code

    with ThreadPoolExecutor(3) as threads:
        outcomes = sorted(threads.map(approve, tried.orders))  # 151.73 each, 300.00 in the pot
    assert outcomes == ["approved", "short", "short"]
    tried.check()


def test_every_operation_runs_on_both_databases(database: Database) -> None:
    tried = _Tried(database)
    way = ("approve", "schedule", "perform", "invoice", "excess", "return", "invoice", "confirm", "pay", "move", "give_back")
    for step, size in zip(way, (1, 1, 3, 2, 1, 1, 3, 1, 1, 1, 1), strict=True):
        tried.attempt(step, 0, size)
        tried.check()
    with database.read() as session:
        kim = session.get_one(Pot, KIM)
        assert kim.sums == Sums(
            granted=Decimal("300.00"), reassigned=Decimal("-10.00"), returned=Decimal("20.00"), paid=Decimal("120.00"),
        )  # fmt: skip


def test_no_number_is_given_twice_when_orders_come_at_once(database: Database) -> None:
    tried = _Tried(database)
    together = Barrier(4)

    def enter(_: int) -> str:
        together.wait()
        with database.write() as session:
            return enter_order(session, tried.act_of["demir"], _request(job_kind="phone", minutes=30, service_date=date(2022, 9, 2))).number

    with ThreadPoolExecutor(4) as threads:
        assert sorted(threads.map(enter, range(4))) == ["S-2022-0004", "S-2022-0005", "S-2022-0006", "S-2022-0007"]


def _warnings(pool: Any) -> list[tuple[int, tuple[str, ...]]]:
    with pool.house.database.read() as session:
        return [(warning.percent, warning.roles) for warning in session.get_one(Pot, KIM).warnings]
