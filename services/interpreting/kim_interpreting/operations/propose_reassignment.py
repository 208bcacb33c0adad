"""Propose to move money from one pot to another."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from kim_events.fields import Id, Money, Text
from kim_runtime.act import Act
from kim_runtime.command import CommandSchema
from kim_runtime.ids import new_id
from kim_runtime.refusal import Refused, refuse
from sqlalchemy.orm import Session

from kim_interpreting.model.entered import REASSIGNMENT, Entered
from kim_interpreting.model.pot import pot
from kim_interpreting.model.reassignment import Reassignment


@dataclass(frozen=True, kw_only=True, slots=True)
class ProposeReassignment:
    """`amount` in euro, `document` the decision it rests on."""

    from_pot_id: str
    to_pot_id: str
    amount: Decimal
    document: str
    id: str = field(default_factory=new_id)


class ProposeReassignmentSchema(CommandSchema):
    command = ProposeReassignment

    id = Id(load_default=new_id)
    from_pot_id = Id(required=True, metadata={"label": "Aus Topf"})
    to_pot_id = Id(required=True, metadata={"label": "In Topf"})
    amount = Money(required=True, metadata={"label": "Betrag in Euro"})
    document = Text(required=True, shortest=3, metadata={"label": "Beschluss oder Verfügung"})


def propose_reassignment(session: Session, act: Act, command: ProposeReassignment) -> Reassignment:
    """Nothing moves yet: a second person confirms. The same id a second time changes nothing."""
    known = session.get(Reassignment, command.id)
    if known is not None:
        return known
    refuse(_reasons_against(command))
    pot(session, command.from_pot_id)
    pot(session, command.to_pot_id)
    reassignment = Reassignment(
        id=command.id,
        from_pot_id=command.from_pot_id,
        to_pot_id=command.to_pot_id,
        amount=command.amount,
        document=command.document,
        proposed_by=act.actor.id,
        proposed_by_name=act.actor.name,
        proposed_at=act.at,
    )
    session.add_all((reassignment, Entered.in_act(act, REASSIGNMENT, reassignment.id)))
    session.flush()
    return reassignment


def _reasons_against(command: ProposeReassignment) -> Iterator[Refused]:
    if command.from_pot_id == command.to_pot_id:
        yield Refused("same_pot", "Umgebucht wird zwischen zwei verschiedenen Töpfen.", field="to_pot_id")
    if command.amount <= 0:
        yield Refused("no_amount", "Der Betrag muss über null liegen.", field="amount")
