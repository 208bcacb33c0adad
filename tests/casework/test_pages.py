"""The pages as people use them, each looked at for what can be seen to be wrong without a browser."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from kim_bus.outbox import emit
from kim_casework.model.case import Case, list_cases
from kim_casework.model.contact import last_contacts, open_steps
from kim_casework.model.order import list_orders
from kim_casework.operations.assign_case_manager import AssignCaseManager, assign_case_manager
from kim_casework.operations.household import HouseholdPerson
from kim_casework.operations.note_contact import NoteContact, note_contact
from kim_casework.operations.set_up_site import SetUpSite, set_up_site
from kim_referral.operations.record_consent import RecordConsent, record_consent
from kim_runtime.act import Actor
from lxml import html as lxml_html
from web.static_html import faults
from werkzeug.datastructures import MultiDict

NOTE = {"kind": "talk", "minutes": "30", "counterpart": "client", "next_step_who": "manager", "text": "Wohnungsamt antwortet nicht."}
ADMIT = {
    "criteria": ["many_actors", "voluntary"],
    "reasoning": "Viele Stellen, keine Übersicht.",
    "name": "Zahra Azizi",
    "agreement_on": "10.5.2022",
    "responsible": "kowalczyk",
}


def words(html: str) -> str:
    """The text of a page, in one line."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def page(client: FlaskClient, address: str, expected: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == expected, answer.text
    assert faults(answer.text) == []
    return words(answer.text)


def send(client: FlaskClient, address: str, data: dict[str, Any], expected: int = 303) -> str:
    answer = client.post(address, data=data)
    assert answer.status_code == expected, answer.text
    if expected == 303:
        return str(answer.headers["Location"])
    assert faults(answer.text) == []
    return words(answer.text)


def preset(client: FlaskClient, address: str, action: str) -> dict[str, Any]:
    """What a browser would send of a form nobody has touched."""
    (form,) = [form for form in lxml_html.document_fromstring(client.get(address).text).forms if form.action == action]
    return dict(MultiDict(form.form_values()).lists())


@pytest.fixture
def kowalczyk(casework: Any, browse: Callable[..., FlaskClient]) -> FlaskClient:
    return browse(casework, "kowalczyk")


@pytest.fixture
def thelen(casework: Any, browse: Callable[..., FlaskClient]) -> FlaskClient:
    return browse(casework, "thelen")


@pytest.fixture
def family(casework: Any, admit: Callable[..., Case], actors: dict[str, Actor]) -> Case:
    """A case with all that can stand on its page."""
    case = admit(
        casework, name="Zahra Azizi", language="prs", household=(HouseholdPerson("Farid Azizi", 2003), HouseholdPerson("Mina Azizi", 2015))
    )
    act = casework.act(actors["kowalczyk"])
    with casework.database.write() as session:
        set_up_site(session, act, SetUpSite("rathaus-roetgen", "Rathaus Roetgen", "05334024"))
        said = NoteContact(
            case.id, "visit", 60, "Schimmel im Kinderzimmer.", next_step="Wohnungsamt anrufen", next_step_on=date(2022, 5, 9)
        )
        note_contact(session, act, said)
        consent = RecordConsent(
            "Zahra Azizi", "Begleitung in Roetgen", ("caritas-eifel",), ("name", "phone"), date(2022, 5, 10), date(2022, 6, 10),
            informed=True, signed=True, kept_at="Ordner", about_kind="case", about_id=case.id,
        )  # fmt: skip
        record_consent(session, act, consent)
    return case


def test_every_list_is_there_when_nothing_is(kowalczyk: FlaskClient, thelen: FlaskClient) -> None:
    for address in ("/woche", "/faelle", "/vorschlaege", "/aufnahme", "/sprachmittlung", "/sprachmittlung/neu", "/eingang/", "/verweise/"):
        assert "Noch nicht gespeichert" not in page(kowalczyk, address), address
    for address in ("/woche", "/faelle/neu-verteilen", "/haus"):
        assert "Noch nicht gespeichert" not in page(thelen, address), address


