"""The return code (Wiederkommzettel): six letters that only the client holds, by which earlier consultations are found without a name."""

from __future__ import annotations

import re
import secrets
from typing import Final

# Without vowels no code is a word, and without I, O and Q none is read wrongly aloud.
ALPHABET: Final = "BCDFGHJKLMNPRSTVWXZ"
LENGTH: Final = 6


def new_code() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def read_code(typed: str) -> str | None:
    """The code as it is kept, from `bcd fgh` or `BCD-FGH`; None when it cannot be one."""
    letters = re.sub(r"[\s-]", "", typed).upper()
    return letters if len(letters) == LENGTH and set(letters) <= set(ALPHABET) else None


def spoken(code: str) -> str:
    """BCD-FGH: two groups are easier to read out."""
    return f"{code[:3]}-{code[3:]}"
