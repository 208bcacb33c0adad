"""Referrals from and to case management, through the pages and the bus of two houses."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from kim_casework.model.case import Case
from kim_casework.model.protection import protection_of
from kim_casework.operations.count_statistics import count_statistics
from kim_casework.operations.household import HouseholdPerson
from kim_casework.operations.introduce_staff import IntroduceStaff, introduce_staff
from kim_casework.operations.protect_case import ProtectCase, protect_case
from kim_referral.figures import referral_figures
from kim_referral.model.consent import Consent
from kim_referral.model.received_referral import ReceivedReferral, received_referrals
from kim_referral.model.referral import Referral
from kim_referral.model.release import Release
from kim_referral.operations.answer_referral import AnswerReferral, answer_referral
from kim_referral.operations.open_referral import open_referral
from kim_referral.operations.preview_referral import ReferPerson
from kim_referral.operations.protect_received import ProtectReceived, protect_received
from kim_referral.operations.record_consent import RecordConsent, record_consent
from kim_referral.operations.record_release import RecordRelease, record_release
from kim_referral.operations.refer_person import refer_person
from kim_referral.operations.withdraw_referral import WithdrawReferral, withdraw_referral
from kim_runtime.act import Actor
from kim_runtime.refusal import NotFound, Refused
from sqlalchemy import select
from web.signed_in import bearer

CARITAS = "caritas-eifel.casework"


@pytest.fixture
def caritas(open_house: Callable[..., Any], actors: dict[str, Actor]) -> Any:
    return open_house(CARITAS, [(actors["jansen"], "")], coordinator="staedteregion-aachen")


@pytest.fixture
def received(
    casework: Any, caritas: Any, admit: Callable[..., Case], actors: dict[str, Actor], pump_all: Callable[..., int],
    introduced: Callable[..., Path],
) -> ReceivedReferral:  # fmt: skip
    """A family of a case here, referred to Caritas with consent, as it arrives there; for all tests but the first as it was kept."""
    kept = [(house, introduced(house.mailbox, "received", casework.clock.now())) for house in (casework, caritas)]
    if all(path.exists() for _house, path in kept):
        for house, path in kept:
            house.become(path)
    else:
        refer(casework, admit, actors)
        pump_all()
        for house, path in kept:
            house.keep(path)
    with caritas.database.read() as session:
        (found,) = received_referrals(session)
        session.expunge_all()
    return found


def refer(casework: Any, admit: Callable[..., Case], actors: dict[str, Actor]) -> None:
    case = admit(casework, name="Zahra Rahimi", language="prs", town="05334024", household=(HouseholdPerson("Mina", 2015),))
    act = casework.act(actors["kowalczyk"])
    with casework.database.write() as session:
        consent = RecordConsent(
            "Zahra Rahimi", "Begleitung in Roetgen", ("caritas-eifel",), ("name", "phone", "topics", "language", "residence_town"),
            date(2022, 5, 10), date(2022, 12, 31), informed=True, signed=True, kept_at="Ordner", about_kind="case", about_id=case.id,
        )  # fmt: skip
        given = record_consent(session, act, consent)
        record_release(session, act, RecordRelease(
            "Zahra Rahimi", "Case Management", ("caritas-eifel",), ("topics",), date(2022, 5, 10), date(2022, 12, 31), informed=True,
            about_kind="case", about_id=case.id,
        ))  # fmt: skip
        said = ReferPerson(
            receiver=CARITAS, consent_id=given.id, name="Zahra Rahimi", language="prs", residence_town="05334024", topics=("housing",),
            persons=2, desk="Case Management", about_kind="case", about_id=case.id,
        )  # fmt: skip
        refer_person(session, act, said)


def accept(house: Any, actor: Actor, referral: ReceivedReferral) -> None:
    with house.database.write() as session:
        answer_referral(session, house.act(actor), AnswerReferral(referral.id))


def test_a_case_is_opened_from_an_accepted_referral(
    caritas: Any, received: ReceivedReferral, actors: dict[str, Actor], admit: Callable[..., Case]
) -> None:
    with pytest.raises(Refused) as early:
        admit(caritas, by="jansen", name="", referral_id=received.id)
    assert early.value.code == "referral_open"
    accept(caritas, actors["jansen"], received)
    case = admit(caritas, by="jansen", name="", referral_id=received.id)
    assert (case.holder.name, case.holder.language, case.town, case.topics) == ("Zahra Rahimi", "prs", "05334024", ["housing"])
    with caritas.database.read() as session:
        kept = session.get_one(ReceivedReferral, received.id)
        assert (kept.about_kind, kept.about_id) == ("case", case.id)
    with pytest.raises(Refused) as twice:
        admit(caritas, by="jansen", name="", referral_id=received.id)
    assert (twice.value.code, twice.value.params["number"]) == ("referral_used", case.number)


def test_a_referral_that_became_a_case_is_no_longer_the_desks(
    caritas: Any, received: ReceivedReferral, actors: dict[str, Actor], admit: Callable[..., Case], browse: Callable[..., Any]
) -> None:
    """Who does not see the case does not read in the inbox what the case is about; a protected one is closed to leads too."""
    accept(caritas, actors["jansen"], received)
    address, said = f"/eingang/{received.id}", {"outcome": "arrived", "received_id": received.id}
    actors["weber"] = Actor("weber", "Weber", "caritas-eifel", frozenset({"case_manager"}))
    actors["adler"] = Actor("adler", "Adler", "caritas-eifel", frozenset({"case_lead"}))
    actors["prüferin"] = Actor("prüferin", "Prüferin", "caritas-eifel", frozenset({"auditor"}))

    pages = {who: browse(caritas, who) for who in ("jansen", "weber", "adler", "prüferin")}

    def seen() -> dict[str, tuple[int, bool, bool]]:
        found = {who: (page.get(address), page.get("/eingang/")) for who, page in pages.items()}
        return {who: (one.status_code, "Rahimi" in one.text, address in listed.text) for who, (one, listed) in found.items()}

    there, gone = (200, True, True), (404, False, False)
    assert seen() == {"jansen": there, "weber": there, "adler": there, "prüferin": there}
    case = admit(caritas, by="jansen", name="", referral_id=received.id)
    assert seen() == {"jansen": there, "weber": gone, "adler": there, "prüferin": there}
    weber = pages["weber"]
    key = bearer(weber.application, actors["weber"])
    assert "oder andere führen ihn weiter" in weber.post(f"{address}/abschluss", data=said).text
    assert case.number not in weber.get(f"/aufnahme?verweis={received.id}").text
    for door, body in (("opened", {"received_id": received.id}), ("outcomes", said)):
        answer = weber.post(f"/api/received-referrals/{door}", json=body, headers=key)
        assert answer.status_code == 404, answer.text
    assert weber.get("/api/received-referrals/", headers=key).json["items"] == []
    with caritas.database.write() as session:
        protect_case(session, caritas.act(actors["jansen"]), ProtectCase(case.id, "disclosure_block"))
    assert seen() == {"jansen": there, "weber": gone, "adler": gone, "prüferin": gone}
    assert pages["jansen"].post(f"{address}/abschluss", data=said).status_code == 303


def test_what_is_addressed_to_case_management_is_not_read_nor_refused_by_a_desk_of_intake(
    caritas: Any, received: ReceivedReferral, actors: dict[str, Actor], browse: Callable[..., Any]
) -> None:
    actors["lindner"] = Actor("lindner", "Lindner", "caritas-eifel", frozenset({"intake_staff"}))
    lindner = browse(caritas, "lindner")
    key = bearer(lindner.application, actors["lindner"])
    address = f"/eingang/{received.id}"
    assert "/eingang/" not in lindner.get("/verweise/").text
    assert {lindner.get(one).status_code for one in ("/eingang/", address)} == {403}
    assert {lindner.post(f"{address}/{act}", data={"reason": "no_capacity"}).status_code for act in ("oeffnen", "ablehnung")} == {403}
    refusing = {"received_id": received.id, "answer": "rejected", "reason": "no_capacity"}
    assert lindner.post("/api/received-referrals/answers", json=refusing, headers=key).status_code == 403
    with caritas.database.read() as session:
        kept = session.get_one(ReceivedReferral, received.id)
        assert (kept.state, kept.read_at, kept.name) == ("pending", None, "Zahra Rahimi")
    assert browse(caritas, "jansen").get(address).status_code == 200


def test_both_houses_count_the_referral_from_their_side(
    casework: Any,
    caritas: Any,
    received: ReceivedReferral,
    actors: dict[str, Actor],
    admit: Callable[..., Case],
    pump_all: Callable[..., int],
) -> None:
    accept(caritas, actors["jansen"], received)
    pump_all()
    period = date(2022, 3, 1), date(2022, 8, 15)
    with casework.database.read() as session:
        sent = referral_figures(session, *period)["sent"]
        untold = count_statistics(session, *period, date(2022, 9, 1))["referrals"]["sent"]
    with caritas.database.read() as session:
        got = count_statistics(session, *period, date(2022, 9, 1))["referrals"]["received"]
    assert (sent["total"], sent["by_state"]) == (1, {"accepted": 1})
    assert (got["total"], got["by_state"]) == (1, {"accepted": 1})
    assert (untold["total"], untold["by_state"]) == (None, {}), "one colleague sent it"


def test_a_case_that_comes_of_a_protected_referral_is_protected_from_its_first_moment(
    caritas: Any, received: ReceivedReferral, actors: dict[str, Actor], admit: Callable[..., Case], browse: Callable[..., Any]
) -> None:
    """Until then no colleague sees it waiting, nor can make a case of it."""
    accept(caritas, actors["jansen"], received)
    colleague = replace(actors["jansen"], id="kirch", name="Kirch", roles=frozenset({"case_manager"}))
    with caritas.database.write() as session:
        introduce_staff(session, caritas.act(actors["jansen"]), IntroduceStaff("kirch", "Kirch", "p-09", True))
    actors["kirch"] = colleague
    made = f"/aufnahme?verweis={received.id}"
    assert made in browse(caritas, "kirch").get("/woche").text
    with caritas.database.write() as session:
        protect_received(session, caritas.act(actors["jansen"]), ProtectReceived(received.id, "endangered"))
    kirch = browse(caritas, "kirch")
    assert made not in kirch.get("/woche").text and made in browse(caritas, "jansen").get("/woche").text
    assert kirch.get(made).status_code == 404
    with pytest.raises(NotFound):
        admit(caritas, by="kirch", referral_id=received.id, name="")
    case = admit(caritas, by="jansen", referral_id=received.id, name="")
    with caritas.database.read() as session:
        assert protection_of(session, case.id).reason == "endangered"
    assert kirch.get(f"/faelle/{case.id}").status_code == kirch.get(f"/eingang/{received.id}").status_code == 404
    assert browse(caritas, "jansen").get(f"/eingang/{received.id}").status_code == 200


def test_the_week_leads_from_the_referral_to_the_case(
    caritas: Any, received: ReceivedReferral, actors: dict[str, Actor], browse: Callable[..., Any]
) -> None:
    jansen = browse(caritas, "jansen")
    waiting = jansen.get("/woche").text
    assert f'action="/eingang/{received.id}/oeffnen"' in waiting
    assert "Rahimi" not in waiting
    accept(caritas, actors["jansen"], received)
    assert f'href="/aufnahme?verweis={received.id}"' in jansen.get("/woche").text
    assert 'value="Zahra Rahimi"' in jansen.get(f"/aufnahme?verweis={received.id}").text
    form = {"referral_id": received.id, "name": "Zahra Rahimi", "criteria": ["many_actors", "voluntary"], "responsible": "jansen"}
    sent = jansen.post("/aufnahme", data={**form, "reasoning": "Viele Stellen sind beteiligt.", "agreement_on": "10.5.2022"})
    assert sent.status_code == 303, sent.text
    assert "aufnahme?verweis" not in jansen.get("/woche").text


def refused_page(house: Any, browse: Callable[..., Any], referral: ReceivedReferral) -> str:
    answer = browse(house, "jansen").get(f"/aufnahme?verweis={referral.id}")
    assert answer.status_code == 409
    return str(answer.text)


def test_an_unread_referral_fills_no_form(caritas: Any, received: ReceivedReferral, browse: Callable[..., Any]) -> None:
    said = refused_page(caritas, browse, received)
    assert "Dieser Verweis ist nicht angenommen" in said
    assert "Rahimi" not in said


def test_a_referral_that_was_read_but_not_accepted_fills_no_form(
    caritas: Any, received: ReceivedReferral, actors: dict[str, Actor], browse: Callable[..., Any]
) -> None:
    with caritas.database.write() as session:
        open_referral(session, caritas.act(actors["jansen"]), received.id)
    assert "Rahimi" not in refused_page(caritas, browse, received)


def test_a_rejected_referral_fills_no_form(
    caritas: Any, received: ReceivedReferral, actors: dict[str, Actor], browse: Callable[..., Any]
) -> None:
    with caritas.database.write() as session:
        answer_referral(session, caritas.act(actors["jansen"]), AnswerReferral(received.id, "rejected", reason="no_capacity"))
    assert "Rahimi" not in refused_page(caritas, browse, received)


def test_a_referral_withdrawn_after_it_was_accepted_fills_no_form_and_opens_no_case(
    casework: Any,
    caritas: Any,
    received: ReceivedReferral,
    actors: dict[str, Actor],
    browse: Callable[..., Any],
    admit: Callable[..., Case],
    pump_all: Callable[..., int],
) -> None:
    accept(caritas, actors["jansen"], received)
    with casework.database.write() as session:
        withdraw_referral(session, casework.act(actors["kowalczyk"]), WithdrawReferral(received.referral_id))
    pump_all()
    with caritas.database.read() as session:
        kept = session.get_one(ReceivedReferral, received.id)
        assert (kept.state, kept.name) == ("withdrawn", "Zahra Rahimi")  # read already: it waits to be deleted, and is not shown
    assert "Rahimi" not in refused_page(caritas, browse, received)
    with pytest.raises(Refused) as refused:
        admit(caritas, by="jansen", name="", referral_id=received.id)
    assert refused.value.code == "referral_open"


def test_of_a_referral_that_became_a_case_it_is_not_said_that_it_was_deleted(
    casework: Any,
    caritas: Any,
    received: ReceivedReferral,
    actors: dict[str, Actor],
    browse: Callable[..., Any],
    admit: Callable[..., Case],
    pump_all: Callable[..., int],
) -> None:
    accept(caritas, actors["jansen"], received)
    case = admit(caritas, by="jansen", name="", referral_id=received.id)
    with casework.database.write() as session:
        withdraw_referral(session, casework.act(actors["kowalczyk"]), WithdrawReferral(received.referral_id))
    pump_all()
    jansen = browse(caritas, "jansen")
    on_top = f"Verweis {received.number}: zurückgezogen am"  # of the week too, until it is said
    assert on_top in jansen.get("/woche").text
    page = jansen.get(f"/eingang/{received.id}").text
    assert 'value="restricted"' in page and 'value="deleted"' not in page
    refused = jansen.post(f"/eingang/{received.id}/bestaetigung", data={"answer": "deleted"})
    assert (refused.status_code, "die Angaben stehen dort weiter" in refused.text) == (422, True)
    assert jansen.post(f"/eingang/{received.id}/bestaetigung", data={"answer": "restricted", "ground": "own_contact"}).status_code == 303
    assert on_top not in jansen.get("/woche").text
    pump_all()
    with casework.database.read() as session:
        sent = session.get_one(Referral, received.referral_id)
        assert (sent.withdrawal, sent.ground) == ("restricted", "own_contact")
    with caritas.database.read() as session:
        assert session.get_one(Case, case.id).holder.name == "Zahra Rahimi"


def test_a_referral_that_became_a_case_fills_no_second_form(
    caritas: Any, received: ReceivedReferral, actors: dict[str, Actor], browse: Callable[..., Any], admit: Callable[..., Case]
) -> None:
    accept(caritas, actors["jansen"], received)
    case = admit(caritas, by="jansen", name="", referral_id=received.id)
    assert f"schon der Fall {case.number} entstanden" in refused_page(caritas, browse, received)


def test_a_referral_nobody_sent_is_not_found(caritas: Any, browse: Callable[..., Any]) -> None:
    assert browse(caritas, "jansen").get("/aufnahme?verweis=nothing").status_code == 404


def test_consents_and_referrals_of_a_case_are_seen_by_those_who_may_see_the_case(
    casework: Any, received: ReceivedReferral, actors: dict[str, Actor], browse: Callable[..., Any]
) -> None:
    def sees(who: str) -> list[bool]:
        client = browse(casework, who)
        lists = ["Rahimi" in client.get("/einwilligungen/").text, received.number in client.get("/verweise/").text]
        return [*lists, client.get(f"/verweise/{received.referral_id}").status_code == 200]

    assert sees("kowalczyk") == sees("thelen") == [True, True, True]
    assert sees("breuer") == [False, False, False]
    with casework.database.write() as session:
        case = session.scalars(select(Case)).one()
        case.set_deputies(["breuer"], date(2022, 5, 10), "thelen")
    assert sees("breuer") == [True, True, True]
    with casework.database.write() as session:
        session.get_one(Case, case.id).set_deputies([], date(2022, 5, 10), "thelen")
    assert sees("breuer") == [False, False, False]


def test_the_case_says_what_was_told_to_whom_and_when(casework: Any, received: ReceivedReferral, browse: Callable[..., Any]) -> None:
    """Art. 15(1)(c) GDPR: receiver, categories and day of each referral, on the case's page and on the consent's."""
    client = browse(casework, "kowalczyk")
    with casework.database.read() as session:
        sent = session.get_one(Referral, received.referral_id)
        addresses, number = (f"/faelle/{sent.about_id}", f"/einwilligungen/{sent.consent_id}"), sent.number
    for address in addresses:
        row = re.search(rf"<tr>(?:(?!</tr>).)*{number}.*?</tr>", client.get(address).text, re.DOTALL)
        assert row, address
        for told in ("Caritasverband für die Region Eifel", "Name, Sprache, Wohnort, Themen", "10.05.2022"):
            assert told in row[0], (address, told)


ABOUT_A_PERSON: dict[str, Any] = {
    "person": "Anna Beispiel", "recipients": ["caritas-eifel"], "given_on": "2022-05-10", "valid_to": "2022-12-31", "informed": True,
    "signed": True, "kept_at": "Ordner",
}  # fmt: skip
CONSENT = {**ABOUT_A_PERSON, "purpose": "Begleitung", "categories": ["name"]}
RELEASE = {**ABOUT_A_PERSON, "released": "Case Management", "subjects": ["topics"]}


def test_about_a_case_that_is_closed_to_one_nothing_is_recorded(
    casework: Any, admit: Callable[..., Case], browse: Callable[..., Any], actors: dict[str, Actor]
) -> None:
    """Neither by who has nothing to do with it nor by who has opened it in an emergency; it is not found, as one that does not exist."""
    case = admit(casework)
    breuer = browse(casework, "breuer")
    key = bearer(breuer.application, actors["breuer"])
    by_program = {"/api/consents/": CONSENT, "/api/releases/": RELEASE, "/api/referrals/slips": {"receiver": "sprungbrett"}}
    on_paper = {"given_on": "10.5.2022", "valid_to": "31.12.2022", "informed": "on", "signed": "on"}
    by_page = {
        "/einwilligungen/": {**CONSENT, **on_paper}, "/schweigepflichtentbindungen/": {**RELEASE, **on_paper},
        "/verweisen/zettel": {"receiver": "sprungbrett"},
    }  # fmt: skip

    def answers(**about: str) -> set[int]:
        tried = {breuer.post(address, json={**said, **about}, headers=key).status_code for address, said in by_program.items()}
        return tried | {breuer.post(address, data={**said, **about}).status_code for address, said in by_page.items()}

    about = {"about_kind": "case", "about_id": case.id}
    assert answers(**about) == answers(about_kind="case", about_id="case-of-nobody") == {404}
    assert answers(about_kind="visitor", about_id=case.id) == {404}, "nor under another kind"
    opened = breuer.post("/notzugriff", data={"number": case.number, "reason": "Kollegin krank, Mutter im Krankenhaus."})
    assert breuer.get(opened.headers["Location"]).status_code == 200
    assert answers(**about) == {404}
    kowalczyk = browse(casework, "kowalczyk")
    with casework.database.read() as session:
        assert [len(session.scalars(select(kind)).all()) for kind in (Consent, Release, Referral)] == [0, 0, 0]
    assert {kowalczyk.post(address, data={**said, **about}).status_code for address, said in by_page.items()} == {303}


def test_of_a_child_in_the_household_no_consent_of_its_own_is_recorded(
    casework: Any, admit: Callable[..., Case], browse: Callable[..., Any], actors: dict[str, Actor]
) -> None:
    case = admit(casework, household=(HouseholdPerson("Mina", 2015),))
    client = browse(casework, "kowalczyk")
    key = bearer(client.application, actors["kowalczyk"])
    about = {"about_kind": "case", "about_id": case.id, "person": "mina"}
    for address, said in (("/api/consents/", CONSENT), ("/api/releases/", RELEASE)):
        refused = client.post(address, json={**said, **about}, headers=key)
        assert (refused.status_code, "guardian_needed" in refused.text) == (409, True)
        given = {"age": 7, "given_by": "parent", "giver_name": "Anna Beispiel"}
        assert client.post(address, json={**said, **about, **given}, headers=key).status_code == 201
