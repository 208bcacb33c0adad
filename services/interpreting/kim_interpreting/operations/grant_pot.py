"""Enter a pot as its notice grants it (Bewilligung), with the first version of its rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from kim_events.fields import Code, Day, Id, Money, Text
from kim_events.types.order import JOB_KINDS
from kim_runtime.act import Act
from kim_runtime.command import CommandSchema
from kim_runtime.refusal import Refused
from marshmallow import fields
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kim_interpreting.model.entered import POT, Entered
from kim_interpreting.model.pot import Pot, PotRuleVersion
from kim_interpreting.operations.book_movement import book_movement
from kim_interpreting.rules.ledger import NOTHING, MovementKind
from kim_interpreting.rules.pot_rules import PAYABLE
from kim_interpreting.rules.tariff import FEDERAL, TARIFFS


@dataclass(frozen=True, kw_only=True, slots=True)
class GrantPot:
    """`granted` in euro; no `job_kinds` means every kind a pot can pay for. `tariff` is the federal one or that of a lay pool."""

    id: str
    name: str
    granted: Decimal
    period_from: date
    period_to: date
    requires_case_management_link: bool = False
    excludes_legal_consequence: bool = False
    only_when_no_other_payer: bool = False
    job_kinds: Sequence[str] = ()
    tariff: str = FEDERAL
    document: str = ""


class GrantPotSchema(CommandSchema):
    command = GrantPot

    id = Id(required=True)
    name = Text(required=True, shortest=1)
    granted = Money(required=True)
    period_from = Day(required=True)
    period_to = Day(required=True)
    requires_case_management_link = fields.Boolean(load_default=False)
    excludes_legal_consequence = fields.Boolean(load_default=False)
    only_when_no_other_payer = fields.Boolean(load_default=False)
    job_kinds = fields.List(Code(JOB_KINDS), load_default=list)
    tariff = Code(TARIFFS, load_default=FEDERAL)
    document = Text(load_default="")


def grant_pot(session: Session, act: Act, command: GrantPot) -> Pot:
    """The same id a second time changes nothing."""
    known = session.get(Pot, command.id)
    if known is not None:
        return known
    if command.period_to < command.period_from:
        raise Refused("period_backwards", "Der Zeitraum endet vor seinem Beginn.", field="period_to")
    pot = Pot(
        id=command.id,
        name=command.name,
        period_from=command.period_from,
        period_to=command.period_to,
        tariff=command.tariff,
        position=(session.scalar(select(func.max(Pot.position))) or 0) + 1,
        **dict.fromkeys(("granted", "reassigned", "returned", "committed", "invoiced", "paid"), NOTHING),
    )
    pot.rules.append(
        PotRuleVersion(
            id=f"{command.id}-1",
            version=f"{command.period_from.year}-1",
            valid_from=command.period_from,
            job_kinds=" ".join(sorted(command.job_kinds or PAYABLE)),
            case_link_required=command.requires_case_management_link,
            legal_consequence_excluded=command.excludes_legal_consequence,
            subsidiary=command.only_when_no_other_payer,
            decided_by=command.document,
        )
    )
    session.add_all((pot, Entered.in_act(act, POT, pot.id)))
    session.flush()
    book_movement(session, act, pot, MovementKind.GRANT, command.granted, document=command.document)
    return pot
