"""The JSON door: flask-smorest, with the faults cured that a generated test (schemathesis) finds in it as it comes.

Errors are problems (RFC 9457) and keep the headers they need; money and shares are documented as text, enumerations with their type; lists
are `{items, next}` with an opaque cursor.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import wraps
from http import HTTPStatus
from json import JSONDecodeError
from typing import Any, TypeVar

from flask import Blueprint as Group
from flask import Flask, Request
from flask.views import MethodView
from flask_smorest import Api, Blueprint
from flask_smorest.utils import prepare_response
from kim_events.fields import Day, Fte, Money, Text
from kim_runtime.act import Act
from kim_runtime.command import CommandSchema
from kim_runtime.refusal import Refused
from marshmallow import Schema, fields, post_load, validate
from sqlalchemy.orm import Session
from webargs.flaskparser import FlaskParser

from kim_web import problem
from kim_web.page import act_on
from kim_web.policy import OPEN, View, guard

PREFIX = "/api"
DOOR_PREFIX = "api_"
BEARER = "bearer"
Made = TypeVar("Made")


class _Reader(FlaskParser):
    """Reads bodies. One nested beyond what Python follows, or with a number beyond what it counts, is no valid JSON either."""

    def _raw_load_json(self, req: Request) -> Any:
        try:
            return super()._raw_load_json(req)
        except (JSONDecodeError, UnicodeDecodeError):
            raise
        except (RecursionError, ValueError):
            raise JSONDecodeError("too deep, or a number too long", "", 0) from None


class JsonDoor(Blueprint):  # type: ignore[misc]
    """The resource `name` under `/api/<name>`; its endpoints are called `api_<name>.<Class>`, since pages may bear the same name."""

    ARGUMENTS_PARSER = _Reader()

    def __init__(self, name: str, import_name: str, description: str = "", *, of_files: bool = False) -> None:
        """`of_files`: what its lists give out is somebody's whole file each, and each is a look of its own in the audit."""
        super().__init__(f"{DOOR_PREFIX}{name.replace('-', '_')}", import_name, description=description, url_prefix=f"{PREFIX}/{name}")
        self.of_files = of_files

    def guard(self, action: str) -> Callable[[View], View]:
        """The action a method does, or OPEN. Stands above `arguments` and `response`."""

        def mark(view: View) -> View:
            if action != OPEN:
                documented: View = self.doc(security=[{BEARER: []}], **{"x-kim-action": action})(view)
                for status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
                    documented = self.alt_response(int(status), response=status.name)(documented)
                return guard(action)(documented)
            return guard(action)(view)

        return mark

    def acts(
        self, address: str, action: str, schema: type[CommandSchema], operation: Callable[[Session, Act, Any], Any], answer: type[Schema]
    ) -> type[MethodView]:
        """A resource to post one kind of act to; its command names the thing. What it is for, the first line of the operation says."""

        class Acts(MethodView):
            @self.guard(action)
            @self.arguments(schema)
            @self.response(200, answer)
            @self.alt_response(404, response="NOT_FOUND")
            @self.alt_response(409, response="CONFLICT")
            def post(self, command: Any) -> Any:
                with act_on() as (session, act):
                    return operation(session, act, command)

        Acts.__name__ = re.sub(r"\W", "", address.title())
        Acts.post.__doc__ = (operation.__doc__ or "").split("\n")[0]
        self.route(address)(Acts)
        return Acts


def answering(
    operation: Callable[[Session, Act, Any], Made], say: Callable[[Session, Made], dict[str, Any]]
) -> Callable[[Session, Act, Any], dict[str, Any]]:
    """The same operation, answered with what `say` reads of what it made, in the same transaction."""

    @wraps(operation)
    def done(session: Session, act: Act, command: Any) -> dict[str, Any]:
        return say(session, operation(session, act, command))

    return done


def as_list(operation: Callable[[Session, Act, Any], Sequence[Any]]) -> Callable[[Session, Act, Any], dict[str, Any]]:
    """The same operation, answered as a `list_of`."""
    return answering(operation, lambda _session, made: {"items": made, "next": None})


class Page(Schema):
    """Which part of a list is wanted."""

    limit = fields.Integer(load_default=50, validate=validate.Range(1, 200), metadata={"description": "how many at most"})
    cursor = Text(longest=200, metadata={"description": "`next` of the page before"})


def list_of(item: type[Schema]) -> type[Schema]:
    """`{items, next}` of some schema."""
    name = item.__name__.removesuffix("Schema") + "ListSchema"
    described: dict[str, Any] = {
        "items": fields.List(fields.Nested(item), required=True),
        "next": fields.String(required=True, allow_none=True, metadata={"description": "cursor of the next page, or null"}),
    }
    return type(name, (Schema,), described)


class Period(Schema):
    """A period of business days (Europe/Berlin), both included. Raises Refused `period_reversed`."""

    from_ = Day(required=True, data_key="from")
    to = Day(required=True)

    @post_load
    def in_order(self, period: dict[str, Any], **_kwargs: Any) -> dict[str, Any]:
        if period["to"] < period["from_"]:
            raise Refused("period_reversed", "Der Zeitraum endet vor seinem Anfang.", "to")
        return period


class _Api(Api):  # type: ignore[misc]
    ERROR_SCHEMA = problem.Problem

    def _register_error_handlers(self) -> None:
        """Errors of pages and of the JSON door are answered in one place: `kim_web.errors`."""

    def _register_responses(self) -> None:
        for status in HTTPStatus:
            self._lazy_response(status.name, status.phrase, status >= 200 and status not in (204, 304))
        self._lazy_response("DEFAULT_ERROR", "A problem", True)

    def _lazy_response(self, name: str, description: str, has_body: bool) -> None:
        response: dict[str, Any] = {"description": description}
        if has_body:
            response["schema"] = self.ERROR_SCHEMA
        prepare_response(response, self.spec, problem.CONTENT_TYPE)
        self.spec.components.response(name, response, lazy=True)


def mount(app: Flask, title: str, description: str, doors: tuple[Group, ...]) -> Api:
    """Register the resources and their description."""
    app.config.update(API_TITLE=title, API_VERSION="v1", OPENAPI_VERSION="3.1.0")
    api = _Api(app, spec_kwargs={"info": {"description": description}})
    api.register_field(Money, "string", None)
    api.register_field(Fte, "string", None)
    api.ma_plugin.converter.add_attribute_function(_printable)
    api.spec.components.security_scheme(BEARER, {"type": "http", "scheme": "bearer"})
    for door in doors:
        api.register_blueprint(door)
    return api


def _printable(_converter: Any, field: fields.Field[Any], **_kwargs: Any) -> dict[str, str]:
    """What `Text` reads beyond its length: no control characters, and not blanks alone where something must stand."""
    if not isinstance(field, Text):
        return {}
    least = max((check.min or 0 for check in field.validators if isinstance(check, validate.Length)), default=0)
    letter = r"[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]"
    return {"pattern": rf"^{letter}*$" if least == 0 else rf"^(?=[\s\S]*\S){letter}*$"}
