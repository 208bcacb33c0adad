"""Problems (RFC 9457): how the JSON door says no. `code` is stable and for programs, `detail` is a sentence for people."""

from __future__ import annotations

import json
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

from flask import Response
from kim_runtime.refusal import Refused
from marshmallow import Schema, fields

from kim_web.formats import plain
from kim_web.language import _
from kim_web.messages import Fault

CONTENT_TYPE = "application/problem+json"


class FaultSchema(Schema):
    """One value that is wrong."""

    field = fields.String(required=True, metadata={"description": "path of the field: person.birth_year"})
    code = fields.String(required=True, metadata={"description": "stable, for programs: missing, too_small, not_a_choice …"})
    message = fields.String(required=True, metadata={"description": "what would be right, in the language asked for"})


class Problem(Schema):
    """RFC 9457 problem details."""

    type = fields.String(required=True, metadata={"description": "urn:kim:problem:<code>"})
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    code = fields.String(required=True, metadata={"description": "stable, for programs"})
    detail = fields.String(metadata={"description": "what is wrong and what to do, in the language asked for"})
    errors = fields.List(
        fields.Nested(FaultSchema),
        metadata={"description": "with status 422: each wrong value; with 409: each reason, where there are several"},
    )
    support_number = fields.String(metadata={"description": "with status 5xx: the number under which it is found in the log"})


def sentence(refused: Refused) -> str:
    """The refusal's sentence in the language of the request, its values written as people read them."""
    return _(refused.message).format(**{name: plain(value) for name, value in refused.params.items()})


def problem(
    status: int,
    code: str,
    detail: str = "",
    errors: Iterable[Fault] = (),
    support_number: str = "",
    headers: Iterable[tuple[str, str]] = (),
) -> Response:
    """A response with problem details."""
    body: dict[str, Any] = {"type": f"urn:kim:problem:{code}", "title": HTTPStatus(status).phrase, "status": status, "code": code}
    if detail:
        body["detail"] = detail
    if listed := [{"field": fault.field, "code": fault.code, "message": fault.message} for fault in errors]:
        body["errors"] = listed
    if support_number:
        body["support_number"] = support_number
    text = json.dumps(body, ensure_ascii=False).encode(errors="replace")  # half of a pair, which JSON can name, is no letter to give back
    return Response(text, status, list(headers), content_type=CONTENT_TYPE)
