"""A desk that many use: locking it, going on, and what an open page asks and tells when it must leave the screen."""

from __future__ import annotations

from flask import g, jsonify, make_response, request, url_for
from kim_runtime.logs import log
from werkzeug.exceptions import NotFound
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from kim_web import drafts, house_lock, sessions, whose_page
from kim_web.account import forget_the_desk, own_path
from kim_web.audit import note_lock
from kim_web.page import OPEN, Pages, actor, render
from kim_web.policy import SIGNED_IN, way_out
from kim_web.signin import cookie_name, provider
from kim_web.web import this_web

desk = Pages("shared_desk", __name__)
WHOSE = "X-Kim-Page"  # the header in which the script of an open page says whose it is


@desk.post("/sperren")
@desk.guard(SIGNED_IN)
@way_out
def lock() -> Response:
    """Lock this computer until its person signs in anew: this service, and by way of the provider all of the house; where the provider
    does not take it, the services tell each other. Where that fails too, the page says that the others are open.
    """
    web = this_web()
    with web.rows.write() as rows:
        sessions.lock(rows, request.cookies.get(cookie_name(), ""), web.real_clock.now())
        note_lock(rows, actor())
    by_provider = bool(g.session.provider_session) and provider().lock_the_desk(g.session.provider_session)
    everywhere = by_provider or house_lock.tell(actor())
    if not everywhere:
        log().warning("the desk is locked in this service alone")
    forget_the_desk(but_the_seat=True)
    back = own_path(request.form.get("von", ""))
    kept = 1 if request.form.get("entwurf") else None
    return redirect(url_for("shared_desk.locked", next=back or None, entwurf=kept, allein=None if everywhere else 1), 303)


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
    typed = [(name, value) for name, value in request.form.items(multi=True) if name != "kim_to"]
    to, page = own_path(request.form.get("kim_to", "")), own_path(request.form.get(drafts.PAGE, ""))
    owner = whose_page.person(request.headers.get(WHOSE, ""))
    if owner is None or not to or not page:
        return make_response("", 403)
    web = this_web()
    with web.rows.write() as rows:
        drafts.take(rows, owner, request.form.get(drafts.SENT, ""))  # it was one before
        kept = drafts.keep(rows, owner, to, typed, web.real_clock.now(), label=request.form.get(drafts.LABEL, ""))
    return make_response("", 201 if kept else 204)


@desk.get("/entwuerfe/<id>")
@desk.guard(SIGNED_IN)
def read(id: str) -> Response:
    """One's own draft, for the script that fills it in again."""
    web = this_web()
    with web.rows.read() as rows:
        mine = drafts.of(rows, actor().id, web.real_clock.now(), web.settings.draft_days)
        found = next((one for one in mine if one.id == id), None)
    if found is None:
        raise NotFound
    return jsonify(to=found.address, fields=[field for field in found.fields if field[0] not in drafts.NOT_TYPED])
