"""Who may call which view: every view names its action, and a view that names none is an error before anything is served.

Before a view is called its action is decided by roles alone; with a thing, `decide` asks the same table of the service
(`rules/permissions.py`) for relation and state too. Operations and queries, which know no web, ask the table itself.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar

from flask import Flask, g, request
from kim_runtime.act import Actor
from kim_runtime.policy import ground, has_a_line
from werkzeug.exceptions import Forbidden, Unauthorized

from kim_web.web import this_web

OPEN: Final = "OPEN"  # no sign-in needed: sign-in page, health, accessibility statement
SIGNED_IN: Final = "SIGNED_IN"  # everybody who is signed in, each for what is their own
_ATTRIBUTE = "kim_action"
_WAY_OUT = "kim_way_out"

View = TypeVar("View", bound=Callable[..., Any])


class PolicyMissing(Exception):
    """A view without a policy, or with an action that no permission names; the message lists them, one a line."""


def guard(action: str) -> Callable[[View], View]:
    """Say what a view does (`"case.admit"`), or that it is `OPEN`. The check itself happens before the view is called."""

    def mark(view: View) -> View:
        setattr(view, _ATTRIBUTE, action)
        return view

    return mark


def way_out(view: View) -> View:
    """A view that closes something: leaving and locking work however often somebody has asked for other things. Stands below `guard`."""
    setattr(view, _WAY_OUT, True)
    return view


def is_way_out(app: Flask, endpoint: str | None) -> bool:
    return getattr(app.view_functions.get(endpoint or ""), _WAY_OUT, False)


def is_static(endpoint: str | None) -> bool:
    """Whether an endpoint gives out static files: kim_web's own, or those of a package (`static_kim_intake.static`)."""
    return endpoint is not None and (endpoint == "static" or endpoint.startswith("static_"))


def action_of(app: Flask, endpoint: str, method: str) -> str | None:
    """The action a request would do, OPEN, or None where the view names none."""
    view: Any = app.view_functions[endpoint]
    if is_static(endpoint):
        return OPEN
    resource = getattr(view, "view_class", None)
    if resource is not None:
        view = getattr(resource, "get" if method == "HEAD" else method.lower(), None)
    return getattr(view, _ATTRIBUTE, None)


def unguarded(app: Flask) -> list[str]:
    """Every route and method without a policy, or with an action that no permission names; empty when all is well."""
    known = app.extensions["kim_web"].doors.permissions
    faults = []
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            action = action_of(app, rule.endpoint, method)
            if action is None:
                faults.append(f"{method} {rule.rule} ({rule.endpoint}): no policy")
            elif action not in (OPEN, SIGNED_IN) and action not in known:
                faults.append(f"{method} {rule.rule} ({rule.endpoint}): no permission names {action}")
    return sorted(faults)


def decide(actor: Actor | None, action: str, thing: object = None) -> bool:
    """Whether the actor may do the action: with this thing, or without one with anything at all. What no rule allows is refused.

    Where nothing but an emergency allows it, its reason goes into the audit's row of this request. A thing of a class of which the service
    does not say how an actor stands to it is an error of the service (KeyError).
    """
    if action == OPEN:
        return True
    if action == SIGNED_IN:
        return actor is not None
    only: frozenset[str] | None = g.get("only_actions")  # a personal key does less than its owner
    if actor is None or (only is not None and action not in only):
        return False
    because = _ground(actor, action, thing)
    if because:
        g.because = because
    return because is not None


def could(person: Actor, action: str, thing: object = None) -> bool:
    """The same of somebody else than who asks, by their roles as they are known here: the asking person's key has no say in it."""
    return _ground(person, action, thing) is not None


def _ground(person: Actor, action: str, thing: object) -> str | None:
    doors = this_web().doors
    if person.roles.isdisjoint(doors.permissions.get(action, frozenset())) or not has_a_line(doors.rules, person.roles, action):
        return None
    return "" if thing is None else ground(doors.rules, person.roles, action, doors.standings[type(thing)](person, thing))


def permitted(actor: Actor | None, action: str) -> bool:
    """Whether the actor's roles allow the action in this service."""
    return decide(actor, action)


def may(action: str, thing: object = None) -> bool:
    """Whether the person of the present request may do `action`, with `thing` if named: pages show only what works."""
    return decide(g.get("actor"), action, thing)


def enforce(app: Flask) -> None:
    """Refuse the present request unless its view is open or its actor may do it."""
    if request.endpoint is None or request.method == "OPTIONS":
        return
    action = action_of(app, request.endpoint, request.method)
    if action == OPEN:
        return
    if g.get("actor") is None:
        raise Unauthorized
    if action is None or not permitted(g.actor, action):
        g.refused_at_the_door = True  # nobody looked whether there is what the address names: it may be anybody's name
        raise Forbidden
