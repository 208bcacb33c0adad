"""Secrets that anybody would try first: the ones of examples, and the ones typed in a hurry."""

from __future__ import annotations

from typing import Final

SHORTEST: Final = 32
# Signs are left out before comparing, so that "change-me" and "Change_Me" are found too.
KNOWN: Final = ("changeme", "changethis", "password", "passwort", "kennwort", "geheimnis", "beispiel", "example", "replaceme", "demosecret")
DIFFERENT_LETTERS: Final = 7  # of 32 drawn letters, even of hexadecimal ones, fewer differ once in a hundred million
HOW: Final = "make one with: openssl rand -base64 36"


def fault(secret: str) -> str:
    """Why this must not guard anything outside the demonstration, and what to do; empty when nothing speaks against it."""
    plain = "".join(letter for letter in secret.lower() if letter.isalnum())
    if len(secret) < SHORTEST:
        return f"at least {SHORTEST} characters; {HOW}"
    if any(word in plain for word in KNOWN):
        return f"holds a word of examples, which attackers try first; {HOW}"
    if len(set(secret)) < DIFFERENT_LETTERS or (secret + secret).find(secret, 1) < len(secret):
        return f"repeats itself, so it is guessed quickly; {HOW}"
    return ""
