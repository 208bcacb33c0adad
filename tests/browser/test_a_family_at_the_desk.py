"""Selin Aydın at the Arkaden: a family comes, comes back, becomes known, and is proposed for case management."""

from __future__ import annotations

import re
from typing import Any

import pytest
from browser.hands import fill, said
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser
NAME = "Оксана Шевченко"


@pytest.fixture
def desk(work: Any) -> Page:
    """The second desk of case management at the Arkaden."""
    page: Page = work("aydin", "intake")
    page.goto("/heute/platz")
    page.get_by_role("button", name="Platz 2 Aachen-Arkaden, Case Management").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Heute am Standort")
    expect(page.locator("main p").first).to_contain_text("Aachen-Arkaden, Case Management, Platz 2")
    return page


def test_a_family_becomes_known_and_is_proposed(desk: Page, verbund: Any) -> None:
    desk.get_by_role("link", name="Neue Beratung").click()
    fill(
        desk,
        {
            "Personen am Tisch (eine Beratung)": "5",
            "davon Kinder": "3",
            "Wohnort oder Postleitzahl": "Alsdorf",
            "Herkunftsland": "Ukraine",
            "Sprache": "Ukrainisch",
            "Themen als Kürzel": "wg",
        },
    )
    desk.get_by_role("button", name="Speichern", exact=True).click()
    expect(said(desk)).to_contain_text("Gespeichert: Erstberatung, 5 Personen")
    expect(desk.get_by_role("heading", level=1)).to_contain_text("Beratung vom 08.12.2022")

    desk.get_by_role("button", name="Rückkehrcode ausgeben").click()
    code = desk.get_by_text(re.compile(r"^Rückkehrcode [A-Z0-9]")).last.inner_text().removeprefix("Rückkehrcode ")

    desk.get_by_role("link", name="Name aufnehmen (mit Einwilligung)").click()
    fill(desk, {"Name in jeder Schreibweise, Telefon oder Rückkehrcode": NAME})
    desk.get_by_role("button", name="Suchen").click()
    expect(desk.get_by_role("heading", level=2)).to_have_text("0 Treffer")
    desk.get_by_role("button", name="Keine davon: neu aufnehmen").click()
    expect(desk.get_by_label("Name, wie die Person ihn nennt")).to_have_value(NAME)
    expect(desk.get_by_label("Einwilligung zum Speichern gegeben am")).to_have_value("")  # the day on the paper, which may be another
    fill(desk, {"Einwilligung zum Speichern gegeben am": "8.12."})
    desk.get_by_role("button", name="Aufnehmen").click()
    expect(said(desk)).to_contain_text(f"Aufgenommen. Rückkehrcode {code}")
    expect(desk.get_by_role("heading", level=1)).to_have_text(NAME)

    for number in (1, 2):
        desk.get_by_role("link", name="Neue Beratung mit dieser Person").click()
        fill(desk, {"Personen am Tisch (eine Beratung)": "2", "Themen als Kürzel": "wg"})
        desk.get_by_role("button", name="Speichern", exact=True).click()
        expect(said(desk)).to_contain_text("Gespeichert: Folgeberatung, 2 Personen")
        desk.get_by_role("link", name="Zur Person").click()
        expect(desk.locator("#propose + p")).to_contain_text(["1 Folgeberatung bisher", "2 Folgeberatungen bisher"][number - 1])

    expect(desk.get_by_text("Eine Aufnahme liegt nahe.")).to_be_visible()
    fill(desk, {"Bedarf": "Wohnung für fünf; drei Stellen verweisen aufeinander.", "Mit dem Vorschlag einverstanden am": "8.12.22"})
    desk.get_by_role("button", name="Vorschlagen").click()
    expect(said(desk)).to_have_text("Vorgeschlagen: das Case Management antwortet hier in der Liste.")
    expect(desk.get_by_role("row").nth(1)).to_contain_text(re.compile("08.12.2022.*Zurückziehen", re.DOTALL))
    verbund.settle()


def test_more_children_than_persons_are_asked_about_and_nothing_typed_is_lost(desk: Page) -> None:
    desk.get_by_role("link", name="Neue Beratung").click()
    fill(desk, {"Personen am Tisch (eine Beratung)": "2", "davon Kinder": "3", "Herkunftsland": "Syrien"})
    desk.get_by_role("button", name="Speichern", exact=True).click()
    expect(desk.get_by_role("heading", name="Noch nicht gespeichert")).to_be_visible()
    expect(desk.get_by_label("davon Kinder")).to_have_value("3")
    expect(desk.get_by_label("Herkunftsland")).to_have_value(re.compile("Syrien"))
