"""Extend a contract: the gate is complete, the chain grows by a link, the occupancy goes on, and casework learns of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from kim_events.fields import Id
from kim_runtime.act import Act
from kim_runtime.command import CommandSchema
from kim_runtime.entered import Entered
from kim_runtime.refusal import Refused
from sqlalchemy.orm import Session

from kim_staffing.model.contract import DRAFTED, RUNNING, Contract, contract_by_id, contract_for_update
from kim_staffing.model.ending import EndingContract, ending_contract
from kim_staffing.model.entered import EXTENSION
from kim_staffing.model.occupancy import occupancies_of, occupancy_for_update
from kim_staffing.model.post import post_for_update
from kim_staffing.operations.occupy_post import OccupyPost, must_fit, seat
from kim_staffing.operations.tell_assignability import tell_assignability


@dataclass(frozen=True, slots=True)
class ExtendContract:
    """`draft` is the drafted extension whose six lamps are lit."""

    draft: str


class ExtendContractSchema(CommandSchema):
    command = ExtendContract
    draft = Id(required=True)


def extend_contract(session: Session, act: Act, command: ExtendContract) -> Contract:
    """The extension, now running.

    Raises Refused `gate_open` with what is missing; NotFound: contract_unknown. Extended already, nothing changes.
    """
    draft = contract_for_update(session, command.draft)
    if draft.state == RUNNING:
        return draft
    ending = gate_of(session, act, draft)
    if not ending.complete:
        lamp = next(lamp for lamp in ending.lamps if not lamp.lit)
        raise Refused("gate_open", lamp.finding.message, None, **lamp.finding.params)
    session.add(Entered.in_act(act, EXTENSION, draft.id))
    complete_extension(session, act, draft)
    return draft


def extend_if_complete(session: Session, act: Act, draft: Contract) -> bool:
    """Extend when all six lamps are lit; say whether it was done."""
    if None in (draft.employer_signed_on, draft.employee_signed_on, draft.original_received_on):
        return False
    if not gate_of(session, act, draft).complete:
        return False
    complete_extension(session, act, draft)
    return True


def gate_of(session: Session, act: Act, draft: Contract) -> EndingContract:
    """The gate of the contract that a draft extends. Raises Refused: not_a_draft."""
    ending = ending_contract(session, draft.previous_id, act.today) if draft.state == DRAFTED and draft.previous_id else None
    if ending is None:
        raise Refused("not_a_draft", "Das ist kein offener Entwurf einer Verlängerung.")
    return ending


def complete_extension(session: Session, act: Act, draft: Contract) -> None:
    assert draft.previous_id is not None
    old = contract_by_id(session, draft.previous_id)
    days = (draft.employer_signed_on, draft.employee_signed_on, draft.original_received_on)
    draft.state, draft.completed_on = RUNNING, max(day for day in days if day is not None)
    session.flush()
    held = [one for one in occupancies_of(session, old.person_id, old.ends_on) if one.ends_on == old.ends_on]
    if draft.share == old.share and draft.starts_on == old.ends_on + timedelta(days=1):
        for occupancy in held:
            locked = occupancy_for_update(session, occupancy.id)
            locked.ends_on = draft.ends_on
            must_fit(session, post_for_update(session, locked.post_id), locked)
            session.flush()
            tell_assignability(session, act, locked)
        return
    if len(held) != 1:
        raise Refused("shares_unclear", "Anteil oder Beginn ändern sich bei mehreren Stellen: Besetzungen einzeln eintragen.")
    further = OccupyPost(post=held[0].post_id, share=draft.share, starts_on=draft.starts_on, ends_on=draft.ends_on, person=draft.person_id)
    seat(session, act, further)
