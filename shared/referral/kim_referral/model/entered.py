"""What is entered about a referral whose row does not say who entered it: kinds of `kim_runtime.entered`."""

from __future__ import annotations

from typing import Final

WITHDRAWAL: Final = "referral_withdrawn"
ANSWER_NOTED: Final = "referral_answer_noted"
OUTCOME_NOTED: Final = "referral_outcome_noted"
DESTRUCTION_NOTED: Final = "referral_destruction_noted"
SETTLED: Final = "referral_settled"
COMPLETED: Final = "referral_completed"
WITHDRAWAL_CONFIRMED: Final = "referral_withdrawal_confirmed"
