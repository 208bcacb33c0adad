"""What a person has open: sessions in browsers, and keys for programs. Everybody's own, and nobody else's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from flask import current_app, g, url_for
from kim_events.fields import Day, Text
from kim_runtime.clock import local_day
from kim_runtime.command import CommandSchema
from kim_runtime.refusal import Refused
from marshmallow import fields
from werkzeug.wrappers import Response

from kim_web import access_keys, house_lock, sessions
from kim_web.account import action_words, leave
from kim_web.audit import note_entry
from kim_web.form import Form, blank, submitted
from kim_web.language import _
from kim_web.oidc import ProviderAway
from kim_web.page import Pages, actor, redirect_to, render
from kim_web.policy import SIGNED_IN, permitted
from kim_web.signin import SignInNotSetUp, provider
from kim_web.web import this_web

own_access = Pages("own_access", __name__, url_prefix="/zugang")
USUAL = timedelta(days=90)
JUST_NOW = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class MakeKey:
    """A key for programs: what it is for, what it may do, and its last day."""

    label: str
    actions: tuple[str, ...]
    ends_on: date


class MakeKeySchema(CommandSchema):
    command = MakeKey

    label = Text(required=True, shortest=3, longest=80, metadata={"label": "Wofür", "hint": "zum Beispiel: Auswertung im Januar"})
    actions = fields.List(fields.String(), required=True, metadata={"label": "Was der Schlüssel darf"})
    ends_on = Day(required=True, metadata={"label": "Letzter Tag", "lies": "ahead"})


@own_access.get("/")
@own_access.guard(SIGNED_IN)
def show() -> str:
    return _page(blank(MakeKeySchema, ends_on=_today() + USUAL))


@own_access.post("/sitzungen/<id>/ende")
@own_access.guard(SIGNED_IN)
def end_one(id: str) -> Response:
    """End one of one's sessions: this one as by signing out; another once it is shown again who one is, and what its browser has open at
    the provider and in the other services with it.
    """
    if id == g.session.id:
        return leave(g.session, everywhere=False)
    if not _shown_just_now():
        return _show_anew()
    web = this_web()
    with web.rows.write() as rows:
        mine = sessions.sessions_of(rows, actor().id, web.real_clock.now(), web.limits)
        ended = next((one for one in mine if one.id == id), None)
        if ended is not None:
            sessions.end_own(rows, actor().id, id)
            note_entry(rows, "session.end", f"session:{id}", "")
    if ended is None or _ended_at_provider(ended.provider_session, everywhere=False):
        return redirect_to("own_access.show", said=_("Die Sitzung ist beendet."))
    return redirect_to("own_access.show", said=_("Die Sitzung ist in diesem Dienst beendet. Weiter geht es dort erst mit dem Kennwort."))


@own_access.post("/sitzungen/ende")
@own_access.guard(SIGNED_IN)
def end_all() -> Response:
    """Sign out everywhere: in every browser, from every service of the house. Where the provider does not end what it has open in other
    browsers, they are asked for the password before they come in again.
    """
    if not _shown_just_now():
        return _show_anew()
    _ended_at_provider(g.session.provider_session, everywhere=True)
    return leave(g.session, everywhere=True)


@own_access.post("/schluessel")
@own_access.guard(SIGNED_IN)
def make() -> str | tuple[str, int] | Response:
    """A key outlives the session, so whoever sits at an open desk makes none without showing who they are."""
    if not _shown_just_now():
        return _show_anew()
    form = submitted(MakeKeySchema)
    key = ""
    if form.command:
        with form.attempt(), this_web().rows.write() as rows:
            wanted = form.command
            if not set(wanted.actions) <= set(_own_actions()):
                raise Refused("not_permitted", "Ein Schlüssel darf nicht mehr als die Person, die ihn macht.", "actions")
            key = access_keys.make(
                rows, actor(), label=wanted.label, actions=wanted.actions, ends_on=wanted.ends_on, now=this_web().real_clock.now()
            )
            note_entry(rows, "access_key.make", f"access_key:{access_keys.id_of(key)}", " ".join(sorted(wanted.actions)))
        if form.ok:
            return _page(blank(MakeKeySchema, ends_on=_today() + USUAL), key)
    return _page(form), 422


@own_access.post("/schluessel/<id>/ende")
@own_access.guard(SIGNED_IN)
def revoke(id: str) -> Response:
    with this_web().rows.write() as rows:
        if access_keys.revoke(rows, actor().id, id):
            note_entry(rows, "access_key.revoke", f"access_key:{id}", "")
    return redirect_to("own_access.show", said=_("Der Schlüssel gilt nicht mehr."))


def _ended_at_provider(session: str, *, everywhere: bool) -> bool:
    """End a session of the provider, or all of this person. Where it does not, nobody comes in by it silently any more: returns False."""
    try:
        if session and provider().end_sessions(session, everywhere=everywhere):
            return True
    except SignInNotSetUp:
        pass
    house_lock.ask_anew(actor())
    return False


def _provider_ends() -> bool:
    """Whether the provider ends what it has open in other browsers; one that does not answer now does not."""
    try:
        return provider().ends_sessions()
    except (ProviderAway, SignInNotSetUp):
        return False


def _sessions_page() -> str:
    """Where one's sessions of all services stand, at the provider; empty: nowhere we know of."""
    try:
        return provider().sessions_page()
    except (ProviderAway, SignInNotSetUp):
        return ""


def _shown_just_now() -> bool:
    """Whether the person showed who they are a moment ago. A session opened by one of the provider that was open shows nothing."""
    return sessions.was_shown_since(g.session, this_web().real_clock.now() - JUST_NOW)


def _show_anew() -> Response:
    return redirect_to("account.sign_in", neu=1, next=url_for("own_access.show"))


def _page(form: Form, key: str = "") -> str:
    web = this_web()
    with web.rows.read() as rows:
        return render(
            "account/access.html",
            sessions=sessions.sessions_of(rows, actor().id, web.real_clock.now(), web.limits),
            here=g.session.id if g.get("session") else "",
            keys=access_keys.of(rows, actor().id),
            today=_today(),
            form=form,
            actions=sorted(((action, action_words(action)) for action in _own_actions()), key=lambda one: one[1].casefold()),
            key=key,
            limits=web.settings,
            provider_ends=_provider_ends(),
            sessions_page=_sessions_page(),
            neighbours_hear=house_lock.reaches_neighbours(),
        )


def _own_actions() -> list[str]:
    """What this person may do in this service by its JSON door."""
    known = {
        getattr(method, "kim_action", None)
        for endpoint, view in current_app.view_functions.items()
        if endpoint.startswith("api_") and (resource := getattr(view, "view_class", None))
        for method in (getattr(resource, name, None) for name in ("get", "post", "put", "patch", "delete"))
    }
    return sorted(action for action in known if action and permitted(actor(), action))


def _today() -> date:
    return local_day(this_web().real_clock.now())
