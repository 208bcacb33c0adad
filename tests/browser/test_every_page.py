"""Every page of every service, found by its routes and links, looked at by somebody who may: on a desk and on a telephone, light and dark,
with and without script, by keyboard, on paper, and in English. A page that nobody finds is a failure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from axe_playwright_python.base import AXE_FILE_PATH
from browser import lived, walk
from browser.conftest import Verbund, Work, begun
from kim_demo.people import AACHEN, BY_ID
from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
ALL_RULES = {"runOnly": {"type": "tag", "values": [*WCAG, "best-practice"]}, "resultTypes": ["violations"]}
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}, "resultTypes": ["violations"]}
PLACES = {"runOnly": {"type": "rule", "values": ["target-size", "scrollable-region-focusable"]}, "resultTypes": ["violations"]}
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 320, "height": 800}
SERVICES = {
    "intake": ("aydin", "wirtz", "scholl", "vogt"),
    "casework": ("thelen", "kowalczyk", "roth", "scholl", "vogt"),
    "interpreting": ("demir", "kraemer", "scholl", "vogt"),
    "staffing": ("lenzen", "scholl", "vogt"),
    "report": ("wirtz", "scholl"),
}
SEEN_ELSEWHERE = {"intake": {"received_referrals.show"}}  # nobody refers to this desk in the story; the same page in case management
# Whatever can be focused must look otherwise when it is; the difference is asked of the browser, not of the style sheet.
UNSEEN_FOCUS = """() => {
  const stops = [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']")]
    .filter(at => at.checkVisibility());
  const mark = at => { const style = getComputedStyle(at); return [style.outlineStyle, style.outlineWidth, style.boxShadow].join(" "); };
  const unseen = [];
  for (const at of stops) {
    document.activeElement?.blur();
    const before = mark(at);
    at.focus({focusVisible: true, preventScroll: true});
    if (document.activeElement === at && mark(at) === before) unseen.push(at.outerHTML.slice(0, 120));
  }
  document.activeElement?.blur();
  return unseen;
}"""


GERMAN = re.compile(r"\b(der|die|das|und|oder|nicht|keine?|für|von|mit|zum|zur|ist|wird|noch|heute|bis|vom|am)\b|[äöüß]", re.IGNORECASE)
PARTS = re.compile(r"\s*[,:;·()–„“]\s*|\s{2,}|\n")
TEXTS = """() => {
  const found = new Set();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    if (!walker.currentNode.parentElement.closest("body [lang], datalist")) found.add(walker.currentNode.data.trim());
  }
  for (const name of ["aria-label", "placeholder", "title"])
    for (const at of document.querySelectorAll(`[${name}]`)) found.add(at.getAttribute(name).trim());
  return [...found].filter(text => /[a-zäöü]{2}/i.test(text));
}"""


# What a page is on paper: nothing to press or to fill in, every row with its name, no heading over nothing, and nothing beyond the edge.
ON_PAPER = """() => {
  const seen = at => at.checkVisibility({visibilityProperty: true}) && at.offsetWidth > 1;
  const said = at => (at.innerText ?? "drawn").trim() !== "";
  const found = [];
  for (const at of document.querySelectorAll("nav:not(.kim-breadcrumb), button, input:not([type=hidden]), select, textarea, a.kern-btn"))
    if (seen(at)) found.push(`on paper: ${at.outerHTML.slice(0, 100)}`);
  for (const at of document.querySelectorAll("tbody th[scope=row]"))
    if (seen(at) && !said(at)) found.push(`a row without its name: ${at.outerHTML.slice(0, 100)}`);
  for (const at of document.querySelectorAll("main :is(h2, h3)")) {
    const below = [];
    for (let next = at.nextElementSibling; next && !next.matches("h1, h2, h3"); next = next.nextElementSibling) below.push(next);
    const something = below.some(one => (seen(one) || one instanceof SVGElement) && said(one));
    if (seen(at) && below.length && !something) found.push(`a heading over nothing: ${at.innerText}`);
  }
  return found;
}"""
PAPER = {"width": 718, "height": 1000}  # A4 upright between margins of a centimetre


@dataclass
class Walked:
    """The pages of one service, the houses behind them, and all that is written in the files of those."""

    verbund: Verbund
    service: str
    pages: dict[str, walk.Found]
    missing: set[str]
    written: str


@pytest.fixture(scope="package")
def months(tmp_path_factory: pytest.TempPathFactory, scripts: bool, chromium: Browser) -> Iterator[tuple[Verbund, str, str]]:
    """The houses after months of work, with a closed case, waiting messages and a frozen report; the case, and what is in the files."""
    folder = tmp_path_factory.mktemp("months")
    with begun(folder, lived.calendar) as verbund:
        closed = lived.close_one(verbund)
        lived.release(verbund)
        head = Work(chromium, verbund, scripts)
        page = head("wirtz", "report")
        page.goto("/bericht")
        page.get_by_role("button", name="Festschreiben").click()
        head.close()
        lived.park_messages(verbund)
        files = [path for path in folder.rglob("*") if path.is_file()]
        yield verbund, closed, "\n".join(path.read_bytes().decode("utf-8", "ignore") for path in files)


@pytest.fixture(scope="package", params=SERVICES)
def walked(request: pytest.FixtureRequest, months: tuple[Verbund, str, str], scripts: bool, chromium: Browser) -> Walked:
    verbund, closed, written = months
    service: str = request.param
    app = verbund.apps[f"{AACHEN}.{service}"]
    pages: dict[str, walk.Found] = {}
    for person in SERVICES[service]:
        work = Work(chromium, verbund, scripts)
        page = seated(work, person, service)
        for endpoint, found in walk.crawl(app, page, person).items():
            if endpoint not in pages or found.size > pages[endpoint].size:
                pages[endpoint] = found
        work.close()
    if service == "casework":
        pages["closing.show_reopen"] = walk.Found("thelen", f"/faelle/{closed}/wieder-oeffnen", 0)
    return Walked(verbund, service, pages, walk.routes(app) - set(pages) - SEEN_ELSEWHERE.get(service, set()), written)


@pytest.fixture
def work(chromium: Browser, walked: Walked, scripts: bool) -> Iterator[Work]:
    opened = Work(chromium, walked.verbund, scripts)
    yield opened
    opened.close()
    assert opened.complaints == []


def seated(work: Work, person: str, service: str) -> Page:
    page = work(person, service)
    if service == "intake" and "intake_staff" in BY_ID[person].roles and BY_ID[person].organisation == AACHEN:
        page.goto("/heute/platz")
        page.get_by_role("button", name="Platz 1 Aachen-Arkaden, Case Management").click()
    return page


def visits(work: Work, walked: Walked, language: str = "de") -> Iterator[tuple[str, Page]]:
    """Each page in turn, in one window for each person; its endpoint and the window it stands in."""
    for person in SERVICES[walked.service]:
        own = {endpoint: found for endpoint, found in walked.pages.items() if found.person == person}
        if not own:
            continue
        page = seated(work, person, walked.service)
        for endpoint, found in own.items():
            answer = page.goto(f"{found.path}{'&' if '?' in found.path else '?'}lang={language}")
            assert answer is not None
            assert answer.status == 200, found.path
            yield endpoint, page
        page.context.close()


def broken_rules(page: Page, options: dict[str, Any]) -> list[str]:
    if not page.evaluate("typeof axe == 'object'"):
        page.evaluate(AXE_FILE_PATH.read_text(encoding="utf-8"))
    found = page.evaluate("options => axe.run(document, options).then(said => said.violations)", options)
    return [f"{rule['id']}: {node['html'][:160]}" for rule in found for node in rule["nodes"]]


def too_wide(page: Page) -> list[str]:
    width, wide = page.evaluate("[innerWidth, document.documentElement.scrollWidth]")
    return [f"{wide} pixels wide in a window of {width}"] if wide > width else []


def test_every_page_is_found_by_somebody_who_may(walked: Walked) -> None:
    assert walked.missing == set()


def test_every_page_is_accessible_wide_and_narrow_light_and_dark(work: Work, walked: Walked) -> None:
    faults: list[str] = []
    for endpoint, page in visits(work, walked):
        said = []
        if work.scripts:  # axe is a script itself; without script the same pages are only measured
            said += broken_rules(page, ALL_RULES)
            page.emulate_media(color_scheme="dark")
            said += [f"dark: {fault}" for fault in broken_rules(page, COLOURS)]
        page.set_viewport_size(NARROW)  # type: ignore[arg-type]
        said += [f"320 pixels: {fault}" for fault in [*too_wide(page), *(broken_rules(page, PLACES) if work.scripts else [])]]
        page.emulate_media(color_scheme="light")
        page.set_viewport_size(WIDE)  # type: ignore[arg-type]
        faults += [f"{walked.service} {endpoint} {fault}" for fault in said]
    assert faults == []


@pytest.mark.parametrize("scripts", [True], ids=["with script"], indirect=True)
def test_every_page_says_where_one_is_and_who_one_is(work: Work, walked: Walked) -> None:
    titles: dict[str, str] = {}
    faults: list[str] = []
    for endpoint, page in visits(work, walked):
        title, head = page.title(), page.locator("header.kim-head").inner_text()
        name = BY_ID[walked.pages[endpoint].person].name
        service, organisation = page.locator(".kim-head__service").inner_text(), page.locator(".kim-head__organisation").inner_text()
        faults += [f"{endpoint}: {page.locator('h1').count()} h1" for _ in range(page.locator("h1").count() != 1)]
        faults += [f"{endpoint}: head without {what}" for what in (name, service, organisation) if not what or what not in head]
        faults += [f"{endpoint}: title without {what}: {title}" for what in (service, organisation) if what not in title]
        faults += [f"{endpoint}: same title as {titles[title]}: {title}" for _ in range(title in titles)]
        titles[title] = endpoint
    assert faults == []


@pytest.mark.parametrize("scripts", [True], ids=["with script"], indirect=True)
def test_every_page_reads_well_on_paper(work: Work, walked: Walked) -> None:
    faults: list[str] = []
    for endpoint, page in visits(work, walked):
        page.emulate_media(media="print")
        page.set_viewport_size(PAPER)  # type: ignore[arg-type]
        faults += [f"{walked.service} {endpoint} {fault}" for fault in [*page.evaluate(ON_PAPER), *too_wide(page)]]
    assert faults == []


@pytest.mark.parametrize("scripts", [True], ids=["with script"], indirect=True)
def test_every_page_can_be_walked_by_keyboard(work: Work, walked: Walked) -> None:
    faults: list[str] = []
    for endpoint, page in visits(work, walked):
        page.evaluate("document.activeElement?.blur(), scrollTo(0, 0)")
        page.locator("a.kim-skip").focus()
        first = page.evaluate("document.querySelector('a[href], button, input, select, textarea, summary').className")
        faults += [f"{endpoint}: begins with {first}, not with the link to the content" for _ in range(first != "kim-skip")]
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement === document.body || !document.activeElement.matches(':focus-visible')"):
            faults.append(f"{endpoint}: the second stop cannot be seen")
        faults += [f"{endpoint}: focus cannot be seen on {stop}" for stop in page.evaluate(UNSEEN_FOCUS)]
    assert faults == []


@pytest.mark.parametrize("scripts", [True], ids=["with script"], indirect=True)
def test_no_german_is_left_on_an_english_page(work: Work, walked: Walked) -> None:
    """What reads the same in both languages must be data: it stands in the files of the houses."""
    german = {endpoint: set(page.evaluate(TEXTS)) for endpoint, page in visits(work, walked)}
    left: set[str] = set()
    for endpoint, page in visits(work, walked, "en"):
        alike = german[endpoint] & set(page.evaluate(TEXTS))
        parts = {part for text in alike for part in PARTS.split(text) if GERMAN.search(part)}
        left |= {f"{endpoint}: {part}" for part in parts if part not in walked.written}
    assert left == set()
