"""Records of people closed to the desk, and what opens one all the same: keeping it, the special right, or an emergency with its reason."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from intake.conftest import PEOPLE, US
from intake.test_pages import text_of
from kim_audit.tables import entries
from kim_bus.tables import outbox
from kim_intake.model.client import Client
from kim_intake.model.consultation import (
    Consultation,
    consultations_after,
    consultations_of_day,
    consultations_seen_of_client,
    last_at_desk,
)
from kim_intake.model.consultation_figures import consultation_figures, own_day_figures
from kim_intake.model.disclosures import disclosures_seen
from kim_intake.model.hand_over import HandOver, feedback_open, hand_overs_of, sent_from, waiting_for
from kim_intake.model.proposal import AdmissionProposal, proposals
from kim_intake.model.search import find_clients
from kim_intake.model.sight import emergencies_to_know, hidden_clients, lets
from kim_intake.operations.correct_consultation import CorrectConsultation, correct_consultation
from kim_intake.operations.hand_over import HandOverConsultation, hand_over
from kim_intake.operations.link_consultation import LinkConsultation, link_consultation
from kim_intake.operations.open_in_emergency import OpenRecordInEmergency, open_in_emergency
from kim_intake.operations.propose_admission import ProposeAdmission, propose_admission
from kim_intake.operations.protect_client import LiftClientProtection, ProtectClient, lift_client_protection, protect_client
from kim_intake.operations.record_consultation import RecordConsultation, record_consultation
from kim_intake.operations.register_client import RegisterClient, register_client
from kim_intake.rules.permissions import RULES
from kim_referral.model.consent import Consent
from kim_referral.model.seen import recently_declared
from kim_referral.operations.record_consent import RecordConsent, record_consent
from kim_runtime.act import Act, Actor
from kim_runtime.ids import new_id
from kim_runtime.refusal import NotFound, Refused
from sqlalchemy import func, select
from web.signed_in import bearer, sign_in
from web.static_html import faults

HERE = ("aachen-arkaden", "case_management")
WHY = "Kind seit heute früh vermisst, niemand erreichbar"
DESK, READER = "intake_staff", "protected_case_reader"
WHO = {
    **PEOPLE,
    "celik": Actor("celik", "Deniz Çelik", US, frozenset({DESK, READER}), frozenset({"aachen-arkaden"})),
    "reader": Actor("reader", "Leserin", US, frozenset({READER})),
    "peters": Actor("peters", "Jan Peters", US, frozenset({DESK}), frozenset({"rathaus-herzogenrath"})),
    "thelen": Actor("thelen", "Thelen", US, frozenset({"case_lead"})),
    "pruefer": Actor("pruefer", "Prüfer", US, frozenset({"auditor"})),
}


@dataclass(frozen=True)
class Family:
    """A person registered by Aydın with all that can hang on a record: two talks, a hand-over that waits, one sent on, a consent."""

    client: str
    code: str
    talk: str
    second: str
    waiting: str
    walked: str
    consent: str


@pytest.fixture
def act(house: Any) -> Callable[..., Act]:
    """`act("aydin")`, at the clock's time or `at`."""
    return lambda who, at=None: house.act(WHO[who], at)


@pytest.fixture
def do(house: Any, act: Any) -> Callable[..., Any]:
    def one(operation: Callable[..., Any], command: Any, by: str = "aydin", at: datetime | None = None) -> Any:
        with house.database.write() as session:
            return operation(session, act(by, at), command)

    return one


