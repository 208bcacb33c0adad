"""Field types read what people and programs write, write one form, and refuse what is not meant."""

import unicodedata
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kim_events.fields import Code, Day, Fte, Id, Moment, Money, StrictInt, Text
from marshmallow import ValidationError

amounts = st.decimals(0, Decimal("9999999999.99"), places=2, allow_nan=False, allow_infinity=False)


def dumped(field, value):
    return field.serialize("x", {"x": value})


@given(amounts)
def test_money_goes_around_as_text_with_two_decimals(amount):
    written = dumped(Money(), amount)
    assert written == f"{amount:.2f}"
    assert Money().deserialize(written) == amount


@pytest.mark.parametrize(("typed", "meant"), [("176.36", "176.36"), ("176,36", "176.36"), (" 5 ", "5.00"), ("0.5", "0.50")])
def test_money_is_read_as_people_type_it(typed, meant):
    assert Money().deserialize(typed) == Decimal(meant)


@pytest.mark.parametrize("typed", [176.36, 12, True, "", "1.234,56", "1e5", "12.345", "NaN", "Infinity", "1 000", "١٢", None, [], "9" * 11])
def test_money_that_is_not_plain_is_refused(typed):
    with pytest.raises(ValidationError):
        Money().deserialize(typed)


def test_money_is_negative_only_where_that_is_meant():
    with pytest.raises(ValidationError, match="negative"):
        Money().deserialize("-1.00")
    assert Money(negative=True).deserialize("-1.00") == Decimal("-1.00")


def test_a_share_of_a_post_is_text_too():
    assert dumped(Fte(), Decimal("0.5")) == "0.50"


@pytest.mark.parametrize("value", [16.5, True, "16 people", "", None, [16], float("nan"), float("inf")])
def test_a_number_that_is_not_whole_is_refused(value):
    with pytest.raises(ValidationError):
        StrictInt().deserialize(value)


@pytest.mark.parametrize("value", [16, 16.0, "16"])
def test_a_whole_number_is_read(value):
    assert StrictInt().deserialize(value) == 16


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=100))
def test_text_keeps_every_letter_in_one_form(text):
    read = Text().deserialize(text)
    assert read == unicodedata.normalize("NFC", text).strip()


@pytest.mark.parametrize("name", ["Çağla Öztürk", "Ḥaddād", "Nguyễn Thị Hồng", "Олена", "عائشة", "O’Connor", "Łukasz"])
def test_names_of_every_script_are_kept(name):
    assert Text().deserialize(name) == unicodedata.normalize("NFC", name)


@pytest.mark.parametrize("text", ["a\x00b", "a\x1bb", "a\x7fb"])
def test_control_characters_are_refused(text):
    with pytest.raises(ValidationError, match="printed"):
        Text().deserialize(text)


def test_text_may_have_lines_and_has_a_length():
    assert Text().deserialize("one\ntwo") == "one\ntwo"
    with pytest.raises(ValidationError):
        Text(longest=3).deserialize("four")


@pytest.mark.parametrize(
    ("typed", "meant"), [("2022-08-15", date(2022, 8, 15)), ("15.8.2022", date(2022, 8, 15)), (" 15.08.2022 ", date(2022, 8, 15))]
)
def test_a_day_is_read_as_people_type_it(typed, meant):
    assert Day().deserialize(typed) == meant
    assert dumped(Day(), meant) == "2022-08-15"


@pytest.mark.parametrize("typed", ["31.2.2022", "2022-02-31", "15.8.22", "today", "", "2022-08-15T09:00:00Z", 20220815])
def test_a_day_that_does_not_exist_is_refused(typed):
    with pytest.raises(ValidationError):
        Day().deserialize(typed)


def test_a_moment_needs_a_zone():
    with pytest.raises(ValidationError):
        Moment().deserialize("2022-08-15T09:00:00")
    assert Moment().deserialize("2022-08-15T11:00:00+02:00") == datetime(2022, 8, 15, 9, tzinfo=UTC)


@pytest.mark.parametrize("value", ["", "a b", "../x", "-x", "x" * 65, "ä", "x\n"])
def test_an_id_is_letters_digits_and_a_few_marks(value):
    with pytest.raises(ValidationError):
        Id().deserialize(value)


def test_an_id_whose_default_is_empty_may_be_empty():
    assert Id(load_default="").deserialize("") == ""
    with pytest.raises(ValidationError):
        Id(load_default="").deserialize("a b")


def test_a_code_is_one_of_the_list():
    assert Code(("first", "follow_up")).deserialize("first") == "first"
    with pytest.raises(ValidationError, match="first"):
        Code(("first", "follow_up")).deserialize("third")
