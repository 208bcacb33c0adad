from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from intake.conftest import PEOPLE
from kim_audit.tables import entries
from kim_bus import tables
from kim_intake.model.client import Client
from kim_intake.model.consultation import Consultation, consultation
from kim_intake.operations.register_client import RegisterClient, register_client
from kim_web import guesses
from sqlalchemy import select
from web.signed_in import bearer, sign_in
from web.static_html import faults

Sit = Callable[..., FlaskClient]
FAMILY = {"persons_present": "5", "children": "3", "place": "als", "origin": "ukr", "shorthand": "wgk"}


def talk(**typed: str) -> dict[str, str]:
    """What a browser posts from the desk's form."""
    return {
        "site": "aachen-arkaden",
        "service": "case_management",
        "desk": "1",
        "interpreter": "none",
        "channel": "in_person",
        "topics": "",
    } | typed


def text_of(html: str) -> str:
    """The words of a page's content."""
    content = html.split('<main id="content"')[1].split("</main>")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", content).split())


@pytest.fixture
def person(house: Any, act_of: Any) -> Client:
    with house.database.write() as session:
        command = RegisterClient(
            site="aachen-arkaden", name="Олена Шевченко", birth_year=1988, place="52477", consent_given_on=house.clock.now().date()
        )
        return register_client(session, act_of(), command)


def test_what_is_typed_in_a_hurry_is_understood(desk: Sit, house: Any) -> None:
    answer = desk().post("/beratungen", data=talk(id="one", **FAMILY))
    assert (answer.status_code, answer.headers["Location"]) == (303, "/beratungen/one")
    with house.database.read() as session:
        kept = consultation(session, "one")
        assert (kept.town, kept.origin, kept.topics, kept.desk) == ("05334004", "UKR", ("housing", "health", "childcare"), 1)


def test_the_same_form_sent_twice_makes_one_consultation(desk: Sit, house: Any) -> None:
    browser = desk()
    for _ in range(2):
        assert browser.post("/beratungen", data=talk(id="one", **FAMILY)).status_code == 303
    with house.database.read() as session:
        assert session.scalars(select(Consultation.id)).all() == ["one"]


def test_several_letters_no_topic_has_are_named_together(desk: Sit) -> None:
    answer = desk().post("/beratungen", data=talk(id="one", shorthand="jwx"))
    assert "Kein Thema hat einen der Buchstaben j x." in text_of(answer.text)


def test_a_wrong_form_comes_back_with_every_value_and_every_reason(desk: Sit, house: Any) -> None:
    answer = desk().post("/beratungen", data=talk(id="one", place="xyz", origin="ira", shorthand="wj", concern="Zimmer"))
    assert answer.status_code == 422
    shown = text_of(answer.text)
    assert "„xyz“ ist hier nicht bekannt" in shown
    assert "Irak, Iran" in shown or "Iran, Irak" in shown
    assert "Kein Thema hat den Buchstaben j" in shown
    for kept in ('value="xyz"', 'value="ira"', 'value="wj"', 'value="Zimmer"', 'value="one"'):
        assert kept in answer.text
    assert faults(answer.text) == []
    with house.database.read() as session:
        assert session.get(Consultation, "one") is None


def test_fifty_five_persons_are_saved_with_a_question_and_edited_the_same_day(desk: Sit, house: Any) -> None:
    browser = desk()
    answer = browser.post("/beratungen", data=talk(id="one", **{**FAMILY, "persons_present": "55"}), follow_redirects=True)
    assert "Ungewöhnlich: 55 Personen?" in text_of(answer.text)
    assert "Grund der Berichtigung" not in browser.get("/beratungen/one/aendern").text
    assert browser.post("/beratungen/one/aendern", data=talk(**FAMILY)).status_code == 303
    with house.database.read() as session:
        assert consultation(session, "one").persons_present == 5


