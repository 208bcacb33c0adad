"""Aufträge: the coordinator's start page. What is free in each pot, and every open order with its next step, the urgent ones first."""

from __future__ import annotations

from flask import request
from kim_web.own_entries import given_to_me
from kim_web.page import Pages, render, see

from kim_interpreting.model.desk import desk_lines
from kim_interpreting.model.figures import all_pot_figures
from kim_interpreting.pages import words
from kim_interpreting.rules.next_steps import STEPS, WHOSE
from kim_interpreting.rules.order_states import STATE_NAMES

pages = Pages("orders", __name__)


@pages.get("/auftraege")
@pages.guard("orders.see")
def listed() -> str:
    chosen = request.args.get("schritt")
    step = chosen if chosen in STEPS else None
    with see() as (session, act):
        every = desk_lines(session, act.organisation, act.today)
        counts = {name: sum(line.step.step == name for line in every) for name in STEPS}
        return render(
            "interpreting/orders.html",
            given=given_to_me(session),
            pots=[pot for pot in all_pot_figures(session, act.today) if pot.is_at_work],
            lines=[line for line in every if step in {None, line.step.step}],
            total=len(every),
            urgent=sum(line.step.urgent for line in every),
            counts=counts,
            step=step,
            steps=STEPS,
            whose=WHOSE,
            states=STATE_NAMES,
            today=act.today,
            words=words,
        )
