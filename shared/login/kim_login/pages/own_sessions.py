"""Ihre Sitzungen: what somebody has open in all services and browsers, and how each ends. Everybody's own, and nobody else's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import g, session, url_for
from kim_web import sessions
from kim_web.language import _, mark
from kim_web.neighbours import TITLES
from kim_web.own_access import JUST_NOW
from kim_web.page import OPEN, Pages, redirect_to, render
from kim_web.signin import let_go
from kim_web.web import this_web
from sqlalchemy import Row
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from kim_login import accounts, own_sessions
from kim_login.audit import note
from kim_login.leaving import tell, whom_to_tell
from kim_login.pages.desk_lock import wake
from kim_login.provider import this_provider

pages = Pages("own_sessions", __name__, url_prefix="/sitzungen")
HALF_HEARD = mark("Die Sitzung ist hier beendet. Ein Dienst hat es nicht gehört: dort endet sie nach ihrer eigenen Frist.")


@pages.get("")
@pages.guard(OPEN)
def show() -> str | Response:
    """Whoever is not signed in does so first, and comes back."""
    account = _who()
    if account is None:
        return _sign_in()
    web = this_web()
    with web.rows.read() as rows:
        found = own_sessions.open_sessions(rows, account.id, web.real_clock.now(), web.limits)
    return render("login/sessions.html", sessions=found, here=g.session.id, title_of=_title_of)


@pages.post("/<id>/ende")
@pages.guard(OPEN)
def end_one(id: str) -> Response:
    """One of one's own, with what it has open in the services. Another than this one once it is shown again who sits here."""
    account = _who()
    if account is None or (id != g.session.id and not _shown_just_now()):
        return _sign_in()
    with this_web().rows.write() as rows:
        told = own_sessions.end(rows, account.id, id)
        if told is not None:
            note(rows, "done", account, action="session.end", thing=f"session:{id}")
    heard = _all_hear(told or ())
    if id == g.session.id:
        return _left()
    if heard:
        return redirect_to("own_sessions.show", said=_("Die Sitzung ist beendet."))
    return redirect_to("own_sessions.show", said=_(HALF_HEARD), tone="warning")


@pages.post("/ende-aller")
@pages.guard(OPEN)
def end_all() -> Response:
    """All of them, this one too."""
    account = _who()
    if account is None or not _shown_just_now():
        return _sign_in()
    with this_web().rows.write() as rows:
        sessions.end_own(rows, account.id)
        told = whom_to_tell(rows, account_id=account.id)
        note(rows, "done", account, action="session.end", reason="everywhere")
    _all_hear(told)
    return _left()


def _who() -> Row[Any] | None:
    """The account that is signed in at this browser."""
    wake()
    if g.get("session") is None:
        return None
    with this_web().rows.read() as rows:
        return accounts.by_id(rows, g.session.actor_id)


def _shown_just_now() -> bool:
    return bool(this_web().real_clock.now() - g.session.opened_at < JUST_NOW)


def _sign_in() -> Response:
    session["next"] = url_for("own_sessions.show")
    return redirect(url_for("signing_in.show"), 303)


def _all_hear(told: Sequence[Row[Any]]) -> bool:
    return tell(this_provider().protocol, told) == len(told)


def _left() -> Response:
    session.clear()
    response = redirect(url_for("signing_in.left"), 303)
    let_go(response)  # type: ignore[arg-type]
    return response


def _title_of(client_id: str) -> str:
    """What people call a service made known as `<organisation>.<service>`; its id where it is none of the suite's."""
    title = TITLES.get(client_id.rpartition(".")[2])
    return _(title) if title else client_id
