"""One-time codes (TOTP, RFC 6238) by pyotp, and rescue codes for a lost telephone. Neither is good twice."""

from __future__ import annotations

import secrets
import time

import pyotp

from kim_login.passwords import FIRST_LETTERS

HALF_MINUTE = 30
NEIGHBOURS = 1  # a telephone's clock may be half a minute off
RESCUE_CODES = 8


def new_secret() -> str:
    return pyotp.random_base32()


def address_for_app(secret: str, login: str, organisation: str) -> str:
    """What the QR code says to the app on the telephone."""
    return pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name=f"KIM {organisation}")


def used_half_minute(secret: str, typed: str, last_used: int | None, at: float | None = None) -> int | None:
    """The half minute whose code was typed, if it is later than the one used last; None: not good."""
    code = "".join(letter for letter in typed if letter in "0123456789")
    now = int((time.time() if at is None else at) // HALF_MINUTE)
    totp = pyotp.TOTP(secret)
    for half_minute in range(now - NEIGHBOURS, now + NEIGHBOURS + 1):
        if secrets.compare_digest(totp.generate_otp(half_minute), code.rjust(6, "x")):
            return half_minute if last_used is None or half_minute > last_used else None
    return None


def new_rescue_codes() -> list[str]:
    """Five groups of five: hard enough to guess (123 bits; ASVS 5.0, 6.5.2) that a plain hash keeps them."""
    return ["-".join("".join(secrets.choice(FIRST_LETTERS) for _letter in range(5)) for _part in range(5)) for _code in range(RESCUE_CODES)]
