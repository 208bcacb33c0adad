"""One-time codes (TOTP, RFC 6238) by pyotp, and rescue codes for a lost telephone. Neither is good twice.

A secret lies closed in the database, bound to its account: a copy of the database makes no codes, and moved to another account it opens
nothing.
"""

from __future__ import annotations

import secrets
import time

import pyotp
from kim_web.box import Box, NotOurs
from sqlalchemy import select, update
from sqlalchemy.orm import Session as Rows

from kim_login.passwords import FIRST_LETTERS
from kim_login.tables import accounts

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


def closed(box: Box, account_id: str, secret: str) -> str:
    """The secret as the database keeps it."""
    return box.close(secret, _about(account_id))


def opened(box: Box, account_id: str, kept: str) -> str:
    """The secret of a row. Raises NotOurs where no key opens it."""
    return box.open(kept, _about(account_id))


def close_anew(rows: Rows, box: Box) -> int:
    """Close with the newest key whatever is kept under another, or lies open from before there were keys. Returns how many.

    Raises NotOurs where the key of a row is not known any more.
    """
    changed = 0
    for row in rows.execute(select(accounts).where(accounts.c.code_secret.is_not(None)).with_for_update()).all():
        if box.is_newest(row.code_secret):
            continue
        secret = row.code_secret if lies_open(row.code_secret) else opened(box, row.id, row.code_secret)
        rows.execute(update(accounts).where(accounts.c.id == row.id).values(code_secret=closed(box, row.id, secret)))
        changed += 1
    return changed


def faults(rows: Rows, box: Box) -> int:
    """How many accounts have a secret that none of the keys opens, or that lies open."""
    found = 0
    for row in rows.execute(select(accounts).where(accounts.c.code_secret.is_not(None))):
        try:
            opened(box, row.id, row.code_secret)
        except NotOurs:
            found += 1
    return found


def lies_open(kept: str) -> bool:
    return "." not in kept


def _about(account_id: str) -> str:
    return f"secret of one-time codes of {account_id}"
