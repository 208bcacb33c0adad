"""Staffing's pages and JSON door, as the HR clerk, the head of the centre and a reader of reports meet them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from kim_audit.tables import entries
from kim_staffing.operations.ask_council import AskCouncil, RecordCouncilAnswer, ask_council, record_council_answer
from kim_staffing.operations.draft_extension import DraftAllExtensions, draft_all_extensions
from kim_staffing.operations.record_assurance import RecordAssurance, record_assurance
from kim_staffing.operations.record_grant import RecordGrant, record_grant
from kim_web.web import EXTENSION
from lxml import html
from sqlalchemy import select
from staffing.conftest import LENZEN, MAILBOX, READER, SERVICE
from web.signed_in import bearer, sign_in

Desk = Callable[..., FlaskClient]
P07 = "/vertraege/contract-p-07"
PAGES = [
    "/ablauf", "/stellenplan", "/stellenplan?jahr=2023", "/stellen/case_management-6", "/stellen/neu", P07, "/zusagen", "/zusagen/neu",
    "/bewilligungen", "/bewilligungen/neu", "/mitbestimmung", "/mitbestimmung/neu", "/schreiben",
]  # fmt: skip
COMMITMENT = {
    "level": "written_commitment", "document": "Schreiben der Bezirksregierung", "dated": "2022-12-08", "employer": "staedteregion-aachen",
    "period_from": "2023-01-01", "period_to": "2023-12-31", "covers_fte": "10,5",
}  # fmt: skip


@pytest.fixture
def drafted(twelve: Any) -> Any:
    """13 December: money there, the council has agreed, twelve drafts made."""
    day = date(2022, 12, 9)
    period = (date(2023, 1, 1), date(2023, 12, 31))
    written = RecordAssurance("written_commitment", date(2022, 12, 8), "staedteregion-aachen", "Schreiben", *period, Decimal("10.5"))
    recorded = twelve.do(day, record_assurance, written)
    twelve.do(day, draft_all_extensions, DraftAllExtensions(recorded.assurance.id))
    asked = twelve.do(day, ask_council, AskCouncil(tuple(twelve.contracts.values()), "without_ground", "written_commitment"))
    twelve.do(date(2022, 12, 13), record_council_answer, RecordCouncilAnswer(asked.id, "agreed", date(2022, 12, 13)))
    return twelve


def text_of(response: Any) -> str:
    return re.sub(r"\s+", " ", html.fromstring(response.text).text_content())


def assert_sound(page: str) -> None:
    """What a screen reader needs: one h1, unique ids, a label for every field."""
    tree = html.fromstring(page)
    ids = tree.xpath("//@id")
    assert len(ids) == len(set(ids)), sorted(one for one in set(ids) if ids.count(one) > 1)
    assert len(tree.xpath("//h1")) == 1
    for field in tree.xpath("//input[not(@type='hidden' or @type='submit')] | //select | //textarea"):
        assert tree.xpath(f"//label[@for='{field.get('id')}']"), field.get("name")
    assert not tree.xpath("//@style") and not tree.xpath("//@onclick")


def test_every_page_stands_in_both_languages(twelve: Any, desk: Desk) -> None:
    twelve.on(date(2022, 8, 15))
    lenzen = desk()
    for language in ("de", "en"):
        for page in PAGES:
            answer = lenzen.get(f"{page}{'&' if '?' in page else '?'}lang={language}")
            assert answer.status_code == 200, page
            assert_sound(answer.text)
            assert ("Was läuft ab" in answer.text) == (language == "de")


def test_the_first_page_says_what_ends_when_and_who_must_act(twelve: Any, desk: Desk) -> None:
    twelve.on(date(2022, 8, 15))
    said = text_of(desk().get("/ablauf"))
    assert "Ende Samstag, 31.12.2022; letzter Arbeitstag Donnerstag, 22.12.2022" in said
    assert "12 Verträge, zusammen 10,5 Stellen" in said
    assert "Ohne Schreiben nach § 38 SGB III: 12" in said
    for day in ("30.06.2022", "23.09.2022", "21.10.2022", "02.12.2022", "16.12.2022"):
        assert day in said
    assert said.count("Zusage eintragen Leitung, bis Fr. 21.10.2022") == 12


def test_the_head_sees_the_lamps_and_no_contract(drafted: Any, desk: Desk, app: Flask) -> None:
    head = desk("wirtz")
    page = head.get("/ablauf")
    assert "beide Unterschriften" in page.text and "/vertraege/" not in page.text
    assert head.get(P07).status_code == 403
    assert head.post("/zusagen", data=COMMITMENT).status_code == 403
    nobody = app.test_client()
    assert nobody.get("/ablauf").status_code == 302
    assert desk("reader").get("/ablauf").status_code == 403  # who reads figures by a program alone


def test_an_announcement_makes_nothing_extendable_and_a_commitment_all_it_covers(twelve: Any, desk: Desk) -> None:
    twelve.on(date(2022, 11, 28))
    lenzen = desk()
    announced = lenzen.post(
        "/zusagen", data={"level": "announced", "document": "Ankündigung", "dated": "2022-11-28", "employer": "staedteregion-aachen"}
    )
    said = text_of(lenzen.get(announced.location))
    assert "Jetzt verlängerbar: 0" in said and "Noch nicht verlängerbar: 12" in said
    assert said.count("noch nicht verlängerbar: Stufe angekündigt (Ankündigung, 28.11.2022)") == 12
    twelve.on(date(2022, 12, 8))
    written = lenzen.post("/zusagen", data=COMMITMENT)
    said = text_of(lenzen.get(written.location))
    assert "Jetzt verlängerbar: 12" in said
    assert said.count("verlängerbar: Schreiben der Bezirksregierung vom 08.12.2022, bis 31.12.2023") == 12
    assert lenzen.post(written.location + "/entwuerfe", data={"ends_on": "2023-12-31"}).status_code == 303
    assert "12 Entwürfe angelegt" in lenzen.get(written.location).text


def test_a_commitment_without_its_period_comes_back_with_what_was_typed(twelve: Any, desk: Desk) -> None:
    twelve.on(date(2022, 12, 8))
    answer = desk().post("/zusagen", data={**COMMITMENT, "period_from": ""})
    assert answer.status_code == 422
    assert "Ab der schriftlichen Zusage gehört der Zeitraum dazu." in answer.text and 'value="10,5"' in answer.text
    assert_sound(answer.text)


def test_a_form_says_all_that_is_wrong_with_it_at_once(twelve: Any, desk: Desk) -> None:
    twelve.on(date(2022, 12, 8))
    lenzen = desk()
    bare = lenzen.post("/zusagen", data={**COMMITMENT, "level": "own_risk", "period_from": "", "covers_fte": ""})
    assert faulty(bare) == {"period_from", "covers_fte", "decided_by"}
    hired = {
        "name": "Neu",
        "share": "0,3",
        "starts_on": "2023-02-01",
        "ends_on": "2023-01-31",
        "staff": "p-07",
        "earlier_employment": "some",
    }
    assert faulty(lenzen.post("/stellen/case_management-6/einstellen", data=hired)) == {"share", "ends_on", "staff", "earlier_employer"}


def faulty(answer: Any) -> set[str]:
    """The fields that a form which came back marks as wrong."""
    assert answer.status_code == 422
    return set(html.fromstring(answer.text).xpath("//*[@aria-invalid]/@name"))


def test_a_contract_says_what_pays_it_and_that_it_outlasts_that(twelve: Any, desk: Desk) -> None:
    twelve.on(date(2022, 8, 15))
    lenzen = desk()
    assert "noch keiner Bewilligung" in text_of(lenzen.get("/vertraege/contract-p-01"))
    short = RecordGrant(
        "KIM 2022",
        2,
        date(2022, 3, 1),
        date(2022, 10, 31),
        Decimal("1.0"),
        Decimal("57000.00"),
        posts=("case_management-1",),
        id="kim-2022",
    )
    twelve.do(date(2022, 8, 15), record_grant, short)
    said = text_of(lenzen.get("/vertraege/contract-p-01"))
    assert "KIM 2022, bis 31.10.2022" in said
    assert "Vertrag bis 31.12.2022, bewilligt bis 31.10.2022: länger als das Geld" in said
    assert "länger als das Geld" not in text_of(lenzen.get("/vertraege/contract-p-02"))


def test_somebody_absent_leaves_room_for_a_replacement_by_two_forms(twelve: Any, desk: Desk) -> None:
    twelve.on(date(2022, 8, 15))
    lenzen, address = desk(), "/stellen/case_management-1"
    (action,) = html.fromstring(lenzen.get(address).text).xpath("//form[contains(@action, 'abwesenheit')]/@action")
    assert faulty(lenzen.post(action, data={"from_day": "2022-03-01", "until": "2023-06-30"})) == {"from_day", "until"}
    instead = {"name": "Vertretung", "share": "1,0", "starts_on": "2022-09-01", "ends_on": "2022-11-30", "ground": "replacement"}
    assert faulty(lenzen.post(address + "/einstellen", data=instead)) == {"share"}
    assert lenzen.post(action, data={"from_day": "2022-09-01", "until": "2022-11-30"}).status_code == 303
    assert lenzen.post(address + "/einstellen", data=instead).status_code == 303
    (held,) = html.fromstring(lenzen.get(address).text).xpath("//section[@aria-labelledby='held']//tbody")
    rows = [" ".join(cell.text_content() for cell in row) for row in held]
    assert "Person 1 1,0 01.09.2022 – 30.11.2022 abwesend, Anspruch auf Rückkehr" in rows
    assert "Vertretung 1,0 01.09.2022 – 30.11.2022 da" in rows
    (back,) = html.fromstring(lenzen.get(address).text).xpath("//form[contains(@action, 'rueckkehr')]/@action")
    assert faulty(lenzen.post(back, data={"until": "2022-10-31"})) == {"until"}  # the replacement is there until 30 November
    assert lenzen.post(back, data={"until": "2022-12-15"}).status_code == 303
    assert "wieder da ab 16.12.2022" in text_of(lenzen.get(address))


def test_extension_signed_takes_three_clicks_and_two_dates(drafted: Any, desk: Desk) -> None:
    drafted.on(date(2022, 12, 16))
    lenzen = desk()
    first = html.fromstring(lenzen.get("/ablauf").text)
    (link,) = first.xpath(f"//a[starts-with(@href, '{P07}')][contains(., 'Unterschriften eintragen')]/@href")  # click 1
    page = html.fromstring(lenzen.get(link.partition("#")[0]).text)
    (form,) = page.xpath("//form[contains(@action, 'unterschriften')]")
    assert form.xpath(".//input[not(starts-with(@name, 'kim_'))]/@name")[1:] == [
        "employer_signed_on",
        "employee_signed_on",
        "original_received_on",
        "received_by",
    ]
    signed = {"employer_signed_on": "2022-12-14", "employee_signed_on": "2022-12-15"}
    done = lenzen.post(form.get("action"), data={**signed, "original": "today"})  # click 2: into the form; click 3: save
    assert done.status_code == 303
    page_after = lenzen.get("/ablauf").text
    assert "Person 7: verlängert bis 31.12.2023" in page_after
    assert "Arbeitgeber 14.12.2022, Beschäftigte_r 15.12.2022, Original 16.12.2022" in page_after


def test_what_was_signed_before_the_consent_can_only_be_made_out_anew(drafted: Any, desk: Desk) -> None:
    drafted.on(date(2022, 12, 14))
    lenzen = desk()
    lenzen.post(P07 + "/unterschriften", data={"employer_signed_on": "2022-12-12"})
    assert "am 12.12.2022 vor der Zustimmung unterschrieben: Personalrecht fragen" in lenzen.get(P07).text
    again = lenzen.post(P07 + "/unterschriften", data={"employer_signed_on": "2022-12-14"})
    assert again.status_code == 422 and "Hier steht schon 12.12.2022" in again.text
    (old,) = html.fromstring(lenzen.get(P07).text).xpath("//input[@name='replaces']/@value")
    assert lenzen.post(P07 + "/entwurf", data={"ends_on": "2023-12-31", "replaces": old}).status_code == 303
    assert "noch keine Unterschrift" in lenzen.get(P07).text


def test_too_late_is_kept_as_it_was_and_certifies_nothing(drafted: Any, desk: Desk) -> None:
    drafted.on(date(2023, 1, 2))
    lenzen = desk()
    lenzen.post(P07 + "/unterschriften", data={"employer_signed_on": "2022-12-20"})
    dated_back = lenzen.post(P07 + "/unterschriften", data={"employee_signed_on": "2022-12-30"})
    assert dated_back.status_code == 422 and "Wer hat das Original wann angenommen?" in dated_back.text
    truth = {
        "employer_signed_on": "2022-12-20", "employee_signed_on": "2023-01-02",
        "original_received_on": "2023-01-02", "received_by": "Lenzen", "worked_on": "2.1.2023", "worked_since": "800",
    }  # fmt: skip
    for half, field in (("worked_since", "worked_on"), ("worked_on", "worked_since")):
        asked = lenzen.post(P07 + "/nicht-rechtzeitig", data={name: value for name, value in truth.items() if name != half})
        assert asked.status_code == 422
        (wrong,) = html.fromstring(asked.text).xpath("//input[@aria-invalid]")
        assert wrong.get("name") == half
        assert f'href="#{wrong.get("id")}">{ {"worked_on": "Weitergearbeitet seit", "worked_since": "Uhrzeit"}[half] }</a>' in asked.text
        assert f'value="{truth[field]}"' in asked.text
    assert lenzen.post(P07 + "/nicht-rechtzeitig", data=truth).status_code == 303
    page = lenzen.get(P07)
    assert (
        "nicht rechtzeitig verlängert; weitergearbeitet 02.01.2023; Personalrecht fragen (§ 14 Abs. 4, § 15 Abs. 6, § 16 TzBfG)"
        in page.text
    )
    assert "02.01.2023, 08:00" in page.text
    assert lenzen.post(P07 + "/nachtrag", data={"text": "Personalrecht gefragt."}).status_code == 303
    assert "Personalrecht gefragt." in lenzen.get(P07).text
    for address in (P07, "/ablauf", "/stellenplan?jahr=2023"):
        assert not re.search("gültig|zulässig|wirksam", lenzen.get(address).text, re.IGNORECASE)


def test_an_end_date_asks_why_and_keeps_the_form(twelve: Any, desk: Desk) -> None:
    twelve.on(date(2022, 8, 15))
    lenzen = desk()
    asked = lenzen.post(P07 + "/ende", data={"ends_on": "2022-09-30"})
    assert asked.status_code == 422 and 'value="2022-09-30"' in asked.text
    assert_sound(asked.text)
    assert lenzen.post(P07 + "/ende", data={"ends_on": "2022-09-30", "reason": "leaves"}).status_code == 303
    assert "Scheidet aus am 30.09.2022" in lenzen.get(P07).text
    with twelve.house.database.read() as session:
        assert session.scalars(select(entries.c.reason).where(entries.c.outcome == "done")).all()[-1] == "leaves"


def test_letters_are_made_for_all_and_ticked_one_by_one(twelve: Any, desk: Desk) -> None:
    twelve.on(date(2022, 9, 23))
    lenzen = desk()
    made = lenzen.post("/schreiben", data={"contracts": list(twelve.contracts.values())})
    page = lenzen.get(made.location)
    assert page.text.count("staffing-letter__signature") == 12 and "Ohne Übergabe: 12" in page.text
    lenzen.post(P07 + "/schreiben")
    assert "Ohne Übergabe: 11" in lenzen.get(made.location).text
    assert "Ohne Schreiben nach § 38 SGB III: 11" in text_of(lenzen.get("/ablauf"))


def test_the_council_is_asked_for_all_at_once_and_answers_in_its_words(twelve: Any, desk: Desk) -> None:
    twelve.on(date(2022, 10, 28))
    lenzen = desk()
    form = html.fromstring(lenzen.get("/mitbestimmung/neu").text)
    ticked = form.xpath("//input[@name='contracts'][@checked]/@value")
    assert len(ticked) == 12
    lenzen.post("/mitbestimmung", data={"contracts": ticked, "ground_told": "without_ground", "money_told": "", "sent_on": "2022-10-28"})
    (action,) = html.fromstring(lenzen.get("/mitbestimmung").text).xpath("//form[contains(@action, 'antwort')]/@action")
    twelve.on(date(2022, 11, 9))
    assert lenzen.post(action, data={"answer": "refused", "answered_on": "2022-11-09"}).status_code == 422
    assert lenzen.post(action, data={"answer": "refused", "answered_on": "2022-11-09", "reason": "Mittel unklar"}).status_code == 303
    assert "abgelehnt am 09.11.2022: „Mittel unklar“" in lenzen.get(P07).text


def test_posts_are_created_decided_and_held_by_form(twelve: Any, desk: Desk) -> None:
    twelve.on(date(2022, 8, 15))
    lenzen = desk()
    planned = {
        "baustein": "2",
        "role": "case_management",
        "fte": "0,5",
        "status": "planned",
        "employer": "wuerselen",
        "starts_on": "2023-01-01",
    }
    made = lenzen.post("/stellen", data=planned)
    assert made.status_code == 303
    assert "geplant" in lenzen.get(made.location).text
    held = {"holder": "wuerselen-1", "share": "0,5", "starts_on": "2022-09-01"}
    assert lenzen.post(made.location + "/besetzen", data=held).status_code == 422
    decision = {"status": "established", "employer": "wuerselen", "starts_on": "2022-09-01"}
    assert lenzen.post(made.location + "/entscheidung", data=decision).status_code == 303
    assert lenzen.post(made.location + "/besetzen", data=held).status_code == 303
    assert "wuerselen-1" in lenzen.get("/stellenplan").text
    hired = {"name": "Zweite Kraft", "share": "0,5", "starts_on": "2022-09-01", "ends_on": "2022-12-31", "ground": "replacement"}
    refused = lenzen.post("/stellen/case_management-6/einstellen", data=hired)
    assert refused.status_code == 422 and "zusammen 1,50 bei 1,00 Stellen" in refused.text


def test_the_json_door_says_what_the_report_needs(twelve: Any, app: Any) -> None:
    twelve.on(date(2022, 8, 15))
    client = app.test_client()

    def ask(address: str, actor: str = "reader") -> Any:
        return client.get(address, headers=bearer(app, {"reader": READER, "lenzen": LENZEN}[actor]))

    figures = ask("/api/statistics?from=2022-03-01&to=2022-08-15").json
    own = figures["staedteregion-aachen"]
    assert (own["case_management"]["fte"], own["case_management"]["people"], own["case_management"]["posts"]) == ("6.0", 7, 6)
    assert (own["coordination"]["fte"], own["administration"]["fte"], own["immigration_office"]["fte"]) == ("3.0", "0.5", "1.0")
    assert figures["contracts_ending"] == {"2022-12-31": {"contracts": 12, "fte": "10.5"}}
    assert (figures["partner_reports"], figures["period"]["to"]) == ({}, "2022-08-15")
    assert ask("/api/statistics?from=2022-08-15&to=2022-03-01").status_code == 409
    wrong = ask("/api/statistics?from=spring&to=2022-08-15")
    assert (wrong.status_code, wrong.content_type, wrong.json["errors"][0]["field"]) == (422, "application/problem+json", "from")
    assert ask("/api/contracts/").status_code == 403
    contracts = ask("/api/contracts/", "lenzen").json["items"]
    assert len(contracts) == 12 and "Person" not in str(contracts)


def test_programs_record_posts_and_assurances(twelve: Any, app: Any) -> None:
    twelve.on(date(2022, 12, 8))
    client = app.test_client()
    door = {"headers": bearer(app, LENZEN)}
    post = {"baustein": 2, "role": "case_management", "fte": "1.0", "status": "undecided", "municipality": "05334012"}
    made = client.post("/api/posts/", json=post, **door)
    assert made.status_code == 201 and client.get(made.location, **door).json["status"] == "undecided"
    assert client.post("/api/posts/", json={**post, "municipality": "05315000"}, **door).json["code"] == "municipality_unknown"
    recorded = client.post("/api/assurances/", json={**COMMITMENT, "covers_fte": "1.5"}, **door)
    assert recorded.status_code == 201
    assert (len(recorded.json["extendable"]), len(recorded.json["not_yet"])) == (2, 10)
    assert "deckt 1,5 Stellen" in recorded.json["not_yet"][0]["text"]


@pytest.mark.parametrize("year", ["²²²²", "9" * 5_000, "1999"])
def test_a_plan_of_a_year_that_cannot_be_is_this_years(desk, year):
    page = desk("lenzen").get("/stellenplan", query_string={"jahr": year})
    assert page.status_code == 200
    assert "2022" in page.text


def test_a_house_begins_with_an_employer_and_then_has_posts(shared_app: Flask, houses: Any) -> None:
    house = houses(MAILBOX, SERVICE)
    shared_app.extensions[EXTENSION] = replace(shared_app.extensions[EXTENSION], database=house.database, clock=house.clock)
    lenzen = sign_in(shared_app.test_client(), LENZEN)
    assert "Noch ist keine Stelle angelegt." in text_of(lenzen.get("/ablauf"))
    assert 'name="id"' not in lenzen.get("/arbeitgeber").text
    own = {
        "employer": "pflegewerk",
        "name": "Pflegewerk",
        "valid_from": "2022-01-01",
        "own": "true",
        "council": "mav",
        "share_step": "0,25",
    }
    assert faulty(lenzen.post("/arbeitgeber", data={**own, "name": "", "employer": "x" * 41})) == {"name"}
    assert faulty(lenzen.post("/arbeitgeber", data={**own, "employer": "x" * 41})) == {"employer"}
    assert lenzen.post("/arbeitgeber", data={**own, "offices": "a46, jobstelle"}).status_code == 303
    page, other = "/arbeitgeber/pflegewerk", {**own, "employer": "diakonie", "offices": "jobstelle"}
    assert faulty(lenzen.post("/arbeitgeber", data=other)) == {"offices"}
    assert lenzen.post(page, data={**own, "name": "Pflegewerk Neu", "valid_from": "2030-01-01"}).status_code == 303
    names = html.fromstring(lenzen.get(page).text).xpath("//table[.//caption[text()='Namen']]//tbody/tr")
    assert [[cell.text_content() for cell in row] for row in names] == [["Pflegewerk Neu", "01.01.2030"], ["Pflegewerk", "01.01.2022"]]
    ferien = {"first": "2022-12-23", "last": "2023-01-01"}
    assert faulty(lenzen.post(page + "/betriebsferien", data={**ferien, "last": "2022-12-22"})) == {"last"}
    assert lenzen.post(page + "/betriebsferien", data=ferien).status_code == 303
    assert "23.12.2022 – 01.01.2023" in text_of(lenzen.get(page))
    assert lenzen.post(page + "/betriebsferien/wegnehmen", data={"first": "2022-12-23"}).status_code == 303
    assert "Keine eingetragen." in text_of(lenzen.get(page))
    assert "Pflegewerk" in lenzen.get("/stellen/neu").text