def test_a_later_change_asks_for_a_reason_and_shows_the_old_value(desk: Sit, house: Any) -> None:
    browser = desk()
    browser.post("/beratungen", data=talk(id="one", **{**FAMILY, "persons_present": "55"}))
    house.clock.set(datetime(2022, 5, 11, 8, 0, tzinfo=UTC))
    assert "Grund der Berichtigung" in browser.get("/beratungen/one/aendern").text
    assert browser.post("/beratungen/one/aendern", data=talk(**FAMILY)).status_code == 422
    answer = browser.post("/beratungen/one/aendern", data=talk(reason="mistyped", **FAMILY), follow_redirects=True)
    assert re.search(r"Personen am Tisch .*55 5 vertippt", text_of(answer.text))


@pytest.mark.parametrize(
    ("typed", "said"),
    [("baes", "zuständig: StädteRegion Aachen"), ("52066", "zuständig: Stadt Aachen, Case Management"), ("50667", "nicht bekannt")],
)
def test_who_is_responsible_stands_beside_the_place(typed: str, said: str, desk: Sit) -> None:
    browser = desk()
    browser.post("/beratungen", data=talk(id="one", **{**FAMILY, "place": typed}))
    assert said in text_of(browser.get("/beratungen/one").text)


def test_the_family_walks_over_and_the_next_desk_begins_with_what_is_known(desk: Sit, house: Any) -> None:
    school, office = desk("lindner", "school_entry"), desk("aydin", number=2)
    house.clock.set(datetime(2022, 5, 10, 7, 2, tzinfo=UTC))
    school.post("/beratungen", data=talk(id="first", **{**FAMILY, "service": "school_entry", "languages": "ukr", "shorthand": "s"}))
    school.post("/beratungen/first/weitergeben", data={"id": "over", "to": "case_management", "topics": "wg"})
    assert re.search(r"5 Personen, Ukrainisch, Wohnungssuche/Gesundheitsversorgung 09:02", text_of(office.get("/heute").text))
    house.clock.set(datetime(2022, 5, 10, 7, 4, tzinfo=UTC))
    form = office.post("/weitergaben/over/annehmen", follow_redirects=True).text
    for known in ('value="5"', 'value="3"', 'value="Alsdorf"', 'value="Ukraine"', 'value="Ukrainisch"', 'value="over"'):
        assert known in form
    assert "Niemand wartet" in text_of(office.get("/heute").text)
    assert "angenommen, 09:04" in text_of(school.get("/weitergaben").text)
    late = desk("haddad").post("/weitergaben/over/annehmen", follow_redirects=True)
    assert "Schon angenommen um 09:04 Uhr" in text_of(late.text)


def test_a_family_that_stands_before_a_desk_is_not_offered_it_again(desk: Sit) -> None:
    browser = desk()
    browser.post("/beratungen", data=talk(id="one", **FAMILY))
    assert 'name="to" value="school_entry"' in browser.get("/beratungen/one").text
    browser.post("/beratungen/one/weitergeben", data={"id": "over", "to": "school_entry"})
    assert 'name="to" value="school_entry"' not in browser.get("/beratungen/one").text
    again = browser.post("/beratungen/one/weitergeben", data={"id": "over-again", "to": "school_entry"})
    assert again.status_code == 422
    assert "An diese Stelle ist die Familie schon weitergegeben." in text_of(again.text)


def test_nobody_is_proposed_whose_agreement_was_not_put_down(desk: Sit, person: Client) -> None:
    browser = desk()
    typed = {"id": "v", "site": "aachen-arkaden", "need": "Wohnung", "consent_given_on": ""}
    assert browser.post(f"/personen/{person.id}/vorschlagen", data=typed).status_code == 422
    assert "Antwort offen" not in text_of(browser.get("/vorschlaege").text)


def test_the_immigration_office_stands_in_no_quick_list(desk: Sit) -> None:
    browser = desk()
    assert 'value="immigration_office"' not in browser.get("/beratungen/neu").text
    browser.post("/beratungen", data=talk(id="one", **FAMILY))
    assert 'value="immigration_office"' not in browser.get("/beratungen/one").text


def test_the_form_never_asks_who_the_family_is(desk: Sit) -> None:
    asked = re.findall(r'<(?:input|select|textarea)[^>]* name="([^"]+)"', desk().get("/beratungen/neu").text.split("<main")[1])
    assert set(asked) <= {
        "csrf_token", "id", "site", "service", "desk", "from_hand_over", "persons_present", "children", "place", "origin", "languages",
        "interpreter", "shorthand", "kind", "hand_over_to", "concern", "topics", "channel", "minutes", "client_code", "kim_label",
        "kim_title",
        "protect_reason", "protect_subject",  # which colleague it is, where it is one: so that they never read of it
    }  # fmt: skip


