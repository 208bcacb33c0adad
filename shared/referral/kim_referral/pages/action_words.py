"""What the actions of consents and referrals are, in a few words: for keys of programs and for the audit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from kim_web.language import mark

ACTION_WORDS: Final[Mapping[str, str]] = {
    "consent.record": mark("Einwilligungen aufnehmen"),
    "consent.revoke": mark("Widerrufe eintragen"),
    "consent.see": mark("Einwilligungen ansehen"),
    "received_referral.answer": mark("Erhaltene Verweise beantworten"),
    "received_referral.list": mark("Die Liste erhaltener Verweise ansehen"),
    "received_referral.open": mark("Erhaltene Verweise öffnen"),
    "received_referral.open_in_emergency": mark("Einen geschützten Verweis im Notfall öffnen"),
    "received_referral.protect": mark("Erhaltene Verweise schützen"),
    "received_referral.see": mark("Erhaltene Verweise ansehen"),
    "received_referral.unprotect": mark("Den Schutz erhaltener Verweise aufheben"),
    "referral.note_answer": mark("Antworten auf Verweise eintragen"),
    "referral.see": mark("Verweise ansehen"),
    "referral.send": mark("Verweise senden"),
    "referral.withdraw": mark("Verweise zurückziehen"),
}
