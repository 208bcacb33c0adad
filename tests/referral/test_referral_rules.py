"""The periods, the words that sound like health, and what must be typed before anything goes to the immigration office."""

from __future__ import annotations

from datetime import date

import pytest
from kim_referral.rules.referral_rules import answer_by, ask_outcome_on, confirmed, expires_on, health_hints, remind_on


def test_a_referral_of_14_july_is_reminded_expires_and_is_asked_for_its_outcome() -> None:
    sent = date(2022, 7, 14)
    assert remind_on(sent) == date(2022, 7, 21)
    assert answer_by(sent) == expires_on(sent) == date(2022, 7, 28)
    assert ask_outcome_on(sent) == date(2022, 8, 11)


def test_insulin_in_the_note_is_noticed() -> None:
    assert health_hints("Großmutter braucht Insulin und einen Arzttermin") == ("Insulin", "Arzttermin")


@pytest.mark.parametrize("text", ["", "sucht Wohnung in Herzogenrath", "Anmeldung bei der Krankenkasse", "Besuch der Schule"])
def test_words_of_everyday_counselling_are_not_noticed(text: str) -> None:
    assert health_hints(text) == ()


def test_the_word_to_type_is_the_first_of_the_name() -> None:
    office = "Ausländeramt der StädteRegion Aachen"
    assert confirmed(" ausländeramt ", office)
    assert confirmed(office, office)
    assert not confirmed("", office)
    assert not confirmed("Sozialamt", office)