def test_who_comes_with_a_slip_is_found_without_a_name(desk: Sit, house: Any) -> None:
    browser = desk()
    browser.post("/beratungen", data=talk(id="one", **FAMILY))
    said = text_of(browser.post("/beratungen/one/rueckkehrcode", follow_redirects=True).text)
    code = re.search(r"[A-Z]{3}-[A-Z]{3}", said)
    assert code
    hits = text_of(browser.post("/personen/suche", data={"q": code[0].lower()}).text)
    assert "1 Treffer" in hits
    browser.post("/beratungen", data=talk(id="two", client_code=code[0], **FAMILY))
    with house.database.read() as session:
        assert consultation(session, "two").kind == "follow_up"


def test_who_tries_codes_that_nobody_has_is_in_the_audit_and_waits(
    desk: Sit, app: Flask, house: Any, person: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guesses, "AN_HOUR", 3)
    browser, program = desk(), app.test_client()
    door = bearer(app, PEOPLE["aydin"])
    with house.database.read() as session:
        right = session.scalars(select(Client.code)).one()
    assert "Keine davon" in browser.post("/personen/suche", data={"q": "Schmid"}).text  # a name is no code
    assert "0 Treffer" in browser.post("/personen/suche", data={"q": "BCD-FGH"}).text
    assert browser.post("/beratungen", data=talk(id="one", client_code="BCDFGJ", **FAMILY)).status_code == 422
    told = {"site": "aachen-arkaden", "service": "case_management", "persons_present": 5, "client_code": "BCDFGK", "id": "two"}
    assert program.post("/api/consultations/", json=told, headers=door).json["code"] == "unknown_code"
    with house.database.read() as session:
        tried = session.execute(select(entries.c.action, entries.c.thing).where(entries.c.outcome == "denied")).all()
    assert [tuple(row) for row in tried] == [
        ("client.list", "clients:?"), ("consultation.record", "clients:?"), ("consultation.record", "clients:?"),
    ]  # fmt: skip
    waits = browser.post("/personen/suche", data={"q": right})
    assert (waits.status_code, "zu viele Codes" in waits.text) == (429, True)
    assert 0 < int(waits.headers["Retry-After"]) <= 3660
    form = browser.post("/beratungen", data=talk(id="one", client_code=right, **FAMILY))
    assert (form.status_code, "zu viele Codes" in form.text, 'value="5"' in form.text) == (422, True, True)  # and nothing typed is lost
    assert program.post("/api/consultations/", json={**told, "client_code": right}, headers=door).status_code == 429
    assert "1 Treffer" in browser.post("/personen/suche", data={"q": "schewtschenko"}).text  # a name finds as ever
    assert "1 Treffer" in desk("haddad").post("/personen/suche", data={"q": right}).text  # and a colleague by the code


def test_a_button_for_what_is_not_there_for_one_is_in_the_audit_as_refused(desk: Sit, house: Any) -> None:
    """The answer leads back to a list that says so; whoever goes through ids with it is seen doing so."""
    browser, nobodys = desk(), "0197aaaa-bbbb-7ccc-8ddd-000000000000"
    for named in (nobodys, "Anna Beispiel"):
        assert browser.post(f"/weitergaben/{named}/annehmen").status_code == 303
    with house.database.read() as session:
        rows = session.execute(select(entries.c.action, entries.c.thing, entries.c.outcome).order_by(entries.c.serial)).all()
    assert [row.thing for row in rows if row.outcome == "denied"] == [f"hand_overs:{nobodys}", "hand_overs:?"], rows


def test_a_hit_shows_initial_year_and_town_and_no_more(desk: Sit, person: Client) -> None:
    found = text_of(desk().post("/personen/suche", data={"q": "schewtschenko"}).text)
    assert "О., 1988, Alsdorf" in found
    assert "Шевченко" not in found


