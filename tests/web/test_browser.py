"""In Chromium: accessible in every look, usable by keyboard alone and without JavaScript, and nothing the browser complains about."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from browser.measures import ALL_RULES, broken_rules, unseen_focus
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect
from web.conftest import ACTORS
from web.signed_in import secret_of_session

pytestmark = pytest.mark.browser

LOOKS: dict[str, dict[str, Any]] = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "narrow": {"viewport": {"width": 320, "height": 700}},
    "high contrast": {"forced_colors": "active"},
}
PAGES = ["/abgemeldet", "/zugang/", "/barrierefreiheit", "/besuche?page=2", "/besuche/neu", "/nowhere"]
DESK = {"viewport": {"width": 1280, "height": 800}, "locale": "de-DE"}

Visit = Callable[..., Page]


@pytest.fixture
def visit(chromium: Browser, address: str, served_app: Flask) -> Iterator[Visit]:
    """Opens a page as Selin Aydın; keyword arguments are options of the browser's context."""
    contexts: list[BrowserContext] = []

    def open_page(path: str, **options: Any) -> Page:
        contexts.append(chromium.new_context(base_url=address, **{**DESK, **options}))
        name, secret = secret_of_session(served_app, ACTORS["aydin"])
        contexts[-1].add_cookies([{"name": name, "value": secret, "url": address}])
        page = contexts[-1].new_page()
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()


def violations(page: Page) -> list[str]:
    return broken_rules(page, ALL_RULES)


def looks(page: Page) -> Iterator[str]:
    """The page that stands there in one look after the other, and then as before."""
    for look in LOOKS:
        wanted = {**DESK, "color_scheme": "light", "forced_colors": "none", **LOOKS[look]}
        page.set_viewport_size(wanted["viewport"])
        page.emulate_media(color_scheme=wanted["color_scheme"], forced_colors=wanted["forced_colors"])
        yield look
    page.set_viewport_size(DESK["viewport"])
    page.emulate_media(color_scheme="light", forced_colors="none")


def in_each_look(page: Page, found: Callable[[Page], list[str]]) -> dict[str, list[str]]:
    """What is found, by the look in which it is."""
    return {look: faults for look in looks(page) if (faults := found(page))}


def test_axe_finds_nothing(visit: Visit) -> None:
    page = visit("/besuche")
    for path in PAGES:
        page.goto(path)
        assert in_each_look(page, violations) == {}, path
    page.goto("/besuche/neu")
    page.get_by_role("button", name="Speichern", exact=True).click()
    assert in_each_look(page, violations) == {}, "a form with errors"


def test_the_mark_of_the_focus_stands_out_wherever_it_is(visit: Visit) -> None:
    page = visit("/besuche?page=2")
    assert in_each_look(page, unseen_focus) == {}
    page.goto("/besuche/neu")
    assert in_each_look(page, unseen_focus) == {}


def test_it_can_be_seen_what_is_chosen(visit: Visit) -> None:
    page = visit("/besuche/neu")
    for look in looks(page):
        page.goto("/besuche/neu")
        for field in ("radio", "checkbox"):
            box = page.locator(f"input[type={field}]:not(:checked)").first.element_handle()  # the same one, also when it is chosen
            drawn = box.screenshot()
            box.check()
            page.locator("h1").hover()
            page.evaluate("document.activeElement.blur()")
            assert box.screenshot() != drawn, (look, field)


def test_the_browser_has_nothing_to_complain_about(visit: Visit) -> None:
    page = visit("/besuche")
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    for path in [*PAGES[:-1], "/besuche"]:
        page.goto(path)
    page.goto("/api/")
    expect(page.get_by_text("Record a visit.")).to_be_visible()
    assert complaints == []


def test_nothing_is_fetched_from_elsewhere(visit: Visit, address: str) -> None:
    page = visit("/besuche")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for path in ("/besuche", "/besuche/neu", "/api/"):
        page.goto(path)
        page.wait_for_load_state("networkidle")
    assert [url for url in asked if not url.startswith((address, "data:", "blob:"))] == []


