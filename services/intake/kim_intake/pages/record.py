"""Beratung erfassen: one page, by keyboard alone, while the family talks (A2)."""

from __future__ import annotations

from datetime import timedelta

from flask import request
from kim_protection.colleagues import colleagues, require_known
from kim_protection.doors import note_protected
from kim_protection.wording import PROTECTION_REASONS
from kim_runtime.act import Act
from kim_web.language import _
from kim_web.page import Form, Pages, act_on, blank, found, may, redirect_to, render, see, submitted
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from kim_intake.model.client import Client, client
from kim_intake.model.consultation import Consultation, last_at_desk
from kim_intake.model.hand_over import HandOver, no_such_hand_over
from kim_intake.model.sight import is_closed
from kim_intake.model.site import Site, site
from kim_intake.operations.hand_over import may_be_handed_over_to
from kim_intake.operations.record_consultation import record_consultation
from kim_intake.pages import place, words
from kim_intake.pages.desk_form import USUAL_SINCE_DAYS, RecordForm, begun_with, offers
from kim_intake.rules.codes import CHANNELS, INTERPRETERS, KINDS
from kim_intake.rules.plausibility import is_unusual_number, may_be_same_family

pages = Pages("record", __name__)


@pages.get("/beratungen/neu")
@pages.guard("consultation.record")
def begin() -> str | Response:
    """An empty form; after `?von=` a taken hand-over with what is known, after `?person=` for somebody who came back."""
    with see() as (session, act):
        here = place.my_place(session, act)
        if here is None:
            return redirect_to("today.choose")
        known = begun_with(_taken(session, request.args["von"])) if "von" in request.args else {}
        form = blank(
            RecordForm,
            site=here.site.id,
            service=here.service,
            desk=here.desk,
            interpreter="none",
            channel="in_person",
            client_code=_code_of(session, request.args.get("person", "")),
            **known,
        )
        return _page(session, act, form, here.site)


def _code_of(session: Session, client_id: str) -> str:
    """A family's return code stands in no address: it is looked up for who may record with the person."""
    person = session.get(Client, client_id) if client_id else None
    return person.code if person is not None and may("consultation.record", person) else ""


@pages.post("/beratungen")
@pages.guard("consultation.record")
def save() -> Response | tuple[str, int]:
    form = submitted(RecordForm)
    said, tone, seen = "", "success", True
    if form.command:
        with form.attempt(), act_on() as (session, act):
            require_known(session, form.command.protect_subject, "protect_subject")
            before = last_at_desk(session, act, form.command.site, form.command.service, form.command.desk, act.today)
            saved = record_consultation(session, act, form.command)
            said, tone = _said(saved, before, is_last_look=bool(request.form.get("next")))
            if form.command.protect_reason and saved.client_id and is_closed(session, saved):
                note_protected(session, "client.protect", f"clients:{saved.client_id}")
                seen = may("consultation.see", saved)
                said = f"{said} {words.protected(client(session, saved.client_id) if seen else None)}"
        if form.ok:
            if request.form.get("next") or not seen:
                return redirect_to("record.begin", said=said, tone=tone)
            return redirect_to("consultation.show", id=form.command.id, said=said, tone=tone)
    with see() as (session, act):
        return _page(session, act, form, site(session, str(form.values.get("site", "")))), 422


def _taken(session: Session, hand_over_id: str) -> HandOver:
    return found("hand_over.take", session.get(HandOver, hand_over_id), no_such_hand_over)


def _page(session: Session, act: Act, form: Form, at: Site) -> str:
    chosen = str(form.values.get("service", ""))
    bodies = [
        (body.code, words.body(at, body.code))
        for body in at.bodies
        if body.code != chosen and may_be_handed_over_to(session, act.organisation, body)
    ]
    return render(
        "intake/record.html",
        form=form,
        location=at,
        service=words.service(chosen),
        bodies=bodies,
        offers=offers(session, act, at.id, act.today - timedelta(days=USUAL_SINCE_DAYS)),
        topics=words.topic_choices(),
        kinds=words.choices(KINDS),
        channels=words.choices(CHANNELS),
        interpreters=words.choices(INTERPRETERS),
        protection_reasons=words.choices(PROTECTION_REASONS),
        colleagues=colleagues(session),
    )


def _said(saved: Consultation, before: Consultation | None, *, is_last_look: bool) -> tuple[str, str]:
    """What is said after saving, and its tone: a hint where something looks unusual. Nothing is held up by it.

    The consultation's own page asks about an unusual number by itself; `is_last_look` when it is not shown next.
    """
    said = _("Gespeichert: {kind}, {persons}.").format(kind=_(KINDS[saved.kind]), persons=words.persons(saved.persons_present))
    if is_last_look and is_unusual_number(saved.persons_present):
        unusual = _("Ungewöhnlich: {n} Personen?").format(n=saved.persons_present)
        return f"{said} {unusual} {_('Heute lässt es sich ohne Grund ändern.')}", "warning"
    if before and before.id != saved.id and may_be_same_family(before.recorded_at, before.origin, saved.recorded_at, saved.origin):
        return f"{said} {_('Eben wurde hier eine Beratung mit derselben Herkunft erfasst: ist es dieselbe Familie?')}", "warning"
    return said, "success"
