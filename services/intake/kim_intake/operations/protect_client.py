"""Close a person's record to the desk, and open it again (Akte schützen)."""

from __future__ import annotations

from typing import Final

from kim_events.fields import Id
from kim_protection import operations as protection
from kim_protection.commands import Lift, LiftSchema, Protect, ProtectSchema, subject_of
from kim_runtime.act import Act
from sqlalchemy.orm import Session

from kim_intake.model.client import Client, no_such_client
from kim_intake.model.consultation import ids_of_client
from kim_intake.model.hand_over import talks_on_the_way
from kim_intake.model.proposal import open_proposal_of
from kim_intake.model.protection import LOCKS
from kim_intake.operations.find_at_site import client_for
from kim_intake.operations.withdraw_proposal import withdraw


class ProtectClient(Protect): ...


class ProtectClientSchema(ProtectSchema):
    command = ProtectClient
    client_id = Id(required=True, attribute="thing_id")


class LiftClientProtection(Lift): ...


class LiftClientProtectionSchema(LiftSchema):
    command = LiftClientProtection
    client_id = Id(required=True, attribute="thing_id")


def protect_client(session: Session, act: Act, command: ProtectClient) -> Client:
    """From now on only who registered the person, who closes the record, and who may read protected ones. Twice changes nothing.

    A proposal that waits for an answer is withdrawn: in casework all who might take it would go on seeing the person. Talks the family had
    on its way from desk to desk go along as far as nobody is known of them: else what was said there would go on lying open.
    Raises NotFound, Refused `subject_missing`.
    """
    person = client_for(session, act, command.thing_id, "client.protect")
    protection.protect(session, act, LOCKS, person.id, command.reason, subject_of(command.reason, command.subject))
    for other in talks_on_the_way(session, ids_of_client(session, person.id)):
        other.client_id = other.client_id or person.id
    session.flush()
    waiting = open_proposal_of(session, person.id, locked=True)
    if waiting is not None:
        withdraw(session, act, waiting)
    return person


def protect_at_once(session: Session, act: Act, person: Client, reason: str, subject: str | None) -> None:
    """The same of somebody who is taken up in this step; a record that is closed already stays as it is."""
    if LOCKS.protection_of(session, person.id) is None:
        protect_client(session, act, ProtectClient(person.id, reason, subject))


def lift_client_protection(session: Session, act: Act, command: LiftClientProtection) -> Client:
    """The record is again as any other; the history stays. Raises NotFound where it is not protected, or not for this actor."""
    person = client_for(session, act, command.thing_id, "client.unprotect")
    protection.lift(session, act, LOCKS, person.id, command.because)
    return person


CLOSING: Final = protection.Closing(
    kind=Client,
    name="client",
    missing=no_such_client,
    locks=LOCKS,
    protect_schema=ProtectClientSchema,
    lift_schema=LiftClientProtectionSchema,
    protect=protect_client,
    lift=lift_client_protection,
)