@pytest.mark.parametrize("scripts", [True, False])
def test_a_visit_is_recorded_by_keyboard_alone(visit: Visit, scripts: bool) -> None:
    page = visit("/besuche/neu", java_script_enabled=scripts)
    expect(page.get_by_label("Personen am Tisch")).to_be_focused()
    for key in ["5", "Tab", "R", "Tab", *"15082022", "Enter"]:
        page.keyboard.press(key)
    expect(page.get_by_role("status")).to_have_text("Besuch mit 5 Personen gespeichert")


@pytest.mark.parametrize("scripts", [True, False])
def test_errors_take_the_focus_and_lead_to_their_fields(visit: Visit, scripts: bool) -> None:
    page = visit("/besuche/neu", java_script_enabled=scripts)
    page.get_by_label("Personen am Tisch").fill("fünf")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Noch nicht gespeichert")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    field = page.get_by_label("Personen am Tisch")
    expect(field).to_be_focused()
    expect(field).to_have_value("fünf")
    expect(field).to_have_accessible_description("Bitte eine ganze Zahl schreiben, zum Beispiel 5.")


def test_the_focus_can_be_seen_at_every_stop(visit: Visit) -> None:
    page = visit("/zugang/")
    for path in ("/besuche", "/besuche/neu", "/zugang/"):
        page.goto(path)
        assert stops_without_a_mark(page) == [], path


def stops_without_a_mark(page: Page) -> list[str]:
    """Walk through the page with the Tab key."""
    page.evaluate("document.activeElement.blur()")
    unseen: list[str] = []
    stops = 0
    while stops < 80:
        page.keyboard.press("Tab")
        seen = page.evaluate(
            """() => { const at = document.activeElement; if (at === document.body) return null;
                 const look = getComputedStyle(at);
                 return [at.outerHTML.slice(0, 90), look.outlineStyle !== 'none' && parseFloat(look.outlineWidth) >= 2]; }"""
        )
        if seen is None:
            break
        stops += 1
        if not seen[1]:
            unseen.append(seen[0])
    assert stops > 5
    return unseen


def test_at_320_pixels_nothing_runs_out_of_the_page(visit: Visit) -> None:
    page = visit("/besuche", **LOOKS["narrow"])
    for path in PAGES:
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path


def test_wider_letters_and_lines_cut_nothing_off(visit: Visit) -> None:
    """WCAG 1.4.12."""
    page = visit("/besuche/neu", bypass_csp=True)
    page.add_style_tag(content="* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }")
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280
    clipped = page.evaluate(
        """() => [...document.querySelectorAll('label, legend, .kern-btn, .kim-nav a')]
             .filter(at => at.scrollWidth > at.clientWidth + 1 && getComputedStyle(at).display !== 'inline').map(at => at.textContent)"""
    )
    assert clipped == []


def test_a_form_of_a_dozen_fields_fits_a_desk_screen(visit: Visit) -> None:
    page = visit("/besuche/neu")
    box = page.get_by_role("button", name="Speichern", exact=True).bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= 800


def test_names_keep_their_letters(visit: Visit) -> None:
    """DIN 91379: what Fira lacks comes from Noto, not from whatever the machine has."""
    page = visit("/besuche")
    page.wait_for_load_state("networkidle")
    fonts = page.evaluate("document.fonts.ready.then(fonts => [...fonts].filter(at => at.status === 'loaded').map(at => at.family))")
    assert any("Noto Sans" in family for family in fonts)


def test_on_paper_there_is_no_navigation(visit: Visit) -> None:
    page = visit("/besuche")
    page.emulate_media(media="print")
    expect(page.get_by_role("navigation", name="Seiten dieses Dienstes")).to_be_hidden()
    expect(page.get_by_role("img", name="KIM 2022")).to_be_visible()
