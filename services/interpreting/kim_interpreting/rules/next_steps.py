"""What comes next with an order: which step, whose turn it is, and until when. The order of the coordinator's list follows from it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from kim_interpreting.rules.order_states import OPEN

DECIDE_WITHIN = timedelta(days=2)
FIND_BEFORE = timedelta(days=2)  # finding somebody takes days; later than this the talk is in danger
CLAIM_MONTHS = 3  # § 2(1) JVEG: the claim lapses three months after the end of the work
PAY_WITHIN = timedelta(days=30)  # § 286(3) BGB

STEPS = {
    "await_case": "auf den Fall warten",
    "ask_requester": "Besteller_in fragen: warten oder anderer Topf",
    "approve": "freigeben",
    "await_money": "auf Geld warten",
    "approve_now": "jetzt möglich: freigeben",
    "find": "jemanden finden",
    "perform": "Leistung bestätigen",
    "await_invoice": "Rechnung erwarten",
    "confirm_invoice": "Rechnung prüfen",
    "pay_invoice": "Zahlung anordnen",
    "confirm_excess": "Mehrbetrag bestätigen (zweite Person)",
    "cancel": "Absage bearbeiten",
}
WHOSE = {
    "casework": "Case Management",
    "requester": "Besteller_in",
    "coordinator": "Koordination",
    "second_person": "zweite Person",
    "budget_officer": "Haushalt",
    "interpreter": "Sprachmittler_in",
}


@dataclass(frozen=True, slots=True)
class NextStep:
    """`step` and `whose` are keys of STEPS and WHOSE; `until` is the last good day.

    `urgent` is shown in red and stands on top; what is `nobody_found` for a talk close at hand stands above even that.
    """

    step: str
    whose: str
    until: date
    urgent: bool
    nobody_found: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """What the next step depends on. `invoice` is the state of the last invoice, if one came."""

    state: str
    requested_on: date
    service_date: date
    wait_until: date | None = None
    pot_ready: bool = False  # a pot would pay, with nothing left to declare
    needs_budget_officer: bool = False
    entered_here: bool = False
    withdrawal_asked: bool = False
    fee_due: bool = False  # cancelled, and the fee is still to be invoiced
    done_on: date | None = None
    invoice: str | None = None
    invoice_received_on: date | None = None


def next_step(standing: Standing, today: date) -> NextStep | None:
    """None when nothing is left to do."""
    if standing.state not in OPEN and not standing.fee_due:
        return None
    step, whose, until = _step(standing)
    nobody_found = standing.state in {"checked", "waiting_for_money", "approved"} and standing.service_date <= today + FIND_BEFORE
    return NextStep(step, whose, until, urgent=until < today or nobody_found or step == "cancel", nobody_found=nobody_found)


def three_months_after(day: date) -> date:
    """The last day of the claim (§ 2(1) JVEG), § 188(2) BGB: the same day three months on, or the last of that month."""
    month = day.month - 1 + CLAIM_MONTHS
    year, month = day.year + month // 12, month % 12 + 1
    last = (date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)).day
    return date(year, month, min(day.day, last))


def _step(standing: Standing) -> tuple[str, str, date]:
    decide_by = min(standing.service_date, standing.requested_on + DECIDE_WITHIN)
    approver = "budget_officer" if standing.needs_budget_officer else "second_person" if standing.entered_here else "coordinator"
    match standing.state:
        case "waiting_for_case":
            return "await_case", "casework", standing.wait_until or decide_by
        case "checked":
            return ("approve", approver, decide_by) if standing.pot_ready else ("ask_requester", "requester", decide_by)
        case "waiting_for_money":
            return (
                ("approve_now", approver, standing.service_date)
                if standing.pot_ready
                else ("await_money", "budget_officer", standing.service_date)
            )
        case "approved":
            return "find", "coordinator", standing.service_date - FIND_BEFORE
        case "scheduled" if standing.withdrawal_asked:
            return "cancel", "coordinator", standing.service_date
        case "scheduled":
            return "perform", "coordinator", standing.service_date + timedelta(days=7)
    done = standing.done_on or standing.service_date
    if standing.invoice is None:
        return "await_invoice", "interpreter", three_months_after(done)
    pay_by = (standing.invoice_received_on or done) + PAY_WITHIN
    match standing.invoice:
        case "excess":
            return "confirm_excess", "second_person", pay_by
        case "recorded":
            return "confirm_invoice", "coordinator", pay_by
        case _:
            return "pay_invoice", "second_person", pay_by