@pytest.fixture
def family(record: Any, do: Any, house: Any) -> Family:
    talk = record(concern="Wohnung")
    agreed: dict[str, Any] = {"consent_given_on": date(2022, 5, 10), "consultation_id": talk.id}
    person = do(register_client, RegisterClient(site=HERE[0], name="Zahra Azizi", **agreed))
    second = record(client_code=person.code, hand_over_to="health_kiosk", origin="AFG")
    waiting = do(hand_over, HandOverConsultation(consultation_id=talk.id, to="school_entry"))
    said = RecordConsent(
        "Zahra Azizi", "Wohnung", ("sprungbrett",), ("name",), date(2022, 5, 1), date(2022, 12, 31), informed=True, signed=True,
        kept_at="Ordner", about_kind="consultation", about_id=talk.id,
    )  # fmt: skip
    consent = do(record_consent, said)
    with house.database.read() as session:
        walked = session.scalars(select(HandOver.id).where(HandOver.consultation_id == second.id)).one()
    return Family(person.id, person.code, talk.id, second.id, waiting.id, walked, consent.id)


@pytest.fixture
def protected(family: Family, do: Any) -> Family:
    do(protect_client, ProtectClient(family.client, "disclosure_block"))
    return family


def sees(house: Any, at: Act, client_id: str) -> bool:
    with house.database.read() as session:
        return lets(session, at, "client.see", session.get_one(Client, client_id))


def lists(session: Any, at: Act, family: Family) -> dict[str, int]:
    """How many each list, search and count holds of the family."""
    today = at.today
    return {
        "search by name": len(find_clients(session, at, "azizi")),
        "search by code": len(find_clients(session, at, family.code)),
        "of the day": len(consultations_of_day(session, at, *HERE, today)),
        "all": len(consultations_after(session, at, day=None, site_id=None, after=None)[0]),
        "of the person": len(consultations_seen_of_client(session, at, family.client)),
        "waiting": len(waiting_for(session, at, HERE[0], "school_entry")),
        "sent": len(sent_from(session, at, *HERE, today)),
        "unheard": len(feedback_open(session, at, *HERE)),
        "of the talk": len(hand_overs_of(session, at, family.talk)),
        "last at the desk": int(last_at_desk(session, at, *HERE, 1, today) is not None),
        "consents": len(session.scalars(select(Consent).where(disclosures_seen(at).declared(Consent))).all()),
    }


def test_only_who_keeps_it_and_who_has_the_special_right_see_it(house: Any, protected: Family, act: Any) -> None:
    assert {who for who in WHO if sees(house, act(who), protected.client)} == {"aydin", "celik", "reader"}


def test_nothing_of_it_is_in_a_list_a_search_or_a_count_of_others(house: Any, protected: Family, act: Any) -> None:
    with house.database.read() as session:
        for who in ("lindner", "haddad"):
            assert set(lists(session, act(who), protected).values()) == {0}, who
            assert session.scalars(hidden_clients(act(who))).all() == [protected.client]
        for who in ("aydin", "celik"):
            assert min(lists(session, act(who), protected).values()) >= 1, who
            assert session.scalars(hidden_clients(act(who))).all() == []
        auditor = act("pruefer")
        assert session.scalars(select(Consent).where(disclosures_seen(auditor).declared(Consent))).all() == []


def test_before_and_after_the_protection_all_of_it_is_there(house: Any, family: Family, act: Any, do: Any) -> None:
    for _turn in range(2):
        with house.database.read() as session:
            assert min(lists(session, act("lindner"), family).values()) >= 1
        do(protect_client, ProtectClient(family.client, "endangered"))
        assert not sees(house, act("lindner"), family.client)
        do(lift_client_protection, LiftClientProtection(family.client, "Gefahr ist vorbei"), by="celik")


def test_the_sums_of_the_house_go_on_counting_it(house: Any, protected: Family) -> None:
    with house.database.read() as session:
        counted = consultation_figures(session, date(2022, 1, 1), date(2022, 12, 31), date(2023, 1, 1))["case_management"]
        assert (counted["total"], counted["known_different_persons"]) == (2, 1)


