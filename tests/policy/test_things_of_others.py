"""Things of another site and of a colleague: no list, search or count holds them. Their ids: `test_ids_of_others.py`."""

from __future__ import annotations

from typing import Any

import pytest
from casework.conftest import CRITERIA
from flask import Flask
from intake.conftest import ARKADEN, HERZOGENRATH
from kim_casework.operations.admit_to_case_management import AdmitToCaseManagement, admit_to_case_management
from kim_casework.operations.introduce_staff import IntroduceStaff, introduce_staff
from kim_intake.operations.hand_over import HandOverConsultation, hand_over
from kim_intake.operations.propose_admission import ProposeAdmission, propose_admission
from kim_intake.operations.record_consultation import RecordConsultation, record_consultation
from kim_intake.operations.register_client import RegisterClient, register_client
from kim_intake.operations.set_up_site import set_up_site
from kim_runtime.act import Act, Actor, service_act
from kim_web.web import EXTENSION
from policy.conftest import US

MARK = "Merkzeichen"
ARKADEN_DESK = Actor("aydin", "Aydın", US, frozenset({"intake_staff"}), frozenset({ARKADEN.id}))
HERZOGENRATH_DESK = Actor("lindner", "Lindner", US, frozenset({"intake_staff"}), frozenset({HERZOGENRATH.id}))
OWNER = Actor("kowalczyk", "Kowalczyk", US, frozenset({"case_manager"}))
COLLEAGUE = Actor("breuer", "Breuer", US, frozenset({"case_manager"}))


def act_of(app: Flask, actor: Actor) -> Act:
    service = app.extensions[EXTENSION].doors.service
    return Act(US, service, actor, app.extensions[EXTENSION].clock.now())


@pytest.fixture
def intake(application: Any) -> tuple[Flask, dict[str, str]]:
    """One consultation, hand-over, proposal and person of the Arkaden."""
    app = application("intake")
    with app.extensions[EXTENSION].database.write() as session:
        for site in (ARKADEN, HERZOGENRATH):
            set_up_site(session, service_act(US, "intake", app.extensions[EXTENSION].clock.now()), site)
    act = act_of(app, ARKADEN_DESK)
    with app.extensions[EXTENSION].database.write() as session:
        facts: Any = {"site": ARKADEN.id, "service": "case_management", "desk": 1, "persons_present": 5, "topics": ("housing",)}
        talk = record_consultation(session, act, RecordConsultation(**facts, concern=MARK))
        handed = hand_over(session, act, HandOverConsultation(consultation_id=talk.id, to="school_entry"))
        person = register_client(
            session, act, RegisterClient(site=ARKADEN.id, name="Anna Beispiel", consent_given_on=act.today, consultation_id=talk.id)
        )
        proposed = propose_admission(
            session, act, ProposeAdmission(client_id=person.id, site=ARKADEN.id, need=MARK, consent_given_on=act.today)
        )
        return app, {"consultation": talk.id, "hand_over": handed.id, "proposal": proposed.id, "client": person.id}


def test_no_list_of_another_site_holds_it(intake, signed_in):
    app, ids = intake
    lists = ("/heute", "/weitergaben", "/vorschlaege", "/api/consultations/", "/api/proposals/", f"/api/consultations/?site={ARKADEN.id}",
             f"/api/hand-overs/?site={ARKADEN.id}&service=school_entry")  # fmt: skip
    here, there = signed_in(app, HERZOGENRATH_DESK), signed_in(app, ARKADEN_DESK)
    for address in lists:
        answer = here("GET", address)
        assert answer.status_code == 200, address
        assert not any(each in answer.text for each in (MARK, *ids.values())), address
    for address in lists[3:]:
        assert any(each in there("GET", address).text for each in ids.values()), address


def test_a_person_who_comes_to_another_site_is_known_there_but_not_what_was_talked_about(intake, signed_in):
    app, ids = intake
    page = signed_in(app, HERZOGENRATH_DESK)("GET", f"/personen/{ids['client']}")
    assert page.status_code == 200
    assert "Anna Beispiel" in page.text
    assert ids["consultation"] not in page.text
    assert ids["consultation"] in signed_in(app, ARKADEN_DESK)("GET", f"/personen/{ids['client']}").text


@pytest.fixture
def casework(application: Any) -> tuple[Flask, str, str]:
    """The application, and a case of Kowalczyk's: its id and its number."""
    app = application("casework")
    act = act_of(app, OWNER)
    with app.extensions[EXTENSION].database.write() as session:
        for person in (OWNER, COLLEAGUE):
            introduce_staff(session, act, IntroduceStaff(person.id, person.name, "", True))
        case = admit_to_case_management(session, act, AdmitToCaseManagement(criteria=CRITERIA, reasoning=MARK, name=MARK))
        return app, case.id, case.number


def test_no_list_search_or_count_of_a_colleague_holds_it(casework, signed_in):
    app, case, number = casework
    ask, own = signed_in(app, COLLEAGUE), signed_in(app, OWNER)
    for method, address, told in (
        ("GET", "/faelle", {}),
        ("POST", "/faelle/suche", {"data": {"words": MARK[:6], "state": "all"}}),
        ("GET", "/api/cases/", {}),
    ):
        assert case in own(method, address, **told).text, address
        answer = ask(method, address, **told)
        assert answer.status_code == 200
        assert not any(each in answer.text for each in (case, number, MARK)), address
    assert case not in ask("GET", "/woche").text
