"""Composing, freezing and showing the report."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from conftest import TOPOLOGY
from hypothesis import given
from hypothesis import strategies as st
from kim_bus.directory import Directory
from kim_report.__main__ import main
from kim_report.compose import at, compose
from kim_report.desk import ReportDesk
from kim_report.frozen import Changed, differences, freeze, load, numbers
from kim_report.sources import Answer, Period, parse_sources
from kim_report.text import render, render_differences
from kim_runtime.act import Actor
from kim_web.translations import missing_translations
from lxml import html
from report.conftest import HOUSE, WIRTZ
from web.signed_in import bearer, sign_in
from web.static_html import faults

PERIOD = Period(date(2022, 3, 1), date(2022, 8, 15))
NOW = datetime(2022, 8, 15, tzinfo=UTC)


def desk_of(settings, clock):
    return ReportDesk(settings, clock)


def test_each_service_is_asked_for_the_period_with_the_token_and_one_act(services, settings, clock):
    desk_of(settings, clock).compose(PERIOD, {"X-Correlation-Id": "0191-act"})
    asked = services[0].asked
    assert {request.path.split("/")[1] for request in asked} == {"intake", "casework", "interpreting", "staffing"}
    assert {(request.args["from"], request.args["to"]) for request in asked} == {("2022-03-01", "2022-08-15")}
    assert {request.headers["Authorization"] for request in asked} == {"Bearer token-of-the-report"}
    assert {request.headers["X-Correlation-Id"] for request in asked} == {"0191-act"}


def test_a_services_answer_is_a_step_of_the_readers_trace(services, client):
    given = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    answer = client("wirtz").get("/bericht", headers={"traceparent": given})
    asked = services[0].asked
    assert asked
    assert {request.headers["X-Correlation-Id"] for request in asked} == {answer.headers["X-Correlation-Id"]}
    [step] = {request.headers["traceparent"] for request in asked}
    assert step[:36] == given[:36]
    assert step != given


def test_a_command_at_the_shell_asks_all_services_in_one_act(services, settings, monkeypatch, capsys):
    for name in ("organisation", "secret", "sources", "token", "reports", "begins"):
        monkeypatch.setenv(f"KIM_{name.upper()}", str(getattr(settings, name)))
    assert main(["show", "--from", "2022-03-01", "--to", "2022-08-15"]) == 0
    assert "Beratungen" in capsys.readouterr().out
    assert main(["freeze", "--from", "2022-03-01", "--to", "2022-08-15", "--by", "Dr. Hanna Wirtz"]) == 0
    assert main(["since", capsys.readouterr().out.strip()]) == 0
    per_command = [{request.headers["X-Correlation-Id"] for request in services[0].asked[first : first + 4]} for first in (0, 4, 8)]
    assert [len(ids) for ids in per_command] == [1, 1, 1]
    assert len(set.union(*per_command)) == 3


def test_a_service_that_does_not_answer_is_missing_and_never_nought(services, settings, clock):
    services[0].answers["casework"] = None
    report = desk_of(settings, clock).compose(PERIOD, {})
    assert report["sources"]["casework"] == {"state": "missing", "why": "HTTP 503"}
    assert report["cases"] is None
    assert "nicht geliefert" in render(report)
    assert "41 Beratungen" in render(report)


def test_what_a_service_that_answered_does_not_mention_is_nought(services, settings, clock):
    del services[0].answers["intake"]["consultations"]["school_entry"]
    lines = render(desk_of(settings, clock).compose(PERIOD, {})).splitlines()
    assert next(line for line in lines if "Seiteneinstiegsberatung" in line).endswith(" 0 Beratungen")


@pytest.mark.parametrize("language", ["de", "en"])
def test_the_period_that_stands_in_its_fields_can_be_asked_for(client, language):
    wirtz = client("wirtz")
    page = html.document_fromstring(wirtz.get(f"/bericht?from=2022-03-01&to=2022-08-15&lang={language}").text)
    (form,) = page.xpath("//form[contains(@class, 'report-period')]")
    asked = wirtz.get("/bericht", query_string=dict(form.form_values()))
    assert asked.status_code == 200
    assert html.document_fromstring(asked.text).xpath("string(//h1)") == page.xpath("string(//h1)")


def test_one_is_said_in_the_singular(client):
    page = html.document_fromstring(client("wirtz").get("/zahlen").text)
    assert "1 Vorschlag" in [" ".join(cell.text_content().split()) for cell in page.xpath("//td")]


def test_partners_and_employers_are_called_by_their_names(services, settings, clock, tmp_path):
    directory = tmp_path / "directory.json"
    Directory.load(TOPOLOGY).save(directory)
    services[0].answers["staffing"]["planned"] = ["0.5 from 2023-01-01 wuerselen", "1.0 from 2023-01-01 somebody-else"]
    report = desk_of(replace(settings, directory=directory), clock).compose(PERIOD, {})
    lines = render(report)
    assert "Ausländeramt der StädteRegion Aachen: Erstberatung" in lines and "auslaenderamt" not in lines
    assert "0,5 ab 01.01.2023 (Stadt Würselen)" in lines
    assert "1,0 ab 01.01.2023 (somebody-else)" in lines  # whom the directory does not know
    frozen = freeze(tmp_path / "reports", report, "a", NOW)  # what they were called is kept with the figures
    assert "Stadt Würselen" in render(load(tmp_path / "reports", frozen.number).report)


def test_what_a_partner_reported_stands_in_words_with_what_was_withheld_and_what_is_missing(client):
    page = html.document_fromstring(client("wirtz").get("/zahlen").text)
    (table,) = page.xpath("//table[contains(caption, 'auslaenderamt')]")
    rows = [[" ".join(cell.text_content().split()) for cell in row] for row in table.xpath("tbody/tr")]
    assert rows == [
        ["Zahl der Beratungen, Informationspunkt", "1.234", "–"],
        ["Zahl der Beratungen, Informationspunkt: Eritrea", "–", "in 2 Monaten unterdrückt"],
        ["Offene Fälle", "4", "im letzten Monat"],
    ]
    assert "Nicht gemeldet: 08.2022" in page.text_content()


def test_what_changed_since_is_said_in_the_words_of_the_report(services, settings, clock):
    desk = desk_of(settings, clock)
    frozen = desk.freeze(desk.compose(PERIOD, {}), "Dr. Hanna Wirtz")
    case_management = services[0].answers["intake"]["consultations"]["case_management"]
    case_management["anonymous"], case_management["by_kind"]["first"] = 21, 31
    said = render_differences(frozen.number, desk.since(frozen, {}), frozen.report)
    assert "Case-Management-Beratung, davon anonym" in said
    assert "Case-Management-Beratung nach Art: Erstberatungen" in said


def test_what_is_told_of_fewer_days_says_so_and_what_is_withheld_is_no_nought(services, settings, clock, client):
    school = services[0].answers["intake"]["consultations"]["school_entry"]
    school |= {"anonymous": None, "by_kind": None, "told": {"from": "2022-03-01", "to": "2022-07-31"}, "told_how": None}
    services[0].answers["intake"]["referrals"]["sent"] |= {"total": None, "told": None}
    services[0].answers["intake"]["told"] = {"from": "2022-03-01", "to": "2022-08-15"}
    text = render(desk_of(settings, clock).compose(PERIOD, {}))
    said = "Seiteneinstiegsberatung: gezählt vom 01.03.2022 bis 31.07.2022. In den übrigen Tagen waren es weniger als drei Kolleg_innen"
    assert said in " ".join(text.split())
    assert "Seiteneinstiegsberatung: Art, Weg, Sprachmittlung und anonym: nicht gezählt." in " ".join(text.split())
    assert "Verweise aus der Beratung an andere Stellen: nicht gezählt." in " ".join(text.split())
    lines = [line for line in text.splitlines() if line.endswith("zu wenige Kolleg_innen")]
    assert ["davon anonym" in line for line in lines] == [True, False] and "Verweise aus der Beratung" in lines[1]
    assert max(map(len, text.splitlines())) <= 108  # what a sheet of paper holds
    for path in ("/bericht", "/zahlen"):
        page = " ".join(html.fromstring(client("wirtz").get(path).text).text_content().split())
        assert "Seiteneinstiegsberatung: gezählt vom 01.03.2022 bis 31.07.2022" in page, path
    assert "zu wenige Kolleg_innen" in page


def test_a_period_without_half_a_month_is_sent_back_with_what_would_be_right(client):
    wirtz = client("wirtz")
    for path in ("/bericht", "/zahlen"):
        answer = wirtz.get(f"{path}?from=2022-05-10&to=2022-05-20")
        assert (answer.status_code, "Zahlen gibt es für halbe und ganze Monate" in answer.text) == (422, True), path
    answer = wirtz.get("/api/report?from=2022-05-10&to=2022-05-20", headers=bearer(wirtz.application, WIRTZ))
    assert (answer.status_code, answer.json["code"]) == (409, "period_too_short")


@pytest.mark.parametrize(
    ("begins", "today", "first"),
    [("", "2022-01-14", "2021-01-01"), ("", "2022-01-15", "2022-01-01"), ("2022-03-01", "2022-03-10", "2022-01-01"),
     ("2022-03-01", "2022-03-15", "2022-03-01"), ("2022-03-10", "2022-03-24", "2022-01-01")],
)  # fmt: skip
def test_the_usual_period_has_figures_on_every_day(settings, clock, begins, today, first):
    clock.set(datetime.fromisoformat(f"{today}T10:00:00+00:00"))
    assert desk_of(replace(settings, begins=begins), clock).usual_period() == Period(date.fromisoformat(first), date.fromisoformat(today))


def test_what_stands_at_no_site_is_said_behind_the_sites(services, settings, clock):
    desk = desk_of(settings, clock)
    frozen = desk.freeze(desk.compose(PERIOD, {}), "Dr. Hanna Wirtz")
    services[0].answers["intake"]["consultations"]["case_management"]["not_by_site"] = 9
    report = desk.compose(PERIOD, {})
    lines = [line.strip() for line in render(report).splitlines()]
    place = next(place for place, line in enumerate(lines) if line.startswith("Rathaus Herzogenrath"))
    assert lines[place + 1].startswith("angefangene Monate aller Standorte zusammen") and lines[place + 1].endswith(" 9")
    said = render_differences(frozen.number, desk.since(frozen, {}), frozen.report)
    assert "Case-Management-Beratung nach Standort: angefangene Monate aller Standorte zusammen" in said


def test_a_service_nobody_reaches_is_missing(settings, clock):
    report = desk_of(replace(settings, sources="intake=http://127.0.0.1:9"), clock).compose(PERIOD, {})
    assert report["sources"]["intake"]["state"] == "missing"


def test_a_service_that_leads_elsewhere_is_missing_and_the_key_is_shown_to_nobody_else(services, settings, clock):
    found, sources = services
    found.answers["intake"] = "/elsewhere"
    report = desk_of(replace(settings, sources=sources.split(",")[0]), clock).compose(PERIOD, {})
    assert report["sources"]["intake"]["state"] == "missing"
    assert [request.path for request in found.asked] == ["/intake/api/statistics"]


@pytest.mark.parametrize("wrong", ["intake", "intake=ftp://somewhere", "=x"])
def test_a_wrong_source_says_what_would_be_right(wrong):
    with pytest.raises(ValueError, match="http"):
        parse_sources(wrong)


def test_the_figures_of_different_services_stand_apart():
    answer = Answer("intake", {"consultations": {"case_management": {"total": 650}, "school_entry": {"total": 500}}})
    report = compose("house", PERIOD, [answer], NOW)
    assert at(report, "consultations.case_management.total") == 650
    assert "1150" not in json.dumps(report)
    assert "1.150" not in render(report)


@given(
    st.dictionaries(
        st.sampled_from(["a", "b", "a.b", "rathaus.x"]), st.integers() | st.dictionaries(st.sampled_from(["b", "c.d"]), st.integers())
    )
)
def test_a_path_finds_every_value_although_keys_hold_dots(tree):
    for key, value in tree.items():
        if isinstance(value, dict):
            for below, number in value.items():
                assert at(tree, f"{key}.{below}") in [number, at(tree, f"{key}.{below}")]
        elif f"{key}" in tree:
            assert at(tree, key) == value


def test_a_frozen_report_keeps_its_figures_and_shows_what_came_later(services, settings, clock):
    desk = desk_of(settings, clock)
    frozen = desk.freeze(desk.compose(PERIOD, {}), "Dr. Hanna Wirtz")
    services[0].answers["intake"]["consultations"]["case_management"]["total"] = 47
    assert desk.frozen()[0].report["consultations"]["case_management"]["total"] == 41
    assert [(entry.path, entry.change) for entry in desk.since(frozen, {})] == [("consultations.case_management.total", 6)]


def test_frozen_reports_are_numbered_by_year_and_never_overwritten(tmp_path):
    report = compose("house", PERIOD, [], NOW)
    assert [freeze(tmp_path, report, "a", NOW).number for _ in range(3)] == ["2022-01", "2022-02", "2022-03"]
    assert numbers(tmp_path) == ["2022-01", "2022-02", "2022-03"]
    assert list(tmp_path.glob(".*")) == []


def test_a_report_altered_after_freezing_is_noticed(tmp_path):
    freeze(tmp_path, compose("house", PERIOD, [Answer("intake", {"consultations": {"x": {"total": 41}}})], NOW), "a", NOW)
    path = tmp_path / "report-2022-01.json"
    path.write_text(path.read_text().replace('"total": 41', '"total": 42'))
    with pytest.raises(Changed):
        load(tmp_path, "2022-01")


def test_the_report_itself_is_not_compared_only_its_figures():
    first, second = compose("house", PERIOD, [], NOW), compose("house", PERIOD, [], datetime(2023, 1, 2, tzinfo=UTC))
    assert differences(first, second) == []


@pytest.mark.slow
@pytest.mark.parametrize(
    "path", ["/bericht", "/zahlen", "/festgeschrieben", "/bericht?from=2022-08-15&to=2022-03-01", "/bericht?from=gestern"]
)
@pytest.mark.parametrize("language", ["de", "en"])
def test_every_page_is_sound_html_in_both_languages(client, path, language):
    answer = client("wirtz").get(path + ("&" if "?" in path else "?") + f"lang={language}")
    assert answer.status_code == (422 if "?from" in path else 200)
    assert faults(answer.text) == []


def test_a_period_that_cannot_be_comes_back_as_it_was_typed(client):
    answer = client("wirtz").get("/zahlen?from=31.2.2022&to=15.8.2022")
    (form,) = html.fromstring(answer.text).xpath("//form[contains(@class, 'report-period')]")
    assert (answer.status_code, form.get("action"), form.xpath(".//input/@value")) == (422, "/zahlen", ["31.2.2022", "15.8.2022"])


def test_the_head_freezes_a_report_with_one_button_and_finds_it_again(client, services):
    wirtz = client("wirtz")
    answer = wirtz.post("/festschreiben", data={"from": "2022-03-01", "to": "2022-08-15"}, follow_redirects=True)
    assert "2022-01" in answer.text
    services[0].answers["intake"]["consultations"]["case_management"]["total"] = 47
    page = html.fromstring(wirtz.get("/festgeschrieben/2022-01").text)
    assert "+6" in page.text_content()
    assert wirtz.get("/festgeschrieben/2022-09").status_code == 404


def test_a_lead_who_lists_cases_reads_frozen_reports_and_no_period_of_their_own(client):
    client("wirtz").post("/festschreiben", data={"from": "2022-03-01", "to": "2022-08-15"})
    lead = client("thelen")
    for closed in ("/bericht", "/bericht?from=2022-05-10&to=2022-05-10", "/zahlen"):
        assert lead.get(closed).status_code == 403, closed
    assert "2022-01" in lead.get("/festgeschrieben").text
    assert lead.get("/festgeschrieben/2022-01").status_code == 200


@pytest.mark.parametrize(("reading", "listing"), [("report_reader", "case_lead"), ("centre_head", "intake_staff")])
def test_who_lists_others_reads_no_live_sum_whatever_else_they_are(client, services, listing, reading):
    """Neither a period of their own choice, nor what was entered since a report was frozen: a list taken off it tells the protected."""
    wirtz = client("wirtz")
    wirtz.post("/festschreiben", data={"from": "2022-03-01", "to": "2022-08-15"})
    services[0].answers["casework"]["cases"]["open_at_end"] = 5
    asked = len(services[0].asked)
    for roles, status in (({reading}, 200), ({reading, listing}, 403)):
        person = Actor("beides", "Beides", HOUSE, frozenset(roles))
        browser = sign_in(wirtz.application.test_client(), person)
        key = bearer(wirtz.application, person)
        for closed in ("/bericht", "/zahlen", "/api/report"):
            assert browser.get(closed, headers=key if closed.startswith("/api") else {}).status_code == status, (roles, closed)
        page = browser.get("/festgeschrieben/2022-01")
        told = browser.get("/api/report/frozen/2022-01", headers=key).json
        assert told["report"]["chapters"]["cases"]["open_at_end"] == 4
        if status == 200:
            assert {"path": "cases.open_at_end", "then": "4", "now": "5"} in told["differences"]
            assert "+1" in page.text
            asked = len(services[0].asked)
        else:
            assert told["differences"] is None
            assert page.status_code == 200 and "+1" not in page.text and "Was seither dazukam" in page.text
            assert len(services[0].asked) == asked, "nobody is even asked"
            assert browser.post("/festschreiben", data={}).status_code == 403


def test_a_lead_sees_of_a_frozen_report_what_the_council_saw_and_no_difference(client, services):
    client("wirtz").post("/festschreiben", data={"from": "2022-03-01", "to": "2022-08-15"})
    services[0].answers["casework"]["cases"]["open_at_end"] = 5
    page = client("thelen").get("/festgeschrieben/2022-01").text
    assert "+1" not in page and "Keine Zahl hat sich geändert" not in page and "Was seither dazukam" in page


def test_nobody_else_freezes(client):
    assert client("thelen").post("/festschreiben", data={}).status_code == 403


def test_the_json_door_answers_wrong_days_with_a_problem(client):
    wirtz = client("wirtz")
    program = bearer(wirtz.application, WIRTZ)
    good = wirtz.get("/api/report?from=2022-03-01&to=2022-08-15", headers=program)
    assert good.json["chapters"]["consultations"]["case_management"]["total"] == 41
    wrong = wirtz.get("/api/report?from=morgen", headers=program)
    assert (wrong.status_code, wrong.content_type) == (422, "application/problem+json")


def test_every_text_has_its_english():
    from pathlib import Path

    import kim_report

    package = Path(kim_report.__file__).parent
    assert missing_translations(package, package / "locale" / "en.po") == []
