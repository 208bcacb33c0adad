"""Add to a contract's record. A frozen record changes in no other way."""

from __future__ import annotations

from dataclasses import dataclass, field

from kim_events.fields import Id, Text
from kim_runtime.act import Act
from kim_runtime.command import CommandSchema
from kim_runtime.entered import Entered
from kim_runtime.ids import new_id
from sqlalchemy.orm import Session

from kim_staffing.model.contract import Contract, ContractAddition, contract_by_id
from kim_staffing.model.entered import ADDITION


@dataclass(frozen=True, slots=True)
class AddRemark:
    contract: str
    text: str
    id: str = field(default_factory=new_id)


class AddRemarkSchema(CommandSchema):
    command = AddRemark
    id = Id()
    contract = Id(required=True)
    text = Text(required=True, shortest=1, longest=2000, metadata={"label": "Nachtrag"})


def add_remark(session: Session, act: Act, command: AddRemark) -> Contract:
    """Add to the record; the same id again adds nothing. Raises NotFound: contract_unknown."""
    contract = contract_by_id(session, command.contract)
    if session.get(ContractAddition, command.id) is None:
        contract.additions.append(ContractAddition(id=command.id, at=act.at, by=act.actor.name, text=command.text))
        session.add(Entered.in_act(act, ADDITION, contract.id, command.id))
        session.flush()
    return contract
