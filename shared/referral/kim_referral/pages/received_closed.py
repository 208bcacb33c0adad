"""Geschützte Verweise: close a received referral to the desk, lift that, and open one in an emergency."""

from __future__ import annotations

from typing import Any

from kim_protection.colleagues import colleagues, require_known
from kim_protection.doors import emergency_pages
from kim_protection.wording import PROTECTION_REASONS
from kim_web.language import _
from kim_web.page import Form, Pages, act_on, blank, may, redirect_to, render, see, submitted

from kim_referral.model.protection import LOCKS
from kim_referral.model.received_referral import ReceivedReferral
from kim_referral.operations.protect_received import (
    OPENING,
    LiftReceivedProtectionSchema,
    ProtectReceivedSchema,
    lift_received_protection,
    protect_received,
)
from kim_referral.relation import told

pages = Pages("received_closed", __name__, url_prefix="/eingang")
emergencies = emergency_pages(
    OPENING,
    "referral/emergency.html",
    shown="received_referrals.show",
    listed="received_referrals.index",
    name="received_emergencies",
    address="/eingang/notzugriff",
)


@pages.get("/<id>/schutz")
@pages.guard("received_referral.protect")
def show(id: str) -> str:
    return _protecting(id, blank(ProtectReceivedSchema))


@pages.post("/<id>/schutz")
@pages.guard("received_referral.protect")
def protect(id: str) -> Any:
    form = submitted(ProtectReceivedSchema, extra={"received_id": id})
    if form.command:
        with form.attempt(), act_on() as (session, act):
            told(session, "received_referral.protect", ReceivedReferral, id)
            require_known(session, form.command.subject)
            seen = may("received_referral.see", protect_received(session, act, form.command))
        if form.ok:
            said = _("Der Verweis ist geschützt.")
            return redirect_to("received_referrals.show", id=id, said=said) if seen else redirect_to("received_referrals.index", said=said)
    return _protecting(id, form), 422


@pages.get("/<id>/schutz/ende")
@pages.guard("received_referral.unprotect")
def show_lifting(id: str) -> Any:
    with see() as (session, _act):
        received = told(session, "received_referral.see", ReceivedReferral, id)
        if LOCKS.protection_of(session, received.id) is None:
            return redirect_to("received_referrals.show", id=id, said=_("Der Verweis ist nicht geschützt."), tone="info")
    return _lifting(id, blank(LiftReceivedProtectionSchema))


@pages.post("/<id>/schutz/ende")
@pages.guard("received_referral.unprotect")
def lift(id: str) -> Any:
    form = submitted(LiftReceivedProtectionSchema, extra={"received_id": id})
    if form.command:
        with form.attempt(), act_on() as (session, act):
            told(session, "received_referral.unprotect", ReceivedReferral, id)
            lift_received_protection(session, act, form.command)
        if form.ok:
            return redirect_to("received_referrals.index", said=_("Der Verweis ist nicht mehr geschützt."))
    return _lifting(id, form), 422


def _protecting(received_id: str, form: Form) -> str:
    with see() as (session, _act):
        return render(
            "referral/protect_received.html",
            received=told(session, "received_referral.protect", ReceivedReferral, received_id),
            form=form,
            reasons=[(code, _(text)) for code, text in PROTECTION_REASONS.items()],
            staff=colleagues(session),
        )


def _lifting(received_id: str, form: Form) -> str:
    with see() as (session, _act):
        received = told(session, "received_referral.unprotect", ReceivedReferral, received_id)
        return render(
            "referral/lift_received.html",
            received=received,
            protection=LOCKS.protection_of(session, received.id),
            form=form,
            reasons=PROTECTION_REASONS,
            names=dict(colleagues(session)),
        )
