"""Close a person's record to the desk, and open it again (Akte schützen)."""

from __future__ import annotations

from dataclasses import dataclass

from kim_events.fields import Id
from kim_protection import operations as protection
from kim_protection.commands import LiftSchema, ProtectSchema, subject_missing
from kim_protection.rules import ABOUT_A_COLLEAGUE
from kim_runtime.act import Act
from sqlalchemy.orm import Session

from kim_intake.model.client import Client
from kim_intake.model.proposal import open_proposal_of
from kim_intake.model.protection import LOCKS
from kim_intake.operations.find_at_site import client_for
from kim_intake.operations.withdraw_proposal import withdraw


@dataclass(frozen=True, slots=True)
class ProtectClient:
    """`subject`: the colleague it is about, by the id they sign in with; needed where the reason is `colleague`."""

    client_id: str
    reason: str
    subject: str | None = None


class ProtectClientSchema(ProtectSchema):
    command = ProtectClient
    client_id = Id(required=True)


@dataclass(frozen=True, slots=True)
class LiftClientProtection:
    client_id: str
    because: str


class LiftClientProtectionSchema(LiftSchema):
    command = LiftClientProtection
    client_id = Id(required=True)


def protect_client(session: Session, act: Act, command: ProtectClient) -> Client:
    """From now on only who registered the person, who closes the record, and who may read protected ones. Twice changes nothing.

    A proposal that waits for an answer is withdrawn: in casework all who might take it would go on seeing the person.
    Raises NotFound, Refused `subject_missing`.
    """
    person = client_for(session, act, command.client_id, "client.protect")
    subject = command.subject if command.reason == ABOUT_A_COLLEAGUE else None
    if command.reason == ABOUT_A_COLLEAGUE and not subject:
        raise subject_missing()
    protection.protect(session, act, LOCKS, person.id, command.reason, subject)
    waiting = open_proposal_of(session, person.id, locked=True)
    if waiting is not None:
        withdraw(session, act, waiting)
    return person


def lift_client_protection(session: Session, act: Act, command: LiftClientProtection) -> Client:
    """The record is again as any other; the history stays. Raises NotFound where it is not protected, or not for this actor."""
    person = client_for(session, act, command.client_id, "client.unprotect")
    protection.lift(session, act, LOCKS, person.id, command.because)
    return person
