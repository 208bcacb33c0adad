"""Frank Lenzen extends a contract once the Land has committed itself; Hanna Wirtz reads the report and freezes it."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from browser.hands import choose, fill, said
from kim_intake.operations.record_consultation import RecordConsultation, record_consultation
from playwright.sync_api import expect

pytestmark = pytest.mark.browser
NOVEMBER = date(2022, 11, 22)


def test_a_contract_is_extended_once_money_consent_and_papers_are_there(work: Any, verbund: Any) -> None:
    lenzen = work("lenzen", "staffing")
    expect(lenzen.locator("main")).to_contain_text("12 Verträge, zusammen 10,5 Stellen")
    expect(lenzen.get_by_role("row").filter(has_text="Selin Aydın")).to_contain_text("noch nicht verlängerbar: Stufe angekündigt")
    lenzen.get_by_role("link", name="Zusage eintragen").first.click()
    fill(
        lenzen,
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
    lenzen.get_by_role("button", name="Zusage eintragen").click()
    expect(lenzen.get_by_role("heading", name="Jetzt verlängerbar: 12")).to_be_visible()

    lenzen.get_by_role("link", name="Mitbestimmung").click()
    lenzen.get_by_role("link", name="Mitbestimmung einleiten").click()
    lenzen.get_by_role("button", name="Eintragen").click()
    choose(lenzen, "Antwort", "zugestimmt")
    fill(lenzen, {"Datum der Antwort": "08.12.2022"})
    lenzen.get_by_role("button", name="Antwort eintragen").click()

    lenzen.get_by_role("link", name="Was läuft ab").first.click()
    lenzen.get_by_role("link", name="Selin Aydın", exact=True).click()
    lenzen.get_by_role("button", name="Entwurf anlegen").click()
    expect(said(lenzen)).to_have_text("Entwurf bis 31.12.2023 angelegt")
    fill(lenzen, {"Arbeitgeber unterschrieben am": "08.12.2022", "Beschäftigte_r unterschrieben am": "08.12.2022"})
    lenzen.get_by_role("button", name="Eintragen, Original ist heute zurück").click()
    expect(said(lenzen)).to_have_text("Selin Aydın: verlängert bis 31.12.2023")
    verbund.settle()


def test_the_head_reads_a_figure_and_freezes_the_report(work: Any, verbund: Any) -> None:
    def comes(counsellor: str, day: date | None = None) -> None:
        with verbund.world.desk("staedteregion-aachen.intake", counsellor).write() as (session, act):
            talk = RecordConsultation(
                site="rathaus-roetgen", service="case_management", persons_present=3, origin="SYR", topics=("housing",),
                day=day, source="paper" if day else "desk",
            )  # fmt: skip
            record_consultation(session, act, talk)

    for counsellor in ("aydin", "haddad", "kowalczyk"):  # fewer than three would not be told
        comes(counsellor, NOVEMBER)
        comes(counsellor)  # of the half of the month that is not over, nothing is told
    wirtz = work("wirtz", "report")
    expect(wirtz.get_by_role("heading", level=1)).to_have_text("Bericht 01.03.2022 bis 08.12.2022")
    delivered = wirtz.get_by_role("table", name="Wer geliefert hat")
    expect(delivered.get_by_text("geliefert", exact=True)).to_have_count(4)
    expect(wirtz.locator("main")).to_contain_text(re.compile(r"frei\s+50\.000,00\s€"))
    wirtz.get_by_role("link", name="Alle Zahlen, mit Zählregel und Verteilung").click()
    figure = wirtz.locator("details", has=wirtz.get_by_text("Case-Management-Beratung", exact=True)).first
    figure.locator("summary").first.click()
    expect(wirtz.get_by_role("row").filter(has=figure)).to_contain_text("3 Beratungen")
    expect(figure).to_contain_text("Rathaus Roetgen")

    wirtz.get_by_role("link", name="Bericht", exact=True).click()
    wirtz.get_by_role("button", name="Festschreiben").click()
    expect(said(wirtz)).to_contain_text("Bericht 2022-01 ist festgeschrieben.")
    expect(wirtz.locator("main")).to_contain_text("Keine Zahl hat sich geändert.")
    comes("aydin", NOVEMBER)
    wirtz.reload()
    expect(wirtz.get_by_role("table", name="Was seither anders ist")).to_contain_text("+1")
