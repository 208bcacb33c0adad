"""That was not me: what somebody entered at a case manager's unlocked desk goes to who it was, if they might have entered it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
from flask.testing import FlaskClient
from kim_casework.model.case import Assignment, Case, CaseChange
from kim_casework.model.contact import Contact, NextStep
from kim_casework.model.proposal import Proposal
from kim_casework.operations.assign_case_manager import AssignCaseManager, assign_case_manager
from kim_casework.operations.cover_for_colleague import EndCover, GiveCover, end_cover, give_cover
from kim_casework.operations.decline_admission import DeclineAdmission, decline_admission
from kim_casework.operations.finish_step import FinishStep, finish_step
from kim_casework.operations.household import AddPerson, add_person
from kim_casework.operations.introduce_staff import IntroduceStaff, introduce_staff
from kim_casework.operations.move_phase import MovePhase, move_phase
from kim_casework.operations.note_contact import NoteContact, note_contact
from kim_casework.operations.order_interpreting import OrderInterpreting, order_interpreting
from kim_casework.operations.protect_case import ProtectCase, protect_case
from kim_casework.operations.set_up_site import SetUpSite, set_up_site
from kim_casework.operations.withdraw_order import WithdrawOrder, withdraw_order
from kim_casework.pages.entry_kinds import ENTRY_KINDS
from kim_runtime.act import Actor
from kim_runtime.ids import new_id
from kim_web.tables import moved_entries
from referral.done_to_referrals import KINDS as OF_REFERRALS
from referral.done_to_referrals import done_to_referrals
from sqlalchemy import select, update
from web import own_entries
from web.own_entries import PAGE, give_all, offered
from web.signed_in import bearer
from web.static_html import faults

HOUSE = "staedteregion-aachen"
WORKING = frozenset({"case_manager"})


@pytest.fixture
def actors(actors: dict[str, Actor]) -> dict[str, Actor]:
    return {
        **actors,
        "breuer": Actor("breuer", "Ute Breuer", HOUSE, WORKING),
        "lenz": Actor("lenz", "Ida Lenz", HOUSE, WORKING),
        "heinen": Actor("heinen", "Rolf Heinen", HOUSE, frozenset({"case_lead"})),
    }


@pytest.fixture
def do(casework: Any, actors: dict[str, Actor]) -> Callable[..., Any]:
    def one(operation: Callable[..., Any], command: Any, by: str = "kowalczyk") -> Any:
        with casework.database.write() as session:
            return operation(session, casework.act(actors[by]), command)

    return one


@pytest.fixture
def case(casework: Any, admit: Callable[..., Case], do: Callable[..., Any]) -> Case:
    """A case of Kowalczyk's, in which Breuer stands in, admitted some days ago."""
    do(introduce_staff, IntroduceStaff("lenz", "Ida Lenz"), by="thelen")
    found = admit(casework, name="Zahra Azizi", at=casework.clock.now() - timedelta(days=3))
    do(assign_case_manager, AssignCaseManager(found.id, "kowalczyk", ("breuer",)), by="thelen")
    return found


@pytest.fixture
def kowalczyk(casework: Any, browse: Callable[..., FlaskClient]) -> FlaskClient:
    """Kowalczyk's browser; the colleagues have signed in before."""
    for one in ("breuer", "lenz", "thelen", "heinen", "wirtz"):
        browse(casework, one)
    return browse(casework, "kowalczyk")


move = partial(own_entries.move, to="breuer")


def read(casework: Any, model: Any, thing_id: str, column: str) -> str:
    with casework.database.read() as session:
        return str(getattr(session.get(model, thing_id), column))


@pytest.mark.slow
def test_every_kind_of_entry_of_a_case_manager_goes_to_who_made_it_and_nothing_names_who_it_was_not(
    casework: Any, case: Case, do: Callable[..., Any], kowalczyk: FlaskClient, actors: dict[str, Actor],
    tell_proposal: Callable[[], str],
) -> None:  # fmt: skip
    do(note_contact, NoteContact(case.id, "talk", 30, "Merkzeichen", next_step="Anruf", next_step_on=date(2022, 5, 12)))
    with casework.database.read() as session:
        step = session.scalars(select(NextStep.id)).one()
    do(finish_step, FinishStep(step))
    do(move_phase, MovePhase(case.id, "assessment"))
    do(add_person, AddPerson(case.id, "Merkzeichen"))
    order = do(order_interpreting, OrderInterpreting("phone", "authority", "prs", date(2022, 6, 1), False, "Info", "05334002",
                                                     case_id=case.id, minutes=30))  # fmt: skip
    do(withdraw_order, WithdrawOrder(order.id))
    do(decline_admission, DeclineAdmission(tell_proposal(), "not_wanted"))
    with casework.database.write() as session:
        session.execute(update(Assignment).values(assigned_by="thelen"))  # as if admitted by somebody else
        session.execute(update(CaseChange).where(CaseChange.change == "opened").values(actor="thelen"))
        done_to_referrals(session, casework.act(actors["kowalczyk"]), ("case", case.id))
    page = kowalczyk.get(PAGE).text
    assert "Zahra Azizi" not in page and "Merkzeichen" not in page  # it may lie open for all to see
    assert f"Kontaktnotiz: Fall {case.number}, Gespräch" in page and f"Person im Haushalt: Fall {case.number}<" in page
    given = give_all(kowalczyk, "kowalczyk", "breuer", "Kowalczyk")
    assert given == OF_REFERRALS | {"contact", "step", "case_change", "admission", "order", "order_withdrawn", "person_added"}


