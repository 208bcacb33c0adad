"""Töpfe: each pot with its rules, movements, warnings and forecast; and the re-assignments between them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kim_runtime.act import Act
from kim_runtime.ids import new_id
from kim_web.formats import plain
from kim_web.language import _
from kim_web.page import Form, Pages, act_on, blank, carried_out, pressed, redirect_to, render, see, submitted
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from kim_interpreting.model.entered import REASSIGNMENT, names_of
from kim_interpreting.model.figures import all_pot_figures, pot_figures
from kim_interpreting.model.movement import movements_of
from kim_interpreting.model.order import orders_by_id
from kim_interpreting.model.pot import all_pots
from kim_interpreting.model.pot import pot as pot_by_id
from kim_interpreting.model.reassignment import Reassignment, no_reassignment, reassignments_of
from kim_interpreting.operations.confirm_reassignment import ConfirmReassignment, confirm_reassignment
from kim_interpreting.operations.grant_pot import GrantPotSchema, grant_pot
from kim_interpreting.operations.propose_reassignment import ProposeReassignmentSchema, propose_reassignment
from kim_interpreting.operations.redo_first_step import RedoFirstStep, redo_first_step
from kim_interpreting.operations.withdraw_reassignment import WithdrawReassignment, withdraw_reassignment
from kim_interpreting.pages import words
from kim_interpreting.rules.pot_rules import PAYABLE

pages = Pages("pots", __name__, url_prefix="/toepfe")


@pages.get("/")
@pages.guard("pot.see")
def listed() -> str:
    with see() as (session, act):
        return render("interpreting/pots.html", pots=all_pot_figures(session, act.today), words=words)


@pages.get("/neu/eintragen")  # a pot may be called "neu": programs choose the ids
@pages.guard("pot.keep")
def new() -> str:
    return _new_page(blank(GrantPotSchema, id=new_id()))


@pages.post("/")
@pages.guard("pot.keep")
def enter() -> Response | tuple[str, int]:
    form = submitted(GrantPotSchema)
    if granted := carried_out(form, grant_pot):
        return redirect_to("pots.show", id=granted.id, said=_("{name} ist eingetragen.").format(name=granted.name))
    return _new_page(form), 422


@pages.get("/<id>")
@pages.guard("pot.see")
def show(id: str) -> str:
    with see() as (session, act):
        return _page(session, act, id, blank(ProposeReassignmentSchema, to_pot_id=id))


@pages.post("/<id>/umbuchen")
@pages.guard("pot.reassign")
def propose(id: str) -> Response | tuple[str, int]:
    form = submitted(ProposeReassignmentSchema, extra={"to_pot_id": id})
    if form.command:
        with form.attempt(), act_on() as (session, act):
            propose_reassignment(session, act, form.command)
            giving = pot_by_id(session, form.command.from_pot_id)
            name, free = giving.name, giving.free
        if form.ok and free < form.command.amount:
            said = _("Umbuchung vorgeschlagen. In „{pot}“ sind aber nur {free} € frei: bestätigen lässt sie sich erst, wenn mehr frei ist.")
            return redirect_to("pots.show", id=id, said=said.format(pot=name, free=plain(free)), tone="warning")
        if form.ok:
            return redirect_to("pots.show", id=id, said=_("Umbuchung vorgeschlagen. Gebucht wird, wenn eine zweite Person bestätigt."))
    with see() as (session, act):
        return _page(session, act, id, form), 422


@pages.post("/<id>/umbuchungen/<reassignment>/bestaetigen")
@pages.guard("pot.confirm")
def confirm(id: str, reassignment: str) -> Response:
    return _press(id, confirm_reassignment, ConfirmReassignment(reassignment), _("Umgebucht."))


@pages.post("/<id>/umbuchungen/<reassignment>/zurueckziehen")
@pages.guard("pot.reassign")
def withdraw(id: str, reassignment: str) -> Response:
    return _press(id, withdraw_reassignment, WithdrawReassignment(reassignment), _("Vorschlag zurückgezogen; gebucht ist nichts."))


@pages.post("/<id>/umbuchungen/<reassignment>/neu")
@pages.guard("pot.reassign")
def propose_anew(id: str, reassignment: str) -> Response:
    return _press(
        id, redo_first_step, RedoFirstStep(REASSIGNMENT, reassignment), _("Von Ihnen vorgeschlagen. Bestätigen kann jede andere Person.")
    )


def _press(pot_id: str, operation: Callable[[Session, Act, Any], Reassignment], command: Any, said: str) -> Response:
    def of_this_pot(session: Session, act: Act, command: Any) -> None:
        """Else the audit would have it of a pot that was not touched."""
        moved = operation(session, act, command)
        if pot_id not in (moved.from_pot_id, moved.to_pot_id):
            raise no_reassignment()

    against = pressed(of_this_pot, command)
    return redirect_to("pots.show", id=pot_id, said=against or said, tone="danger" if against else "success")


def _new_page(form: Form) -> str:
    return render(
        "interpreting/new_pot.html", form=form, kinds=words.choices(words.JOB_KINDS, PAYABLE), tariffs=words.choices(words.TARIFFS)
    )


def _page(session: Session, act: Act, id: str, form: Form) -> str:
    pot = pot_by_id(session, id)
    movements, reassignments = movements_of(session, id), reassignments_of(session, id)
    return render(
        "interpreting/pot.html",
        pot=pot,
        figures=pot_figures(session, pot, act.today),
        movements=list(reversed(movements)),
        orders=orders_by_id(session, {movement.order_id for movement in movements if movement.order_id}),
        reassignments=reassignments,
        first={one.id: names_of(session, REASSIGNMENT, one) for one in reassignments if one.waits},
        names={other.id: other.name for other in all_pots(session)},
        others=[(other.id, other.name) for other in all_pots(session) if other.id != id],
        form=form,
        words=words,
    )
