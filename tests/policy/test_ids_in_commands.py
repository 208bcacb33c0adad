"""The same for the JSON door's commands, which name in their body what they are about: no id of another's does anything there."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Any

import pytest
from abuse.bodies import example
from abuse.stage import OF_A_REFUSAL, Commits
from flask import Flask
from kim_runtime.ids import new_id
from kim_web.openapi import openapi
from kim_web.web import EXTENSION
from policy import things
from policy.conftest import SERVICES
from policy.network import ROLES, Visitor, house_wide, shut_out, stranger, told
from policy.things import MARK, Organisation

pytestmark = pytest.mark.slow

# Looked up by nobody: the draft that another takes the place of, which is compared with the contract's own.
REMARKS = {"replaces"}
# Whose id is chosen by who says it: there need be no such thing yet.
CHOSEN = {("/api/sites/names", "site")}
# What a consent, a release or a referral is about is named with its kind: one of these things of each service.
ABOUT = {"intake": "consultation", "casework": "case"}
# What a description alone does not say of a field.
SAID: dict[str, Any] = {
    "amount": "5.00", "baustein": 2, "because": "doppelt gesendet, erledigt", "body": "school_entry", "categories": ["name"],
    "code": "school_entry", "consent_given_on": "2022-05-10", "ends_on": "2022-10-31", "share": "0.5", "starts_on": "2022-05-01",
    "criteria": ["complex_need", "many_actors", "voluntary"],
    "dated": "2022-05-10", "desk": "Rathaus Roetgen", "document": "Verfügung", "fte": "1.0", "given_on": "2022-05-10", "granted": "5.00",
    "gross": "10.00", "handed_over_on": "2022-05-10", "keystrokes": 4000, "language": "ukr", "minutes": 30, "need": "Wohnung",
    "period_from": "2023-01-01", "period_to": "2023-12-31", "persons_present": 4, "rate": "57000.00", "reason": "goals_reached",
    "reasoning": "Viele Stellen, niemand hat den Überblick.", "receiver": "sprungbrett", "recipients": ["sprungbrett"],
    "requester_town": "05334024", "sentence": "Die Familie ist wieder da.", "service": "case_management",
    "member": "zweite", "subjects": ["topics"], "to": "school_entry", "valid_to": "2022-12-31",
}  # fmt: skip
REASONS = {
    "/api/proposals/declinings": "no_complex_need",
    "/api/invoices/excesses": "mehr Text",
    "/api/invoices/returns": "falsch",
    "/api/consultations/corrections": "miscounted",
    "/api/contracts/ends": "leaves",
    "/api/cases/protections": "endangered",
    "/api/clients/protections": "endangered",
    "/api/consultations/protections": "endangered",
    "/api/clients/visitors": "endangered",
    "/api/received-referrals/protections": "endangered",
}
# Who protects something does nothing more with what hangs on it; and only what is protected can be lifted.
LAST = {"protections": 1, "visitors": 1, "liftings": 2}
DESKS = {"/api/consultations/": 1}


@dataclass(frozen=True)
class Command:
    """A command of the JSON door: its address, what it does, its fields, and those of them that are ids, by kind."""

    address: str
    action: str
    schema: dict[str, Any]
    schemas: dict[str, Any]
    kinds: dict[str, str | None]

    def body(self, us: Organisation, service: str) -> dict[str, Any]:
        """What is needed and no more, with our own things."""
        made, ours = example({**self.schema, "properties": self._needed()}, self.schemas, Random(1)), us.things[service]
        for name in set(made):
            if kind := self.kinds.get(name):
                made[name] = [ours[kind]] if self.schema["properties"][name].get("type") == "array" else ours[kind]
            elif name in SAID:
                made[name] = SAID[name]
        made |= {name: ours["staff"] for name in ("responsible", "absent", "cover") if name in made}
        made |= {"employer": us.id} if "employer" in made else {}
        made |= {"reason": REASONS[self.address]} if self.address in REASONS else {}
        made |= {"desk": DESKS[self.address]} if self.address in DESKS else {}
        return dict(made)

    def _needed(self) -> dict[str, Any]:
        wanted = {*self.schema.get("required", ()), *({"desk"} if self.address in DESKS else ())}
        return {name: field for name, field in self.schema.get("properties", {}).items() if name in wanted}


def commands(service: str, app: Flask) -> list[Command]:
    document = openapi(app)
    schemas, found = document["components"]["schemas"], []
    named = {**things.NAMED[service], **things.NAMED_ALIKE, "about_id": ABOUT.get(service)}
    for address, item in document["paths"].items():
        asked = item.get("post", {}).get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
        if asked and "{" not in address:
            schema = schemas[asked["$ref"].rpartition("/")[2]]
            kinds = {name: named.get(name) for name in schema["properties"] if name in named or name.endswith(("_id", "_ids"))}
            kinds |= {"id": things.PLACES[service].get(address)} if "id" in schema["properties"] else {}
            without = {name: kind for name, kind in kinds.items() if name not in REMARKS and (address, name) not in CHOSEN}
            found.append(Command(address, item["post"].get("x-kim-action", ""), schema, schemas, without))
    return found


@pytest.mark.parametrize("service", sorted(SERVICES))
def test_of_every_id_in_a_command_it_is_known_what_it_is_of(network, service):
    unknown = [f"{command.address}: {name}" for command in commands(service, network[0].apps[service])
               for name, kind in command.kinds.items() if kind is None and name != "id"]  # fmt: skip
    assert unknown == [], "say in tests/policy/things.py (NAMED) of what kind it is"


@pytest.mark.parametrize("service", sorted(SERVICES))
def test_the_id_of_another_in_a_command_answers_as_one_that_nobody_has(network, service):
    us, them = network
    app, found, compared = us.apps[service], [], 0
    commits, before = Commits(app.extensions[EXTENSION].rows), None
    for role in ROLES:
        somebody = Visitor(app, stranger(us, role))
        for command in commands(service, app):
            for name, kind in command.kinds.items():
                if name == "id" or kind is None:
                    continue
                body = command.body(us, service) | ({"about_kind": kind} if name == "about_id" else {})
                seeing = f"{kind}.see" if name == "about_id" else command.action
                as_list = command.schema["properties"][name].get("type") == "array"
                nobodys, ours, theirs = new_id(), us.things[service][kind], them.things[service][kind]
                if shut_out(app, role, command.action):
                    tried, before = [ours], None
                else:
                    before = told(somebody.ask("POST", command.address, {**body, name: [nobodys] if as_list else nobodys}), [nobodys])
                    tried = [theirs] + ([] if house_wide(service, app, role, seeing, {kind}) else [ours])
                for one in tried:
                    commits.since()
                    answer, compared = somebody.ask("POST", command.address, {**body, name: [one] if as_list else one}), compared + 1
                    whose = f"{role} {command.address} with {name} of {'another organisation' if one == theirs else 'a colleague or site'}"
                    if answer.status_code != 403 if before is None else told(answer, [one]) != before:
                        found.append(f"{whose}: {told(answer, [one])} instead of {before or 403}")
                    if changed := {table for table in commits.since() if not OF_A_REFUSAL.fullmatch(table)}:
                        found.append(f"{whose}: changed {sorted(changed)}")
    assert found == []
    assert compared > 20


@pytest.mark.parametrize("service", sorted(SERVICES))
def test_a_command_under_the_id_of_anothers_thing_is_refused(network, service):
    """The same id a second time answers the first: to whom may see it."""
    us, _them = network
    app, found, compared = us.apps[service], [], 0
    commits = Commits(app.extensions[EXTENSION].rows)
    for role in ROLES:
        somebody = Visitor(app, stranger(us, role))
        for command in commands(service, app):
            kind = command.kinds.get("id")
            if kind is None or house_wide(service, app, role, _seeing(app, command.action), {kind}):
                continue
            commits.since()
            answer = somebody.ask("POST", command.address, {**command.body(us, service), "id": us.things[service][kind]})
            compared += 1
            changed = {table for table in commits.since() if not OF_A_REFUSAL.fullmatch(table)}
            if answer.status_code < 400 or changed or MARK in answer.text:
                found.append(f"{role} {command.address}: {answer.status_code}, changed {sorted(changed)}")
    assert found == []
    assert compared > 10


def _seeing(app: Flask, action: str) -> str:
    """The action by which one sees what this one makes: `order.see` for `order.place`; where nobody sees one alone, the same action."""
    known, of = app.extensions[EXTENSION].doors.permissions, action.partition(".")[0]
    return next((seeing for seeing in (f"{of}.see", f"{of}s.see") if seeing in known), action)


@pytest.mark.parametrize("service", sorted(SERVICES))
def test_these_commands_are_understood(network, service):
    """Else the walks above would see nothing but bodies that are refused for what they say."""
    us, _them = network
    owner, wrong = Visitor(us.apps[service], us.owner), []
    for command in sorted(commands(service, us.apps[service]), key=lambda one: LAST.get(one.address.rpartition("/")[2], 0)):
        if not command.kinds:
            continue
        answer = owner.ask("POST", command.address, command.body(us, service))
        if answer.status_code not in {200, 201, 409} and "second_person" not in answer.text:
            wrong.append(f"{command.address} answered {answer.status_code} {answer.text[:400]} to {command.body(us, service)}")
    assert wrong == []
