"""Weitergaben: who waits here, and what became of those sent on."""

from __future__ import annotations

from datetime import timedelta

from flask import request
from kim_referral.pages.standing import of_sent
from kim_web.language import _
from kim_web.page import Pages, carried_out, pressed, redirect_to, render, see, submitted
from werkzeug.wrappers import Response

from kim_intake.model.hand_over import letters_of, sent_from, waiting_for
from kim_intake.operations.note_feedback import NoteFeedbackSchema, note_feedback
from kim_intake.operations.take_hand_over import TakeHandOver, take_hand_over
from kim_intake.operations.withdraw_hand_over import WithdrawHandOver, withdraw_hand_over
from kim_intake.pages import place, words
from kim_intake.rules.codes import FEEDBACK, HAND_OVER_STATES

pages = Pages("hand_overs", __name__)
SHOWN_DAYS = 14


@pages.get("/weitergaben")
@pages.guard("hand_over.see")
def listed() -> str | Response:
    with see() as (session, act):
        here = place.my_place(session, act)
        if here is None:
            return redirect_to("today.choose")
        sent = sent_from(session, act, here.site.id, here.service, act.today - timedelta(days=SHOWN_DAYS))
        return render(
            "intake/hand_overs.html",
            here=here,
            location=here.site,
            waiting=waiting_for(session, act, here.site.id, here.service),
            sent=sent,
            letters=letters_of(session, sent),
            hand_over_states=HAND_OVER_STATES,
            feedback=words.choices(FEEDBACK),
            days=SHOWN_DAYS,
            standing=lambda letter: of_sent(letter, act.today),
            words=words,
        )


@pages.post("/weitergaben/<id>/annehmen")
@pages.guard("hand_over.take")
def take(id: str) -> Response:
    """Take the family, and go on with a form that knows what was told."""
    if against := pressed(take_hand_over, TakeHandOver(id)):
        return redirect_to("today.show", said=against, tone="warning")
    return redirect_to("record.begin", von=id)


@pages.post("/weitergaben/<id>/zuruecknehmen")
@pages.guard("hand_over.make")
def withdraw(id: str) -> Response:
    if against := pressed(withdraw_hand_over, WithdrawHandOver(id)):
        return _back(against, "warning")
    return _back(_("Weitergabe zurückgenommen."))


@pages.post("/weitergaben/<id>/rueckmeldung")
@pages.guard("hand_over.make")
def feedback(id: str) -> Response:
    form = submitted(NoteFeedbackSchema, extra={"hand_over_id": id})
    if carried_out(form, note_feedback):
        return _back(_("Rückmeldung notiert: {state}.").format(state=_(HAND_OVER_STATES[form.command.feedback])))
    return _back(" ".join(message for found in form.errors.values() for message in found), "warning")


def _back(said: str, tone: str = "success") -> Response:
    """To the list the button stood on."""
    return redirect_to("today.show" if request.form.get("back") == "today" else "hand_overs.listed", said=said, tone=tone)
