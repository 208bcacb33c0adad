"""Orders for interpreting and translation, from the requester's side."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask.views import MethodView
from kim_web.json_door import JsonDoor
from kim_web.page import act_on, found, see

from kim_casework.api.schemas import OrderListSchema, OrderQuery, OrderSchema
from kim_casework.model.order import InterpretingOrder, orders_after
from kim_casework.operations.find_order import no_order
from kim_casework.operations.order_interpreting import OrderInterpreting, OrderInterpretingSchema, order_interpreting
from kim_casework.operations.withdraw_order import WithdrawOrder, WithdrawOrderSchema, withdraw_order

api = JsonDoor("orders", __name__, description="What this house has ordered from the interpreter pool.")


@api.route("/")
class Orders(MethodView):
    @api.guard("order.list")
    @api.arguments(OrderQuery, location="query")
    @api.response(200, OrderListSchema)
    def get(self, query: dict[str, Any]) -> dict[str, Any]:
        """Orders the caller may see, by number."""
        with see() as (session, act):
            items, following = orders_after(session, act, state=query.get("state"), after=query.get("cursor"), limit=query["limit"])
            session.expunge_all()
            return {"items": items, "next": following}

    @api.guard("order.place")
    @api.arguments(OrderInterpretingSchema)
    @api.response(201, OrderSchema)
    @api.alt_response(404, response="NOT_FOUND")
    @api.alt_response(409, response="CONFLICT")
    def post(self, command: OrderInterpreting) -> Any:
        """Place an order; the same id a second time answers the first."""
        with act_on() as (session, act):
            order = order_interpreting(session, act, command)
        return order, 201, {"Location": url_for("api_orders.One", id=order.id)}


@api.route("/<id>")
class One(MethodView):
    @api.guard("order.see")
    @api.response(200, OrderSchema)
    @api.alt_response(404, response="NOT_FOUND")
    def get(self, id: str) -> InterpretingOrder:
        """One order."""
        with see() as (session, _act):
            order = found("order.see", session.get(InterpretingOrder, id), no_order)
            session.expunge_all()
            return order


@api.route("/withdrawals")
class Withdrawals(MethodView):
    @api.guard("order.place")
    @api.arguments(WithdrawOrderSchema)
    @api.response(200, OrderSchema)
    @api.alt_response(404, response="NOT_FOUND")
    @api.alt_response(409, response="CONFLICT")
    def post(self, command: WithdrawOrder) -> InterpretingOrder:
        """Withdraw an order that is needed no longer."""
        with act_on() as (session, act):
            return withdraw_order(session, act, command)
