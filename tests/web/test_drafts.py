"""Forms kept before they are sent: for their owner alone, unchecked, bounded, gone when sent."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from kim_runtime.clock import SetClock
from kim_web.drafts import MOST
from kim_web.tables import drafts
from kim_web.web import EXTENSION
from sqlalchemy import select
from web.conftest import ACTORS, Make
from web.sample.doors import VISITS
from web.signed_in import sign_in, whose_page
from web.static_html import faults

BEGUN = datetime(2026, 11, 25, 8, tzinfo=UTC)
HALF: dict[str, Any] = {
    "id": "v-1", "persons_present": "viele", "town": "roetgen", "on": "irgendwann", "topics": ["housing", "school"],
    "need": "zwei Zimmer in Eilendorf", "visitors.0.name": "Amal", "kim_label": "Beratung erfassen", "csrf_token": "t",
}  # fmt: skip
KEEP = {**HALF, "kim_keep": "1"}


@pytest.fixture
def clock() -> SetClock:
    return SetClock(BEGUN)


@pytest.fixture
def desk(make: Make, clock: SetClock) -> FlaskClient:
    app = make(real_clock=clock)
    app.config["WTF_CSRF_ENABLED"] = False
    VISITS.clear()
    return sign_in(app.test_client(), ACTORS["aydin"])


def kept(desk: FlaskClient) -> list[Any]:
    with desk.application.extensions[EXTENSION].rows.read() as rows:
        return list(rows.execute(select(drafts).order_by(drafts.c.id)))


def hidden(page: str, name: str) -> str:
    return re.findall(rf'name="{name}" value="([^"]*)"', page)[-1]


def test_a_long_form_offers_to_be_kept_and_enter_still_sends_it(desk: FlaskClient) -> None:
    page = desk.get("/besuche/neu?long=1").text
    buttons = re.findall(r'<button[^>]*type="submit"[^>]*>', page.split('class="kim-form"')[1])
    assert "kim_keep" not in buttons[0] and "kim_keep" in buttons[-1]  # a browser presses the first one at Enter
    assert "Als Entwurf behalten" in page and faults(page) == []


def test_what_is_kept_is_not_checked_not_saved_and_continued_as_it_was_typed(desk: FlaskClient) -> None:
    went = desk.post("/besuche", data=KEEP)
    assert (went.status_code, went.location) == (303, "/entwuerfe")
    assert VISITS == {}
    page = desk.get("/entwuerfe")
    assert "Beratung erfassen, 25.11.2026, 09:00" in page.text and faults(page.text) == []
    assert "Eilendorf" not in page.text and "Amal" not in page.text  # the list names nobody
    again = desk.post("/besuche", data={"kim_continue": hidden(page.text, "kim_continue")})
    assert again.status_code == 200
    for shown in ('value="viele"', 'value="irgendwann"', "zwei Zimmer in Eilendorf", 'value="Amal"', 'value="v-1"'):
        assert shown in again.text
    assert re.search(r'value="school" checked', again.text) and "kim-errors" not in again.text
    assert faults(again.text) == []
    assert VISITS == {} and len(kept(desk)) == 1  # looking is not sending


def test_a_draft_is_gone_when_it_is_sent_and_stays_while_something_is_wrong(desk: FlaskClient) -> None:
    desk.post("/besuche", data=KEEP)
    (one,) = kept(desk)
    form = desk.post("/besuche", data={"kim_continue": one.id}).text
    sent = {**HALF, "kim_draft": hidden(form, "kim_draft")}
    wrong = desk.post("/besuche", data=sent)
    assert (wrong.status_code, len(kept(desk))) == (422, 1)
    right = {**sent, "persons_present": "5", "on": "15.8.2022", "kind": "first", "kim_draft": hidden(wrong.text, "kim_draft")}
    assert desk.post("/besuche", data=right).status_code == 303
    assert VISITS["v-1"].persons_present == 5 and kept(desk) == []


def test_keeping_a_draft_again_replaces_it(desk: FlaskClient) -> None:
    desk.post("/besuche", data=KEEP)
    (first,) = kept(desk)
    desk.post("/besuche", data={**KEEP, "kim_draft": first.id, "need": "drei Zimmer"})
    (second,) = kept(desk)
    assert dict(second.fields)["need"] == "drei Zimmer"
    assert {"kim_keep", "kim_label", "kim_draft", "csrf_token"}.isdisjoint(dict(second.fields))


def test_another_person_at_the_same_desk_never_sees_continues_or_deletes_it(desk: FlaskClient) -> None:
    desk.post("/besuche", data=KEEP)
    (one,) = kept(desk)
    sign_in(desk, ACTORS["pruefer"])
    assert "Keine Entwürfe" in desk.get("/entwuerfe").text
    desk.post(f"/entwuerfe/{one.id}/weg")
    assert desk.post("/besuche", data={"kim_continue": one.id}).status_code in (303, 403)
    colleague = ACTORS["aydin"].__class__("lindner", "Petra Lindner", ACTORS["aydin"].organisation, ACTORS["aydin"].roles)
    sign_in(desk, colleague)
    answer = desk.post("/besuche", data={"kim_continue": one.id}, follow_redirects=True)
    assert "Diesen Entwurf gibt es nicht mehr" in answer.text and "Eilendorf" not in answer.text
    desk.post("/besuche", data={**KEEP, "kim_draft": one.id})  # nor is it replaced by theirs
    assert [row.actor_id for row in kept(desk)] == ["aydin", "lindner"]


def test_a_locked_desk_shows_no_draft(desk: FlaskClient) -> None:
    desk.post("/besuche", data=KEEP)
    (one,) = kept(desk)
    desk.post("/besuche", data={**KEEP, "kim_draft": one.id, "kim_aside": "/offen"})
    desk.post("/sperren")
    for answer in (desk.get("/entwuerfe"), desk.post("/besuche", data={"kim_continue": one.id}), desk.get("/gesperrt"), desk.get("/offen")):
        assert "Beratung erfassen" not in answer.text and "Eilendorf" not in answer.text
    assert len(kept(desk)) == 1


def test_a_draft_leads_nowhere_but_to_its_own_form(desk: FlaskClient) -> None:
    desk.post("/besuche", data=KEEP)
    (one,) = kept(desk)
    assert desk.post("/besuche/x/stornieren", data={"kim_continue": one.id}).location == "/entwuerfe"
    late = {"kim_continue": "0197"}
    assert desk.post("/besuche", data=late).location == "/entwuerfe"


def test_rights_are_asked_before_anything_is_kept(desk: FlaskClient) -> None:
    sign_in(desk, ACTORS["pruefer"])
    assert desk.post("/besuche", data=KEEP).status_code == 403
    assert kept(desk) == []


def test_number_and_size_are_bounded_and_nothing_typed_is_lost(desk: FlaskClient) -> None:
    for _number in range(MOST):
        assert desk.post("/besuche", data=KEEP).status_code == 303
    full = desk.post("/besuche", data=KEEP)
    assert full.status_code == 200 and "Mehr als 10 Entwürfe" in full.text and "zwei Zimmer in Eilendorf" in full.text
    assert len(kept(desk)) == MOST and VISITS == {}
    (last, *_rest) = kept(desk)
    assert desk.post("/besuche", data={**KEEP, "kim_draft": last.id}).status_code == 303  # in the place of one
    large = desk.post("/besuche", data={**KEEP, "kim_draft": kept(desk)[0].id, "need": "x" * 70_000})
    assert large.status_code == 200 and "zu viel für einen Entwurf" in large.text and len(kept(desk)) == MOST
    empty = desk.post("/besuche", data={"kim_keep": "1", "need": " "})
    assert empty.status_code == 200 and "noch nichts ausgefüllt" in empty.text and VISITS == {}


def test_it_lasts_some_days_and_is_deleted_with_the_next_that_is_kept(desk: FlaskClient, clock: SetClock) -> None:
    desk.post("/besuche", data=KEEP)
    clock.set(BEGUN + timedelta(days=6, hours=23))
    sign_in(desk, ACTORS["aydin"])
    assert "Beratung erfassen" in desk.get("/entwuerfe").text
    clock.set(BEGUN + timedelta(days=7, minutes=1))
    sign_in(desk, ACTORS["aydin"])
    assert "Keine Entwürfe" in desk.get("/entwuerfe").text
    desk.post("/besuche", data=KEEP)
    assert len(kept(desk)) == 1


def test_a_form_waits_while_its_owner_does_something_else_first(desk: FlaskClient) -> None:
    went = desk.post("/besuche", data={**HALF, "kim_aside": "/besuche?page=2"})
    assert went.location == "/besuche?page=2"
    page = desk.get("/besuche").text
    assert "Angefangen und aufgehoben: Beratung erfassen" in page and faults(page) == []
    back = desk.post("/besuche", data={"kim_continue": hidden(page, "kim_continue")})
    assert "zwei Zimmer in Eilendorf" in back.text and "Angefangen und aufgehoben" not in back.text
    assert "Angefangen und aufgehoben" not in desk.get("/besuche").text


@pytest.mark.parametrize("address", ["https://evil.example/", "//evil.example", "/\\evil.example"])
def test_nobody_is_sent_to_another_site(desk: FlaskClient, address: str) -> None:
    assert desk.post("/besuche", data={**HALF, "kim_aside": address}).location == "/entwuerfe"


def test_what_came_too_late_is_sent_as_it_is_not_continued(desk: FlaskClient, clock: SetClock) -> None:
    clock.set(BEGUN + timedelta(minutes=30))
    desk.post("/besuche", data=KEEP)
    (one,) = kept(desk)
    assert one.label == "" and "kim_keep" not in dict(one.fields)
    sign_in(desk, ACTORS["aydin"])
    assert desk.post("/besuche", data={"kim_continue": one.id}).location == "/entwuerfe"


def test_nothing_is_kept_without_the_token_of_the_form(make: Make) -> None:
    app = make()
    browser = sign_in(app.test_client(), ACTORS["aydin"])
    assert browser.post("/besuche", data={**KEEP, "csrf_token": "made up"}).status_code == 400
    assert kept(browser) == []


def test_a_long_form_on_a_page_that_was_locked_is_filled_in_further_without_a_script(desk: FlaskClient, clock: SetClock) -> None:
    page = whose_page(desk)
    clock.set(BEGUN + timedelta(minutes=30))
    told = {**HALF, "kim_to": "/besuche", "kim_page": "/besuche"}  # a form that had come back, so that its page is no page of its own
    assert desk.post("/gesperrt/entwurf", data=told, headers=page).status_code == 201
    (one,) = kept(desk)
    sign_in(desk, ACTORS["aydin"])
    page = desk.get("/entwuerfe").text
    assert "Weiter ausfüllen" in page and "Weiterschreiben" not in page
    assert "1 Entwurf" in desk.get("/besuche").text
    assert "zwei Zimmer in Eilendorf" in desk.post("/besuche", data={"kim_continue": one.id}).text


def test_where_no_more_drafts_fit_what_a_locked_page_held_is_kept_for_a_day(desk: FlaskClient) -> None:
    for _number in range(MOST):
        desk.post("/besuche", data=KEEP)
    held = {**HALF, "kim_to": "/besuche", "kim_page": "/besuche"}
    assert desk.post("/gesperrt/entwurf", data=held, headers=whose_page(desk)).status_code == 201
    assert [row.label for row in kept(desk)].count("") == 1
    assert "11 Entwürfe" in desk.get("/besuche").text
