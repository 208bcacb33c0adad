"""A desk that many use: locking it, going on, and what an open page asks and tells when it must leave the screen."""

from __future__ import annotations

from flask import g, jsonify, make_response, request, url_for
from flask_wtf.csrf import CSRFError
from kim_runtime.logs import log
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from kim_web import drafts, house_lock, lock_button, sessions, whose_page
from kim_web.account import forget_the_desk, own_path
from kim_web.audit import note_lock
from kim_web.errors import stale_form
from kim_web.page import OPEN, Pages, actor, render
from kim_web.policy import SIGNED_IN, way_out
from kim_web.signin import LOCK, cookie_name, is_from_own_page, provider
from kim_web.web import this_web

desk = Pages("shared_desk", __name__)
WHOSE = "X-Kim-Page"  # the header in which the script of an open page says whose it is


@desk.post("/sperren")
@desk.guard(SIGNED_IN)
@way_out
def lock() -> Response:
    """Lock this computer until its person signs in anew: this service, and by way of the provider all of the house; where the provider
    does not take it, the services tell each other. Where that fails too, the page says that the others are open.

    The form the button sent along (`lock_button`) is kept first, for whose page it is.
    """
    web = this_web()
    said = lock_button.pressed()
    with web.rows.write() as rows:
        by_button = said is not None and lock_button.keep(rows, said)
        sessions.lock(rows, request.cookies.get(cookie_name(), ""), web.real_clock.now())
        note_lock(rows, actor())
    by_provider = bool(g.session.provider_session) and provider().lock_the_desk(g.session.provider_session)
    everywhere = by_provider or house_lock.tell(actor())
    if not everywhere:
        log().warning("the desk is locked in this service alone")
    forget_the_desk(but_the_seat=True)
    back = own_path(request.form.get("von", "")) or (said.page if said is not None and said.owner == actor().id else "")
    kept = 1 if by_button or request.form.get("entwurf") else None
    return redirect(url_for("shared_desk.locked", next=back or None, entwurf=kept, allein=None if everywhere else 1), 303)


@desk.errorhandler(CSRFError)
def page_of_before(error: CSRFError) -> Response:
    """In another window somebody else has signed in since, so that the token is another by now: what the page says of itself, signed, tells
    that the button is one of ours.
    """
    by_button = request.endpoint == LOCK and is_from_own_page() and lock_button.pressed() is not None
    return lock() if by_button else stale_form(error)


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


@desk.get("/gesperrt/stand")
@desk.guard(OPEN)
def state() -> Response:
    """Whether an open page must leave the screen: its desk is locked, or another person's by now. Asking is no use of the session."""
    web = this_web()
    now = web.real_clock.now()
    found = sessions.find(web.rows, request.cookies.get(cookie_name(), ""), now, web.limits)
    if found is None or sessions.is_locked(found, now, web.limits):
        return jsonify(locked=True)
    return jsonify(locked=found.actor_id != whose_page.person(request.headers.get(WHOSE, "")))


@desk.get("/gesperrt/nein")
@desk.guard(SIGNED_IN)
def working() -> Response:
    """Somebody works on an open page: a use of the session like any other."""
    return make_response("", 204)


@desk.post("/gesperrt/entwurf")
@desk.guard(OPEN)
def keep() -> Response:
    """A form as it stands on a page that must leave the screen, kept for whose page it is: at the desk may sit another by now."""
    typed = [(name, value) for name, value in request.form.items(multi=True) if name not in ("kim_to", drafts.PAGE)]
    to, told = own_path(request.form.get("kim_to", "")), request.form.get(drafts.PAGE, "")
    page = drafts.page_of(own_path(told))
    owner = whose_page.person(request.headers.get(WHOSE, ""))
    if owner is None or not to or bool(told) != bool(page):
        return make_response("", 403)
    where = [(drafts.PAGE, page)] if page else []  # else a form that came back, on no page that can be asked for
    web = this_web()
    with web.rows.write() as rows:
        drafts.take(rows, owner, request.form.get(drafts.SENT, ""))  # it was one before
        kept = drafts.keep(rows, owner, to, [*typed, *where], web.real_clock.now(), label=request.form.get(drafts.LABEL, ""))
    return make_response("", 201 if kept else 204)
