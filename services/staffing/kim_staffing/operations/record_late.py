"""Record that an extension was not complete before the old end: the facts, once, and then no more changes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from kim_events.fields import Day, Id, Moment, Text
from kim_runtime.act import Act
from kim_runtime.clock import BERLIN, local_day
from kim_runtime.command import CommandSchema
from kim_runtime.entered import Entered
from kim_runtime.refusal import Refused, refuse
from sqlalchemy.orm import Session

from kim_staffing.model.contract import DRAFTED, LATE, Contract, contract_by_id, contract_for_update
from kim_staffing.model.entered import TOO_LATE
from kim_staffing.rules.finding import Finding
from kim_staffing.rules.lateness import late_finding, signed_in_time


@dataclass(frozen=True, slots=True)
class RecordLate:
    """What truly happened. Dates recorded before stay where nothing is said; `worked_since` is when work went on, None where it did not."""

    draft: str
    employer_signed_on: date | None = None
    employee_signed_on: date | None = None
    original_received_on: date | None = None
    received_by: str = ""
    worked_since: datetime | None = None


class RecordLateSchema(CommandSchema):
    command = RecordLate
    draft = Id(required=True)
    employer_signed_on = Day(load_default=None, allow_none=True, metadata={"label": "Arbeitgeber unterschrieben am", "lies": "behind"})
    employee_signed_on = Day(load_default=None, allow_none=True, metadata={"label": "Beschäftigte_r unterschrieben am", "lies": "behind"})
    original_received_on = Day(load_default=None, allow_none=True, metadata={"label": "Original angenommen am", "lies": "behind"})
    received_by = Text(load_default="", longest=80, metadata={"label": "Original angenommen von"})
    worked_since = Moment(load_default=None, allow_none=True, default_timezone=BERLIN, metadata={"label": "Weitergearbeitet seit"})


def record_late(session: Session, act: Act, command: RecordLate) -> Contract:
    """The frozen record; what is said of it is `finding_of`. Who may be assigned ends with the old end, and nothing more is told.

    Raises Refused: record_frozen, not_a_draft, not_over, in_time, who_received, in_future, worked_before_end.
    """
    draft = contract_for_update(session, command.draft)
    draft.must_not_be_frozen()
    if draft.state != DRAFTED or draft.previous_id is None:
        raise Refused("not_a_draft", "Das ist kein offener Entwurf einer Verlängerung.")
    old_end = contract_by_id(session, draft.previous_id).ends_on
    employer, employee, original = (
        command.employer_signed_on or draft.employer_signed_on,
        command.employee_signed_on or draft.employee_signed_on,
        command.original_received_on or draft.original_received_on,
    )
    if act.today <= old_end:
        raise Refused("not_over", "Das Ende {end} ist noch nicht vorbei: Unterschriften eintragen.", end=old_end)
    if signed_in_time(old_end, employer, employee, original):
        raise Refused("in_time", "Alle drei Tage liegen vor dem Ende: bitte unter „Unterschriften“ eintragen.")
    refuse(_faults(command, draft, act.today, old_end))
    draft.employer_signed_on, draft.employee_signed_on, draft.original_received_on = employer, employee, original
    draft.original_received_by = command.received_by or draft.original_received_by
    draft.worked_since, draft.state, draft.frozen_at = command.worked_since, LATE, act.at
    session.add(Entered.in_act(act, TOO_LATE, draft.id))
    session.flush()
    return draft


def finding_of(session: Session, contract: Contract) -> Finding | None:
    """What is said of a record that was too late; None of any other."""
    if contract.state != LATE or contract.previous_id is None:
        return None
    worked = local_day(contract.worked_since) if contract.worked_since else None
    return late_finding(contract_by_id(session, contract.previous_id).ends_on, worked)


def _faults(command: RecordLate, draft: Contract, today: date, old_end: date) -> Iterator[Refused]:
    for name in ("employer_signed_on", "employee_signed_on", "original_received_on"):
        day = getattr(command, name)
        if day is not None and day > today:
            yield Refused("in_future", "Dieser Tag liegt in der Zukunft.", name)
    if (command.original_received_on or draft.original_received_on) and not (command.received_by or draft.original_received_by):
        yield Refused("who_received", "Wer hat das Original wann angenommen? Bitte beides eintragen.", "received_by")
    if command.worked_since is not None and not old_end < local_day(command.worked_since) <= today:
        yield Refused("worked_before_end", "Weitergearbeitet wird nach dem alten Ende und bis heute.", "worked_since")
