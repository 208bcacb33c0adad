"""Who gives consent for a young person: worked examples by age and giver."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from kim_referral.rules.capacity import (
    CAPACITY,
    asks_both,
    capacity_on,
    objection_to_birth_year,
    objection_to_giver,
    objection_to_last_day,
)
from kim_runtime.refusal import Refused

DAY = date(2022, 5, 10)


@pytest.mark.parametrize(
    ("age", "given_by", "expected"),
    [
        (8, "parent", None), (8, "appointed_guardian", None), (8, "self", "guardian_needed"), (8, "representative", "guardian_needed"),
        (14, "self", "guardian_needed"), (14, "parent", None),
        (15, "self", None), (17, "self", None), (16, "appointed_guardian", None),
        (18, "self", None), (18, "parent", "of_age"), (40, "representative", None),
        (None, "self", None), (None, "representative", None), (None, "parent", "age_missing"),
    ],
)  # fmt: skip
def test_the_age_decides_who_may_consent(age: int | None, given_by: str, expected: str | None) -> None:
    objection = objection_to_giver(age, given_by, DAY)
    assert (objection.code if objection else None) == expected


@pytest.mark.parametrize(
    ("birth_year", "age", "given_by", "expected"),
    [
        (2015, None, "self", "guardian_needed"), (2008, None, "self", "guardian_needed"), (2008, None, "representative", "guardian_needed"),
        (2007, None, "self", "age_missing"), (2005, None, "self", "age_missing"),  # 14 or 15; 16 or 17
        (2004, None, "self", None), (1980, None, "self", None), (None, None, "self", None),  # 17 or 18: of age, as nobody said otherwise
        (2015, 16, "self", "age_differs"), (2015, 7, "parent", None), (2015, 6, "parent", None), (2015, 8, "parent", "age_differs"),
        (2006, 15, "self", None), (1980, 15, "self", "age_differs"), (2015, None, "guardian", None),
    ],
)  # fmt: skip
def test_the_birth_year_does_not_contradict_who_gave_it(
    birth_year: int | None, age: int | None, given_by: str, expected: str | None
) -> None:
    objection = objection_to_birth_year(birth_year, age, given_by, DAY, "birth_year")
    assert (objection.code if objection else None) == expected


def test_a_child_is_not_referred_under_a_consent_of_its_own(region: Any) -> None:
    for age, code in ((None, "guardian_needed"), (16, "age_differs")):
        with pytest.raises(Refused) as refused:
            region.refer(region.consent(categories=("name", "phone", "birth_year"), age=age), topics=(), birth_year=2015)
        assert (refused.value.code, refused.value.field) == (code, "birth_year")
    by_parent = region.consent(categories=("name", "phone", "birth_year"), age=7, given_by="parent", giver_name="Frau Rahimi")
    assert region.refer(by_parent, topics=(), birth_year=2015).state == "offered"


@pytest.mark.parametrize(
    ("age", "given_by", "given_on", "last"),
    [
        (17, "parent", DAY, date(2023, 5, 9)), (9, "appointed_guardian", DAY, date(2031, 5, 9)),
        (17, "parent", date(2024, 2, 29), date(2025, 2, 27)), (14, "parent", date(2024, 2, 29), date(2028, 2, 28)),
    ],
)  # fmt: skip
def test_what_a_guardian_declared_holds_until_the_person_is_surely_of_age(age: int, given_by: str, given_on: date, last: date) -> None:
    assert objection_to_last_day(age, given_by, given_on, last) is None
    objection = objection_to_last_day(age, given_by, given_on, last + timedelta(days=1))
    assert objection is not None and (objection.code, objection.params["last"]) == ("valid_past_majority", last)
    for other in ((age, "self"), (None, "self"), (None, "representative"), (18, "parent")):  # the last is refused for the giver
        assert objection_to_last_day(*other, given_on, date(2099, 1, 1)) is None


def test_a_parent_s_consent_past_the_eighteenth_birthday_is_not_recorded(region: Any) -> None:
    by_parent = {"age": 17, "given_by": "parent", "giver_name": "Frau Rahimi"}
    with pytest.raises(Refused) as refused:
        region.consent(**by_parent, valid_to=date(2023, 12, 31))
    assert (refused.value.code, refused.value.field) == ("valid_past_majority", "valid_to")
    assert region.consent(**by_parent, valid_to=date(2023, 5, 9)).valid_to == date(2023, 5, 9)


@pytest.mark.parametrize(("age", "expected"), [(None, False), (14, False), (15, True), (17, True), (18, False)])
def test_between_fifteen_and_eighteen_both_are_usually_asked(age: int | None, expected: bool) -> None:
    assert asks_both(age, DAY) is expected


def test_the_ages_are_dated_and_name_their_source() -> None:
    assert [law.since for law in CAPACITY] == sorted({law.since for law in CAPACITY})
    assert all("§" in law.source for law in CAPACITY)
    assert capacity_on(date(1970, 1, 1)) is CAPACITY[0]


def test_a_child_s_consent_is_kept_with_who_gave_it(region: Any) -> None:
    with pytest.raises(Refused) as refused:
        region.consent(age=14)
    assert (refused.value.code, refused.value.field, refused.value.params["age"]) == ("guardian_needed", "given_by", 15)
    kept = region.consent(age=14, given_by="appointed_guardian", giver_name="Jugendamt, Frau Klein")
    assert (kept.age, kept.given_by, kept.giver_name) == (14, "appointed_guardian", "Jugendamt, Frau Klein")


def test_the_page_says_that_both_are_usually_asked(region: Any, browse: Any) -> None:
    client = browse(region, "kowalczyk")
    assert "Eltern oder Vormund werden üblicherweise auch gefragt" in client.get(f"/einwilligungen/{region.consent(age=16).id}").text
    by_parent = region.consent(age=16, given_by="parent", giver_name="Frau Rahimi")
    assert "Bitte sie auch fragen" in client.get(f"/einwilligungen/{by_parent.id}").text
    assert "üblicherweise auch gefragt" not in client.get(f"/einwilligungen/{region.consent().id}").text
