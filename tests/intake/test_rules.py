from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some
from kim_intake.rules import return_code
from kim_intake.rules.admission import suggests_admission
from kim_intake.rules.consultation_kind import proposed_kind
from kim_intake.rules.name_key import name_key, phone_key, word_keys
from kim_intake.rules.plausibility import is_unusual_number, may_be_same_family
from kim_intake.rules.shorthand import UnknownLetters, topics_of
from kim_intake.rules.typed_code import Choice, Unclear, pick

DAY = date(2022, 5, 10)
TOWNS = [Choice("05334004", ("Alsdorf",)), Choice("05334002", ("Aachen",)), Choice("05334036", ("Würselen",))]
COUNTRIES = [
    Choice("UKR", ("Ukraine",)),
    Choice("IRQ", ("Irak", "Iraq")),
    Choice("IRN", ("Iran",)),
    Choice("NOT_SAID", ("keine Angabe", "-")),
]
LETTERS = {"w": "housing", "g": "health", "k": "childcare"}


def test_legal_questions_are_signposted_and_others_advised_on_the_spot() -> None:
    assert proposed_kind(["housing", "health"], DAY, earlier_consultations=0) == "first"
    assert proposed_kind(["housing", "residence"], DAY, earlier_consultations=0) == "signposting"


def test_who_was_here_before_has_a_follow_up_unless_the_question_is_a_legal_one() -> None:
    assert proposed_kind(["housing"], DAY, earlier_consultations=1) == "follow_up"
    assert proposed_kind(["residence"], DAY, earlier_consultations=3) == "signposting"


@pytest.mark.parametrize(("persons", "unusual"), [(1, False), (5, False), (8, False), (9, True), (55, True)])
def test_more_than_eight_at_one_table_is_unusual(persons: int, unusual: bool) -> None:
    assert is_unusual_number(persons) is unusual


def test_the_same_origin_within_three_minutes_may_be_the_same_family() -> None:
    at = datetime(2022, 5, 10, 7, 0, tzinfo=UTC)
    assert may_be_same_family(at, "UKR", at + timedelta(seconds=170), "UKR")
    assert not may_be_same_family(at, "UKR", at + timedelta(minutes=3), "UKR")
    assert not may_be_same_family(at, "UKR", at + timedelta(minutes=1), "SYR")
    assert not may_be_same_family(at, "UNKNOWN", at + timedelta(minutes=1), "UNKNOWN")


@pytest.mark.parametrize(("typed", "code"), [("als", "05334004"), ("WURS", "05334036"), ("Aachen", "05334002"), ("05334004", "05334004")])
def test_the_beginning_of_one_town_is_that_town(typed: str, code: str) -> None:
    assert pick(typed, TOWNS).code == code


@pytest.mark.parametrize(("typed", "code"), [("ukr", "UKR"), ("Iraq", "IRQ"), ("-", "NOT_SAID"), ("irn", "IRN")])
def test_a_code_or_a_name_in_either_language_is_understood(typed: str, code: str) -> None:
    assert pick(typed, COUNTRIES).code == code


def test_what_could_be_two_things_is_asked_back_and_never_guessed() -> None:
    with pytest.raises(Unclear) as unclear:
        pick("ira", COUNTRIES)
    assert [choice.code for choice in unclear.value.candidates] == ["IRQ", "IRN"]


@given(some.text(max_size=30))
def test_whatever_is_typed_is_a_choice_or_unclear(typed: str) -> None:
    try:
        assert pick(typed, TOWNS) in TOWNS
    except Unclear as unclear:
        assert len(unclear.candidates) != 1


def test_three_letters_are_three_topics_in_the_order_typed() -> None:
    assert topics_of("wgk", LETTERS) == ("housing", "health", "childcare")
    assert topics_of("K w,w", LETTERS) == ("childcare", "housing")
    assert topics_of("", LETTERS) == ()


def test_a_letter_without_a_topic_is_named() -> None:
    with pytest.raises(UnknownLetters) as unknown:
        topics_of("wxz", LETTERS)
    assert unknown.value.letters == "x z"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Aydın", "Aydin"), ("Müller", "Mueller"), ("Шевченко", "Shevchenko"), ("Шевченко", "Schewtschenko"), ("Yusuf", "Jusuf"),
        ("Mohammed", "Mohamed"), ("Khalil", "Halil"), ("Ivanenko", "Iwanenko"), ("Оксана", "Oksana"), ("Güneş", "Gunes"),
    ],
)  # fmt: skip
def test_one_name_in_two_writings_has_one_key(one: str, other: str) -> None:
    assert word_keys(one) == word_keys(other)


def test_different_names_keep_different_keys() -> None:
    assert len({name_key(name) for name in ("Rahimi", "Hosseini", "Azizi", "Petrenko", "Kaya", "Yilmaz")}) == 6


def test_a_telephone_number_is_the_same_however_it_is_written() -> None:
    assert phone_key("+49 241 / 5198-123") == phone_key("0241 5198123") == "15198123"
    assert phone_key("12") == ""


@given(some.text(max_size=60))
def test_a_name_key_holds_nothing_a_search_could_stumble_over(name: str) -> None:
    assert all(key and " " not in key for key in word_keys(name))


def test_a_return_code_is_read_back_however_it_is_spoken() -> None:
    code = return_code.new_code()
    assert return_code.read_code(return_code.spoken(code).lower()) == code
    assert return_code.read_code(f" {code[:2]} {code[2:]} ") == code
    assert return_code.read_code("ABCDEF") is None  # vowels are in no code
    assert return_code.read_code(code[:5]) is None


def test_two_follow_ups_or_one_with_many_topics_suggest_an_admission() -> None:
    assert not suggests_admission(0, 5)
    assert not suggests_admission(1, 2)
    assert suggests_admission(1, 3)
    assert suggests_admission(2, 1)
