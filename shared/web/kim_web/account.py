"""Signing in and out, and the accessibility statement: the pages every service has."""

from __future__ import annotations

from collections.abc import Sequence

from flask import abort, current_app, g, request, session, url_for
from kim_runtime.act import Actor
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from kim_web.language import _, mark
from kim_web.page import OPEN, Pages, redirect_to, render
from kim_web.policy import action_of, permitted
from kim_web.traffic import SESSION_ACTOR
from kim_web.web import this_web

account = Pages("account", __name__)

# role -> what people call it, in the order of the sign-in page
ROLES = {
    "intake_staff": mark("Erstberatung"),
    "case_manager": mark("Fallmanagement"),
    "case_lead": mark("Leitung Fallmanagement"),
    "interpreting_coordinator": mark("Koordination Sprachmittlung"),
    "budget_officer": mark("Mittelbewirtschaftung"),
    "hr_staff": mark("Personal"),
    "centre_head": mark("Leitung des Kommunalen Integrationszentrums"),
    "report_reader": mark("Berichte lesen"),
    "auditor": mark("Prüfung"),
    "ops": mark("Betrieb"),
}


@account.get("/anmelden")
@account.guard(OPEN)
def choose() -> str:
    """Whom the demonstration lets in, by role: those who find a page of this service they may see."""
    web = this_web()
    web.sign_in.must_be_set_up()
    people = [person for person in web.sign_in.people() if _first_page(person)]
    return render("account/choose.html", groups=_by_role(people), next=request.args.get("next", ""))


@account.post("/anmelden")
@account.guard(OPEN)
def sign_in() -> Response:
    web = this_web()
    web.sign_in.must_be_set_up()
    chosen = web.sign_in.by_id(request.form.get("actor", ""))
    first_page = _first_page(chosen) if chosen else None
    if chosen is None or first_page is None:
        abort(403)
    session.clear()  # nothing of whoever sat here before
    session[SESSION_ACTOR] = chosen.id
    return redirect(_own_path(request.form.get("next", "")) or url_for(first_page), 303)


@account.post("/abmelden")
@account.guard(OPEN)
def sign_out() -> Response:
    session.clear()
    return redirect_to("account.choose", said=_("Sie sind abgemeldet."), tone="info")


@account.get("/barrierefreiheit")
@account.guard(OPEN)
def accessibility() -> str:
    return render("account/accessibility.html")


@account.get("/")
@account.guard(OPEN)
def start() -> Response:
    """The first page this person may see; who has not signed in does so first, and comes back to no page in particular."""
    if g.actor is None:
        return redirect_to("account.choose")
    return redirect(url_for(_first_page(g.actor) or this_web().doors.start))


def role_words(actor: Actor) -> str:
    """The roles of an actor in words: Erstberatung, Fallmanagement."""
    return ", ".join(_(words) for role, words in ROLES.items() if role in actor.roles)


def _first_page(actor: Actor) -> str | None:
    """The endpoint an actor begins at: the service's start, or else the first entry of the navigation they may use.

    None: the actor reads this service by its API alone.
    """
    doors = this_web().doors
    start_action = action_of(current_app, doors.start, "GET")
    if start_action is not None and permitted(actor, start_action):
        return doors.start
    return next((entry.endpoint for entry in doors.nav if permitted(actor, entry.action)), None)


def _by_role(people: Sequence[Actor]) -> list[tuple[str, list[Actor]]]:
    """The people under their first role, each once."""
    groups: dict[str, list[Actor]] = {}
    for person in people:
        role = next((role for role in ROLES if role in person.roles), "")
        groups.setdefault(role, []).append(person)
    return [(_(ROLES[role]) if role else "", groups[role]) for role in (*ROLES, "") if role in groups]


def _own_path(asked: str) -> str:
    """The page asked for before signing in, if it is one of ours: an address that leads elsewhere is not followed."""
    # Browsers read a backslash as a slash and skip tabs and line breaks, so "/\\evil" and "/<tab>/evil" lead elsewhere.
    ours = asked.startswith("/") and not asked.startswith("//") and "\\" not in asked and asked.isprintable()
    return asked if ours else ""
