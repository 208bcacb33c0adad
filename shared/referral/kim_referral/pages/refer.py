"""Refer somebody: the form, the word-for-word preview, and sending. A slip without a name stands beside it."""

from __future__ import annotations

from typing import Any

from flask import request
from kim_runtime.act import Act
from kim_runtime.refusal import Refused
from kim_web.form import typed
from kim_web.formats import day as written_day
from kim_web.language import _, ask_again
from kim_web.page import Form, Pages, act_on, blank, redirect_to, render, see, submitted
from sqlalchemy.orm import Session

from kim_referral.model.consent import Consent
from kim_referral.model.seen import consents_seen_about, recently_declared
from kim_referral.operations.give_slip import GiveSlipSchema, give_slip
from kim_referral.operations.preview_referral import Preview, ReferPerson, ReferPersonSchema, preview_referral
from kim_referral.operations.receivers import name_of, quick_receivers, receivers
from kim_referral.operations.refer_by_letter import refer_by_letter
from kim_referral.operations.refer_person import refer_person
from kim_referral.pages import choices
from kim_referral.previewed import check_previewed, mark_of
from kim_referral.relation import check_about, check_giver, seen, told
from kim_referral.rules.consent_rules import stands
from kim_referral.rules.referral_rules import confirmation_word
from kim_referral.wording import lines

pages = Pages("refer", __name__, url_prefix="/verweisen")


@pages.get("/")
@pages.guard("referral.send")
def new() -> str:
    return _form(blank(ReferPersonSchema))


@pages.post("/")
@pages.guard("referral.send")
def start() -> str:
    """The form with what the calling page knows already, or with what was typed before the preview."""
    ask_again()
    form = blank(ReferPersonSchema, **typed(ReferPersonSchema(), request.form))
    form.sent = True  # what was typed before the preview is nowhere else
    return _form(form)


@pages.get("/auslaenderbehoerde")
@pages.guard("referral.send")
def guarded() -> str:
    """Its own page, so that nothing goes to an immigration office by choosing the wrong line of a list (§ 87(2) AufenthG)."""
    return _form(blank(ReferPersonSchema), guarded=True)


@pages.post("/vorschau")
@pages.guard("referral.send")
def preview() -> Any:
    form = submitted(ReferPersonSchema)
    if form.command:
        with form.attempt(), act_on() as (session, act):
            shown = _checked(session, act, form.command)
            if form.ok:
                return _preview(form, shown)
    return _form(form), 422


@pages.post("/senden")
@pages.guard("referral.send")
def send() -> Any:
    form = submitted(ReferPersonSchema)
    if not form.command:
        return _form(form), 422
    with form.attempt(), act_on() as (session, act):
        shown = _checked(session, act, form.command)
        check_previewed(session, act, form.command)
        by_letter = shown.receiver.mailbox is None
        referral = (refer_by_letter if by_letter else refer_person)(session, act, form.command)
    if form.ok:
        said = _("Brief {number} ist fertig zum Drucken.") if referral.channel == "letter" else _("Verweis {number} ist auf dem Weg.")
        return redirect_to("referrals.show", id=referral.id, said=said.format(number=referral.number))
    try:
        with act_on() as (session, act):
            return _preview(form, _checked(session, act, form.command)), 422
    except Refused:
        return _form(form), 422


@pages.post("/zettel")
@pages.guard("referral.send")
def slip() -> Any:
    form = submitted(GiveSlipSchema, form_id="slip")
    if form.command:
        with form.attempt(), act_on() as (session, act):
            check_about(session, form.command.about_kind, form.command.about_id)
            referral = give_slip(session, act, form.command)
        if form.ok:
            return redirect_to(
                "referrals.show", id=referral.id, said=_("Zettel {code} ist fertig zum Drucken.").format(code=referral.return_code)
            )
    return _form(blank(ReferPersonSchema), slip_form=form), 422


def _checked(session: Session, act: Act, command: ReferPerson) -> Preview:
    """What would be sent, under a consent that the person at the desk may see and about what they may tell of."""
    check_about(session, command.about_kind, command.about_id)
    if command.consent_id:
        check_giver(session, told(session, "referral.send", Consent, command.consent_id), "consent_id")
    return preview_referral(session, act, command)


def _form(form: Form, slip_form: Form | None = None, *, guarded: bool = False) -> str:
    with see() as (session, act):
        everybody = receivers(session, act)
        about_kind, about_id = form.values.get("about_kind"), form.values.get("about_id")
        about = (str(about_kind), str(about_id)) if about_kind and about_id else None
        known = consents_seen_about(session, seen(), *about) if about else recently_declared(session, seen(), Consent)
        usable = [consent for consent in known if stands(consent.terms, act.at)]
        asked = str(form.values.get("receiver", ""))
        guarded = (
            guarded or bool(request.form.get("guarded")) or any(one.guarded and asked in {one.code, one.organisation} for one in everybody)
        )
        slip_form = slip_form or blank(
            GiveSlipSchema, form_id="slip", receiver="" if guarded else asked, about_kind=about_kind or "visitor", about_id=about_id or "",
            language=form.values.get("language") or "deu", persons=form.values.get("persons"),
        )  # fmt: skip
        return render(
            "referral/refer_form.html",
            form=form,
            slip_form=slip_form,
            guarded=guarded,
            receivers=choices.to([one for one in everybody if one.guarded] if guarded else quick_receivers(session, act)),
            there_are_guarded=any(one.guarded for one in everybody),
            consents=[(consent.id, _consent_label(consent, lambda one: name_of(session, one, act.today))) for consent in usable],
            topics=choices.topics(act.today),
            languages=choices.languages(act.today),
            towns=choices.towns(act.today),
        )


def _consent_label(consent: Consent, name: Any) -> str:
    covered = ", ".join(label for _code, label in choices.categories(consent.categories))
    return _("{person}: {categories} an {recipients}, bis {day}").format(
        person=consent.person,
        categories=covered,
        recipients=", ".join(name(one) for one in consent.recipients),
        day=written_day(consent.valid_to),
    )


def _preview(form: Form, shown: Preview) -> str:
    typed_here = {"typed_confirmation", "note_checked", "previewed"}
    return render(
        "referral/refer_preview.html",
        form=form,
        preview=shown,
        mark=mark_of(shown),
        lines=lines(shown.content, purpose=shown.consent.purpose),
        categories=[label for _code, label in choices.categories(shown.categories)],
        unreleased=[label for _code, label in choices.categories(shown.unreleased)],
        word=confirmation_word(shown.receiver.name),
        kept=[
            (name, value)
            for name, values in form.values.items()
            if name not in typed_here and values is not None
            for value in (values if isinstance(values, (list, tuple)) else [values])
        ],
    )
