"""A reason of the bus in words: known ones by what they mean, others by what they are."""

from datetime import UTC, datetime

import pytest
from kim_bus.parked import Waiting
from kim_bus.transports.interface import Outcome
from kim_bus.worker import ENDED_THE_PROCESS
from kim_service import reasons
from kim_service.reasons import reason_of


def waits(reason, *, arrived=True):
    key = "caritas-eifel.casework.referral.answered.v1.staedteregion-aachen"
    return Waiting("e-1", arrived, "referral.answered.v1", "r-1", 2, key, 3, reason, datetime(2022, 5, 10, tzinfo=UTC))


@pytest.mark.parametrize(
    ("reason", "known"),
    [
        ("data: answer, answered_at", reasons.DATA),
        ("CannotOpen: DecodeError", reasons.SEAL),
        ("BrokenEnvelope: time: without a zone", reasons.ENVELOPE),
        ("OperationalError", reasons.DATABASE),
        (ENDED_THE_PROCESS, reasons.ENDED),
        ("KeyError", reasons.PROGRAM),
        ("pot_empty", reasons.CODE),
        ("", reasons.CODE),
    ],
)
def test_a_reason_on_arrival_has_its_words(reason, known):
    found = reason_of(waits(reason))
    assert (found.words, found.hint) == (known.words, known.hint)
    assert found.hint


def test_every_outcome_of_a_transport_has_words_of_its_own():
    failures = [outcome.value for outcome in Outcome if outcome is not Outcome.CONFIRMED]
    assert {reason_of(waits(value, arrived=False)).words for value in failures} == {
        reasons.RETURNED.words, reasons.REFUSED_BY_TRANSPORT.words,
    }  # fmt: skip


def test_the_fields_that_are_wrong_are_named():
    found = reason_of(waits("data: answer, answered_at"))
    assert found.words.format(detail=found.detail).endswith("(Felder: answer, answered_at)")


def test_sender_and_recipient_are_read_from_the_routing_key():
    one = waits("data: answer")
    assert (one.sender, one.recipient) == ("caritas-eifel.casework", "staedteregion-aachen")
