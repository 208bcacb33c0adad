"""Consents: recorded at the desk, looked at, revoked in two clicks."""

from __future__ import annotations

from typing import Any

from flask import request
from kim_web.form import typed
from kim_web.language import _, ask_again
from kim_web.page import Form, Pages, blank, carried_out, redirect_to, render, see, submitted

from kim_referral.model.consent import Consent
from kim_referral.model.referral import referrals_under
from kim_referral.model.seen import recently_declared
from kim_referral.operations.receivers import name_of
from kim_referral.operations.record_consent import RecordConsentSchema, record_consent
from kim_referral.operations.revoke_consent import RevokeConsentSchema, revoke_consent
from kim_referral.pages import choices, declaration, standing
from kim_referral.pages.begun import known_from_referral, rests_on
from kim_referral.relation import once_checked, once_told, seen, told
from kim_referral.rules.capacity import GUARDIANS, asks_both

pages = Pages("consents", __name__, url_prefix="/einwilligungen")


@pages.get("/")
@pages.guard("consent.see")
def index() -> str:
    with see() as (session, act):
        return render(
            "referral/consents.html",
            consents=recently_declared(session, seen(), Consent),
            name_of=lambda one: name_of(session, one, act.today),
            today=act.today,
        )


@pages.get("/neu")
@pages.guard("consent.record")
def new() -> str:
    return _form(blank(RecordConsentSchema, **{**_first(), **known_from_referral()}))


@pages.post("/neu")
@pages.guard("consent.record")
def start() -> str:
    """The empty form with what the calling page knows already; sent by POST, since a name never stands in an address."""
    known = typed(RecordConsentSchema(), request.form)
    known.pop("id", None)
    ask_again()
    return _form(blank(RecordConsentSchema, **{**_first(), **known}))


@pages.post("/")
@pages.guard("consent.record")
def record() -> Any:
    form = submitted(RecordConsentSchema)
    if consent := carried_out(form, once_checked(record_consent)):
        rests_on(consent.id)
        return redirect_to("consents.show", id=consent.id, said=_("Einwilligung festgehalten."))
    return _form(form), 422


@pages.get("/<id>")
@pages.guard("consent.see")
def show(id: str) -> str:
    return _detail(id, blank(RevokeConsentSchema, how="in_person", by="self"))


@pages.post("/<id>/widerruf")
@pages.guard("consent.revoke")
def revoke(id: str) -> Any:
    form = submitted(RevokeConsentSchema, extra={"consent_id": id})
    if carried_out(form, once_told("consent.revoke", Consent, "consent_id", revoke_consent)):
        return redirect_to("consents.show", id=id, said=_("Widerrufen. Nichts geht mehr hinaus; die Empfänger werden benachrichtigt."))
    return _detail(id, form), 422


def _first() -> dict[str, Any]:
    return {**declaration.FIRST, "language": "deu", "interpreting": "none"}


def _form(form: Form) -> str:
    with see() as (session, act):
        return render(
            "referral/consent_form.html",
            **declaration.offered(session, act, form),
            interpreting=choices.of(choices.INTERPRETING),
            languages=choices.languages(act.today),
        )


def _detail(consent_id: str, form: Form) -> str:
    with see() as (session, act):
        consent = told(session, "consent.see", Consent, consent_id)
        under_it = referrals_under(session, consent.id)
        return render(
            "referral/consent.html",
            **declaration.shown(session, act, consent, form),
            ask_guardian=consent.given_by == "self" and asks_both(consent.age, consent.given_on),
            hear_person=consent.given_by in GUARDIANS and asks_both(consent.age, consent.given_on),
            told=[(referral, standing.of_sent(referral, act.today)) for referral in under_it],
            told_of=lambda referral: ", ".join(label for _code, label in choices.categories(referral.categories)),
            language=dict(choices.languages(act.today)).get(consent.language, consent.language),
            interpreting=_(choices.INTERPRETING[consent.interpreting]),
            categories=[label for _code, label in choices.categories(consent.categories)],
        )
