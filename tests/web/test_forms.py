"""Forms: what browsers send becomes a command, and what is wrong is said where it is wrong."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from decimal import Decimal

import pytest
from flask import Flask
from flask.testing import FlaskClient
from kim_web.form import blank, submitted, whole_number
from kim_web.typed_time import at_the_desk, day_as_meant, read_day, read_time
from lxml import html as lxml_html
from web.sample.doors import VISITS
from web.sample.visits import RecordVisit, RecordVisitSchema

GOOD = {"id": "a1", "persons_present": "5", "town": "roetgen", "on": "15.8.2022"}


def posted(app: Flask, **fields: object) -> RecordVisit:
    with app.test_request_context("/", method="POST", data={**GOOD, **fields}):
        form = submitted(RecordVisitSchema)
        assert form.errors == {}
        command: RecordVisit = form.command
        return command


def test_a_german_day_is_read(app: Flask) -> None:
    assert posted(app).on == date(2022, 8, 15)
    assert posted(app, on="2022-08-15").on == date(2022, 8, 15)


def test_a_day_may_be_typed_without_points(app: Flask) -> None:
    assert posted(app, on="15082022").on == date(2022, 8, 15)
    assert posted(app, on="20220815").on == date(2022, 8, 15)


@pytest.mark.parametrize(
    ("typed", "lies", "read"),
    [
        ("3.5.", "behind", "03.05.2022"), ("03.05", "behind", "03.05.2022"), ("8.12.", "behind", "08.12.2022"),
        ("9.12.", "behind", "9.12."),  # tomorrow a year ago, or a slip: it is asked
        ("8.12.", "ahead", "08.12.2022"), ("31.12.", "ahead", "31.12.2022"), ("15.1.", "ahead", "15.01.2023"), ("7.12.", "ahead", "7.12."),
        ("3.5.23", "ahead", "03.05.2023"), ("3.5.21", "behind", "03.05.2021"),
        ("31.2.", "behind", "31.2."), ("gestern", "behind", "gestern"),
    ],
)  # fmt: skip
def test_a_day_without_its_year_is_read_where_the_year_is_clear(typed: str, lies: str, read: str) -> None:
    assert day_as_meant(typed, lies, date(2022, 12, 8)) == read


def test_a_day_of_the_end_of_last_year_is_clear_in_january() -> None:
    assert day_as_meant("20.12.", "behind", date(2023, 1, 10)) == "20.12.2022"


@pytest.mark.parametrize(
    ("typed", "read"),
    [("9:30", (9, 30)), ("09.30", (9, 30)), ("930", (9, 30)), ("1430", (14, 30)), ("130", (1, 30)), ("9", (9, 0)), ("9 Uhr", (9, 0)),
     ("24:00", None), ("9:60", None), ("gegen zehn", None), ("", None), ("93 0", None)],
)  # fmt: skip
def test_a_time_is_read_as_people_type_it(typed: str, read: tuple[int, int] | None) -> None:
    assert read_time(typed) == (time(*read) if read else None)


@pytest.mark.parametrize("typed", ["15.8.2022", "15082022", "2022-08-15"])
def test_a_day_beside_a_time_is_read_as_a_day_alone(typed: str) -> None:
    assert read_day(typed) == date(2022, 8, 15)
    assert at_the_desk(date(2022, 8, 15), time(9, 30)) == datetime(2022, 8, 15, 7, 30, tzinfo=UTC)
    assert read_day("32.8.2022") is None


def test_an_empty_field_is_no_answer(app: Flask) -> None:
    command = posted(app, need="  ", kind="", amount="")
    assert (command.need, command.kind, command.amount) == ("", "first", None)


@pytest.mark.parametrize(("typed", "amount"), [("12,5", "12.50"), ("1.234,56", "1234.56"), ("1234.56", "1234.56"), ("1.234 €", "1234.00")])
def test_an_amount_is_read_as_people_write_it(app: Flask, typed: str, amount: str) -> None:
    assert posted(app, amount=typed).amount == Decimal(amount)


def test_a_ticked_box_is_yes_and_an_unticked_one_no(app: Flask) -> None:
    assert posted(app, written=["false", "true"]).written is True
    assert posted(app, written=["false"]).written is False


def test_several_boxes_make_a_list(app: Flask) -> None:
    assert posted(app, topics=["", "school", "health"]).topics == ["school", "health"]
    assert posted(app, topics=[""]).topics == []


def test_rows_of_persons_are_read_and_empty_rows_are_not(app: Flask) -> None:
    rows = {"visitors.0.name": "Ḫalīl", "visitors.0.birth_year": "1990", "visitors.1.name": "", "visitors.2.name": "Ana"}
    assert posted(app, **rows).visitors == [{"name": "Ḫalīl", "birth_year": 1990}, {"name": "Ana"}]


def test_what_the_schema_does_not_have_is_ignored(app: Flask) -> None:
    assert posted(app, csrf_token="x", then="refer").town == "roetgen"


def test_a_value_from_the_address_is_added(app: Flask) -> None:
    with app.test_request_context("/", method="POST", data={name: value for name, value in GOOD.items() if name != "town"}):
        assert submitted(RecordVisitSchema, extra={"town": "simmerath"}).command.town == "simmerath"


def test_a_new_form_has_an_id_of_its_own(app: Flask) -> None:
    with app.test_request_context("/"):
        first, second = blank(RecordVisitSchema), blank(RecordVisitSchema)
        assert first.values["id"] != second.values["id"]
        assert blank(RecordVisitSchema, id="a2").values["id"] == "a2"


def test_initial_values_stand_in_the_fields(app: Flask) -> None:
    with app.test_request_context("/"):
        form = blank(RecordVisitSchema, on=date(2022, 8, 15), amount=Decimal("1234.5"), written=True, topics=["school"], persons_present=5)
        shown = {name: form.field(name).value for name in ("on", "amount", "written", "topics", "persons_present", "town")}
    assert shown == {
        "on": "15.08.2022",
        "amount": "1234,50",
        "written": "true",
        "topics": ["school"],
        "persons_present": "5",
        "town": "",
    }


def test_sending_the_same_form_twice_makes_one_thing(desk: FlaskClient) -> None:
    for _time in range(2):
        assert desk.post("/besuche", data=GOOD).status_code == 303
    assert list(VISITS) == ["a1"]


def test_wrong_values_are_kept_and_named(desk: FlaskClient) -> None:
    page = desk.post("/besuche", data={**GOOD, "persons_present": "fünf", "on": "31.2.2022", "need": "Wohnung"})
    assert page.status_code == 422
    assert VISITS == {}
    tree = lxml_html.document_fromstring(page.text)
    assert tree.xpath("//input[@name='persons_present']/@value") == ["fünf"]
    assert tree.xpath("//input[@name='on']/@value") == ["31.2.2022"]
    assert tree.xpath("//textarea[@name='need']")[0].text.strip() == "Wohnung"
    assert tree.xpath("//input[@name='id']/@value") == ["a1"]
    assert tree.xpath("//select[@name='town']/option[@selected]/@value") == ["roetgen"]
    links = tree.xpath("//div[contains(@class, 'kim-errors')]//a")
    assert [link.get("href") for link in links] == ["#form-persons-present", "#form-on"]
    assert tree.xpath("//*[@autofocus]")[0].tag == "h2"
    assert tree.xpath("//input[@name='persons_present']/@aria-invalid") == ["true"]
    assert "Bitte eine ganze Zahl schreiben" in page.text


def test_errors_inside_a_row_stand_at_their_field(desk: FlaskClient) -> None:
    page = desk.post("/besuche", data={**GOOD, "visitors.0.name": "Ana", "visitors.0.birth_year": "12"})
    tree = lxml_html.document_fromstring(page.text)
    assert tree.xpath("//input[@name='visitors.0.name']/@value") == ["Ana"]
    assert "von 1900 bis 2022" in tree.xpath("string(//*[@id='form-visitors-0-birth-year-error'])")
    assert tree.xpath("//div[contains(@class, 'kim-errors')]//a/@href") == ["#form-visitors-0-birth-year"]


def test_a_refusal_stands_at_the_field_it_names(desk: FlaskClient) -> None:
    page = desk.post("/besuche", data={**GOOD, "town": "monschau"})
    tree = lxml_html.document_fromstring(page.text)
    assert tree.xpath("normalize-space(//*[@id='form-town-error'])") == "Die Stelle in Monschau ist bis 9,50 geschlossen."


def test_a_refusal_without_a_field_stands_at_the_top(desk: FlaskClient) -> None:
    page = desk.post("/besuche", data={**GOOD, "persons_present": "13"})
    assert "Nicht mit 13 Personen." in lxml_html.document_fromstring(page.text).xpath("string(//div[contains(@class, 'kim-errors')])")


def test_a_form_is_not_taken_without_its_token(app: Flask, desk: FlaskClient) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    refused = desk.post("/besuche", data=GOOD)
    assert refused.status_code == 400
    assert "Formular ist veraltet" in refused.text
    token = lxml_html.document_fromstring(desk.get("/besuche/neu").text).xpath("//main//input[@name='csrf_token']/@value")[0]
    assert desk.post("/besuche", data={**GOOD, "csrf_token": token}).status_code == 303


@pytest.mark.parametrize(
    ("text", "number"), [("1", 1), ("12", 12), ("0", None), ("13", None), ("²", None), ("٣", None), ("9" * 5_000, None), ("", None)]
)
def test_a_number_in_an_address_is_read_in_its_bounds_alone(text: str, number: int | None) -> None:
    assert whole_number(text, 1, 12) == number
