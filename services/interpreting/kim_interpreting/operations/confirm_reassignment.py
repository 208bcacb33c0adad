"""A second person confirms a re-assignment: it is booked, out of one pot and into the other."""

from __future__ import annotations

from dataclasses import dataclass

from kim_events.fields import Id
from kim_runtime.act import Act
from kim_runtime.command import CommandSchema
from kim_runtime.refusal import Refused
from sqlalchemy.orm import Session

from kim_interpreting.model.entered import REASSIGNED, REASSIGNMENT, Entered, names_of
from kim_interpreting.model.pot import locked_pots
from kim_interpreting.model.reassignment import Reassignment, locked_reassignment
from kim_interpreting.operations.book_movement import book_movement
from kim_interpreting.rules.ledger import MovementKind
from kim_interpreting.rules.permissions import check_second_step


@dataclass(frozen=True, slots=True)
class ConfirmReassignment:
    reassignment_id: str


class ConfirmReassignmentSchema(CommandSchema):
    command = ConfirmReassignment

    reassignment_id = Id(required=True)


def confirm_reassignment(session: Session, act: Act, command: ConfirmReassignment) -> Reassignment:
    """Raises Forbidden to who proposed it, Refused when it was withdrawn or the giving pot has not as much free."""
    found = locked_reassignment(session, command.reassignment_id)
    if found.confirmed_by is not None:
        return found
    if not found.waits:
        raise Refused("reassignment_withdrawn", "Dieser Vorschlag ist zurückgezogen. Die Seite zeigt den neuen Stand.")
    check_second_step(act.actor, "pot.confirm", names_of(session, REASSIGNMENT, found))
    giving, taking = locked_pots(session, found.from_pot_id, found.to_pot_id)
    book_movement(session, act, giving, MovementKind.REASSIGNED_OUT, found.amount, reassignment=found, document=found.document)
    book_movement(session, act, taking, MovementKind.REASSIGNED_IN, found.amount, reassignment=found, document=found.document)
    found.confirmed_by, found.confirmed_by_name, found.confirmed_at = act.actor.id, act.actor.name, act.at
    session.add(Entered.in_act(act, REASSIGNED, found.id))
    session.flush()
    return found
