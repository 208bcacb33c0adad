"""What is typed at a loud desk, read as a code: `als` is Alsdorf, `ukr` is Ukraine.

Never guessed: when two things could be meant, both are named and the person decides.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing that can be meant: its code, and the names people type for it (the first is the one shown)."""

    code: str
    names: tuple[str, ...]


class Unclear(ValueError):
    """What was typed means nothing, or more than one thing; `candidates` holds what it could be (at most eight)."""

    def __init__(self, typed: str, candidates: Sequence[Choice]) -> None:
        super().__init__(typed)
        self.typed = typed
        self.candidates = tuple(candidates[:8])


def pick(typed: str, choices: Iterable[Choice]) -> Choice:
    """The one choice that `typed` means: its code, its whole name, or the beginning of exactly one name. Raises Unclear."""
    wanted = folded(typed)
    choices = list(choices)
    for choice in choices:
        if wanted == folded(choice.code):
            return choice
    exact = [choice for choice in choices if wanted in (folded(name) for name in choice.names)]
    if len(exact) == 1:
        return exact[0]
    begun = [choice for choice in choices if any(_begins(folded(name), wanted) for name in choice.names)] if wanted else []
    if len(begun) == 1:
        return begun[0]
    raise Unclear(typed, exact or begun)


def folded(text: str) -> str:
    """Small letters without marks, so that `wurs` finds Würselen and `türk` finds Türkisch."""
    plain = unicodedata.normalize("NFKD", text.strip().casefold())
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def _begins(name: str, wanted: str) -> bool:
    return name.startswith(wanted) or any(word.startswith(wanted) for word in name.replace("-", " ").replace("(", " ").split()[1:])
