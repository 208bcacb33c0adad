"""Every page of every service, found by its routes and links, looked at by somebody who may: on a desk and on a telephone, light and dark,
with and without script, by keyboard, on paper, and in English. A page that nobody finds is a failure.

Each page is opened twice: in German with script, where everything is looked at, and in English on a telephone without script.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import pytest
from browser import lived, walk
from browser.conftest import Verbund, Work, begun
from browser.measures import (
    ALL_RULES,
    COLOURS,
    NAMES,
    PLACES,
    broken_rules,
    german_parts,
    on_paper,
    scripts_of_ours,
    texts,
    too_wide,
    unseen_focus,
)
from kim_demo.people import AACHEN, BY_ID
from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 320, "height": 800}
SERVICES = {
    "intake": ("aydin", "roth", "wirtz", "scholl", "vogt"),
    "casework": ("thelen", "kowalczyk", "roth", "scholl", "vogt"),
    "interpreting": ("demir", "kraemer", "scholl", "vogt"),
    "staffing": ("lenzen", "wirtz", "scholl", "vogt"),
    "report": ("wirtz", "scholl"),
}
# A page below another says so by its trail, and the navigation says below which.
UNMARKED = "body:not(:has(.kim-nav [aria-current])) .kim-breadcrumb"
HEAD = """() => [
  document.title,
  ...["header.kim-head", ".kim-head__service", ".kim-head__organisation"].map(at => document.querySelector(at)?.innerText ?? ""),
  document.querySelectorAll("h1").length,
]"""
# Nobody refers to this desk in the story; the same pages in case management.
SEEN_ELSEWHERE = {"intake": {"received_referrals.show", "received_closed.show", "received_closed.show_lifting"}}


@dataclass
class Walked:
    """The pages of one service, and the houses behind them."""

    verbund: Verbund
    service: str
    pages: dict[str, walk.Found]
    missing: set[str]


@dataclass
class Looked:
    """What was found wrong with the pages of one service, by what was looked for."""

    missing: set[str]
    faults: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))


@pytest.fixture(scope="package")
def months(tmp_path_factory: pytest.TempPathFactory, chromium: Browser) -> Iterator[tuple[Verbund, str, str]]:
    """The houses after months of work, with a closed case, waiting messages and a frozen report; the case, and what is in the files."""
    folder = tmp_path_factory.mktemp("months")
    with begun(folder, lived.calendar) as verbund:
        closed = lived.close_one(verbund)
        lived.release(verbund)
        lived.visit(verbund)
        lived.protect_received_one(verbund)
        head = Work(chromium, verbund, scripts=False)
        page = head("wirtz", "report")
        page.goto("/bericht")
        page.get_by_role("button", name="Festschreiben").click()
        head.close()
        lived.park_messages(verbund)
        files = [path for path in folder.rglob("*") if path.is_file()]
        yield verbund, closed, "\n".join(path.read_bytes().decode("utf-8", "ignore") for path in files)


def walked(verbund: Verbund, service: str, closed: str, chromium: Browser) -> Walked:
    app = verbund.apps[f"{AACHEN}.{service}"]
    pages: dict[str, walk.Found] = {}
    work = Work(chromium, verbund, scripts=False)
    for person, page in windows(work, service, SERVICES[service]):
        for endpoint, found in walk.crawl(app, page, person).items():
            if endpoint not in pages or found.size > pages[endpoint].size:
                pages[endpoint] = found
    work.close()
    if service == "casework":
        pages["closing.show_reopen"] = walk.Found("thelen", f"/faelle/{closed}/wieder-oeffnen", 0)
    return Walked(verbund, service, pages, walk.routes(app) - set(pages) - SEEN_ELSEWHERE.get(service, set()))


@pytest.fixture(scope="package", params=SERVICES)
def looked(request: pytest.FixtureRequest, months: tuple[Verbund, str, str], chromium: Browser) -> Looked:
    verbund, closed, written = months
    found = walked(verbund, request.param, closed, chromium)
    looked = Looked(found.missing)
    german: dict[str, set[str]] = {}
    titles: dict[str, str] = {}
    with_script = Work(chromium, verbund, scripts=True)
    for endpoint, page in visits(with_script, found, "de"):
        german[endpoint] = texts(page)
        said = {
            "head": wrong_head(page, found.pages[endpoint].person),
            "rules": broken_rules(page, ALL_RULES),
        }
        title = page.title()
        said["head"] += [f"same title as {titles[title]}" for _ in range(title in titles)]
        titles[title] = endpoint
        page.emulate_media(color_scheme="dark")
        said["keyboard"] = unseen_focus(page)
        said["rules"] += [f"dark: {fault}" for fault in broken_rules(page, COLOURS)]
        page.set_viewport_size(NARROW)  # type: ignore[arg-type]
        said["rules"] += [f"320 pixels: {fault}" for fault in [*too_wide(page), *broken_rules(page, PLACES)]]
        said["paper"] = on_paper(page)
        page.emulate_media(media="screen")
        page.set_viewport_size(WIDE)  # type: ignore[arg-type]
        for kind, faults in said.items():
            looked.faults[kind] += [f"{endpoint}: {fault}" for fault in faults]
    without_script = Work(chromium, verbund, scripts=False)
    for endpoint, page in visits(without_script, found, "en", viewport=NARROW):
        with scripts_of_ours(page):
            broken = broken_rules(page, NAMES)
        looked.faults["rules"] += [f"{endpoint}: in English: {fault}" for fault in [*too_wide(page), *broken]]
        looked.faults["german"] += [f"{endpoint}: {part}" for part in german_parts(german[endpoint] & texts(page), written)]
    for work in (with_script, without_script):
        work.close()
        looked.faults["complaints"] += work.complaints
    return looked


def windows(work: Work, service: str, people: Iterable[str], **options: object) -> Iterator[tuple[str, Page]]:
    """The same window for one person after the other, each signed in and at a desk."""
    page: Page | None = None
    for person in people:
        if page is None:
            page = work(person, service, **options)
        work.sign_in(page, person, service)
        if service == "intake" and "intake_staff" in BY_ID[person].roles:
            page.goto("/heute/platz")
            page.get_by_role("button", name="Platz 1 Aachen-Arkaden, Case Management").click()
        yield person, page


def visits(work: Work, walked: Walked, language: str, **options: object) -> Iterator[tuple[str, Page]]:
    """Each page in turn, its endpoint and the window it stands in."""
    people = [person for person in SERVICES[walked.service] if any(found.person == person for found in walked.pages.values())]
    for person, page in windows(work, walked.service, people, **options):
        for endpoint, found in walked.pages.items():
            if found.person != person:
                continue
            answer = page.goto(f"{found.path}{'&' if '?' in found.path else '?'}lang={language}")
            assert answer is not None
            assert answer.status == 200, found.path
            yield endpoint, page


def wrong_head(page: Page, person: str) -> list[str]:
    """One heading, a head with service, organisation and person, and a title with service and organisation."""
    title, head, service, organisation, headings = page.evaluate(HEAD)
    return [
        *[f"{headings} h1" for _ in range(headings != 1)],
        *[f"head without {what}" for what in (BY_ID[person].name, service, organisation) if not what or what not in head],
        *[f"title without {what}: {title}" for what in (service, organisation) if what not in title],
        *[f"no entry of the navigation marked for {trail}" for trail in page.locator(UNMARKED).all_inner_texts()],
    ]


def test_every_page_is_found_by_somebody_who_may(looked: Looked) -> None:
    assert looked.missing == set()


def test_every_page_is_accessible_wide_and_narrow_light_and_dark(looked: Looked) -> None:
    assert looked.faults["rules"] == []


def test_every_page_says_where_one_is_and_who_one_is(looked: Looked) -> None:
    assert looked.faults["head"] == []


def test_every_page_reads_well_on_paper(looked: Looked) -> None:
    assert looked.faults["paper"] == []


def test_every_page_can_be_walked_by_keyboard(looked: Looked) -> None:
    assert looked.faults["keyboard"] == []


def test_no_german_is_left_on_an_english_page(looked: Looked) -> None:
    """What reads the same in both languages must be data: it stands in the files of the houses."""
    assert looked.faults["german"] == []


def test_no_page_makes_the_browser_complain(looked: Looked) -> None:
    assert looked.faults["complaints"] == []
