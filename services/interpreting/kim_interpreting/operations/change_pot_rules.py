"""A pot's rules change from a day on: older requests are still judged by the older version."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from kim_events.fields import Code, Day, Id, Text
from kim_events.types.order import JOB_KINDS
from kim_runtime.act import Act
from kim_runtime.command import CommandSchema
from kim_runtime.refusal import Refused
from marshmallow import fields, validate
from sqlalchemy.orm import Session

from kim_interpreting.model.pot import PotRuleVersion, locked_pots


@dataclass(frozen=True, kw_only=True, slots=True)
class ChangePotRules:
    """The rules from `valid_from` on, whole; `decided_by` names the document."""

    pot_id: str
    valid_from: date
    job_kinds: Sequence[str]
    decided_by: str
    case_link_required: bool = False
    legal_consequence_excluded: bool = False
    subsidiary: bool = False


class ChangePotRulesSchema(CommandSchema):
    command = ChangePotRules

    pot_id = Id(required=True)
    valid_from = Day(required=True, metadata={"label": "Gilt für Aufträge ab"})
    job_kinds = fields.List(Code(JOB_KINDS), required=True, validate=validate.Length(min=1), metadata={"label": "Bezahlt werden"})
    case_link_required = fields.Boolean(load_default=False, metadata={"label": "Nur mit Bezug zum Case Management"})
    legal_consequence_excluded = fields.Boolean(load_default=False, metadata={"label": "Nicht bei erkennbarer Rechtsfolge"})
    subsidiary = fields.Boolean(load_default=False, metadata={"label": "Nur mit Freigabe, wenn kein anderer Kostenträger zahlt"})
    decided_by = Text(required=True, shortest=3, metadata={"label": "Beschluss oder Bescheid"})


def change_pot_rules(session: Session, act: Act, command: ChangePotRules) -> PotRuleVersion:
    """A new version; it must begin after the last one, since what was judged stays judged."""
    (pot,) = locked_pots(session, command.pot_id)
    last = pot.rules[-1]
    if command.valid_from <= last.valid_from:
        raise Refused(
            "rules_overlap", "Die neue Regel muss nach der letzten beginnen, die ab {day} gilt.", field="valid_from", day=last.valid_from
        )
    version = PotRuleVersion(
        id=f"{pot.id}-{len(pot.rules) + 1}",
        version=f"{command.valid_from.year}-{len(pot.rules) + 1}",
        valid_from=command.valid_from,
        job_kinds=" ".join(sorted(command.job_kinds)),
        case_link_required=command.case_link_required,
        legal_consequence_excluded=command.legal_consequence_excluded,
        subsidiary=command.subsidiary,
        decided_by=command.decided_by,
    )
    pot.rules.append(version)
    session.flush()
    return version
