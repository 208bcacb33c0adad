"""How a referral stands, in words: for the lists and the head of its page."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from kim_web.formats import day as written_day
from kim_web.formats import moment
from kim_web.language import _

from kim_referral.model.received_referral import ReceivedReferral
from kim_referral.model.referral import Referral
from kim_referral.pages.choices import GROUNDS, OBJECTIONS, OUTCOMES, WAYS
from kim_referral.rules.referral_rules import REJECTION_LABELS, ask_outcome_on, remind_on


@dataclass(frozen=True, slots=True)
class Standing:
    """`kind` is a badge's: info, success, warning, danger. `waits_for_us`: the next step is at this desk."""

    kind: str
    text: str
    waits_for_us: bool = False


def of_sent(referral: Referral, today: date, unsent: Collection[str] = ()) -> Standing:
    states = {
        "offered": _offered,
        "waiting_list": lambda *_args: Standing("info", _("Warteliste") + _known_by(referral)),
        "accepted": _accepted,
        "rejected": _rejected,
        "completed": lambda *_args: _completed(referral),
        "expired": _expired,
        "withdrawn": lambda *_args: _withdrawn(referral),
    }
    return states[referral.state](referral, today, unsent)


def _offered(referral: Referral, today: date, unsent: Collection[str]) -> Standing:
    if referral.id in unsent:
        return Standing("info", _("vorbereitet, noch nicht gesendet"))
    if today > referral.answer_by:
        return Standing("danger", _("keine Antwort seit {day}").format(day=written_day(referral.offered_on)), True)
    if today >= remind_on(referral.offered_on):
        days = (today - referral.offered_on).days
        return Standing("warning", _("{n} Tage ohne Antwort").format(n=days), True)
    texts = {
        "bus": _("gesendet, Ankunft noch nicht bestätigt"),
        "letter": _("Brief, Rückmeldung offen"),
        "slip": _("Zettel, Rückmeldung offen"),
    }
    return Standing("info", texts[referral.channel])


def _accepted(referral: Referral, today: date, _unsent: Collection[str]) -> Standing:
    text = _("angenommen") + _known_by(referral)
    if referral.appointment:
        text += _(", Termin {day}").format(day=written_day(referral.appointment))
    if today >= ask_outcome_on(referral.offered_on):
        return Standing("warning", text + ". " + _("Ist die Person angekommen?"), True)
    return Standing("success", text)


def _expired(referral: Referral, _today: date, _unsent: Collection[str]) -> Standing:
    if referral.settled_at:
        return Standing("info", _("abgelaufen, neu entschieden"))
    return Standing("danger", _("abgelaufen: neu verweisen oder zurückziehen"), True)


def _rejected(referral: Referral, _today: date, _unsent: Collection[str]) -> Standing:
    if referral.settled_at:
        return Standing("info", _("abgelehnt, neu entschieden"))
    if referral.withdrawal == "taken_back" and referral.ground == "release_expired":
        return Standing("danger", _("neu entscheiden: nie gesendet, die Schweigepflichtentbindung war vorher abgelaufen"), True)
    if referral.withdrawal == "taken_back":
        return Standing("danger", _("neu entscheiden: nie gesendet, die Einwilligung war vorher abgelaufen"), True)
    if referral.ground == "consent_expired":
        return Standing("danger", _("neu entscheiden: die Einwilligung war abgelaufen, bevor es gelesen wurde"), True)
    if referral.ground in OBJECTIONS:
        return Standing("danger", _("neu entscheiden: nicht angenommen, {why}").format(why=_(OBJECTIONS[referral.ground])), True)
    rejected = _("neu entscheiden: abgelehnt")
    if referral.rejection:
        rejected = _("neu entscheiden: abgelehnt, {reason}").format(reason=_(REJECTION_LABELS[referral.rejection]))
    return Standing("danger", rejected + _known_by(referral), True)


def _completed(referral: Referral) -> Standing:
    return Standing("success" if referral.outcome == "arrived" else "info", _(OUTCOMES[referral.outcome or "other"]) + _known_by(referral))


