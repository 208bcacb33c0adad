"""Close a received referral to the desk, open it again, and open one in an emergency (Verweis schützen, Notzugriff).

It waits in an inbox the whole desk shares. What it becomes is protected by itself: a case, a person.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from kim_events.fields import Id, Text
from kim_protection import operations as protection
from kim_protection.commands import EmergencySchema, Lift, LiftSchema, Protect, ProtectSchema, subject_of
from kim_runtime.act import Act
from kim_runtime.refusal import NotFound, Refused
from marshmallow import Schema
from sqlalchemy.orm import Session

from kim_referral.model.protection import LOCKS, EmergencyAccess, id_of_number, protected_of_number
from kim_referral.model.received_referral import ReceivedReferral, received_for_update
from kim_referral.model.sight import lets


class ProtectReceived(Protect): ...


class ProtectReceivedSchema(ProtectSchema):
    command = ProtectReceived
    received_id = Id(required=True, attribute="thing_id")


class LiftReceivedProtection(Lift): ...


class LiftReceivedProtectionSchema(LiftSchema):
    command = LiftReceivedProtection
    received_id = Id(required=True, attribute="thing_id")


@dataclass(frozen=True, slots=True)
class OpenReceivedInEmergency:
    """`number` is the sender's, as it stands on the paper the person may have."""

    number: str
    reason: str


class _Named(Schema):
    number = Text(required=True, shortest=1, longest=30, metadata={"label": "Nummer des Verweises", "autocomplete": "off"})


class OpenReceivedInEmergencySchema(EmergencySchema, _Named):
    command = OpenReceivedInEmergency


def protect_received(session: Session, act: Act, command: ProtectReceived) -> ReceivedReferral:
    """From now on only who closes it and who may read protected records see it. Twice changes nothing.

    Raises NotFound, Refused `subject_missing`.
    """
    received = received_for_update(session, command.thing_id)
    protection.protect(session, act, LOCKS, received.id, command.reason, subject_of(command.reason, command.subject))
    return received


def lift_received_protection(session: Session, act: Act, command: LiftReceivedProtection) -> ReceivedReferral:
    """It is again the whole desk's; the history stays. Raises NotFound."""
    received = received_for_update(session, command.thing_id)
    protection.lift(session, act, LOCKS, received.id, command.because)
    return received


def open_received_in_emergency(session: Session, act: Act, command: OpenReceivedInEmergency) -> EmergencyAccess:
    """It may be opened and seen by this person for a while, by its address. Raises NotFound, Refused `visible_already`."""
    received = protected_of_number(session, command.number)
    if received is not None and lets(session, act, "received_referral.list", received):
        raise Refused("visible_already", "Diesen Verweis dürfen Sie ohnehin sehen: unter „Eingang“.", "number")
    if received is None or not lets(session, act, "received_referral.open_in_emergency", received):
        raise NotFound("unknown_number", "Einen geschützten Verweis mit dieser Nummer gibt es hier nicht.")
    return protection.open_for_a_while(session, act, LOCKS, received.id, command.reason)


CLOSING: Final = protection.Closing(
    kind=ReceivedReferral,
    name="received_referral",
    missing=ReceivedReferral.unknown,
    locks=LOCKS,
    protect_schema=ProtectReceivedSchema,
    lift_schema=LiftReceivedProtectionSchema,
    protect=protect_received,
    lift=lift_received_protection,
)
OPENING: Final = protection.Opening(
    action="received_referral.open_in_emergency",
    things="received_referrals",
    locks=LOCKS,
    schema=OpenReceivedInEmergencySchema,
    operation=open_received_in_emergency,
    named_by="number",
    id_of=id_of_number,
)
