"""Releases from confidentiality: recorded and revoked."""

from __future__ import annotations

from typing import Any

from flask.views import MethodView
from kim_web.json_door import JsonDoor
from kim_web.page import act_on, see

from kim_referral.api.schemas import ReleaseListSchema, ReleaseSchema
from kim_referral.model.release import Release
from kim_referral.model.seen import recent_releases, release_seen
from kim_referral.operations.record_release import RecordRelease, RecordReleaseSchema, record_release
from kim_referral.operations.revoke_release import RevokeRelease, RevokeReleaseSchema, revoke_release
from kim_referral.relation import seen

api = JsonDoor("releases", __name__, description="Who may speak of what was confided, towards whom and until when.")


@api.route("/")
class Releases(MethodView):
    @api.guard("consent.see")
    @api.response(200, ReleaseListSchema)
    def get(self) -> dict[str, Any]:
        """The releases recorded last, of those one may see."""
        with see() as (session, _act):
            items = recent_releases(session, seen())
            session.expunge_all()
            return {"items": items, "next": None}

    @api.guard("consent.record")
    @api.arguments(RecordReleaseSchema)
    @api.response(201, ReleaseSchema)
    def post(self, command: RecordRelease) -> Any:
        """Record a release; the same id a second time answers the first."""
        with act_on() as (session, act):
            made = record_release(session, act, command)
            release_seen(session, seen(), made.id)
        return made, 201, {"Location": f"/api/releases/{made.id}"}


@api.route("/revocations")
class Revocations(MethodView):
    @api.guard("consent.revoke")
    @api.arguments(RevokeReleaseSchema)
    @api.response(200, ReleaseSchema)
    def post(self, command: RevokeRelease) -> Release:
        """Take back a release: what was confided is not told any more on its ground."""
        with act_on() as (session, act):
            release_seen(session, seen(), command.release_id)
            return revoke_release(session, act, command)


@api.route("/<id>")
class One(MethodView):
    @api.guard("consent.see")
    @api.response(200, ReleaseSchema)
    def get(self, id: str) -> Release:
        """One release."""
        with see() as (session, _act):
            found = release_seen(session, seen(), id)
            session.expunge_all()
            return found
