"""Marek Kowalczyk decides a proposal, keeps the case, and has a certificate translated."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from browser.hands import choose, fill, said
from kim_casework.model.case import Case
from playwright.sync_api import expect

pytestmark = pytest.mark.browser
KIM_POT = "KIM: zusätzliche Mittel für Dolmetscherdienste"


def test_a_proposal_becomes_a_case_with_a_next_step(work: Any, verbund: Any, family: Callable[[str], str]) -> None:
    family("Natalia Kowal")
    kowalczyk = work("kowalczyk", "casework")
    expect(kowalczyk.get_by_role("heading", level=1)).to_have_text("Meine Woche")
    row = kowalczyk.get_by_role("row").filter(has_text="N. K.")
    expect(row).to_contain_text("Vorschlag, Aachen-Arkaden")
    row.get_by_role("link", name="entscheiden").click()
    expect(kowalczyk.locator("main")).to_contain_text("Wohnung für vier, Schule")
    choose(
        kowalczyk,
        "Was spricht für Case Management?",
        "Der Bedarf ist vielschichtig",
        "Viele Stellen sind beteiligt",
        "Die Person will die Begleitung (freiwillig)",
    )
    fill(kowalczyk, {"Begründung": "Fünf Anliegen zugleich; Jobcenter und Schulamt verweisen aufeinander."})
    kowalczyk.get_by_role("button", name="Aufnehmen").click()
    heading = kowalczyk.get_by_role("heading", level=1)
    expect(heading).to_have_text(re.compile(r"^Fall \S+$"))
    number = heading.inner_text().removeprefix("Fall ")
    expect(kowalczyk.locator("[aria-current=step]")).to_have_text("Klärung")

    fill(kowalczyk, {"Notiz": "Zeugnisse gesichtet.", "Nächster Schritt": "Übersetzung bestellen", "Bis wann": "12.12.2022"})
    kowalczyk.get_by_role("button", name="Speichern", exact=True).click()
    expect(kowalczyk.get_by_role("row").filter(has_text="Übersetzung bestellen")).to_contain_text("12.12.2022")
    expect(kowalczyk.locator("main")).to_contain_text("Zeugnisse gesichtet.")
    kowalczyk.get_by_role("link", name="Meine Woche").click()
    expect(kowalczyk.get_by_role("row").filter(has_text="Übersetzung bestellen")).to_contain_text(number)

    verbund.settle()
    aydin = work("aydin", "intake")
    aydin.goto("/vorschlaege")
    expect(aydin.get_by_role("row").filter(has_text=f"Fall {number}")).to_contain_text("aufgenommen")


def test_without_the_persons_will_nobody_is_admitted(work: Any, family: Callable[[str], str]) -> None:
    family("Iryna Bondarenko")
    thelen = work("thelen", "casework")
    thelen.get_by_role("link", name="Vorschläge").click()
    thelen.get_by_role("row").filter(has_text="I. B.").get_by_role("link", name="entscheiden").click()
    choose(thelen, "Was spricht für Case Management?", "Der Bedarf ist vielschichtig")
    fill(thelen, {"Begründung": "Die Nachbarin bittet darum."})
    thelen.get_by_role("button", name="Aufnehmen").click()
    expect(thelen.get_by_role("heading", name="Noch nicht gespeichert")).to_be_visible()
    expect(thelen.get_by_label("Begründung")).to_have_value("Die Nachbarin bittet darum.")


def test_a_translation_is_ordered_and_approved_with_two_clicks(work: Any, verbund: Any, case: Callable[[str], Case]) -> None:
    known = case("Dmytro Hrytsenko")
    kowalczyk = work("kowalczyk", "casework")
    kowalczyk.goto(f"/faelle/{known.id}")
    kowalczyk.get_by_role("link", name="Sprachmittlung bestellen").click()
    fill(
        kowalczyk,
        {
            "Was wird gebraucht?": "Übersetzung einer Urkunde oder eines Zeugnisses",
            "Anlass": "Urkunden und Zeugnisse",
            "Tag": "20.12.2022",
            "Anschläge": "5400",
        },
    )
    choose(kowalczyk, "Wird etwas entschieden oder unterschrieben?", "nein")
    kowalczyk.get_by_role("button", name="Bestellen").click()
    expect(said(kowalczyk)).to_contain_text("ist bestellt")
    number = kowalczyk.get_by_role("heading", level=1).inner_text().removeprefix("Auftrag ")
    verbund.settle()

    demir = work("demir", "interpreting")
    expect(demir.get_by_role("heading", level=1)).to_have_text("Aufträge")
    demir.get_by_role("row").filter(has_text="Urkunden, Zeugnisse").get_by_role("link").click()  # first click
    expect(demir.locator("main")).to_contain_text(number)
    pot = demir.get_by_role("listitem").filter(has_text=KIM_POT).filter(has_text="vorher")
    expect(pot).to_contain_text(re.compile(r"vorher 30\.000,00\s€, nachher 29\.\d{3},\d\d\s€"))
    left = re.search(r"nachher (\S+)", pot.inner_text())
    assert left is not None
    demir.get_by_role("button", name=re.compile("^Freigeben: .* binden$")).click()  # second click
    expect(demir.locator("main")).to_contain_text("freigegeben")
    demir.get_by_role("link", name="Töpfe").click()
    expect(demir.get_by_role("region", name=KIM_POT).first).to_contain_text(left[1])

    verbund.settle()
    kowalczyk.reload()
    expect(kowalczyk.locator("main")).to_contain_text("freigegeben")
    expect(kowalczyk.locator("main")).to_contain_text(KIM_POT)
