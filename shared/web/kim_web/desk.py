"""A desk that many use: locking it, going on, and the drafts of what was typed while it was locked."""

from __future__ import annotations

from flask import g, request, session, url_for
from kim_runtime.logs import log
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from kim_web import drafts, sessions
from kim_web.account import own_path
from kim_web.language import _
from kim_web.page import OPEN, Pages, actor, redirect_to, render
from kim_web.policy import SIGNED_IN
from kim_web.signin import cookie_name, provider
from kim_web.web import this_web

desk = Pages("shared_desk", __name__)


@desk.post("/sperren")
@desk.guard(SIGNED_IN)
def lock() -> Response:
    """Lock this computer until its person signs in anew: this service, and by way of the provider all of the house.

    Where the provider does not take it, the page says that the others are open.
    """
    web = this_web()
    with web.rows.write() as rows:
        sessions.lock(rows, request.cookies.get(cookie_name(), ""), web.real_clock.now())
    everywhere = bool(g.session.provider_session) and provider().lock_the_desk(g.session.provider_session)
    if not everywhere:
        log().warning("the desk is locked in this service alone")
    session.clear()
    back = own_path(request.form.get("von", ""))
    return redirect(url_for("shared_desk.locked", next=back or None, allein=None if everywhere else 1), 303)


@desk.get("/gesperrt")
@desk.guard(OPEN)
def locked() -> str | Response:
    """Who locked the desk, and nothing of what they work on."""
    if g.get("actor") is not None:
        return redirect(url_for("account.start"), 303)
    waiting = g.get("locked")
    name = waiting.actor["name"] if waiting is not None else ""
    return render(
        "account/locked.html",
        name=name,
        next=own_path(request.args.get("next", "")),
        kept=request.args.get("entwurf", ""),
        alone=request.args.get("allein", ""),
    )


@desk.get("/entwuerfe")
@desk.guard(SIGNED_IN)
def show() -> str:
    web = this_web()
    with web.rows.read() as rows:
        return render("account/drafts.html", drafts=drafts.of(rows, actor().id, web.real_clock.now()))


@desk.post("/entwuerfe/<id>/weg")
@desk.guard(SIGNED_IN)
def throw_away(id: str) -> Response:
    with this_web().rows.write() as rows:
        drafts.take(rows, actor().id, id)
    return redirect_to("shared_desk.show", said=_("Der Entwurf ist weg."), tone="info")
