"""Enter a pot as its notice grants it (Bewilligung), with the first version of its rules."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from kim_events.fields import Code, Day, Id, Money, Text
from kim_events.types.order import JOB_KINDS
from kim_runtime.act import Act
from kim_runtime.command import CommandSchema
from kim_runtime.refusal import Refused, refuse
from marshmallow import fields
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kim_interpreting.model.entered import POT, Entered
from kim_interpreting.model.pot import Pot, PotRuleVersion
from kim_interpreting.operations.book_movement import book_movement
from kim_interpreting.rules.ledger import NOTHING, MovementKind
from kim_interpreting.rules.pot_rules import PAYABLE
from kim_interpreting.rules.tariff import FEDERAL, TARIFFS

LONGEST, LAST_YEAR = timedelta(days=3653), 2100  # what is far from a notice's year or two is a slip of the hand


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
    name = Text(required=True, shortest=1, metadata={"label": "Name des Topfs", "autocomplete": "off"})
    granted = Money(required=True, metadata={"label": "Bewilligter Betrag in Euro"})
    period_from = Day(required=True, metadata={"label": "Bewilligt ab"})
    period_to = Day(required=True, metadata={"label": "Bewilligt bis"})
    requires_case_management_link = fields.Boolean(load_default=False, metadata={"label": "Nur für Fälle des Case Managements"})
    excludes_legal_consequence = fields.Boolean(load_default=False, metadata={"label": "Nicht, wo etwas mit Rechtsfolgen entschieden wird"})
    only_when_no_other_payer = fields.Boolean(load_default=False, metadata={"label": "Nur, wenn niemand anderes zahlen muss"})
    job_kinds = fields.List(
        Code(JOB_KINDS), load_default=list, metadata={"label": "Was daraus bezahlt wird", "hint": "Nichts angekreuzt: alles."}
    )
    tariff = Code(TARIFFS, load_default=FEDERAL, metadata={"label": "Tarif"})
    document = Text(load_default="", metadata={"label": "Bescheid oder Beschluss"})


def grant_pot(session: Session, act: Act, command: GrantPot) -> Pot:
    """The same id a second time changes nothing. Raises Refused: period_backwards, period_too_long, nothing_granted."""
    known = session.get(Pot, command.id)
    if known is not None:
        return known
    refuse(_reasons_against(command))
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


def _reasons_against(command: GrantPot) -> Iterator[Refused]:
    if command.period_to < command.period_from:
        yield Refused("period_backwards", "Der Zeitraum endet vor seinem Beginn.", field="period_to")
    elif command.period_to - command.period_from > LONGEST or command.period_to.year > LAST_YEAR:
        yield Refused("period_too_long", "Ein Topf läuft höchstens zehn Jahre. Bitte den Zeitraum des Bescheids prüfen.", field="period_to")
    if command.granted <= 0:
        yield Refused("nothing_granted", "Bewilligt werden muss mehr als nichts.", field="granted")
