"""Passwords: which are taken, and how they are kept.

ASVS 5.0, 6.2: at least 8 characters, 15 advised; no rules of composition; at least 64 allowed; the most common ones refused. We ask for 12.
"""

from __future__ import annotations

import secrets
import unicodedata
from collections.abc import Collection
from functools import cache
from importlib.resources import files
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import CHEAPEST, RFC_9106_LOW_MEMORY
from kim_runtime.refusal import Refused
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from kim_login.breached import is_breached
from kim_login.places import Places

SHORTEST, LONGEST = 12, 128
BUSY_SECONDS = 2
PATIENT_SECONDS = 30  # who has chosen a new one waits longer than who only shows one
LEFT, DIGITS_LEFT = 5, 9  # different letters, or figures, that must stand beside words of the field
AT_ONCE = 2  # on one machine: each takes 64 MiB and a tenth of a second of a core
ENDINGS = "0123456789!?.,*#+-_"  # hung on to a common one they are guessed with it
FIRST_LETTERS = "23456789abcdefghjkmnpqrstvwxyz"


class Passwords:
    """`folder`: where the processes that look at passwords on this machine share the places (`places`)."""

    def __init__(self, *, quick: bool = False, folder: Path | None = None) -> None:
        self._hasher = PasswordHasher.from_parameters(CHEAPEST if quick else RFC_9106_LOW_MEMORY)
        self._places = Places(AT_ONCE, folder)
        self._nobodys = self._hasher.hash(secrets.token_urlsafe(16))

    def kept(self, password: str) -> str:
        with self._places.one(PATIENT_SECONDS):
            return self._hasher.hash(normal(password))

    def fits(self, password: str, kept: str | None) -> bool:
        """Whether it is the one. For an account that does not exist the same work is done, so that the time says nothing.

        Raises NoRoom where too many are being looked at.
        """
        with self._places.one(BUSY_SECONDS):
            try:
                return self._hasher.verify(kept or self._nobodys, normal(password)) and kept is not None
            except (VerificationError, InvalidHashError):
                return False

    def is_of_today(self, kept: str) -> bool:
        """Whether it is hashed as new ones are; one of another strength is hashed anew when its owner next shows the password."""
        return not self._hasher.check_needs_rehash(kept)


def normal(password: str) -> str:
    """One person types ü as one sign, another's keyboard as two."""
    return unicodedata.normalize("NFC", password)


def first_password() -> str:
    """To be read out: four groups of four, without letters that are mixed up."""
    return "-".join("".join(secrets.choice(FIRST_LETTERS) for _letter in range(4)) for _group in range(4))


def objection(password: str, about: Collection[str], breached: Path | None = None) -> Refused | None:
    """Why this is no good password; None when it is.

    `about`: what belongs to the account (names, organisation); `breached`: a collection of the house (`breached`).
    """
    typed = normal(password)
    if len(typed) < SHORTEST:
        return Refused("too_short", "Mindestens {shortest} Zeichen. Ein kurzer Satz merkt sich leicht.", "password", shortest=SHORTEST)
    if len(typed) > LONGEST:
        return Refused("too_long", "Höchstens {longest} Zeichen.", "password", longest=LONGEST)
    low = typed.casefold()
    if {low, low.rstrip(ENDINGS), low[: len(low) // 2] if low == low[: len(low) // 2] * 2 else low} & _common() or len(set(low)) < 5:
        return Refused("too_common", "Dieses Kennwort ist sehr verbreitet und wird als eines der ersten geraten.", "password")
    if any(len(word) > 3 and word in low for name in about for word in name.casefold().replace("-", " ").split()):
        return Refused("about_you", "Bitte kein Kennwort, in dem Ihr Name oder der Ihrer Stelle vorkommt.", "password")
    if _is_of_the_field(low):
        return Refused(
            "of_the_field", "Das besteht fast nur aus Wörtern, die bei uns nahe liegen. Bitte etwas, worauf niemand kommt.", "password"
        )
    if breached is not None and is_breached(typed, breached):
        return Refused("breached", "Dieses Kennwort steht in einer Sammlung gestohlener Kennwörter. Bitte ein anderes.", "password")
    return None


def _is_of_the_field(low: str) -> bool:
    """Whether little is left when the words of the field are struck out: `integration2026!`."""
    left = low
    for word in _words_of_the_field():
        left = left.replace(word, " ")
    return left != low and len({letter for letter in left if letter.isalpha()}) < LEFT and sum(map(str.isdigit, left)) < DIGITS_LEFT


@cache
def _words_of_the_field() -> tuple[str, ...]:
    """The longest first, each also as it is written without umlauts."""
    words = (files("kim_login") / "words_of_the_field.txt").read_text(encoding="utf-8").split()
    plain = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
    return tuple(sorted({*words, *(word.translate(plain) for word in words)}, key=len, reverse=True))


@cache
def _common() -> frozenset[str]:
    return frozenset(FREQUENCY_LISTS["passwords"])
