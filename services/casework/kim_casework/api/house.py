"""Who works with cases in this house, and the sites it works at."""

from __future__ import annotations

from typing import Any

from flask.views import MethodView
from kim_web.json_door import JsonDoor
from kim_web.page import see

from kim_casework.api.schemas import SiteListSchema, SiteSchema, StaffListSchema, StaffSchema
from kim_casework.model.site import list_sites
from kim_casework.model.staff import list_staff
from kim_casework.operations.introduce_staff import IntroduceStaffSchema, introduce_staff
from kim_casework.operations.set_up_site import SetUpSiteSchema, set_up_site

api = JsonDoor("house", __name__, description="Who works with cases in this house, and the sites it works at.")


@api.route("/staff")
class Staff(MethodView):
    @api.guard("house.see")
    @api.response(200, StaffListSchema)
    def get(self) -> dict[str, Any]:
        """Everybody ever introduced, by name."""
        with see() as (session, _act):
            items = list_staff(session)
            session.expunge_all()
            return {"items": items, "next": None}


@api.route("/sites")
class Sites(MethodView):
    @api.guard("house.see")
    @api.response(200, SiteListSchema)
    def get(self) -> dict[str, Any]:
        """The sites by name."""
        with see() as (session, _act):
            items = list_sites(session)
            session.expunge_all()
            return {"items": items, "next": None}


api.acts("/introductions", "house.arrange", IntroduceStaffSchema, introduce_staff, StaffSchema)
api.acts("/sites/names", "house.arrange", SetUpSiteSchema, set_up_site, SiteSchema)
