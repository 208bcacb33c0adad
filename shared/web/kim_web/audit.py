"""What the audit is told by the web door: each act in its own transaction, each look before its answer leaves, each refusal, each sign-in.

Nothing here decides anything; and nothing but ids and codes is written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from flask import Flask, current_app, g, request
from kim_audit.bounded import with_left_out
from kim_audit.metrics import NOT_WRITTEN, STRANGERS
from kim_audit.record import LONGEST_REASON, record
from kim_runtime.act import Actor
from kim_runtime.reason import given_reason
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from kim_web import asked_for
from kim_web.policy import OPEN, SIGNED_IN, action_of
from kim_web.web import this_web

LOOKS = frozenset({"see", "list", "read", "read_frozen"})  # how actions end by which nothing is done
PAGE = ".page"  # after the name of an act: only its page was looked at, a form as a rule
NOT_FOUND, FORBIDDEN, UNAUTHORIZED = 404, 403, 401
SENT_AWAY = (302, 303, UNAUTHORIZED)  # a browser to the sign-in
FORM_AGAIN = (409, 422)  # a form that came back, on a page that shows as much as the one it was on

BY_KEY = "by key "  # why: a program came with this personal key
BY_PROVIDER = "by_provider"  # why: the sign-in of the house said so
UUID = re.compile(r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")


class NotWritten(Exception):
    """The row of the audit could not be written: nothing is shown, and what was done is taken back."""


@contextmanager
def must_be_written() -> Iterator[None]:
    """Raises NotWritten for whatever the database says against it."""
    try:
        yield
    except SQLAlchemyError as error:
        web = this_web()
        NOT_WRITTEN.labels(f"{web.settings.organisation}.{web.doors.service}").inc()
        raise NotWritten from error


def note_done(session: Session) -> None:
    """The act of the present request and its reason, in its own transaction: it is kept with the act, or neither is."""
    g.because = given_reason(session) or g.get("because", "")
    _note(session, "done")


def note_entry(session: Session, action: str, thing: str, reason: str) -> None:
    """One step with one entry, in the transaction of the step: a request may take it with several, each a row of its own."""
    actor: Actor = g.actor
    g.audited = True
    _record(
        session,
        at=this_web().real_clock.now(),
        actor_id=actor.id,
        roles=actor.roles,
        action=action,
        thing=thing,
        outcome="done",
        reason=why(reason),
        correlation_id=g.get("correlation_id", ""),
    )


def note_refusal(thing: str) -> None:
    """What was asked for by a name and not by an address, and refused: the row of this request says so, whatever page it answers with."""
    g.refused_thing = thing


def note_look(app: Flask, response: Response) -> None:
    """What was looked at, or refused, unless it was an act and stands written already.

    Where this cannot be written the answer does not leave: an access nobody can prove is none that may happen. Raises NotWritten.
    """
    action = action_of(app, request.endpoint, request.method) if request.endpoint else None
    if g.get("audited") or action in (None, OPEN, SIGNED_IN) or this_web().database is None:
        return
    if g.get("actor") is None:
        _note_stranger(str(action), response.status_code)
        return
    named = bool(request.view_args or asked_for.by_name() or asked_for.several(done=False))
    refused = response.status_code == FORBIDDEN or (response.status_code == NOT_FOUND and named) or "refused" in g or "refused_thing" in g
    if refused or response.status_code < 300 or response.status_code in FORM_AGAIN:
        with must_be_written(), this_web().rows.write() as session:
            known = _was_looked_for(response.status_code)
            _note(session, "denied" if refused else "seen", known=known, given_out=asked_for.given_out(response))


def _was_looked_for(status: int) -> bool:
    """Whether somebody looked for what the address names, and found it.

    Else it may be anybody's name: who may not ask at all, or sends a form with mistakes, is answered without a look.
    """
    return NOT_FOUND not in (status, g.get("refused")) and status not in FORM_AGAIN and not g.get("refused_at_the_door")


def as_written(action: str, outcome: str, method: str) -> str:
    """`case.work`, or `case.work.page` where nothing was done: who opens the form, or gets it back with errors, has not done the act."""
    is_page = outcome == "seen" or (outcome == "denied" and method in ("GET", "HEAD"))
    return f"{action}{PAGE}" if is_page and action.rpartition(".")[2] not in LOOKS else action


def _note_stranger(action: str, status: int) -> None:
    """Somebody without a session, or with a key that does not hold, was sent away. All are counted; written are those who named a thing or
    wanted to do something, and programs, so many a minute.

    Who opens a page in the morning to sign in is nobody to write down, and neither is who left the desk locked.
    """
    web = this_web()
    if status not in SENT_AWAY or "actor" not in g or g.get("locked") is not None:
        return
    mailbox = f"{web.settings.organisation}.{web.doors.service}"
    STRANGERS.labels(mailbox).inc()
    by_program = status == UNAUTHORIZED
    if not (by_program or request.view_args or request.method not in ("GET", "HEAD")):
        return
    ids = [str(value) if UUID.match(str(value)) else "?" for value in (request.view_args or {}).values()]
    # They are sent away whether it can be written or not: nothing is shown to them.
    with suppress(NotWritten), must_be_written():
        left_out = web.strangers.take(web.rows)
        if left_out is None:
            return
        with web.rows.write() as session:
            record(
                session,
                at=web.real_clock.now(),
                actor_id="visitor",
                roles=(),
                action=as_written(action, "denied", request.method),
                thing=":".join([asked_for.group(), *ids]) if ids else "",
                outcome="denied",
                reason=with_left_out("no_session", left_out),
                correlation_id=g.get("correlation_id", ""),
            )


def note_sign_in(session: Session, outcome: str, actor: Actor | None, reason: str = "") -> None:
    """Who came in, left or was refused, and why; `actor` is None of somebody who is nobody here."""
    _record(
        session,
        at=this_web().real_clock.now(),
        actor_id=actor.id if actor else "visitor",
        roles=actor.roles if actor else (),
        action="sign_in",
        outcome=outcome,
        reason=reason,
        correlation_id=g.get("correlation_id", ""),
    )


def note_key_revoked(session: Session, actor: Actor, key_id: str, reason: str) -> None:
    """A key for programs was revoked, and not by its owner."""
    _record(
        session,
        at=this_web().real_clock.now(),
        actor_id=actor.id,
        roles=actor.roles,
        action="access_key.revoke",
        thing=f"access_key:{key_id}",
        outcome="done",
        reason=reason,
        correlation_id=g.get("correlation_id", ""),
    )


def note_lock(session: Session, actor: Actor, reason: str = "") -> None:
    """A desk was locked: from then on nobody works under this name there until somebody signs in."""
    _record(
        session,
        at=this_web().real_clock.now(),
        actor_id=actor.id,
        roles=actor.roles,
        action="desk.lock",
        outcome="done",
        reason=reason,
        correlation_id=g.get("correlation_id", ""),
    )


def _note(session: Session, outcome: str, *, known: bool = True, given_out: Sequence[str] = ()) -> None:
    """One row; of a list that gives out whole files, and of a command with many things, one for each."""
    actor: Actor | None = g.get("actor")
    action = action_of(current_app, request.endpoint, request.method) if request.endpoint else None
    if actor is None or action in (None, OPEN, SIGNED_IN) or g.get("audited"):
        return
    g.audited = True
    thing = g.get("refused_thing") or asked_for.by_address(known=known) or asked_for.by_name(done=outcome == "done")
    for one in (thing,) if thing else given_out or asked_for.several(done=outcome == "done") or ("",):
        _record(
            session,
            at=this_web().real_clock.now(),
            actor_id=actor.id,
            roles=actor.roles,
            action=as_written(str(action), outcome, request.method),
            thing=one,
            outcome=outcome,
            reason=why(g.get("because", "")),
            correlation_id=g.get("correlation_id", ""),
        )


def _record(session: Session, **said: Any) -> None:
    with must_be_written():
        record(session, **said)


def why(reason: str) -> str:
    """The reason, with the key that acted in its owner's name, as the page *Ihr Zugang* calls it; whatever the reason's length."""
    key_id: str = g.get("key_id", "")
    by = f"{BY_KEY}kim_{key_id}" if key_id else ""
    return "; ".join(filter(None, (reason[: LONGEST_REASON - len(by) - 2], by)))
