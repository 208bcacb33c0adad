"""Pages: what every page has, and that it holds without a browser."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from kim_web.lines import becomes_lines, named_cells
from markupsafe import Markup
from web.conftest import ACTORS
from web.signed_in import sign_in
from web.static_html import faults

PAGES = ["/besuche", "/besuche/neu", "/abgemeldet", "/zugang/", "/barrierefreiheit", "/offen", "/api/", "/besuche/secret", "/nowhere"]


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("address", PAGES)
def test_every_page_is_well_made_in_both_languages(app: Flask, desk: FlaskClient, address: str, language: str) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    page = desk.get(address, query_string={"lang": language})
    assert faults(page.text) == []
    assert f'<html lang="{language}">' in page.text


def test_a_page_with_errors_is_well_made(desk: FlaskClient) -> None:
    page = desk.post("/besuche", data={"persons_present": "x", "visitors.0.birth_year": "12"})
    assert page.status_code == 422
    assert faults(page.text) == []


def test_name_and_organisation_stand_in_the_head_and_beside_the_button(desk: FlaskClient) -> None:
    text = " ".join(desk.get("/besuche/neu").text.split())
    assert '<a class="kim-head__person" href="/zugang/">Selin Aydın</a>' in text
    assert '<span class="kim-head__organisation">StädteRegion Aachen</span>' in text
    assert "<strong>Selin Aydın</strong>, StädteRegion Aachen" in text


def test_the_navigation_shows_only_what_the_person_may_do(client: FlaskClient) -> None:
    sign_in(client, ACTORS["pruefer"])
    page = client.get("/besuche").text
    assert "Heute am Standort" in page
    assert "/besuche/neu" not in page


def test_a_page_below_an_entry_of_the_navigation_marks_that_entry(desk: FlaskClient) -> None:
    assert 'href="/besuche" aria-current="true"' in desk.get("/besuche/secret").text
    assert 'href="/besuche" aria-current="page"' in desk.get("/besuche").text


def test_a_cell_knows_the_name_of_its_column_for_where_a_row_becomes_lines(desk: FlaskClient) -> None:
    page = desk.get("/besuche").text
    assert '<table class="kim-table kim-lines">' in page
    assert '<tr><td>09:05</td><td class="num" data-label="Personen">5</td><th scope="row" data-label="Ort">Roetgen</th>' in page


def test_figures_that_are_compared_stay_below_each_other() -> None:
    assert becomes_lines(["Ort", "Stand", ("Beratungen", "num")])
    assert not becomes_lines(["Ort", ("Beratungen", "num"), ("Personen", "num")])
    assert not becomes_lines(["Ort", ("Beratungen", "num")])
    assert becomes_lines(["Zeitraum", ""]) and not becomes_lines(["Zeitraum", "Grund"])  # a button stands behind the words


def test_a_cell_over_two_columns_moves_the_next_one_on() -> None:
    rows = Markup('<tr class="sum"><td>Summe</td><td colspan="2">–</td><td>7</td><td></td></tr>')
    named = named_cells(rows, ["Ort", "Stand", "Tag", ("<b>", "num"), ""])
    assert named == '<tr class="sum"><td>Summe</td><td colspan="2" data-label="Stand">–</td><td data-label="&lt;b&gt;">7</td><td></td></tr>'


def test_neighbouring_services_are_linked_but_not_oneself(desk: FlaskClient) -> None:
    page = desk.get("/besuche").text
    assert "http://localhost:8102" in page
    assert "http://localhost:8101" not in page


def test_the_start_page_leads_on(desk: FlaskClient) -> None:
    assert desk.get("/").headers["Location"] == "/besuche"


def test_what_was_said_is_shown_once(desk: FlaskClient) -> None:
    assert "Besuch gestrichen" in desk.post("/besuche/1/stornieren", follow_redirects=True).text
    assert "Besuch gestrichen" not in desk.get("/besuche").text
