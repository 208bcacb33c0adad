"""Grants: what a notice grants, which posts it pays, what they give back when empty, by which rule; on pages and through the JSON door."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from kim_runtime.refusal import Refused
from kim_staffing.operations.create_post import CreatePost, create_post
from kim_staffing.operations.occupy_post import OccupyPost, occupy_post
from kim_staffing.operations.record_grant import RecordGrant, record_grant
from lxml import html
from staffing.conftest import LENZEN, WIRTZ
from web.signed_in import bearer

Desk = Callable[..., FlaskClient]
NEW_YEAR, NOTICE, END = date(2023, 1, 1), date(2023, 2, 15), date(2023, 12, 31)
ALSDORF, ESCHWEILER, STOLBERG = ("alsdorf", "0.5", "05334004"), ("eschweiler", "1.0", "05334012"), ("stolberg", "1.0", "05334032")
KIM_2023 = {
    "name": "KIM 2023", "baustein": "2", "notice_dated": "15.02.2023", "period_from": "01.01.2023", "period_to": "31.12.2023",
    "fte": "12,0", "rate": "57.000,00", "vacancy_rule": "full_months", "rule_source": "Bescheid vom 15.2.2023, Nr. 3",
    "posts": ["alsdorf", "eschweiler", "stolberg"],
}  # fmt: skip


def text_of(answer: Any) -> str:
    return " ".join(" ".join(html.fromstring(answer.text).itertext()).split())


@pytest.fixture
def empty_posts(twelve: Any) -> Any:
    """Three posts of 2023 that stood empty for a while: Alsdorf to 31 March, Eschweiler to 14 May, Stolberg to 31 August."""
    for place, fte, town in (ALSDORF, ESCHWEILER, STOLBERG):
        post = CreatePost(2, "case_management", Decimal(fte), employer="caritas-eifel", starts_on=NEW_YEAR, municipality=town, id=place)
        twelve.do(NEW_YEAR, create_post, post)
    for (place, fte, _town), since in ((ALSDORF, date(2023, 4, 1)), (ESCHWEILER, date(2023, 5, 15)), (STOLBERG, date(2023, 9, 1))):
        twelve.do(since, occupy_post, OccupyPost(place, Decimal(fte), since, holder=f"caritas-{place}"))
    return twelve


def test_a_notice_is_recorded_once_and_each_post_says_what_it_gives_back_and_why(empty_posts: Any, desk: Desk) -> None:
    empty_posts.on(NOTICE)
    lenzen = desk()
    made = lenzen.post("/bewilligungen", data=KIM_2023)
    assert made.status_code == 303
    empty_posts.on(date(2023, 9, 1))
    said = text_of(lenzen.get(made.location))
    for words in (
        "Baustein 2: Case Management", "Bescheid vom 15.02.2023", "01.01.2023 – 31.12.2023", "davon zugeordnet 2,5",
        "bewilligt 684.000,00 €", "zurück bis 01.09.2023 64.125,00 €", "genutzt 619.875,00 €", "voller leerer Monat = 1/12",
        "Fundstelle Bescheid vom 15.2.2023, Nr. 3",
        "Alsdorf 0,5 01.01.2023 – 31.03.2023: 0,5 7.125,00 €", "Eschweiler 1,0 01.01.2023 – 14.05.2023: 1,0 19.000,00 €",
        "Zusammen 2,5 64.125,00 €",
    ):  # fmt: skip
        assert words in said, words
    assert "KIM 2023" in text_of(lenzen.get("/stellen/alsdorf")) and made.location in lenzen.get("/stellen/alsdorf").text
    assert made.location in lenzen.get("/stellenplan").text
    listed = text_of(lenzen.get("/bewilligungen"))
    assert "KIM 2023 Baustein 2: Case Management 15.02.2023 01.01.2023 – 31.12.2023 12,0 684.000,00 € 64.125,00 €" in listed


def test_the_rule_is_changed_with_the_place_where_it_stands(empty_posts: Any, desk: Desk) -> None:
    empty_posts.on(date(2023, 9, 1))
    lenzen = desk()
    address = lenzen.post("/bewilligungen", data={**KIM_2023, "rule_source": ""}).location
    assert "Die Fundstelle der Regel fehlt" in text_of(lenzen.get(address))
    without = lenzen.post(f"{address}/regel", data={"vacancy_rule": "daily", "rule_source": ""})
    assert without.status_code == 422 and "Bitte die Fundstelle im Bescheid nennen." in without.text
    assert lenzen.post(f"{address}/regel", data={"vacancy_rule": "daily", "rule_source": "Nr. 4 des Bescheids"}).status_code == 303
    said = text_of(lenzen.get(address))
    assert "zurück bis 01.09.2023 65.901,38 €" in said and "tageweise" in said and "Fundstelle Nr. 4 des Bescheids" in said
    assert "Die Fundstelle der Regel fehlt" not in said


def test_before_its_period_nothing_goes_back_and_after_it_nothing_is_added(empty_posts: Any, desk: Desk) -> None:
    empty_posts.on(date(2022, 12, 20))
    lenzen = desk()
    address = lenzen.post("/bewilligungen", data=KIM_2023).location
    before = text_of(lenzen.get(address))
    assert "Der Zeitraum beginnt am 01.01.2023; bis dahin geht nichts zurück." in before and "zurück bis 20.12.2022 –" in before
    empty_posts.on(date(2024, 6, 1))
    assert "zurück bis 31.12.2023 64.125,00 €" in text_of(lenzen.get(address))


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"fte": "2,0"}, "Die Stellen haben zusammen 2,50, bewilligt sind 2,00."),
        ({"baustein": "1"}, "gehört nicht zu Baustein 1."),
        ({"period_to": "31.12.2022"}, "Der letzte Tag liegt vor dem ersten."),
        ({"period_to": "31.12.9999"}, "Eine Bewilligung läuft höchstens zehn Jahre."),
        ({"fte": "0"}, "Wie viele Vollzeitstellen sind bewilligt?"),
    ],
)
def test_what_cannot_be_comes_back_with_what_was_typed(empty_posts: Any, desk: Desk, changed: dict[str, str], said: str) -> None:
    answer = desk().post("/bewilligungen", data={**KIM_2023, **changed})
    assert answer.status_code == 422
    assert said in text_of(answer) and 'value="KIM 2023"' in answer.text
    assert len(html.fromstring(answer.text).xpath("//input[@name='posts'][@checked]")) == 3
    assert "Noch keine Bewilligung eingetragen." in desk().get("/bewilligungen").text


def test_a_post_named_twice_is_paid_once(empty_posts: Any) -> None:
    granted = RecordGrant("KIM 2023", 2, NEW_YEAR, END, Decimal(12), Decimal(57000), posts=("alsdorf", "alsdorf"))
    empty_posts.do(NOTICE, record_grant, granted)
    with pytest.raises(Refused) as twice:
        empty_posts.do(NOTICE, record_grant, RecordGrant("Noch eine", 2, NEW_YEAR, END, Decimal(1), Decimal(57000), posts=("alsdorf",)))
    assert twice.value.code == "double_funding"


def test_the_posts_of_a_grant_change_on_its_page_and_each_change_is_kept(empty_posts: Any, desk: Desk) -> None:
    empty_posts.on(date(2023, 9, 1))
    lenzen = desk()
    address = lenzen.post("/bewilligungen", data={**KIM_2023, "fte": "2,0", "posts": ["alsdorf", "eschweiler"]}).location
    page = html.fromstring(lenzen.get(address).text)
    assert page.xpath("//input[@name='posts'][@checked]/@value") == ["alsdorf", "eschweiler"]
    seen = page.xpath("//input[@name='posts_before']/@value")
    swap = {"posts": ["", "alsdorf", "stolberg"], "posts_before": seen, "document": "Änderungsbescheid vom 1.9.2023"}
    assert lenzen.post(f"{address}/stellen", data=swap).status_code == 303
    said = text_of(lenzen.get(address))
    assert "davon zugeordnet 1,5" in said and "Bewilligt sind 2,0, zugeordnet 1,5; frei sind 0,5." in said
    assert "Lenzen: dazu 2-09; nicht mehr 2-08 (Änderungsbescheid vom 1.9.2023)" in said
    assert "zurück bis 01.09.2023 45.125,00 €" in said  # 7,125 of Alsdorf and eight full months of Stolberg
    assert "Keine Bewilligung zugeordnet." in text_of(lenzen.get("/stellen/eschweiler"))
    assert f"{address}#change-posts" in lenzen.get("/stellen/eschweiler").text


def test_all_posts_can_be_taken_away_and_the_same_again_changes_nothing(empty_posts: Any, desk: Desk) -> None:
    empty_posts.on(NOTICE)
    lenzen = desk()
    address = lenzen.post("/bewilligungen", data=KIM_2023).location
    same = {"posts": ["", *KIM_2023["posts"]], "posts_before": KIM_2023["posts"]}
    assert lenzen.post(f"{address}/stellen", data=same).status_code == 303
    assert "Was geändert wurde" not in lenzen.get(address).text
    assert lenzen.post(f"{address}/stellen", data={"posts": "", "posts_before": KIM_2023["posts"]}).status_code == 303
    said = text_of(lenzen.get(address))
    assert "Noch keine Stelle zugeordnet." in said and "Lenzen: nicht mehr 2-07, 2-08, 2-09" in said


@pytest.mark.parametrize(
    ("posts", "before", "said"),
    [
        (["alsdorf", "stolberg"], ["eschweiler"], "Inzwischen wurden die Stellen dieser Bewilligung geändert."),
        (["alsdorf", "stolberg"], ["alsdorf"], "Die Stellen haben zusammen 1,50, bewilligt sind 1,00."),
        (["alsdorf", "eschweiler"], ["alsdorf"], "Die Stelle 2-08 wird in dieser Zeit schon aus einer anderen Bewilligung bezahlt"),
        (["alsdorf", "coordination-8"], ["alsdorf"], "Die Stelle 1-01 gehört nicht zu Baustein 2."),
    ],
)
def test_posts_that_cannot_be_paid_leave_the_grant_as_it_was(
    empty_posts: Any, desk: Desk, posts: list[str], before: list[str], said: str
) -> None:
    empty_posts.on(NOTICE)
    lenzen = desk()
    other = lenzen.post("/bewilligungen", data={**KIM_2023, "name": "Andere", "posts": ["eschweiler"]}).location
    address = lenzen.post("/bewilligungen", data={**KIM_2023, "fte": "1,0", "posts": ["alsdorf"]}).location
    page = lenzen.get(address)
    assert "eschweiler" not in html.fromstring(page.text).xpath("//input[@name='posts']/@value") and other in page.text
    refused = lenzen.post(f"{address}/stellen", data={"posts": posts, "posts_before": before})
    assert refused.status_code == 422 and said in text_of(refused)
    assert html.fromstring(refused.text).xpath("//input[@name='posts_before']/@value") == ["alsdorf"]
    assert "davon zugeordnet 0,5" in text_of(lenzen.get(address))


def test_the_head_looks_and_does_not_record(empty_posts: Any, desk: Desk, app: Flask) -> None:
    empty_posts.on(NOTICE)
    address = desk().post("/bewilligungen", data=KIM_2023).location
    head = desk("wirtz")
    page = head.get(address)
    assert "KIM 2023" in page.text and "Regel und Fundstelle ändern" not in page.text and "Stellen ändern" not in page.text
    assert "/bewilligungen/neu" not in head.get("/bewilligungen").text
    assert [head.get("/bewilligungen/neu").status_code, head.post(f"{address}/regel").status_code] == [403, 403]
    assert head.post(f"{address}/stellen").status_code == 403
    assert desk("reader").get("/bewilligungen").status_code == 403


def test_programs_record_grants_and_read_them(empty_posts: Any, app: Flask) -> None:
    empty_posts.on(date(2023, 9, 1))
    client, lenzen = app.test_client(), {"headers": bearer(app, LENZEN)}
    said = {
        "name": "KIM 2023", "baustein": 2, "period_from": "2023-01-01", "period_to": "2023-12-31", "fte": "12.00", "rate": "57000.00",
        "posts": ["alsdorf", "eschweiler", "stolberg"],
    }  # fmt: skip
    made = client.post("/api/grants/", json=said, **lenzen)
    assert (made.status_code, made.json["total"], made.json["given_back"]) == (201, "684000.00", "64125.00")
    rule = {"grant": made.json["id"], "vacancy_rule": "daily", "rule_source": "Nr. 4"}
    assert client.post("/api/grants/vacancy-rules", json=rule, **lenzen).json["given_back"] == "65901.38"
    fewer = {"grant": made.json["id"], "posts": ["alsdorf"], "document": "Nr. 5"}
    assert [one["post"] for one in client.post("/api/grants/posts", json=fewer, **lenzen).json["posts"]] == ["alsdorf"]
    assert client.post("/api/grants/posts", json={"grant": made.json["id"]}, **lenzen).status_code == 422
    stale = {**fewer, "posts": ["alsdorf", "stolberg"], "posts_before": []}
    assert client.post("/api/grants/posts", json=stale, **lenzen).json["code"] == "posts_changed"
    back = {**fewer, "posts": said["posts"], "posts_before": ["alsdorf"]}
    assert client.post("/api/grants/posts", json=back, **lenzen).status_code == 200
    head = {"headers": bearer(app, WIRTZ)}
    assert [one["post"] for one in client.get(made.location, **head).json["posts"]] == ["alsdorf", "eschweiler", "stolberg"]
    assert [one["id"] for one in client.get("/api/grants/", **head).json["items"]] == [made.json["id"]]
    assert client.get("/api/grants/nobodys", **head).json["code"] == "grant_unknown"
    assert client.post("/api/grants/", json=said, **head).status_code == 403
