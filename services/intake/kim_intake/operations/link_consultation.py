"""Link an anonymous consultation to a person found by the search: decided by who looks, never by a rule."""

from __future__ import annotations

from dataclasses import dataclass

from kim_events.fields import Id
from kim_runtime.act import Act
from kim_runtime.command import CommandSchema
from kim_runtime.entered import Entered
from kim_runtime.refusal import Refused
from sqlalchemy.orm import Session

from kim_intake.model.consultation import Consultation
from kim_intake.model.entered import LINKED
from kim_intake.operations.find_at_site import client_for, consultation_for


@dataclass(frozen=True, slots=True)
class LinkConsultation:
    consultation_id: str
    client_id: str


class LinkConsultationSchema(CommandSchema):
    command = LinkConsultation
    consultation_id = Id(required=True)
    client_id = Id(required=True)


def link_consultation(session: Session, act: Act, command: LinkConsultation) -> Consultation:
    """From now on it was with this person. Raises Refused when the consultation belongs to somebody else already, NotFound."""
    talk = consultation_for(session, act, command.consultation_id, "consultation.correct")
    person = client_for(session, act, command.client_id, "client.register")
    if talk.client_id not in (None, person.id):
        raise Refused("linked_to_another", "Diese Beratung gehört schon zu einer anderen Person.", "client_id")
    if talk.client_id is None:
        session.add(Entered.in_act(act, LINKED, talk.id))
    talk.client_id = person.id
    person.last_contact = max(person.last_contact, talk.day)
    session.flush()
    return talk
