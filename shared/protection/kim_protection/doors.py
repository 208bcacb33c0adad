"""What both doors of a service do with closed things alike: what is asked before, and what the audit is told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kim_runtime.reason import given_reason
from kim_runtime.refusal import NotFound
from kim_web.audit import note_done, note_entry, note_refusal
from kim_web.page import act_on, see
from sqlalchemy.orm import Session

from kim_protection.colleagues import require_known
from kim_protection.commands import Lift, Protect
from kim_protection.operations import Opening

Check = Callable[[Session, str, Protect | Lift], None]  # (session, action, command): what a door asks before an operation, or raises


def known_subject(session: Session, _action: str, command: Protect | Lift) -> None:
    """Raises Refused where it shall be about somebody who has not signed in here lately."""
    require_known(session, command.subject if isinstance(command, Protect) else None)


def note_protected(session: Session, action: str, thing: str) -> None:
    """A thing was closed in the same step in which it was made: beside the act of this request a row of its own, which names the thing."""
    note_done(session)
    note_entry(session, action, thing, given_reason(session))


def open_now(opening: Opening, command: Any) -> Any:
    """The opening, its reason in the audit. A refusal stands there with what it was about; the answer does not say whether there is one.

    Raises NotFound, Refused.
    """
    try:
        with act_on() as (session, act):
            opened = opening.operation(session, act, command)
            note_entry(session, opening.action, f"{opening.things}:{opening.thing(opened)}", opened.reason)
            return opened
    except NotFound:
        with see() as (session, _act):
            note_refusal(f"{opening.things}:{opening.id_of(session, getattr(command, opening.named_by)) or '?'}")
        raise
