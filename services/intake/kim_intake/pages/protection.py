"""Geschützte Akten: close a person's record to the desk, or make one for a visitor that is closed from the start, and lift that."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kim_protection.colleagues import colleagues, require_known
from kim_protection.doors import note_protected
from kim_protection.pages import Said, choice_of_reasons, closing_pages
from kim_protection.wording import PROTECTION_REASONS
from kim_referral.model.consent import Consent
from kim_referral.relation import told
from kim_runtime.act import Act
from kim_web.language import _
from kim_web.page import Form, Pages, act_on, blank, found, may, redirect_to, render, see, submitted
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from kim_intake.model.client import Client
from kim_intake.model.consultation import Consultation, no_such_consultation
from kim_intake.model.sight import emergencies_to_know, protected_clients
from kim_intake.operations.protect_client import CLOSING
from kim_intake.operations.protect_visitor import (
    ProtectDeclared,
    ProtectDeclaredSchema,
    ProtectVisitorSchema,
    protect_declared,
    protect_visitor,
)
from kim_intake.pages import place, words

pages = Pages("protection", __name__)
closing_pages(
    pages,
    "/personen/<id>/schutz",
    CLOSING,
    Said(
        protected=lambda _person: _("Die Akte ist geschützt."),
        lifted=lambda _person: _("Die Akte ist nicht mehr geschützt."),
        not_protected=lambda _person: _("Die Akte ist nicht geschützt."),
    ),
    templates=("intake/protect.html", "intake/lift_protection.html"),
    shown="clients.show",
    left="clients.search",
    lifted="protection.listed",
    words=words,
)


@pages.get("/geschuetzt")
@pages.guard("client.unprotect")
def listed() -> str:
    """For who may read protected records: which there are, and who opened one in an emergency."""
    with see() as (session, act):
        return render(
            "intake/protected.html",
            rows=protected_clients(session, act),
            emergencies=emergencies_to_know(session, act),
            names=dict(colleagues(session)),
            reasons=PROTECTION_REASONS,
            words=words,
        )


@pages.get("/beratungen/<id>/schutz")
@pages.guard("visitor.protect")
def show_visitor(id: str) -> str | Response:
    with see() as (session, _act):
        talk = _visited(session, id)
        if talk.client_id:
            return redirect_to("protection.show", id=talk.client_id)
        return _render_visitor(session, id, blank(ProtectVisitorSchema))


@pages.post("/beratungen/<id>/schutz")
@pages.guard("visitor.protect")
def protect_a_visitor(id: str) -> Response | tuple[str, int]:
    form = submitted(ProtectVisitorSchema, extra={"consultation_id": id})
    taken_up = _take_up(form, protect_visitor)
    if taken_up:
        return taken_up
    with see() as (session, _act):
        return _render_visitor(session, id, form), 422


@pages.get("/einwilligungen/<id>/schutz")
@pages.guard("visitor.protect")
def show_declared(id: str) -> str | Response:
    with see() as (session, act):
        here = place.my_place(session, act)
        if here is None:
            return redirect_to("today.choose")
        return _render_declared(session, id, blank(ProtectDeclaredSchema, site=here.site.id))


@pages.post("/einwilligungen/<id>/schutz")
@pages.guard("visitor.protect")
def protect_who_declared(id: str) -> Response | tuple[str, int]:
    form = submitted(ProtectDeclaredSchema, extra={"consent_id": id})

    def protect_who_consented(session: Session, act: Act, command: ProtectDeclared) -> Client:
        return protect_declared(session, act, command, told(session, "consent.revoke", Consent, id))

    taken_up = _take_up(form, protect_who_consented)
    if taken_up:
        return taken_up
    with see() as (session, _act):
        return _render_declared(session, id, form), 422


def _take_up(form: Form, operation: Callable[[Session, Act, Any], Client]) -> Response | None:
    """Carry out what gives a visitor a record that is closed. None: the form comes back."""
    if form.command:
        with form.attempt(), act_on() as (session, act):
            require_known(session, form.command.subject)
            person = operation(session, act, form.command)
            note_protected(session, "client.protect", f"clients:{person.id}")
            seen = may("client.see", person)
        if form.ok and seen:
            return redirect_to("clients.show", id=person.id, said=words.protected(person))
        if form.ok:
            return redirect_to("today.show", said=words.protected(None))
    return None


def _visited(session: Session, talk_id: str) -> Consultation:
    return found("visitor.protect", session.get(Consultation, talk_id), no_such_consultation)


def _render_visitor(session: Session, talk_id: str, form: Form) -> str:
    of = {"thing": _visited(session, talk_id), "shown": "consultation.show", "submitted_to": "protection.protect_a_visitor", "words": words}
    return render("intake/protect_visitor.html", form=form, **of, **choice_of_reasons(session))


def _render_declared(session: Session, consent_id: str, form: Form) -> str:
    consent = told(session, "consent.revoke", Consent, consent_id)
    of = {"thing": consent, "shown": "consents.show", "submitted_to": "protection.protect_who_declared"}
    return render("intake/protect_declared.html", form=form, **of, **choice_of_reasons(session))
