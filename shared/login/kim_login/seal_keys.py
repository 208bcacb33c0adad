"""The keys that close the secrets of one-time codes in the provider's database, as a setting says them: base64, the newest first."""

from __future__ import annotations

import base64
import binascii
import secrets

from kim_runtime import weak_secrets
from kim_web.box import KEY_BYTES

HOW = "kim-login seal new-key, or openssl rand -base64 32, makes one"


def new() -> str:
    return secrets.token_urlsafe(KEY_BYTES)


def read(said: str) -> list[bytes]:
    """The keys, the newest first. Raises ValueError for what is none."""
    return [_key(one) for one in said.replace(",", " ").split()]


def fault(said: str, *, needed: bool) -> str:
    """What is wrong with the setting, and what to do; empty: nothing. Never quotes a key."""
    if not said.strip():
        return f"a key of {KEY_BYTES} bytes is needed; {HOW}" if needed else ""
    try:
        keys = read(said)
    except ValueError:
        return f"each key is {KEY_BYTES} bytes in base64, the newest first, with commas between; {HOW}"
    if len(set(keys)) < len(keys):
        return "one key stands there twice"
    weak = next((found for one in said.replace(",", " ").split() if (found := weak_secrets.fault(one))), "")
    return f"a key is no drawn one; {HOW}" if weak else ""


def _key(text: str) -> bytes:
    plain = text.rstrip("=").replace("+", "-").replace("/", "_")
    try:
        key = base64.b64decode(plain + "=" * (-len(plain) % 4), altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise ValueError("no base64") from error
    if len(key) != KEY_BYTES:
        raise ValueError("too long or too short")
    return key
