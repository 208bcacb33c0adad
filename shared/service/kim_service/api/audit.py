"""Who did or saw what, for an auditor's programs: the rows as they were written, and whether the chain holds. Asking is written too."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask.views import MethodView
from kim_audit.record import OUTCOMES
from kim_audit.verifying import verify
from kim_events.fields import Code, Day, Moment, StrictInt, Text
from kim_runtime.refusal import Refused
from kim_web.costly import costly
from kim_web.json_door import JsonDoor, Page
from kim_web.page import see
from marshmallow import Schema, fields

from kim_service.audit_search import LONGEST, AuditSearch, serial_of, things_meant


class AuditQuery(Page):
    """What is looked for; days are those of Europe/Berlin, both included."""

    from_ = Day(data_key="from")
    to = Day()
    actor = Text(load_default="", longest=LONGEST, metadata={"description": "id of the person or program"})
    action = Text(load_default="", longest=LONGEST, metadata={"description": "case.see"})
    thing = Text(load_default="", longest=LONGEST, metadata={"description": "cases:0197… as a row has it, or an id or a number by itself"})
    outcome = Code(OUTCOMES)


class AuditRowSchema(Schema):
    """One act, look or refusal. Ids and codes, never a name."""

    serial = StrictInt(required=True)
    at = Moment(required=True)
    actor_id = fields.String(required=True)
    roles = fields.List(fields.String(), required=True)
    action = fields.String(required=True)
    thing = fields.String(required=True)
    outcome = fields.String(required=True)
    reason = fields.String(required=True)
    correlation_id = fields.String(required=True)
    seal = StrictInt(required=True, allow_none=True, metadata={"description": "number of its seal; null: not sealed yet"})


class AuditRowsSchema(Schema):
    items = fields.List(fields.Nested(AuditRowSchema), required=True)
    next = fields.String(required=True, allow_none=True)


class HeadQuery(Schema):
    head = Text(load_default="", longest=64, metadata={"description": "a digest that was written down elsewhere; at least 16 signs of it"})


class VerdictSchema(Schema):
    """What a walk along the chain found."""

    rows = StrictInt(required=True)
    seals = StrictInt(required=True)
    unsealed = StrictInt(required=True)
    head = fields.String(required=True, metadata={"description": "the newest digest"})
    fault = fields.String(required=True, metadata={"description": "the first thing that is not as it was sealed; empty: nothing"})
    cut_rows = StrictInt(required=True, metadata={"description": "rows that went, being over their time"})
    cut_to = Moment(required=True, allow_none=True, metadata={"description": "up to when"})


api = JsonDoor("audit", __name__, description="Who did or saw what.")


@api.route("/")
class Rows(MethodView):
    @api.guard("audit.read")
    @api.arguments(AuditQuery, location="query")
    @api.response(200, AuditRowsSchema)
    def get(self, query: dict[str, Any]) -> dict[str, Any]:
        """Rows, the newest first."""
        first, last = query.get("from_"), query.get("to")
        if first and last and last < first:
            raise Refused("period_reversed", "Der Zeitraum endet vor seinem Anfang.", "to")
        search = AuditSearch(
            first, last, query["actor"], query["action"], query["thing"], query.get("outcome", ""), serial_of(query.get("cursor", ""))
        )  # fmt: skip
        with see() as (session, _act):
            found = session.execute(search.rows(things_meant(session, search.thing)).limit(query["limit"] + 1)).all()
        items = found[: query["limit"]]
        return {"items": items, "next": str(items[-1].serial) if len(found) > len(items) else None}


@api.route("/verification")
class Verification(MethodView):
    @api.guard("audit.read")
    @api.arguments(HeadQuery, location="query")
    @api.response(200, VerdictSchema)
    def get(self, query: dict[str, Any]) -> dict[str, Any]:
        """Walk along the whole chain; that takes a while where it is long."""
        with costly(), see() as (session, _act):
            return asdict(verify(session, query["head"]))
