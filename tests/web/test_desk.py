"""A desk that many use: locked by hand or by itself, and what was typed meanwhile kept for its owner."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient
from kim_runtime.clock import SetClock
from kim_web import sessions
from kim_web.tables import drafts
from kim_web.web import EXTENSION
from lxml import html as lxml_html
from sqlalchemy import select
from web.conftest import ACTORS, Make
from web.sample.doors import VISITS
from web.signed_in import sign_in, whose_page
from web.static_html import faults

BEGUN = datetime(2026, 11, 25, 8, tzinfo=UTC)
FAMILY = {
    "id": "v-1", "persons_present": "5", "town": "roetgen", "on": "15.8.2022", "kind": "first", "topics": ["housing"],
    "need": "zwei Zimmer in Eilendorf",
}  # fmt: skip
COLLEAGUE = replace(ACTORS["aydin"], id="lindner", name="Petra Lindner")


@pytest.fixture
def clock() -> SetClock:
    return SetClock(BEGUN)


@pytest.fixture
def desk(make: Make, clock: SetClock) -> FlaskClient:
    app = make(real_clock=clock)
    app.config["WTF_CSRF_ENABLED"] = False
    VISITS.clear()
    return sign_in(app.test_client(), ACTORS["aydin"])


def kept(desk: FlaskClient) -> int:
    with desk.application.extensions[EXTENSION].rows.read() as rows:
        return len(rows.execute(select(drafts)).all())


def test_locked_it_shows_nothing_but_who_locked_it(desk: FlaskClient) -> None:
    went = desk.post("/sperren", data={"von": "/besuche?page=2"})
    assert went.headers["Location"] == "/gesperrt?next=/besuche?page%3D2&allein=1"  # nobody's provider hears of it
    page = desk.get(went.headers["Location"])
    assert "Hier ist Selin Aydın angemeldet; der Platz ist gesperrt" in page.text and "Heute am Standort" not in page.text
    assert faults(page.text) == []
    asked = desk.get("/besuche")
    assert urlsplit(asked.headers["Location"]).path == "/gesperrt"
    assert desk.get("/zugang/").status_code == 303


def test_it_locks_itself_after_ten_minutes_without_a_request(desk: FlaskClient, clock: SetClock) -> None:
    clock.set(BEGUN + timedelta(minutes=9))
    assert desk.get("/besuche").status_code == 200
    clock.set(BEGUN + timedelta(minutes=18))
    assert desk.get("/besuche").status_code == 200
    clock.set(BEGUN + timedelta(minutes=28))
    assert urlsplit(desk.get("/besuche").headers["Location"]).path == "/gesperrt"
    clock.set(BEGUN + timedelta(minutes=29))
    assert urlsplit(desk.get("/besuche").headers["Location"]).path == "/gesperrt"  # looking does not unlock


def test_a_form_sent_to_a_locked_desk_is_kept_for_its_owner_and_saved_by_them_alone(desk: FlaskClient, clock: SetClock) -> None:
    clock.set(BEGUN + timedelta(minutes=30))
    went = desk.post("/besuche", data=FAMILY)
    assert (went.status_code, "entwurf=1" in went.headers["Location"]) == (303, True)
    assert "aufgehoben" in desk.get(went.headers["Location"]).text
    assert (kept(desk), dict(VISITS)) == (1, {})
    stranger = sign_in(desk.application.test_client(), ACTORS["pruefer"])
    assert "Keine Entwürfe" in stranger.get("/entwuerfe").text
    sign_in(desk, ACTORS["aydin"])
    page = desk.get("/entwuerfe")
    assert "zwei Zimmer in Eilendorf" in page.text and faults(page.text) == []
    again = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page.text.split("<section")[1].split("Jetzt absenden")[0])
    sent: dict[str, list[str]] = {}
    for name, value in again:
        sent.setdefault(name, []).append(value)
    assert desk.post("/besuche", data=sent).status_code == 303
    assert VISITS["v-1"].need == "zwei Zimmer in Eilendorf"
    assert kept(desk) == 0


def test_a_session_that_is_over_keeps_a_form_too(desk: FlaskClient, clock: SetClock) -> None:
    clock.set(BEGUN + timedelta(hours=3))
    desk.post("/besuche", data=FAMILY)
    assert kept(desk) == 1


def test_nothing_is_kept_of_a_stranger_or_of_an_empty_form(desk: FlaskClient, clock: SetClock) -> None:
    clock.set(BEGUN + timedelta(minutes=30))
    desk.application.test_client().post("/besuche", data=FAMILY)
    desk.post("/besuche", data={"need": " "})
    desk.post("/besuche", data={"need": "x" * 70_000})
    assert kept(desk) == 0


def test_an_open_page_hears_that_it_must_leave_and_asking_is_no_use_of_the_session(desk: FlaskClient, clock: SetClock) -> None:
    page = whose_page(desk)
    for minute in range(1, 10):
        clock.set(BEGUN + timedelta(minutes=minute))
        assert desk.get("/gesperrt/stand", headers=page).json == {"locked": False}
    clock.set(BEGUN + timedelta(minutes=10))
    assert desk.get("/gesperrt/stand", headers=page).json == {"locked": True}
    assert desk.application.test_client().get("/gesperrt/stand", headers=page).json == {"locked": True}


def test_a_page_of_somebody_else_must_leave_the_desk_of_who_signed_in_since(desk: FlaskClient) -> None:
    page = whose_page(desk)
    sign_in(desk, ACTORS["pruefer"])
    assert desk.get("/gesperrt/stand", headers=page).json == {"locked": True}
    assert desk.get("/gesperrt/stand", headers={"X-Kim-Page": f"{page['X-Kim-Page']}x"}).json == {"locked": True}
    assert desk.post("/gesperrt/entwurf", data={**FAMILY, **PAGE}, headers=page).status_code == 201
    assert "Keine Entwürfe" in desk.get("/entwuerfe").text  # it is kept for whose page it was
    sign_in(desk, ACTORS["aydin"])
    assert desk.get("/gesperrt/stand", headers=page).json == {"locked": False}  # back again: it is their page
    assert "zwei Zimmer in Eilendorf" in desk.get("/entwuerfe").text


def test_work_on_an_open_page_keeps_the_desk_awake_and_unlocks_none(desk: FlaskClient, clock: SetClock) -> None:
    page = whose_page(desk)
    clock.set(BEGUN + timedelta(minutes=9))
    assert desk.get("/gesperrt/nein").status_code == 204
    clock.set(BEGUN + timedelta(minutes=18))
    assert desk.get("/gesperrt/stand", headers=page).json == {"locked": False}
    clock.set(BEGUN + timedelta(minutes=30))
    assert desk.get("/gesperrt/nein").status_code == 303
    assert desk.get("/gesperrt/stand", headers=page).json == {"locked": True}


def test_that_somebody_is_locked_is_remembered_over_a_weekend(desk: FlaskClient) -> None:
    """Where a provider of another maker keeps its own session as long, Monday's first service asks for the password too."""
    web = desk.application.extensions[EXTENSION]
    with web.rows.write() as rows:
        sessions.lock_of_person(rows, "aydin", until=BEGUN, now=BEGUN)
        sessions.sweep(rows, BEGUN + timedelta(days=3), web.limits)
        assert sessions.lock_since(rows, "aydin") == BEGUN
        sessions.sweep(rows, BEGUN + sessions.MARKED_FOR + timedelta(minutes=1), web.limits)
        assert sessions.lock_since(rows, "aydin") is None


