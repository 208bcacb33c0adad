"""What happens to a case between its first and its last day."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from kim_bus.reaction import Received
from kim_casework.model.case import Case, CaseChange, list_cases
from kim_casework.model.standing import lets
from kim_casework.operations.assign_case_manager import AssignCaseManager, ReassignCases, assign_case_manager, reassign_cases
from kim_casework.operations.close_case import CloseCase, close_case
from kim_casework.operations.find_case import case_to_change
from kim_casework.operations.move_phase import MovePhase, move_phase
from kim_casework.operations.reopen_case import ReopenCase, reopen_case
from kim_runtime.act import Actor
from kim_runtime.refusal import Forbidden, NotFound, Refused
from sqlalchemy import select

INTERPRETING = "staedteregion-aachen.interpreting"


@pytest.fixture
def do(casework: Any, actors: dict[str, Actor]) -> Callable[..., Any]:
    """Carry out an operation as somebody."""

    def carry_out(operation: Callable[..., Any], command: Any, by: str = "kowalczyk", at: Any = None) -> Any:
        with casework.database.write() as session:
            return operation(session, casework.act(actors[by], at), command)

    return carry_out


def test_every_change_is_told_with_a_higher_version(
    casework: Any, admit: Callable[..., Case], do: Callable[..., Any], listener: Callable[..., list[Received]], pump_all: Callable[..., int]
) -> None:
    heard = listener(INTERPRETING, "case.changed.v1")
    case = admit(casework)
    pump_all()
    for operation, command in (
        (move_phase, MovePhase(case.id, "assessment")),
        (assign_case_manager, AssignCaseManager(case.id, "breuer")),
        (close_case, CloseCase(case.id, "goals_reached")),
        (reopen_case, ReopenCase(case.id, "Die Familie ist wieder da.")),
    ):
        do(operation, command, by="thelen")
        pump_all()
    told = [(event.version, event.data["change"], event.data["state"], event.data["phase"]) for event in heard]
    assert told == [
        (1, "opened", "open", "intake"), (2, "phase", "open", "assessment"), (3, "manager", "open", "assessment"),
        (4, "closed", "closed", "assessment"), (5, "reopened", "open", "assessment"),
    ]  # fmt: skip
    assert all("Anna" not in str(event.data) for event in heard)


def test_moving_to_the_phase_it_is_in_changes_nothing(casework: Any, admit: Callable[..., Case], do: Callable[..., Any]) -> None:
    case = admit(casework)
    do(move_phase, MovePhase(case.id, "assessment"))
    do(move_phase, MovePhase(case.id, "assessment"))
    with casework.database.read() as session:
        assert session.get_one(Case, case.id).version == 2


def test_a_phase_cannot_be_skipped_and_a_step_back_needs_a_sentence(
    casework: Any, admit: Callable[..., Case], do: Callable[..., Any]
) -> None:
    case = admit(casework)
    with pytest.raises(Refused) as skipped:
        do(move_phase, MovePhase(case.id, "planning"))
    assert skipped.value.code == "phase_not_next"
    do(move_phase, MovePhase(case.id, "assessment"))
    with pytest.raises(Refused) as back:
        do(move_phase, MovePhase(case.id, "intake"))
    assert back.value.field == "note"
    do(move_phase, MovePhase(case.id, "intake", "Verklickt."))


def test_a_closed_case_says_until_when_its_file_is_kept_and_reopening_takes_that_back(
    casework: Any, admit: Callable[..., Case], do: Callable[..., Any], at_noon: Callable[..., Any]
) -> None:
    case = admit(casework)
    closed = do(close_case, CloseCase(case.id, "goals_reached"), at=at_noon(10, 14))
    assert closed.kept_until_before.isoformat() == "2026-01-01"
    reopened = do(reopen_case, ReopenCase(case.id, "Neue Wohnung gekündigt."), at=at_noon(3, 6, 2023))
    assert (reopened.number, reopened.kept_until_before, reopened.state) == (case.number, None, "open")


def test_handing_over_must_say_to_whom(casework: Any, admit: Callable[..., Case], do: Callable[..., Any]) -> None:
    case = admit(casework)
    with pytest.raises(Refused) as refused:
        do(close_case, CloseCase(case.id, "handed_over"))
    assert refused.value.field == "handed_over_to"
    assert do(close_case, CloseCase(case.id, "handed_over", handed_over_to="Caritas Eifel")).handed_over_to == "Caritas Eifel"


def test_closing_twice_is_one_closing_and_otherwise_a_refusal(casework: Any, admit: Callable[..., Case], do: Callable[..., Any]) -> None:
    case = admit(casework)
    do(close_case, CloseCase(case.id, "moved_away"))
    assert do(close_case, CloseCase(case.id, "moved_away")).version == 2
    with pytest.raises(Refused) as refused:
        do(close_case, CloseCase(case.id, "goals_reached"))
    assert refused.value.code == "closed_otherwise"
    with pytest.raises(Refused) as later:
        do(move_phase, MovePhase(case.id, "assessment"))
    assert later.value.code == "case_closed"


def test_the_history_of_who_was_responsible_stays(
    casework: Any, admit: Callable[..., Case], do: Callable[..., Any], at_noon: Callable[..., Any]
) -> None:
    case = admit(casework)
    do(assign_case_manager, AssignCaseManager(case.id, "kowalczyk", deputies=("breuer",)), by="thelen")
    do(assign_case_manager, AssignCaseManager(case.id, "breuer", note="Krankheit"), by="thelen", at=at_noon(6, 1))
    with casework.database.read() as session:
        kept = session.get_one(Case, case.id)
        spans = [(held.member, held.role, held.until_day and held.until_day.isoformat()) for held in kept.assignments]
        assert sorted(spans, key=str) == sorted(
            [("kowalczyk", "responsible", "2022-06-01"), ("breuer", "deputy", "2022-06-01"), ("breuer", "responsible", None)], key=str
        )
        assert (kept.responsible, kept.deputies) == ("breuer", [])


def test_only_a_lead_gives_cases_away(casework: Any, admit: Callable[..., Case], do: Callable[..., Any]) -> None:
    case = admit(casework)
    with pytest.raises(Forbidden):
        do(assign_case_manager, AssignCaseManager(case.id, "breuer"))
    with pytest.raises(Refused) as refused:
        do(assign_case_manager, AssignCaseManager(case.id, "kowalczyk", deputies=("kowalczyk",)), by="thelen")
    assert refused.value.code == "deputy_is_responsible"


def test_many_cases_are_given_away_all_or_none(casework: Any, admit: Callable[..., Case], do: Callable[..., Any]) -> None:
    cases = [admit(casework) for _ in range(3)]
    do(close_case, CloseCase(cases[2].id, "moved_away"))
    with pytest.raises(Refused):
        do(reassign_cases, ReassignCases(tuple(case.id for case in cases), "breuer"), by="thelen")
    do(reassign_cases, ReassignCases((cases[0].id, cases[1].id), "breuer"), by="thelen")
    with casework.database.read() as session:
        assert [session.get_one(Case, case.id).responsible for case in cases] == ["breuer", "breuer", "kowalczyk"]


def test_a_list_shows_exactly_the_cases_that_may_be_seen(
    casework: Any, admit: Callable[..., Case], do: Callable[..., Any], actors: dict[str, Actor]
) -> None:
    own, deputised, foreign = admit(casework), admit(casework, by="breuer"), admit(casework, by="breuer")
    do(assign_case_manager, AssignCaseManager(deputised.id, "breuer", deputies=("kowalczyk",)), by="thelen")
    with casework.database.read() as session:
        for actor in actors.values():
            act = casework.act(actor)
            listed = {case.id for case in list_cases(session, act)}
            allowed = {case.id for case in session.scalars(select(Case)) if lets(session, act, "case.see", case)}
            assert listed == allowed
        assert {case.id for case in list_cases(session, casework.act(actors["kowalczyk"]))} == {own.id, deputised.id}
    with pytest.raises(NotFound), casework.database.write() as session:
        case_to_change(session, casework.act(actors["kowalczyk"]), foreign.id)


def test_a_search_finds_names_and_numbers_and_takes_percent_signs_as_letters(
    casework: Any, admit: Callable[..., Case], actors: dict[str, Actor]
) -> None:
    admit(casework, name="Zahra Azizi")
    admit(casework, name="Bo_Li")
    with casework.database.read() as session:
        assert [case.number for case in list_cases(session, casework.act(actors["thelen"]), words="aziz")] == ["2022-0001"]
        assert [case.number for case in list_cases(session, casework.act(actors["thelen"]), words="0002")] == ["2022-0002"]
        assert [case.number for case in list_cases(session, casework.act(actors["thelen"]), words="o_l")] == ["2022-0002"]
        assert list_cases(session, casework.act(actors["thelen"]), words="%") == []


def test_the_history_is_the_case_version_by_version(casework: Any, admit: Callable[..., Case], do: Callable[..., Any]) -> None:
    case = admit(casework)
    do(close_case, CloseCase(case.id, "contact_broken_off", "Drei Briefe, keine Antwort."))
    with casework.database.read() as session:
        history = session.scalars(select(CaseChange).order_by(CaseChange.version)).all()
        assert [(row.version, row.change, row.state, row.reason, row.note) for row in history] == [
            (1, "opened", "open", None, ""), (2, "closed", "closed", "contact_broken_off", "Drei Briefe, keine Antwort."),
        ]  # fmt: skip