def test_a_talk_that_turns_out_to_be_with_a_protected_person_is_closed_from_then_on(
    house: Any, protected: Family, record: Any, do: Any, act: Any
) -> None:
    talk = record("lindner", hand_over_to="school_entry")
    with pytest.raises(NotFound):
        do(link_consultation, LinkConsultation(talk.id, protected.client), by="lindner")
    with house.database.read() as session:
        assert len(waiting_for(session, act("lindner"), HERE[0], "school_entry")) == 1
    with house.database.read() as session:
        assert own_day_figures(session, act("lindner")) == (1, 5)
    do(link_consultation, LinkConsultation(talk.id, protected.client), by="celik")
    with house.database.read() as session:
        assert own_day_figures(session, act("lindner")) == (0, 0)
        assert waiting_for(session, act("lindner"), HERE[0], "school_entry") == []
        assert not lets(session, act("lindner"), "consultation.see", session.get_one(Consultation, talk.id))


def test_the_return_code_of_a_protected_person_is_to_others_a_code_that_nobody_has(protected: Family, record: Any, do: Any) -> None:
    def refused(call: Callable[[], Any]) -> tuple[str, str]:
        with pytest.raises(Refused) as one:
            call()
        return one.value.code, one.value.message

    for code in (protected.code, "BBBBBB"):
        assert refused(lambda code=code: record("lindner", client_code=code))[0] == "unknown_code"
        named = RegisterClient(site=HERE[0], name="Neu", consent_given_on=date(2022, 5, 10), code=code)
        assert refused(lambda named=named: do(register_client, named, by="lindner"))[0] == "unknown_code"
    for client_id in (protected.client, new_id()):
        with pytest.raises(NotFound, match="gibt es hier nicht"):
            record("lindner", client_id=client_id)
    talk = {"site": HERE[0], "service": HERE[1], "persons_present": 2, "client_code": protected.code}
    assert do(record_consultation, RecordConsultation(**talk), by="celik").client_id == protected.client


def test_who_opened_it_in_an_emergency_sees_and_changes_nothing(house: Any, protected: Family, record: Any, do: Any, act: Any) -> None:
    now = house.clock.now()
    do(open_in_emergency, OpenRecordInEmergency(protected.code.lower(), WHY), by="lindner")
    assert sees(house, act("lindner", now + timedelta(minutes=59)), protected.client)
    assert not sees(house, act("lindner", now + timedelta(minutes=60)), protected.client)
    facts: dict[str, Any] = {"site": HERE[0], "service": HERE[1], "desk": 1, "persons_present": 4, "topics": ("housing",)}
    with pytest.raises(NotFound):
        do(correct_consultation, CorrectConsultation(consultation_id=protected.talk, reason="mistyped", **facts), by="lindner")
    with pytest.raises(NotFound):
        do(hand_over, HandOverConsultation(consultation_id=protected.talk, to="school_entry"), by="lindner")
    with pytest.raises(Refused, match="Rückkehrcode"):
        record("lindner", client_code=protected.code)
    with house.database.read() as session:
        assert lets(session, act("lindner"), "consultation.see", session.get_one(Consultation, protected.talk))
        held = lists(session, act("lindner"), protected)
        assert {name for name, count in held.items() if count} == {"of the person", "of the talk"}  # on the pages it leads to
    for who, learns in (("aydin", 1), ("celik", 1), ("reader", 1), ("lindner", 0), ("haddad", 0)):
        with house.database.read() as session:
            assert len(emergencies_to_know(session, act(who))) == learns, who
            assert emergencies_to_know(session, act(who, now + timedelta(days=29))) == []


def test_an_emergency_at_another_site_opens_no_more_than_that_site_would_see(house: Any, protected: Family, do: Any, act: Any) -> None:
    do(open_in_emergency, OpenRecordInEmergency(protected.code, WHY), by="peters")
    with house.database.read() as session:
        assert lets(session, act("peters"), "client.see", session.get_one(Client, protected.client))
        assert consultations_seen_of_client(session, act("peters"), protected.client) == []
        assert not lets(session, act("peters"), "consultation.see", session.get_one(Consultation, protected.talk))


