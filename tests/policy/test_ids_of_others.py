"""Whoever tries the id of what is not theirs, of a colleague, another site or another organisation, learns and changes nothing.

On every route of every service that takes an id, with every role, by every method: the answer is the one for an id that nobody has, or
the one the table gives the role for everything of its house. A new route finds its way here by itself, and asks for its kind of thing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from abuse.stage import OF_A_REFUSAL, Commits
from flask import Flask, template_rendered
from kim_runtime.ids import new_id
from kim_web.form import Form
from kim_web.policy import OPEN, SIGNED_IN, action_of
from kim_web.web import EXTENSION
from policy import things
from policy.conftest import APPLICATIONS
from policy.network import ROLES, Visitor, house_wide, personal, shut_out, stranger, told
from policy.things import ELSEWHERE, MARK
from policy.typed import typed

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Route:
    """A method of an address with ids in it: what it does, and of which kind the things are that it takes."""

    method: str
    rule: str
    endpoint: str
    action: str
    kinds: dict[str, str | None]

    def __call__(self, ids: dict[str, str]) -> str:
        return re.sub(r"<(?:\w+:)?(\w+)>", lambda found: ids[found[1]], self.rule)

    def __str__(self) -> str:
        return f"{self.method} {self.rule}"


def routes(service: str, app: Flask) -> list[Route]:
    found = []
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            action = action_of(app, rule.endpoint, method) or ""
            if rule.arguments and action != OPEN:
                before = {name: re.split(rf"<(?:\w+:)?{name}>", rule.rule)[0] for name in rule.arguments}
                kinds = {name: things.kind_at(service, address, rule.endpoint) for name, address in before.items()}
                found.append(Route(method, rule.rule, rule.endpoint, action, kinds))
    return sorted(found, key=str)


@pytest.mark.parametrize("service", APPLICATIONS)
def test_of_every_route_with_an_id_it_is_known_whose_thing_it_takes(network, service):
    us, them = network
    unknown = [f"{route}: {name} is of no known kind" for route in routes(service, us.apps[service])
               for name, kind in route.kinds.items() if kind is None]  # fmt: skip
    assert unknown == [], "say in tests/policy/things.py (PLACES) what is meant, and make one there"
    needed = {str(kind) for route in routes(service, us.apps[service]) for kind in route.kinds.values()}
    for organisation in (us, them):
        assert needed <= set(organisation.things[service]), "make one in tests/policy/things.py"


@pytest.mark.parametrize("service", APPLICATIONS)
def test_the_id_of_another_answers_as_an_id_that_nobody_has(network, service):
    us, them = network
    app, found, walked, compared = us.apps[service], [], routes(service, us.apps[service]), 0
    commits = Commits(app.extensions[EXTENSION].rows)
    theirs = Commits(them.apps[service].extensions[EXTENSION].rows)
    before = personal(app, us.owner)
    for role in ROLES:
        somebody = Visitor(app, stranger(us, role))
        for route in walked:
            fields = typed(service, route.endpoint, us.things[service])
            ours = {name: us.things[service][str(kind)] for name, kind in route.kinds.items()}
            if shut_out(app, role, route.action):
                tried, expected = [("a colleague or another site", ours)], None
            else:
                nobodys = {name: new_id() for name in route.kinds}
                expected = told(somebody.ask(route.method, route(nobodys), fields), nobodys.values())
                others = {name: them.things[service][str(kind)] for name, kind in route.kinds.items()}
                tried = [("another organisation", others)] if others != ours else []
                if not house_wide(service, app, role, route.action, set(route.kinds.values())):
                    tried += [("a colleague or another site", {**one}) for one in _mixed(ours, others)]
            for whose, ids in tried:
                commits.since()
                answer, compared = somebody.ask(route.method, route(ids), fields), compared + 1
                if answer.status_code != 403 if expected is None else told(answer, ids.values()) != expected:
                    found.append(
                        f"{role} {route} with an id of {whose}: {answer.status_code} instead of {expected[0] if expected else 403}"
                    )
                if MARK in answer.get_data(as_text=True):
                    found.append(f"{role} {route} with an id of {whose}: shows what is in it")
                if changed := {name for name in commits.since() if not OF_A_REFUSAL.fullmatch(name)}:
                    found.append(f"{role} {route} with an id of {whose}: changed {sorted(changed)}")
    assert found == []
    assert compared > 10 * len(walked) or service == "report"
    assert personal(app, us.owner) == before
    assert theirs.since() == set()


def _mixed(ours: dict[str, str], others: dict[str, str]) -> list[dict[str, str]]:
    """Ours in every place; and where an address has two ids, ours beside one that is none of ours."""
    return [ours] if len(ours) == 1 else [ours, *({**others, name: value} for name, value in ours.items())]


@pytest.mark.parametrize("service", APPLICATIONS)
def test_its_owner_is_let_in_with_what_was_typed(network, service):
    """Else the walk above would see nothing but forms that are refused for what they say."""
    us, _them = network
    app, wrong = us.apps[service], []
    owner = Visitor(app, us.owner)
    for route in sorted(routes(service, app), key=lambda one: one.method != "GET"):
        ids = {name: us.things[service][str(kind)] for name, kind in route.kinds.items()}
        fields = typed(service, route.endpoint, us.things[service])
        shown: list[Form] = []
        with template_rendered.connected_to(lambda _app, context, shown=shown, **_: shown.extend(_forms(context)), app):
            answer = owner.ask(route.method, route(ids), fields)
        unread = [form.errors for form in shown if form.errors and form.command is None]
        if answer.status_code in {400, 401, 403} or unread or (route.rule.startswith("/api/") and answer.status_code == 422):
            wrong.append(f"{route} answered {answer.status_code} {unread or answer.get_data(as_text=True)[:300]}")
        if route.method == "GET" and answer.status_code not in {200, 302, 303} and route.action != SIGNED_IN:
            wrong.append(f"{route} of the owner's answered {answer.status_code}")
    assert wrong == []


def _forms(context: dict[str, Any]) -> Iterator[Form]:
    for value in context.values():
        if isinstance(value, Form):
            yield value
        elif isinstance(value, dict):
            yield from (each for each in value.values() if isinstance(each, Form))


# Ids that stand elsewhere than in the path: (method, address, fields), and of what kind `{id}` is.
BESIDE: dict[str, tuple[tuple[str, str, dict[str, str], str], ...]] = {
    "intake": (
        ("GET", "/beratungen/neu?von={id}", {}, "hand_over"),
        ("GET", "/personen/neu?beratung={id}", {}, "consultation"),
        ("POST", "/personen/{client}/verbinden", {"beratung": "{id}"}, "consultation"),
        ("POST", "/personen", {"site": ELSEWHERE, "name": "Neu", "consent_given_on": "10.05.2022", "consultation_id": "{id}"},
         "consultation"),
        ("POST", "/verweisen/vorschau", {"receiver": "sprungbrett", "consent_id": "{id}", "name": "Neu"}, "consent"),
        ("POST", "/verweisen/senden", {"receiver": "sprungbrett", "consent_id": "{id}", "name": "Neu"}, "consent"),
    ),
    "casework": (
        ("GET", "/sprachmittlung/neu?fall={id}", {}, "case"),
        ("POST", "/sprachmittlung", {"case_id": "{id}", "job_kind": "document_translation", "occasion": "documents", "language": "ukr",
                                     "service_date": "30.05.2022", "keystrokes": "4000", "decides_something": "false",
                                     "desk": "Roetgen", "requester_town": "05334024"}, "case"),
        ("POST", "/verweisen/vorschau", {"receiver": "sprungbrett", "consent_id": "{id}", "name": "Neu"}, "consent"),
        ("POST", "/verweisen/senden", {"receiver": "sprungbrett", "consent_id": "{id}", "name": "Neu"}, "consent"),
        ("POST", "/eintraege/", {"entries": "contact:{id}", "to": "{staff}"}, "contact"),
        ("POST", "/eintraege/", {"entries": "order:{id}", "to": "{staff}"}, "order"),
    ),
}  # fmt: skip
WHO = {"intake": "intake_staff", "casework": "case_manager"}


@pytest.mark.parametrize("service", sorted(BESIDE))
def test_an_id_of_another_beside_the_path_answers_as_one_that_nobody_has(network, service):
    us, them = network
    app = us.apps[service]
    somebody, commits = Visitor(app, stranger(us, WHO[service])), Commits(app.extensions[EXTENSION].rows)
    sitting = {"site": ELSEWHERE, "service": "case_management", "desk": "1"} if service == "intake" else {}
    for method, address, fields, kind in BESIDE[service]:
        said = []
        for one in (new_id(), us.things[service][kind], them.things[service][kind]):
            values = {**us.things[service], "id": one}
            commits.since()
            typed_in = {name: value.format(**values) for name, value in fields.items()}
            answer = somebody.ask(method, address.format(**values), typed_in, sitting)
            assert {name for name in commits.since() if not OF_A_REFUSAL.fullmatch(name)} == set(), (address, answer.status_code)
            assert MARK not in answer.get_data(as_text=True), address
            said.append(told(answer, [one]))
        assert said[0][0] in {303, 404, 422}, (address, said[0])
        assert said[1:] == [said[0], said[0]], address
