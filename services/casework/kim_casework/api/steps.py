"""What is to be done next in a case."""

from __future__ import annotations

from typing import Any

from flask.views import MethodView
from kim_web.json_door import JsonDoor
from kim_web.page import found, see

from kim_casework.api.schemas import ContactQuery, NextStepListSchema, NextStepSchema
from kim_casework.model.case import Case
from kim_casework.model.contact import open_steps
from kim_casework.operations.find_case import no_case
from kim_casework.operations.finish_step import FinishStepSchema, finish_step

api = JsonDoor("steps", __name__, description="What is to be done next in the cases the caller may see.", of_files=True)


@api.route("/")
class Steps(MethodView):
    @api.guard("case.see")
    @api.arguments(ContactQuery, location="query")
    @api.response(200, NextStepListSchema)
    @api.alt_response(404, response="NOT_FOUND")
    def get(self, query: dict[str, Any]) -> dict[str, Any]:
        """What is not done yet in one case, the next on top."""
        with see() as (session, _act):
            found("case.see", session.get(Case, query["case"]), no_case)
            items = open_steps(session, query["case"])
            session.expunge_all()
            return {"items": items, "next": None}


api.acts("/done", "case.work", FinishStepSchema, finish_step, NextStepSchema)