def test_nobody_is_a_way_out_of_the_search(desk: Sit) -> None:
    browser = desk()
    assert "Keine davon: neu aufnehmen" in browser.post("/personen/suche", data={"q": "Petrenko"}).text
    form = browser.post("/personen/neu", data={"name": "Petrenko"}).text
    assert 'value="Petrenko"' in form
    typed = {"id": "p", "site": "aachen-arkaden", "name": "Petrenko", "persons": "3", "consent_given_on": ""}
    assert "Ohne Einwilligung wird kein Name gespeichert" in browser.post("/personen", data=typed).text
    assert browser.post("/personen", data={**typed, "consent_given_on": "10.5.2022"}).headers["Location"] == "/personen/p"


def test_a_proposal_stands_in_the_list_with_its_answer_open(desk: Sit, person: Client) -> None:
    browser = desk()
    page = browser.post(
        f"/personen/{person.id}/vorschlagen",
        data={"id": "v", "site": "aachen-arkaden", "need": "Wohnung", "consent_given_on": "10.5.2022"},
        follow_redirects=True,
    )
    assert "Antwort offen" in text_of(page.text)
    assert "Zurückgezogen" in text_of(browser.post("/vorschlaege/v/zurueckziehen", follow_redirects=True).text)


def test_feedback_from_a_body_without_software_is_one_click(desk: Sit, house: Any) -> None:
    browser = desk()
    browser.post("/beratungen", data=talk(id="one", hand_over_to="health_kiosk", **FAMILY))
    today = browser.get("/heute").text
    assert "Rückmeldung offen" in text_of(today)
    address = re.search(r'action="(/weitergaben/[^"]+/rueckmeldung)"', today)
    assert address
    said = browser.post(address[1], data={"feedback": "arrived", "back": "today"}, follow_redirects=True)
    assert "Rückmeldung notiert: angekommen" in text_of(said.text)


def test_somebody_without_the_role_sees_nothing(app: Any) -> None:
    browser = app.test_client()
    assert browser.get("/heute").status_code in (302, 303, 401)
    sign_in(browser, PEOPLE["wirtz"])  # the head reads figures, and no page
    assert browser.get("/beratungen/neu").status_code == 403


@pytest.mark.parametrize("language", ["de", "en"])
def test_every_page_is_whole_and_in_one_language(language: str, desk: Sit, person: Client) -> None:
    browser = desk()
    browser.post("/beratungen", data=talk(id="one", hand_over_to="health_kiosk", **FAMILY))
    browser.post(
        f"/personen/{person.id}/vorschlagen", data={"id": "v", "site": "aachen-arkaden", "need": "Wohnung", "consent_given_on": "10.5.2022"}
    )
    addresses = (
        "/heute", "/heute/platz", "/beratungen/neu", "/beratungen/one", "/beratungen/one/aendern", "/weitergaben", "/personen",
        "/personen/neu", f"/personen/{person.id}", "/vorschlaege",
    )  # fmt: skip
    for address in addresses:
        page = browser.get(address, query_string={"lang": language})
        assert page.status_code == 200, address
        assert faults(page.text) == [], address
        if language == "en":
            german = re.search(r"\b(Weitergabe|Beratung|speichern|suchen|Themen|Rückmeldung|Standort|Platz)\b", text_of(page.text))
            assert german is None, f"{address}: {german}"


def test_the_desk_is_told_when_others_will_learn_of_it_later(desk: Sit, house: Any) -> None:
    browser = desk()
    browser.post("/beratungen", data=talk(id="one", **FAMILY))
    assert "erfahren es später" not in text_of(browser.get("/heute").text)
    with house.database.write() as session:
        session.execute(tables.outbox.update().values(created_at=datetime.now(UTC) - timedelta(minutes=5)))
    assert "erfahren es später" in text_of(browser.get("/heute").text)
    house.courier.pump()
    assert "erfahren es später" not in text_of(browser.get("/heute").text)


def test_who_saves_and_goes_on_is_asked_about_an_unusual_number_too(desk: Sit) -> None:
    typed = talk(id="one", next="1", **{**FAMILY, "persons_present": "55"})
    answer = desk().post("/beratungen", data=typed, follow_redirects=True)
    assert "Ungewöhnlich: 55 Personen?" in text_of(answer.text)
    assert 'name="persons_present"' in answer.text


