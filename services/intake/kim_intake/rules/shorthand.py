"""The shorthand for topics: `wgk` ticks Wohnung, Gesundheit and Kita in three keystrokes."""

from __future__ import annotations

from collections.abc import Mapping


class UnknownLetters(ValueError):
    """Letters no topic has; `letters` are those."""

    def __init__(self, letters: str) -> None:
        super().__init__(letters)
        self.letters = letters


def topics_of(typed: str, letters: Mapping[str, str]) -> tuple[str, ...]:
    """The topics behind `typed`, in the order typed, each once. `letters` maps a letter to a topic; blanks and commas are skipped.

    Raises UnknownLetters.
    """
    wanted = [letter for letter in typed.casefold() if letter not in " ,;.+"]
    unknown = [letter for letter in wanted if letter not in letters]
    if unknown:
        raise UnknownLetters(" ".join(dict.fromkeys(unknown)))
    return tuple(dict.fromkeys(letters[letter] for letter in wanted))
