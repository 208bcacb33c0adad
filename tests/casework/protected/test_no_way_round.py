"""What would open a protected case, or tell of one, without the reason an emergency asks for: giving it to oneself, or a form."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from casework.protected.conftest import HOUSE, WHY, plain, sees
from kim_casework.model.case import Case
from kim_casework.model.cover import Cover
from kim_casework.model.proposal import Proposal
from kim_casework.operations.admit_to_case_management import AdmitToCaseManagement, admit_to_case_management
from kim_casework.operations.assign_case_manager import AssignCaseManager, ReassignCases, assign_case_manager, reassign_cases
from kim_casework.operations.cover_for_colleague import GiveCover, give_cover
from kim_casework.operations.household import AddPerson, add_person
from kim_casework.operations.introduce_staff import IntroduceStaff, introduce_staff
from kim_casework.operations.note_contact import NoteContact, note_contact
from kim_casework.operations.open_in_emergency import OpenInEmergency, open_in_emergency
from kim_casework.operations.protect_case import ProtectCase, protect_case
from kim_referral.model.received_referral import NOTHING, ReceivedReferral
from kim_runtime.act import Actor
from kim_runtime.ids import new_id
from kim_runtime.refusal import NotFound, Refused
from sqlalchemy import select

MANAGING_LEAD = frozenset({"case_manager", "case_lead"})


@pytest.fixture
def actors(actors: dict[str, Actor]) -> dict[str, Actor]:
    return {
        **actors,
        "leitner": Actor("leitner", "Leitner", HOUSE, MANAGING_LEAD),
        "lorenz": Actor("lorenz", "Lorenz", HOUSE, MANAGING_LEAD | {"protected_case_reader"}),
    }


@pytest.fixture
def leads(casework: Any, do: Callable[..., Any], actors: dict[str, Actor]) -> None:
    """Two leads who manage cases too."""
    for one in ("leitner", "lorenz"):
        do(introduce_staff, IntroduceStaff(one, actors[one].name))


TO_ONESELF: tuple[Callable[[str, str], Any], ...] = (
    lambda case, who: (assign_case_manager, AssignCaseManager(case, who)),
    lambda case, who: (assign_case_manager, AssignCaseManager(case, "kowalczyk", (who,))),
    lambda case, who: (reassign_cases, ReassignCases((case,), who)),
    lambda _case, who: (
        give_cover, GiveCover("kowalczyk", who, date(2022, 5, 10), date(2022, 5, 13), with_protected=True, id=f"cover-{who}")
    ),
)  # fmt: skip


@pytest.mark.usefixtures("leads")
@pytest.mark.parametrize("way", TO_ONESELF, ids=["responsible", "deputy", "one of several", "cover"])
def test_a_lead_opens_no_protected_case_by_giving_it_to_themselves(
    casework: Any, protected: Case, do: Callable[..., Any], actors: dict[str, Actor], way: Callable[[str, str], Any]
) -> None:
    """To give away what one does not see needs no reason; to see it does (Notzugriff), and opens nothing more."""
    for emergency in (False, True):
        if emergency:
            do(open_in_emergency, OpenInEmergency(protected.number, WHY), by="leitner")
        with pytest.raises(Refused) as refused:
            do(*way(protected.id, "leitner"), by="leitner")
        assert refused.value.code == "not_to_oneself"
        assert sees(casework, actors["leitner"], protected.id) is emergency
    do(*way(protected.id, "breuer"), by="leitner")
    assert sees(casework, actors["breuer"], protected.id), "to a colleague it is given, by name and in the audit"


@pytest.mark.usefixtures("leads")
@pytest.mark.parametrize("way", TO_ONESELF, ids=["responsible", "deputy", "one of several", "cover"])
def test_who_sees_it_anyway_takes_it_over(casework: Any, protected: Case, do: Callable[..., Any], way: Callable[[str, str], Any]) -> None:
    do(*way(protected.id, "lorenz"), by="lorenz")
    with casework.database.read() as session:
        case = session.get_one(Case, protected.id)
        covers = session.scalars(select(Cover).where(Cover.cover == "lorenz", Cover.with_protected)).all()
        assert "lorenz" in (case.responsible, *case.deputies, *(one.cover for one in covers))


@pytest.mark.usefixtures("leads")
def test_a_lead_takes_over_what_is_not_protected_and_covers_without_what_is(
    casework: Any, admit: Callable[..., Case], protected: Case, do: Callable[..., Any], actors: dict[str, Actor]
) -> None:
    other = admit(casework)
    do(give_cover, GiveCover("kowalczyk", "leitner", date(2022, 5, 10), date(2022, 5, 13)), by="leitner")
    assert not sees(casework, actors["leitner"], protected.id)
    do(assign_case_manager, AssignCaseManager(other.id, "leitner"), by="leitner")


def test_a_form_that_comes_back_tells_nothing_of_what_a_protected_case_came_from(
    casework: Any, do: Callable[..., Any], browse: Callable[..., Any]
) -> None:
    """The proposal and the referral are remembered by their addresses; what they lead to answers as an id that nobody has."""
    criteria = ("complex_need", "many_actors", "voluntary")
    with casework.database.write() as session:
        session.add(
            Proposal(
                id="prop-1", version=1, state="waiting", proposed_at=casework.clock.now(), site="aachen-arkaden", follow_ups=3,
                consent_given_on=date(2022, 5, 2), name="Zahra Azizi", persons=7,
            )
        )  # fmt: skip
        referral = ReceivedReferral(
            id=new_id(), sender="caritas-eifel.casework", referral_id="r-1", number="R-2022-0815", desk="",
            received_at=casework.clock.now(),
            received_on=date(2022, 5, 2), consent_categories=["name"], dropped_categories=[], version=1, state="accepted",
        )  # fmt: skip
        referral.content = NOTHING
        session.add(referral)
        session.flush()
        referral_id = referral.id
    reasoning = "Viele Stellen, niemand hat den Überblick."
    for said in ({"proposal_id": "prop-1"}, {"referral_id": referral_id, "name": "Zahra Azizi"}):
        case = do(admit_to_case_management, AdmitToCaseManagement(criteria=criteria, reasoning=reasoning, **said), by="kowalczyk")
        do(protect_case, ProtectCase(case.id, "endangered"), by="kowalczyk")
    desk = browse(casework, "breuer")
    for field, known in (("proposal_id", "prop-1"), ("referral_id", referral_id)):
        there, nowhere = (desk.post("/aufnahme", data={field: one}) for one in (known, "nobodys"))
        assert (there.status_code, nowhere.status_code) == (422, 422)
        assert plain(there).replace(known, "nobodys") == plain(nowhere)
        assert "R-2022-0815" not in there.text and "Was die Erstberatung schreibt" not in there.text
    there, nowhere = (desk.post(f"/vorschlaege/{one}/ablehnen", data={}) for one in ("prop-1", "nobodys"))
    assert (there.status_code, there.location) == (nowhere.status_code, nowhere.location)


def test_the_id_of_a_note_or_person_of_another_case_makes_nothing_and_is_no_fault(
    casework: Any, admit: Callable[..., Case], protected: Case, do: Callable[..., Any]
) -> None:
    note = do(note_contact, NoteContact(protected.id, "talk", 30, text="Gespräch"), by="kowalczyk")
    own = admit(casework, by="breuer")
    for operation, command in (
        (note_contact, NoteContact(own.id, "talk", 30, text="Gespräch", id=note.id)),
        (add_person, AddPerson(own.id, "Zahra Azizi", id=protected.holder.id)),
    ):
        with pytest.raises(NotFound):
            do(operation, command, by="breuer")
