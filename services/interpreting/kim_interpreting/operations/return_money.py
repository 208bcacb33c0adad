"""Give money back to who granted it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from kim_events.fields import Id, Money, Text
from kim_runtime.act import Act
from kim_runtime.command import CommandSchema
from kim_runtime.refusal import Refused
from sqlalchemy.orm import Session

from kim_interpreting.model.movement import Movement
from kim_interpreting.model.pot import locked_pots
from kim_interpreting.operations.book_movement import book_movement
from kim_interpreting.rules.ledger import MovementKind


@dataclass(frozen=True, slots=True)
class ReturnMoney:
    pot_id: str
    amount: Decimal
    document: str


class ReturnMoneySchema(CommandSchema):
    command = ReturnMoney

    pot_id = Id(required=True)
    amount = Money(required=True, metadata={"label": "Betrag in Euro"})
    document = Text(required=True, shortest=3, metadata={"label": "Bescheid oder Verfügung"})


def return_money(session: Session, act: Act, command: ReturnMoney) -> Movement:
    """Raises Refused when less than that is free."""
    if command.amount <= 0:
        raise Refused("no_amount", "Der Betrag muss über null liegen.", field="amount")
    (pot,) = locked_pots(session, command.pot_id)
    return book_movement(session, act, pot, MovementKind.RETURN, command.amount, document=command.document)