PAGE = {"kim_to": "/besuche", "kim_page": "/besuche/neu"}


def test_a_form_that_was_never_sent_is_read_again_by_its_owner_alone(desk: FlaskClient, clock: SetClock) -> None:
    mark = whose_page(desk)
    clock.set(BEGUN + timedelta(minutes=30))
    assert desk.post("/gesperrt/entwurf", data={**FAMILY, **PAGE}, headers=mark).status_code == 201
    assert dict(VISITS) == {}
    sign_in(desk, ACTORS["aydin"])
    page = desk.get("/entwuerfe")
    assert "Weiterschreiben" in page.text and "Jetzt absenden" not in page.text and faults(page.text) == []
    listed = re.findall("<li>(.*?)</li>", page.text.split("<section")[1])
    assert "zwei Zimmer in Eilendorf" in listed and not any(re.fullmatch("[a-z0-9_-]+", one) for one in listed)  # no codes, no ids
    assert "1 Entwurf" in desk.get("/besuche").text
    (draft_id,) = re.findall(r'href="/besuche/neu[?]kim_fill=([^"]+)#kim-filled"', page.text)
    again = desk.get(f"/besuche/neu?kim_fill={draft_id}").text
    for shown in ("zwei Zimmer in Eilendorf", 'value="5"', 'value="roetgen" selected', 'value="housing" checked', 'id="kim-filled"'):
        assert shown in again
    assert 'value="school" checked' not in again and 'value="v-1"' not in again  # what begins ticked, and was not
    assert faults(again) == []
    stranger = sign_in(desk.application.test_client(), COLLEAGUE)
    assert "Eilendorf" not in stranger.get(f"/besuche/neu?kim_fill={draft_id}").text
    assert "Entwurf" not in stranger.get("/besuche").text
    assert desk.post("/gesperrt/entwurf", data={**FAMILY, **PAGE, "kim_draft": draft_id}, headers=mark).status_code == 201
    assert kept(desk) == 1  # the one before is gone


