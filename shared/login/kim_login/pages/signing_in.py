"""Signing in: name and password, a one-time code, and what a new account must do first. One step after the other, each a page."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import segno
from flask import g, make_response, request, session, url_for
from kim_events.fields import Text
from kim_runtime.act import Actor
from kim_runtime.command import CommandSchema
from kim_runtime.refusal import Refused, refuse
from kim_web import counting, sessions
from kim_web.account import own_path
from kim_web.browsers import name_of_browser
from kim_web.form import Form, blank, submitted
from kim_web.language import _, mark
from kim_web.page import OPEN, Pages, render
from kim_web.sessions import hash_of
from kim_web.signin import hold
from kim_web.web import this_web
from markupsafe import Markup
from marshmallow import fields
from sqlalchemy import Row
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from kim_login import accounts, one_time_codes, services, throttle
from kim_login.audit import note, note_refusal
from kim_login.leaving import forget_old, tell, whom_to_tell
from kim_login.pages.desk_lock import who_sits_here
from kim_login.passwords import BUSY_SECONDS, LONGEST, objection
from kim_login.places import NoRoom
from kim_login.provider import this_provider

pages = Pages("signing_in", __name__)
HALFWAY = "halfway"  # who has shown a password and has a step to go; in the signed cookie, for ten minutes
HALFWAY_LIVES = 600
CHANGES = "changes"  # whoever is halfway in wants another password
STEPS = ("code_shown", "code_secret", CHANGES)
WRONG = mark("Name oder Kennwort stimmen nicht.")


@dataclass(frozen=True, slots=True)
class SignIn:
    """`change`: another password is wanted, which is chosen once it is shown who wants it."""

    login: str
    password: str
    change: bool = False


class SignInSchema(CommandSchema):
    command = SignIn

    login = Text(required=True, longest=80, metadata={"label": "Anmeldename", "autocomplete": "username"})
    password = fields.String(required=True, metadata={"label": "Kennwort", "autocomplete": "current-password"})
    change = fields.Boolean(load_default=False)


@dataclass(frozen=True, slots=True)
class ChoosePassword:
    password: str
    again: str


class ChoosePasswordSchema(CommandSchema):
    command = ChoosePassword

    password = fields.String(required=True, metadata={
        "label": "Neues Kennwort", "hint": "mindestens 12 Zeichen, etwa ein kurzer Satz", "autocomplete": "new-password"})  # fmt: skip
    again = fields.String(required=True, metadata={"label": "Noch einmal", "autocomplete": "new-password"})


@dataclass(frozen=True, slots=True)
class TypeCode:
    code: str


class TypeCodeSchema(CommandSchema):
    command = TypeCode

    code = Text(required=True, longest=40, metadata={"label": "Code", "hint": "sechs Ziffern", "autocomplete": "one-time-code"})


@pages.get("/")
@pages.guard(OPEN)
def show() -> str:
    """The sign-in page. Whoever works at this desk finds their name typed already: unlocking is the password alone."""
    known = _known_here() if session.get("next") or g.get("locked") is not None else {}
    return _sign_in_page(blank(SignInSchema, **known), "password" if known else "login")


@pages.get("/kennwort/aendern")
@pages.guard(OPEN)
def change() -> str:
    """Who wants another password signs in with the one they have, and is led on to choosing."""
    known = _known_here()
    return _sign_in_page(blank(SignInSchema, change="true", **known), "password" if known else "login")


@pages.post("/")
@pages.guard(OPEN)
def sign_in() -> Any:
    """Count the try, then look at it. A name nobody has takes as long as a wrong password, and reads the same."""
    form = submitted(SignInSchema)
    if not form.command:
        return _sign_in_page(form), 422
    typed, provider = form.command, this_provider()
    with provider.protocol.database.read() as rows:
        account = accounts.by_login(rows, typed.login)
    counted = _counted_by(typed.login, account)
    with provider.protocol.database.write() as rows:
        now = time.time()
        waits = throttle.must_wait(rows, throttle.ADDRESS, _address(), now)
        if not waits and (waits := throttle.must_wait(rows, *counted, now)):
            throttle.take_back(rows, throttle.ADDRESS, _address())  # not looked at, so no guess
    if waits:
        note_refusal(account, "must_wait", bounded=True)
        return _wait(waits)
    known = account is not None and not account.disabled
    try:
        fits = provider.passwords.fits(typed.password[: LONGEST + 1], account.password_hash if account is not None and known else None)
    except NoRoom:
        return _wait(BUSY_SECONDS, 503)
    if account is None or not fits:
        note_refusal(account, "unknown_name" if account is None else "disabled" if account.disabled else "wrong_password")
        form.add_error("password", _(WRONG))
        form.values["password"] = ""
        return _sign_in_page(form), 422
    with provider.protocol.database.write() as rows:
        account = accounts.hashed_as_today(rows, provider.passwords, account, typed.password)
        throttle.forget(rows, *counted)
        throttle.take_back(rows, throttle.ADDRESS, _address())
    for left_over in STEPS:
        session.pop(left_over, None)  # a code that was shown, or a secret made, for another account is none for this one
    _remember(account)
    if typed.change:
        session[CHANGES] = True
    return redirect(url_for("signing_in.go_on"), 303)


@pages.get("/weiter")
@pages.guard(OPEN)
def go_on() -> Any:
    """The next step of who has shown a password; none is left: signed in."""
    account = _halfway()
    if account is None:
        return redirect(url_for("signing_in.show"), 303)
    if account.code_secret and not session.get("code_shown"):
        return render("login/code.html", form=blank(TypeCodeSchema))
    if account.must_change:
        return render("login/password.html", form=blank(ChoosePasswordSchema))
    if not account.code_secret and this_provider().settings.needs_code(account.roles):
        return _set_up(account, blank(TypeCodeSchema))
    if session.get(CHANGES):
        return render("login/password.html", form=blank(ChoosePasswordSchema), changes=True)
    return _signed_in(account)


@pages.post("/kennwort")
@pages.guard(OPEN)
def choose_password() -> Any:
    """One's own in place of the first, or another one: then whoever is signed in with the one before is out everywhere."""
    account = _halfway()
    if account is None or not (_may_choose_first(account) or _may_change(account)):
        return redirect(url_for("signing_in.go_on"), 303)
    form = submitted(ChoosePasswordSchema)
    if form.command:
        provider = this_provider()
        with form.attempt():
            chosen, organisation = form.command.password, this_web().organisation_name
            if chosen != form.command.again:
                wrong = objection(chosen, (account.login, account.name, organisation), provider.settings.login_breached)
                refuse(one for one in (wrong, Refused("not_the_same", "Die beiden Eingaben sind nicht gleich.", "again")) if one)
            with provider.protocol.database.write() as rows:
                accounts.choose_password(rows, provider.passwords, account, chosen, organisation, provider.settings.login_breached)
                note(rows, "done", account, action="password.choose")
                accounts.end_sessions(rows, account.id)
                told = whom_to_tell(rows, account_id=account.id)
        if form.ok:
            tell(provider.protocol, told)
            session.pop(CHANGES, None)
            with provider.protocol.database.read() as rows:
                _remember(accounts.required(rows, account.login))
            return redirect(url_for("signing_in.go_on"), 303)
    form.values.clear()  # a password is not sent back
    return render("login/password.html", form=form, changes=not account.must_change), 422


