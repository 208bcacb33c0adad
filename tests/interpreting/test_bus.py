"""What interpreting does when others have spoken, and what they hear of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from kim_bus.outbox import emit
from kim_bus.reaction import Reaction, Received
from kim_interpreting.model.order import Order
from kim_interpreting.operations.approve_order import ApproveOrder, approve_order
from kim_interpreting.operations.cancel_order import CancelOrder, cancel_order
from kim_interpreting.operations.check_order import CheckOrder, check_order
from kim_interpreting.operations.schedule_order import ScheduleOrder, schedule_order
from kim_runtime.refusal import Refused
from sqlalchemy import select

CASEWORK, CARITAS = "staedteregion-aachen.casework", "caritas-eifel.casework"
KIM, OWN = "kim-dolmetschen-2022", "staedteregion-eigenmittel-2022"


class Desk:
    """A requester's house: it asks, and keeps what it hears."""

    def __init__(self, houses: Any, mailbox: str) -> None:
        self.heard: list[Received] = []
        self.house = houses(mailbox, reactions=[Reaction("order.changed.v1", lambda _session, _act, event: self.heard.append(event))])

    def say(self, name: str, subject: str, data: dict[str, Any], version: int = 1, to: str | None = None) -> None:
        with self.house.database.write() as session:
            emit(session, self.house.act(), name, subject=subject, version=version, data=data, to=to)

    def ask(self, subject: str = "order-1", version: int = 1, **facts: Any) -> None:
        data = {
            "number": "D-2022-0001", "requested_at": datetime(2022, 9, 1, 8, tzinfo=UTC), "requester_kind": "public_body",
            "requester_town": "05334024", "desk": "Rathaus Roetgen", "case_number": "2022-0041", "job_kind": "document_translation",
            "occasion": "documents", "language": "ukr", "service_date": date(2022, 9, 20), "keystrokes": 4180, "editable": False,
            "decides_something": False,
        }  # fmt: skip
        self.say("order.requested.v1", subject, {**data, **facts}, version, to="staedteregion-aachen.interpreting")

    def tell_case(self, number: str, state: str = "open", version: int = 1) -> None:
        data = {"number": number, "state": state, "phase": "intake", "change": "opened", "changed_on": date(2022, 9, 1)}
        self.say("case.changed.v1", f"case-{number}", data, version)

    def states(self) -> list[str]:
        return [event.data["state"] for event in self.heard]


@pytest.fixture
def casework(pool: Any, houses: Any, grant: Callable[..., None]) -> Desk:
    grant()
    return Desk(houses, CASEWORK)


def _only_order(pool: Any) -> Order:
    with pool.house.database.read() as session:
        order = session.scalars(select(Order)).one()
        session.expunge(order)
        return order


def test_an_order_is_judged_and_every_change_is_told_to_its_requester(pool: Any, casework: Desk, pump_all: Callable[..., int]) -> None:
    casework.ask()
    pump_all()
    order = _only_order(pool)
    for operation, command in (
        (approve_order, ApproveOrder(order.id)),
        (schedule_order, ScheduleOrder(order.id, "office")),
        (cancel_order, CancelOrder(order.id)),
    ):
        pool.do(operation, command)
        pump_all()
    assert casework.states() == ["checked", "approved", "scheduled", "cancelled"]
    told = casework.heard[1]
    assert (told.subject, told.data["number"], told.data["pot"], str(told.data["expected"])) == ("order-1", "D-2022-0001", KIM, "176.36")
    assert told.data["pot_name"] == "KIM-Mittel"
    assert [event.version for event in casework.heard] == [1, 2, 3, 4]


def test_an_order_without_a_case_is_answered_with_the_reason_and_the_fitting_pot(pool: Any, casework: Desk, pump_all: Any) -> None:
    casework.ask(case_number=None)
    pump_all()
    assert (casework.heard[0].data["reason"], casework.heard[0].data["fitting_pot"]) == ("case_link_missing", OWN)
    assert casework.heard[0].data["fitting_pot_name"] == "Eigenmittel"
    pool.do(check_order, CheckOrder(_only_order(pool).id, other_payers_ruled_out=True))
    pump_all()
    assert (casework.heard[1].data["reason"], casework.heard[1].data["pot"]) == (None, OWN)


def test_an_order_no_pot_pays_is_refused_by_an_answer_not_parked(pool: Any, casework: Desk, pump_all: Any) -> None:
    casework.ask(occasion="medical", job_kind="on_site", minutes=60, keystrokes=None)
    pump_all()
    assert (casework.states(), casework.heard[0].data["reason"]) == (["refused"], "medical")


def test_the_house_itself_may_order_from_its_desks_in_the_city_of_aachen(pool: Any, casework: Desk, pump_all: Any) -> None:
    casework.tell_case("2022-0041")
    casework.ask(requester_town="05334002", desk="Case Management, Aachen-Arkaden")
    pump_all()
    assert (_only_order(pool).state, _only_order(pool).pot_id) == ("checked", KIM)


