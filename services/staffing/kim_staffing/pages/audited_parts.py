"""What belongs to a post, a contract or somebody's staff reference, for an auditor who looks for it: `Doors.parts` of staffing."""

from __future__ import annotations

from typing import Final

from kim_web.doors import Part

from kim_staffing.model.contract import Contract
from kim_staffing.model.hearing import HearingContract
from kim_staffing.model.occupancy import Occupancy
from kim_staffing.model.person import Person
from kim_staffing.model.post import Post
from kim_staffing.pages.entry_kinds import ENTRY_KINDS

NUMBERED: Final = (Post.number, Person.staff)
_OCCUPANCY = ("posts:{id}", "occupancies:{id}")  # as its page has it, and as a program names it
PARTS: Final = (
    Part(Occupancy.post_id, Occupancy.id, _OCCUPANCY),
    Part(Occupancy.person_id, Occupancy.id, _OCCUPANCY),
    Part(Contract.person_id, Contract.id),
    Part(Contract.previous_id, Contract.id),
    Part(HearingContract.contract_id, HearingContract.hearing_id, ("hearings:{id}",)),
    Part.of_entered(ENTRY_KINDS),
)
