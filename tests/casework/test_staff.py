"""Who may be given cases, and which cases need a new case manager."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from kim_casework.model.case import Case
from kim_casework.model.staff import Assignability
from kim_casework.model.week import cases_needing_a_manager
from kim_casework.operations.assign_case_manager import ReassignCases, reassign_cases
from kim_casework.operations.close_case import CloseCase, close_case
from kim_casework.operations.introduce_staff import IntroduceStaff, introduce_staff
from kim_casework.operations.reopen_case import ReopenCase, reopen_case
from kim_runtime.act import Actor
from kim_runtime.refusal import Refused

STAFFING = "staedteregion-aachen.staffing"


def test_a_house_nobody_has_told_anything_chooses_for_itself(casework: Any, admit: Callable[..., Case]) -> None:
    assert admit(casework).responsible == "kowalczyk"


def test_once_staffing_has_spoken_only_whom_it_names_may_have_cases(
    casework: Any, admit: Callable[..., Case], tell: Callable[..., None]
) -> None:
    tell("p-01")
    assert admit(casework).responsible == "kowalczyk"
    with pytest.raises(Refused) as refused:
        admit(casework, responsible="breuer")
    assert (refused.value.code, refused.value.params["name"]) == ("not_assignable", "Breuer")


def test_a_colleague_staffing_has_no_name_for_stays_the_houses_own_choice(
    open_house: Callable[..., Any], actors: dict[str, Actor], admit: Callable[..., Case], tell: Callable[..., None], casework: Any
) -> None:
    tell("p-01")
    with casework.database.write() as session:
        introduce_staff(session, casework.act(), IntroduceStaff("guest", "Gast", "", manages_cases=True))
    assert admit(casework, responsible="guest").responsible == "guest"


def test_cases_are_listed_six_weeks_before_their_managers_contract_ends_and_not_after_its_extension(
    casework: Any, admit: Callable[..., Case], tell: Callable[..., None], at_noon: Callable[..., Any], actors: dict[str, Actor]
) -> None:
    tell("p-01")
    tell("p-02", until=None)
    kept, _other = admit(casework), admit(casework, responsible="breuer", by="thelen")

    def needing(day: date) -> list[tuple[str, date]]:
        act = casework.act(actors["thelen"], at_noon(day.month, day.day, day.year))
        with casework.database.read() as session:
            return [(case.id, since) for case, since in cases_needing_a_manager(session, act)]

    assert needing(date(2022, 11, 19)) == []
    assert needing(date(2022, 11, 20)) == [(kept.id, date(2023, 1, 1))]
    assert needing(date(2023, 1, 2)) == [(kept.id, date(2023, 1, 2))]
    tell("p-01", version=2, until=date(2023, 12, 31), at=at_noon(12, 16))
    assert needing(date(2023, 1, 2)) == []


def test_what_was_known_on_a_day_stays_what_was_known(casework: Any, tell: Callable[..., None], at_noon: Callable[..., Any]) -> None:
    tell("p-01")
    tell("p-01", version=2, until=date(2023, 12, 31), at=at_noon(12, 16))
    with casework.database.read() as session:
        assert Assignability(session).may_take_cases("kowalczyk", date(2023, 1, 2))
        assert not Assignability(session, known_on=date(2022, 12, 15)).may_take_cases("kowalczyk", date(2023, 1, 2))


def test_a_lower_version_that_comes_late_changes_nothing(casework: Any, tell: Callable[..., None]) -> None:
    tell("p-01", version=2, until=date(2023, 12, 31))
    tell("p-01", version=1)
    with casework.database.read() as session:
        assert Assignability(session).may_take_cases("kowalczyk", date(2023, 1, 2))


def test_the_lead_gives_all_cases_of_a_colleague_away_at_once(
    casework: Any, admit: Callable[..., Case], tell: Callable[..., None], actors: dict[str, Actor], at_noon: Callable[..., Any]
) -> None:
    tell("p-01")
    tell("p-02", until=None)
    cases = [admit(casework) for _ in range(3)]
    act = casework.act(actors["thelen"], at_noon(1, 2, 2023))
    with casework.database.write() as session:
        reassign_cases(session, act, ReassignCases(tuple(case.id for case in cases), "breuer", "Vertragsende"))
    with casework.database.read() as session:
        assert cases_needing_a_manager(session, act) == []


def test_a_case_reopened_after_its_manager_left_goes_to_who_opens_it(
    casework: Any, admit: Callable[..., Case], tell: Callable[..., None], actors: dict[str, Actor], at_noon: Callable[..., Any]
) -> None:
    tell("p-01")
    tell("p-02", until=None)
    case = admit(casework)
    with casework.database.write() as session:
        close_case(session, casework.act(actors["kowalczyk"]), CloseCase(case.id, "goals_reached"))
    act = casework.act(actors["thelen"], at_noon(3, 6, 2023))
    with pytest.raises(Refused), casework.database.write() as session:
        reopen_case(session, act, ReopenCase(case.id, "Familie ist wieder da."))
    with casework.database.write() as session:
        reopened = reopen_case(session, act, ReopenCase(case.id, "Familie ist wieder da.", "breuer"))
    assert (reopened.responsible, reopened.is_open) == ("breuer", True)


def test_a_reference_belongs_to_one_colleague(casework: Any) -> None:
    with pytest.raises(Refused) as refused, casework.database.write() as session:
        introduce_staff(session, casework.act(), IntroduceStaff("new", "Neu", "p-01"))
    assert refused.value.code == "reference_taken"
