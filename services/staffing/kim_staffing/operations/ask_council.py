"""Ask the body that has a say, and record what it answers. Consent covers exactly the ground and the money that were told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from kim_events.fields import Code, Day, Id, Text
from kim_runtime.act import Act
from kim_runtime.command import CommandSchema
from kim_runtime.entered import Entered
from kim_runtime.ids import new_id
from kim_runtime.refusal import Refused, refuse
from marshmallow import fields, validate
from sqlalchemy.orm import Session

from kim_staffing.model.contract import Contract, contract_by_id
from kim_staffing.model.employer import Employer
from kim_staffing.model.entered import HEARING, HEARING_ANSWER
from kim_staffing.model.hearing import CouncilHearing, HearingContract, hearing_for_update
from kim_staffing.rules.coverage import LEVELS
from kim_staffing.rules.fixed_term import GROUNDS

AGREED, REFUSED = "agreed", "refused"


@dataclass(frozen=True, slots=True)
class AskCouncil:
    """One question for several contracts of one employer. `money_told`: the level of the assurance as told, "" where none was."""

    contracts: tuple[str, ...]
    ground_told: str
    money_told: str = ""
    sent_on: date | None = None
    id: str = field(default_factory=new_id)


@dataclass(frozen=True, slots=True)
class RecordCouncilAnswer:
    """`answer` is agreed or refused; a refusal says why."""

    hearing: str
    answer: str
    answered_on: date
    reason: str = ""


class AskCouncilSchema(CommandSchema):
    command = AskCouncil
    id = Id()
    contracts = fields.List(
        Id(), required=True, validate=validate.Length(min=1), metadata={"label": "Verträge, die verlängert werden sollen"}
    )
    ground_told = Code(GROUNDS, required=True, metadata={"label": "Mitgeteilter Grund der Befristung"})
    money_told = Code(("", *LEVELS), load_default="", metadata={"label": "Mitgeteiltes Geld"})
    sent_on = Day(load_default=None, allow_none=True, metadata={"label": "Gesendet am", "lies": "behind"})


class RecordCouncilAnswerSchema(CommandSchema):
    command = RecordCouncilAnswer
    hearing = Id(required=True)
    answer = Code((AGREED, REFUSED), required=True, metadata={"label": "Antwort"})
    answered_on = Day(required=True, metadata={"label": "Datum der Antwort", "lies": "behind"})
    reason = Text(
        load_default="", longest=500, metadata={"label": "Begründung", "hint": "im Wortlaut, wenn abgelehnt wurde", "at_times": True}
    )


def ask_council(session: Session, act: Act, command: AskCouncil) -> CouncilHearing:
    """Note that the body was asked; the same id again returns the hearing.

    Raises Refused: several_employers, no_council, in_future; NotFound: contract_unknown.
    """
    known = session.get(CouncilHearing, command.id)
    if known is not None:
        return known
    contracts = [contract_by_id(session, contract) for contract in dict.fromkeys(command.contracts)]
    employer = _one_employer(contracts)
    sent_on = command.sent_on or act.today
    if sent_on > act.today:
        raise Refused("in_future", "Dieser Tag liegt in der Zukunft.", "sent_on")
    hearing = CouncilHearing(
        id=command.id,
        employer_id=employer.id,
        body=employer.council,
        sent_on=sent_on,
        ground_told=command.ground_told,
        money_told=command.money_told,
        answer=None,
        answered_on=None,
        reason="",
        contracts=[HearingContract(contract_id=contract.id) for contract in contracts],
    )
    session.add_all((hearing, Entered.in_act(act, HEARING, hearing.id)))
    session.flush()
    return hearing


def record_council_answer(session: Session, act: Act, command: RecordCouncilAnswer) -> CouncilHearing:
    """Note what it answered; the same again changes nothing.

    Raises Refused: answered_already, reason_missing, before_question, in_future; NotFound: hearing_unknown.
    """
    hearing = hearing_for_update(session, command.hearing)
    if hearing.answer is not None:
        if (hearing.answer, hearing.answered_on) == (command.answer, command.answered_on):
            return hearing
        raise Refused("answered_already", "Diese Beteiligung ist beantwortet. Für eine neue Antwort neu beteiligen.")
    refuse(_answer_faults(hearing, command, act.today))
    hearing.answer, hearing.answered_on, hearing.reason = command.answer, command.answered_on, command.reason
    session.add(Entered.in_act(act, HEARING_ANSWER, hearing.id))
    session.flush()
    return hearing


def _answer_faults(hearing: CouncilHearing, command: RecordCouncilAnswer, today: date) -> Iterator[Refused]:
    if command.answer == REFUSED and not command.reason:
        yield Refused("reason_missing", "Bei einer Ablehnung gehört die Begründung dazu.", "reason")
    if command.answered_on < hearing.sent_on:
        yield Refused("before_question", "Die Antwort kann nicht vor der Frage liegen.", "answered_on")
    if command.answered_on > today:
        yield Refused("in_future", "Dieser Tag liegt in der Zukunft.", "answered_on")


def _one_employer(contracts: list[Contract]) -> Employer:
    employers = {contract.employer_id: contract.employer for contract in contracts}
    if len(employers) != 1:
        raise Refused(
            "several_employers", "Ein Schreiben geht an das Gremium eines Arbeitgebers: Verträge getrennt auswählen.", "contracts"
        )
    (employer,) = employers.values()
    if not employer.council:
        raise Refused("no_council", "Für diesen Arbeitgeber ist kein Gremium eingetragen.", "contracts")
    return employer
