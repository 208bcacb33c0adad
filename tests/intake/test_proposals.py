from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from intake.conftest import PEOPLE
from kim_bus.outbox import emit
from kim_bus.reaction import Reaction
from kim_intake.model.client import Client
from kim_intake.model.consultation import Consultation
from kim_intake.model.proposal import AdmissionProposal, proposal, proposals
from kim_intake.operations.issue_code import IssueCode, issue_code
from kim_intake.operations.propose_admission import ProposeAdmission, propose_admission
from kim_intake.operations.register_client import RegisterClient, register_client
from kim_intake.operations.withdraw_proposal import WithdrawProposal, withdraw_proposal
from kim_intake.service import SERVICE
from kim_runtime.refusal import Refused

DAY = date(2022, 5, 10)
SITE = "aachen-arkaden"


@pytest.fixture
def known(record: Callable[..., Consultation], house: Any, act_of: Any) -> Client:
    """A person with a name, a first consultation and two follow-ups."""
    first = record(topics=("housing", "health"), languages=("ukr",), place="52477")
    with house.database.write() as session:
        command = RegisterClient(
            site=SITE,
            name="Olena Shevchenko",
            phone="0241 999123",
            birth_year=1988,
            persons=5,
            consent_given_on=DAY,
            consultation_id=first.id,
        )
        person = register_client(session, act_of(), command)
    for _ in range(2):
        record(client_id=person.id, topics=("school",))
    return person


@pytest.fixture
def casework(houses: Any) -> Any:
    """Casework of the same house, as far as intake hears of it: it keeps what it was told, and can answer."""
    told: list[Any] = []
    made = houses("staedteregion-aachen.casework", reactions=[Reaction("admission.proposed.v1", lambda _s, _a, event: told.append(event))])
    made.told = told

    def decide(subject: str, version: int = 1, **data: Any) -> None:
        answer = {"decision": "admitted", "decided_on": DAY, "case_number": "2022-0041", "reason": None, **data}
        with made.database.write() as session:
            emit(session, made.act(), "admission.decided.v1", subject=subject, version=version, data=answer)

    made.decide = decide
    return made


@pytest.fixture
def propose(house: Any, act_of: Any) -> Callable[..., AdmissionProposal]:
    def make(person: Client, **more: Any) -> AdmissionProposal:
        with house.database.write() as session:
            return propose_admission(
                session,
                act_of(),
                ProposeAdmission(client_id=person.id, site=SITE, need="Wohnung, Schule", **{"consent_given_on": DAY, **more}),
            )

    return make


def test_casework_learns_need_person_and_follow_ups(known: Client, propose: Any, casework: Any, pump_all: Any) -> None:
    made = propose(known)
    pump_all()
    (event,) = casework.told
    assert (event.subject, event.version, event.data["state"], event.data["follow_ups"]) == (made.id, 1, "proposed", 2)
    assert event.data["person"] == {
        "name": "Olena Shevchenko", "phone": "0241 999123", "birth_year": 1988, "languages": ["ukr"], "town": "05334004", "persons": 5,
    }  # fmt: skip
    assert set(event.data["topics"]) == {"housing", "health", "school"}


def test_a_desk_learns_by_proposing_nothing_that_was_talked_about_elsewhere(
    known: Client, propose: Any, record: Callable[..., Consultation], casework: Any, pump_all: Any
) -> None:
    """Of another site the desk knows how many follow-ups there were, and none of the talks (docs/decisions/0025)."""
    record("haddad", site="rathaus-herzogenrath", client_id=known.id, topics=("german_courses",))
    made = propose(known)
    pump_all()
    (event,) = casework.told
    assert set(made.topics) == set(event.data["topics"]) == {"housing", "health", "school"}
    assert made.follow_ups == 3


def test_what_casework_decides_stands_in_the_list(known: Client, propose: Any, casework: Any, pump_all: Any, house: Any) -> None:
    made = propose(known)
    pump_all()
    casework.decide(made.id)
    pump_all()
    with house.database.read() as session:
        (row,) = proposals(session, house.act(PEOPLE["haddad"]))
        assert (row.state, row.case_number, row.decided_on) == ("admitted", "2022-0041", DAY)


def test_a_decline_comes_back_with_its_reason(known: Client, propose: Any, casework: Any, pump_all: Any, house: Any) -> None:
    made = propose(known)
    casework.decide(made.id, decision="declined", case_number=None, reason="no_capacity")
    pump_all()
    with house.database.read() as session:
        row = proposal(session, made.id)
        assert (row.state, row.decline_reason) == ("declined", "no_capacity")


def test_a_withdrawn_proposal_tells_nothing_of_the_person(
    known: Client, propose: Any, casework: Any, pump_all: Any, house: Any, act_of: Any
) -> None:
    made = propose(known)
    with house.database.write() as session:
        withdraw_proposal(session, act_of(), WithdrawProposal(made.id))
    pump_all()
    last = casework.told[-1]
    assert (last.version, last.data["state"], last.data["person"], last.data["need"]) == (2, "withdrawn", None, "")


def test_an_answered_proposal_is_not_withdrawn(known: Client, propose: Any, casework: Any, pump_all: Any, house: Any, act_of: Any) -> None:
    made = propose(known)
    casework.decide(made.id)
    pump_all()
    with house.database.write() as session, pytest.raises(Refused, match="beantwortet"):
        withdraw_proposal(session, act_of(), WithdrawProposal(made.id))


def test_an_answer_nobody_asked_for_changes_nothing(casework: Any, pump_all: Any, house: Any) -> None:
    casework.decide("unknown")
    pump_all()
    with house.database.read() as session:
        assert proposals(session, house.act(PEOPLE["haddad"])) == []


def test_nobody_is_proposed_twice_at_once(known: Client, propose: Any) -> None:
    first = propose(known, id="one-form")
    assert propose(known, id="one-form").id == first.id
    with pytest.raises(Refused, match="schon vorgeschlagen"):
        propose(known)


def test_nobody_is_proposed_without_a_name(record: Callable[..., Consultation], propose: Any, house: Any, act_of: Any) -> None:
    talk = record()
    with house.database.write() as session:
        anonymous = issue_code(session, act_of(), IssueCode(talk.id))
    with pytest.raises(Refused, match="Name und Einwilligung"):
        propose(anonymous)


def test_a_house_without_casework_is_told_to_refer(houses: Any) -> None:
    office = houses("auslaenderamt.intake", SERVICE)
    with office.database.write() as session, pytest.raises(Refused, match="Verweis mit Einwilligung"):
        propose_admission(session, office.act(), ProposeAdmission(client_id="nobody", site="nowhere", need="x", consent_given_on=DAY))
