"""Heute am Standort: who waits, what was heard of those sent on, the day's figures, and who else is here (A1)."""

from __future__ import annotations

from datetime import timedelta

from flask import request
from kim_referral.pages.standing import of_sent
from kim_referral.pages.withdrawn import withdrawn_and_read
from kim_runtime.clock import SystemClock
from kim_web.form import whole_number
from kim_web.language import _
from kim_web.own_entries import given_to_me
from kim_web.page import Pages, carried_out, redirect_to, render, see, submitted
from werkzeug.wrappers import Response

from kim_intake.model.consultation import consultations_of_day
from kim_intake.model.consultation_figures import own_day_figures
from kim_intake.model.hand_over import feedback_open, letters_of, sent_from, waiting_for
from kim_intake.model.mail import is_late
from kim_intake.model.sight import emergencies_to_know
from kim_intake.model.site import body_states
from kim_intake.operations.set_body_state import SetBodyStateSchema, set_body_state
from kim_intake.pages import place, words
from kim_intake.rules.codes import BODY_STATES, FEEDBACK, HAND_OVER_STATES, KINDS

pages = Pages("today", __name__)
FEEDBACK_OVERDUE = timedelta(days=7)


@pages.get("/heute")
@pages.guard("today.see")
def show() -> str:
    with see() as (session, act):
        here = place.my_place(session, act)
        if here is None:
            return render("intake/place.html", places=place.possible(session, act), words=words)
        site, service = here.site, here.service
        total, persons = own_day_figures(session, act)
        walked = feedback_open(session, act, site.id, service)
        letters = letters_of(session, walked)
        unheard = [each for each in walked if each.id not in letters or letters[each.id].waits]
        return render(
            "intake/today.html",
            here=here,
            location=site,
            day=act.today,
            waiting=waiting_for(session, act, site.id, service),
            sent=[each for each in sent_from(session, act, site.id, service, act.today) if each not in unheard],
            unheard=unheard,
            letters=letters,
            overdue=act.today - FEEDBACK_OVERDUE,
            given=given_to_me(session),
            emergencies=emergencies_to_know(session, act),
            withdrawn=withdrawn_and_read(session, act.today),
            entries=consultations_of_day(session, act, site.id, service, act.today),
            total=total,
            persons=persons,
            states=body_states(session, site.id, act.today),
            body_states=words.choices(BODY_STATES),
            hand_over_states=HAND_OVER_STATES,
            feedback=words.choices(FEEDBACK),
            kinds=KINDS,
            mail_is_late=is_late(session, SystemClock().now()),
            standing=lambda letter: of_sent(letter, act.today),
            words=words,
        )


@pages.get("/heute/platz")
@pages.guard("today.see")
def choose() -> str:
    with see() as (session, act):
        return render("intake/place.html", places=place.possible(session, act), words=words)


@pages.post("/heute/platz")
@pages.guard("today.see")
def sit_down() -> Response:
    """Choose where to sit; what cannot be chosen is not kept."""
    with see() as (session, act):
        for possible in place.possible(session, act):
            if (possible.site.id, possible.service) == (request.form.get("site"), request.form.get("service")):
                desk = whole_number(request.form.get("desk", ""), 1, possible.body.desks)
                place.sit_down(possible.site.id, possible.service, desk)
                return redirect_to("today.show")
    return redirect_to("today.choose", said=_("Bitte einen der Plätze wählen."), tone="warning")


@pages.post("/heute/stellen")
@pages.guard("today.see")
def say_state() -> Response:
    form = submitted(SetBodyStateSchema)
    carried_out(form, set_body_state)
    return redirect_to("today.show")
