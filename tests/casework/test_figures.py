"""Figures of a period stay the same whenever they are asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from itertools import cycle
from typing import Any

import pytest
from kim_bus.outbox import emit
from kim_casework.model.case import Case
from kim_casework.model.site import consultations_by_site
from kim_casework.operations.assign_case_manager import AssignCaseManager, assign_case_manager
from kim_casework.operations.close_case import CloseCase, close_case
from kim_casework.operations.count_statistics import count_statistics, month_figures
from kim_casework.operations.decline_admission import DeclineAdmission, decline_admission
from kim_casework.operations.household import AddPerson, HouseholdPerson, add_person
from kim_casework.operations.move_phase import MovePhase, move_phase
from kim_casework.operations.note_contact import NoteContact, note_contact
from kim_casework.operations.order_interpreting import OrderInterpreting, order_interpreting
from kim_casework.operations.reopen_case import ReopenCase, reopen_case
from kim_casework.operations.withdraw_order import WithdrawOrder, withdraw_order
from kim_casework.rules.counting import COUNTING_RULES
from kim_runtime.act import Actor
from kim_runtime.refusal import Refused
from kim_statistics.figures import Figure
from kim_statistics.report import report_month

MARCH, AUGUST, LATER = date(2022, 3, 1), date(2022, 8, 15), date(2023, 6, 1)
TOLD = {"from": "2022-03-01", "to": "2022-08-15"}


@pytest.fixture
def count(casework: Any) -> Callable[..., dict[str, Any]]:
    def count_it(first: date = MARCH, last: date = AUGUST) -> dict[str, Any]:
        with casework.database.read() as session:
            return count_statistics(session, first, last, LATER)

    return count_it


@pytest.fixture
def do(casework: Any, actors: dict[str, Actor], at_noon: Callable[..., Any]) -> Callable[..., Any]:
    def carry_out(operation: Callable[..., Any], command: Any, month: int, day: int, year: int = 2022, by: str = "thelen") -> Any:
        with casework.database.write() as session:
            return operation(session, casework.act(actors[by], at_noon(month, day, year)), command)

    return carry_out


def test_a_case_is_counted_as_it_stood_then_whatever_became_of_it_later(
    casework: Any, admit: Callable[..., Case], do: Callable[..., Any], count: Callable[..., dict[str, Any]], at_noon: Callable[..., Any]
) -> None:
    case = admit(casework, at=at_noon(5, 10), household=(HouseholdPerson("Mina", 2015),))
    do(move_phase, MovePhase(case.id, "assessment"), 6, 1)
    then = count()
    assert then["cases"]["by_phase"]["assessment"] == then["cases"]["open_at_end"] == 1
    assert (then["cases"]["opened"], then["persons_in_cases"]) == (1, 2)
    do(move_phase, MovePhase(case.id, "planning"), 9, 1)
    do(add_person, AddPerson(case.id, "Omid"), 9, 2)
    do(assign_case_manager, AssignCaseManager(case.id, "breuer"), 9, 3)
    do(close_case, CloseCase(case.id, "goals_reached"), 10, 14)
    do(reopen_case, ReopenCase(case.id, "Neue Kündigung der Wohnung."), 3, 6, 2023)
    assert count() == then
    year = count(date(2022, 1, 1), date(2022, 12, 31))
    assert (year["cases"]["open_at_end"], year["cases"]["closed"], year["persons_in_cases"]) == (0, 1, 0)
    assert year["cases"]["by_closing_reason"] == {"goals_reached": 1}
    spring = count(date(2023, 1, 1), date(2023, 3, 31))
    assert (spring["cases"]["reopened"], spring["cases"]["opened"], spring["persons_in_cases"]) == (1, 0, 3)


def test_proposals_are_counted_on_their_days_and_wait_until_decided(
    casework: Any, houses: Any, proposal: dict[str, Any], pump_all: Callable[..., int], admit: Callable[..., Case], do: Callable[..., Any],
    count: Callable[..., dict[str, Any]], at_noon: Callable[..., Any],
) -> None:  # fmt: skip
    intake = houses("staedteregion-aachen.intake")
    for number, month in ((1, 5), (2, 8), (3, 8)):
        with intake.database.write() as session:
            said = {**proposal, "proposed_at": at_noon(month, 10)}
            emit(session, intake.act(), "admission.proposed.v1", subject=f"prop-{number}", version=1, data=said)
    pump_all()
    admit(casework, at=at_noon(5, 12), proposal_id="prop-1")
    do(decline_admission, DeclineAdmission("prop-2", "no_complex_need"), 8, 12)
    do(decline_admission, DeclineAdmission("prop-3", "no_capacity"), 8, 20)
    figures = count()
    assert figures["admissions"] == {
        "proposed": 3, "admitted": 1, "declined": 1, "withdrawn": 0, "by_reason": {"no_complex_need": 1}, "waiting": 1,
    }  # fmt: skip
    assert figures["cases"]["opened_from"] == {"proposal": 1, "referral": 0, "direct": 0}


@pytest.fixture
def three(actors: dict[str, Actor]) -> tuple[str, ...]:
    """Names of three colleagues who may note a contact with any case."""
    for name in ("otto", "petri"):
        actors[name] = replace(actors["thelen"], id=name, name=name.title())
    return ("thelen", "otto", "petri")


def test_talks_with_the_client_are_follow_ups(
    casework: Any, admit: Callable[..., Case], do: Callable[..., Any], count: Callable[..., dict[str, Any]], at_noon: Callable[..., Any],
    three: tuple[str, ...],
) -> None:  # fmt: skip
    case = admit(casework, at=at_noon(5, 10))
    talks = (("talk", 30, 12), ("letter", 15, 13), ("phone", 5, 14), ("visit", 60, 15))
    for (kind, minutes, day), by in zip(talks, cycle(three), strict=False):
        do(note_contact, NoteContact(case.id, kind, minutes, day=date(2022, 5, day)), 5, 20, by=by)
    do(note_contact, NoteContact(case.id, "talk", 30, day=date(2022, 8, 16)), 8, 16)
    assert count()["contacts"] == {"total": 4, "follow_ups": 2, "told": TOLD}


def test_how_much_fewer_than_three_colleagues_did_is_no_figure(
    casework: Any, admit: Callable[..., Case], do: Callable[..., Any], count: Callable[..., dict[str, Any]], at_noon: Callable[..., Any],
    three: tuple[str, ...],
) -> None:  # fmt: skip
    def told_outside() -> set[str]:
        with casework.database.read() as session:
            return {one.name for one in month_figures(session, "2022-05")}

    assert count()["contacts"] == {"total": 0, "follow_ups": 0, "told": TOLD}
    case = admit(casework, at=at_noon(5, 10))
    for by in three[:2]:
        do(note_contact, NoteContact(case.id, "talk", 30, day=date(2022, 5, 12)), 5, 20, by=by)
    assert count()["contacts"] == {"total": None, "follow_ups": None, "told": None}
    assert not {"contacts", "follow-ups"} & told_outside() and "cases-open" in told_outside()
    do(note_contact, NoteContact(case.id, "talk", 30, day=date(2022, 5, 12)), 5, 20, by=three[2])
    assert count()["contacts"] == {"total": 3, "follow_ups": 3, "told": TOLD}
    assert {"contacts", "follow-ups"} <= told_outside()


def test_orders_are_counted_by_their_state_on_the_last_day(
    casework: Any, do: Callable[..., Any], count: Callable[..., dict[str, Any]]
) -> None:
    wanted = OrderInterpreting("phone", "authority", "prs", date(2022, 9, 1), False, "Infopunkt", "05334002", minutes=30)
    order = do(order_interpreting, wanted, 8, 1)
    do(withdraw_order, WithdrawOrder(order.id), 8, 20)
    assert count()["orders"] == {"requested": 1, "by_state": {"requested": 1}}
    assert count(MARCH, date(2022, 8, 31))["orders"] == {"requested": 1, "by_state": {"withdrawn": 1}}


def test_each_figure_has_a_counting_rule(count: Callable[..., dict[str, Any]]) -> None:
    figures = count()
    for path in COUNTING_RULES:
        found: Any = figures
        for step in path.split("."):
            found = found[step]
        assert found is not None


def test_a_period_that_ends_before_it_begins_is_refused(count: Callable[..., dict[str, Any]]) -> None:
    with pytest.raises(Refused):
        count(AUGUST, MARCH)


def test_no_two_periods_tell_a_day(casework: Any, admit: Callable[..., Case], count: Callable[..., dict[str, Any]], at_noon: Any) -> None:
    """Who admitted or closed a case on a day would be a colleague, and in small houses the family."""
    for day in (3, 10, 20):
        admit(casework, at=at_noon(5, day))
    told = {(found["told"]["to"], found["cases"]["opened"]) for last in range(15, 32) if (found := count(MARCH, date(2022, 5, last)))}
    assert told == {("2022-05-15", 2), ("2022-05-31", 3)}
    with pytest.raises(Refused, match="halbe und ganze Monate"):
        count(date(2022, 5, 10), date(2022, 5, 10))


def test_consultations_are_counted_by_site_and_service_and_never_added(casework: Any, houses: Any, pump_all: Callable[..., int]) -> None:
    intake = houses("staedteregion-aachen.intake")
    for number, (service, kind) in enumerate((("school_entry", "first"), ("case_management", "first"), ("case_management", "follow_up"))):
        said = {"site": "aachen-arkaden", "service": service, "kind": kind, "day": date(2022, 5, 10), "persons_present": 5, "topics": []}
        with intake.database.write() as session:
            emit(session, intake.act(), "consultation.recorded.v1", subject=f"c-{number}", version=1, data=said)
    pump_all()
    with casework.database.read() as session:
        assert consultations_by_site(session, date(2022, 5, 31)) == [
            ("aachen-arkaden", "case_management", 2), ("aachen-arkaden", "school_entry", 1),
        ]  # fmt: skip
        assert consultations_by_site(session, date(2022, 4, 30)) == []


def test_caritas_reports_its_month_and_the_coordinator_reads_it_without_small_cells(
    open_house: Callable[..., Any], casework: Any, actors: dict[str, Actor], admit: Callable[..., Case], at_noon: Callable[..., Any],
    pump_all: Callable[..., int], count: Callable[..., dict[str, Any]],
) -> None:  # fmt: skip
    caritas = open_house("caritas-eifel.casework", [(actors["jansen"], "")], coordinator="staedteregion-aachen")
    for _ in range(4):
        admit(caritas, by="jansen", at=at_noon(7, 4))
    for _ in range(2):
        with caritas.database.write() as session:
            report_month(session, caritas.act(at=at_noon(8, 1)), month_figures)
    pump_all()
    told = {(one["name"], one["by"], one["key"]): one["sum"] for one in count()["partners"]["caritas-eifel"]["figures"]}
    assert told["cases-open", None, None] == told["cases-open", "phase", "intake"] == "4"
    assert "2022-07" in count()["partners"]["caritas-eifel"]["months"]


def test_a_months_figures_add_up(casework: Any, admit: Callable[..., Case], at_noon: Callable[..., Any]) -> None:
    admit(casework, at=at_noon(7, 4))
    with casework.database.read() as session:
        figures = month_figures(session, "2022-07")
    assert Figure("cases-opened", None, None, 1) in figures
    assert sum(figure.value for figure in figures if (figure.name, figure.by) == ("cases-open", "phase")) == 1