def test_the_house_says_how_long_an_emergency_lasts(house: Any, protected: Family, do: Any, act: Any) -> None:
    house.database.info["emergency_minutes"] = 5
    now = house.clock.now()
    do(open_in_emergency, OpenRecordInEmergency(protected.code, WHY), by="lindner")
    assert sees(house, act("lindner", now + timedelta(minutes=4)), protected.client)
    assert not sees(house, act("lindner", now + timedelta(minutes=5)), protected.client)


def test_an_emergency_needs_a_code_that_is_closed_to_the_one_who_asks(protected: Family, do: Any, family: Family) -> None:
    with pytest.raises(Refused) as refused:
        do(open_in_emergency, OpenRecordInEmergency(protected.code, WHY))
    assert refused.value.code == "visible_already"
    with pytest.raises(NotFound, match="gibt es hier nicht"):
        do(open_in_emergency, OpenRecordInEmergency("BBBBBB", WHY), by="lindner")


def test_nobody_sees_the_record_about_themselves_whatever_their_rights(house: Any, family: Family, do: Any, act: Any) -> None:
    do(protect_client, ProtectClient(family.client, "colleague", "aydin"), by="celik")
    almighty = Actor("aydin", "Aydın", US, frozenset(rule.role for rule in RULES) - {"service"})
    for actor in (WHO["aydin"], almighty):
        assert not sees(house, house.act(actor), family.client)
        with house.database.read() as session:
            assert set(lists(session, house.act(actor), family).values()) == {0}
            assert emergencies_to_know(session, house.act(actor)) == []
        with house.database.write() as session, pytest.raises(NotFound):
            open_in_emergency(session, house.act(actor), OpenRecordInEmergency(family.code, WHY))
        with house.database.write() as session, pytest.raises(NotFound):
            lift_client_protection(session, house.act(actor), LiftClientProtection(family.client, "egal"))
    assert sees(house, act("celik"), family.client)


def test_a_record_about_a_colleague_says_about_whom(family: Family, do: Any) -> None:
    with pytest.raises(Refused) as refused:
        do(protect_client, ProtectClient(family.client, "colleague"))
    assert refused.value.code == "subject_missing"


def test_only_the_special_right_lifts_and_protecting_twice_changes_nothing(protected: Family, do: Any, house: Any, act: Any) -> None:
    do(protect_client, ProtectClient(protected.client, "endangered"))
    for who in ("aydin", "lindner", "wirtz"):
        with pytest.raises(NotFound):
            do(lift_client_protection, LiftClientProtection(protected.client, "egal"), by=who)
    with pytest.raises(NotFound):
        do(protect_client, ProtectClient(protected.client, "endangered"), by="lindner")
    do(lift_client_protection, LiftClientProtection(protected.client, "vorbei"), by="reader")
    assert sees(house, act("lindner"), protected.client)


def test_a_proposal_that_waits_is_withdrawn_and_none_is_made(family: Family, do: Any, house: Any, act: Any) -> None:
    made = do(propose_admission, ProposeAdmission(client_id=family.client, site=HERE[0], need="Wohnung"))
    do(protect_client, ProtectClient(family.client, "endangered"))
    with house.database.read() as session:
        assert (session.get_one(AdmissionProposal, made.id).state, session.get_one(AdmissionProposal, made.id).version) == ("withdrawn", 2)
        told = select(func.count()).select_from(outbox).where(outbox.c.name == "admission.proposed.v1")
        assert session.scalar(told) == 2
        assert proposals(session, act("lindner")) == []
        assert [one.id for one in proposals(session, act("aydin"))] == [made.id]
    with pytest.raises(Refused) as refused:
        do(propose_admission, ProposeAdmission(client_id=family.client, site=HERE[0], need="Wohnung"))
    assert refused.value.code == "protected"
    with pytest.raises(NotFound):
        do(propose_admission, ProposeAdmission(client_id=family.client, site=HERE[0], need="Wohnung"), by="lindner")


