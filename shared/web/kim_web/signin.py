"""Who is speaking. A person is known by the cookie of a session, a program by a bearer token; a request counts as one of them, never both.

A bearer token is either a personal key (`kim_…`, made on the page "Zugänge") or an access token of the provider made for this service.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from flask import Response, g, request
from kim_runtime.act import Actor
from kim_runtime.logs import log
from sqlalchemy import Row
from werkzeug.datastructures import Authorization
from werkzeug.exceptions import RequestEntityTooLarge, ServiceUnavailable

from kim_web import access_keys, drafts, lock_button, people, sessions
from kim_web.claims import NotOfThisHouse, actor_from, is_program, is_strong_enough
from kim_web.oidc import Provider, SignInFailed
from kim_web.web import over_https, this_web

LOCK: Final = "shared_desk.lock"


class SignInNotSetUp(ServiceUnavailable):
    """Nobody can sign in, because no provider is configured."""


def provider() -> Provider:
    """The provider people sign in at. Raises SignInNotSetUp."""
    found = this_web().provider
    if found is None:
        raise SignInNotSetUp
    return found


def cookie_name() -> str:
    """Ports share cookies, so the name carries organisation and service; over https the browser binds it to the host."""
    web = this_web()
    name = f"kim_{web.settings.organisation}_{web.doors.service}"
    return f"__Host-{name}" if over_https() else name


def hold(response: Response, secret: str) -> None:
    """Let the browser hold the secret of a session until it is closed."""
    response.set_cookie(cookie_name(), secret, httponly=True, samesite="Lax", secure=over_https())


def let_go(response: Response) -> None:
    response.delete_cookie(cookie_name(), httponly=True, samesite="Lax", secure=over_https())


def present_session() -> Row[Any] | None:
    """The living session the present request's cookie opens; its use is written down once a minute."""
    secret = request.cookies.get(cookie_name(), "")
    if not secret:
        return None
    web = this_web()
    now = web.real_clock.now()
    found = sessions.find(web.rows, secret, now, web.limits)
    if found is not None and not sessions.is_locked(found, now, web.limits) and sessions.is_due(found, now):
        with web.rows.write() as rows:
            sessions.note_use(rows, found, now)
    return found


def by_session() -> Actor | None:
    """Whom the present request's cookie stands for."""
    found = present_session()
    web = this_web()
    if found is not None and sessions.is_locked(found, web.real_clock.now(), web.limits):
        g.locked = found
        return None
    g.session = found
    return people.actor_of(g.session.actor_id, g.session.actor) if g.session is not None else None


def authorization() -> Authorization | None:
    """How the present request shows itself in its header; None where it does not, or in no way that can be read."""
    try:
        return request.authorization
    except ValueError:  # werkzeug stumbles over letters that are none
        return None


def by_bearer() -> Actor | None:
    """Whom the present request's bearer token stands for; what a personal key is limited to is kept in `g.only_actions`."""
    given = authorization()
    if given is None or given.type != "bearer" or not given.token:
        return None
    web = this_web()
    if given.token.startswith(access_keys.PREFIX):
        with web.rows.write() as rows:
            key = access_keys.use(rows, given.token, web.real_clock.now())
        if key is None:
            return None
        g.only_actions, g.key_id = frozenset(key.actions), key.id
        return people.actor_of(key.actor_id, key.actor)
    if web.provider is None:
        return None
    try:
        claims = web.provider.read_access_token(given.token)
        actor = actor_from(claims, web.settings, program=is_program(claims))
    except (SignInFailed, NotOfThisHouse):
        return None
    if not is_program(claims) and not is_strong_enough(actor, claims, web.settings):
        log().warning("a token does not hold", reason="no second factor")
        return None
    return actor


def _what_was_sent() -> Mapping[str, str]:
    """The form; nothing where it is too large to be read."""
    try:
        return request.form
    except RequestEntityTooLarge:
        return {}


def is_from_own_page() -> bool:
    """Whether the form was sent by a page of this very service, as far as the browser says."""
    told, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    return told == "same-origin" if told else not origin or urlsplit(origin).netloc == request.host


def keep_what_was_typed() -> bool:
    """Keep the form of a request that came too late for the owner of its session. Returns whether there was anything to keep.

    A cookie of ours came along, which browsers send with no form of a foreign site (SameSite); nor is it one of another house of the site.
    """
    secret = request.cookies.get(cookie_name(), "")
    if request.method != "POST" or not secret or not is_from_own_page() or not _what_was_sent():
        return False
    web = this_web()
    with web.rows.write() as rows:
        owner = sessions.whose(rows, secret)
        if owner is None:
            return False
        if request.endpoint == LOCK:
            said = lock_button.pressed()
            return said is not None and lock_button.keep(rows, said)
        typed = list(request.form.items(multi=True))
        return drafts.keep(rows, owner.actor_id, request.full_path.rstrip("?"), typed, web.real_clock.now())


def throw_away_what_was_sent() -> None:
    """A draft that its owner has sent now is one no more."""
    actor = g.get("actor")
    if request.method != "POST" or actor is None or g.get("unchecked"):
        return
    sent = _what_was_sent()
    if draft_id := sent.get(drafts.SENT, "") if drafts.KEEP not in sent and drafts.ASIDE not in sent else "":
        with this_web().rows.write() as rows:
            drafts.take(rows, actor.id, draft_id)
