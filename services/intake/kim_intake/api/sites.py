"""Sites."""

from __future__ import annotations

from typing import Any

from flask.views import MethodView
from kim_web.json_door import JsonDoor
from kim_web.page import see

from kim_intake.api.schemas import BodyStateSchema, SiteListSchema, SiteSchema
from kim_intake.model.site import Site, site, sites
from kim_intake.operations.arrange_site import (
    NameSiteSchema,
    PlaceBodySchema,
    TakeAwayBodySchema,
    name_site,
    place_body,
    take_away_body,
)
from kim_intake.operations.set_body_state import SetBodyStateSchema, set_body_state

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


api.acts("/names", "house.arrange", NameSiteSchema, name_site, SiteSchema)
api.acts("/bodies", "house.arrange", PlaceBodySchema, place_body, SiteSchema)
api.acts("/bodies/removals", "house.arrange", TakeAwayBodySchema, take_away_body, SiteSchema)
api.acts("/bodies/states", "today.see", SetBodyStateSchema, set_body_state, BodyStateSchema)
