"""What others sent here: opened, accepted in two clicks, or rejected with a reason that is ticked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kim_events.fields import Code
from kim_events.types.referral import REJECTION_REASONS
from kim_web.language import _, language, mark
from kim_web.page import Form, Pages, act_on, blank, may, redirect_to, render, see, submitted

from kim_referral.model.protection import LOCKS
from kim_referral.model.received_referral import ReceivedReferral
from kim_referral.model.sight import emergencies_to_know, protected_received
from kim_referral.operations.answer_referral import AnswerReferralSchema, answer_referral
from kim_referral.operations.complete_referral import CompleteReferralSchema, complete_referral
from kim_referral.operations.confirm_withdrawal import RESTRICTION_GROUNDS, ConfirmWithdrawalSchema, confirm_withdrawal
from kim_referral.operations.open_referral import open_referral
from kim_referral.operations.receivers import is_guarded, name_of
from kim_referral.pages import choices, standing
from kim_referral.relation import shown_received, told
from kim_referral.wording import lines

pages = Pages("received_referrals", __name__, url_prefix="/eingang")


class RejectReferralSchema(AnswerReferralSchema):
    """An answer whose reason must be ticked."""

    reason = Code(
        REJECTION_REASONS,
        required=True,
        error_messages={"required": mark("Bitte einen Grund ankreuzen.")},
        metadata={"label": "Grund der Ablehnung"},
    )


@pages.get("/")
@pages.guard("received_referral.list")
def index() -> str:
    with see() as (session, act):
        rows = [(one, standing.of_received(one, act.today)) for one in shown_received(session)]
        return render(
            "referral/received.html",
            rows=sorted(rows, key=lambda row: not row[1].waits_for_us),
            name_of=lambda one: name_of(session, one.sender_organisation, act.today),
            today=act.today,
            unread=sum(one.withdrawal == "unread" for one, _standing in rows),
            protected=protected_received(session),
            emergencies=emergencies_to_know(session, act),
        )


@pages.post("/<id>/oeffnen")
@pages.guard("received_referral.open")
def open_one(id: str) -> Any:
    with act_on() as (session, act):
        told(session, "received_referral.open", ReceivedReferral, id)
        open_referral(session, act, id)
    return redirect_to("received_referrals.show", id=id)


@pages.get("/<id>")
@pages.guard("received_referral.see")
def show(id: str) -> str:
    return _detail(id)


@pages.post("/<id>/antwort")
@pages.guard("received_referral.answer")
def answer(id: str) -> Any:
    form = submitted(AnswerReferralSchema, extra={"received_id": id}, form_id="answerreferral")
    return _carry_out(id, form, answer_referral, _("Beantwortet; die absendende Stelle erfährt es."))


@pages.post("/<id>/ablehnung")
@pages.guard("received_referral.answer")
def reject(id: str) -> Any:
    form = submitted(RejectReferralSchema, extra={"received_id": id, "answer": "rejected"}, form_id="rejection")
    return _carry_out(id, form, answer_referral, _("Abgelehnt; die Angaben zur Person sind hier gelöscht."))


@pages.post("/<id>/abschluss")
@pages.guard("received_referral.answer")
def complete(id: str) -> Any:
    form = submitted(CompleteReferralSchema, extra={"received_id": id}, form_id="completereferral")
    return _carry_out(
        id, form, complete_referral, _("Abgeschlossen; die absendende Stelle erfährt es."), _("Abgeschlossen; das Ergebnis bleibt hier.")
    )


@pages.post("/<id>/bestaetigung")
@pages.guard("received_referral.answer")
def confirm(id: str) -> Any:
    form = submitted(ConfirmWithdrawalSchema, extra={"received_id": id}, form_id="confirmwithdrawal")
    return _carry_out(id, form, confirm_withdrawal, _("Bestätigt; die absendende Stelle erfährt es."))


def _carry_out(received_id: str, form: Form, operation: Callable[..., Any], said: str, kept_here: str = "") -> Any:
    """`kept_here` is said instead where the sender is an immigration office."""
    if form.command:
        with form.attempt(), act_on() as (session, act):
            received = told(session, "received_referral.answer", ReceivedReferral, received_id)
            said = kept_here if kept_here and is_guarded(session, received.sender_organisation) else said
            operation(session, act, form.command)
        if form.ok:
            return redirect_to("received_referrals.show", id=received_id, said=said)
    return _detail(received_id, form), 422


def _detail(received_id: str, faulty: Form | None = None) -> str:
    with see() as (session, act):
        received = told(session, "received_referral.see", ReceivedReferral, received_id)
        forms = {
            "answerreferral": blank(AnswerReferralSchema, form_id="answerreferral"),
            "rejection": blank(RejectReferralSchema, form_id="rejection"),
            "completereferral": blank(CompleteReferralSchema, form_id="completereferral", outcome="arrived"),
            "confirmwithdrawal": blank(
                ConfirmWithdrawalSchema, form_id="confirmwithdrawal", **({"answer": "restricted"} if received.became_something else {})
            ),
        }
        if faulty is not None:
            forms[faulty.form_id] = faulty
        purpose = received.readable_purpose
        if purpose is None and not received.readable.is_empty:
            purpose = _("nicht mitgeteilt: bitte bei der absendenden Stelle erfragen")
        return render(
            "referral/received_one.html",
            received=received,
            today=act.today,
            protection=LOCKS.protection_of(session, received.id),
            opened=None if may("received_referral.list", received) else LOCKS.emergency_of(session, received.id, act.actor.id, act.at),
            lines=lines(received.readable, language(), purpose),
            standing=standing.of_received(received, act.today),
            guarded=is_guarded(session, received.sender_organisation),
            sender=name_of(session, received.sender_organisation, act.today),
            categories=[label for _code, label in choices.categories(received.consent_categories)],
            dropped=[label for _code, label in choices.categories(received.dropped_categories)],
            forms=forms,
            rejections=choices.rejections(),
            outcomes=choices.of(choices.OUTCOMES),
            confirmed=choices.of(choices.CONFIRMED, {"restricted"} if received.became_something else None),
            grounds=choices.of(choices.GROUNDS, RESTRICTION_GROUNDS),
        )
