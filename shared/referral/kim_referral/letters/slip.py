"""The slip for the way: where to go, in the person's language and German, and a code by which the answer finds back."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from kim_referral.letters.printing import qr_code, typeset
from kim_referral.letters.slip_words import words_for


def slip(*, language: str, receiver: str, receiver_phone: str, sender: str, desk: str, code: str, at: datetime) -> bytes:
    """An A6 sheet as PDF. It takes no name and no reason, so that none can stand on it. `language` is ISO 639-3."""
    return typeset(
        "slip",
        {
            "parts": [asdict(words) for words in words_for(language)],
            "receiver": receiver,
            "receiver_phone": receiver_phone,
            "sender": sender,
            "desk": desk,
            "code": code,
            "qr": qr_code(code),
        },
        at,
    )