def test_the_same_origin_a_minute_later_is_asked_about(desk: Sit) -> None:
    browser = desk()
    browser.post("/beratungen", data=talk(id="one", **FAMILY))
    answer = browser.post("/beratungen", data=talk(id="two", **FAMILY), follow_redirects=True)
    assert "ist es dieselbe Familie?" in text_of(answer.text)


def test_a_referral_begins_with_what_the_consultation_knows(desk: Sit) -> None:
    browser = desk()
    browser.post("/beratungen", data=talk(id="one", **{**FAMILY, "languages": "ukr"}))
    page = browser.get("/beratungen/one").text
    start = re.search(r'<form class="kim-post" method="post" action="/verweisen/">(.*?)</form>', page, re.DOTALL)
    assert start
    known = dict(re.findall(r'name="([^"]+)" value="([^"]*)"', start[1]))
    form = browser.post("/verweisen/", data=known)
    assert form.status_code == 200
    assert 'value="one"' in form.text
    assert re.search(r'<option value="ukr" selected>', form.text)


@pytest.mark.parametrize("typed", ["²", "٣", "9" * 5_000])
def test_a_desk_that_is_no_number_is_none(desk: Sit, typed: str) -> None:
    place = {"site": "aachen-arkaden", "service": "case_management", "desk": typed}
    assert desk("aydin").post("/heute/platz", data=place).status_code == 303


def test_a_search_for_what_looks_like_a_year_finds_nobody(desk: Sit) -> None:
    assert desk("aydin").post("/personen/suche", data={"q": "Anna ²²²²"}).status_code == 200


def test_a_house_begins_with_a_site_and_a_desk_where_people_are_counselled(app: Any) -> None:
    head, desk = (sign_in(app.test_client(), PEOPLE[who]) for who in ("wirtz", "haddad"))
    assert desk.get("/standorte").status_code == 403
    wrong = head.post("/standorte", data={"site": "mit Leerzeichen", "name": "", "municipality": "05334024"})
    assert (wrong.status_code, faults(wrong.text)) == (422, [])
    assert 'name="id"' not in wrong.text  # else a browser would send the form's own id before what is typed
    assert head.post("/standorte", data={"site": "roetgen", "name": "Rathaus Roetgen", "municipality": "05334024"}).status_code == 303
    bodies, own = "/standorte/roetgen/stellen", {"service": "case_management", "organisation": "staedteregion-aachen", "desks": "2"}
    assert "Noch keine Stelle." in text_of(head.get("/standorte/roetgen").text)
    assert "Bitte sagen, wie die Stelle heißt." in text_of(head.post(bodies, data={**own, "service": "other"}).text)
    for body in (own, {"service": "other", "organisation": "sprungbrett", "name": "Kiosk", "desks": "0"}, {**own, "desks": "3"}):
        assert head.post(bodies, data=body).status_code == 303
    shown = head.get("/standorte/roetgen").text
    assert (re.findall(r"Case Management|Kiosk", text_of(shown))[:3], faults(shown)) == (
        ["Case Management", "Case Management", "Kiosk"],
        [],
    )
    gone = "/standorte/roetgen/wegnehmen"
    seat = {"site": "roetgen", "service": "case_management", "desk": "3"}
    desk.post("/heute/platz", data=seat)
    assert desk.post("/beratungen", data=talk(id="first", persons_present="5", **seat)).status_code == 303
    assert "Die Stelle bleibt stehen" in text_of(head.post(gone, data={"code": "case_management"}, follow_redirects=True).text)
    assert head.post(gone, data={"code": "sprungbrett"}).status_code == 303
    assert head.post(gone, data={"code": "sprungbrett"}).status_code == 404
    assert "Kiosk" not in text_of(head.get("/standorte/roetgen").text)
    assert head.post("/standorte/roetgen/name", data={"name": "Roetgen", "municipality": "05334024"}).status_code == 303
    listed = head.get("/standorte").text
    assert (faults(listed), "Roetgen Roetgen Case Management roetgen" in text_of(listed)) == ([], True)
