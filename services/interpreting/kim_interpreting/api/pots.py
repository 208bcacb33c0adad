"""Pots, their movements, and the decisions about their money."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask.views import MethodView
from kim_web.json_door import JsonDoor
from kim_web.page import act_on, see

from kim_interpreting.api.schemas import MovementListSchema, PotListSchema, PotSchema, ReassignmentSchema
from kim_interpreting.model.movement import movements_of
from kim_interpreting.model.pot import Pot, all_pots, pot
from kim_interpreting.model.reassignment import Reassignment
from kim_interpreting.operations.confirm_reassignment import ConfirmReassignment, ConfirmReassignmentSchema, confirm_reassignment
from kim_interpreting.operations.grant_pot import GrantPot, GrantPotSchema, grant_pot
from kim_interpreting.operations.propose_reassignment import ProposeReassignment, ProposeReassignmentSchema, propose_reassignment
from kim_interpreting.operations.redo_first_step import ProposeAnewSchema, redo_first_step
from kim_interpreting.operations.withdraw_reassignment import WithdrawReassignmentSchema, withdraw_reassignment

api = JsonDoor("pots", __name__, description="Pots of money for interpreting and translation.")


@api.route("/")
class Pots(MethodView):
    @api.guard("pot.see")
    @api.response(200, PotListSchema)
    def get(self) -> dict[str, Any]:
        """All pots, with what is free in each."""
        with see() as (session, _act):
            items = all_pots(session)
            session.expunge_all()
            return {"items": items, "next": None}

    @api.guard("pot.keep")
    @api.arguments(GrantPotSchema)
    @api.response(201, PotSchema)
    @api.alt_response(409, response="CONFLICT")
    def post(self, command: GrantPot) -> Any:
        """Enter a pot as its notice grants it; the same id a second time answers the first."""
        with act_on() as (session, act):
            granted = grant_pot(session, act, command)
        return granted, 201, {"Location": url_for("api_pots.One", id=granted.id)}


@api.route("/<id>")
class One(MethodView):
    @api.guard("pot.see")
    @api.response(200, PotSchema)
    @api.alt_response(404, response="NOT_FOUND")
    def get(self, id: str) -> Pot:
        """One pot."""
        with see() as (session, _act):
            found = pot(session, id)
            session.expunge_all()
            return found


@api.route("/<id>/movements")
class Movements(MethodView):
    @api.guard("pot.see")
    @api.response(200, MovementListSchema)
    @api.alt_response(404, response="NOT_FOUND")
    def get(self, id: str) -> dict[str, Any]:
        """The pot's ledger, oldest first."""
        with see() as (session, _act):
            items = movements_of(session, pot(session, id).id)
            session.expunge_all()
            return {"items": items, "next": None}


@api.route("/reassignments")
class Reassignments(MethodView):
    @api.guard("pot.reassign")
    @api.arguments(ProposeReassignmentSchema)
    @api.response(201, ReassignmentSchema)
    @api.alt_response(404, response="NOT_FOUND")
    @api.alt_response(409, response="CONFLICT")
    def post(self, command: ProposeReassignment) -> Any:
        """Propose to move money between pots; nothing moves until a second person confirms it."""
        with act_on() as (session, act):
            proposed = propose_reassignment(session, act, command)
        return proposed, 201, {"Location": url_for("api_pots.One", id=proposed.to_pot_id)}


@api.route("/reassignments/confirmations")
class Confirmations(MethodView):
    @api.guard("pot.confirm")
    @api.arguments(ConfirmReassignmentSchema)
    @api.response(200, ReassignmentSchema)
    @api.alt_response(404, response="NOT_FOUND")
    @api.alt_response(409, response="CONFLICT")
    def post(self, command: ConfirmReassignment) -> Reassignment:
        """Confirm a proposed re-assignment, as another person than who proposed it."""
        with act_on() as (session, act):
            return confirm_reassignment(session, act, command)


ProposedAnew = api.acts("/reassignments/anew", "pot.reassign", ProposeAnewSchema, redo_first_step, ReassignmentSchema)
Withdrawals = api.acts("/reassignments/withdrawals", "pot.reassign", WithdrawReassignmentSchema, withdraw_reassignment, ReassignmentSchema)
