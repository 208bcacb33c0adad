"""Draft an extension, or all that an assurance carries at once. Money and plan come before the draft."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from kim_events.fields import Code, Day, Fte, Id, Text
from kim_runtime.act import Act
from kim_runtime.command import CommandSchema
from kim_runtime.entered import Entered
from kim_runtime.ids import new_id
from kim_runtime.refusal import Refused
from sqlalchemy.orm import Session

from kim_staffing.model.assurance import assurance_by_id
from kim_staffing.model.contract import DRAFTED, SET_ASIDE, Contract, contract_for_update
from kim_staffing.model.ending import EndingContract, ending_contract
from kim_staffing.model.entered import DRAFT, PROGNOSIS
from kim_staffing.operations.record_assurance import outcome_of
from kim_staffing.rules.fixed_term import GROUNDS


@dataclass(frozen=True, slots=True)
class DraftExtension:
    """What is not said stays as in the old contract; without `ends_on` the extension lasts as long as its money.

    `replaces` is the draft it takes the place of, when that one was signed before the council's consent or has a wrong date.
    """

    contract: str
    ends_on: date | None = None
    starts_on: date | None = None
    share: Decimal | None = None
    ground: str = ""
    prognosis: str = ""
    replaces: str = ""
    id: str = field(default_factory=new_id)


@dataclass(frozen=True, slots=True)
class DraftAllExtensions:
    """Drafts for every contract that an assurance carries and that has none yet."""

    assurance: str
    ends_on: date | None = None


class DraftExtensionSchema(CommandSchema):
    command = DraftExtension
    id = Id()
    contract = Id(required=True)
    ends_on = Day(
        load_default=None, allow_none=True, metadata={"label": "Verlängern bis", "hint": "leer: so lange, wie das Geld zugesagt ist"}
    )
    starts_on = Day(load_default=None, allow_none=True, metadata={"label": "Beginn", "hint": "leer: der Tag nach dem alten Ende"})
    share = Fte(load_default=None, allow_none=True, metadata={"label": "Anteil", "hint": "leer: wie bisher"})
    ground = Code(("", *GROUNDS), load_default="", metadata={"label": "Grund der Befristung"})
    prognosis = Text(load_default="", longest=1000, metadata={"label": "Prognose", "hint": "nur bei einem Sachgrund"})
    replaces = Id(load_default="")


class DraftAllExtensionsSchema(CommandSchema):
    command = DraftAllExtensions
    assurance = Id(required=True)
    ends_on = Day(load_default=None, allow_none=True, metadata={"label": "Verlängern bis"})


def draft_extension(session: Session, act: Act, command: DraftExtension) -> Contract:
    """The draft. Raises Refused: already_settled, drafted_already, days_turned, and what the money or plan lamp says; NotFound.

    The same id again returns the draft.
    """
    known = session.get(Contract, command.id)
    if known is not None:
        return known
    old = contract_for_update(session, command.contract)
    ending = ending_contract(session, old.id, act.today)
    if ending is None or not ending.awaited:
        raise Refused("already_settled", "Für diesen Vertrag steht keine Verlängerung aus.")
    _set_aside(ending, command.replaces)
    session.flush()
    _must_have_money_and_plan(ending)
    assurance = ending.cover.assurance
    starts_on = command.starts_on or old.ends_on + timedelta(days=1)
    ends_on = command.ends_on or (assurance.period_to if assurance else None)
    if ends_on is None:
        raise Refused("end_missing", "Bis wann? Die Zusage nennt kein Ende.", "ends_on")
    if ends_on < starts_on or starts_on <= old.ends_on:
        raise Refused("days_turned", "Die Verlängerung beginnt nach dem alten Ende und endet danach.", "ends_on")
    draft = Contract(
        id=command.id,
        person_id=old.person_id,
        employer_id=old.employer_id,
        previous_id=old.id,
        state=DRAFTED,
        starts_on=starts_on,
        ends_on=ends_on,
        share=command.share if command.share is not None else old.share,
        ground=command.ground or old.ground,
        prognosis=command.prognosis or old.prognosis,
        prognosis_by=act.actor.name if command.prognosis else old.prognosis_by,
        drafted_on=act.today,
        original_received_by="",
        person=old.person,
        employer=old.employer,
        additions=[],
        end_changes=[],
    )
    session.add_all((draft, Entered.in_act(act, DRAFT, draft.id, PROGNOSIS if command.prognosis else "")))
    session.flush()
    return draft


def draft_all_extensions(session: Session, act: Act, command: DraftAllExtensions) -> list[Contract]:
    """The new drafts; those that exist stay. Raises NotFound: assurance_unknown."""
    outcome = outcome_of(session, assurance_by_id(session, command.assurance), act.today)
    return [
        draft_extension(session, act, DraftExtension(ending.contract.id, command.ends_on))
        for ending in outcome.extendable
        if ending.following is None
    ]


def _set_aside(ending: EndingContract, replaces: str) -> None:
    draft = ending.following
    if draft is None:
        return
    if draft.id != replaces:
        raise Refused("drafted_already", "Es gibt schon einen Entwurf vom {day}. Soll ein neuer ihn ersetzen?", day=draft.drafted_on)
    draft.must_not_be_frozen()
    draft.state = SET_ASIDE


def _must_have_money_and_plan(ending: EndingContract) -> None:
    for lamp in ending.lamps[:2]:
        if not lamp.lit:
            raise Refused(lamp.finding.code, lamp.finding.message, None, **lamp.finding.params)
