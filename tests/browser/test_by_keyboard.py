"""The main way of each service with the keyboard alone: Tab, Enter, Space, arrows and letters.

At every stop the focus is on the screen, marked, and nothing stands over it; wherever an act leads, the link to the content comes first.
The walks look otherwise, since a mark that stands out on white may not on black: light, dark, and in the colours of the reader's system.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from browser.hands import await_focus, labelled, said
from browser.measures import STANDS_OUT
from kim_casework.model.case import Case
from kim_casework.operations.order_interpreting import OrderInterpreting, order_interpreting
from kim_demo.story.stage import CASEWORK, STAFFING
from kim_staffing.operations.ask_council import AskCouncil, RecordCouncilAnswer, ask_council, record_council_answer
from kim_staffing.operations.record_assurance import RecordAssurance, record_assurance
from playwright.sync_api import Locator, Page, expect

# With script, which acts on what is typed; without it the keys of a consultation are counted in tests/intake.
pytestmark = [pytest.mark.browser, pytest.mark.parametrize("scripts", [True], ids=["with script"], indirect=True)]
MANY = 120  # stops; nobody finds what is farther away

LOOKS: dict[str, dict[str, Any]] = {
    "intake": {"color_scheme": "dark"},
    "casework": {"color_scheme": "light"},
    "interpreting": {"color_scheme": "dark"},
    "staffing": {"forced_colors": "active"},
    "report": {"forced_colors": "active", "color_scheme": "dark"},
}

# What keeps one from seeing where one is: no mark or a faint one, a stop outside the window, something above it.
_STOP = """() => { STANDS_OUT
  const at = document.activeElement;
  if (at === document.body) return null;
  const look = getComputedStyle(at), box = at.getBoundingClientRect(), named = at.outerHTML.slice(0, 100), wrong = [];
  if (look.outlineStyle === "none" || parseFloat(look.outlineWidth) < 2) wrong.push(`no mark: ${named}`);
  else if (!standsOut(at)) wrong.push(`a faint mark: ${named}`);
  if (box.bottom <= 0 || box.right <= 0 || box.top >= innerHeight || box.left >= innerWidth) wrong.push(`off the screen: ${named}`);
  else {
    const within = (place, most) => Math.min(Math.max(place, 0), most - 1);
    const above = document.elementFromPoint(within(box.left + box.width / 2, innerWidth), within(box.top + box.height / 2, innerHeight));
    if (above && !at.contains(above) && !above.contains(at) && !above.closest("label")) wrong.push(`under ${above.className}: ${named}`);
  }
  return wrong;
}""".replace("STANDS_OUT", STANDS_OUT)


@dataclass
class Keyboard:
    """Somebody without a mouse."""

    page: Page
    wrong: list[str] = field(default_factory=list)

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def write(self, text: str) -> None:
        self.page.keyboard.type(text)

    def reach(self, at: Locator, key: str = "Tab") -> None:
        """Go on with Tab until it has the focus. A page just opened is entered by the link to its content."""
        if self.page.evaluate("document.activeElement === document.body"):
            self.press("Tab")
            expect(self.page.locator("a.kim-skip")).to_be_focused()
            self.press("Enter")
        for _stop in range(MANY):
            if at.evaluate("at => at === document.activeElement || (at.type === 'radio' && at.name === document.activeElement.name)"):
                return
            self.press(key)
            self.wrong += self.page.evaluate(_STOP) or []
        raise AssertionError(f"not reached within {MANY} stops: {at}")

    def push(self, at: Locator) -> None:
        """A button or a link that leads on."""
        self.reach(at)
        self.send()

    def send(self) -> None:
        """The form one is in, or the button or link with the focus."""
        with self.page.expect_navigation():
            self.press("Enter")
        if self.page.locator("[autofocus]").count():
            await_focus(self.page)

    def fill(self, answers: dict[str, str]) -> None:
        """Write over what stands in the fields; letters choose in a list."""
        for label, answer in answers.items():
            at = labelled(self.page, label)
            self.reach(at)
            if at.evaluate("at => at.tagName") == "INPUT":
                self.press("Control+a")
            self.write(answer)

    def tick(self, *labels: str) -> None:
        for label in labels:
            box = self.page.get_by_label(label, exact=True)
            self.reach(box)
            self.press("Space")
            expect(box).to_be_checked()


@pytest.fixture
def keyboard(work: Any) -> Any:
    seated: list[Keyboard] = []

    def sit(person: str, service: str, at: Any = work) -> Keyboard:
        seated.append(Keyboard(at(person, service, **LOOKS[service])))
        return seated[-1]

    yield sit
    assert [fault for one in seated for fault in one.wrong] == []


def test_a_talk_is_recorded_and_its_family_proposed(keyboard: Any) -> None:
    desk: Keyboard = keyboard("aydin", "intake")
    page = desk.page
    page.goto("/heute/platz")
    desk.push(page.get_by_role("button", name="Platz 3 Aachen-Arkaden, Case Management"))
    desk.push(page.get_by_role("link", name="Neue Beratung"))
    expect(page.get_by_label("Personen am Tisch (eine Beratung)")).to_be_focused()
    desk.fill({"Personen am Tisch (eine Beratung)": "4", "Sprache": "ukr", "Themen als Kürzel": "wg"})
    desk.send()
    expect(said(page)).to_contain_text("Gespeichert")
    desk.push(page.get_by_role("link", name="Name aufnehmen (mit Einwilligung)"))
    desk.write("Halyna Tastatur")
    desk.send()
    desk.push(page.get_by_role("button", name="Keine davon: neu aufnehmen"))
    desk.fill({"Einwilligung zum Speichern gegeben am": "8.12."})
    desk.push(page.get_by_role("button", name="Aufnehmen"))
    expect(said(page)).to_contain_text("Aufgenommen.")
    desk.fill({"Bedarf": "Wohnung für vier.", "Mit dem Vorschlag einverstanden am": "8.12."})
    desk.push(page.get_by_role("button", name="Vorschlagen"))
    expect(said(page)).to_contain_text("Vorgeschlagen")


def test_a_proposal_becomes_a_case_and_the_case_an_order(keyboard: Any, family: Callable[[str], str]) -> None:
    family("Vira Zobel")
    manager: Keyboard = keyboard("kowalczyk", "casework")
    page = manager.page
    manager.push(page.get_by_role("row").filter(has_text="V. Z.").get_by_role("link", name="entscheiden"))
    manager.tick("Der Bedarf ist vielschichtig", "Viele Stellen sind beteiligt", "Die Person will die Begleitung (freiwillig)")
    manager.fill({"Begründung": "Fünf Anliegen zugleich."})
    manager.push(page.get_by_role("button", name="Aufnehmen"))
    expect(page.locator("[aria-current=step]")).to_have_text("Klärung")
    manager.fill({"Notiz": "Zeugnisse gesichtet."})
    manager.push(page.get_by_role("button", name="Speichern"))
    expect(page.get_by_role("table", name="Kontakte")).to_contain_text("Zeugnisse gesichtet.")
    manager.push(page.get_by_role("link", name="Sprachmittlung bestellen"))
    manager.fill({"Was wird gebraucht?": "Übersetzung einer Urkunde", "Anlass": "Urkunden"})
    manager.fill({"Tag": "20122022", "Anschläge": "540"})
    manager.reach(page.get_by_label("nein", exact=True))
    manager.press("Space")
    manager.push(page.get_by_role("button", name="Bestellen"))
    expect(said(page)).to_contain_text("ist bestellt")


def test_an_order_is_approved(keyboard: Any, verbund: Any, case: Callable[[str], Case]) -> None:
    known = case("Familie Tasten")
    with verbund.world.desk(CASEWORK, "kowalczyk").write() as (session, act):
        asked = OrderInterpreting(
            job_kind="document_translation", occasion="documents", language="prs", service_date=date(2022, 12, 21), decides_something=False,
            desk="Rathaus Roetgen", requester_town="05334024", case_id=known.id, keystrokes=540,
        )  # fmt: skip
        order_interpreting(session, act, asked)
    verbund.settle()
    coordinator: Keyboard = keyboard("demir", "interpreting")
    page = coordinator.page
    coordinator.push(page.get_by_role("row").filter(has_text="Dari").get_by_role("link").first)
    coordinator.push(page.get_by_role("button", name="Freigeben: "))
    expect(said(page)).to_contain_text("Freigegeben")
    coordinator.reach(page.get_by_label("Sprachmittler_in"))
    coordinator.press("ArrowDown")
    coordinator.push(page.get_by_role("button", name="Vergeben"))
    expect(said(page)).to_have_text("Vergeben.")


def test_a_contract_is_extended(keyboard: Any, untouched: Any) -> None:
    with untouched.verbund.world.desk(STAFFING, "lenzen").write() as (session, act):
        committed = RecordAssurance(
            "written_commitment", act.today, "staedteregion-aachen", "Zusage", date(2023, 1, 1), date(2023, 12, 31), Decimal("10.5")
        )
        contracts = [ending.contract for ending in record_assurance(session, act, committed).extendable]
        asked = ask_council(session, act, AskCouncil(tuple(one.id for one in contracts), "without_ground", "written_commitment"))
        record_council_answer(session, act, RecordCouncilAnswer(asked.id, "agreed", act.today))
    clerk: Keyboard = keyboard("lenzen", "staffing", untouched)
    page = clerk.page
    clerk.push(page.get_by_role("link", name="Entwurf anlegen Petra Thelen"))
    clerk.push(page.get_by_role("button", name="Entwurf anlegen"))
    expect(said(page)).to_have_text("Entwurf bis 31.12.2023 angelegt")
    clerk.fill({"Arbeitgeber unterschrieben am": "08122022", "Beschäftigte_r unterschrieben am": "08122022"})
    clerk.push(page.get_by_role("button", name="Eintragen, Original ist heute zurück"))
    expect(said(page)).to_have_text("Petra Thelen: verlängert bis 31.12.2023")


def test_a_figure_is_opened_and_the_period_chosen(keyboard: Any) -> None:
    head: Keyboard = keyboard("wirtz", "report")
    page = head.page
    head.push(page.get_by_role("link", name="Alle Zahlen, mit Zählregel und Verteilung"))
    figure = page.locator("details.report-figure").first
    head.reach(figure.locator("summary").first)
    head.press("Enter")
    expect(figure).to_contain_text("Eine Beratung ist ein Gespräch am Tisch")
    head.reach(page.get_by_label("bis", exact=True), "Shift+Tab")
    head.press("Control+a")
    head.write("15082022")
    head.send()
    expect(page.get_by_role("heading", level=1)).to_contain_text("bis 15.08.2022")
