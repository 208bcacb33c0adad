"""The lock of a desk, kept for all services of a house by its provider: what a service tells it, and what it says and asks.

A cookie can be deleted by whoever sits there, and the provider would sign the browser in again. So what was locked stands in rows, here and
at the provider, under the provider's name for its session with this browser.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from flask import g, jsonify, make_response, request
from kim_runtime.logs import log
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from kim_web import people, sessions
from kim_web.audit import BY_PROVIDER, note_lock
from kim_web.oidc import AWAKE_EVENT, LOCKED_EVENT, SignInFailed
from kim_web.page import OPEN, Pages
from kim_web.policy import way_out
from kim_web.signin import provider
from kim_web.web import this_web

desk_lock = Pages("desk_lock", __name__)


@desk_lock.post("/anmelden/gesperrt")
@desk_lock.guard(OPEN)
@way_out
def provider_locks() -> Response:
    """The provider says that the desk was locked in another service of the house."""
    claims = _word(LOCKED_EVENT)
    web = this_web()
    until = datetime.fromtimestamp(claims["iat"], UTC).replace(microsecond=999999)  # what was opened since stays open
    with web.rows.write() as rows:
        locked = sessions.lock_of_desk(rows, session=str(claims.get("sid", "")), until=until, now=web.real_clock.now())
        for one in locked:
            note_lock(rows, people.actor_of(one.actor_id, one.actor), BY_PROVIDER)
    log().info("sessions locked by the provider", count=len(locked))
    return make_response("", 204)


@desk_lock.post("/anmelden/wach")
@desk_lock.guard(OPEN)
@way_out
def provider_asks() -> Response:
    """The provider asks whether somebody works here in the session it names."""
    claims = _word(AWAKE_EVENT)
    web = this_web()
    now = web.real_clock.now()
    with web.rows.read() as rows:
        known = sessions.of_desk(rows, subject="", session=str(claims.get("sid", "")))
    return jsonify(awake=any(not sessions.is_locked(one, now, web.limits) for one in known))


def is_held(claims: Mapping[str, Any], actor_id: str) -> bool:
    """Whether this desk was locked after its person last showed who they are, by what an ID token says of both; or, where the services tell
    each other (`house_lock`), any desk of this person.

    Where the provider keeps the lock it has looked whether somebody works in the house; else a session that locked itself here counts too.
    """
    web = this_web()
    with web.rows.read() as rows:
        known = sessions.of_desk(rows, subject=str(claims["sub"]), session=str(claims.get("sid", "")))
        by_neighbour = sessions.lock_since(rows, actor_id)
    if g.get("locked") is not None:
        known.append(g.locked)
    shown = claims.get("auth_time")
    by_itself = not provider().keeps_the_lock()
    now = web.real_clock.now()
    if by_neighbour is not None and (shown is None or shown < by_neighbour.timestamp()):
        return True
    for one in known:
        since = one.locked_at or (one.seen_at + web.limits.lock if by_itself and sessions.is_locked(one, now, web.limits) else None)
        if since is not None and (shown is None or shown < since.timestamp()):
            return True
    return False


def _word(event: str) -> Mapping[str, Any]:
    try:
        return provider().read_word(request.form.get("logout_token", ""), event)
    except SignInFailed as fault:
        log().warning("a word of the provider does not hold", reason=str(fault))
        raise BadRequest from fault
