"""Interpreters and translators."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask.views import MethodView
from kim_web.json_door import JsonDoor
from kim_web.page import act_on, see

from kim_interpreting.api.schemas import ProviderListSchema, ProviderSchema
from kim_interpreting.model.provider import Provider, all_providers, provider
from kim_interpreting.operations.add_provider import AddProvider, AddProviderSchema, add_provider
from kim_interpreting.operations.change_provider import ChangeProviderSchema, change_provider

api = JsonDoor("providers", __name__, description="Interpreters and translators.")


@api.route("/")
class Providers(MethodView):
    @api.guard("orders.see")
    @api.response(200, ProviderListSchema)
    def get(self) -> dict[str, Any]:
        """All of them, by name."""
        with see() as (session, _act):
            items = all_providers(session)
            session.expunge_all()
            return {"items": items, "next": None}

    @api.guard("provider.keep")
    @api.arguments(AddProviderSchema)
    @api.response(201, ProviderSchema)
    def post(self, command: AddProvider) -> Any:
        """Enter one; the same id a second time answers the first."""
        with act_on() as (session, act):
            added = add_provider(session, act, command)
        return added, 201, {"Location": url_for("api_providers.One", id=added.id)}


@api.route("/<id>")
class One(MethodView):
    @api.guard("orders.see")
    @api.response(200, ProviderSchema)
    @api.alt_response(404, response="NOT_FOUND")
    def get(self, id: str) -> Provider:
        """One of them."""
        with see() as (session, _act):
            found = provider(session, id)
            session.expunge_all()
            return found


Changes = api.acts("/changes", "provider.keep", ChangeProviderSchema, change_provider, ProviderSchema)