def test_what_was_told_of_it_stays_closed_in_an_emergency(protected: Family, do: Any, house: Any, act: Any) -> None:
    do(open_in_emergency, OpenRecordInEmergency(protected.code, WHY), by="lindner")
    with house.database.read() as session:
        assert [one.id for one in recently_declared(session, disclosures_seen(act("aydin")), Consent)] == [protected.consent]
        assert recently_declared(session, disclosures_seen(act("lindner")), Consent) == []


@pytest.fixture
def browse(app: Flask) -> Callable[[str], FlaskClient]:
    def browser(who: str) -> FlaskClient:
        client = sign_in(app.test_client(), WHO[who])
        client.post("/heute/platz", data={"site": HERE[0], "service": HERE[1], "desk": "1"})
        return client

    return browser


def plain(answer: Any) -> str:
    """Without what is drawn anew for each answer."""
    return re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|[A-Z0-9]{4}-[A-Z0-9]{4}", "", text_of(answer.text))


def test_the_pages_and_programs_of_others_answer_as_if_there_were_none(app: Flask, protected: Family, browse: Any) -> None:
    client, headers = browse("lindner"), bearer(app, WHO["lindner"])
    addresses = {
        f"/personen/{protected.client}": protected.client, f"/beratungen/{protected.talk}": protected.talk,
        f"/beratungen/{protected.second}/aendern": protected.second, f"/personen/{protected.client}/schutz": protected.client,
        f"/beratungen/neu?von={protected.waiting}": protected.waiting, f"/einwilligungen/{protected.consent}": protected.consent,
    }  # fmt: skip
    for address, thing in addresses.items():
        there, nowhere = client.get(address), client.get(address.replace(thing, new_id()))
        assert (there.status_code, nowhere.status_code) == (404, 404), address
        assert plain(there) == plain(nowhere), address
    for address in ("/heute", "/weitergaben", "/vorschlaege", "/einwilligungen/", "/verweise/", "/personen", "/eintraege/"):
        page = client.get(address)
        assert page.status_code == 200, address
        assert not any(each in page.text for each in vars_of(protected)), address
    assert "0 Treffer" in text_of(client.post("/personen/suche", data={"q": "Azizi"}).text)
    assert "0 eigene Beratungen heute" in text_of(client.get("/heute").text)
    assert client.get(f"/api/consultations/{protected.talk}", headers=headers).status_code == 404
    assert client.get(f"/api/hand-overs/{protected.waiting}", headers=headers).status_code == 404
    for address in ("/api/consultations/", "/api/proposals/", f"/api/hand-overs/?site={HERE[0]}&service=school_entry", "/api/consents/"):
        assert client.get(address, headers=headers).json["items"] == [], address


def vars_of(family: Family) -> list[str]:
    return [*(getattr(family, name) for name in ("client", "code", "talk", "second", "waiting", "walked", "consent")), "Azizi"]


def audit(house: Any) -> list[tuple[str, str, str, str]]:
    with house.database.read() as session:
        return [(row.action, row.thing, row.outcome, row.reason) for row in session.execute(select(entries).order_by(entries.c.serial))]