@pytest.mark.slow
def test_every_kind_of_entry_of_a_lead_goes_to_a_lead_alone(
    casework: Any, case: Case, do: Callable[..., Any], kowalczyk: FlaskClient, browse: Callable[..., FlaskClient]
) -> None:
    given = do(give_cover, GiveCover("kowalczyk", "breuer", date(2022, 5, 10), date(2022, 5, 11)), by="thelen")
    do(end_cover, EndCover(given.id), by="thelen")
    do(assign_case_manager, AssignCaseManager(case.id, "lenz", ("breuer", "kowalczyk")), by="thelen")
    do(set_up_site, SetUpSite("rathaus", "Rathaus", "05334002"), by="thelen")
    lead = browse(casework, "thelen")
    keys = offered(lead)
    assert [key for key in keys if move(lead, key, to="breuer").status_code != 422] == []
    assert "Standort eingetragen: Rathaus<" in lead.get(PAGE).text
    assert give_all(lead, "thelen", "heinen", "Thelen") == {"cover", "cover_end", "case_change", "deputies", "colleague", "site"}


@pytest.fixture
def tell_proposal(casework: Any, proposal: dict[str, Any]) -> Callable[[], str]:
    """A proposal of intake's waits; its id."""

    def one() -> str:
        said = {name: proposal[name] for name in ("proposed_at", "site", "consent_given_on", "follow_ups")}
        with casework.database.write() as session:
            session.add(Proposal(id="vorschlag", version=1, state="waiting", **said))
        return "vorschlag"

    return one


@pytest.mark.parametrize(
    ("to", "said"),
    [
        ("lenz", "darf hier keinen solchen Eintrag machen"), ("wirtz", "darf hier keinen solchen Eintrag machen"),
        ("nobody", "meldet sich hier einmal an"), ("kowalczyk", "meldet sich hier einmal an"),
    ],
)  # fmt: skip
def test_it_goes_to_nobody_who_may_not_work_on_the_case_now_and_the_page_says_what_to_do(
    casework: Any, case: Case, do: Callable[..., Any], kowalczyk: FlaskClient, to: str, said: str
) -> None:
    noted = do(note_contact, NoteContact(case.id, "talk", 30))
    answer = move(kowalczyk, f"contact:{noted.id}", to=to)
    assert answer.status_code == 422 and said in answer.text
    assert to != "lenz" or "der Leitung Bescheid geben" in answer.text
    assert read(casework, Contact, noted.id, "noted_by") == "kowalczyk"


def test_who_may_enter_there_is_asked_at_that_moment(casework: Any, case: Case, do: Callable[..., Any], kowalczyk: FlaskClient) -> None:
    noted = do(note_contact, NoteContact(case.id, "talk", 30))
    do(assign_case_manager, AssignCaseManager(case.id, "kowalczyk", ()), by="thelen")  # Breuer stands in no longer
    assert move(kowalczyk, f"contact:{noted.id}").status_code == 422
    do(give_cover, GiveCover("kowalczyk", "breuer", date(2022, 5, 10), date(2022, 5, 10)), by="thelen")
    assert move(kowalczyk, f"contact:{noted.id}").status_code == 303


def test_an_entry_of_a_case_closed_to_a_colleague_never_goes_to_them(
    casework: Any, case: Case, do: Callable[..., Any], kowalczyk: FlaskClient, actors: dict[str, Actor], browse: Callable[..., Any]
) -> None:
    noted = do(note_contact, NoteContact(case.id, "talk", 30))
    with casework.database.read() as session:
        opened = session.scalars(select(CaseChange.id).where(CaseChange.change == "opened")).one()
    with casework.database.write() as session:
        session.get_one(CaseChange, opened).at = casework.clock.now()  # as if admitted just now
    do(add_person, AddPerson(case.id, "Merkzeichen"))
    do(protect_case, ProtectCase(case.id, "endangered"))
    added = next(key for key in offered(kowalczyk) if key.startswith("person_added:"))
    for key in (f"contact:{noted.id}", f"case_change:{opened}", added):
        assert move(kowalczyk, key, to="thelen").status_code == 422, key
        assert move(kowalczyk, key, to="lenz").status_code == 422, key
    assert move(kowalczyk, f"contact:{noted.id}", added, to="breuer").status_code == 303  # who is named as deputy works on it


