"""What a page is written with: its group of routes, its session on the database, its forms and its template."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from flask import Blueprint, flash, g, redirect, render_template, url_for
from kim_runtime.act import Act, Actor
from kim_runtime.database import Database, session_of
from kim_runtime.guesses import COUNTING
from kim_runtime.reason import given_reason
from kim_runtime.refusal import Forbidden, NotFound, Refused
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from kim_web.audit import note_done
from kim_web.form import Form, asked, blank, submitted
from kim_web.guesses import OfThisRequest
from kim_web.policy import OPEN, View, guard, may
from kim_web.problem import sentence
from kim_web.web import this_web

__all__ = ["OPEN", "Form", "Pages", "act_on", "actor", "asked", "at_hand", "blank", "carried_out", "found", "may", "pressed", "redirect_to",
           "render", "see", "submitted", "this_act"]  # fmt: skip

Thing = TypeVar("Thing")


class Pages(Blueprint):
    """The pages of one screen. `Pages("week", __name__)` finds its templates in `templates/` beside the module."""

    def __init__(self, name: str, import_name: str, url_prefix: str | None = None) -> None:
        super().__init__(name, import_name, template_folder="templates", url_prefix=url_prefix)

    @staticmethod
    def guard(action: str) -> Callable[[View], View]:
        """The action a view does, or OPEN. Stands below the route."""
        return guard(action)


def actor() -> Actor:
    """Who is signed in; on an open page perhaps nobody (a visitor without roles)."""
    known: Actor | None = g.get("actor")
    return known or Actor(id="visitor", name="", organisation=this_web().settings.organisation)


def this_act() -> Act:
    """The act the present request is part of."""
    web = this_web()
    return Act(
        organisation=web.settings.organisation,
        service=web.doors.service,
        actor=actor(),
        at=web.clock.now(),
        correlation_id=g.correlation_id,
        traceparent=g.traceparent,
    )


def at_hand(actor: Actor, thing: object) -> tuple[Session, Act]:
    """For what somebody, perhaps not who is signed in, has to do with a thing at this moment: the session it was read in, and their act."""
    web = this_web()
    return session_of(thing), Act(web.settings.organisation, web.doors.service, actor, web.clock.now())


@contextmanager
def see() -> Iterator[tuple[Session, Act]]:
    """Look into the database: what is changed in here is not kept."""
    with this_web().rows.read() as session:
        session.info[COUNTING] = OfThisRequest(session, actor())
        yield session, this_act()
        g.because = given_reason(session) or g.get("because", "")


@contextmanager
def act_on() -> Iterator[tuple[Session, Act]]:
    """Carry out an operation: one transaction, kept when the block ends well and not at all otherwise."""
    with this_web().rows.write() as session:
        session.info[COUNTING] = OfThisRequest(session, actor())
        try:
            yield session, this_act()
        except (Forbidden, NotFound) as refused:
            g.refused = refused.status  # whatever page it is answered with, the audit has it
            raise
        note_done(session)


def carried_out(form: Form, operation: Callable[[Session, Act, Any], Thing]) -> Thing | None:
    """Carry out the command of a form in one transaction: what the operation made or changed. None: the form comes back."""
    made = None
    if form.command:
        with form.attempt(), act_on() as (session, act):
            made = operation(session, act, form.command)
    return made


def pressed(operation: Callable[[Session, Act, Any], Any], command: Any) -> str:
    """Carry out what a button stands for: empty when it is done, else what stands against it, for the page that shows the new state."""
    try:
        with act_on() as (session, act):
            operation(session, act, command)
    except Refused as refused:
        return sentence(refused)
    return ""


def found(action: str, thing: Thing | None, missing: Callable[[], NotFound]) -> Thing:
    """The thing, if the person of this request may do `action` with it; else raises what `missing` makes, as if there were none."""
    if thing is None or not may(action, thing):
        raise missing()
    return thing


def render(template: str, **values: Any) -> str:
    """A page. Call it inside `see()` where the template touches rows."""
    return render_template(template, **values)


def redirect_to(endpoint: str, said: str = "", tone: str = "success", **values: Any) -> Response:
    """Send the browser on after an act; `said` is shown once on the next page, in the colours of `tone` (an alert's kind)."""
    if said:
        flash(said, tone)
    return redirect(url_for(endpoint, **values), 303)


def _database() -> Database:
    database = this_web().database
    if database is None:
        raise RuntimeError("this application was made without a database")
    return database
