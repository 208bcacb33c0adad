"""Orders, and what can be done with them."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import url_for
from flask.views import MethodView
from kim_web.json_door import JsonDoor
from kim_web.page import act_on, see

from kim_interpreting.api.schemas import CheckSchema, OrderListSchema, OrderQuery, OrderSchema
from kim_interpreting.model.check import pot_lines
from kim_interpreting.model.order import Order, order, orders_after
from kim_interpreting.operations.approve_order import ApproveOrderSchema, approve_order
from kim_interpreting.operations.cancel_order import CancelOrderSchema, cancel_order
from kim_interpreting.operations.check_order import CheckOrderSchema, check_order
from kim_interpreting.operations.enter_order import EnterOrder, EnterOrderSchema, enter_order
from kim_interpreting.operations.mark_unfilled import MarkUnfilledSchema, mark_unfilled
from kim_interpreting.operations.perform_order import PerformOrderSchema, perform_order
from kim_interpreting.operations.redo_first_step import EnterAnewSchema, redo_first_step
from kim_interpreting.operations.refuse_order import RefuseOrderSchema, refuse_order
from kim_interpreting.operations.schedule_order import ScheduleOrderSchema, schedule_order
from kim_interpreting.operations.wait_for_money import WaitForMoneySchema, wait_for_money
from kim_interpreting.rules.pot_rules import suggestion

api = JsonDoor("orders", __name__, description="Orders for interpreting and translation.")


@api.route("/")
class Orders(MethodView):
    @api.guard("orders.see")
    @api.arguments(OrderQuery, location="query")
    @api.response(200, OrderListSchema)
    def get(self, query: dict[str, Any]) -> dict[str, Any]:
        """Orders by their number, of one state if named."""
        with see() as (session, _act):
            items, following = orders_after(session, state=query.get("state"), after=query.get("cursor"), limit=query["limit"])
            session.expunge_all()
            return {"items": items, "next": following}

    @api.guard("order.enter")
    @api.arguments(EnterOrderSchema)
    @api.response(201, OrderSchema)
    @api.alt_response(409, response="CONFLICT")
    def post(self, command: EnterOrder) -> Any:
        """Enter an order for who has no software; the same id a second time answers the first."""
        with act_on() as (session, act):
            entered = enter_order(session, act, command)
        return entered, 201, {"Location": url_for("api_orders.One", id=entered.id)}


@api.route("/<id>")
class One(MethodView):
    @api.guard("orders.see")
    @api.response(200, OrderSchema)
    @api.alt_response(404, response="NOT_FOUND")
    def get(self, id: str) -> Order:
        """One order."""
        with see() as (session, _act):
            found = order(session, id)
            session.expunge(found)
            return found


@api.route("/<id>/check")
class Check(MethodView):
    @api.guard("orders.see")
    @api.response(200, CheckSchema)
    @api.alt_response(404, response="NOT_FOUND")
    def get(self, id: str) -> dict[str, Any]:
        """What every pot says to the order now, and which fits."""
        with see() as (session, act):
            lines = pot_lines(session, order(session, id), act.organisation)
            fitting = suggestion(lines)
            return {"items": lines, "fitting": fitting.pot if fitting else None}


_act = partial(api.acts, answer=OrderSchema)  # its command names the order
Anew = _act("/anew", "order.enter", EnterAnewSchema, redo_first_step)
Checks = _act("/checks", "order.work", CheckOrderSchema, check_order)
Approvals = _act("/approvals", "order.approve", ApproveOrderSchema, approve_order)
Refusals = _act("/refusals", "order.work", RefuseOrderSchema, refuse_order)
Waits = _act("/waits", "order.work", WaitForMoneySchema, wait_for_money)
Assignments = _act("/assignments", "order.work", ScheduleOrderSchema, schedule_order)
Performances = _act("/performances", "order.work", PerformOrderSchema, perform_order)
Cancellations = _act("/cancellations", "order.work", CancelOrderSchema, cancel_order)
Unfilled = _act("/unfilled", "order.work", MarkUnfilledSchema, mark_unfilled)
