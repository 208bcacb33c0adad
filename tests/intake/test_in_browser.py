"""The desk's pages in Chromium, with JavaScript on and off.

The commonest task is counted: an anonymous consultation of five with three topics and one hand-over, by keyboard alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any

import pytest
from browser.hands import await_focus, refusal
from browser.measures import broken_rules
from flask import Flask
from intake.conftest import PEOPLE
from kim_intake.model.consultation import Consultation
from kim_intake.model.hand_over import hand_overs_of
from playwright.sync_api import Browser, Page
from sqlalchemy import select
from web.signed_in import secret_of_session
from werkzeug.serving import make_server

pytestmark = pytest.mark.browser
TAB = "\t"
ENTER = "\n"
LIMIT_WITHOUT_SCRIPT, LIMIT_WITH_SCRIPT = 30, 25
# persons, children, town, origin, language and interpreter as they are, topics, kind as the rule says, sent on to, and save
KEYS = f"5{TAB}3{TAB}als{TAB}ukr{TAB}{TAB}{TAB}wgk{TAB}{TAB}ges{TAB}{ENTER}"


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()


@contextmanager
def signed_in(chromium: Browser, app: Flask, address: str, *, with_script: bool) -> Iterator[Page]:
    """A page of a browser in which Ms Aydın sits at desk 2."""
    context = chromium.new_context(
        base_url=address, locale="de-DE", viewport={"width": 1280, "height": 800}, java_script_enabled=with_script
    )
    name, secret = secret_of_session(app, PEOPLE["aydin"])
    context.add_cookies([{"name": name, "value": secret, "url": address}])
    opened = context.new_page()
    opened.goto("/heute/platz")
    opened.locator("form:has([name=service][value=case_management]) button[value='2']").first.click()
    yield opened
    context.close()


@pytest.fixture(params=[True, False], ids=["with script", "without script"])
def typist(request: pytest.FixtureRequest, chromium: Browser, app: Flask, address: str) -> Iterator[Page]:
    with signed_in(chromium, app, address, with_script=request.param) as page:
        yield page


@pytest.fixture
def scripted(chromium: Browser, app: Flask, address: str) -> Iterator[Page]:
    with signed_in(chromium, app, address, with_script=True) as page:
        yield page


def type_keys(page: Page, keys: str) -> int:
    """Press them one by one from the field on that the page starts in; returns how many."""
    await_focus(page)
    for key in keys:
        page.keyboard.press({TAB: "Tab", ENTER: "Enter"}.get(key, key))
    return len(keys)


def test_a_family_of_five_is_recorded_and_sent_on_by_keyboard(typist: Page, house: Any, request: pytest.FixtureRequest) -> None:
    with_script = "without" not in request.node.name
    typist.goto("/beratungen/neu")
    with typist.expect_navigation():
        pressed = type_keys(typist, KEYS)
    assert re.search(r"/beratungen/\w+-", typist.url), f"not saved: {refusal(typist)}"
    assert pressed <= (LIMIT_WITH_SCRIPT if with_script else LIMIT_WITHOUT_SCRIPT)
    assert typist.get_by_role("heading", level=1).inner_text().startswith("Beratung vom 10.05.2022")
    with house.database.read() as session:
        kept = session.scalars(select(Consultation)).one()
        assert (kept.persons_present, kept.children, kept.town, kept.origin, kept.kind, kept.desk) == (5, 3, "05334004", "UKR", "first", 2)
        assert kept.topics == ("housing", "health", "childcare")
        (sent,) = hand_overs_of(session, house.act(PEOPLE["haddad"]), kept.id)
        assert sent.to_body == "health_kiosk"


def test_the_whole_form_stands_on_one_screen(typist: Page) -> None:
    typist.goto("/beratungen/neu")
    button = typist.get_by_role("button", name="Speichern", exact=True).bounding_box()
    assert button is not None
    assert button["y"] + button["height"] <= 800


def test_the_script_shows_sooner_what_the_server_says(scripted: Page, record: Any) -> None:
    record(origin="UKR", languages=("ukr",))
    scripted.goto("/beratungen/neu")
    type_keys(scripted, f"55{TAB}3{TAB}baes{TAB}ukr{TAB}{TAB}{TAB}wg")
    assert scripted.locator("#unusual").inner_text() == "Ungewöhnlich: 55 Personen?"
    assert scripted.locator("#responsible").inner_text().startswith("zuständig: StädteRegion Aachen")
    assert scripted.locator("#form-languages").input_value() == "Ukrainisch"
    assert scripted.get_by_role("checkbox", name="w Wohnungssuche").is_checked()
    assert scripted.get_by_role("checkbox", name="g Gesundheitsversorgung").is_checked()
    assert not scripted.get_by_role("checkbox", name="r Aufenthalt").is_checked()


def test_axe_finds_nothing(scripted: Page, record: Any) -> None:
    talk = record(hand_over_to="health_kiosk")
    pages = (
        "/heute", "/heute/platz", "/beratungen/neu", f"/beratungen/{talk.id}", f"/beratungen/{talk.id}/aendern", "/weitergaben",
        "/personen", "/personen/neu", "/vorschlaege",
    )  # fmt: skip
    for page in pages:
        scripted.goto(page)
        assert broken_rules(scripted, {"resultTypes": ["violations"]}) == [], page


def test_no_page_scrolls_sideways_on_a_narrow_screen(scripted: Page, record: Any) -> None:
    talk = record(hand_over_to="health_kiosk")
    scripted.set_viewport_size({"width": 320, "height": 640})
    for page in ("/heute", "/beratungen/neu", f"/beratungen/{talk.id}", "/weitergaben", "/personen"):
        scripted.goto(page)
        assert scripted.evaluate("document.documentElement.scrollWidth") <= 320, page
