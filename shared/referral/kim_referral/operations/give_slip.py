"""Send a person on with a slip that names nobody: no consent is needed, since nothing personal is told."""

from __future__ import annotations

from dataclasses import dataclass, field

from kim_events.fields import Id, StrictInt, Text
from kim_runtime.act import Act
from kim_runtime.command import CommandSchema
from kim_runtime.ids import new_id
from marshmallow import validate
from sqlalchemy.orm import Session

from kim_referral.model.referral import Referral, next_number
from kim_referral.operations.receivers import name_of, receiver
from kim_referral.operations.refer_person import new_return_code
from kim_referral.rules.referral_rules import answer_by


@dataclass(frozen=True, slots=True)
class GiveSlip:
    """A slip for the way: where to go. `language` (ISO 639-3) is the one it is printed in beside German; it stays in this service."""

    receiver: str
    language: str = "deu"
    persons: int | None = None
    desk: str = ""
    about_kind: str = "visitor"
    about_id: str = ""
    id: str = field(default_factory=new_id)


class GiveSlipSchema(CommandSchema):
    command = GiveSlip

    id = Id()
    about_kind = Id(load_default="visitor")
    about_id = Id(load_default="")
    receiver = Text(required=True, shortest=2, longest=61, metadata={"label": "An"})
    language = Id(load_default="deu", metadata={"label": "Sprache des Zettels"})
    persons = StrictInt(load_default=None, allow_none=True, validate=validate.Range(1, 99), metadata={"label": "Wie viele Personen"})
    desk = Text(load_default="", longest=120, metadata={"label": "Rückfragen an", "hint": "Schalter oder Büro"})


def give_slip(session: Session, act: Act, command: GiveSlip) -> Referral:
    """A referral without personal data, on paper in the person's own hand. Raises Refused `receiver_unknown`, `receiver_self`."""
    existing = session.get(Referral, command.id)
    if existing is not None:
        return existing
    to = receiver(session, act, command.receiver)
    referral = Referral(
        id=command.id,
        number=next_number(session, act.today.year),
        return_code=new_return_code(session),
        about_kind=command.about_kind,
        about_id=command.about_id or command.id,
        consent_id=None,
        channel="slip",
        receiver=to.organisation,
        receiver_mailbox=None,
        receiver_name=to.name,
        desk=command.desk or name_of(session, act.organisation, act.today),
        categories=[],
        name="",
        phone="",
        birth_year=None,
        language=command.language,
        residence_town="",
        persons=command.persons,
        topics=[],
        note="",
        health="",
        offered_at=act.at,
        offered_on=act.today,
        offered_by=act.actor.id,
        answer_by=answer_by(act.today),
        version=1,
        state="offered",
        answer_said_by="",
    )
    session.add(referral)
    session.flush()
    return referral
