"""From the StädteRegion to Caritas: nothing without consent, everything seen before it goes, the answer back on the sender's list."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from browser.hands import choose, fact, fill, said
from kim_casework.model.case import Case
from playwright.sync_api import expect

pytestmark = pytest.mark.browser
CARITAS = "Caritasverband für die Region Eifel"
NO_CONSENT = (
    "Personendaten können nicht weitergegeben werden: Einwilligung fehlt. "
    "Bitte eine Einwilligung aufnehmen oder den Zettel ohne Namen mitgeben."
)


def test_without_a_consent_no_name_leaves_the_house(work: Any, case: Callable[[str], Case]) -> None:
    known = case("Farid Karimi")
    kowalczyk = work("kowalczyk", "casework")
    kowalczyk.goto(f"/faelle/{known.id}")
    expect(kowalczyk.locator("main")).to_contain_text("Keine Einwilligung: mit niemandem außerhalb des Hauses.")
    kowalczyk.get_by_role("button", name="An eine andere Stelle verweisen").click()
    fill(kowalczyk, {"An": CARITAS, "Name": "Farid Karimi"})
    kowalczyk.get_by_role("button", name="Vorschau").click()
    expect(kowalczyk.locator("main")).to_contain_text(NO_CONSENT)
    expect(kowalczyk.get_by_label("Name").first).to_have_value("Farid Karimi")


def test_a_family_is_referred_with_consent_and_accepted_with_two_clicks(work: Any, verbund: Any, case: Callable[[str], Case]) -> None:
    known = case("Familie Rahimi")
    kowalczyk = work("kowalczyk", "casework")
    kowalczyk.goto(f"/faelle/{known.id}")
    kowalczyk.get_by_role("button", name="Einwilligung aufnehmen").click()
    fill(
        kowalczyk,
        {
            "Person": "Familie Rahimi",
            "Zweck": "Begleitung in Roetgen",
            "Erteilt am": "08.12.2022",
            "Gültig bis": "08.06.2023",
            "Unterschriebenes Blatt liegt": "Ordner Arkaden",
        },
    )
    choose(kowalczyk, "Wer Angaben erhalten darf", CARITAS)
    choose(kowalczyk, "Welche Angaben", "Name", "Sprache", "Themen")
    for ticked in ("Unterschrieben", "Aufgeklärt über Zweck, Folgen einer Weigerung und das Recht, jederzeit zu widerrufen"):
        kowalczyk.get_by_role("checkbox", name=ticked, exact=True).check()
    kowalczyk.get_by_role("button", name="Einwilligung festhalten").click()
    expect(fact(kowalczyk, "An wen")).to_have_text(CARITAS)

    consent = kowalczyk.url
    kowalczyk.get_by_role("button", name="Schweigepflichtentbindung").click()
    fill(
        kowalczyk,
        {
            "Wer entbunden wird": "Case Management der StädteRegion",
            "Erteilt am": "08.12.2022",
            "Gültig bis": "08.06.2023",
            "Unterschriebenes Blatt liegt": "Ordner Arkaden",
        },
    )
    choose(kowalczyk, "Gegenüber wem", CARITAS)
    choose(kowalczyk, "Worüber gesprochen werden darf", "Themen")
    for ticked in ("Unterschrieben", "Erklärt, wovon entbunden wird und dass dies jederzeit widerrufen werden kann"):
        kowalczyk.get_by_role("checkbox", name=ticked, exact=True).check()
    kowalczyk.get_by_role("button", name="Schweigepflichtentbindung festhalten").click()
    expect(fact(kowalczyk, "Gegenüber wem")).to_have_text(CARITAS)

    kowalczyk.goto(consent)
    kowalczyk.get_by_role("button", name="Verweisen").click()
    fill(kowalczyk, {"An": CARITAS, "Sprache": "Ukrainisch", "Rückfragen an": "Case Management, Arkaden"})
    choose(kowalczyk, "Themen", "Wohnungssuche")
    kowalczyk.get_by_role("button", name="Vorschau").click()
    expect(kowalczyk.get_by_role("heading", level=1)).to_have_text("Genau dies geht hinaus")
    expect(fact(kowalczyk, "An")).to_have_text(CARITAS)
    expect(fact(kowalczyk, "Name")).to_have_text("Familie Rahimi")
    expect(fact(kowalczyk, "Schweigepflicht")).to_have_text("Einwilligung: ja · Schweigepflichtentbindung: ja")
    expect(fact(kowalczyk, "Angaben")).to_have_text("Name, Sprache, Themen")
    kowalczyk.get_by_role("button", name="Jetzt senden").click()
    expect(said(kowalczyk)).to_contain_text("ist auf dem Weg")
    number = kowalczyk.get_by_role("heading", level=1).inner_text().removeprefix("Verweis ")
    verbund.settle()

    jansen = work("jansen", "casework")
    jansen.get_by_role("link", name="Eingang").click()
    row = jansen.get_by_role("row").filter(has_text=number)
    expect(row).to_contain_text("Case Management, Arkaden")
    row.get_by_role("button", name="Öffnen").click()  # first click
    expect(fact(jansen, "Name")).to_have_text("Familie Rahimi")
    jansen.get_by_role("button", name="Annehmen").click()  # second click
    expect(jansen.locator("main")).to_contain_text("angenommen")
    verbund.settle()

    kowalczyk.get_by_role("link", name="Verweise", exact=True).first.click()
    expect(kowalczyk.get_by_role("row").filter(has_text=number)).to_contain_text("angenommen")
