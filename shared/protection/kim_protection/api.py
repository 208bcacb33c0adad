"""The resources by which programs close a thing, lift that, and open one in an emergency."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask.views import MethodView
from kim_web.json_door import JsonDoor
from kim_web.page import act_on
from marshmallow import Schema

from kim_protection.commands import Lift, Protect
from kim_protection.doors import Check, known_subject, open_now
from kim_protection.operations import Closing, Opening


def closing_resources(api: JsonDoor, closing: Closing[Any], answer: type[Schema], check: Check = known_subject) -> None:
    """`/protections` and `/liftings`. `answer` is of `thing_id` and `protected`."""

    @api.route("/protections")
    class Protections(MethodView):
        @api.guard(closing.action("protect"))
        @api.arguments(closing.protect_schema)
        @api.response(200, answer)
        @api.alt_response(404, response="NOT_FOUND")
        @api.alt_response(409, response="CONFLICT")
        def post(self, command: Protect) -> Any:
            """Close it to colleagues; a second time changes nothing."""
            with act_on() as (session, act):
                check(session, closing.action("protect"), command)
                closing.protect(session, act, command)
            return {"thing_id": command.thing_id, "protected": True}

    @api.route("/liftings")
    class Liftings(MethodView):
        @api.guard(closing.action("unprotect"))
        @api.arguments(closing.lift_schema)
        @api.response(200, answer)
        @api.alt_response(404, response="NOT_FOUND")
        def post(self, command: Lift) -> Any:
            """Open it to colleagues again."""
            with act_on() as (session, act):
                check(session, closing.action("unprotect"), command)
                closing.lift(session, act, command)
            return {"thing_id": command.thing_id, "protected": False}


def emergency_resource(api: JsonDoor, opening: Opening, answer: type[Schema], address: str = "/emergencies", shown: str = "") -> None:
    """`shown`: the resource of a thing, said as where what was opened is."""

    @api.route(address)
    class Emergencies(MethodView):
        @api.guard(opening.action)
        @api.arguments(opening.schema)
        @api.response(201, answer)
        @api.alt_response(404, response="NOT_FOUND")
        @api.alt_response(409, response="CONFLICT")
        def post(self, command: Any) -> Any:
            """See one for an hour that is closed to oneself. Who keeps it learns of it, and so does the audit."""
            opened = open_now(opening, command)
            return opened, 201, {"Location": url_for(shown, id=opening.thing(opened))} if shown else {}