def test_an_order_waits_for_its_case_and_goes_on_when_it_is_heard_of(pool: Any, casework: Desk, pump_all: Any) -> None:
    casework.ask(case_number="2022-0077")
    pump_all()
    assert (casework.states(), _only_order(pool).wait_until) == (["waiting_for_case"], date(2022, 9, 4))
    casework.tell_case("2022-0077")
    pump_all()
    assert casework.states() == ["waiting_for_case", "checked"]
    assert _only_order(pool).pot_id == KIM


def test_an_order_whose_case_never_comes_is_refused_after_three_days(pool: Any, casework: Desk, pump_all: Any) -> None:
    casework.ask(case_number="2022-0077")
    pump_all()
    pool.on(2022, 9, 4)
    pump_all()
    assert casework.states() == ["waiting_for_case"]
    pool.on(2022, 9, 5)
    pump_all()
    assert (casework.states(), casework.heard[-1].data["reason"]) == (["waiting_for_case", "refused"], "case_unknown")


def test_a_case_of_another_house_is_taken_on_the_word_of_its_case_management(
    pool: Any, houses: Any, grant: Callable[..., None], pump_all: Any
) -> None:
    grant()
    caritas = Desk(houses, CARITAS)
    caritas.ask(case_number="C-7")
    pump_all()
    assert (caritas.states(), _only_order(pool).pot_id) == (["checked"], KIM)


def test_the_same_request_again_changes_nothing_and_a_newer_one_is_judged_anew(pool: Any, casework: Desk, pump_all: Any) -> None:
    casework.ask()
    pump_all()
    casework.ask(version=2, keystrokes=300, editable=True)
    pump_all()
    assert (_only_order(pool).keystrokes, str(_only_order(pool).expected)) == (300, "23.80")
    pool.do(approve_order, ApproveOrder(_only_order(pool).id))
    casework.ask(version=3, keystrokes=9000)
    pump_all()
    assert (_only_order(pool).keystrokes, _only_order(pool).state) == (300, "approved")


def test_withdrawing_frees_the_money_while_nobody_is_engaged(pool: Any, casework: Desk, pump_all: Any) -> None:
    casework.ask()
    pump_all()
    pool.do(approve_order, ApproveOrder(_only_order(pool).id))
    casework.say(
        "order.withdrawn.v1", "order-1", {"number": "D-2022-0001", "withdrawn_at": datetime(2022, 9, 2, 8, tzinfo=UTC)}, 2,
        to="staedteregion-aachen.interpreting",
    )  # fmt: skip
    pump_all()
    assert (_only_order(pool).state, pool.sums(KIM).committed) == ("withdrawn", 0)


def test_withdrawing_leaves_the_fee_to_the_coordinator_once_somebody_is_engaged(pool: Any, casework: Desk, pump_all: Any) -> None:
    casework.ask(job_kind="on_site", occasion="counselling", minutes=130, keystrokes=None, service_date=date(2022, 9, 3))
    pump_all()
    order = _only_order(pool)
    pool.do(approve_order, ApproveOrder(order.id, KIM))
    pool.do(schedule_order, ScheduleOrder(order.id, "small"))
    withdrawn = {"number": "D-2022-0001", "withdrawn_at": datetime(2022, 9, 2, 8, tzinfo=UTC)}
    casework.say("order.withdrawn.v1", "order-1", withdrawn, 2, to="staedteregion-aachen.interpreting")
    pump_all()
    assert (_only_order(pool).state, _only_order(pool).withdrawal_asked) == ("scheduled", True)
    pool.do(cancel_order, CancelOrder(order.id, income_lost=True))
    assert str(_only_order(pool).committed) == "170.00"


def test_a_withdrawal_of_an_order_never_heard_of_is_no_fault(pool: Any, casework: Desk, pump_all: Any) -> None:
    withdrawn = {"number": "D-2022-0009", "withdrawn_at": datetime(2022, 9, 2, 8, tzinfo=UTC)}
    casework.say("order.withdrawn.v1", "order-9", withdrawn, 2, to="staedteregion-aachen.interpreting")
    casework.ask(subject="order-9", version=1)
    pump_all()
    with pool.house.database.read() as session:
        assert session.scalars(select(Order)).all() == []


def test_a_closed_case_stops_what_is_not_approved_yet(pool: Any, casework: Desk, pump_all: Any) -> None:
    casework.tell_case("2022-0050")
    casework.ask(case_number="2022-0050")
    pump_all()
    casework.tell_case("2022-0050", "closed", 2)
    pump_all()
    with pytest.raises(Refused, match="ist seit 2022-09-01 geschlossen"):
        pool.do(approve_order, ApproveOrder(_only_order(pool).id))


def test_how_long_an_order_waits_for_its_case_is_a_setting(pool: Any, casework: Desk, pump_all: Any) -> None:
    pool.house.database.info["case_wait_days"] = 10
    casework.ask(case_number="2022-0077")
    pump_all()
    assert _only_order(pool).wait_until == date(2022, 9, 11)