@pages.post("/code")
@pages.guard(OPEN)
def type_code() -> Any:
    account = _halfway()
    if account is None or not account.code_secret:
        return redirect(url_for("signing_in.go_on"), 303)
    form = submitted(TypeCodeSchema)
    if form.command:
        with this_provider().protocol.database.write() as rows:
            waits = throttle.must_wait(rows, throttle.CODES, account.login, time.time())
        if waits:
            note_refusal(account, "must_wait", bounded=True)
            return _wait(waits)
        with this_provider().protocol.database.write() as rows:
            used = accounts.code_used(rows, this_provider().box, account, form.command.code)
            if used:
                if used == accounts.OF_PAPER:
                    note(rows, "done", account, action="code.rescue")
                throttle.forget(rows, throttle.CODES, account.login)
                session["code_shown"] = True
                return redirect(url_for("signing_in.go_on"), 303)
        note_refusal(account, "wrong_code")
        form.add_error("code", _("Dieser Code stimmt nicht, oder er wurde schon benutzt. Bitte warten Sie auf den nächsten."))
    return render("login/code.html", form=form), 422


@pages.post("/code/einrichten")
@pages.guard(OPEN)
def set_up_code() -> Any:
    account = _halfway()
    secret = session.get("code_secret", "")
    if account is None or account.code_secret or not secret:
        return redirect(url_for("signing_in.go_on"), 303)
    form = submitted(TypeCodeSchema)
    if form.command:
        with form.attempt(), this_provider().protocol.database.write() as rows:
            rescue = accounts.set_up_codes(rows, this_provider().box, account, secret, form.command.code)
            note(rows, "done", account, action="code.set_up")
            accounts.end_sessions(rows, account.id)  # those that began without a code
            told = whom_to_tell(rows, account_id=account.id)
        if not form.ok:
            note_refusal(account, "wrong_code", action="code.set_up")
        else:
            tell(this_provider().protocol, told)
            session.pop("code_secret", None)
            session["code_shown"] = True
            return render("login/rescue.html", codes=rescue)
    return _set_up(account, form), 422


@pages.get("/abgemeldet")
@pages.guard(OPEN)
def left() -> str:
    return render("login/left.html")