def _withdrawn(referral: Referral) -> Standing:
    what = _("widerrufen") if referral.withdrawal_reason == "consent_revoked" else _("zurückgezogen")
    confirmed = _("bestätigt {day}").format(day=written_day(referral.withdrawal_answered_at)) if referral.withdrawal_answered_at else ""
    on_its_way = _("Widerruf unterwegs") if referral.withdrawal_reason == "consent_revoked" else _("Rückzug unterwegs")
    ground = _(GROUNDS[referral.ground]) if referral.ground else ""
    restricted = _("beim Empfänger eingeschränkt, weil {ground}").format(ground=ground) if ground else _("beim Empfänger eingeschränkt")
    texts = {
        "taken_back": ("info", f"{what}: " + _("nie gesendet, nichts mitgeteilt")),
        "nothing_told": ("info", what),
        "under_way": ("warning", on_its_way),
        "to_be_destroyed": ("danger", f"{what}: " + _("Bestätigung der Löschung offen")),
        "unread": ("info", f"{what}, " + _("vom Empfänger nicht gelesen") + f", {confirmed}"),
        "deleted": ("info", f"{what}, " + _("beim Empfänger gelöscht") + f", {confirmed}"),
        "restricted": ("warning", f"{what}, " + restricted + f", {confirmed}"),
    }
    kind, text = texts[referral.withdrawal or "under_way"]
    return Standing(kind, text, referral.withdrawal == "to_be_destroyed")


def _known_by(referral: Referral) -> str:
    """How an answer is known, where it did not come over the bus."""
    if referral.answered_how not in WAYS:
        return ""
    who = f", {referral.answer_said_by}" if referral.answer_said_by else ""
    return f" ({_(WAYS[referral.answered_how])}{who}, {moment(referral.answered_at)})"


def of_received(received: ReceivedReferral, today: date) -> Standing:
    if received.state == "withdrawn":
        return _received_withdrawn(received)
    if received.state == "dropped":
        if received.ground in OBJECTIONS:
            return Standing("info", _("Inhalt nicht aufbewahrt: {why}").format(why=_(OBJECTIONS[received.ground])))
        return Standing("info", _("Einwilligung abgelaufen: Inhalt nicht aufbewahrt"))
    if received.state in {"pending", "waiting_list"}:
        late = received.answer_by is not None and today > received.answer_by
        new = _("geöffnet, noch nicht beantwortet") if received.read_at else _("neu, noch nicht geöffnet")
        text = _("Warteliste") if received.state == "waiting_list" else new
        return Standing("danger" if late else "warning" if received.state == "pending" else "info", text, received.state == "pending")
    if received.state == "rejected":
        reason = _(REJECTION_LABELS[received.rejection]) if received.rejection else ""
        return Standing("info", _("abgelehnt, {reason}; Inhalt gelöscht").format(reason=reason))
    if received.state == "completed":
        return Standing("success", _("abgeschlossen: {outcome}").format(outcome=_(OUTCOMES[received.outcome or "other"])))
    text = _("angenommen")
    if received.appointment:
        text += _(", Termin {day}").format(day=written_day(received.appointment))
    return Standing("success", text)


def _received_withdrawn(received: ReceivedReferral) -> Standing:
    if received.withdrawal == "unread":
        return Standing("info", _("zurückgezogen, Inhalt nicht gelesen"))
    if received.withdrawal == "deleted":
        return Standing("info", _("zurückgezogen, hier gelöscht"))
    if received.withdrawal == "restricted":
        return Standing(
            "warning", _("zurückgezogen, hier eingeschränkt, weil {ground}").format(ground=_(GROUNDS[received.ground or "legal_claims"]))
        )
    if received.withdrawal_reason == "consent_revoked":
        text = _("Einwilligung widerrufen am {moment}: keine weitere Nutzung auf dieser Grundlage")
    else:
        text = _("zurückgezogen am {moment}: bitte nicht weiter verwenden")
    return Standing("danger", text.format(moment=moment(received.withdrawn_at)), True)
