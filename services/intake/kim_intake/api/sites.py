"""Sites."""

from __future__ import annotations

from typing import Any

from flask.views import MethodView
from kim_web.json_door import JsonDoor
from kim_web.page import see

from kim_intake.api.schemas import SiteListSchema, SiteSchema
from kim_intake.model.site import Site, site, sites

api = JsonDoor("sites", __name__, description="Where people are counselled, and which bodies sit under one roof there.")


@api.route("/")
class Sites(MethodView):
    @api.guard("site.see")
    @api.response(200, SiteListSchema)
    def get(self) -> dict[str, Any]:
        """All sites by name."""
        with see() as (session, _act):
            items = sites(session)
            session.expunge_all()
            return {"items": items, "next": None}


@api.route("/<id>")
class One(MethodView):
    @api.guard("site.see")
    @api.response(200, SiteSchema)
    def get(self, id: str) -> Site:
        """One site."""
        with see() as (session, _act):
            found = site(session, id)
            session.expunge_all()
            return found
