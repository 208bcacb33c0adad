"""Ordering interpreters and translations from the pool."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from kim_bus.outbox import emit
from kim_bus.reaction import Received
from kim_casework.model.case import Case
from kim_casework.model.order import InterpretingOrder, OrderChange, apart_from_older, list_orders
from kim_casework.model.standing import lets
from kim_casework.operations.order_interpreting import OrderInterpreting, order_interpreting
from kim_casework.operations.withdraw_order import WithdrawOrder, withdraw_order
from kim_runtime.act import Actor
from kim_runtime.refusal import NotFound, Refused
from sqlalchemy import select

POOL = "staedteregion-aachen.interpreting"
OWN_MONEY = "Eigenmittel der StädteRegion"
CERTIFICATE = {
    "job_kind": "document_translation", "occasion": "documents", "language": "ukr", "service_date": date(2022, 6, 30), "keystrokes": 4180,
    "editable": False, "decides_something": False, "desk": "Case Management, Rathaus Roetgen", "requester_town": "05334024",
}  # fmt: skip


@pytest.fixture
def order(casework: Any, actors: dict[str, Actor]) -> Callable[..., InterpretingOrder]:
    def order_it(house: Any = None, by: str = "kowalczyk", **said: Any) -> InterpretingOrder:
        house = house or casework
        with house.database.write() as session:
            return order_interpreting(session, house.act(actors[by]), OrderInterpreting(**{**CERTIFICATE, **said}))

    return order_it


@pytest.fixture
def answer(houses: Any, casework: Any, pump_all: Callable[..., int]) -> Callable[..., None]:
    """The interpreting service answers an order of the house."""
    pool = houses(POOL)

    def answer_it(order: InterpretingOrder, version: int, state: str, to: str = "staedteregion-aachen.casework", **said: Any) -> None:
        data = {"number": order.number, "state": state, "changed_at": pool.clock.now(), **said}
        with pool.database.write() as session:
            emit(session, pool.act(), "order.changed.v1", subject=order.id, version=version, data=data, to=to)
        pump_all()

    return answer_it


def test_an_order_says_language_day_place_and_case_and_nobodys_name(
    casework: Any, admit: Callable[..., Case], order: Callable[..., InterpretingOrder], listener: Callable[..., list[Received]],
    pump_all: Callable[..., int],
) -> None:  # fmt: skip
    heard = listener(POOL, "order.requested.v1")
    case = admit(casework, name="Zahra Azizi")
    placed = order(case_id=case.id)
    pump_all()
    (event,) = heard
    assert (placed.number, placed.state) == ("D-2022-0001", "requested")
    assert event.data["case_number"] == "2022-0001"
    assert event.data["requester_kind"] == "public_body"
    assert (event.data["language"], event.data["keystrokes"], event.data["editable"]) == ("ukr", 4180, False)
    assert "Azizi" not in str(event.data)


def test_caritas_orders_from_the_pool_of_the_staedteregion_as_an_association(
    open_house: Callable[..., Any], actors: dict[str, Actor], order: Callable[..., InterpretingOrder],
    listener: Callable[..., list[Received]], pump_all: Callable[..., int],
) -> None:  # fmt: skip
    heard = listener(POOL, "order.requested.v1")
    caritas = open_house("caritas-eifel.casework", [(actors["jansen"], "")], pool="staedteregion-aachen")
    order(caritas, by="jansen")
    pump_all()
    assert [(event.mailbox, event.data["requester_kind"]) for event in heard] == [("caritas-eifel.casework", "association")]


def test_older_orders_that_are_over_stand_apart_and_none_that_is_still_to_come() -> None:
    paid, coming = [InterpretingOrder(id=f"p{n}", state="paid") for n in range(5)], InterpretingOrder(id="c", state="scheduled")
    shown, older = apart_from_older([*paid, coming])
    assert (shown, older) == ([*paid[:3], coming], paid[3:])


def test_the_same_form_sent_twice_makes_one_order(casework: Any, order: Callable[..., InterpretingOrder], actors: dict[str, Actor]) -> None:
    assert order(id="order-1").number == order(id="order-1").number
    with casework.database.read() as session:
        assert len(list_orders(session, casework.act(actors["kowalczyk"]))) == 1


@pytest.mark.parametrize(
    ("said", "code", "field"),
    [
        ({"keystrokes": None}, "size_missing", "keystrokes"),
        ({"job_kind": "on_site"}, "size_missing", "minutes"),
        ({"service_date": date(2022, 5, 9)}, "service_date_past", "service_date"),
    ],
)
def test_a_wrong_order_is_refused_at_its_field(
    order: Callable[..., InterpretingOrder], said: dict[str, Any], code: str, field: str
) -> None:
    with pytest.raises(Refused) as refused:
        order(**said)
    assert (refused.value.code, refused.value.field) == (code, field)


def test_a_name_from_the_case_does_not_leave_the_house(
    casework: Any, admit: Callable[..., Case], order: Callable[..., InterpretingOrder]
) -> None:
    case = admit(casework, name="Zahra Azizi")
    with pytest.raises(Refused) as refused:
        order(case_id=case.id, place="bei Zahra Azizi, Roetgen")
    assert refused.value.code == "name_in_order"


def test_no_order_can_be_linked_to_a_case_one_does_not_see(
    casework: Any, admit: Callable[..., Case], order: Callable[..., InterpretingOrder]
) -> None:
    case = admit(casework)
    with pytest.raises(NotFound):
        order(by="breuer", case_id=case.id)


def test_the_answer_is_kept_with_reason_and_the_pot_that_would_fit(
    casework: Any, order: Callable[..., InterpretingOrder], answer: Callable[..., None]
) -> None:
    placed = order()
    answer(placed, 1, "refused", reason="case_link_missing", fitting_pot="staedteregion-eigenmittel-2022", fitting_pot_name=OWN_MONEY)
    with casework.database.read() as session:
        kept = session.get_one(InterpretingOrder, placed.id)
        assert (kept.state, kept.reason, kept.fitting_pot) == ("refused", "case_link_missing", "staedteregion-eigenmittel-2022")
        assert kept.fitting_pot_name == OWN_MONEY


def test_an_order_is_followed_to_its_payment_and_its_states_stay(
    casework: Any, order: Callable[..., InterpretingOrder], answer: Callable[..., None]
) -> None:
    placed = order()
    answer(placed, 1, "approved", pot="kim-dolmetschen-2022", expected=Decimal("176.36"))
    answer(placed, 4, "paid", pot="kim-dolmetschen-2022", expected=Decimal("176.36"), actual=Decimal("169.40"))
    answer(placed, 3, "invoiced", pot="kim-dolmetschen-2022")
    with casework.database.read() as session:
        kept = session.get_one(InterpretingOrder, placed.id)
        states = [row.state for row in session.scalars(select(OrderChange).order_by(OrderChange.serial))]
        assert (kept.state, kept.expected, kept.actual) == ("paid", Decimal("176.36"), Decimal("169.40"))
        assert states == ["requested", "approved", "paid"]


def test_only_the_service_that_has_the_order_is_believed(
    casework: Any, order: Callable[..., InterpretingOrder], actors: dict[str, Actor]
) -> None:
    from kim_casework.reactions.order_changed import order_changed

    placed = order()
    act = casework.act()
    said = {"state": "paid", "pot": None, "reason": None, "fitting_pot": None, "expected": None, "actual": None}
    forged = Received("e1", "order.changed.v1", "caritas-eifel", "interpreting", placed.id, 9, act.at, said, "", "c")
    with casework.database.write() as session:
        order_changed(session, act, forged)
    with casework.database.read() as session:
        assert session.get_one(InterpretingOrder, placed.id).state == "requested"


def test_withdrawing_is_told_once_and_not_after_the_end(
    casework: Any, order: Callable[..., InterpretingOrder], actors: dict[str, Actor], answer: Callable[..., None]
) -> None:
    placed, done = order(), order()
    for _ in range(2):
        with casework.database.write() as session:
            kept = withdraw_order(session, casework.act(actors["kowalczyk"]), WithdrawOrder(placed.id))
    assert (kept.state, kept.version) == ("withdrawn", 2)
    answer(done, 1, "paid")
    with pytest.raises(Refused), casework.database.write() as session:
        withdraw_order(session, casework.act(actors["kowalczyk"]), WithdrawOrder(done.id))


def test_a_talk_has_a_beginning(casework: Any, order: Callable[..., InterpretingOrder]) -> None:
    talk = order(job_kind="on_site", keystrokes=None, minutes=90, starts_at=datetime(2022, 6, 30, 8, tzinfo=UTC), place="Rathaus Roetgen")
    assert talk.starts_at == datetime(2022, 6, 30, 8, tzinfo=UTC)


def test_orders_are_seen_by_who_placed_them_the_cases_manager_and_the_lead(
    casework: Any, admit: Callable[..., Case], order: Callable[..., InterpretingOrder], actors: dict[str, Actor]
) -> None:
    case = admit(casework, by="breuer")
    placed = order(by="thelen", case_id=case.id)
    with casework.database.read() as session:
        for name, sees in (("thelen", True), ("breuer", True), ("kowalczyk", False), ("aydin", False)):
            assert [one.id for one in list_orders(session, casework.act(actors[name]))] == ([placed.id] if sees else [])
            assert lets(session, casework.act(actors[name]), "order.see", session.get_one(InterpretingOrder, placed.id)) is sees
