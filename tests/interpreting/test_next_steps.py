"""What comes next with an order: which step, whose turn, until when, and what is urgent."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from kim_interpreting.rules.invoices import findings
from kim_interpreting.rules.next_steps import STEPS, WHOSE, Standing, next_step, three_months_after
from kim_interpreting.rules.order_states import STATES

TODAY = date(2022, 9, 1)
SOON, LATER = date(2022, 9, 2), date(2022, 9, 20)
IN_TWO_DAYS, PAY_BY = date(2022, 9, 3), date(2022, 10, 2)


@pytest.mark.parametrize(
    ("standing", "step", "whose", "until", "urgent"),
    [
        (Standing("waiting_for_case", TODAY, LATER, wait_until=date(2022, 9, 4)), "await_case", "casework", date(2022, 9, 4), False),
        (Standing("checked", TODAY, LATER), "ask_requester", "requester", IN_TWO_DAYS, False),
        (Standing("checked", TODAY, LATER, pot_ready=True), "approve", "coordinator", IN_TWO_DAYS, False),
        (Standing("checked", TODAY, LATER, pot_ready=True, entered_here=True), "approve", "second_person", IN_TWO_DAYS, False),
        (Standing("checked", TODAY, LATER, pot_ready=True, needs_budget_officer=True), "approve", "budget_officer", IN_TWO_DAYS, False),
        (Standing("checked", TODAY - timedelta(9), LATER, pot_ready=True), "approve", "coordinator", date(2022, 8, 25), True),
        (Standing("waiting_for_money", TODAY, LATER), "await_money", "budget_officer", LATER, False),
        (Standing("waiting_for_money", TODAY, LATER, pot_ready=True), "approve_now", "coordinator", LATER, False),
        (Standing("approved", TODAY, LATER), "find", "coordinator", date(2022, 9, 18), False),
        (Standing("approved", TODAY, SOON), "find", "coordinator", date(2022, 8, 31), True),
        (Standing("scheduled", TODAY, SOON), "perform", "coordinator", date(2022, 9, 9), False),
        (Standing("scheduled", TODAY, LATER, withdrawal_asked=True), "cancel", "coordinator", LATER, True),
        (Standing("performed", TODAY, SOON, done_on=SOON), "await_invoice", "interpreter", date(2022, 12, 2), False),
        (Standing("cancelled", TODAY, SOON, fee_due=True), "await_invoice", "interpreter", date(2022, 12, 2), False),
        (Standing("performed", TODAY, SOON, invoice="excess", invoice_received_on=SOON), "confirm_excess", "second_person", PAY_BY, False),
        (Standing("invoiced", TODAY, SOON, invoice="recorded", invoice_received_on=SOON), "confirm_invoice", "coordinator", PAY_BY, False),
        (Standing("invoiced", TODAY, SOON, invoice="confirmed", invoice_received_on=SOON), "pay_invoice", "second_person", PAY_BY, False),
    ],
)  # fmt: skip
def test_each_state_has_its_next_step(standing: Standing, step: str, whose: str, until: date, urgent: bool) -> None:
    found = next_step(standing, TODAY)
    assert found is not None
    assert (found.step, found.whose, found.until, found.urgent) == (step, whose, until, urgent)


@pytest.mark.parametrize("state", STATES)
def test_every_state_either_ends_or_has_words_for_what_is_next(state: str) -> None:
    found = next_step(Standing(state, TODAY, LATER), TODAY)
    if state in {"refused", "paid", "cancelled", "withdrawn", "unfilled"}:
        assert found is None
    else:
        assert found is not None
        assert found.step in STEPS
        assert found.whose in WHOSE


@pytest.mark.parametrize(
    ("day", "lapses"),
    [(date(2022, 11, 25), date(2023, 2, 25)), (date(2022, 11, 30), date(2023, 2, 28)), (date(2022, 9, 1), date(2022, 12, 1))],
)
def test_a_claim_lapses_three_months_after_the_work(day: date, lapses: date) -> None:
    assert three_months_after(day) == lapses
    assert findings(gross=Decimal(1), by_tariff=Decimal(1), done_on=day, received_on=lapses) == ()
    assert findings(gross=Decimal(1), by_tariff=Decimal(1), done_on=day, received_on=lapses + timedelta(1)) == ("claim_lapsed",)
