"""Record the dates of an extension: signed by the employer, signed by the employee, original received. The last one completes it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from kim_events.fields import Day, Id, Text
from kim_runtime.act import Act
from kim_runtime.command import CommandSchema
from kim_runtime.entered import Entered
from kim_runtime.refusal import Refused, refuse
from sqlalchemy.orm import Session

from kim_staffing.model.contract import DRAFTED, Contract, contract_by_id, contract_for_update
from kim_staffing.model.entered import SIGNATURE
from kim_staffing.operations.extend_contract import extend_if_complete
from kim_staffing.rules.lateness import must_name_receiver, signed_in_time

PAST_THE_END = "Das Ende {end} ist vorbei. Bitte unter „Nicht rechtzeitig“ eintragen, was wann geschah und ob weitergearbeitet wird."
DATES = ("employer_signed_on", "employee_signed_on", "original_received_on")


@dataclass(frozen=True, slots=True)
class RecordSignature:
    """What is known by now; dates recorded before stay. `draft` is the drafted extension."""

    draft: str
    employer_signed_on: date | None = None
    employee_signed_on: date | None = None
    original_received_on: date | None = None
    received_by: str = ""


@dataclass(frozen=True, slots=True)
class RecordOriginal:
    """The signed original is back."""

    draft: str
    received_on: date
    received_by: str


class RecordSignatureSchema(CommandSchema):
    command = RecordSignature
    draft = Id(required=True)
    employer_signed_on = Day(load_default=None, allow_none=True, metadata={"label": "Arbeitgeber unterschrieben am", "lies": "behind"})
    employee_signed_on = Day(load_default=None, allow_none=True, metadata={"label": "Beschäftigte_r unterschrieben am", "lies": "behind"})
    original_received_on = Day(load_default=None, allow_none=True, metadata={"label": "Original zurück am", "lies": "behind"})
    received_by = Text(load_default="", longest=80, metadata={"label": "Original angenommen von"})


class RecordOriginalSchema(CommandSchema):
    command = RecordOriginal
    draft = Id(required=True)
    received_on = Day(required=True, metadata={"label": "Original zurück am", "lies": "behind"})
    received_by = Text(required=True, shortest=1, longest=80, metadata={"label": "Original angenommen von"})


def record_signature(session: Session, act: Act, command: RecordSignature) -> Contract:
    """The draft, or the running extension when this was the last lamp.

    Raises Refused: record_frozen, not_a_draft, nothing_said, in_future, before_draft, signed_already, who_received, past_the_end.
    """
    draft = contract_for_update(session, command.draft)
    draft.must_not_be_frozen()
    if draft.state != DRAFTED or draft.previous_id is None:
        if all(getattr(command, name) in (None, getattr(draft, name)) for name in DATES):
            return draft
        raise Refused("not_a_draft", "Das ist kein offener Entwurf einer Verlängerung.")
    old_end = contract_by_id(session, draft.previous_id).ends_on
    refuse(_faults(draft, command, act.today, old_end))
    for name in DATES:
        if getattr(command, name) is not None:
            setattr(draft, name, getattr(command, name))
    draft.original_received_by = command.received_by or draft.original_received_by
    session.add(Entered.in_act(act, SIGNATURE, draft.id))
    session.flush()
    extend_if_complete(session, act, draft)
    return draft


def record_original(session: Session, act: Act, command: RecordOriginal) -> Contract:
    """Raises what `record_signature` raises."""
    return record_signature(
        session, act, RecordSignature(command.draft, original_received_on=command.received_on, received_by=command.received_by)
    )


def _faults(draft: Contract, command: RecordSignature, today: date, old_end: date) -> Iterator[Refused]:
    if all(getattr(command, name) is None for name in DATES):
        yield Refused("nothing_said", "Bitte mindestens einen Tag eintragen.", DATES[0])
        return
    for name in DATES:
        day, known = getattr(command, name), getattr(draft, name)
        if day is None:
            continue
        if day > today:
            yield Refused("in_future", "Dieser Tag liegt in der Zukunft.", name)
        elif day < draft.drafted_on:
            yield Refused("before_draft", "Der Entwurf ist vom {day}: davor kann er nicht unterschrieben sein.", name, day=draft.drafted_on)
        elif known is not None and known != day:
            yield Refused("signed_already", "Hier steht schon {day}. Für ein anderes Datum neu ausfertigen.", name, day=known)
    if _must_be_witnessed(command, today, old_end) and not (command.received_by or draft.original_received_by):
        yield Refused("who_received", "Wer hat das Original wann angenommen? Bitte beides eintragen.", "received_by")
    if today > old_end and not signed_in_time(old_end, *(getattr(command, name) or getattr(draft, name) for name in DATES)):
        yield Refused("past_the_end", PAST_THE_END, end=old_end)


def _must_be_witnessed(command: RecordSignature, today: date, old_end: date) -> bool:
    """A date that is entered late, or of a paper that came late, is not taken on trust."""
    seen = command.employee_signed_on or command.original_received_on
    return command.original_received_on is not None or (seen is not None and must_name_receiver(seen, today, old_end))
