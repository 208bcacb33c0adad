"""Note an answer that did not come over the bus: by telephone, by letter, in person."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from kim_events.fields import Code, Day, Id, Text
from kim_events.types.referral import REJECTION_REASONS
from kim_runtime.act import Act
from kim_runtime.command import CommandSchema
from kim_runtime.entered import Entered
from kim_runtime.reason import give_reason
from kim_runtime.refusal import NotFound, Refused, refuse
from sqlalchemy.orm import Session

from kim_referral.model.entered import ANSWER_NOTED
from kim_referral.model.referral import Referral, referral_for_update
from kim_referral.operations.answer_referral import DECISIONS

WAYS = ("telephone", "letter", "in_person")


@dataclass(frozen=True, slots=True)
class NoteAnswer:
    """`said_by` is who at the partner said so (their own staff's name or desk)."""

    referral_id: str
    answer: str = "accepted"
    how: str = "telephone"
    said_by: str = ""
    reason: str | None = None
    appointment: date | None = None


class NoteAnswerSchema(CommandSchema):
    command = NoteAnswer

    referral_id = Id(required=True)
    answer = Code(DECISIONS, load_default="accepted", metadata={"label": "Antwort"})
    how = Code(WAYS, load_default="telephone", metadata={"label": "Erfahren"})
    said_by = Text(load_default="", longest=120, metadata={"label": "Wer hat es gesagt", "hint": "bei der Stelle"})
    reason = Code(REJECTION_REASONS, load_default=None, allow_none=True, metadata={"label": "Grund der Ablehnung"})
    appointment = Day(load_default=None, allow_none=True, metadata={"label": "Erstgespräch am", "lies": "ahead"})

    def objections(self, known: Mapping[str, Any]) -> Iterator[Refused]:
        return _objections(known)


def note_answer(session: Session, act: Act, command: NoteAnswer) -> Referral:
    """Note what the partner decided and how it is known. An expired referral can still be answered.

    Raises NotFound, Refused `withdrawn`, `already_closed`, `reason_missing`, `who_said_it`.
    """
    referral = referral_for_update(session, command.referral_id)
    if referral is None:
        raise NotFound("referral_unknown", "Diesen Verweis gibt es nicht.")
    if referral.state == "withdrawn":
        raise Refused("withdrawn", "Dieser Verweis wurde zurückgezogen.")
    if referral.state not in {"offered", "waiting_list", "expired", "accepted"}:
        raise Refused("already_closed", "Dieser Verweis ist schon abgeschlossen.")
    refuse(_objections(asdict(command)))
    referral.state = command.answer
    referral.answered_at = act.at
    referral.waiting_list_at = act.at if command.answer == "waiting_list" else referral.waiting_list_at
    referral.answered_how = command.how
    referral.answer_said_by = command.said_by
    referral.rejection = command.reason if command.answer == "rejected" else None
    give_reason(session, referral.rejection)
    referral.appointment = command.appointment if command.answer != "rejected" else None
    session.add(Entered.in_act(act, ANSWER_NOTED, referral.id))
    session.flush()
    return referral


def _objections(known: Mapping[str, Any]) -> Iterator[Refused]:
    if known.get("answer") == "rejected" and known.get("reason") is None:
        yield Refused("reason_missing", "Bitte einen Grund ankreuzen.", "reason")
    if known.get("how") == "telephone" and not known.get("said_by"):
        yield Refused("who_said_it", "Bitte angeben, wer es am Telefon gesagt hat.", "said_by")
