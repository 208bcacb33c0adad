"""Meine Entwürfe: forms kept before they are sent, by a button of the form itself, and filled in further. No form needs to know of it.

Three names in a form do it, whatever its address: `kim_keep` keeps what is typed, `kim_aside` keeps it and goes to another page of this
service first, `kim_continue` shows a kept form again, filled in and unchecked. Sign-in, rights and form token were looked at before.
A fourth, `kim_again`, shows a form that came back once more as it stands, unchecked: in another language.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final

from flask import Flask, Response, flash, g, request, session
from kim_runtime.refusal import Refused
from sqlalchemy import Row
from sqlalchemy.exc import OperationalError
from werkzeug.datastructures import ImmutableMultiDict, MultiDict
from werkzeug.utils import redirect
from werkzeug.wrappers import Response as BaseResponse

from kim_web import drafts
from kim_web.account import own_path
from kim_web.form import Form
from kim_web.language import _, mark
from kim_web.page import Pages, actor, redirect_to, render
from kim_web.policy import SIGNED_IN
from kim_web.problem import sentence
from kim_web.web import this_web

own_drafts = Pages("own_drafts", __name__, url_prefix="/entwuerfe")
_CODE: Final = re.compile(r"[a-z0-9_-]+")
ASIDE = "kim_aside"  # in the signed cookie: the draft that waits while its owner does something else first


@own_drafts.get("")
@own_drafts.guard(SIGNED_IN)
def show() -> str:
    web = this_web()
    with web.rows.read() as rows:
        found = drafts.of(rows, actor().id, web.real_clock.now(), web.settings.draft_days)
        return render("account/drafts.html", drafts=found, words_of=words_of, days=web.settings.draft_days)


def words_of(fields: Iterable[tuple[str, str]]) -> list[str]:
    """Of a kept form what reads as words. Not the codes and ids behind what was chosen: the form itself shows what they stand for."""
    return [value for name, value in fields if name not in drafts.NOT_TYPED and value and not _CODE.fullmatch(value)]


@own_drafts.post("/<id>/weg")
@own_drafts.guard(SIGNED_IN)
def throw_away(id: str) -> BaseResponse:
    with this_web().rows.write() as rows:
        drafts.take(rows, actor().id, id)
    return redirect_to("own_drafts.show", said=_("Der Entwurf ist weg."), tone="info")


def watch(app: Flask) -> None:
    """Keep, and show again, what the forms of this application hold. After the check of the form's token."""
    app.before_request(_keep_or_continue)
    app.after_request(_is_no_mistake)


def waiting_aside() -> Row[Any] | None:
    """The form that waits while its owner does something else first, such as recording a consent."""
    if g.get("actor") is None or not session.get(ASIDE):
        return None
    if "kim_waiting_aside" not in g:
        try:
            g.kim_waiting_aside = _kept(session[ASIDE])
        except OperationalError:  # the page that says so is shown, without it
            g.kim_waiting_aside = None
    found: Row[Any] | None = g.kim_waiting_aside
    return found


def refill(form: Form, address: str) -> str:
    """Fill the form of an opened page with what stood in it when it left the screen. Returns the draft's id; "": it is of another."""
    wanted = request.args.get(drafts.FILL, "") if request.method == "GET" and g.get("session") is not None else ""
    if not wanted:
        return ""
    if "kim_refill" not in g:
        web = this_web()
        with web.rows.read() as rows:
            mine = drafts.of(rows, g.actor.id, web.real_clock.now(), web.settings.draft_days)
            g.kim_refill = next((one for one in mine if one.id == wanted), None)
    found = g.kim_refill
    if found is None or found.address != address:
        return ""
    form.fill_in(MultiDict((str(name), str(value)) for name, value in found.fields))
    return wanted


def typed_aside() -> MultiDict[str, str]:
    """What was typed into that form."""
    found = waiting_aside()
    return MultiDict((str(name), str(value)) for name, value in found.fields) if found is not None else MultiDict()


def fill_in_aside(name: str, value: str) -> None:
    """Put into that form what its owner has just made for it; a field that has something in it stays as it is."""
    found = waiting_aside()
    if found is None or any(field == name and text for field, text in found.fields):
        return
    fields = [*(pair for pair in found.fields if pair[0] != name), (name, value)]
    with this_web().rows.write() as rows:
        drafts.fill_in(rows, g.actor.id, found.id, fields)


def _keep_or_continue() -> BaseResponse | None:
    if request.method != "POST" or g.get("session") is None or not request.mimetype.endswith(("form-urlencoded", "form-data")):
        return None
    if draft_id := request.form.get(drafts.CONTINUE):
        return _continue(draft_id)
    if drafts.AGAIN in request.form:
        g.unchecked = True
        return None
    if drafts.KEEP in request.form or drafts.ASIDE in request.form:
        return _keep()
    return None


def _keep() -> BaseResponse | None:
    web = this_web()
    now = web.real_clock.now()
    address = request.full_path.rstrip("?")
    label = request.form.get(drafts.LABEL, "").strip() or mark("Formular")
    try:
        with web.rows.write() as rows:
            drafts.sweep(rows, now, web.settings.draft_days)
            typed = list(request.form.items(multi=True))
            draft_id = drafts.keep_for_later(
                rows, g.actor.id, address, typed, now, label=label, instead_of=request.form.get(drafts.SENT, "")
            )
    except Refused as refused:
        flash(sentence(refused), "warning")
        g.unchecked = True  # the form comes back as it was typed: nothing is lost
        return None
    aside = own_path(request.form.get(drafts.ASIDE, ""))
    if aside:
        session[ASIDE] = draft_id
        return redirect(aside, 303)
    return redirect_to("own_drafts.show", said=_("Als Entwurf behalten. Gesendet oder gespeichert ist davon nichts."), tone="info")


def _continue(draft_id: str) -> BaseResponse | None:
    found = _kept(draft_id)
    if found is None or found.address != request.full_path.rstrip("?"):
        return redirect_to("own_drafts.show", said=_("Diesen Entwurf gibt es nicht mehr."), tone="warning")
    if session.get(ASIDE) == draft_id:
        session.pop(ASIDE)
        g.kim_waiting_aside = None
    request.form = ImmutableMultiDict([*((str(name), str(value)) for name, value in found.fields), (drafts.SENT, draft_id)])
    g.unchecked = True
    return None


def _is_no_mistake(response: Response) -> Response:
    """A form that is shown again unchecked is a page, not a refusal."""
    if g.get("unchecked") and response.status_code == 422:
        response.status_code = 200
    return response


def _kept(draft_id: str) -> Row[Any] | None:
    web = this_web()
    with web.rows.read() as rows:
        return drafts.kept(rows, g.actor.id, draft_id, web.real_clock.now(), web.settings.draft_days)
