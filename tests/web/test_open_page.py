"""In Chromium: an open page leaves the screen when the desk is locked, and what was typed is there again for its owner."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from kim_runtime.clock import SetClock
from kim_web.tables import sessions
from kim_web.web import EXTENSION
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import update
from web.conftest import ACTORS, Make
from web.sample.doors import VISITS
from web.signed_in import secret_of_session

pytestmark = pytest.mark.browser
NEED = "zwei Zimmer in Eilendorf"


@pytest.fixture
def clock() -> SetClock:
    return SetClock(datetime.now(UTC))


@pytest.fixture
def served_app(make: Make, clock: SetClock) -> Flask:
    VISITS.clear()
    return make(real_clock=clock)


@pytest.fixture
def sit(chromium: Browser, address: str, served_app: Flask) -> Iterator[Callable[..., Page]]:
    """Opens a window as somebody; their browser's own time stands still until a test moves it."""
    context = chromium.new_context(base_url=address, locale="de-DE")

    def as_person(person: str = "aydin") -> Page:
        name, secret = secret_of_session(served_app, ACTORS[person])
        context.add_cookies([{"name": name, "value": secret, "url": address}])
        page = context.new_page()
        page.clock.install()
        return page

    yield as_person
    context.close()


@pytest.fixture
def plain(chromium: Browser, address: str, served_app: Flask) -> Iterator[Page]:
    """A window without a script."""
    context = chromium.new_context(base_url=address, locale="de-DE", java_script_enabled=False)
    name, secret = secret_of_session(served_app, ACTORS["aydin"])
    context.add_cookies([{"name": name, "value": secret, "url": address}])
    yield context.new_page()
    context.close()


def begin_a_visit(page: Page) -> None:
    page.goto("/besuche/neu")
    page.get_by_label("Personen").first.fill("5")
    page.get_by_label("Wohnort").select_option("roetgen")
    page.get_by_label("Tag").fill("15.8.2022")
    page.get_by_label("Folgeberatung").check()
    page.get_by_label("Gesundheit").check()
    page.get_by_label("Anliegen").first.fill(NEED)


def test_a_desk_that_locks_itself_takes_the_page_away_and_gives_back_what_was_typed(
    sit: Callable[..., Page], clock: SetClock, served_app: Flask
) -> None:
    page = sit()
    begin_a_visit(page)
    page.clock.run_for(31_000)
    assert page.get_by_label("Anliegen").first.input_value() == NEED  # nothing happens while the desk is awake
    clock.set(clock.now() + timedelta(minutes=11))
    page.clock.run_for(31_000)
    expect(page).to_have_url(re.compile("/gesperrt"))
    expect(page.get_by_text("der Platz ist gesperrt")).to_be_visible()
    assert NEED not in page.content()
    page.go_back()  # it is not behind the button either
    assert NEED not in page.content()
    assert dict(VISITS) == {}  # nothing was sent

    back = sit()  # unlocked
    back.goto("/entwuerfe")
    back.get_by_role("link", name="Weiterschreiben").click()
    expect(back.get_by_label("Anliegen").first).to_have_value(NEED)
    expect(back.get_by_label("Personen").first).to_have_value("5")
    expect(back).to_have_url(re.compile("/besuche/neu[?]kim_fill="))
    expect(back.get_by_role("link", name="1 Entwurf")).to_be_visible()
    back.get_by_role("button", name="Speichern", exact=True).click()
    expect(back.get_by_role("status")).to_contain_text("gespeichert")
    (visit,) = VISITS.values()
    assert (visit.persons_present, visit.town, visit.kind, visit.need) == (5, "roetgen", "follow_up", NEED)
    assert "health" in visit.topics
    expect(back.get_by_role("link", name="1 Entwurf")).to_have_count(0)


def test_locking_by_hand_keeps_what_was_typed(sit: Callable[..., Page]) -> None:
    page = sit()
    begin_a_visit(page)
    page.get_by_role("button", name="Sperren").click()
    expect(page.get_by_text("der Platz ist gesperrt")).to_have_count(1)
    expect(page.get_by_text("Ihre Eingaben sind aufgehoben.")).to_be_visible()
    back = sit()
    back.goto("/entwuerfe")
    expect(back.get_by_text(NEED)).to_be_visible()


def test_without_a_script_locking_by_hand_keeps_what_was_typed_and_enter_sends_it(plain: Page, address: str, served_app: Flask) -> None:
    def unlock() -> None:
        name, secret = secret_of_session(served_app, ACTORS["aydin"])
        plain.context.add_cookies([{"name": name, "value": secret, "url": address}])

    plain.goto("/besuche/neu")
    plain.get_by_role("button", name="Sperren").click()
    expect(plain.get_by_text("der Platz ist gesperrt")).to_be_visible()
    expect(plain.get_by_text("Ihre Eingaben sind aufgehoben.")).to_have_count(0)  # nothing was typed
    unlock()
    begin_a_visit(plain)
    plain.get_by_role("button", name="Sperren").click()
    expect(plain.get_by_text("Ihre Eingaben sind aufgehoben.")).to_be_visible()
    assert dict(VISITS) == {}
    unlock()
    plain.goto("/entwuerfe")
    expect(plain.get_by_role("heading", name="Beratung erfassen")).to_be_visible()
    plain.get_by_role("link", name="Weiterschreiben").click()
    expect(plain.get_by_label("Anliegen").first).to_have_value(NEED)
    plain.get_by_label("Personen").first.press("Enter")  # not the button in the head, though that comes first
    expect(plain.get_by_role("status")).to_contain_text("gespeichert")
    assert [visit.need for visit in VISITS.values()] == [NEED]
    expect(plain.get_by_role("link", name="1 Entwurf")).to_have_count(0)


