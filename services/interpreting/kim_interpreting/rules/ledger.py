"""The arithmetic of a pot (Topf): what every movement does to its six sums, and what must hold after each.

    granted + reassigned − returned = paid + invoiced + committed + free,   free >= 0

`granted` is what the notice says (Bewilligung), `reassigned` what came from or went to other pots (Umbuchung, may be negative),
`returned` what was given back, `committed` what orders have reserved (Mittelbindung), `invoiced` what is owed on invoices not yet
paid, `paid` what has left. Euro as Decimal.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from decimal import ROUND_DOWN, Decimal
from enum import StrEnum

from kim_runtime.refusal import Refused

NOTHING = Decimal("0.00")
WARN_AT = (75, 90, 100)  # per cent used
WARNED_ROLES = ("interpreting_coordinator", "budget_officer", "centre_head")


class MovementKind(StrEnum):
    GRANT = "grant"
    COMMITMENT = "commitment"
    RELEASE = "release"
    INVOICE = "invoice"
    INVOICE_RETURNED = "invoice_returned"
    PAYMENT = "payment"
    REASSIGNED_IN = "reassigned_in"
    REASSIGNED_OUT = "reassigned_out"
    RETURN = "return"


@dataclass(frozen=True, slots=True)
class Sums:
    """The six sums of a pot, or what one movement adds to them."""

    granted: Decimal = NOTHING
    reassigned: Decimal = NOTHING
    returned: Decimal = NOTHING
    committed: Decimal = NOTHING
    invoiced: Decimal = NOTHING
    paid: Decimal = NOTHING

    def __add__(self, other: Sums) -> Sums:
        return Sums(**{entry.name: getattr(self, entry.name) + getattr(other, entry.name) for entry in fields(Sums)})

    @property
    def budget(self) -> Decimal:
        """What may be spent in all."""
        return self.granted + self.reassigned - self.returned

    @property
    def used(self) -> Decimal:
        return self.committed + self.invoiced + self.paid

    @property
    def free(self) -> Decimal:
        return self.budget - self.used

    @property
    def used_percent(self) -> Decimal:
        """How much of the budget is used, rounded down to a tenth: 100.0 is said only when nothing is left."""
        if self.budget <= 0:
            return Decimal("100.0") if self.used > 0 else Decimal("0.0")
        return (self.used * 100 / self.budget).quantize(Decimal("0.1"), rounding=ROUND_DOWN)

    def warnings_reached(self) -> tuple[int, ...]:
        """The thresholds at or below the present use."""
        if self.used <= 0:
            return ()
        return tuple(percent for percent in WARN_AT if self.used * 100 >= percent * self.budget)


def effect(kind: MovementKind, amount: Decimal, replaced: Decimal = NOTHING) -> Sums:
    """What a movement adds to the sums. `replaced` is the reservation an invoice takes the place of."""
    match kind:
        case MovementKind.GRANT:
            return Sums(granted=amount)
        case MovementKind.COMMITMENT:
            return Sums(committed=amount)
        case MovementKind.RELEASE:
            return Sums(committed=-amount)
        case MovementKind.INVOICE:
            return Sums(committed=-replaced, invoiced=amount)
        case MovementKind.INVOICE_RETURNED:
            return Sums(committed=replaced, invoiced=-amount)
        case MovementKind.PAYMENT:
            return Sums(invoiced=-amount, paid=amount)
        case MovementKind.REASSIGNED_IN:
            return Sums(reassigned=amount)
        case MovementKind.REASSIGNED_OUT:
            return Sums(reassigned=-amount)
        case MovementKind.RETURN:
            return Sums(returned=amount)


def after(sums: Sums, change: Sums, pot_name: str) -> Sums:
    """The sums after a movement; raises Refused when the pot would go below zero. No role can go past this."""
    result = sums + change
    if result.free < 0:
        raise Refused(
            "pot_short",
            "Der Topf {pot} reicht nicht: es fehlen {missing} €. Anderen Topf wählen oder zuerst umbuchen.",
            pot=pot_name,
            missing=-result.free,
        )
    if min(result.granted, result.returned, result.committed, result.invoiced, result.paid) < 0:
        raise ArithmeticError("a sum of a pot went below zero")
    return result
