"""Betrieb: messages that wait for somebody to look, and what was done to them. Ids and types alone: never what a message says."""

from __future__ import annotations

from datetime import date

from flask import request
from kim_bus import parked
from kim_bus.parked import Cause, Waiting
from kim_bus.post import Post
from kim_bus.standing import standing
from kim_events.envelope import EVERYBODY
from kim_runtime.clock import SystemClock
from kim_runtime.refusal import NotFound
from kim_web.language import _, mark, plural
from kim_web.page import Form, Pages, act_on, blank, redirect_to, render, see, submitted
from werkzeug.wrappers import Response

from kim_service.interventions import DiscardMessageSchema, RetryAll, RetryAllSchema, discard_message, retry_all, retry_message
from kim_service.pages import courier_words
from kim_service.place import after, as_cursor
from kim_service.reasons import reason_of

AT_ONCE = 50
LAST_INTERVENTIONS = 20
ACTIONS = {"retry": mark("erneut versucht"), "discard": mark("verworfen"), "replay": mark("erneut gesendet")}

pages = Pages("operator", __name__, url_prefix="/betrieb")


@pages.get("/")
@pages.guard("parked.see")
def show() -> str:
    with see() as (session, act):
        now = SystemClock().now()
        found = standing(session, act.mailbox, now)
        messages = parked.waiting(session, AT_ONCE + 1, after(request.args.get("nach", "")))
        return render(
            "operator/show.html",
            count=found.parked + found.stuck,
            verdict=courier_words.verdict(found, now),
            courier=courier_words.lines(found, now),
            messages=messages[:AT_ONCE],
            causes=[cause for cause in parked.causes(session) if cause.count > 1],
            following=as_cursor(messages[AT_ONCE - 1]) if len(messages) > AT_ONCE else "",
            interventions=parked.made(session, LAST_INTERVENTIONS),
            names=Names(session.info["post"], act.today),
            why=why,
            actions=ACTIONS,
        )


@pages.post("/erneut")
@pages.guard("parked.settle")
def retry_together() -> Response:
    form = submitted(RetryAllSchema)
    try:
        with act_on() as (session, act):
            count = retry_all(session, act, form.command or RetryAll(""))
    except NotFound:  # a second click, or a colleague was faster
        return redirect_to("operator.show", said=_("Aus diesem Grund wartet keine Nachricht mehr."), tone="info")
    said = plural("{n} Nachricht wird jetzt erneut versucht.", "{n} Nachrichten werden jetzt erneut versucht.", count).format(n=count)
    return redirect_to("operator.show", said=f"{said} {_('Misslingt es wieder, stehen sie später wieder hier.')}")


@pages.get("/<path:event_id>")
@pages.guard("parked.see")
def message(event_id: str) -> str:
    return _message(event_id, blank(DiscardMessageSchema))


@pages.post("/<path:event_id>/erneut")
@pages.guard("parked.settle")
def retry(event_id: str) -> Response:
    try:
        with act_on() as (session, act):
            retry_message(session, act, event_id)
    except NotFound:  # a second click, or a colleague was faster
        return redirect_to("operator.show", said=_("Diese Nachricht wartet nicht mehr."), tone="info")
    return redirect_to(
        "operator.show", said=_("Die Nachricht wird jetzt erneut versucht. Misslingt es wieder, steht sie später wieder hier.")
    )


@pages.post("/<path:event_id>/verwerfen")
@pages.guard("parked.settle")
def discard(event_id: str) -> Response | tuple[str, int]:
    form = submitted(DiscardMessageSchema)
    if form.command:
        with form.attempt(), act_on() as (session, act):
            discard_message(session, act, event_id, form.command)
        if form.ok:
            return redirect_to("operator.show", said=_("Die Nachricht ist verworfen; Grund und Kennung bleiben gespeichert."))
    return _message(event_id, form), 422


def _message(event_id: str, form: Form) -> str:
    with see() as (session, act):
        found, before = parked.show(session, event_id)
        names = Names(session.info["post"], act.today)
        return render(
            "operator/message.html",
            message=found,
            why=why(found),
            hint=_(reason_of(found).hint).format(service=act.service),
            before=before,
            names=names,
            form=form,
            actions=ACTIONS,
        )


def why(waiting: Waiting | Cause) -> str:
    """The reason as one sentence, in the language of the request."""
    reason = reason_of(waiting)
    return _(reason.words).format(detail=reason.detail)


class Names:
    """Mailboxes and organisations as people of this house call them on that day."""

    def __init__(self, post: Post, day: date) -> None:
        self._post = post
        self._day = day

    def __call__(self, address: str) -> str:
        """`caritas-eifel.casework` -> Caritasverband für die Region Eifel, casework; an organisation nobody lists keeps its id."""
        if address == EVERYBODY:
            return _("alle, die das vereinbart haben")
        organisation, _dot, service = address.partition(".")
        return f"{self._organisation(organisation)}, {service}" if service else self._organisation(organisation)

    def _organisation(self, organisation: str) -> str:
        if organisation == self._post.organisation:
            return _("eigenes Haus")
        directory = self._post.directory
        return directory.organisation(organisation).name_on(self._day) if directory.knows(organisation) else organisation