def test_the_opening_and_each_look_are_in_the_audit_with_the_reason(
    house: Any, protected: Family, browse: Any, capfd: pytest.CaptureFixture[str]
) -> None:
    desk = browse("lindner")
    assert desk.post("/notzugriff", data={"code": protected.code, "reason": "eilt"}).status_code == 422
    unknown = desk.post("/notzugriff", data={"code": "BBB-BBB", "reason": WHY})
    assert (unknown.status_code, WHY in unknown.text, "Diesen Rückkehrcode gibt es hier nicht" in unknown.text) == (422, True, True)
    assert audit(house)[-1][:3] == ("client.open_in_emergency", "clients:?", "denied")
    answer = desk.post("/notzugriff", data={"code": protected.code, "reason": WHY})
    assert answer.headers["Location"] == f"/personen/{protected.client}"
    page = desk.get(answer.headers["Location"])
    assert "Notzugriff bis" in page.text and "Zahra Azizi" in page.text
    assert "Neue Beratung mit dieser Person" not in page.text and "Vorschlagen" not in page.text
    talk = desk.get(f"/beratungen/{protected.talk}")
    assert "Notzugriff bis" in talk.text
    assert not any(word in talk.text for word in ("Jetzt hinbringen", "Zurücknehmen", "Einwilligung aufnehmen", "/aendern"))
    thing = f"clients:{protected.client}"
    assert audit(house)[-3:] == [
        ("client.open_in_emergency", thing, "done", WHY), ("client.see", thing, "seen", WHY),
        ("consultation.see", f"consultation:{protected.talk}", "seen", WHY),
    ]  # fmt: skip
    assert WHY not in "".join(capfd.readouterr())
    assert WHY in browse("aydin").get("/heute").text
    assert WHY in browse("reader").get("/geschuetzt").text
    assert WHY not in browse("haddad").get("/heute").text


def test_a_look_without_an_emergency_has_no_reason_in_the_audit(house: Any, protected: Family, browse: Any) -> None:
    browse("aydin").get(f"/personen/{protected.client}")
    assert audit(house)[-1] == ("client.see", f"clients:{protected.client}", "seen", "")


def test_protecting_and_lifting_by_the_pages(family: Family, browse: Any) -> None:
    desk, other, reader = browse("aydin"), browse("lindner"), browse("celik")
    assert "Akte schützen" in other.get(f"/personen/{family.client}").text
    form = desk.get(f"/personen/{family.client}/schutz")
    assert faults(form.text) == [] and "Petra Lindner" in form.text
    unknown = desk.post(f"/personen/{family.client}/schutz", data={"reason": "colleague", "subject": "niemand"})
    assert (unknown.status_code, "nicht angemeldet" in unknown.text) == (422, True)
    done = desk.post(f"/personen/{family.client}/schutz", data={"reason": "endangered"}, follow_redirects=True)
    assert "Die Akte ist geschützt." in done.text and "Geschützte Akte seit" in done.text and "Schutz aufheben" not in done.text
    assert other.get(f"/personen/{family.client}").status_code == 404
    listed = reader.get("/geschuetzt")
    assert faults(listed.text) == [] and "Selin Aydın" in listed.text and "Azizi" not in listed.text
    assert desk.get("/geschuetzt").status_code == 403
    assert faults(reader.get(f"/personen/{family.client}/schutz/ende").text) == []
    lifted = reader.post(f"/personen/{family.client}/schutz/ende", data={"because": "Gefahr ist vorbei"}, follow_redirects=True)
    assert "Die Akte ist nicht mehr geschützt." in lifted.text
    assert other.get(f"/personen/{family.client}").status_code == 200


def test_who_closes_a_record_about_themselves_leaves_it_at_once(family: Family, browse: Any) -> None:
    answer = browse("lindner").post(f"/personen/{family.client}/schutz", data={"reason": "colleague", "subject": "lindner"})
    assert answer.headers["Location"] == "/personen"


def test_who_reads_protected_records_and_sits_at_no_desk_reads_and_no_more(protected: Family, browse: Any) -> None:
    reader = browse("reader")
    assert "Zahra Azizi" in reader.get(f"/personen/{protected.client}").text
    talk = reader.get(f"/beratungen/{protected.talk}")
    assert talk.status_code == 200
    assert not any(word in talk.text for word in ("Jetzt hinbringen", "Einwilligung aufnehmen", "Neue Beratung"))
    assert "1 Treffer" in text_of(reader.post("/personen/suche", data={"q": "Azizi"}).text)
    assert reader.get("/beratungen/neu").status_code == 403


