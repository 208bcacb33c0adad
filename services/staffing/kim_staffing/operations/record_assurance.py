"""Record what the funder promised, once, and learn which contracts it lets be extended and which not, and why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from kim_events.fields import Code, Day, Fte, Id, StrictInt, Text, one_of
from kim_runtime.act import Act
from kim_runtime.command import CommandSchema
from kim_runtime.entered import Entered
from kim_runtime.ids import new_id
from kim_runtime.refusal import Refused, refuse
from sqlalchemy.orm import Session

from kim_staffing.model.assurance import FundingAssurance
from kim_staffing.model.employer import own_employer
from kim_staffing.model.ending import EndingContract, ending_contracts
from kim_staffing.model.entered import ASSURANCE
from kim_staffing.model.post import BAUSTEINE
from kim_staffing.operations.create_post import days_turned
from kim_staffing.rules.coverage import LEVELS, Level


@dataclass(frozen=True, slots=True)
class RecordAssurance:
    """`employer`: whose contracts it is for. From the written commitment upwards period and FTE must be said; an announcement may lack
    them.
    """

    level: str
    dated: date
    employer: str
    document: str = ""
    period_from: date | None = None
    period_to: date | None = None
    covers_fte: Decimal | None = None
    baustein: int | None = None
    decided_by: str = ""
    id: str = field(default_factory=new_id)


class RecordAssuranceSchema(CommandSchema):
    command = RecordAssurance
    id = Id()
    level = Code(LEVELS, required=True, metadata={"label": "Stufe"})
    document = Text(
        load_default="", longest=200, metadata={"label": "Dokument", "hint": "zum Beispiel: Schreiben der Bezirksregierung Arnsberg"}
    )
    dated = Day(required=True, metadata={"label": "Datum des Dokuments", "lies": "behind"})
    employer = Id(required=True, metadata={"label": "Für Verträge von"})
    period_from = Day(
        load_default=None, allow_none=True, metadata={"label": "Zeitraum von", "hint": "nötig, wenn mehr als angekündigt", "at_times": True}
    )
    period_to = Day(
        load_default=None, allow_none=True, metadata={"label": "Zeitraum bis", "hint": "nötig, wenn mehr als angekündigt", "at_times": True}
    )
    covers_fte = Fte(
        load_default=None,
        allow_none=True,
        metadata={"label": "Stellen (Vollzeitäquivalente)", "hint": "nötig, wenn mehr als angekündigt", "at_times": True},
    )
    baustein = StrictInt(load_default=None, allow_none=True, validate=one_of(BAUSTEINE), metadata={"label": "Nur Baustein"})
    decided_by = Text(
        load_default="",
        longest=80,
        metadata={"label": "Entschieden von", "hint": "nur bei eigenem Risiko: Name und Funktion", "at_times": True},
    )


@dataclass(frozen=True, slots=True)
class AssuranceRecorded:
    """`extendable`: the contracts whose money is there now; `not_yet`: the others, each with `cover.finding` saying why."""

    assurance: FundingAssurance
    extendable: tuple[EndingContract, ...]
    not_yet: tuple[EndingContract, ...]


def record_assurance(session: Session, act: Act, command: RecordAssurance) -> AssuranceRecorded:
    """Raises Refused: not_own_staff, period_missing, fte_missing, decision_missing, days_turned. The same id again records nothing new."""
    assurance = session.get(FundingAssurance, command.id)
    if assurance is None:
        own_employer(session, command.employer)
        refuse(_faults(command))
        assurance = FundingAssurance(
            id=command.id,
            level=command.level,
            document=command.document or "Schreiben",
            dated=command.dated,
            employer_id=command.employer,
            period_from=command.period_from,
            period_to=command.period_to,
            covers_fte=command.covers_fte,
            baustein=command.baustein,
            decided_by=command.decided_by,
            recorded_on=act.today,
        )
        session.add_all((assurance, Entered.in_act(act, ASSURANCE, assurance.id)))
        session.flush()
    return outcome_of(session, assurance, act.today)


def outcome_of(session: Session, assurance: FundingAssurance, today: date) -> AssuranceRecorded:
    """What the assurance means for the contracts of its employer that still wait for an extension, as things stand."""
    waiting = [one for one in ending_contracts(session, today) if one.contract.employer_id == assurance.employer_id and one.awaited]
    return AssuranceRecorded(
        assurance,
        tuple(one for one in waiting if one.cover.carries),
        tuple(one for one in waiting if not one.cover.carries),
    )


def _faults(command: RecordAssurance) -> Iterator[Refused]:
    if command.level == Level.OWN_RISK and not command.decided_by:
        yield Refused("decision_missing", "Wer hat entschieden, das Risiko selbst zu tragen? Name und Funktion nennen.", "decided_by")
    if command.level != Level.ANNOUNCED:
        for name in ("period_from", "period_to"):
            if getattr(command, name) is None:
                yield Refused("period_missing", "Ab der schriftlichen Zusage gehört der Zeitraum dazu.", name)
        if command.covers_fte is None:
            yield Refused("fte_missing", "Ab der schriftlichen Zusage gehört dazu, wie viele Stellen sie deckt.", "covers_fte")
    yield from days_turned(command.period_from, command.period_to, "period_to")
