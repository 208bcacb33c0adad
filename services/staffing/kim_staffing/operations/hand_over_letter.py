"""The letter about registering as job-seeking (§ 38 SGB III): made, then handed over. It goes to everybody whose fixed term ends,
extension or not.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from kim_events.fields import Day, Id
from kim_runtime.act import Act
from kim_runtime.command import CommandSchema
from kim_runtime.entered import Entered
from kim_runtime.refusal import Refused
from marshmallow import fields, validate
from sqlalchemy.orm import Session

from kim_staffing.model.contract import RUNNING, Contract, contract_for_update
from kim_staffing.model.entered import LETTER, LETTER_HANDED_OVER


@dataclass(frozen=True, slots=True)
class MakeLetters:
    contracts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HandOverLetter:
    contract: str
    handed_over_on: date


class MakeLettersSchema(CommandSchema):
    command = MakeLetters
    contracts = fields.List(Id(), required=True, validate=validate.Length(min=1), metadata={"label": "Schreiben für"})


class HandOverLetterSchema(CommandSchema):
    command = HandOverLetter
    contract = Id(required=True)
    handed_over_on = Day(required=True, metadata={"label": "Übergeben am", "lies": "behind"})


def make_letters(session: Session, act: Act, command: MakeLetters) -> list[Contract]:
    """The contracts with a letter dated today; a letter made before keeps its date.

    Raises Refused: not_running; NotFound: contract_unknown.
    """
    made = []
    for contract_id in command.contracts:
        contract = contract_for_update(session, contract_id)
        if contract.state != RUNNING:
            raise Refused("not_running", "Ein Schreiben gibt es zu einem laufenden Vertrag.")
        if contract.letter_made_on is None:
            contract.letter_made_on = act.today
            session.add(Entered.in_act(act, LETTER, contract.id))
        made.append(contract)
    session.flush()
    return made


def hand_over_letter(session: Session, act: Act, command: HandOverLetter) -> Contract:
    """Raises Refused: letter_missing, before_letter, in_future."""
    contract = contract_for_update(session, command.contract)
    if contract.letter_made_on is None:
        raise Refused("letter_missing", "Es gibt noch kein Schreiben: zuerst anlegen und drucken.")
    if command.handed_over_on < contract.letter_made_on:
        raise Refused(
            "before_letter",
            "Das Schreiben ist vom {day}: davor kann es nicht übergeben sein.",
            "handed_over_on",
            day=contract.letter_made_on,
        )
    if command.handed_over_on > act.today:
        raise Refused("in_future", "Dieser Tag liegt in der Zukunft.", "handed_over_on")
    contract.letter_handed_over_on = command.handed_over_on
    session.add(Entered.in_act(act, LETTER_HANDED_OVER, contract.id))
    session.flush()
    return contract