def test_programs_protect_lift_and_open(app: Flask, house: Any, family: Family, browse: Any) -> None:
    client = browse("lindner")
    desk, reader = bearer(app, WHO["lindner"]), bearer(app, WHO["reader"])
    keeper, said = bearer(app, WHO["aydin"]), {"client_id": family.client, "reason": "endangered"}
    done = client.post("/api/clients/protections", json=said, headers=keeper)
    assert (done.status_code, done.json) == (200, {"client": family.client, "protected": True})
    assert client.get(f"/api/consultations/{family.talk}", headers=desk).status_code == 404
    opened = client.post("/api/clients/emergencies", json={"code": family.code, "reason": WHY}, headers=desk)
    assert (opened.status_code, opened.json["client"]) == (201, family.client)
    assert client.get(f"/api/consultations/{family.talk}", headers=desk).status_code == 200
    *look, because = audit(house)[-1]
    assert (look, because.startswith(WHY)) == (["consultation.see", f"consultations:{family.talk}", "seen"], True)
    lifted = client.post("/api/clients/liftings", json={"client_id": family.client, "because": "vorbei"}, headers=reader)
    assert (lifted.status_code, lifted.json["protected"]) == (200, False)
    stranger = {"client_id": family.client, "reason": "colleague", "subject": "niemand"}
    assert client.post("/api/clients/protections", json=stranger, headers=desk).json["code"] == "subject_unknown"


def test_an_entry_of_a_protected_person_goes_to_who_works_with_such_records_and_to_nobody_else(
    app: Flask, house: Any, protected: Family, record: Any, browse: Any, do: Any
) -> None:
    for who in ("lindner", "celik", "peters"):
        browse(who)
    own = record("lindner")
    do(link_consultation, LinkConsultation(own.id, protected.client), by="celik")
    assert "Wohnungssuche" not in browse("lindner").get("/eintraege/").text  # that there was something, and nothing of what
    for to, answered in (("peters", 422), ("celik", 303)):
        gone = browse("lindner").post("/eintraege/", data={"entries": ["", f"consultation:{own.id}"], "to": to})
        assert gone.status_code == answered, to
    keeper = browse("aydin")
    keys = {
        "consultation": protected.talk, "hand_over": protected.walked, "client": protected.client, "consent": protected.consent,
    }  # fmt: skip
    page = keeper.get("/eintraege/").text
    assert all(f'value="{kind}:{thing}"' in page for kind, thing in keys.items())
    for kind, thing in keys.items():
        answer = keeper.post("/eintraege/", data={"entries": ["", f"{kind}:{thing}"], "to": "lindner"})
        assert (answer.status_code, "darf hier keinen solchen Eintrag machen" in answer.text) == (422, True), kind
    for kind in ("consultation", "hand_over", "consent"):
        answer = keeper.post("/eintraege/", data={"entries": ["", f"{kind}:{keys[kind]}"], "to": "celik"})
        assert answer.status_code == 303, kind
    with house.database.read() as session:
        assert session.get_one(Consultation, protected.talk).recorded_by == "celik"
        assert session.get_one(Client, protected.client).created_by == "aydin"


def test_what_came_to_somebody_says_nothing_more_once_it_is_closed_to_them(family: Family, browse: Any, do: Any) -> None:
    other = browse("lindner")
    assert browse("aydin").post("/eintraege/", data={"entries": ["", f"client:{family.client}"], "to": "lindner"}).status_code == 303
    assert "Z." in text_of(other.get("/eintraege/").text)
    do(protect_client, ProtectClient(family.client, "colleague", "lindner"))
    assert "Z." not in text_of(other.get("/eintraege/").text)
    assert "Z." not in text_of(other.get("/heute").text)


def test_what_record_consultation_answers_a_second_time_is_for_who_may_see_it(protected: Family, record: Any) -> None:
    same = RecordConsultation(site=HERE[0], service=HERE[1], persons_present=5, id=protected.talk)
    assert record("aydin", id=same.id).id == protected.talk
    with pytest.raises(NotFound):
        record("lindner", id=same.id)