def test_the_week_says_what_is_overdue_and_who_must_act(kowalczyk: FlaskClient, family: Case) -> None:
    shown = page(kowalczyk, "/woche")
    assert "2022-0001 Z. A. 09.05.2022 überfällig Wohnungsamt anrufen ich" in shown
    assert "Einwilligung: Begleitung in Roetgen 10.06.2022" in shown
    assert "Azizi" not in shown


def test_the_case_at_a_glance_shows_people_consents_steps_and_contacts(kowalczyk: FlaskClient, family: Case) -> None:
    shown = page(kowalczyk, f"/faelle/{family.id}")
    for said in (
        "Farid Azizi, geb. 2003",
        "Caritasverband für die Region Eifel",
        "Name, Telefon",
        "bis 10.06.2022",
        "Schimmel im Kinderzimmer.",
    ):
        assert said in shown
    assert page(kowalczyk, f"/faelle/{family.id}/kontakte").count("Schimmel") == 1


def test_to_a_lead_a_step_is_its_managers_and_not_the_readers(kowalczyk: FlaskClient, thelen: FlaskClient, family: Case) -> None:
    assert "Wohnungsamt anrufen ich erledigt" in page(kowalczyk, f"/faelle/{family.id}")
    shown = page(thelen, f"/faelle/{family.id}")
    assert "Wohnungsamt anrufen Kowalczyk erledigt" in shown
    assert "Wer ist dran? Kowalczyk die Familie eine Stelle" in shown


def test_a_contact_note_from_the_week_takes_a_click_on_the_case_and_one_on_save(
    casework: Any, kowalczyk: FlaskClient, family: Case
) -> None:
    assert f'href="/faelle/{family.id}"' in kowalczyk.get("/woche").text
    typed = {**preset(kowalczyk, f"/faelle/{family.id}", f"/faelle/{family.id}/kontakte"), "text": "Wohnungsamt antwortet nicht."}
    assert (typed["kind"], typed["minutes"], typed["counterpart"]) == (["visit"], ["30"], ["client"])
    assert send(kowalczyk, f"/faelle/{family.id}/kontakte", typed) == f"/faelle/{family.id}"
    assert "Zählt als Folgeberatung" in page(kowalczyk, f"/faelle/{family.id}")
    with casework.database.read() as session:
        assert len(last_contacts(session, family.id)) == 2


def test_a_note_with_two_adults_comes_back_with_what_was_typed_and_asks_for_whom(kowalczyk: FlaskClient, family: Case) -> None:
    both = [person.id for person in family.persons[:2]]
    shown = send(kowalczyk, f"/faelle/{family.id}/kontakte", {**NOTE, "present": both}, 422)
    assert "für wen ist die Notiz?" in shown
    assert "Wohnungsamt antwortet nicht." in shown


def test_all_that_is_wrong_with_a_form_is_said_at_once(kowalczyk: FlaskClient, thelen: FlaskClient, family: Case) -> None:
    admission = send(kowalczyk, "/aufnahme", {**ADMIT, "criteria": ["many_actors"], "reasoning": ""}, 422)
    assert "Begründung : Bitte ausfüllen." in admission and "ohne Zustimmung der Person keine Aufnahme" in admission
    order = send(kowalczyk, "/sprachmittlung", {"job_kind": "phone", "keystrokes": "x"}, 422)
    assert "Anlass : Bitte ausfüllen." in order and "Bitte die Dauer in Minuten angeben." in order
    past = {"job_kind": "phone", "occasion": "other", "language": "prs", "service_date": "9.5.2022", "minutes": "30"}
    named = {"desk": "Zahra Azizi", "requester_town": "05334024", "case_id": family.id, "decides_something": "false"}
    order = send(kowalczyk, "/sprachmittlung", {**past, **named}, 422)
    assert "Dieser Tag ist schon vorbei." in order and "bitte keinen Namen aus dem Fall" in order
    both = [person.id for person in family.persons[:2]]
    half = {**NOTE, "present": both, "day": "11.5.2022", "next_step": "anrufen"}
    note = send(kowalczyk, f"/faelle/{family.id}/kontakte", half, 422)
    assert "Dieser Tag liegt in der Zukunft." in note and "für wen ist die Notiz?" in note and "Bitte sagen, bis wann." in note
    cover = {"absent": "kowalczyk", "cover": "kowalczyk", "from_day": "12.5.2022", "until_day": "11.5.2022"}
    cover_said = send(thelen, "/vertretungen", cover, 422)
    assert "Niemand vertritt sich selbst." in cover_said and "endet vor ihrem Beginn" in cover_said


