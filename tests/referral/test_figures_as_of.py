"""A period's figures say how referrals stood at its end, however they went on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from kim_referral.figures import referral_figures
from kim_referral.operations.answer_referral import AnswerReferral, answer_referral
from kim_referral.operations.complete_referral import CompleteReferral, complete_referral
from kim_referral.operations.give_slip import GiveSlip, give_slip
from kim_referral.operations.note_answer import NoteAnswer, note_answer
from kim_referral.operations.note_outcome import NoteOutcome, note_outcome
from kim_referral.operations.open_referral import open_referral
from kim_referral.operations.withdraw_referral import WithdrawReferral, withdraw_referral
from kim_referral.rules.state_on import state_on

MAY_1 = date(2022, 5, 1)


def in_may(day: int) -> date:
    return date(2022, 5, day)


@pytest.fixture
def sent_state(region: Any) -> Callable[[date], str]:
    """How the only referral sent from the region stood at the end of a day."""

    def ask(day: date) -> str:
        (state,) = region.look(referral_figures, MAY_1, day)["sent"]["by_state"]
        return str(state)

    return ask


@pytest.fixture
def received_state(caritas: Any) -> Callable[[date], str]:
    def ask(day: date) -> str:
        (state,) = caritas.look(referral_figures, MAY_1, day)["received"]["by_state"]
        return str(state)

    return ask


def test_what_decides_more_comes_first_and_nothing_before_its_day() -> None:
    facts = ((in_may(20), "withdrawn"), (None, "completed"), (datetime(2022, 5, 12, 22, 30, tzinfo=UTC), "accepted"))
    days = (12, 13, 19, 20)  # 22:30 UTC is half past midnight at the desk, on the next day
    assert [state_on(in_may(day), facts, at_first="offered") for day in days] == ["offered", "accepted", "accepted", "withdrawn"]


def test_the_way_from_the_waiting_list_to_the_outcome_is_seen_from_both_sides(
    region: Any, caritas: Any, now: Callable[..., None], pump_all: Callable[..., int], sent_state: Any, received_state: Any
) -> None:
    region.refer()
    pump_all()
    received = caritas.only_received()
    for day, operation, command in (
        (12, answer_referral, AnswerReferral(received.id, "waiting_list")),
        (16, answer_referral, AnswerReferral(received.id, "accepted")),
        (20, complete_referral, CompleteReferral(received.id, "arrived")),
    ):
        now(2022, 5, day, 9)
        caritas.do(operation, command)
        pump_all()
    days = [in_may(day) for day in (10, 11, 12, 15, 16, 19, 20, 31)]
    later = ["waiting_list", "waiting_list", "accepted", "accepted", "completed", "completed"]
    assert [sent_state(day) for day in days] == ["offered", "offered", *later]
    assert [received_state(day) for day in days] == ["pending", "pending", *later]
    assert region.look(referral_figures, MAY_1, in_may(19))["sent"]["outcomes"] == {}
    assert region.look(referral_figures, MAY_1, in_may(20))["sent"]["outcomes"] == {"arrived": 1}


def test_an_answer_after_the_period_counts_as_open(
    region: Any, caritas: Any, now: Callable[..., None], pump_all: Callable[..., int]
) -> None:
    region.refer()
    pump_all()
    now(2022, 6, 2, 9)
    caritas.do(answer_referral, AnswerReferral(caritas.only_received().id, "rejected", reason="no_capacity"))
    pump_all()
    may, june = ([side.look(referral_figures, MAY_1, to) for side in (region, caritas)] for to in (in_may(31), date(2022, 6, 2)))
    assert (may[0]["sent"]["by_state"], may[0]["sent"]["rejections"], may[0]["sent"]["answered_how"]) == ({"offered": 1}, {}, {})
    assert (may[1]["received"]["by_state"], may[1]["received"]["rejections"]) == ({"pending": 1}, {})
    assert june[0]["sent"]["by_state"] == june[1]["received"]["by_state"] == {"rejected": 1}
    assert june[0]["sent"]["rejections"] == june[1]["received"]["rejections"] == {"no_capacity": 1}


def test_a_slip_expires_on_its_day_and_can_still_be_answered(region: Any, now: Callable[..., None], sent_state: Any) -> None:
    slip = region.do(give_slip, GiveSlip("sprungbrett"))  # on 10 May
    now(2022, 5, 26, 9)
    region.house.courier.pump()
    region.do(note_answer, NoteAnswer(slip.id, "waiting_list", said_by="Frau B."))
    now(2022, 5, 30, 9)
    region.do(note_outcome, NoteOutcome(slip.id, "arrived"))
    states = [sent_state(in_may(day)) for day in (23, 24, 25, 26, 29, 30)]
    assert states == ["offered", "expired", "expired", "waiting_list", "waiting_list", "completed"]


def test_a_withdrawal_leaves_what_was_before_it(
    region: Any, caritas: Any, now: Callable[..., None], pump_all: Callable[..., int], sent_state: Any, received_state: Any
) -> None:
    referral = region.refer()
    pump_all()
    now(2022, 5, 12, 9)
    caritas.do(answer_referral, AnswerReferral(caritas.only_received().id))
    pump_all()
    now(2022, 5, 18, 9)
    region.do(withdraw_referral, WithdrawReferral(referral.id))
    pump_all()
    days = [in_may(day) for day in (11, 12, 17, 18)]
    assert [sent_state(day) for day in days] == ["offered", "accepted", "accepted", "withdrawn"]
    assert [received_state(day) for day in days] == ["pending", "accepted", "accepted", "withdrawn"]


def test_what_was_dropped_stays_dropped_from_that_day_until_it_is_withdrawn(
    region: Any, caritas: Any, now: Callable[..., None], pump_all: Callable[..., int], sent_state: Any, received_state: Any
) -> None:
    region.refer(region.consent(valid_to=in_may(15)))
    pump_all()
    now(2022, 5, 17, 9)
    caritas.do(lambda session, act, one: open_referral(session, act, one), caritas.only_received().id)
    pump_all()
    days = [in_may(day) for day in (16, 17, 31)]
    assert [received_state(day) for day in days] == ["pending", "dropped", "dropped"]
    assert [sent_state(day) for day in days] == ["offered", "rejected", "rejected"]
