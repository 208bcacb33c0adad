"""How many clicks the commonest tasks cost: what desks were promised. The keys of a consultation are counted in tests/intake.

A click is a press of the mouse: one on a button, a link or a field, two on a list of choices (open it, choose). Going on to the next field
with the Tab key and typing cost none; neither does a scanner, which types a code and ends it with Enter.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from browser.hands import choose, fill, labelled, said
from kim_casework.model.case import Case
from kim_demo.scenario import at
from kim_demo.story.stage import CARITAS, CASEWORK, INTERPRETING
from kim_interpreting.operations.enter_order import EnterOrder, enter_order
from kim_referral.operations.preview_referral import ReferPerson
from kim_referral.operations.record_consent import RecordConsent, record_consent
from kim_referral.operations.refer_person import refer_person
from playwright.sync_api import Locator, Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("scripts", [True], ids=["with script"], indirect=True)]


@dataclass
class Hand:
    """Somebody's hand on the mouse."""

    clicks: int = 0

    def click(self, at: Locator) -> None:
        at.click()
        self.clicks += 1

    def choose(self, at: Locator, text: re.Pattern[str]) -> None:
        """The entry of a list that reads so."""
        entry = next(entry for entry in at.locator("option").all_inner_texts() if text.search(entry))
        at.select_option(label=entry)
        self.clicks += 2


def type_with_tabs(page: Page, *texts: str) -> None:
    """Into the field with the focus, and those after it."""
    for place, text in enumerate(texts):
        if place:
            page.keyboard.press("Tab")
        page.keyboard.type(text)


@pytest.fixture
def hand() -> Hand:
    return Hand()


# ---- at the desk ----


def seated(work: Any) -> Page:
    page: Page = work("aydin", "intake")
    page.goto("/heute/platz")
    page.get_by_role("button", name="Platz 2 Aachen-Arkaden, Case Management").click()
    return page


def recorded(page: Page) -> None:
    page.get_by_role("link", name="Neue Beratung").click()
    fill(page, {"Personen am Tisch (eine Beratung)": "3", "Sprache": "Ukrainisch", "Themen als Kürzel": "wg"})
    page.get_by_role("button", name="Speichern", exact=True).click()