def test_who_admitted_for_a_colleague_gets_the_admission_and_nothing_of_the_case(
    casework: Any, admit: Callable[..., Case], kowalczyk: FlaskClient, browse: Callable[..., FlaskClient]
) -> None:
    case = admit(casework, name="Zahra Azizi")
    with casework.database.read() as session:
        opened = session.scalars(select(CaseChange.id).where(CaseChange.case_id == case.id)).one()
    assert move(kowalczyk, f"case_change:{opened}", to="lenz").status_code == 303
    assert read(casework, Case, case.id, "responsible") == "kowalczyk"
    page = browse(casework, "lenz").get("/woche")
    assert f"Fall {case.number}, Aufnahme" in page.text
    assert "Azizi" not in page.text and case.id not in page.text


def test_the_other_person_finds_it_in_their_week_with_the_way_to_the_case_and_answers(
    casework: Any, case: Case, do: Callable[..., Any], kowalczyk: FlaskClient, browse: Callable[..., FlaskClient]
) -> None:
    noted = do(note_contact, NoteContact(case.id, "talk", 30))
    move(kowalczyk, f"contact:{noted.id}")
    breuer = browse(casework, "breuer")
    page = breuer.get("/woche")
    assert "Auf Ihren Namen geschrieben" in page.text and f'href="/faelle/{case.id}"' in page.text and faults(page.text) == []
    (address,) = set(re.findall(r'action="(/eintraege/[^"]+/antwort)"', page.text))
    assert breuer.post(address, data={"answer": "not_me"}).status_code == 303
    with casework.database.read() as session:
        (one,) = session.execute(select(moved_entries)).all()
    for head in ("thelen", "wirtz"):
        offered = browse(casework, head).get("/eintraege/offen").text
        assert "Kontaktnotiz" in offered and case.number not in offered and faults(offered) == []
    lead = browse(casework, "thelen")
    wrong = lead.post(f"/eintraege/offen/{one.id}", data={"to": "lenz"})
    assert wrong.status_code == 422 and "darf hier keinen" in wrong.text
    assert lead.post(f"/eintraege/offen/{one.id}", data={"to": "heinen"}).status_code == 303
    assert read(casework, Contact, noted.id, "noted_by") == "heinen"


def test_what_an_entry_was_is_no_longer_said_to_who_may_not_see_the_case_by_now(
    casework: Any, case: Case, do: Callable[..., Any], kowalczyk: FlaskClient, browse: Callable[..., FlaskClient]
) -> None:
    noted = do(note_contact, NoteContact(case.id, "talk", 30))
    move(kowalczyk, f"contact:{noted.id}")
    do(assign_case_manager, AssignCaseManager(case.id, "lenz", ()), by="thelen")
    page = browse(casework, "breuer").get("/woche")
    assert "Kontaktnotiz" in page.text and case.number not in page.text and case.id not in page.text
    gone = browse(casework, "kowalczyk").get(PAGE)
    assert "Kontaktnotiz" in gone.text and case.number not in gone.text


def test_another_persons_entry_and_one_older_than_the_hour_stay(
    casework: Any, case: Case, do: Callable[..., Any], kowalczyk: FlaskClient
) -> None:
    theirs = do(note_contact, NoteContact(case.id, "talk", 30), by="breuer")
    mine = do(note_contact, NoteContact(case.id, "talk", 30))
    said = [move(kowalczyk, f"contact:{one}").text for one in (theirs.id, new_id())]
    assert "steht nicht auf Ihrem Namen" in said[0] and strip(said[0]) == strip(said[1])
    casework.clock.set(casework.clock.now() + timedelta(minutes=60, seconds=1))
    assert f"contact:{mine.id}" not in kowalczyk.get(PAGE).text
    answer = move(kowalczyk, f"contact:{mine.id}")
    assert answer.status_code == 422 and "Umschreiben geht nur 60 Minuten lang" in answer.text


def test_programs_have_the_same_door_and_their_keys_narrow_who_asks_alone(
    casework: Any, case: Case, do: Callable[..., Any], kowalczyk: FlaskClient, actors: dict[str, Actor]
) -> None:
    noted = do(note_contact, NoteContact(case.id, "talk", 30))
    app = kowalczyk.application
    program, narrow = app.test_client(), bearer(app, actors["kowalczyk"], "entry.move")
    listed = program.get("/api/own-entries/", headers=narrow).json["items"]
    assert f"contact:{noted.id}" in [one["entry"] for one in listed]
    told = {"entries": [f"contact:{noted.id}"], "to": "lenz"}
    assert program.post("/api/own-entries/moves", json=told, headers=narrow).status_code == 409
    made = program.post("/api/own-entries/moves", json={**told, "to": "breuer"}, headers=narrow)
    assert (made.status_code, made.json["items"][0]["entry"]) == (201, f"contact:{noted.id}")
    other = bearer(app, actors["kowalczyk"], "case.see")
    assert program.post("/api/own-entries/moves", json=told, headers=other).status_code == 403


def test_no_kind_lets_anybody_put_right_who_could_see_what() -> None:
    assert not {kind.model.__tablename__ for kind in ENTRY_KINDS} & {"case_protections", "emergency_accesses", "kim_audit"}


def strip(page: str) -> str:
    return re.sub(r'name="(?:csrf_token|id)" value="[^"]*"|data-whose="[^"]*"|[0-9a-f-]{36}', "", page)
