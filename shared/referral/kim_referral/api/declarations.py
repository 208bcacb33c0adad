"""Consents and releases from confidentiality: recorded, looked at, and taken back, alike for both."""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter
from typing import Any

from flask.views import MethodView
from kim_runtime.command import CommandSchema
from kim_web.json_door import JsonDoor, list_of
from kim_web.page import act_on, see
from marshmallow import Schema

from kim_referral.api.schemas import ConsentSchema, ReleaseSchema
from kim_referral.model.consent import Consent
from kim_referral.model.declaration import Declared
from kim_referral.model.release import Release
from kim_referral.model.seen import recently_declared
from kim_referral.operations.record_consent import RecordConsentSchema, record_consent
from kim_referral.operations.record_release import RecordReleaseSchema, record_release
from kim_referral.operations.revoke_consent import RevokeConsentSchema, revoke_consent
from kim_referral.operations.revoke_release import RevokeReleaseSchema, revoke_release
from kim_referral.relation import once_checked, seen, told

Recording = tuple[type[CommandSchema], Callable[..., Declared]]
Revoking = tuple[type[CommandSchema], Callable[..., Declared], str]  # the last: which field of the command names what is taken back


def _door(name: str, description: str, kind: type[Declared], answer: type[Schema], recording: Recording, revoking: Revoking) -> JsonDoor:
    api = JsonDoor(name, __name__, description=description, of_files=True)
    record_schema, record = recording
    revoke_schema, revoke, field = revoking

    @api.route("/")
    class Recorded(MethodView):
        @api.guard("consent.see")
        @api.response(200, list_of(answer))
        def get(self) -> dict[str, Any]:
            """Those recorded last, of those one may see."""
            with see() as (session, _act):
                items = recently_declared(session, seen(), kind)
                session.expunge_all()
                return {"items": items, "next": None}

        @api.guard("consent.record")
        @api.arguments(record_schema)
        @api.response(201, answer)
        def post(self, command: Any) -> Any:
            """Record one; the same id a second time answers the first."""
            with act_on() as (session, act):
                made = once_checked(record)(session, act, command)
                told(session, "consent.record", kind, made.id)
            return made, 201, {"Location": f"{api.url_prefix}/{made.id}"}

    @api.route("/revocations")
    class Revocations(MethodView):
        @api.guard("consent.revoke")
        @api.arguments(revoke_schema)
        @api.response(200, answer)
        def post(self, command: Any) -> Declared:
            """Take one back."""
            with act_on() as (session, act):
                told(session, "consent.revoke", kind, attrgetter(field)(command))
                return revoke(session, act, command)

    @api.route("/<id>")
    class One(MethodView):
        @api.guard("consent.see")
        @api.response(200, answer)
        def get(self, id: str) -> Declared:
            """One of them."""
            with see() as (session, _act):
                found = told(session, "consent.see", kind, id)
                session.expunge_all()
                return found

    return api


consents = _door(
    "consents",
    "What people agreed to have told, to whom and until when. Once one is taken back nothing more is told under it, and whoever was told is"
    " informed.",
    Consent, ConsentSchema, (RecordConsentSchema, record_consent), (RevokeConsentSchema, revoke_consent, "consent_id"),
)  # fmt: skip
releases = _door(
    "releases",
    "Who may speak of what was confided, towards whom and until when. Once one is taken back, what was confided is not told any more on its"
    " ground.",
    Release, ReleaseSchema, (RecordReleaseSchema, record_release), (RevokeReleaseSchema, revoke_release, "release_id"),
)  # fmt: skip