def test_a_step_is_ticked_off_in_the_week(casework: Any, kowalczyk: FlaskClient, family: Case) -> None:
    with casework.database.read() as session:
        step_id = open_steps(session, family.id)[0].id
    assert send(kowalczyk, f"/faelle/{family.id}/schritte/{step_id}", {"von": "woche"}) == "/woche"
    assert "Wohnungsamt anrufen" not in page(kowalczyk, "/woche")


def test_a_proposal_is_read_and_admitted(
    casework: Any, houses: Any, kowalczyk: FlaskClient, proposal: dict[str, Any], pump_all: Callable[..., int]
) -> None:
    intake = houses("staedteregion-aachen.intake")
    with intake.database.write() as session:
        emit(session, intake.act(), "admission.proposed.v1", subject="prop-1", version=1, data=proposal)
    pump_all()
    assert "O. H., 5 Personen" in page(kowalczyk, "/woche")
    assert "O. H., 5 Personen" in page(kowalczyk, "/vorschlaege")
    assert "Wohnung, Anerkennung, Schule" in page(kowalczyk, "/aufnahme?vorschlag=prop-1")
    refused = send(kowalczyk, "/aufnahme", {**ADMIT, "proposal_id": "prop-1", "criteria": ["many_actors"]}, 422)
    assert "freiwillig" in refused
    where = send(kowalczyk, "/aufnahme", {**ADMIT, "proposal_id": "prop-1"})
    assert "Fall 2022-0001 aufgenommen." in page(kowalczyk, where)
    assert "Fall 2022-0001" in page(kowalczyk, "/vorschlaege") and where in kowalczyk.get("/vorschlaege").text
    decided = send(kowalczyk, "/vorschlaege/prop-1/ablehnen", {"reason": "no_capacity"})
    assert "Über diesen Vorschlag ist schon entschieden." in page(kowalczyk, decided)
    assert kowalczyk.get("/aufnahme?vorschlag=prop-1").status_code == 303


def test_a_proposal_is_declined_with_a_reason(
    casework: Any, houses: Any, kowalczyk: FlaskClient, proposal: dict[str, Any], pump_all: Callable[..., int]
) -> None:
    intake = houses("staedteregion-aachen.intake")
    with intake.database.write() as session:
        emit(session, intake.act(), "admission.proposed.v1", subject="prop-1", version=1, data=proposal)
    pump_all()
    assert "Bitte" in send(kowalczyk, "/vorschlaege/prop-1/ablehnen", {}, 422)
    send(kowalczyk, "/vorschlaege/prop-1/ablehnen", {"reason": "other_service_fits"})
    assert "anderes Angebot passt besser" in page(kowalczyk, "/vorschlaege")


def test_the_phase_moves_and_a_skipped_one_is_refused_on_the_same_page(kowalczyk: FlaskClient, family: Case) -> None:
    send(kowalczyk, f"/faelle/{family.id}/phase", {"phase": "assessment"})
    assert "Phase: Assessment" in page(kowalczyk, f"/faelle/{family.id}")
    assert "Phasen folgen aufeinander" in send(kowalczyk, f"/faelle/{family.id}/phase", {"phase": "monitoring"}, 422)


