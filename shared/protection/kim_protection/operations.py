"""Close a thing to the house, open it again, and open it for a while in an emergency. Who may, the service has asked before."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Generic, TypeVar

from kim_runtime.act import Act
from kim_runtime.command import CommandSchema
from kim_runtime.ids import new_id
from kim_runtime.reason import give_reason
from kim_runtime.refusal import NotFound
from sqlalchemy.orm import Session

from kim_protection.model import EmergencyColumns, Locks, ProtectionColumns
from kim_protection.rules import EMERGENCY_MINUTES

P = TypeVar("P", bound=ProtectionColumns)
E = TypeVar("E", bound=EmergencyColumns)
Thing = TypeVar("Thing")


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing(Generic[Thing]):
    """How a service closes a thing of its own and opens it again: for its doors.

    `name` is the thing's in the table of rules ("case": `case.protect`). `missing` makes the refusal where there is none. Both operations
    ask for themselves who may, but for what only a door knows (`kim_protection.doors.Check`).
    """

    kind: type[Thing]
    name: str
    missing: Callable[[], NotFound]
    locks: Locks[Any, Any]
    protect_schema: type[CommandSchema]
    lift_schema: type[CommandSchema]
    protect: Callable[[Session, Act, Any], Thing]
    lift: Callable[[Session, Act, Any], Thing]

    def action(self, what: str) -> str:
        """`case.protect`, `case.unprotect`, `case.see`."""
        return f"{self.name}.{what}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """How a service opens a thing of its own in an emergency: for its doors.

    `things` is their name in the audit ("cases"). `named_by` is the field of the command that says which is meant; `id_of` finds it,
    whoever asks.
    """

    action: str
    things: str
    locks: Locks[Any, Any]
    schema: type[CommandSchema]
    operation: Callable[[Session, Act, Any], EmergencyColumns]
    named_by: str
    id_of: Callable[[Session, str], str | None]

    def thing(self, opened: EmergencyColumns) -> str:
        """The id of the thing that was opened."""
        return str(getattr(opened, self.locks.thing))


def protect(session: Session, act: Act, locks: Locks[P, E], thing_id: str, reason: str, subject: str | None) -> None:
    """From now on the thing is protected. Of one that is so already nothing changes. Call it under the lock of the thing's row."""
    give_reason(session, reason)
    if locks.protection_of(session, thing_id) is not None:
        return
    row: dict[str, Any] = {
        locks.thing: thing_id, "id": new_id(), "reason": reason, "subject": subject, "since": act.today, "protected_by": act.actor.id,
    }  # fmt: skip
    session.add(locks.protections(**row))
    session.flush()


def lift(session: Session, act: Act, locks: Locks[P, E], thing_id: str, because: str) -> None:
    """The thing is again as any other; the history stays. `because` is for the audit too: from now on everybody looks on this ground."""
    give_reason(session, because)
    protection = locks.protection_of(session, thing_id)
    if protection is not None:
        protection.lifted_on, protection.lifted_by, protection.lifted_because = act.today, act.actor.id, because
        session.flush()


def emergency_minutes(session: Session) -> int:
    """How long an opening lasts in this house."""
    return int(session.info.get("emergency_minutes", EMERGENCY_MINUTES))


def open_for_a_while(session: Session, act: Act, locks: Locks[P, E], thing_id: str, reason: str) -> E:
    """The thing is open to this person from now on, for as long as the house says."""
    ends_at = act.at + timedelta(minutes=emergency_minutes(session))
    row: dict[str, Any] = {
        locks.thing: thing_id, "id": new_id(), "reason": reason, "actor": act.actor.id, "actor_name": act.actor.name, "opened_at": act.at,
        "ends_at": ends_at,
    }  # fmt: skip
    opened = locks.emergencies(**row)
    session.add(opened)
    session.flush()
    return opened
