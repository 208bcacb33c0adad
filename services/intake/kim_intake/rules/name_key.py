"""Names in any writing, made comparable for searching: Aydın, Aydin and Айдын find each other.

The key is for finding only. It never joins two records: whether a hit is the same person is decided by who looks.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

# Cyrillic to Latin, roughly as passports of the region have it; Ukrainian, Russian, Serbian, Macedonian and Bulgarian letters.
_CYRILLIC: Final = dict(
    zip(
        "абвгґдеєёжзиіїйклмнопрстуфхцчшщъыьэюяђјљњћџѓќѕ",
        ["a", "b", "v", "g", "g", "d", "e", "ie", "io", "z", "z", "i", "i", "i", "i", "k", "l", "m", "n", "o", "p", "r", "s", "t", "u", "f",
         "h", "c", "c", "s", "sc", "", "i", "", "e", "iu", "ia", "d", "i", "l", "n", "c", "dz", "g", "k", "dz"],
        strict=True,
    )
)  # fmt: skip
_LETTERS: Final = str.maketrans(
    {**_CYRILLIC, "ı": "i", "ł": "l", "đ": "d", "ø": "o", "æ": "e", "ə": "e", "ß": "ss", "'": "", "\u02bc": "", "\u2019": ""}
)
# Writings of one sound, applied in this order to a name without marks.
_SOUNDS: Final = (
    (r"tsch|tch", "c"), (r"sch|sh|sz", "s"), (r"ch|cz", "c"), (r"zh", "z"), (r"kh", "h"), (r"ph", "f"), (r"th", "t"), (r"ck|q", "k"),
    (r"ae", "a"), (r"oe", "o"), (r"ue|ou", "u"), (r"[yj]", "i"), (r"w", "v"), (r"x", "ks"),
)  # fmt: skip
_DOUBLED: Final = re.compile(r"(.)\1+")


def word_keys(name: str) -> tuple[str, ...]:
    """One key a word of the name, in its order; hyphens part words."""
    plain = unicodedata.normalize("NFKD", name.casefold().translate(_LETTERS))
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter)).translate(_LETTERS)
    return tuple(key for key in (_key(word) for word in re.split(r"[\s\-.,]+", plain)) if key)


def name_key(name: str) -> str:
    """The keys of all words, each with a blank before it: ` muler ana`. A word is found by its beginning."""
    return "".join(f" {key}" for key in word_keys(name))


def phone_key(phone: str) -> str:
    """The last eight digits of a number: the same however country code, blanks and strokes are written."""
    digits = re.sub(r"\D", "", phone)
    return digits[-8:] if len(digits) >= 5 else ""


def _key(word: str) -> str:
    for pattern, sound in _SOUNDS:
        word = re.sub(pattern, sound, word)
    return _DOUBLED.sub(r"\1", word)
