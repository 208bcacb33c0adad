"""What services tell of a session: that its desk is locked, kept for all services of the house, and that it shall end."""

from __future__ import annotations

from typing import Any

from flask import g, make_response, request
from kim_web import sessions
from kim_web.page import OPEN, Pages
from kim_web.policy import way_out
from kim_web.signin import authorization
from kim_web.web import this_web
from sqlalchemy import Row, select
from werkzeug.wrappers import Response

from kim_login import accounts
from kim_login.audit import note, note_refused_client, program
from kim_login.leaving import is_awake, lock, services_of, tell, whom_to_tell
from kim_login.protocol import Client
from kim_login.provider import this_provider
from kim_login.tables import reached

pages = Pages("desk_lock", __name__)


@pages.post("/gesperrt")
@pages.guard(OPEN)
@way_out
def lock_session() -> Response:
    """A service says that the desk of a session was locked in it: it is locked here, and in every other service it led to.

    The service shows itself by its secret, and speaks only of sessions that led to it. 204: all have heard it; 202: this provider has.
    """
    protocol = this_provider().protocol
    client = _service("desk.lock")
    if client is None:
        return _unknown()
    session_id = request.form.get("sid", "")
    with protocol.database.write() as rows:
        led = rows.execute(select(reached).filter_by(session_id=session_id, client_id=client.client_id)).first()
        if led is not None:
            sessions.lock_named(rows, session_id, this_web().real_clock.now())
            account = accounts.by_id(rows, led.account_id)
            if account is not None:
                note(rows, "done", account, action="desk.lock", thing=program(client.client_id))
        others = [one for one in services_of(rows, session_id) if one.client_id != client.client_id]
    if led is None:
        note_refused_client(client, "desk.lock", "not_led_there")
        return make_response("", 403)
    return make_response("", 204 if lock(protocol, others) else 202)


@pages.post("/sitzungen/ende")
@pages.guard(OPEN)
@way_out
def end_sessions() -> Response:
    """A service says that its person ends the session of another browser, or with `everywhere` all of theirs: they end here, and every
    other service they led to hears it. Answers as `lock_session` does.
    """
    protocol = this_provider().protocol
    client = _service("session.end")
    if client is None:
        return _unknown()
    session_id, everywhere = request.form.get("sid", ""), bool(request.form.get("everywhere"))
    told: list[Row[Any]] = []
    with protocol.database.write() as rows:
        led = rows.execute(select(reached).filter_by(session_id=session_id, client_id=client.client_id)).first()
        account = accounts.by_id(rows, led.account_id) if led is not None else None
        if led is not None:
            sessions.end_own(rows, led.account_id, None if everywhere else session_id)
            told += whom_to_tell(rows, account_id=led.account_id) if everywhere else whom_to_tell(rows, session_id=session_id)
        if account is not None:
            note(rows, "done", account, action="session.end", thing=program(client.client_id), reason="everywhere" if everywhere else "")
    if led is None:
        note_refused_client(client, "session.end", "not_led_there")
        return make_response("", 403)
    others = [one for one in told if one.client_id != client.client_id]  # who says it has ended its own
    return make_response("", 204 if tell(protocol, others) == len(others) else 202)


def _service(action: str) -> Client | None:
    """The service that speaks, by its secret; None, and written down, where it is not believed."""
    given = authorization()
    client = this_provider().protocol.client(given.username or "") if given is not None and given.type == "basic" else None
    if client is not None and given is not None and client.check_client_secret(given.password or ""):
        return client
    note_refused_client(client, action, "wrong_secret" if client is not None else "unknown_client")
    return None


def _unknown() -> Response:
    return make_response("", 401, {"WWW-Authenticate": "Basic"})


def who_sits_here() -> Row[Any] | None:
    """The session of this browser, locked or not."""
    found: Row[Any] | None = g.get("session") or g.get("locked")
    return found


def wake() -> None:
    """Let a session that nobody used here for a while go on, if somebody works in a service it led to. One that was locked does not."""
    asleep = g.get("locked")
    if asleep is None or asleep.locked_at is not None:
        return
    protocol = this_provider().protocol
    with protocol.database.read() as rows:
        services = services_of(rows, asleep.id)
    if is_awake(protocol, services):
        with protocol.database.write() as rows:
            sessions.note_use(rows, asleep, this_web().real_clock.now())
        g.locked, g.session = None, asleep
