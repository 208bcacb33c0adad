"""Geschützte Akten: close a person's record to the desk, or make one for a visitor that is closed from the start, and lift that."""

from __future__ import annotations

from kim_protection.colleagues import colleagues, require_known
from kim_protection.doors import note_protected
from kim_protection.wording import PROTECTION_REASONS
from kim_referral.model.consent import Consent
from kim_referral.relation import told
from kim_web.language import _
from kim_web.page import Form, Pages, act_on, blank, found, may, redirect_to, render, see, submitted
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from kim_intake.model.client import Client, no_such_client
from kim_intake.model.consultation import Consultation, no_such_consultation
from kim_intake.model.protection import LOCKS
from kim_intake.model.sight import emergencies_to_know, protected_clients
from kim_intake.operations.protect_client import (
    LiftClientProtectionSchema,
    ProtectClientSchema,
    lift_client_protection,
    protect_client,
)
from kim_intake.operations.protect_visitor import ProtectDeclaredSchema, ProtectVisitorSchema, protect_declared, protect_visitor
from kim_intake.pages import place, words

pages = Pages("protection", __name__)


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


@pages.get("/personen/<id>/schutz")
@pages.guard("client.protect")
def show(id: str) -> str:
    with see() as (session, _act):
        return _render(session, id, blank(ProtectClientSchema))


@pages.post("/personen/<id>/schutz")
@pages.guard("client.protect")
def protect(id: str) -> Response | tuple[str, int]:
    form = submitted(ProtectClientSchema, extra={"client_id": id})
    if form.command:
        with form.attempt(), act_on() as (session, act):
            require_known(session, form.command.subject)
            seen = may("client.see", protect_client(session, act, form.command))
        if form.ok:
            said = _("Die Akte ist geschützt.")
            return redirect_to("clients.show", id=id, said=said) if seen else redirect_to("clients.search", said=said)
    with see() as (session, _act):
        return _render(session, id, form), 422


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
    if form.command:
        with form.attempt(), act_on() as (session, act):
            require_known(session, form.command.subject)
            person = protect_visitor(session, act, form.command)
            note_protected(session, "client.protect", f"clients:{person.id}")
            seen = may("client.see", person)
        if form.ok and seen:
            return redirect_to("clients.show", id=person.id, said=words.protected(person))
        if form.ok:
            return redirect_to("today.show", said=words.protected(None))
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
    if form.command:
        with form.attempt(), act_on() as (session, act):
            consent = told(session, "consent.revoke", Consent, id)
            require_known(session, form.command.subject)
            person = protect_declared(session, act, form.command, consent)
            note_protected(session, "client.protect", f"clients:{person.id}")
            seen = may("client.see", person)
        if form.ok and seen:
            return redirect_to("clients.show", id=person.id, said=words.protected(person))
        if form.ok:
            return redirect_to("today.show", said=words.protected(None))
    with see() as (session, _act):
        return _render_declared(session, id, form), 422


@pages.get("/personen/<id>/schutz/ende")
@pages.guard("client.unprotect")
def show_lifting(id: str) -> str:
    with see() as (session, _act):
        return _render_lifting(session, id, blank(LiftClientProtectionSchema))


@pages.post("/personen/<id>/schutz/ende")
@pages.guard("client.unprotect")
def lift(id: str) -> Response | tuple[str, int]:
    form = submitted(LiftClientProtectionSchema, extra={"client_id": id})
    if form.command:
        with form.attempt(), act_on() as (session, act):
            lift_client_protection(session, act, form.command)
        if form.ok:
            return redirect_to("protection.listed", said=_("Die Akte ist nicht mehr geschützt."))
    with see() as (session, _act):
        return _render_lifting(session, id, form), 422


def _render(session: Session, client_id: str, form: Form) -> str:
    return render(
        "intake/protect.html",
        person=found("client.protect", session.get(Client, client_id), no_such_client),
        form=form,
        reasons=words.choices(PROTECTION_REASONS),
        staff=colleagues(session),
        words=words,
    )


def _render_declared(session: Session, consent_id: str, form: Form) -> str:
    return render(
        "intake/protect_declared.html",
        declared=told(session, "consent.revoke", Consent, consent_id),
        form=form,
        reasons=words.choices(PROTECTION_REASONS),
        staff=colleagues(session),
    )


def _visited(session: Session, talk_id: str) -> Consultation:
    return found("visitor.protect", session.get(Consultation, talk_id), no_such_consultation)


def _render_visitor(session: Session, talk_id: str, form: Form) -> str:
    return render(
        "intake/protect_visitor.html",
        talk=_visited(session, talk_id),
        form=form,
        reasons=words.choices(PROTECTION_REASONS),
        staff=colleagues(session),
        words=words,
    )


def _render_lifting(session: Session, client_id: str, form: Form) -> str:
    person = found("client.see", session.get(Client, client_id), no_such_client)
    return render(
        "intake/lift_protection.html",
        person=person,
        protection=LOCKS.protection_of(session, person.id),
        form=form,
        names=dict(colleagues(session)),
        reasons=PROTECTION_REASONS,
        words=words,
    )
