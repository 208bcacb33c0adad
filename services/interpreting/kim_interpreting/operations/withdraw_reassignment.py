"""Withdraw a proposal to move money that nobody has confirmed yet."""

from __future__ import annotations

from dataclasses import dataclass

from kim_events.fields import Id
from kim_runtime.act import Act
from kim_runtime.command import CommandSchema
from kim_runtime.refusal import Refused
from sqlalchemy.orm import Session

from kim_interpreting.model.entered import REASSIGNMENT_WITHDRAWN, Entered
from kim_interpreting.model.reassignment import Reassignment, locked_reassignment


@dataclass(frozen=True, slots=True)
class WithdrawReassignment:
    reassignment_id: str


class WithdrawReassignmentSchema(CommandSchema):
    command = WithdrawReassignment

    reassignment_id = Id(required=True)


def withdraw_reassignment(session: Session, act: Act, command: WithdrawReassignment) -> Reassignment:
    """Nothing is booked, and it stays with both pots as withdrawn; a second time changes nothing.

    Raises NotFound, Refused `already_booked`.
    """
    found = locked_reassignment(session, command.reassignment_id)
    if found.confirmed_by is not None:
        raise Refused("already_booked", "Das ist schon gebucht. Zurück geht es mit einer neuen Umbuchung in die andere Richtung.")
    if found.withdrawn_by is None:
        found.withdrawn_by, found.withdrawn_by_name, found.withdrawn_at = act.actor.id, act.actor.name, act.at
        session.add(Entered.in_act(act, REASSIGNMENT_WITHDRAWN, found.id))
        session.flush()
    return found