def test_a_case_is_closed_and_opened_again_with_the_same_number(kowalczyk: FlaskClient, family: Case) -> None:
    assert "Wohnungsamt anrufen" in page(kowalczyk, f"/faelle/{family.id}/schliessen")
    assert "an wen der Fall übergeben wurde" in send(kowalczyk, f"/faelle/{family.id}/schliessen", {"reason": "handed_over"}, 422)
    send(kowalczyk, f"/faelle/{family.id}/schliessen", {"reason": "goals_reached"})
    assert "frühestens am 01.01.2026 gelöscht" in page(kowalczyk, f"/faelle/{family.id}")
    page(kowalczyk, f"/faelle/{family.id}/wieder-oeffnen")
    send(kowalczyk, f"/faelle/{family.id}/wieder-oeffnen", {"sentence": "Die Wohnung ist gekündigt."})
    shown = page(kowalczyk, f"/faelle/{family.id}")
    assert "gelöscht" not in shown and "Fall 2022-0001" in shown


def test_a_person_of_the_household_is_added(kowalczyk: FlaskClient, family: Case) -> None:
    page(kowalczyk, f"/faelle/{family.id}/personen/neu")
    assert "Bitte" in send(kowalczyk, f"/faelle/{family.id}/personen", {"birth_year": "zwölf"}, 422)
    send(kowalczyk, f"/faelle/{family.id}/personen", {"name": "Omid Azizi", "birth_year": "2012", "language": "prs"})
    assert "Omid Azizi, geb. 2012" in page(kowalczyk, f"/faelle/{family.id}")


def test_an_order_whose_day_went_by_without_anybody_is_said_to_be_overdue(casework: Any, kowalczyk: FlaskClient, family: Case) -> None:
    order = {
        "case_id": family.id, "job_kind": "phone", "occasion": "authority", "language": "prs", "service_date": "16.5.2022",
        "starts_at": "10:00", "minutes": "30", "decides_something": "false", "desk": "Case Management", "requester_town": "05334024",
        "public_room": "true",
    }  # fmt: skip
    send(kowalczyk, "/sprachmittlung", order)
    assert "16.05.2022 überfällig" not in page(kowalczyk, "/woche")
    casework.clock.set(casework.clock.now() + timedelta(days=8))
    assert "16.05.2022 überfällig" in page(kowalczyk, "/woche")


def test_a_talk_is_ordered_from_a_case_with_day_and_time(
    casework: Any, kowalczyk: FlaskClient, family: Case, actors: dict[str, Actor]
) -> None:
    assert "keine Person" in page(kowalczyk, f"/sprachmittlung/neu?fall={family.id}")
    order = {
        "case_id": family.id, "job_kind": "on_site", "occasion": "authority", "language": "prs", "service_date": "16.5.2022",
        "starts_at": "10:00", "decides_something": "true", "desk": "Case Management, Rathaus Roetgen", "requester_town": "05334024",
        "place": "Rathaus Roetgen", "public_room": "true",
    }  # fmt: skip
    assert "Dauer in Minuten" in send(kowalczyk, "/sprachmittlung", order, 422)
    where = send(kowalczyk, "/sprachmittlung", {**order, "minutes": "90"})
    shown = page(kowalczyk, where)
    assert "D-2022-0001" in shown and "16.05.2022, 10:00" in shown
    assert "D-2022-0001" in page(kowalczyk, "/woche")
    assert "bestellt, noch ohne Antwort" in page(kowalczyk, "/sprachmittlung")
    with casework.database.write() as session:
        (placed,) = list_orders(session, casework.act(actors["kowalczyk"]))
        placed.reason, placed.fitting_pot, placed.fitting_pot_name = "case_link_missing", "own-2022", "Eigenmittel der StädteRegion"
        placed.state = "checked"
    for address in (where, "/sprachmittlung"):
        shown = page(kowalczyk, address)
        assert "Passender Topf: Eigenmittel der StädteRegion." in shown and "Bitte mit der Sprachmittlung klären." in shown
    for address in (where, "/sprachmittlung", "/woche", f"/faelle/{family.id}"):
        shown = page(kowalczyk, address)
        assert "geprüft, Rückfrage offen" in shown and "wartet auf Freigabe" not in shown, address
    with casework.database.write() as session:
        (placed,) = list_orders(session, casework.act(actors["kowalczyk"]))
        placed.reason, placed.fitting_pot, placed.fitting_pot_name = None, None, None
        placed.pot, placed.pot_name = "own-2022", "Eigenmittel der StädteRegion"
    for address in (where, "/sprachmittlung"):
        shown = page(kowalczyk, address)
        assert "Eigenmittel der StädteRegion" in shown and "wartet auf Freigabe" in shown
    send(kowalczyk, f"{where}/zurueckziehen", {})
    with casework.database.read() as session:
        assert [order.state for order in list_orders(session, casework.act(actors["kowalczyk"]))] == ["withdrawn"]