def test_who_comes_back_with_a_slip_is_known_with_two_clicks(work: Any, hand: Hand) -> None:
    page = seated(work)
    recorded(page)
    page.get_by_role("button", name="Rückkehrcode ausgeben").click()
    code = page.get_by_text(re.compile(r"^Rückkehrcode [A-Z0-9]")).last.inner_text().removeprefix("Rückkehrcode ")
    page.goto("/heute")

    hand.click(page.get_by_role("link", name="Person suchen").first)
    expect(page.get_by_label("Name in jeder Schreibweise, Telefon oder Rückkehrcode")).to_be_focused()
    page.keyboard.type(code)  # the scanner
    page.keyboard.press("Enter")
    hand.click(page.get_by_role("link", name="Neue Beratung"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Beratung erfassen")
    assert labelled(page, "Rückkehrcode").input_value() == code.replace("-", "")
    assert hand.clicks <= 2


def test_a_family_is_taken_next_door_with_one_click(work: Any, hand: Hand) -> None:
    page = seated(work)
    recorded(page)
    hand.click(page.locator("#on ~ .kim-actions").get_by_role("button", name="Gesundheitskiosk"))
    expect(said(page)).to_contain_text("Weitergegeben an Gesundheitskiosk")
    assert hand.clicks == 1


# ---- case management ----


def test_a_contact_on_a_known_case_is_noted_with_four_clicks_from_the_week(work: Any, hand: Hand, case: Callable[[str], Case]) -> None:
    known = case("Familie Grenzwert")
    page: Page = work("kowalczyk", "casework")
    hand.click(page.get_by_role("link", name="Fälle", exact=True))
    hand.click(page.get_by_role("link", name=known.number))
    hand.click(page.get_by_label("Notiz"))
    page.keyboard.type("Termin beim Jobcenter vorbereitet.")
    hand.click(page.get_by_role("button", name="Speichern"))
    expect(page.get_by_role("table", name="Kontakte")).to_contain_text("Termin beim Jobcenter vorbereitet.")
    assert hand.clicks <= 4


def test_a_referral_is_accepted_with_two_clicks_from_the_week(work: Any, hand: Hand, verbund: Any) -> None:
    with verbund.world.desk(CASEWORK, "kowalczyk").write() as (session, act):
        consent = record_consent(
            session, act,
            RecordConsent(
                person="Familie Said", purpose="Begleitung in Roetgen", recipients=("caritas-eifel",), categories=("name",), informed=True,
                given_on=act.today, valid_to=date(2023, 6, 8), form="written", signed=True, kept_at="Ordner Arkaden",
            ),
        )  # fmt: skip
        number = refer_person(
            session, act, ReferPerson(receiver=CARITAS, consent_id=consent.id, name="Familie Said", desk="Arkaden")
        ).number
    verbund.settle()
    page: Page = work("jansen", "casework")
    expect(page.get_by_role("heading", level=1)).to_have_text("Meine Woche")
    hand.click(page.get_by_role("row").filter(has_text=number).get_by_role("button", name="öffnen"))
    hand.click(page.get_by_role("button", name="Annehmen"))
    expect(page.locator("main")).to_contain_text("angenommen")
    assert hand.clicks <= 2


# ---- interpreting ----


def test_how_much_is_free_costs_no_click(work: Any) -> None:
    pots = work("demir", "interpreting").locator(".kim-chart")
    expect(pots).to_have_count(3)
    expect(pots.first).to_contain_text("frei")


def test_an_order_takes_twelve_clicks_from_the_request_to_the_fee(work: Any, hand: Hand, verbund: Any) -> None:
    with verbund.world.desk(INTERPRETING, "oeztuerk").write() as (session, act):
        asked = EnterOrder(
            requester_kind="public_body", requester_town="05334032", desk="Grundschule", job_kind="on_site", occasion="school",
            language="ukr", service_date=date(2022, 12, 8), starts_at=at(date(2022, 12, 8), "14:00"), minutes=60, place="Stolberg",
        )  # fmt: skip
        number = enter_order(session, act, asked).number
    page: Page = work("demir", "interpreting")
    hand.click(page.get_by_role("link", name=number))
    hand.click(page.get_by_role("button", name=re.compile("^Freigeben: ")))
    assert hand.clicks == 2  # approving an order
    hand.choose(page.get_by_label("Sprachmittler_in"), re.compile("Melnyk"))
    hand.click(page.get_by_role("button", name="Vergeben"))
    hand.click(page.get_by_role("link", name="Aufträge", exact=True).first)
    hand.click(page.get_by_role("link", name=number))
    hand.click(page.get_by_role("button", name="Als erledigt eintragen"))
    hand.click(page.get_by_label("Rechnungsnummer"))
    type_with_tabs(page, "2022-77", "08122022")
    hand.click(page.get_by_role("button", name="Rechnung erfassen"))
    expect(said(page)).to_have_text("Rechnung erfasst.")
    assert hand.clicks <= 12


# ---- staffing ----


def test_a_commitment_is_one_form_and_a_click_and_an_extension_three_clicks_and_two_dates(work: Any, hand: Hand) -> None:
    page: Page = work("lenzen", "staffing")
    page.get_by_role("link", name="Zusage eintragen").first.click()
    fill(
        page,
        {
            "Stufe": "schriftliche Zusage",
            "Dokument": "Schreiben der Bezirksregierung Arnsberg",
            "Datum des Dokuments": "08.12.2022",
            "Für Verträge von": "StädteRegion Aachen",
            "Zeitraum von": "01.01.2023",
            "Zeitraum bis": "31.12.2023",
            "Stellen (Vollzeitäquivalente)": "10,5",
        },
    )
    page.get_by_role("button", name="Zusage eintragen").click()
    hand.click(page.get_by_role("button", name=re.compile(r"\d+ Entwürfe anlegen")))
    assert hand.clicks == 1
    page.goto("/mitbestimmung/neu")
    page.get_by_role("button", name="Eintragen").click()
    choose(page, "Antwort", "zugestimmt")
    fill(page, {"Datum der Antwort": "08.12.2022"})
    page.get_by_role("button", name="Antwort eintragen").click()
    page.goto("/")

    signed = Hand()
    signed.click(page.get_by_role("link", name="Unterschriften eintragen Anne Breuer"))
    signed.click(page.get_by_label("Arbeitgeber unterschrieben am"))
    type_with_tabs(page, "08122022", "08122022")
    signed.click(page.get_by_role("button", name="Eintragen, Original ist heute zurück"))
    expect(said(page)).to_have_text("Anne Breuer: verlängert bis 31.12.2023")
    assert signed.clicks <= 3


# ---- the report ----


def test_the_report_is_the_first_page_its_figures_one_click_away_and_where_one_comes_from_another(work: Any, hand: Hand) -> None:
    page: Page = work("wirtz", "report")
    expect(page.get_by_role("heading", level=1)).to_have_text("Bericht 01.03.2022 bis 08.12.2022")
    hand.click(page.get_by_role("link", name="Zahlen", exact=True))
    figure = page.locator("details.report-figure").first
    hand.click(figure.locator("summary").first)
    expect(figure).to_contain_text("Eine Beratung ist ein Gespräch am Tisch")
    assert hand.clicks <= 2
