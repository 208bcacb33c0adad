"""Signing in at the provider of the house, and out again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from flask import current_app, g, make_response, request, session, url_for
from kim_runtime.act import Actor
from kim_runtime.logs import log
from sqlalchemy import Row
from sqlalchemy.orm import Session as Rows
from werkzeug.exceptions import BadRequest
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from kim_web import access_keys, counting, drafts, lock_button, people, sessions
from kim_web.audit import BY_PROVIDER, PAGE, note_key_revoked, note_sign_in
from kim_web.browsers import name_of_browser
from kim_web.claims import NotOfThisHouse, actor_from, is_strong_enough
from kim_web.desk_lock import is_held
from kim_web.language import _, mark
from kim_web.oidc import ACCOUNT_EVENT, LEEWAY, ProviderAway, SignInFailed
from kim_web.page import OPEN, Pages, render
from kim_web.policy import action_of, permitted, way_out
from kim_web.signin import SignInNotSetUp, cookie_name, hold, let_go, present_session, provider
from kim_web.web import this_web

account = Pages("account", __name__)

# role -> what people call it
ROLES = {
    "intake_staff": mark("Erstberatung"),
    "case_manager": mark("Fallmanagement"),
    "case_lead": mark("Leitung Fallmanagement"),
    "protected_case_reader": mark("Zugang zu geschützten Akten"),
    "interpreting_coordinator": mark("Koordination Sprachmittlung"),
    "budget_officer": mark("Mittelbewirtschaftung"),
    "hr_staff": mark("Personal"),
    "centre_head": mark("Leitung des Kommunalen Integrationszentrums"),
    "report_reader": mark("Berichte lesen"),
    "auditor": mark("Prüfung"),
    "hr_auditor": mark("Prüfung Personal"),
    "ops": mark("Betrieb"),
}
SINCE = "since"  # when somebody was asked to sign in anew, kept there too
SEAT = "place"  # where somebody sits, for services that ask; kept there for as long as the same person works here, through locks too
NEXT = "next"  # the page asked for, kept in the signed cookie while the browser is away
NOTHING_STAYS = '"cache", "storage"'  # not "cookies": those of the house's other services would go too
# What the desk's person asks of the provider: that whoever sits there now shows who it is.
ANEW = {"prompt": "login"}


@account.get("/anmelden")
@account.guard(OPEN)
def sign_in() -> Response:
    """Send the browser to the provider; `?neu=1` asks it to have the person sign in anew.

    So does a locked desk, whoever asks, unless the provider keeps the lock itself and knows whether another service is open.
    """
    anew = bool(request.args.get("neu")) or (g.get("locked") is not None and not provider().keeps_the_lock())
    session[NEXT] = own_path(request.args.get("next", ""))
    session[SINCE] = int(this_web().real_clock.now().timestamp()) if anew else None
    return provider().begin(_address("account.come_back"), **(ANEW if anew else {}))


@account.get("/anmelden/zurueck")
@account.guard(OPEN)
def come_back() -> Response:
    """The browser comes back from the provider: a new session, under a new secret. A desk that was locked asks for the password first."""
    wanted = session.get(NEXT, "")
    try:
        claims = provider().finish()
        actor = actor_from(claims, this_web().settings)
        if session.get(SINCE) is None and is_held(claims, actor.id):
            return redirect(url_for("account.sign_in", neu=1, next=wanted or None), 303)
        _must_be_anew(claims)
    except SignInFailed as fault:
        return _sorry("failed", 400, str(fault))
    except NotOfThisHouse:
        return _sorry("not_here", 403, "not of this house")
    if not is_strong_enough(actor, claims, this_web().settings):
        return _sorry("no_code", 403, "no second factor", actor)
    first_page = first_page_of(actor)
    if first_page is None:
        return _sorry("no_role", 403, "no role in this service", actor)
    web = this_web()
    now = web.real_clock.now()
    keeps_no_lock = not provider().keeps_the_lock()
    proof = sessions.Proof(str(claims["sub"]), str(claims.get("sid", "")), _shown_at(claims, now))
    with web.rows.write() as rows:
        sessions.sweep(rows, now, web.limits, keep_locks=keeps_no_lock)
        counting.sweep(rows, now.timestamp())
        before = sessions.whose(rows, request.cookies.get(cookie_name(), ""))
        sessions.end(rows, request.cookies.get(cookie_name(), ""))
        sessions.end_of_desk(rows, proof.session)
        if people.was_called_otherwise(rows, actor, proof.subject):
            log().warning("somebody is known here by another name", reason="KIM_OIDC_PERSON_CLAIM, or what it names, was changed")
        secret = sessions.open_session(rows, actor, now, device=name_of_browser(request.user_agent.string), proof=proof)
        note_sign_in(rows, "signed_in", actor)
        drafts.sweep(rows, now, web.settings.draft_days)
        left_open = drafts.came_late(rows, actor.id, now)
    forget_the_desk(but_the_seat=before is not None and before.actor_id == actor.id)
    response = redirect(url_for("own_drafts.show") if left_open else wanted or url_for(first_page), 303)
    hold(response, secret)  # type: ignore[arg-type]
    return response


@account.post("/abmelden")
@account.guard(OPEN)
@way_out
def sign_out() -> Response:
    """End the session here, then the one at the provider, so that the next person is asked for a password.

    The form the button sent along (`lock_button`) is kept first, for whose page it is.
    """
    said = lock_button.pressed()
    if said is not None:
        with this_web().rows.write() as rows:
            lock_button.keep(rows, said)
    return leave(present_session(), everywhere=False)


def leave(found: Row[Any] | None, *, everywhere: bool) -> Response:
    """End this session, or all of its person in this service, and go on to the provider, which ends its own and tells the others.

    Without a session here the provider is asked all the same, and asks the person: theirs may be open there, and one click from here.
    """
    away_to = url_for("account.signed_out")
    if found is not None:
        with this_web().rows.write() as rows:
            sessions.end_own(rows, found.actor_id, None if everywhere else found.id)
            note_sign_in(rows, "signed_out", people.actor_of(found.actor_id, found.actor))
    try:
        at_provider = found.provider_session if found is not None else ""
        away_to = provider().leave_address(at_provider, _address("account.signed_out")) or away_to
    except (ProviderAway, SignInNotSetUp):
        log().warning("the provider of the sign-in does not answer")
        away_to = url_for("account.signed_out", nur="hier")
    session.clear()
    response = redirect(away_to, 303)
    let_go(response)  # type: ignore[arg-type]
    response.headers["Clear-Site-Data"] = NOTHING_STAYS
    return response


@account.get("/abgemeldet")
@account.guard(OPEN)
def signed_out() -> str:
    """`?nur=hier`: the provider did not answer, and what it and the other services have is still open."""
    return render("account/signed_out.html", here_alone=request.args.get("nur") == "hier")


@account.post("/anmelden/abgemeldet")
@account.guard(OPEN)
@way_out
def provider_says() -> Response:
    """Back-channel logout: the provider says that somebody has left, or may not come in any more."""
    try:
        claims = provider().read_logout_token(request.form.get("logout_token", ""))
    except SignInFailed as fault:
        log().warning("a logout token does not hold", reason=str(fault))
        raise BadRequest from fault
    with this_web().rows.write() as rows:
        # Said twice it ends nothing more: what was opened since stays.
        until = datetime.fromtimestamp(claims["iat"], UTC).replace(microsecond=999999)
        ended = sessions.end_at_provider(rows, subject=str(claims.get("sub", "")), session=str(claims.get("sid", "")), until=until)
        for one in ended:
            note_sign_in(rows, "signed_out", people.actor_of(one.actor_id, one.actor), BY_PROVIDER)
        _keys_follow(rows, claims["events"].get(ACCOUNT_EVENT))
    log().info("sessions ended by the provider", count=len(ended))
    return make_response("", 204)


def _keys_follow(rows: Rows, told: Any) -> None:
    """What `kim-login` says of an account besides: the keys its person made for programs end with it, and lose what it loses."""
    if not isinstance(told, dict) or not isinstance(told.get("person"), dict):
        return
    try:
        person = actor_from(told["person"], this_web().settings)
    except (NotOfThisHouse, SignInFailed):
        return
    if not told.get("closed"):
        access_keys.learn(rows, person)
        return
    for key_id in access_keys.revoke_all(rows, person.id):
        note_key_revoked(rows, person, key_id, BY_PROVIDER)


@account.get("/")
@account.guard(OPEN)
def start() -> Response:
    """The first page this person may see; who has not signed in does so first, and comes back to no page in particular."""
    if g.actor is None:
        return redirect(url_for("account.sign_in"), 303)
    return redirect(url_for(first_page_of(g.actor) or this_web().doors.start))


def role_words(actor: Actor) -> str:
    """The roles of an actor in words: Erstberatung, Fallmanagement."""
    return ", ".join(_(words) for role, words in ROLES.items() if role in actor.roles)


def action_words(action: str) -> str:
    """What an action is, as the service says it; its code where it says nothing (an action of an earlier version)."""
    words = this_web().doors.action_words
    if action.endswith(PAGE):
        done = action.removesuffix(PAGE)
        return _("nur die Seite zu: {action}").format(action=_(words.get(done, done)))
    return _(words.get(action, action))


def first_page_of(actor: Actor) -> str | None:
    """The endpoint an actor begins at: the service's start, or else the entry that says so, or else the first they may use.

    None: the actor reads this service by its API alone, or has nothing to do in it.
    """
    doors = this_web().doors
    start_action = action_of(current_app, doors.start, "GET")
    if start_action is not None and permitted(actor, start_action):
        return doors.start
    entries = [entry for entry in doors.nav if permitted(actor, entry.action)]
    return next((entry.endpoint for entry in (*(one for one in entries if one.begins), *entries)), None)


def _must_be_anew(claims: Mapping[str, Any]) -> None:
    """Who was to sign in anew did so: the wish stands in an address, from which whoever sits there may strike it. Raises SignInFailed."""
    since = session.get(SINCE)
    if since is not None and claims.get("auth_time") is not None and claims["auth_time"] < since - LEEWAY:
        raise SignInFailed("not signed in anew")


def _shown_at(claims: Mapping[str, Any], now: datetime) -> float | None:
    """When the person showed the provider who they are. One that does not say is believed that it asked, where it was to; else None."""
    said = claims.get("auth_time")
    if said is None:
        return now.timestamp() if session.get(SINCE) is not None else None
    return min(float(said), now.timestamp())


def forget_the_desk(*, but_the_seat: bool) -> None:
    """Nothing of whoever sat here before stays in the signed cookie, and forms get a new token."""
    seat = session.get(SEAT) if but_the_seat else None
    session.clear()
    if seat is not None:
        session[SEAT] = seat


def own_path(asked: str) -> str:
    """The page asked for before signing in, if it is one of ours: an address that leads elsewhere is not followed."""
    # Browsers read a backslash as a slash and skip tabs and line breaks, so "/\\evil" and "/<tab>/evil" lead elsewhere.
    ours = asked.startswith("/") and not asked.startswith("//") and "\\" not in asked and asked.isprintable()
    return asked if ours else ""


def _address(endpoint: str) -> str:
    """The address of a page as the provider knows it."""
    base = this_web().settings.public_url.rstrip("/") or request.host_url.rstrip("/")
    return f"{base}{url_for(endpoint)}"


def _sorry(why: str, status: int, reason: str, actor: Actor | None = None) -> Response:
    log().warning("sign-in failed", reason=reason)
    if why != "failed":  # by somebody the provider knows; a stranger's made-up answer is for the log alone
        with this_web().rows.write() as rows:
            note_sign_in(rows, "sign_in_refused", actor, reason)
    session.clear()
    return make_response(render("account/sorry.html", why=why, person=actor), status)