def test_an_order_with_a_wrong_time_keeps_what_was_typed(kowalczyk: FlaskClient, family: Case) -> None:
    answer = kowalczyk.post("/sprachmittlung", data={"service_date": "16.5.2022", "starts_at": "gegen zehn", "place": "Rathaus"})
    assert answer.status_code == 422
    assert "Bitte eine Uhrzeit schreiben, zum Beispiel 09:30." in answer.text
    assert "gegen zehn" in answer.text and "Rathaus" in answer.text


def test_a_lead_assigns_and_names_who_stands_in(thelen: FlaskClient, family: Case, kowalczyk: FlaskClient) -> None:
    page(thelen, f"/faelle/{family.id}/zustaendig")
    send(thelen, f"/faelle/{family.id}/zustaendig", {"responsible": "breuer", "deputies": ["kowalczyk"], "note": "Krankheit"})
    shown = page(thelen, f"/faelle/{family.id}")
    assert "Fallmanager_in Breuer Vertretung Kowalczyk" in shown
    assert "Krankheit" in page(thelen, f"/faelle/{family.id}/zustaendig")
    assert kowalczyk.get(f"/faelle/{family.id}/zustaendig").status_code == 403


def test_a_lead_sees_cases_that_need_a_new_manager_and_gives_them_away(
    casework: Any, houses: Any, thelen: FlaskClient, family: Case, pump_all: Callable[..., int], at_noon: Callable[..., Any]
) -> None:
    staffing = houses("staedteregion-aachen.staffing")
    for staff, last in (("p-01", date(2022, 5, 31)), ("p-02", None)):
        said = {"staff": staff, "assignable_from": date(2022, 3, 1), "assignable_to": last}
        with staffing.database.write() as session:
            emit(
                session, staffing.act(), "assignability.changed.v1", subject=staff, version=1, data=said, to="staedteregion-aachen.casework"
            )
    pump_all()
    assert "1 Fall braucht eine neue Fallmanager_in" in page(thelen, "/woche")
    assert "Ab 01.06.2022 braucht der Fall eine neue Fallmanager_in." in page(thelen, f"/faelle/{family.id}")
    assert "nur bis 31.05.2022" in page(thelen, "/haus")
    assert "Bitte mindestens einen Fall auswählen." in send(thelen, "/faelle/neu-verteilen", {"responsible": "breuer"}, 422)
    send(thelen, "/faelle/neu-verteilen", {"case_ids": [family.id], "responsible": "breuer"})
    assert "1 Fall an Breuer übergeben." in page(thelen, "/faelle/neu-verteilen")


def test_a_case_given_to_the_wrong_colleague_goes_back_by_one_button(casework: Any, thelen: FlaskClient, family: Case) -> None:
    send(thelen, f"/faelle/{family.id}/zustaendig", {"responsible": "breuer"})
    assert f"{family.number} Breuer Kowalczyk 10.05.2022 zurückgeben {family.number}" in page(thelen, "/faelle/neu-verteilen")
    back = preset(thelen, "/faelle/neu-verteilen", f"/faelle/{family.id}/zustaendig")
    assert "Zuständigkeit gespeichert: Kowalczyk." in page(thelen, send(thelen, f"/faelle/{family.id}/zustaendig", back))


