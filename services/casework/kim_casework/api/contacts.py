"""Contact notes."""

from __future__ import annotations

from typing import Any

from flask.views import MethodView
from kim_web.json_door import JsonDoor
from kim_web.page import act_on, found, see

from kim_casework.api.schemas import ContactListSchema, ContactQuery, ContactSchema
from kim_casework.model.case import Case
from kim_casework.model.contact import last_contacts
from kim_casework.operations.find_case import no_case
from kim_casework.operations.note_contact import NoteContact, NoteContactSchema, note_contact

api = JsonDoor("contacts", __name__, description="Contact notes of the cases the caller may see.", of_files=True)


@api.route("/")
class Contacts(MethodView):
    @api.guard("case.see")
    @api.arguments(ContactQuery, location="query")
    @api.response(200, ContactListSchema)
    @api.alt_response(404, response="NOT_FOUND")
    def get(self, query: dict[str, Any]) -> dict[str, Any]:
        """The notes of one case, the newest first."""
        with see() as (session, _act):
            found("case.see", session.get(Case, query["case"]), no_case)
            items = last_contacts(session, query["case"])
            session.expunge_all()
            return {"items": items, "next": None}

    @api.guard("case.work")
    @api.arguments(NoteContactSchema)
    @api.response(201, ContactSchema)
    @api.alt_response(404, response="NOT_FOUND")
    @api.alt_response(409, response="CONFLICT")
    def post(self, command: NoteContact) -> Any:
        """Note a contact; the same id a second time answers the first note."""
        with act_on() as (session, act):
            noted = note_contact(session, act, command)
        return noted, 201, {"Location": f"/api/contacts/?case={noted.case_id}"}
