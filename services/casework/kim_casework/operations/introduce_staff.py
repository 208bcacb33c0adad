"""Introduce a colleague to casework, or change what is known of one."""

from __future__ import annotations

from dataclasses import dataclass

from kim_events.fields import Id, Text
from kim_runtime.act import Act
from kim_runtime.command import CommandSchema
from kim_runtime.database import locked
from kim_runtime.entered import Entered
from kim_runtime.reason import give_reason
from kim_runtime.refusal import Forbidden, Refused
from marshmallow import fields
from sqlalchemy import select
from sqlalchemy.orm import Session

from kim_casework.model.entered import COLLEAGUE
from kim_casework.model.staff import StaffMember
from kim_casework.model.standing import lets, manages_cases


@dataclass(frozen=True, slots=True)
class IntroduceStaff:
    """`member` is the id the colleague signs in with, `reference` the name staffing has for them (empty: none)."""

    member: str
    name: str
    reference: str = ""
    manages_cases: bool = True


class IntroduceStaffSchema(CommandSchema):
    command = IntroduceStaff
    member = Id(required=True, metadata={"label": "Kennung der Anmeldung", "autocomplete": "off"})
    name = Text(required=True, shortest=1, metadata={"label": "Name", "autocomplete": "off"})
    reference = Text(
        load_default="",
        longest=64,
        metadata={"label": "Kennung im Stellenplan", "hint": "Wie die Personalstelle diese Person nennt, zum Beispiel p-07"},
    )
    manages_cases = fields.Boolean(load_default=False, metadata={"label": "führt Fälle"})


def introduce_staff(session: Session, act: Act, command: IntroduceStaff) -> StaffMember:
    """Create or update the colleague.

    Raises Forbidden `other_team`, Refused `reference_taken`.
    """
    known = session.get(StaffMember, command.member)
    if known is not None and not lets(session, act, "house.arrange", known):
        raise Forbidden(
            "other_team", "{name} ist in einem anderen Team: Das ändert dessen Leitung, oder eine Leitung ohne Team.", name=known.name
        )
    member = _keep(session, command)
    give_reason(session, f"{'changed' if known else 'introduced'}: {member.id}")
    session.add(Entered.in_act(act, COLLEAGUE, member.id))
    return member


def _keep(session: Session, command: IntroduceStaff) -> StaffMember:
    reference = command.reference or None
    if reference:
        holder = session.scalars(select(StaffMember).where(StaffMember.reference == reference, StaffMember.id != command.member)).first()
        if holder:
            raise Refused(
                "reference_taken", "Die Kennung {reference} gehört schon zu {name}.", "reference", reference=reference, name=holder.name
            )
    member = locked(session, StaffMember, command.member)
    if member is None:
        member = StaffMember(id=command.member)
        session.add(member)
    member.name, member.reference, member.manages_cases = command.name, reference, command.manages_cases
    session.flush()
    return member


def known_as_member(session: Session, act: Act) -> StaffMember | None:
    """The colleague who acts. Who signs in as a case manager for the first time is introduced by that."""
    if is_new_here(session, act):
        return _keep(session, IntroduceStaff(act.actor.id, act.actor.name, act.actor.staff or ""))
    return session.get(StaffMember, act.actor.id)


def is_new_here(session: Session, act: Act) -> bool:
    """Whether who acts is a case manager nobody has introduced yet."""
    return manages_cases(act) and session.get(StaffMember, act.actor.id) is None
