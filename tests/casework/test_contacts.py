"""Contact notes: whose they are, what counts, what is next."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from kim_casework.model.case import Case
from kim_casework.model.contact import Contact, last_contacts, last_kind_used, open_steps, own_open_steps
from kim_casework.operations.assign_case_manager import AssignCaseManager, assign_case_manager
from kim_casework.operations.finish_step import FinishStep, finish_step
from kim_casework.operations.household import HouseholdPerson
from kim_casework.operations.note_contact import NoteContact, note_contact
from kim_runtime.act import Actor
from kim_runtime.refusal import NotFound, Refused


@pytest.fixture
def note(casework: Any, actors: dict[str, Actor]) -> Callable[..., Contact]:
    def note_it(case: Case, by: str = "kowalczyk", **said: Any) -> Contact:
        with casework.database.write() as session:
            return note_contact(
                session, casework.act(actors[by]), NoteContact(**{"case_id": case.id, "kind": "talk", "minutes": 30, **said})
            )

    return note_it


def test_a_talk_of_half_an_hour_is_a_follow_up_and_its_step_waits(
    casework: Any, admit: Callable[..., Case], note: Callable[..., Contact]
) -> None:
    case = admit(casework)
    contact = note(case, text="Wohnungsamt antwortet nicht.", next_step="Anrufen", next_step_on=date(2022, 5, 12), next_step_who="manager")
    assert contact.follow_up
    with casework.database.read() as session:
        (step,) = open_steps(session, case.id)
        assert (step.what, step.until, step.who) == ("Anrufen", date(2022, 5, 12), "manager")


def test_the_same_note_sent_twice_is_one_note_with_one_step(
    casework: Any, admit: Callable[..., Case], note: Callable[..., Contact]
) -> None:
    case = admit(casework)
    for _ in range(2):
        note(case, id="note-1", next_step="Anrufen", next_step_on=date(2022, 5, 12))
    with casework.database.read() as session:
        assert len(last_contacts(session, case.id)) == 1
        assert len(open_steps(session, case.id)) == 1


def test_with_two_adults_present_it_must_be_said_whose_note_it_is(
    casework: Any, admit: Callable[..., Case], note: Callable[..., Contact]
) -> None:
    case = admit(casework, household=(HouseholdPerson("Farid", 2003), HouseholdPerson("Mina", 2015)))
    mother, son, child = (person.id for person in case.persons)
    with pytest.raises(Refused) as refused:
        note(case, present=(mother, son))
    assert (refused.value.code, refused.value.field) == ("about_whom", "about")
    assert note(case, present=(mother, son), about=son).about == son
    assert note(case, present=(mother, child)).about == mother
    assert note(case).about == mother


def test_somebody_of_another_case_was_not_present(casework: Any, admit: Callable[..., Case], note: Callable[..., Contact]) -> None:
    case, other = admit(casework), admit(casework, name="Mina Andere")
    with pytest.raises(Refused) as refused:
        note(case, present=(other.persons[0].id,))
    assert refused.value.code == "person_not_in_case"


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"next_step": "Anrufen"}, "next_step_on"),
        ({"next_step_on": date(2022, 5, 12)}, "next_step"),
        ({"day": date(2022, 5, 11)}, "day"),
    ],
)
def test_half_a_step_and_a_contact_of_tomorrow_are_refused_at_their_field(
    casework: Any, admit: Callable[..., Case], note: Callable[..., Contact], said: dict[str, Any], field: str
) -> None:
    with pytest.raises(Refused) as refused:
        note(admit(casework), **said)
    assert refused.value.field == field


def test_others_cannot_note_in_a_case_they_do_not_see(casework: Any, admit: Callable[..., Case], note: Callable[..., Contact]) -> None:
    with pytest.raises(NotFound):
        note(admit(casework), by="breuer")


def test_the_week_shows_own_steps_and_those_one_stands_in_for(
    casework: Any, admit: Callable[..., Case], note: Callable[..., Contact], actors: dict[str, Actor]
) -> None:
    mine, covered = admit(casework), admit(casework, by="breuer")
    note(mine, next_step="meins", next_step_on=date(2022, 5, 9))
    note(covered, by="breuer", next_step="Vertretung", next_step_on=date(2022, 5, 13))
    note(covered, by="breuer", next_step="viel später", next_step_on=date(2022, 7, 1))

    def week_of(name: str) -> list[str]:
        with casework.database.read() as session:
            return [step.what for step in own_open_steps(session, casework.act(actors[name]), date(2022, 5, 16))]

    assert (week_of("kowalczyk"), week_of("breuer"), week_of("thelen")) == (["meins"], ["Vertretung"], [])
    with casework.database.write() as session:
        assign_case_manager(session, casework.act(actors["thelen"]), AssignCaseManager(covered.id, "breuer", ("kowalczyk",)))
    assert week_of("kowalczyk") == ["meins", "Vertretung"]


def test_what_is_ticked_off_is_gone_from_the_week_and_keeps_its_first_day(
    casework: Any, admit: Callable[..., Case], note: Callable[..., Contact], actors: dict[str, Actor], at_noon: Callable[..., Any]
) -> None:
    case = admit(casework)
    note(case, next_step="Anrufen", next_step_on=date(2022, 5, 12))
    with casework.database.read() as session:
        step_id = open_steps(session, case.id)[0].id
    for day in (11, 12):
        with casework.database.write() as session:
            done = finish_step(session, casework.act(actors["kowalczyk"], at_noon(5, day)), FinishStep(step_id))
    assert done.done_on == date(2022, 5, 11)
    with casework.database.read() as session:
        assert open_steps(session, case.id) == []


def test_the_next_note_begins_with_the_kind_used_last(
    casework: Any, admit: Callable[..., Case], note: Callable[..., Contact], actors: dict[str, Actor]
) -> None:
    case = admit(casework)
    note(case, kind="visit")
    with casework.database.read() as session:
        assert last_kind_used(session, actors["kowalczyk"]) == "visit"
        assert last_kind_used(session, actors["breuer"]) is None
