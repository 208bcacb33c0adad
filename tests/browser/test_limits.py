"""How many clicks the commonest tasks cost: what desks were promised. The keys of a consultation are counted in tests/intake."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from kim_casework.model.case import Case
from playwright.sync_api import Locator, Page, expect

pytestmark = pytest.mark.browser


@dataclass
class Hand:
    """Somebody's hand on the mouse."""

    clicks: int = 0

    def click(self, at: Locator) -> None:
        at.click()
        self.clicks += 1


def test_a_contact_on_a_known_case_is_noted_with_four_clicks_from_the_week(work: Any, case: Callable[[str], Case]) -> None:
    known = case("Familie Grenzwert")
    page: Page = work("kowalczyk", "casework")
    hand = Hand()
    hand.click(page.get_by_role("link", name="Fälle", exact=True))
    hand.click(page.get_by_role("link", name=known.number))
    hand.click(page.get_by_label("Notiz"))
    page.keyboard.type("Termin beim Jobcenter vorbereitet.")
    hand.click(page.get_by_role("button", name="Speichern"))
    expect(page.get_by_role("table", name="Kontakte")).to_contain_text("Termin beim Jobcenter vorbereitet.")
    assert hand.clicks <= 4


def test_how_much_is_free_costs_no_click_and_where_a_figure_comes_from_costs_one(work: Any) -> None:
    pots = work("demir", "interpreting").locator(".kim-chart")
    expect(pots).to_have_count(3)
    expect(pots.first).to_contain_text("frei")
    page: Page = work("wirtz", "report")
    hand = Hand()
    page.goto("/zahlen")
    figure = page.locator("details.report-figure").first
    hand.click(figure.locator("summary").first)
    expect(figure).to_contain_text("Eine Beratung ist ein Gespräch am Tisch")
    assert hand.clicks == 1
