"""What belongs to a case, for an auditor who has its number: `Doors.parts` of casework."""

from __future__ import annotations

from typing import Final

from kim_referral import doors as referral
from kim_web.doors import Part

from kim_casework.model.case import Case, CaseChange
from kim_casework.model.contact import Contact, NextStep
from kim_casework.model.order import InterpretingOrder
from kim_casework.pages.entry_kinds import ENTRY_KINDS

NUMBERED: Final = (Case.number, InterpretingOrder.number, *referral.NUMBERED)
PARTS: Final = (
    Part(Contact.case_id, Contact.id, ("contact:{id}",)),
    Part(NextStep.case_id, NextStep.id, ("step:{id}", "steps:{id}", "cases:{whole}:{id}")),
    Part(CaseChange.case_id, CaseChange.id, ("case_change:{id}",)),
    Part(InterpretingOrder.case_id, InterpretingOrder.id, ("orders:{id}", "order:{id}")),
    Part(Case.id, Case.proposal_id, ("admission:{id}", "proposals:{id}")),
    Part.of_entered(ENTRY_KINDS),
    *referral.PARTS,
)
