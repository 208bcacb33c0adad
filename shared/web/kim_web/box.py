"""Closing a text with a key of the house (AES-256-GCM), and opening it with that key or one it replaced.

What is closed says which key closed it, and what it is about is bound in: moved to another row or another use it does not open.
"""

from __future__ import annotations

import base64
import os
from hashlib import sha256
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

FORM: Final = "v1"  # the first part of what is closed: another way of closing would be called otherwise
KEY_BYTES: Final = 32
NONCE_BYTES: Final = 12


class NotOurs(ValueError):
    """It was not closed by any of these keys, or about something else."""


class Box:
    """`newest` closes; it and those `before` it open. Each key has KEY_BYTES."""

    def __init__(self, newest: bytes, *before: bytes) -> None:
        self._ciphers = {id_of(key): AESGCM(key) for key in (newest, *before)}
        self.newest = id_of(newest)

    def close(self, text: str, about: str) -> str:
        nonce = os.urandom(NONCE_BYTES)
        closed = nonce + self._ciphers[self.newest].encrypt(nonce, text.encode(), about.encode())
        return f"{FORM}.{self.newest}.{base64.urlsafe_b64encode(closed).decode('ascii')}"

    def open(self, closed: str, about: str) -> str:
        """Raises NotOurs."""
        form, _, rest = closed.partition(".")
        key_id, _, content = rest.partition(".")
        cipher = self._ciphers.get(key_id)
        if form != FORM or cipher is None:
            raise NotOurs("closed by no key that is known here")
        try:
            raw = base64.b64decode(content, altchars=b"-_", validate=True)
            return cipher.decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], about.encode()).decode()
        except (InvalidTag, ValueError) as error:
            raise NotOurs("changed, or about something else") from error

    def is_newest(self, closed: str) -> bool:
        """Whether the newest key closed it."""
        return closed.startswith(f"{FORM}.{self.newest}.")


def id_of(key: bytes) -> str:
    """What a key is called where it closed something; it says nothing of the key."""
    return sha256(b"kim key id\n" + key).hexdigest()[:8]


def derived(secret: str, use: str) -> bytes:
    """A key for one use out of a secret of many letters."""
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=f"kim {use}".encode()).derive(secret.encode())
