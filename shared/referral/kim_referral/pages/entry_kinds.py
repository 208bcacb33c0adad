"""What somebody else may have entered under one's name: consents, releases and referrals, for `Doors.entries` of the mounting service."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kim_runtime.act import Actor
from kim_web.doors import EntryKind
from kim_web.language import mark
from kim_web.policy import could
from sqlalchemy.orm import Session

from kim_referral.model import entered
from kim_referral.model.consent import Consent
from kim_referral.model.received_referral import ReceivedReferral
from kim_referral.model.referral import Referral
from kim_referral.model.release import Release
from kim_referral.model.sight import protected_received
from kim_referral.pages import choices


def entry_kinds(can: Callable[[Session, Actor, Any], bool]) -> tuple[EntryKind, ...]:
    """The kinds. `can` says whether somebody may have to do with what a consent, a release or a referral is about; with one that came in
    and is protected, only who may answer it.
    """

    def can_answer(session: Session, actor: Actor, row: ReceivedReferral) -> bool:
        return can(session, actor, row) and (row.id not in protected_received(session) or could(actor, "received_referral.answer", row))

    def sent(code: str, label: str, action: str = "referral.note_answer") -> EntryKind:
        return EntryKind.entered(code, label, Referral, action, _number, "referrals.show", can)

    def received(code: str, label: str) -> EntryKind:
        return EntryKind.entered(code, label, ReceivedReferral, "received_referral.answer", _number, "received_referrals.show", can_answer)

    return (
        EntryKind("consent", mark("Einwilligung"), Consent, "recorded_by", "recorded_at", "consent.record", _told, "consents.show", can),
        EntryKind("consent_revocation", mark("Widerruf einer Einwilligung"), Consent, "revocation_recorded_by", "revocation_recorded_at",
                  "consent.revoke", _told, "consents.show", can),
        EntryKind("release", mark("Schweigepflichtentbindung"), Release, "recorded_by", "recorded_at", "consent.record", _told,
                  "releases.show", can),
        EntryKind("release_revocation", mark("Widerruf einer Schweigepflichtentbindung"), Release, "revocation_recorded_by",
                  "revocation_recorded_at", "consent.revoke", _told, "releases.show", can),
        EntryKind("referral", mark("Verweis"), Referral, "offered_by", "offered_at", "referral.send", _number, "referrals.show", can),
        EntryKind("referral_opened", mark("Verweis geöffnet"), ReceivedReferral, "read_by", "read_at", "received_referral.open", _number,
                  "received_referrals.show", can_answer),
        EntryKind("referral_answered", mark("Verweis beantwortet"), ReceivedReferral, "answered_by", "answered_at",
                  "received_referral.answer", _number, "received_referrals.show", can_answer),
        sent(entered.WITHDRAWAL, mark("Zurückgezogener Verweis"), "referral.withdraw"),
        sent(entered.ANSWER_NOTED, mark("Notierte Antwort auf einen Verweis")),
        sent(entered.OUTCOME_NOTED, mark("Notiertes Ergebnis eines Verweises")),
        sent(entered.DESTRUCTION_NOTED, mark("Notierte Bestätigung zu einem zurückgezogenen Verweis")),
        sent(entered.SETTLED, mark("Verweis als neu entschieden festgehalten")),
        received(entered.COMPLETED, mark("Abgeschlossener Verweis")),
        received(entered.WITHDRAWAL_CONFIRMED, mark("Bestätigter Rückzug eines Verweises")),
    )  # fmt: skip


def _told(row: Consent | Release) -> str:
    return ", ".join(label for _code, label in choices.categories(row.categories if isinstance(row, Consent) else row.subjects))


def _number(row: Referral | ReceivedReferral) -> str:
    return row.number
