"""What a consent carries: its recipients, its categories, its days, and health only in writing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kim_events.types.referral import DATA_CATEGORIES
from kim_referral.rules.consent_rules import ConsentTerms, objection_to_disclosure, objection_to_keeping, objections_to_recording, stands
from kim_referral.rules.content import Content, categories_of, within
from kim_referral.rules.referral_rules import keep_consented

TERMS = ConsentTerms(
    recipients=frozenset({"caritas-eifel"}),
    categories=frozenset({"name", "phone"}),
    given_on=date(2022, 5, 10),
    valid_to=date(2022, 8, 10),
    form="written",
    signed=True,
)
categories = st.frozensets(st.sampled_from(DATA_CATEGORIES))


def code(terms: ConsentTerms | None, *asked: str, recipient: str = "caritas-eifel", day: date = date(2022, 6, 1)) -> str | None:
    objection = objection_to_disclosure(terms, recipient, "Caritas", asked, day)
    return objection.code if objection else None


def test_without_consent_nothing_is_told() -> None:
    objection = objection_to_disclosure(None, "caritas-eifel", "Caritas", {"name"}, date(2022, 6, 1))
    assert objection is not None
    assert str(objection).startswith("Personendaten können nicht weitergegeben werden: Einwilligung fehlt")


def test_a_consent_carries_what_it_names() -> None:
    assert code(TERMS, "name", "phone") is None


def test_a_recipient_it_does_not_name_gets_nothing() -> None:
    assert code(TERMS, "name", recipient="sprungbrett") == "recipient_not_named"


def test_it_names_the_category_it_does_not_cover() -> None:
    objection = objection_to_disclosure(TERMS, "caritas-eifel", "Caritas", {"name", "topics"}, date(2022, 6, 1))
    assert objection is not None
    assert (objection.code, objection.field) == ("category_not_consented", "topics")


@pytest.mark.parametrize(
    ("day", "expected"),
    [(date(2022, 5, 9), "consent_not_yet"), (date(2022, 5, 10), None), (date(2022, 8, 10), None), (date(2022, 8, 11), "consent_expired")],
)
def test_it_holds_from_its_first_to_its_last_day(day: date, expected: str | None) -> None:
    assert code(TERMS, "name", day=day) == expected


@pytest.mark.parametrize(
    ("recipient", "purpose", "day", "expected"),
    [
        ("caritas-eifel", "Begleitung", date(2022, 8, 10), None),
        ("caritas-eifel", "Begleitung", date(2022, 8, 11), "consent_expired"),
        ("sprungbrett", "Begleitung", date(2022, 8, 10), "recipient_not_named"),
        (None, "Begleitung", date(2022, 8, 10), "recipient_not_named"),
        ("caritas-eifel", " ", date(2022, 8, 10), "purpose_missing"),
        ("caritas-eifel", None, date(2022, 8, 10), "purpose_missing"),
        (None, None, date(2022, 8, 10), None),  # a sender of an earlier release
        (None, None, date(2022, 8, 11), "consent_expired"),
    ],
)
def test_what_arrives_is_kept_where_its_consent_names_this_body_and_a_purpose(
    recipient: str | None, purpose: str | None, day: date, expected: str | None
) -> None:
    assert objection_to_keeping(recipient, purpose, TERMS.valid_to, "caritas-eifel", day) == expected


def test_a_revoked_consent_says_when_it_was_revoked() -> None:
    revoked_at = datetime(2022, 7, 5, 14, 40, tzinfo=UTC)
    objection = objection_to_disclosure(replace(TERMS, revoked_at=revoked_at), "caritas-eifel", "Caritas", {"name"}, date(2022, 7, 6))
    assert objection is not None
    assert (objection.code, objection.params["revoked_at"]) == ("consent_revoked", revoked_at)


@pytest.mark.parametrize(
    ("form", "signed", "expected"),
    [
        ("written", True, None), ("electronic", True, None),
        ("written", False, "health_needs_written"), ("oral", False, "health_needs_written"), ("oral", True, "health_needs_written"),
    ],
)  # fmt: skip
def test_health_is_told_only_with_a_signed_consent_in_writing(form: str, signed: bool, expected: str | None) -> None:
    terms = replace(TERMS, categories=frozenset({"name", "health"}), form=form, signed=signed)
    assert code(terms, "name", "health") == expected


def test_health_that_is_not_consented_is_refused_in_the_words_of_the_desk() -> None:
    objection = objection_to_disclosure(TERMS, "caritas-eifel", "Caritas", {"name", "health"}, date(2022, 6, 1))
    assert objection is not None
    assert "Gesundheitsangaben: schriftliche Einwilligung nötig" in str(objection)


def recording(informed: bool = True, **changes: object) -> str | None:
    terms = replace(TERMS, **changes)  # type: ignore[arg-type]
    return ", ".join(one.code for one in objections_to_recording(terms, informed=informed, today=date(2022, 5, 10))) or None


def test_a_consent_needs_information_recipients_categories_and_sound_days() -> None:
    assert recording() is None
    assert recording(informed=False) == "not_informed"
    assert recording(recipients=frozenset()) == "no_recipient"
    assert recording(categories=frozenset()) == "no_category"
    assert recording(given_on=date(2022, 5, 11)) == "given_in_future"
    assert recording(valid_to=date(2022, 5, 9)) == "ends_before_start"
    assert recording(categories=frozenset({"health"}), signed=False) == "health_needs_written"
    assert recording(signed=False) is None
    assert recording(informed=False, valid_to=date(2022, 5, 9)) == "not_informed, ends_before_start"


@given(named=categories, asked=categories, form=st.sampled_from(["written", "electronic", "oral"]), signed=st.booleans())
def test_nothing_outside_the_consent_is_ever_let_through(named: frozenset[str], asked: frozenset[str], form: str, signed: bool) -> None:
    terms = replace(TERMS, categories=named, form=form, signed=signed)
    if code(terms, *asked) is None:
        assert asked <= named
        assert "health" not in asked or terms.proven


@given(offset=st.integers(-400, 400))
def test_a_consent_stands_on_exactly_the_days_it_can_be_used(offset: int) -> None:
    day = TERMS.given_on + timedelta(days=offset)
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    assert stands(TERMS, noon) == (code(TERMS, "name", day=day) is None)


contents = st.builds(
    Content,
    name=st.sampled_from(["", "Anna Beispiel"]), phone=st.sampled_from(["", "0241 1"]), birth_year=st.none() | st.integers(1930, 2022),
    language=st.sampled_from(["", "ukr"]), residence_town=st.sampled_from(["", "05334024"]),
    topics=st.lists(st.sampled_from(["housing", "health", "school"]), unique=True).map(tuple),
    note=st.sampled_from(["", "sucht Wohnung"]), health=st.sampled_from(["", "Insulin"]), persons=st.none() | st.integers(1, 9),
)  # fmt: skip


@given(contents, categories)
def test_a_receiver_keeps_only_what_the_consent_covers(content: Content, named: frozenset[str]) -> None:
    kept = keep_consented(content, named, written=True)
    assert categories_of(kept.content) <= named
    assert kept.dropped == categories_of(content) - named
    assert kept.content.persons == content.persons
    assert kept.dropped or kept.content == content


@given(contents)
def test_cutting_to_everything_changes_nothing(content: Content) -> None:
    assert within(content, DATA_CATEGORIES) == content


def test_the_topic_health_is_health_data() -> None:
    """Recital 35 GDPR."""
    assert categories_of(Content(topics=("housing", "health"))) == {"topics", "health"}
    assert within(Content(topics=("housing", "health")), {"topics"}).topics == ("housing",)
