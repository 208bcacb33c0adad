"""Unmistakable names, days of birth, telephone numbers, addresses and free words, and where one of them shows.

No word of them is a word of the product, and no figure comes about by chance. A text is searched as it is, with escapes undone, and with
whatever in it looks like base64 unpacked: so a name inside a cookie or a token is found too.
"""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from collections.abc import Iterator
from contextlib import suppress
from urllib.parse import unquote_plus

CLIENT = "Zorbentraut Quexlowitz"
COMPANION = "Plumerich Quexlowitz"
CHILD = "Fendruska Vexelbaum"
STRANGER = "Ungemuth Knarzheimer"
"""Somebody who is looked for, and not known."""
COLLEAGUE = "Sporklinde Wattenbrix"
EMPLOYEE = "Mirgolda Strempelzahn"
INTERPRETER = "Tjorvald Gluckebein"
LOGIN = "murxlohe.knispel"
"""A name somebody tries to sign in with, and the password beside it."""
PASSWORD = "Gnurpselwurz-Kammerton"
SLIP = "Quirlpfandbeutel"
"""What somebody types who was asked for the code on their return slip."""
PHONE = "0241 77300194"
BORN = "19.03.1937"
ADDRESS = "Zwirnpfuhlgasse 7731"
FOLDER = "Schrapnickelschrank"
CONFIDED = "Tropfenblaupause"
"""A word that is said in every free text."""
FREE = f"{CONFIDED}: {CLIENT}, geboren am {BORN}, wohnt {ADDRESS}, Telefon {PHONE}."
LETTERS = (
    CLIENT, COMPANION, CHILD, STRANGER, COLLEAGUE, EMPLOYEE, INTERPRETER, LOGIN, PASSWORD, ADDRESS.split()[0], FOLDER, SLIP, CONFIDED,
)  # fmt: skip
WORDS = tuple(sorted({word.lower() for text in LETTERS for word in re.split(r"[ .-]", text)}))
FIGURES = (*(re.sub(r"\D", "", text) for text in (PHONE, BORN)), "19370319")

_PACKED = re.compile(r"\.?[A-Za-z0-9_+/-]{16,}")
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")
_BETWEEN_FIGURES = re.compile(r"(?<=\d)[ /().:-]{1,2}(?=\d)")


def found_in(text: str) -> list[str]:
    """The marks that show in a text, in any of its readings; sorted."""
    found = set()
    for reading in _readings(text):
        low = reading.lower()
        found |= {word for word in WORDS if word in low}
        together = _BETWEEN_FIGURES.sub("", low)
        found |= {figures for figures in FIGURES if figures in together}
    return sorted(found)


def _readings(text: str) -> Iterator[str]:
    yield text
    yield unquote_plus(text)
    yield _ESCAPED.sub(lambda at: chr(int(at[1], 16)), text)
    for packed in set(_PACKED.findall(text)):
        yield from _unpacked(packed)


def _unpacked(packed: str) -> Iterator[str]:
    """What base64 hides, compressed or not; flask's cookies begin with a full stop when they are compressed."""
    letters = packed.removeprefix(".").replace("-", "+").replace("_", "/")
    try:
        inner = base64.b64decode(letters + "=" * (-len(letters) % 4))
    except (binascii.Error, ValueError):
        return
    if packed.startswith("."):  # or it is what a token says, between its dots
        with suppress(zlib.error):
            inner = zlib.decompress(inner)
    said = inner.decode("utf-8", "replace")
    yield said
    yield _ESCAPED.sub(lambda at: chr(int(at[1], 16)), said)
