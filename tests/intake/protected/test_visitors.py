"""A visitor without a record is taken up and closed in one step: nobody else ever reads of them, not even for a moment."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask import Flask
from intake.protected.conftest import HERE, WHO, WHY, audit
from intake.test_pages import text_of
from kim_bus.tables import outbox
from kim_intake.model.client import Client
from kim_intake.model.consultation import Consultation, consultations_of_day, consultations_seen_of_client
from kim_intake.model.consultation_figures import consultation_figures
from kim_intake.model.hand_over import HandOver, sent_from, waiting_for
from kim_intake.model.protection import LOCKS
from kim_intake.model.search import find_clients
from kim_intake.operations.hand_over import HandOverConsultation, hand_over
from kim_intake.operations.issue_code import IssueCode, issue_code
from kim_intake.operations.open_in_emergency import OpenRecordInEmergency, open_in_emergency
from kim_intake.operations.protect_client import ProtectClient, protect_client
from kim_intake.operations.protect_visitor import ProtectVisitor, protect_visitor
from kim_intake.operations.record_consultation import RecordConsultation, record_consultation
from kim_intake.operations.register_client import RegisterClient, register_client
from kim_runtime.refusal import NotFound, Refused
from sqlalchemy import func, select
from web.signed_in import bearer
from web.static_html import faults

SCHOOL = {"site": HERE[0], "service": "school_entry", "persons_present": 5}
AGREED: dict[str, Any] = {"site": HERE[0], "consent_given_on": date(2022, 5, 10)}


def of_the_day(house: Any, act: Any, who: str) -> list[str]:
    with house.database.read() as session:
        return [talk.id for service in ("case_management", "school_entry")
                for talk in consultations_of_day(session, act(who), HERE[0], service, act(who).today)]  # fmt: skip


def closed(house: Any, client_id: str) -> bool:
    with house.database.read() as session:
        return LOCKS.protection_of(session, client_id) is not None


def test_a_talk_is_recorded_closed_and_only_who_recorded_it_reads_of_it(house: Any, record: Any, act: Any) -> None:
    talk = record(protect_reason="endangered", concern="Wohnung")
    assert talk.client_id is not None and closed(house, talk.client_id)
    seen = {who: of_the_day(house, act, who) for who in ("aydin", "celik", "lindner", "haddad")}
    assert seen == {"aydin": [talk.id], "celik": [talk.id], "lindner": [], "haddad": []}
    with house.database.read() as session:
        person = session.get_one(Client, talk.client_id)
        assert (person.name, person.created_by, person.persons, person.town) == ("", "aydin", talk.persons_present, talk.town)
        told = select(func.count()).select_from(outbox).where(outbox.c.name == "consultation.recorded.v1")
        assert session.scalar(told) == 1  # how many and why, as of every talk; nothing of who
        counted = consultation_figures(session, (date(2022, 1, 1), date(2022, 12, 31)), date(2023, 1, 1))["case_management"]
        assert (counted["total"], counted["known_different_persons"]) == (1, 1)


def test_a_family_sent_on_in_the_same_step_stands_in_no_list_of_the_next_desk(house: Any, record: Any, act: Any) -> None:
    record(protect_reason="disclosure_block", hand_over_to="school_entry")
    with house.database.read() as session:
        assert waiting_for(session, act("lindner"), HERE[0], "school_entry") == []
        assert len(waiting_for(session, act("celik"), HERE[0], "school_entry")) == 1
        assert len(sent_from(session, act("aydin"), *HERE, act("aydin").today)) == 1


def test_an_anonymous_talk_is_closed_from_any_desk_of_its_site_with_all_that_hangs_on_it(
    house: Any, record: Any, do: Any, act: Any
) -> None:
    talk = record(hand_over_to="school_entry")
    person = do(protect_visitor, ProtectVisitor(talk.id, "well_known"), by="lindner")
    assert (person.is_named, person.created_by, closed(house, person.id)) == (False, "lindner", True)
    for who, found in (("lindner", 1), ("celik", 1), ("aydin", 0), ("haddad", 0)):
        assert len(of_the_day(house, act, who)) == found, who
        with house.database.read() as session:
            assert len(waiting_for(session, act(who), HERE[0], "school_entry")) == found, who
            assert len(find_clients(session, act(who), person.code)) == found, who


def test_the_desk_that_takes_a_family_closes_what_was_said_at_the_desk_before(house: Any, record: Any, do: Any, act: Any) -> None:
    first = record(concern="Wohnung")
    handed = do(hand_over, HandOverConsultation(consultation_id=first.id, to="school_entry"))
    taken = RecordConsultation(**SCHOOL, from_hand_over=handed.id, protect_reason="endangered")
    second = do(record_consultation, taken, by="lindner")
    further = do(hand_over, HandOverConsultation(consultation_id=second.id, to="case_management"), by="lindner")
    with house.database.read() as session:
        assert session.get_one(Consultation, first.id).client_id == second.client_id
        assert [one.id for one in consultations_seen_of_client(session, act("celik"), second.client_id)] == [second.id, first.id]
        assert session.get_one(HandOver, handed.id).clients == (None, second.client_id, second.client_id)
        assert waiting_for(session, act("haddad"), *HERE) == []
        assert [one.id for one in waiting_for(session, act("celik"), *HERE)] == [further.id]
    assert of_the_day(house, act, "aydin") == of_the_day(house, act, "haddad") == []


def test_closing_a_known_person_takes_the_talks_of_their_way_along(house: Any, record: Any, do: Any, act: Any) -> None:
    first = record(concern="Wohnung")
    handed = do(hand_over, HandOverConsultation(consultation_id=first.id, to="school_entry"))
    second = do(record_consultation, RecordConsultation(**SCHOOL, from_hand_over=handed.id), by="lindner")
    stranger = record()
    person = do(register_client, RegisterClient(name="Zahra Azizi", consultation_id=second.id, **AGREED), by="lindner")
    assert set(of_the_day(house, act, "haddad")) == {first.id, second.id, stranger.id}
    do(protect_client, ProtectClient(person.id, "endangered"), by="lindner")
    assert of_the_day(house, act, "haddad") == [stranger.id]


def test_who_another_desk_knows_already_gets_no_second_record(house: Any, record: Any, do: Any) -> None:
    first = record()
    handed = do(hand_over, HandOverConsultation(consultation_id=first.id, to="school_entry"))
    second = do(record_consultation, RecordConsultation(**SCHOOL, from_hand_over=handed.id), by="lindner")
    known = do(issue_code, IssueCode(second.id), by="lindner")
    assert do(protect_visitor, ProtectVisitor(first.id, "endangered")).id == known.id
    assert closed(house, known.id)


def test_a_name_is_kept_closed_from_the_first_moment(house: Any, record: Any, do: Any, act: Any) -> None:
    talk = record()
    said = {"name": "Zahra Azizi", "protect_reason": "disclosure_block", **AGREED}
    for command in (RegisterClient(**said, consultation_id=talk.id), RegisterClient(**said)):
        person = do(register_client, command)
        assert closed(house, person.id)
    with house.database.read() as session:
        assert len(find_clients(session, act("aydin"), "azizi")) == 2
        assert find_clients(session, act("lindner"), "azizi") == []
    assert of_the_day(house, act, "lindner") == []


def test_a_visitor_who_is_a_colleague_is_named_as_one_and_finds_nothing(house: Any, record: Any, do: Any, act: Any) -> None:
    for refuse in (
        lambda: record(protect_reason="colleague"),
        lambda: do(register_client, RegisterClient(name="Petra Lindner", protect_reason="colleague", **AGREED)),
    ):
        with pytest.raises(Refused) as refused:
            refuse()
        assert (refused.value.code, refused.value.field) == ("subject_missing", "protect_subject")
    assert of_the_day(house, act, "aydin") == []  # nothing half written
    talk = record(protect_reason="colleague", protect_subject="lindner")
    with house.database.read() as session:
        assert LOCKS.protection_of(session, talk.client_id).subject == "lindner"
    assert of_the_day(house, act, "lindner") == []


def test_no_desk_of_another_site_closes_it_and_none_to_whom_it_is_closed_already(record: Any, do: Any) -> None:
    talk = record()
    for who in ("peters", "reader", "wirtz"):
        with pytest.raises(NotFound):
            do(protect_visitor, ProtectVisitor(talk.id, "endangered"), by=who)
    person = do(protect_visitor, ProtectVisitor(talk.id, "endangered"))
    for opened in (False, True):  # an emergency lets one look, and no more
        if opened:
            do(open_in_emergency, OpenRecordInEmergency(person.code, WHY), by="lindner")
        with pytest.raises(NotFound):
            do(protect_visitor, ProtectVisitor(talk.id, "endangered"), by="lindner")


def test_the_form_of_a_talk_closes_it_and_the_audit_names_the_record(house: Any, browse: Any) -> None:
    desk, other = browse("aydin"), browse("lindner")
    form = desk.get("/beratungen/neu")
    assert faults(form.text) == [] and "Akte gleich schützen" in form.text
    said = {"site": HERE[0], "service": HERE[1], "desk": "1", "persons_present": "5", "protect_reason": "endangered"}
    nobody = desk.post("/beratungen", data={**said, "protect_reason": "colleague", "protect_subject": "niemand"})
    assert (nobody.status_code, "nicht angemeldet" in nobody.text) == (422, True)
    shown = desk.post("/beratungen", data=said, follow_redirects=True)
    assert "Die Akte ist geschützt. Rückkehrcode" in shown.text and "Geschützte Akte seit" in shown.text and faults(shown.text) == []
    (recorded, closing) = [row for row in audit(house) if row[2] == "done"][-2:]
    with house.database.read() as session:
        client_id = session.scalars(select(Client.id)).one()
    assert recorded == ("consultation.record", "", "done", "endangered")
    assert closing == ("client.protect", f"clients:{client_id}", "done", "endangered")
    assert "0 Personen am Tisch heute" in text_of(other.get("/heute").text)
    gone = desk.post("/beratungen", data={**said, "protect_reason": "colleague", "protect_subject": "aydin"}, follow_redirects=True)
    assert gone.status_code == 200 and "Die Akte ist geschützt." in gone.text and gone.request.path == "/beratungen/neu"


def test_a_second_sending_does_not_say_that_an_open_talk_is_closed(record: Any, do: Any, browse: Any) -> None:
    desk, same = browse("aydin"), "0190a0a0-0000-7000-8000-000000000001"
    known = do(issue_code, IssueCode(record().id))
    said = {"id": same, "site": HERE[0], "service": HERE[1], "desk": "1", "persons_present": "5", "client_code": known.code}
    desk.post("/beratungen", data=said)
    again = desk.post("/beratungen", data={**said, "protect_reason": "endangered"}, follow_redirects=True)
    assert again.status_code == 200 and "Die Akte ist geschützt." not in again.text


def test_a_visitor_is_closed_from_the_page_of_the_talk(house: Any, record: Any, browse: Any) -> None:
    talk, other = record(), browse("lindner")
    address = f"/beratungen/{talk.id}/schutz"
    page = browse("aydin").get(f"/beratungen/{talk.id}")
    assert address in page.text and "Aufnehmen und schützen" in page.text
    form = other.get(address)
    assert form.status_code == 200 and faults(form.text) == [] and "Selin Aydın" in form.text
    assert other.post(address, data={}).status_code == 422
    assert "Bitte sagen, um welche" in other.post(address, data={"reason": "colleague"}).text
    shown = other.post(address, data={"reason": "endangered"}, follow_redirects=True)
    assert "Die Akte ist geschützt." in shown.text and "bitte auf den Zettel schreiben" in shown.text
    with house.database.read() as session:
        client_id = session.scalars(select(Client.id)).one()
    done = [row[:2] for row in audit(house) if row[2] == "done"][-2:]
    assert done == [("visitor.protect", f"protection:{talk.id}"), ("client.protect", f"clients:{client_id}")]
    for answer in (browse("aydin").get(address), browse("aydin").post(address, data={"reason": "endangered"})):
        assert answer.status_code == 404


def test_the_page_of_a_talk_with_a_known_person_leads_to_that_record(record: Any, do: Any, browse: Any) -> None:
    talk = record()
    person = do(issue_code, IssueCode(talk.id))
    assert browse("lindner").get(f"/beratungen/{talk.id}/schutz").headers["Location"] == f"/personen/{person.id}/schutz"


def test_a_person_is_registered_closed_by_the_page(house: Any, record: Any, browse: Any) -> None:
    desk, talk = browse("aydin"), record()
    said = {"site": HERE[0], "name": "Zahra Azizi", "persons": "1", "consent_given_on": "10.05.2022", "consultation_id": talk.id}
    browse("lindner")
    missing = desk.post("/personen", data={**said, "protect_reason": "colleague"})
    assert missing.status_code == 422 and faults(missing.text) == [] and "Bitte sagen, um welche" in missing.text
    shown = desk.post("/personen", data={**said, "protect_reason": "disclosure_block"}, follow_redirects=True)
    assert "Die Akte ist geschützt." in shown.text and "Zahra Azizi" in shown.text
    assert "0 Treffer" in text_of(browse("lindner").post("/personen/suche", data={"q": "Azizi"}).text)
    gone = desk.post("/personen", data={**said, "consultation_id": "", "protect_reason": "colleague", "protect_subject": "aydin"})
    assert gone.headers["Location"] == "/personen"


def test_programs_close_a_visitor_and_record_a_talk_closed(app: Flask, house: Any, record: Any, browse: Callable[[str], Any]) -> None:
    client, talk = browse("lindner"), record()
    desk, keeper = bearer(app, WHO["lindner"]), bearer(app, WHO["aydin"])
    done = client.post("/api/consultations/protections", json={"consultation_id": talk.id, "reason": "endangered"}, headers=keeper)
    with house.database.read() as session:
        person = session.scalars(select(Client)).one()
        assert (done.status_code, done.json) == (200, {"client": person.id, "code": person.code, "protected": True})
    assert client.get(f"/api/consultations/{talk.id}", headers=desk).status_code == 404
    said = {"site": HERE[0], "service": HERE[1], "desk": 1, "persons_present": 2, "protect_reason": "endangered"}
    made = client.post("/api/consultations/", json=said, headers=keeper)
    assert (made.status_code, made.json["anonymous"]) == (201, False)
    assert client.get(made.headers["Location"], headers=desk).status_code == 404
    stranger = {**said, "protect_reason": "colleague", "protect_subject": "niemand"}
    answer = client.post("/api/consultations/", json=stranger, headers=keeper)
    assert (answer.status_code, answer.json["code"]) == (409, "subject_unknown")
