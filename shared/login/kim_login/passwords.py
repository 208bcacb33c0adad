"""Passwords: which are taken, and how they are kept.

ASVS 5.0, 6.2: at least 8 characters, 15 advised; no rules of composition; at least 64 allowed; the most common ones refused. We ask for 12.
"""

from __future__ import annotations

import secrets
import unicodedata
from collections.abc import Collection
from functools import cache
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import CHEAPEST, RFC_9106_LOW_MEMORY
from kim_runtime.refusal import Refused
from zxcvbn.frequency_lists import FREQUENCY_LISTS

SHORTEST, LONGEST = 12, 128
BUSY_SECONDS = 2
AT_ONCE = 2  # each takes 64 MiB and a tenth of a second of a core
ENDINGS = "0123456789!?.,*#+-_"  # hung on to a common one they are guessed with it
FIRST_LETTERS = "23456789abcdefghjkmnpqrstvwxyz"


class NoRoom(Exception):
    """Too many passwords are being looked at; this one was not."""


class Passwords:
    def __init__(self, *, quick: bool = False) -> None:
        self._hasher = PasswordHasher.from_parameters(CHEAPEST if quick else RFC_9106_LOW_MEMORY)
        self._room = BoundedSemaphore(AT_ONCE)
        self._nobodys = self._hasher.hash(secrets.token_urlsafe(16))

    def kept(self, password: str) -> str:
        with self._room:
            return self._hasher.hash(normal(password))

    def fits(self, password: str, kept: str | None) -> bool:
        """Whether it is the one. For an account that does not exist the same work is done, so that the time says nothing.

        Raises NoRoom where too many are being looked at.
        """
        if not self._room.acquire(timeout=BUSY_SECONDS):
            raise NoRoom
        try:
            return self._hasher.verify(kept or self._nobodys, normal(password)) and kept is not None
        except (VerificationError, InvalidHashError):
            return False
        finally:
            self._room.release()


def normal(password: str) -> str:
    """One person types ü as one sign, another's keyboard as two."""
    return unicodedata.normalize("NFC", password)


def first_password() -> str:
    """To be read out: four groups of four, without letters that are mixed up."""
    return "-".join("".join(secrets.choice(FIRST_LETTERS) for _letter in range(4)) for _group in range(4))


def objection(password: str, about: Collection[str]) -> Refused | None:
    """Why this is no good password; None when it is. `about`: what belongs to the account (names, organisation)."""
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
    return None


@cache
def _common() -> frozenset[str]:
    return frozenset(FREQUENCY_LISTS["passwords"])
