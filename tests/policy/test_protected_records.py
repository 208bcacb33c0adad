"""A protected person's record answers to every colleague, of the same site too, as a record that nobody has.

On every route with an id, with every id beside the path and in every command of the JSON door, for every role: unless the table gives the
role the action with protected things. `test_ids_of_others.py` walks the same routes with things that are open to the house.
"""

from __future__ import annotations

from typing import Any

import pytest
from abuse.stage import OF_A_REFUSAL, Commits
from kim_runtime.act import Actor
from kim_runtime.ids import new_id
from kim_runtime.policy import Relation, allowed
from kim_web.web import EXTENSION
from policy.network import ROLES, UNDECLARED, Visitor, shut_out, told
from policy.test_ids_in_commands import commands
from policy.test_ids_of_others import BESIDE, routes
from policy.things import MARK
from policy.typed import typed

pytestmark = pytest.mark.slow

KINDS = ("client", "consultation", "hand_over", "proposal", "consent", "release", "referral", "letter", "withdrawn", "received")
COLLEAGUE = {Relation.OWN_SITE, Relation.SECOND_PERSON}


def colleague(us: Any, role: str) -> Actor:
    return Actor("nebenan", "Nebenan", us.id, frozenset({role}), frozenset({us.site}))


def granted(app: Any, role: str, action: str) -> bool:
    """Whether the table gives the role the action with protected things of the own site."""
    return allowed(app.extensions[EXTENSION].doors.rules, {role}, action, COLLEAGUE, "protected") and not action.startswith(
        ("consent.", "referral.")  # of these the service says which are shown (`disclosures_seen`)
    )


def tried(app: Any, us: Any, role: str) -> list[tuple[str, str, dict[str, Any], str, str]]:
    """(method, address with `{id}`, fields, kind, action) of all the role may call and would learn of a record by."""
    found = []
    for route in routes("intake", app):
        kinds = set(route.kinds.values())
        if kinds <= set(KINDS) and len(route.kinds) == 1 and not granted(app, role, route.action):
            (name,) = route.kinds
            fields = typed("intake", route.endpoint, us.things["intake"])
            found.append((route.method, route({name: "{id}"}), fields, str(kinds.pop()), route.action))
    if role == "intake_staff":
        found += [
            (method, address.replace("{client}", us.things["intake"]["client"]), dict(fields), kind, "")
            for method, address, fields, kind in BESIDE["intake"]
        ]
    for command in commands("intake", app):
        for name, kind in command.kinds.items():
            if name != "id" and kind in KINDS and not granted(app, role, command.action):
                found.append(("POST", command.address, {**command.body(us, "intake"), name: "{id}"}, kind, command.action))
    return found


@pytest.mark.parametrize("role", ROLES)
def test_it_answers_to_a_colleague_as_one_that_nobody_has(network, role):
    us, _them = network
    app, found, compared = us.apps["intake"], [], 0
    somebody, commits = Visitor(app, colleague(us, role)), Commits(app.extensions[EXTENSION].rows)
    sitting = {"site": us.site, "service": "case_management", "desk": "1"} if role == "intake_staff" else None
    for method, address, fields, kind, action in tried(app, us, role):
        said, refused = [], bool(action) and shut_out(app, role, action)
        for thing in (us.things["intake"][f"closed_{kind}"],) if refused else (new_id(), us.things["intake"][f"closed_{kind}"]):
            commits.since()
            given = {name: thing if value == "{id}" else value for name, value in fields.items()}
            answer, compared = somebody.ask(method, address.replace("{id}", thing), given, sitting), compared + 1
            said.append(told(answer, [thing]))
            if MARK in answer.get_data(as_text=True):
                found.append(f"{method} {address} ({kind}): shows what is in it")
            if changed := {name for name in commits.since() if not OF_A_REFUSAL.fullmatch(name)}:
                found.append(f"{method} {address} ({kind}): changed {sorted(changed)}")
        if refused and said[0][0] != 403:
            found.append(f"{method} {address} ({kind}): {said[0][0]} instead of 403")
        if said[0] != said[-1]:
            found.append(f"{method} {address} ({kind}): {said[1][0]} instead of {said[0][0]}")
    assert found == []
    assert compared > 40


def test_a_command_under_its_id_is_refused_to_a_colleague(network):
    """The same id a second time answers the first: to whom may see it."""
    us, _them = network
    app, found, compared = us.apps["intake"], [], 0
    commits = Commits(app.extensions[EXTENSION].rows)
    for role in ("intake_staff", "case_manager", "case_lead", "auditor"):
        somebody = Visitor(app, colleague(us, role))
        for command in commands("intake", app):
            kind = command.kinds.get("id")
            if kind in KINDS:
                commits.since()
                body = {**command.body(us, "intake"), "id": us.things["intake"][f"closed_{kind}"]}
                answer, compared = somebody.ask("POST", command.address, body), compared + 1
                changed = {table for table in commits.since() if not OF_A_REFUSAL.fullmatch(table)}
                if answer.status_code < 400 or changed or MARK in answer.text:
                    found.append(f"{role} {command.address}: {answer.status_code}, changed {sorted(changed)}")
    assert found == []
    assert compared > 12


def test_who_keeps_it_is_let_in_by_the_same_addresses(network):
    """Else the walk above would see nothing but addresses that are refused to everybody."""
    us, _them = network
    app, wrong = us.apps["intake"], []
    keeper = Visitor(app, Actor(us.owner.id, us.owner.name, us.id, frozenset({"intake_staff"}), frozenset({us.site})))
    for method, address, fields, kind, _action in tried(app, us, UNDECLARED):
        if method == "GET" and "/schutz/ende" not in address:
            status = keeper.ask(method, address.replace("{id}", us.things["intake"][f"closed_{kind}"]), fields).status_code
            if status not in {200, 302, 303}:
                wrong.append(f"{address} ({kind}): {status}")
    assert wrong == []
