"""What was sent: the list, what still waits for an answer, and one referral with everything that can be done with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response, request
from kim_runtime import guesses
from kim_runtime.refusal import NotFound
from kim_web.language import _, language
from kim_web.page import Form, Pages, blank, carried_out, may, redirect_to, render, see, submitted
from sqlalchemy.orm import Session

from kim_referral.letters.letter import destroy_letter
from kim_referral.letters.letter import letter as letter_pdf
from kim_referral.letters.slip import slip as slip_pdf
from kim_referral.model.consent import consent_by_id
from kim_referral.model.referral import Referral, referral_by_code, unsent
from kim_referral.model.seen import sent_referrals
from kim_referral.operations.note_answer import NoteAnswerSchema, note_answer
from kim_referral.operations.note_outcome import NoteDestroyedSchema, NoteOutcomeSchema, note_destroyed, note_outcome
from kim_referral.operations.preview_referral import objection_to_printing
from kim_referral.operations.receivers import directory_of, name_of
from kim_referral.operations.settle_referral import SettleReferralSchema, settle_referral
from kim_referral.operations.withdraw_referral import WithdrawReferralSchema, withdraw_referral
from kim_referral.pages import choices, standing
from kim_referral.relation import once_told, seen, told
from kim_referral.rules.content import CATEGORY_LABELS
from kim_referral.wording import lines

pages = Pages("referrals", __name__, url_prefix="/verweise")


WITHOUT_OUTCOME = frozenset({"offered", "waiting_list", "accepted", "expired"})


@pages.get("/")
@pages.guard("referral.see")
def index() -> str:
    """Everything sent; first what waits for this desk."""
    return _list("referral/sent.html", None)


@pages.get("/offen")
@pages.guard("referral.see")
def waiting() -> str:
    """Offene Rückmeldungen: what is not answered yet, the oldest first, with the telephone number and one click a result."""
    return _list("referral/waiting.html", WITHOUT_OUTCOME)


@pages.post("/code")
@pages.guard("referral.see")
def by_code() -> Any:
    """The referral of a slip. The code is a family's: it stands in no address, and whoever tries some is in the audit, without them."""
    with see() as (session, _act):
        found = guesses.by_code(session, "referrals", lambda: _by_code(session, request.form.get("code", "")))
    if found is None:
        return redirect_to("referrals.index", said=_("Kein Verweis mit diesem Code."), tone="warning")
    return redirect_to("referrals.show", id=found)


def _by_code(session: Session, code: str) -> str | None:
    referral = referral_by_code(session, code)
    return referral.id if referral and may("referral.see", referral) else None


@pages.get("/<id>")
@pages.guard("referral.see")
def show(id: str) -> str:
    return _detail(id)


@pages.post("/<id>/rueckzug")
@pages.guard("referral.withdraw")
def withdraw(id: str) -> Any:
    form = submitted(WithdrawReferralSchema, extra={"referral_id": id}, form_id="withdrawreferral")
    return _carry_out("referral.withdraw", id, form, withdraw_referral, _("Zurückgezogen."))


@pages.post("/<id>/antwort")
@pages.guard("referral.note_answer")
def answer(id: str) -> Any:
    form = submitted(NoteAnswerSchema, extra={"referral_id": id}, form_id="noteanswer")
    return _carry_out("referral.note_answer", id, form, note_answer, _("Antwort festgehalten."))


@pages.post("/<id>/ergebnis")
@pages.guard("referral.note_answer")
def outcome(id: str) -> Any:
    form = submitted(NoteOutcomeSchema, extra={"referral_id": id}, form_id="noteoutcome")
    return _carry_out("referral.note_answer", id, form, note_outcome, _("Ergebnis festgehalten."))


@pages.post("/<id>/entschieden")
@pages.guard("referral.note_answer")
def settle(id: str) -> Any:
    form = submitted(SettleReferralSchema, extra={"referral_id": id}, form_id="settlereferral")
    return _carry_out("referral.note_answer", id, form, settle_referral, _("Als neu entschieden festgehalten."))


@pages.post("/<id>/vernichtet")
@pages.guard("referral.note_answer")
def destroyed(id: str) -> Any:
    form = submitted(NoteDestroyedSchema, extra={"referral_id": id}, form_id="notedestroyed")
    return _carry_out("referral.note_answer", id, form, note_destroyed, _("Bestätigung festgehalten."))


@pages.get("/<id>/brief.pdf")
@pages.guard("referral.send")
def letter(id: str) -> Response:
    with see() as (session, act):
        referral = _of_channel(told(session, "referral.send", Referral, id), "letter")
        if referral.state == "withdrawn" or referral.consent_id is None:
            raise NotFound("letter_withdrawn", "Dieser Brief wurde zurückgezogen und lässt sich nicht mehr drucken.")
        consent = consent_by_id(session, referral.consent_id)
        objection = objection_to_printing(session, act, referral, consent)
        if objection is not None:
            raise objection
        own = directory_of(session).organisation(act.organisation)
        return _pdf(letter_pdf(referral, consent, own.name_on(referral.offered_on), own.phone), referral.number)