def test_a_lead_sees_how_busy_the_sites_were_in_the_month_that_is_over(
    casework: Any, houses: Any, thelen: FlaskClient, kowalczyk: FlaskClient, pump_all: Callable[..., int]
) -> None:
    intake = houses("staedteregion-aachen.intake")
    said = {
        "site": "rathaus-roetgen",
        "service": "case_management",
        "kind": "follow_up",
        "persons_present": 3,
        "topics": [],
    }
    with intake.database.write() as session:
        for number, day in enumerate((date(2022, 4, 28), date(2022, 5, 3), date(2022, 5, 4))):
            emit(session, intake.act(), "consultation.recorded.v1", subject=f"c-{number}", version=1, data={**said, "day": day})
    pump_all()
    assert 'name="id"' not in thelen.get("/haus").text  # else a browser would send the form's own id before the site's
    send(thelen, "/haus/standorte", {"site": "rathaus-roetgen", "name": "Rathaus Roetgen", "municipality": "05334024"})
    assert "01.04.2022 bis 30.04.2022 Beratungsstelle Standort Beratungen Case Management Rathaus Roetgen 1 Eine" in page(thelen, "/woche")
    assert "Beratungen an den Standorten" not in page(kowalczyk, "/woche")


def test_a_lead_introduces_a_colleague(thelen: FlaskClient) -> None:
    assert "gehört schon zu" in send(thelen, "/haus/mitarbeitende", {"member": "neu", "name": "Neu", "reference": "p-01"}, 422)
    send(thelen, "/haus/mitarbeitende", {"member": "neu", "name": "Nina Neu", "reference": "p-03", "manages_cases": "true"})
    assert "Nina Neu" in page(thelen, "/haus")


def test_others_cases_do_not_exist_for_a_case_manager(
    casework: Any, browse: Callable[..., FlaskClient], family: Case, actors: dict[str, Actor]
) -> None:
    breuer = browse(casework, "breuer")
    for address in ("", "/kontakte", "/schliessen", "/wieder-oeffnen", "/personen/neu"):
        assert breuer.get(f"/faelle/{family.id}{address}").status_code == 404
    assert breuer.post(f"/faelle/{family.id}/kontakte", data=NOTE).status_code == 404
    assert "2022-0001" not in send(breuer, "/faelle/suche", {"words": "Azizi", "state": "all"}, 200)
    with casework.database.write() as session:
        assign_case_manager(session, casework.act(actors["thelen"]), AssignCaseManager(family.id, "kowalczyk", ("breuer",)))
    page(breuer, f"/faelle/{family.id}")


def test_others_roles_see_nothing_of_cases(casework: Any, browse: Callable[..., FlaskClient], family: Case) -> None:
    assert browse(casework, "wirtz").get("/").location == "/eintraege/offen"  # what waits for the head comes first
    for person in ("aydin", "wirtz"):  # the head reads figures, and no page
        client = browse(casework, person)
        for address in ("/woche", "/faelle", f"/faelle/{family.id}", "/vorschlaege", "/sprachmittlung", "/haus"):
            assert client.get(address).status_code == 403


def test_the_search_finds_a_name_and_says_when_there_is_none(kowalczyk: FlaskClient, family: Case) -> None:
    assert "Zahra Azizi" in send(kowalczyk, "/faelle/suche", {"words": "azizi"}, 200)
    assert "Kein Fall gefunden." in send(kowalczyk, "/faelle/suche", {"words": "niemand"}, 200)


def test_the_same_admission_form_sent_twice_is_one_case(casework: Any, kowalczyk: FlaskClient, actors: dict[str, Actor]) -> None:
    for _ in range(2):
        send(kowalczyk, "/aufnahme", {**ADMIT, "id": "case-1"})
    with casework.database.read() as session:
        assert len(list_cases(session, casework.act(actors["kowalczyk"]))) == 1


def test_each_page_is_there_in_english(kowalczyk: FlaskClient, thelen: FlaskClient, family: Case) -> None:
    assert "My week" in page(kowalczyk, "/woche?lang=en")
    shown = page(kowalczyk, f"/faelle/{family.id}?lang=en")
    assert "Next steps" in shown and "Last contacts" in shown
