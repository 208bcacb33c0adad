"""From a proposal to a case, or to a no with a reason."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from kim_bus.outbox import emit
from kim_bus.reaction import Received
from kim_casework.model.case import Case
from kim_casework.model.proposal import Proposal, waiting_proposals
from kim_casework.operations.admit_to_case_management import AdmitToCaseManagement, admit_to_case_management
from kim_casework.operations.decline_admission import DeclineAdmission, decline_admission
from kim_casework.operations.household import AddPerson, HouseholdPerson, add_person
from kim_runtime.act import Actor
from kim_runtime.refusal import NotFound, Refused
from sqlalchemy import select, update

INTAKE = "staedteregion-aachen.intake"
INTERPRETING = "staedteregion-aachen.interpreting"
REASONING = "Fünf Personen, sechs Ämter, keine Übersicht."


@pytest.fixture
def propose(houses: Any, casework: Any, proposal: dict[str, Any], pump_all: Callable[..., int]) -> Callable[..., None]:
    """Intake proposes, and the mail is delivered. `decided` collects what intake hears back."""
    intake = houses(INTAKE)

    def propose_it(subject: str = "prop-1", version: int = 1, **said: Any) -> None:
        with intake.database.write() as session:
            emit(session, intake.act(), "admission.proposed.v1", subject=subject, version=version, data={**proposal, **said})
        pump_all()

    return propose_it


@pytest.fixture
def decided(casework: Any, listener: Callable[..., list[Received]]) -> list[Received]:
    return listener(INTAKE, "admission.decided.v1")


def test_a_proposal_waits_with_what_intake_said(casework: Any, propose: Callable[..., None]) -> None:
    propose()
    with casework.database.read() as session:
        (waiting,) = waiting_proposals(session)
        assert (waiting.name, waiting.persons, waiting.follow_ups, waiting.topics) == ("Oksana Hrytsenko", 5, 3, ["housing", "school"])
        assert waiting.answer_by.isoformat() == "2022-05-16"


def test_admitting_takes_the_person_from_the_proposal_and_leaves_nothing_there(
    casework: Any, propose: Callable[..., None], admit: Callable[..., Case]
) -> None:
    propose()
    case = admit(casework, proposal_id="prop-1", name="", household=(HouseholdPerson("Petro Hrytsenko", 2010, language="rus"),))
    assert case.number == "2022-0001"
    assert [(person.name, person.language, person.birth_year) for person in case.persons] == [
        ("Oksana Hrytsenko", "ukr", 1988), ("Petro Hrytsenko", "rus", 2010),
    ]  # fmt: skip
    assert (case.need, case.topics, case.town, case.site) == (
        "Wohnung, Anerkennung, Schule", ["housing", "school"], "05334008", "aachen-arkaden",
    )  # fmt: skip
    with casework.database.read() as session:
        kept = session.get_one(Proposal, "prop-1")
        assert (kept.state, kept.name, kept.phone, kept.need, kept.topics, kept.languages) == ("admitted", "", "", "", [], [])


def test_intake_and_interpreting_are_told_number_and_state_alone(
    casework: Any, proposal: dict[str, Any], houses: Any, admit: Callable[..., Case], listener: Callable[..., list[Received]],
    pump_all: Callable[..., int],
) -> None:  # fmt: skip
    told = listener(INTAKE, "admission.decided.v1")
    linked = listener(INTERPRETING, "case.changed.v1")
    intake = houses.opened[-2]
    with intake.database.write() as session:
        emit(session, intake.act(), "admission.proposed.v1", subject="prop-1", version=1, data=proposal)
    pump_all()
    admit(casework, proposal_id="prop-1")
    pump_all()
    assert [dict(event.data) for event in told] == [
        {"decision": "admitted", "decided_on": casework.act().today, "case_number": "2022-0001", "reason": None}
    ]
    assert [dict(event.data) for event in linked] == [
        {"number": "2022-0001", "state": "open", "phase": "intake", "change": "opened", "changed_on": casework.act().today}
    ]


def test_the_same_form_sent_twice_makes_one_case(casework: Any, admit: Callable[..., Case]) -> None:
    first, second = admit(casework, id="case-1"), admit(casework, id="case-1")
    assert first.number == second.number == "2022-0001"
    with casework.database.read() as session:
        assert len(session.scalars(select(Case)).all()) == 1


def test_numbers_have_no_gap_after_a_refusal_and_begin_anew_each_year(
    casework: Any, admit: Callable[..., Case], at_noon: Callable[..., Any]
) -> None:
    assert admit(casework).number == "2022-0001"
    with pytest.raises(Refused):
        admit(casework, responsible="nobody")
    assert admit(casework).number == "2022-0002"
    assert admit(casework, at=at_noon(1, 2, 2023)).number == "2023-0001"


def test_without_the_persons_will_there_is_no_case(casework: Any, admit: Callable[..., Case]) -> None:
    with pytest.raises(Refused, match="freiwillig") as refused:
        admit(casework, criteria=("complex_need", "system_blocks"))
    assert (refused.value.code, refused.value.field) == ("not_voluntary", "criteria")


def test_somebody_who_came_by_themselves_needs_a_name(casework: Any, admit: Callable[..., Case]) -> None:
    with pytest.raises(Refused) as refused:
        admit(casework, name="")
    assert refused.value.field == "name"


def test_an_agreement_cannot_be_of_tomorrow(casework: Any, admit: Callable[..., Case], at_noon: Callable[..., Any]) -> None:
    with pytest.raises(Refused) as refused:
        admit(casework, agreement_on=at_noon(5, 11).date())
    assert refused.value.code == "agreement_later"


def test_declining_says_why_and_forgets_the_person(
    casework: Any, actors: dict[str, Actor], propose: Callable[..., None], pump_all: Callable[..., int]
) -> None:
    propose()
    command = DeclineAdmission("prop-1", "no_complex_need")
    for _ in range(2):
        with casework.database.write() as session:
            decline_admission(session, casework.act(actors["breuer"]), command)
    with casework.database.read() as session:
        kept = session.get_one(Proposal, "prop-1")
        assert (kept.state, kept.reason, kept.name, kept.need, kept.town, kept.answer_version) == (
            "declined",
            "no_complex_need",
            "",
            "",
            None,
            1,
        )


def test_a_decided_proposal_cannot_be_decided_otherwise(
    casework: Any, actors: dict[str, Actor], propose: Callable[..., None], admit: Callable[..., Case]
) -> None:
    propose()
    admit(casework, proposal_id="prop-1")
    with pytest.raises(Refused) as refused, casework.database.write() as session:
        decline_admission(session, casework.act(actors["breuer"]), DeclineAdmission("prop-1", "no_capacity"))
    assert refused.value.code == "proposal_decided"


def test_what_a_colleague_decides_in_the_same_moment_is_not_decided_again(
    casework: Any, actors: dict[str, Actor], propose: Callable[..., None]
) -> None:
    propose()
    with pytest.raises(Refused) as refused, casework.database.write() as session:
        read_before = session.get_one(Proposal, "prop-1")
        session.execute(update(Proposal).values(state="admitted"), execution_options={"synchronize_session": False})
        decline_admission(session, casework.act(actors["breuer"]), DeclineAdmission(read_before.id, "no_capacity"))
    assert refused.value.code == "proposal_decided"


def test_another_reason_must_be_said_in_words(casework: Any, actors: dict[str, Actor], propose: Callable[..., None]) -> None:
    propose()
    with pytest.raises(Refused) as refused, casework.database.write() as session:
        decline_admission(session, casework.act(actors["breuer"]), DeclineAdmission("prop-1", "other"))
    assert refused.value.field == "note"


def test_an_unknown_proposal_is_not_found(casework: Any, admit: Callable[..., Case]) -> None:
    with pytest.raises(NotFound):
        admit(casework, proposal_id="prop-9")


@pytest.mark.parametrize("versions", [(1, 2), (2, 1)])
def test_a_withdrawn_proposal_leaves_no_content_whatever_comes_first(
    casework: Any, proposal: dict[str, Any], versions: tuple[int, ...]
) -> None:
    said = {1: proposal, 2: {**proposal, "state": "withdrawn", "person": None, "need": "", "topics": []}}
    from kim_casework.reactions.admission_proposed import admission_proposed

    for version in versions:
        act = casework.act()
        event = Received(
            f"e{version}", "admission.proposed.v1", "staedteregion-aachen", "intake", "prop-1", version, act.at, said[version], "", "c"
        )
        with casework.database.write() as session:
            admission_proposed(session, act, event)
    with casework.database.read() as session:
        kept = session.get_one(Proposal, "prop-1")
        assert (kept.state, kept.name, kept.need, kept.topics) == ("withdrawn", "", "", [])


def test_people_of_the_household_are_added_one_by_one(casework: Any, actors: dict[str, Actor], admit: Callable[..., Case]) -> None:
    case = admit(casework)
    for _ in range(2):
        with casework.database.write() as session:
            add_person(session, casework.act(actors["kowalczyk"]), AddPerson(case.id, "Farid Beispiel", 2003, language="prs", id="p-2"))
    with casework.database.read() as session:
        people = session.get_one(Case, case.id).persons
        assert [(person.name, person.position, person.is_adult(casework.act().today)) for person in people] == [
            ("Anna Beispiel", 1, True), ("Farid Beispiel", 2, True),
        ]  # fmt: skip


def test_who_signs_in_as_a_case_manager_is_known_by_that(houses: Any, open_house: Callable[..., Any], actors: dict[str, Actor]) -> None:
    caritas = open_house("caritas-eifel.casework", [])
    with caritas.database.write() as session:
        case = admit_to_case_management(
            session, caritas.act(actors["jansen"]), AdmitToCaseManagement(("many_actors", "voluntary"), REASONING, name="A. Rahimi")
        )
    assert (case.number, case.responsible) == ("2022-0001", "jansen")
