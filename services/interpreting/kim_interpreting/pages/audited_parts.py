"""What belongs to an order, an invoice or a pot, for an auditor who looks for it: `Doors.parts` of interpreting."""

from __future__ import annotations

from typing import Final

from kim_web.doors import Part

from kim_interpreting.model.entered import Entered
from kim_interpreting.model.invoice import Invoice
from kim_interpreting.model.order import Order
from kim_interpreting.model.reassignment import Reassignment
from kim_interpreting.pages.entry_kinds import ENTRY_KINDS

# An order is found by its own number, by the requester's and by the case's: whatever stands on the file somebody comes with.
NUMBERED: Final = (Order.number, Order.requester_number, Order.case_number, Invoice.number)
_REASSIGNMENT = ("pots:{whole}:{id}", "reassignments:{id}")  # on a page of either pot, and as a program names it
PARTS: Final = (
    Part(Invoice.order_id, Invoice.id, ("invoices:{id}",)),
    Part(Reassignment.from_pot_id, Reassignment.id, _REASSIGNMENT),
    Part(Reassignment.to_pot_id, Reassignment.id, _REASSIGNMENT),
    Part.of_entered(ENTRY_KINDS, Entered),
)