@pytest.mark.parametrize("changed", [{"kim_to": "https://evil.example/"}, {"kim_page": "//evil.example"}, {"kim_to": ""}])
def test_no_draft_leads_to_another_house(desk: FlaskClient, changed: dict[str, str]) -> None:
    assert desk.post("/gesperrt/entwurf", data={**FAMILY, **PAGE, **changed}, headers=whose_page(desk)).status_code == 403
    assert kept(desk) == 0


def test_no_page_of_another_house_plants_a_draft(desk: FlaskClient, clock: SetClock) -> None:
    """Of the same site its forms bring the cookie along: neither can it say whose page it is, nor is a form of its own kept."""
    assert desk.post("/gesperrt/entwurf", data={**FAMILY, **PAGE}).status_code == 403
    clock.set(BEGUN + timedelta(minutes=30))
    for told in ({"Sec-Fetch-Site": "same-site"}, {"Origin": "http://kim.example.org"}, {"Origin": "null"}):
        desk.post("/besuche", data=FAMILY, headers=told)
    assert kept(desk) == 0
    desk.post("/besuche", data=FAMILY, headers={"Origin": "http://localhost"})
    assert kept(desk) == 1


def test_a_draft_lasts_a_day_and_can_be_thrown_away(desk: FlaskClient, clock: SetClock) -> None:
    clock.set(BEGUN + timedelta(minutes=30))
    desk.post("/besuche", data=FAMILY)
    sign_in(desk, ACTORS["aydin"])
    (address,) = re.findall(r'action="(/entwuerfe/[^"]+/weg)"', desk.get("/entwuerfe").text)
    sign_in(desk, ACTORS["pruefer"])
    desk.post(address)
    assert kept(desk) == 1  # not theirs
    clock.set(BEGUN + timedelta(hours=26))
    sign_in(desk, ACTORS["aydin"])
    assert "Keine Entwürfe" in desk.get("/entwuerfe").text


def lock_sends(desk: FlaskClient, address: str = "/besuche/neu", **changed: str) -> dict[str, list[str]]:
    """What a browser without a script sends with the button that locks, on the page at an address."""
    page = lxml_html.document_fromstring(desk.get(address).text)
    (button,) = page.xpath("//button[normalize-space()='Sperren']")
    assert button.get("formaction") == "/sperren"
    sent: dict[str, list[str]] = {button.get("name"): [button.get("value")]}
    for name, value in page.get_element_by_id(button.get("form")).form_values():
        sent.setdefault(name, []).append(value.removeprefix("\n"))  # which browsers leave out at the beginning of a text
    return {**sent, **{name: [value] for name, value in changed.items()}}


def test_the_button_that_locks_keeps_what_is_half_typed_and_says_from_which_page(desk: FlaskClient) -> None:
    went = desk.post("/sperren", data=lock_sends(desk, need="zwei Zimmer in Eilendorf"))
    assert went.headers["Location"] == "/gesperrt?next=/besuche/neu&entwurf=1&allein=1"
    assert urlsplit(desk.get("/besuche").headers["Location"]).path == "/gesperrt"
    sign_in(desk, COLLEAGUE)
    assert "Keine Entwürfe" in desk.get("/entwuerfe").text
    sign_in(desk, ACTORS["aydin"])
    page = desk.get("/entwuerfe").text
    assert "Beratung erfassen, 25.11.2026, 09:00" in page and "zwei Zimmer in Eilendorf" in page and faults(page) == []
    (address,) = re.findall(r'href="(/besuche/neu[?][^"#]+)#kim-filled"', page)
    again = lock_sends(desk, address)
    assert again["need"] == ["zwei Zimmer in Eilendorf"]
    desk.post("/sperren", data=again)  # it is kept again, in its own place, with nothing typed since
    assert (kept(desk), dict(VISITS)) == (1, {})


