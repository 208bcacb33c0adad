"""The letter to a partner without software, with its answer slip."""

from __future__ import annotations

from datetime import date, datetime

from kim_runtime.clock import local_day

from kim_referral.letters.printing import qr_code, typeset
from kim_referral.model.consent import Consent
from kim_referral.model.referral import Referral
from kim_referral.rules.referral_rules import REJECTION_LABELS
from kim_referral.wording import lines


def letter(referral: Referral, consent: Consent, sender: str, sender_phone: str) -> bytes:
    """The letter as PDF; its lines are those of the preview. It keeps the receiver's name of the day it was written.

    Where the consent was revoked or the referral withdrawn, the letter can no longer be made: see `destroy_letter`.
    """
    code = referral.return_code
    return typeset(
        "letter",
        {
            "sender": sender,
            "sender_phone": sender_phone,
            "desk": referral.desk,
            "receiver": referral.receiver_name,
            "number": referral.number,
            "day": german_day(referral.offered_on),
            "answer_by": german_day(referral.answer_by),
            "lines": lines(referral.content, purpose=referral.purpose),
            "consent": consent_sentence(consent),
            "reasons": list(REJECTION_LABELS.values()),
            "code": code,
            "qr": qr_code(code),
        },
        referral.offered_at,
    )


def destroy_letter(referral: Referral, sender: str, sender_phone: str, at: datetime) -> bytes:
    """Ask a partner to destroy a letter that was withdrawn. It names nobody: the number says which letter."""
    revoked = referral.withdrawal_reason == "consent_revoked"
    return typeset(
        "destroy",
        {
            "sender": sender,
            "sender_phone": sender_phone,
            "desk": referral.desk,
            "receiver": referral.receiver_name,
            "number": referral.number,
            "written": german_day(referral.offered_on),
            "day": german_day(local_day(at)),
            "why": "die Einwilligung wurde widerrufen" if revoked else "er wurde zurückgezogen",
            "withdrawn": german_day(local_day(referral.withdrawn_at or at)),
        },
        at,
    )


def consent_sentence(consent: Consent) -> str:
    form = {"written": "schriftlich", "electronic": "elektronisch", "oral": "mündlich"}[consent.form]
    return (
        f"Die Person hat am {german_day(consent.given_on)} {form} eingewilligt, dass Sie diese Angaben erhalten, gültig bis "
        f"{german_day(consent.valid_to)}. Sie kann die Einwilligung jederzeit widerrufen; wir teilen Ihnen das dann mit."
    )


def german_day(day: date) -> str:
    return f"{day.day}.{day.month}.{day.year}"