def test_a_form_that_came_back_with_mistakes_is_kept_although_nothing_was_typed_since(sit: Callable[..., Page], clock: SetClock) -> None:
    """What stands in it is nowhere else: the desk locks itself, or whoever is called away locks it or signs out."""

    def lock_by_time(page: Page) -> None:
        clock.set(clock.now() + timedelta(minutes=11))
        page.clock.run_for(31_000)

    for leave in (
        lock_by_time,
        *(lambda page, name=name: page.get_by_role("button", name=name).click() for name in ("Sperren", "Abmelden")),
    ):
        page = sit()
        begin_a_visit(page)
        page.get_by_label("Tag").fill("soon")
        page.get_by_role("button", name="Speichern", exact=True).click()
        expect(page.get_by_role("alert")).to_be_visible()
        leave(page)
        expect(page).to_have_url(re.compile("/gesperrt|/abgemeldet"))
        back = sit()
        back.goto("/entwuerfe")
        back.get_by_role("link", name="Weiterschreiben").click()
        expect(back.get_by_label("Anliegen").first).to_have_value(NEED)
        expect(back).to_have_url(re.compile("/besuche/neu[?]kim_fill="))
        back.goto("/entwuerfe")
        back.get_by_role("button", name="Verwerfen").click()


def test_signing_out_keeps_what_was_typed_with_and_without_a_script(sit: Callable[..., Page], plain: Page) -> None:
    for page in (plain, sit()):
        begin_a_visit(page)
        page.get_by_role("button", name="Abmelden").click()
        expect(page).to_have_url(re.compile("/abgemeldet"))
        back = sit()
        back.goto("/entwuerfe")
        back.get_by_role("link", name="Weiterschreiben").click()
        expect(back.get_by_label("Anliegen").first).to_have_value(NEED)
        back.goto("/entwuerfe")
        back.get_by_role("button", name="Verwerfen").click()


def test_a_form_that_came_back_stays_as_it_is_when_the_language_changes(plain: Page) -> None:
    begin_a_visit(plain)
    plain.get_by_label("Tag").fill("soon")
    plain.get_by_role("button", name="Speichern", exact=True).click()
    plain.get_by_label("Personen").first.fill("6")  # typed since
    plain.get_by_role("button", name="English").click()
    expect(plain.locator("html")).to_have_attribute("lang", "en")
    assert dict(VISITS) == {}
    plain.get_by_role("button", name="Deutsch").click()
    expect(plain.get_by_label("Anliegen").first).to_have_value(NEED)
    expect(plain.get_by_label("Tag")).to_have_value("soon")
    expect(plain.get_by_label("Personen").first).to_have_value("6")
    plain.get_by_label("Tag").fill("15.8.2022")
    plain.get_by_role("button", name="Speichern", exact=True).click()
    expect(plain.get_by_role("status")).to_contain_text("gespeichert")
    assert [visit.need for visit in VISITS.values()] == [NEED]


def test_a_page_that_stays_open_leaves_when_another_window_locks(sit: Callable[..., Page], served_app: Flask, clock: SetClock) -> None:
    page = sit()
    begin_a_visit(page)
    with served_app.extensions[EXTENSION].rows.write() as rows:
        rows.execute(update(sessions).values(locked_at=clock.now()))
    page.clock.run_for(31_000)
    expect(page).to_have_url(re.compile("/gesperrt.*entwurf=1"))


def test_a_page_of_who_sat_here_before_leaves_the_screen_of_who_sits_here_now(sit: Callable[..., Page]) -> None:
    """In another window the desk was locked and somebody else signed in, all between two questions of the open page."""
    page = sit()
    begin_a_visit(page)
    other = sit("lenzen")
    page.clock.run_for(31_000)
    expect(page.get_by_label("Anliegen")).to_have_count(0)
    assert NEED not in page.content()
    other.goto("/entwuerfe")
    expect(other.get_by_text("Keine Entwürfe")).to_be_visible()
    back = sit()
    back.goto("/entwuerfe")
    expect(back.get_by_text(NEED)).to_be_visible()


def test_typing_keeps_the_desk_awake(sit: Callable[..., Page], clock: SetClock) -> None:
    page = sit()
    begin_a_visit(page)
    for _minute in range(4):
        clock.set(clock.now() + timedelta(minutes=4))
        page.clock.run_for(61_000)
        with page.expect_response("**/gesperrt/nein"):
            page.get_by_label("Anliegen").first.press("x")
    page.clock.run_for(31_000)
    expect(page.get_by_label("Anliegen").first).to_have_value(NEED + "xxxx")


def test_while_the_service_is_away_a_page_that_nobody_works_on_is_covered(sit: Callable[..., Page]) -> None:
    page = sit()
    begin_a_visit(page)
    page.context.set_offline(True)
    page.clock.run_for(31_000)
    expect(page.locator("main")).to_be_visible()
    page.clock.fast_forward(11 * 60_000)
    page.clock.run_for(31_000)
    expect(page.locator("main")).to_be_hidden()
    page.context.set_offline(False)
    page.clock.run_for(31_000)
    expect(page.locator("main")).to_be_visible()
    assert page.get_by_label("Anliegen").first.input_value() == NEED
