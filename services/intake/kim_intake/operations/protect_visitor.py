"""Take up who sat at the desk without a record, and close that record in the same step: nothing of it lies open in between."""

from __future__ import annotations

from dataclasses import dataclass

from kim_events.fields import Id
from kim_protection.commands import ProtectSchema, subject_of
from kim_runtime.act import Act
from sqlalchemy.orm import Session

from kim_intake.model.client import Client, client
from kim_intake.model.consultation import Consultation
from kim_intake.model.hand_over import talks_on_the_way
from kim_intake.model.sight import lets_with
from kim_intake.operations.find_at_site import consultation_for
from kim_intake.operations.issue_code import client_of_talk
from kim_intake.operations.protect_client import protect_at_once


@dataclass(frozen=True, slots=True)
class ProtectVisitor:
    """`subject`: the colleague it is about, by the id they sign in with; needed where the reason is `colleague`."""

    consultation_id: str
    reason: str
    subject: str | None = None


class ProtectVisitorSchema(ProtectSchema):
    command = ProtectVisitor
    consultation_id = Id(required=True)


def protect_visitor(session: Session, act: Act, command: ProtectVisitor) -> Client:
    """Give the visitor of a talk a record without a name, by its return code alone, that is closed from its first moment on.

    Raises NotFound, Refused `subject_missing`.
    """
    talk = consultation_for(session, act, command.consultation_id, "visitor.protect")
    return protect_who_came(session, act, talk, command.reason, subject_of(command.reason, command.subject))


def protect_who_came(session: Session, act: Act, talk: Consultation, reason: str, subject: str | None) -> Client:
    """Close the record of who a talk was with, and make it first where there is none: not even another desk of its way knows the person."""
    person = _known(session, act, talk) or client_of_talk(session, act, talk)
    talk.client_id = talk.client_id or person.id
    session.flush()
    protect_at_once(session, act, person, reason, subject)
    return person


def _known(session: Session, act: Act, talk: Consultation) -> Client | None:
    """Who the talk was with, or else who another desk found it to be; of whom the actor may close the record."""
    for each in (talk, *talks_on_the_way(session, [talk.id])):
        if each.client_id and lets_with(session, act, "client.protect", None, each.client_id):
            return client(session, each.client_id)
    return None
