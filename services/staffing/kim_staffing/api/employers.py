"""Who employs in law: names from a day on, who has a say there, and on which days the house is closed."""

from __future__ import annotations

from typing import Any

from flask.views import MethodView
from kim_web.json_door import JsonDoor, answering
from kim_web.page import see
from sqlalchemy.orm import Session

from kim_staffing.api.schemas import EmployerListSchema, EmployerSchema
from kim_staffing.model.employer import Employer, employer_by_id, employers
from kim_staffing.operations.arrange_employer import (
    CloseHouseSchema,
    NameEmployerSchema,
    OpenHouseSchema,
    close_house,
    name_employer,
    open_house,
)

api = JsonDoor("employers", __name__, description="Who employs in law: this house's own staff, and partners whose posts are funded.")


@api.route("/")
class Employers(MethodView):
    @api.guard("post.manage")
    @api.response(200, EmployerListSchema)
    def get(self) -> dict[str, Any]:
        """All employers, the own ones first."""
        with see() as (session, _act):
            return {"items": [_said(session, one) for one in employers(session)], "next": None}


@api.route("/<id>")
class One(MethodView):
    @api.guard("post.manage")
    @api.response(200, EmployerSchema)
    @api.alt_response(404, response="NOT_FOUND")
    def get(self, id: str) -> dict[str, Any]:
        """One employer."""
        with see() as (session, _act):
            return _said(session, employer_by_id(session, id))


def _said(_session: Session, employer: Employer) -> dict[str, Any]:
    """While the session is there: offices are read when they are asked for."""
    return {
        "id": employer.id,
        "names": [{"valid_from": one.valid_from, "text": one.text} for one in employer.names],
        "own": employer.own,
        "council": employer.council,
        "share_step": employer.share_step,
        "offices": [one.office for one in employer.offices],
        "closed": [{"first": one.first, "last": one.last} for one in employer.closed],
    }


Names = api.acts("/names", "post.manage", NameEmployerSchema, answering(name_employer, _said), EmployerSchema)
Closings = api.acts("/closings", "post.manage", CloseHouseSchema, answering(close_house, _said), EmployerSchema)
Openings = api.acts("/openings", "post.manage", OpenHouseSchema, answering(open_house, _said), EmployerSchema)