def test_the_button_that_locks_keeps_no_form_in_which_nothing_was_typed(desk: FlaskClient) -> None:
    for address in ("/besuche/neu", "/besuche/neu?long=1", "/besuche"):
        sent = lock_sends(desk, address) if address != "/besuche" else {"von": "/besuche"}
        assert "entwurf" not in desk.post("/sperren", data=sent).headers["Location"]
        sign_in(desk, ACTORS["aydin"])
    assert kept(desk) == 0


def test_a_long_form_kept_by_the_lock_is_filled_in_further_and_one_that_came_back_is_kept_as_it_is(desk: FlaskClient) -> None:
    desk.post("/sperren", data=lock_sends(desk, "/besuche/neu?long=1", need="zwei Zimmer in Eilendorf"))
    sign_in(desk, ACTORS["aydin"])
    (draft_id,) = re.findall(r'name="kim_continue" value="([^"]+)"', desk.get("/entwuerfe").text)
    page = lxml_html.document_fromstring(desk.post("/besuche", data={"kim_continue": draft_id}).text)
    (button,) = page.xpath("//button[normalize-space()='Sperren']")
    sent = {**dict(page.get_element_by_id(button.get("form")).form_values()), "kim_lock": button.get("value")}
    assert "entwurf=1" in desk.post("/sperren", data=sent).headers["Location"]
    assert kept(desk) == 1


def test_a_lock_that_comes_after_the_desk_locked_itself_keeps_the_form_all_the_same(desk: FlaskClient, clock: SetClock) -> None:
    sent = lock_sends(desk, need="zwei Zimmer in Eilendorf")
    clock.set(BEGUN + timedelta(minutes=30))
    desk.post("/sperren", data={"von": "/besuche"})  # of a page without a form
    assert kept(desk) == 0
    assert "entwurf=1" in desk.post("/sperren", data=sent).headers["Location"]
    sign_in(desk, ACTORS["aydin"])
    assert "/besuche/neu?kim_fill=" in desk.get("/entwuerfe").text


def test_the_lock_on_a_page_of_who_sat_here_before_keeps_its_form_for_them(desk: FlaskClient) -> None:
    desk.application.config["WTF_CSRF_ENABLED"] = True
    sent = lock_sends(desk, need="zwei Zimmer in Eilendorf")
    desk.post("/sperren", data={"csrf_token": sent["csrf_token"]})  # in another window: the token ends with the lock
    sign_in(desk, COLLEAGUE)
    went = desk.post("/sperren", data=sent)
    assert went.headers["Location"] == "/gesperrt?entwurf=1&allein=1"  # not to the page of somebody else
    assert urlsplit(desk.get("/besuche").headers["Location"]).path == "/gesperrt"
    sign_in(desk, COLLEAGUE)
    assert "Keine Entwürfe" in desk.get("/entwuerfe").text
    sign_in(desk, ACTORS["aydin"])
    assert "zwei Zimmer in Eilendorf" in desk.get("/entwuerfe").text


def test_a_page_that_is_locked_again_and_again_leaves_one_draft(desk: FlaskClient) -> None:
    """Without a script it is still there behind the button that goes back."""
    sent = lock_sends(desk, need="zwei Zimmer in Eilendorf")
    for _time in range(3):
        assert "entwurf=1" in desk.post("/sperren", data=sent).headers["Location"]
    assert kept(desk) == 1
    sign_in(desk, ACTORS["aydin"])
    desk.post("/sperren", data={**sent, "need": ["drei Zimmer"]})
    assert kept(desk) == 2


def test_no_page_of_another_house_plants_a_draft_by_the_lock(desk: FlaskClient) -> None:
    """Nor one of ours by what it says of itself, where that was changed; and none locks the desk without its token."""
    desk.application.config["WTF_CSRF_ENABLED"] = True
    sent = lock_sends(desk, need="zwei Zimmer in Eilendorf")
    of_another = {**sent, "csrf_token": ["x"]}
    for told in ({"Sec-Fetch-Site": "same-site"}, {"Origin": "http://kim.example.org"}, {"Origin": "null"}):
        assert desk.post("/sperren", data=of_another, headers=told).status_code == 400
    assert desk.post("/sperren", data={**of_another, "kim_lock": [f"{sent['kim_lock'][0]}x"]}).status_code == 400
    assert (kept(desk), desk.get("/besuche").status_code) == (0, 200)
    desk.post("/sperren", data={**sent, "kim_lock": [f"{sent['kim_lock'][0]}x"]})  # locked, and nothing kept
    assert kept(desk) == 0