def _counted_by(login: str, account: Row[Any] | None) -> tuple[str, str]:
    """What a try counts under: the name; at a desk that is this person's already the desk, so that nobody elsewhere keeps them out."""
    here = who_sits_here()
    if here is not None and account is not None and here.actor_id == account.id:
        return throttle.DESK, here.id
    return throttle.ACCOUNT, login


def _known_here() -> dict[str, str]:
    """The name of whoever works at this desk, to be typed already."""
    here = who_sits_here()
    if here is None:
        return {}
    with this_provider().protocol.database.read() as rows:
        account = accounts.by_id(rows, here.actor_id)
    return {"login": account.login} if account is not None else {}


def _sign_in_page(form: Form, start_in: str = "login") -> str:
    """`asked`: a service wants to know; else somebody came here by themselves, and finds a way out."""
    here, asked, locked = who_sits_here(), bool(session.get("next")), g.get("locked") is not None
    name, onward = here.actor["name"] if here is not None else "", []
    if here is not None and not asked and not locked:
        with this_provider().protocol.database.read() as rows:
            account = accounts.by_id(rows, here.actor_id)
            onward = services.open_to(rows, account.roles) if account is not None else []
    return render("login/sign_in.html", form=form, start_in=start_in, name=name, locked=locked, asked=asked, onward=onward)


def _remember(account: Row[Any]) -> None:
    session[HALFWAY] = [account.id, time.time(), hash_of(account.password_hash)]


def _halfway() -> Row[Any] | None:
    """The account that has shown a moment ago the password it still has: one that was reset meanwhile has another."""
    account_id, since, shown = session.get(HALFWAY, ["", 0.0, ""])
    if not account_id or time.time() - since > HALFWAY_LIVES:
        return None
    with this_provider().protocol.database.read() as rows:
        account = accounts.by_id(rows, account_id)
    return account if account is not None and hash_of(account.password_hash) == shown else None


def _may_choose_first(account: Row[Any]) -> bool:
    """Whether one's own password takes the place of a first one; who has codes shows one before, for the first one was in other hands."""
    return bool(account.must_change and (not account.code_secret or session.get("code_shown")))


def _may_change(account: Row[Any]) -> bool:
    """Whether another password is wanted, and every step before choosing it is done: no code is left out on the way."""
    needs_code = account.code_secret or this_provider().settings.needs_code(account.roles)
    return bool(session.get(CHANGES) and (not needs_code or session.get("code_shown")))


def _signed_in(account: Row[Any]) -> Response:
    """A new session under a new secret, and on to where the browser was sent from."""
    next_page = own_path(session.get("next", ""))
    web = this_web()
    now = web.real_clock.now()
    actor = Actor(account.id, account.name, web.settings.organisation)
    with web.rows.write() as rows:
        sessions.sweep(rows, now, web.limits)
        forget_old(rows, now)
        throttle.sweep(rows, now.timestamp())
        counting.sweep(rows, now.timestamp())
        before = who_sits_here()
        if before is not None:
            sessions.end_own(rows, before.actor_id, before.id)
        same = before.id if before is not None and before.actor_id == account.id else ""
        # At a shared desk the services must not go on with whoever sat here before.
        told = whom_to_tell(rows, session_id=before.id) if before is not None and not same else ()
        secret = sessions.open_session(rows, actor, now, device=name_of_browser(request.user_agent.string))
        if same:  # under a new secret, but the services know it by this name
            accounts.call_session(rows, secret, same)
        note(rows, "signed_in", account)
    tell(this_provider().protocol, told)
    session.clear()
    session["shown_anew"] = next_page
    response = redirect(next_page or url_for("signing_in.show"), 303)
    hold(response, secret)  # type: ignore[arg-type]
    return response


def _set_up(account: Row[Any], form: Form) -> str:
    """The secret as a picture and as text. It stays in the signed cookie of this browser until a first code was right."""
    secret = session.setdefault("code_secret", one_time_codes.new_secret())
    address = one_time_codes.address_for_app(secret, account.login, this_web().organisation_name)
    picture = segno.make(address).svg_inline(scale=5, light="#fff", svgclass=None, lineclass=None)
    picture = picture.replace("<svg ", f'<svg role="img" aria-label="{_("QR-Code")}" ', 1)
    return render("login/set_up_code.html", form=form, picture=Markup(picture), secret=secret)  # noqa: S704 - drawn by segno


def _address() -> str:
    return throttle.address_of(request.remote_addr or "", request.headers.get("X-Forwarded-For", ""))


def _wait(seconds: int, status: int = 429) -> Response:
    page = "login/wait.html" if status == 429 else "login/busy.html"
    response = make_response(render(page, seconds=seconds), status)
    response.headers["Retry-After"] = str(seconds)
    return response