@pages.get("/<id>/zettel.pdf")
@pages.guard("referral.send")
def slip(id: str) -> Response:
    with see() as (session, act):
        referral = told(session, "referral.send", Referral, id)
        directory = directory_of(session)
        printed = slip_pdf(
            language=referral.language or "deu",
            receiver=referral.receiver_name,
            receiver_phone=directory.organisation(referral.receiver).phone if directory.knows(referral.receiver) else "",
            sender=directory.organisation(act.organisation).name_on(referral.offered_on),
            desk=referral.desk,
            code=referral.return_code,
            at=referral.offered_at,
        )
        return _pdf(printed, referral.number)


@pages.get("/<id>/loeschbitte.pdf")
@pages.guard("referral.withdraw")
def request_to_destroy(id: str) -> Response:
    with see() as (session, act):
        referral = _of_channel(told(session, "referral.withdraw", Referral, id), "letter")
        if referral.state != "withdrawn":
            raise NotFound("letter_stands", "Dieser Verweis wurde nicht zurückgezogen.")
        own = directory_of(session).organisation(act.organisation)
        return _pdf(destroy_letter(referral, own.name_on(act.today), own.phone, act.at), referral.number)


def _of_channel(referral: Referral, channel: str) -> Referral:
    if referral.channel != channel:
        raise NotFound("no_letter", "Zu diesem Verweis gibt es keinen Brief.")
    return referral


def _pdf(content: bytes, name: str) -> Response:
    return Response(content, mimetype="application/pdf", headers={"Content-Disposition": f'inline; filename="{name}.pdf"'})


def _list(template: str, states: frozenset[str] | None) -> str:
    with see() as (session, act):
        referrals = sent_referrals(session, seen(), states)
        prepared = unsent(session, referrals)
        rows = [(one, standing.of_sent(one, act.today, prepared)) for one in referrals]
        directory = directory_of(session)
        return render(
            template,
            rows=sorted(rows, key=_urgency),
            name_now=lambda one: name_of(session, one.receiver, act.today),
            phone_of=lambda one: directory.organisation(one.receiver).phone if directory.knows(one.receiver) else "",
            today=act.today,
        )


def _urgency(row: tuple[Referral, standing.Standing]) -> tuple[bool, float]:
    """What waits for this desk first, the oldest first; then the rest, the newest first."""
    referral, stands = row
    sent = referral.offered_at.timestamp()
    return not stands.waits_for_us, sent if stands.waits_for_us else -sent


def _carry_out(action: str, referral_id: str, form: Form, operation: Callable[..., Any], said: str) -> Any:
    if carried_out(form, once_told(action, Referral, "referral_id", operation)):
        return redirect_to("referrals.show", id=referral_id, said=said)
    return _detail(referral_id, form), 422


def _detail(referral_id: str, faulty: Form | None = None) -> str:
    with see() as (session, act):
        referral = told(session, "referral.see", Referral, referral_id)
        forms = {
            "noteanswer": blank(NoteAnswerSchema, form_id="noteanswer", answer="accepted", how="telephone"),
            "withdrawreferral": blank(WithdrawReferralSchema, form_id="withdrawreferral", reason="sent_by_mistake"),
            "notedestroyed": blank(NoteDestroyedSchema, form_id="notedestroyed", answer="deleted"),
        }
        if faulty is not None:
            forms[faulty.form_id] = faulty
        directory = directory_of(session)
        prepared = unsent(session, [referral])
        under = consent_by_id(session, referral.consent_id) if referral.channel == "letter" and referral.consent_id else None
        return render(
            "referral/sent_one.html",
            referral=referral,
            printable=under is not None and objection_to_printing(session, act, referral, under) is None,
            waits_here=referral.id in prepared,
            standing=standing.of_sent(referral, act.today, prepared),
            name_now=name_of(session, referral.receiver, act.today),
            phone=directory.organisation(referral.receiver).phone if directory.knows(referral.receiver) else "",
            lines=lines(referral.content, language(), referral.purpose) if referral.channel != "slip" else [],
            categories=[_(CATEGORY_LABELS[code]) for code in referral.categories],
            forms=forms,
            answers=choices.of(choices.ANSWERS),
            ways=choices.of(choices.WAYS),
            rejections=choices.rejections(),
            outcomes=choices.OUTCOMES,
            reasons=choices.of(choices.WITHDRAWAL_REASONS),
            confirmed=choices.of(choices.CONFIRMED),
        )
