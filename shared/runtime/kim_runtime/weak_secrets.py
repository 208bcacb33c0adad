"""Secrets that anybody would try first: the ones of examples, and the ones typed in a hurry."""

from __future__ import annotations

from typing import Final

SHORTEST: Final = 32
# Signs are left out before comparing, so that "change-me" and "Change_Me" are found too.
KNOWN: Final = (
    "changeme", "changethis", "changeit", "password", "passwort", "kennwort", "geheimnis", "beispiel", "example", "replaceme", "demosecret",
    "12345", "qwert",
)  # fmt: skip
DIFFERENT_LETTERS: Final = 7  # of 32 drawn letters, even of hexadecimal ones, fewer differ once in a hundred million
HOW: Final = "make one with: openssl rand -base64 36"

# What servers are delivered with, and what is typed to try them out.
SHORTEST_OF_AN_ACCOUNT: Final = 8
DELIVERED: Final = frozenset({"guest", "postgres", "rabbitmq", "admin", "administrator", "root", "test", "secret", "kim", "user"})


def of_an_account(user: str, password: str) -> str:
    """Why an account of a broker or a database must not have this password outside the demonstration; empty: nothing speaks against it."""
    plain = _plain(password)
    if plain in DELIVERED or plain == _plain(user) or any(word in plain for word in KNOWN):
        return f"its password is one of those attackers try first; give the account another, {HOW}"
    if len(password) < SHORTEST_OF_AN_ACCOUNT:
        return f"its password is shorter than {SHORTEST_OF_AN_ACCOUNT} characters; give the account another, {HOW}"
    return ""


def _plain(text: str) -> str:
    return "".join(letter for letter in text.lower() if letter.isalnum())


def fault(secret: str) -> str:
    """Why this must not guard anything outside the demonstration, and what to do; empty when nothing speaks against it."""
    plain = _plain(secret)
    if len(secret) < SHORTEST:
        return f"at least {SHORTEST} characters; {HOW}"
    if any(word in plain for word in KNOWN):
        return f"holds a word of examples, which attackers try first; {HOW}"
    if len(set(secret)) < DIFFERENT_LETTERS or (secret + secret).find(secret, 1) < len(secret):
        return f"repeats itself, so it is guessed quickly; {HOW}"
    return ""
