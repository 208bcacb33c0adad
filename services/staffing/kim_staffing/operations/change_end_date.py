"""Change an end date, and say why: the person leaves, it was wrong, or it is a new contract. Nothing is saved without one of the three."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from kim_events.fields import Code, Day, Id, Text
from kim_runtime.act import Act
from kim_runtime.command import CommandSchema
from kim_runtime.entered import Entered
from kim_runtime.ids import new_id
from kim_runtime.reason import give_reason
from kim_runtime.refusal import Refused
from sqlalchemy.orm import Session

from kim_staffing.model.contract import RUNNING, Contract, EndDateChange, contract_for_update
from kim_staffing.model.entered import END_DATE
from kim_staffing.model.occupancy import occupancies_of, occupancy_for_update
from kim_staffing.model.post import post_for_update
from kim_staffing.operations.draft_extension import DraftExtension, draft_extension
from kim_staffing.operations.occupy_post import must_fit
from kim_staffing.operations.tell_assignability import tell_assignability

LEAVES, CORRECTION, NEW_CONTRACT = "leaves", "correction", "new_contract"
REASON_WORDS = {LEAVES: "scheidet aus", CORRECTION: "Korrektur", NEW_CONTRACT: "neuer Vertrag"}


@dataclass(frozen=True, slots=True)
class ChangeEndDate:
    """`reason` is leaves, correction or new_contract. Leaving with the agreed end is said with that same end."""

    contract: str
    ends_on: date
    reason: str
    words: str = ""


class ChangeEndDateSchema(CommandSchema):
    command = ChangeEndDate
    contract = Id(required=True)
    ends_on = Day(required=True, metadata={"label": "Neues Ende"})
    reason = Code(REASON_WORDS, required=True, metadata={"label": "Warum ändert sich das Ende?"})
    words = Text(load_default="", longest=500, metadata={"label": "Bemerkung"})


def change_end_date(session: Session, act: Act, command: ChangeEndDate) -> Contract:
    """The contract with its new end, or the draft where it is a new contract.

    Raises Refused: reason_missing, record_frozen, not_running, days_turned, leaves_earlier, and what `draft_extension` raises.
    """
    if command.reason not in REASON_WORDS:
        raise Refused("reason_missing", "Warum ändert sich das Ende: scheidet aus, Korrektur oder neuer Vertrag?", "reason")
    give_reason(session, command.reason)
    if command.reason == NEW_CONTRACT:
        return draft_extension(session, act, DraftExtension(command.contract, command.ends_on))
    contract = contract_for_update(session, command.contract)
    contract.must_not_be_frozen()
    if contract.state != RUNNING:
        raise Refused("not_running", "Nur ein laufender Vertrag hat ein Ende, das sich ändern lässt.")
    if command.ends_on < contract.starts_on:
        raise Refused("days_turned", "Der letzte Tag liegt vor dem ersten.", "ends_on")
    if command.reason == LEAVES and command.ends_on > contract.ends_on:
        words = "Wer ausscheidet, geht spätestens am {end}. Für länger: verlängern oder neuer Vertrag."
        raise Refused("leaves_earlier", words, "ends_on", end=contract.ends_on)
    _move_occupancies(session, act, contract, command.ends_on)
    change = EndDateChange(
        id=new_id(),
        at=act.at,
        by=act.actor.name,
        old_end=contract.ends_on,
        new_end=command.ends_on,
        reason=command.reason,
        words=command.words,
    )
    contract.end_changes.append(change)
    session.add(Entered.in_act(act, END_DATE, contract.id, change.id))
    contract.ends_on = command.ends_on
    session.flush()
    return contract


def _move_occupancies(session: Session, act: Act, contract: Contract, ends_on: date) -> None:
    """What the person holds ends with the contract; casework learns of it when the day has changed."""
    for occupancy in occupancies_of(session, contract.person_id, contract.ends_on):
        if occupancy.ends_on != contract.ends_on or ends_on == contract.ends_on:
            continue
        locked = occupancy_for_update(session, occupancy.id)
        if ends_on < locked.starts_on:
            raise Refused("days_turned", "Der letzte Tag liegt vor dem ersten.", "ends_on")
        locked.ends_on = ends_on
        must_fit(session, post_for_update(session, locked.post_id), locked)
        session.flush()
        tell_assignability(session, act, locked)
