"""What every code list shares: an entry has a code, a name in German and English, and the days between which it may be chosen."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from datetime import date
from typing import Protocol


class Entry(Protocol):
    """One entry of a code list. A missing `valid_from` or `valid_to` means: no limit known on that side."""

    @property
    def code(self) -> str: ...
    @property
    def valid_from(self) -> date | None: ...
    @property
    def valid_to(self) -> date | None: ...

    def name(self, language: str) -> str:
        """The name in `de` or `en`."""
        ...


def valid_on(entry: Entry, day: date) -> bool:
    """Whether an entry may be chosen on a day; both limits belong to the time it is valid."""
    return (entry.valid_from is None or entry.valid_from <= day) and (entry.valid_to is None or day <= entry.valid_to)


def choices(entries: Iterable[Entry], language: str, day: date) -> list[tuple[str, str]]:
    """What a form offers on a day: (code, label) in the order of the list."""
    return [(entry.code, entry.name(language)) for entry in entries if valid_on(entry, day)]


def choices_by_name(entries: Iterable[Entry], language: str, day: date) -> list[tuple[str, str]]:
    """What a form offers on a day, by name; Ägypten stands under A."""
    return sorted(choices(entries, language, day), key=lambda choice: _letters(choice[1]))


def _letters(label: str) -> str:
    return "".join(letter for letter in unicodedata.normalize("NFD", label) if not unicodedata.combining(letter)).casefold()
