"""Passwords that stand in a collection of breached ones: a file the house downloaded, looked into here; nothing is asked of anybody.

Each line begins with the SHA-1 of a password in hexadecimal, in order ("ordered by hash" of Have I Been Pwned). 40 GB are searched in about
thirty-five looks.
"""

from __future__ import annotations

from hashlib import sha1
from pathlib import Path
from typing import BinaryIO

LONGEST_LINE = 64


def is_breached(password: str, collection: Path) -> bool:
    """Whether the collection has it. Raises OSError where it cannot be read."""
    wanted = sha1(password.encode(), usedforsecurity=False).hexdigest().upper().encode()
    with collection.open("rb") as file:
        low, high = 0, file.seek(0, 2)
        while low < high:
            middle = (low + high) // 2
            begin, line = _line_at(file, middle)
            found = line[: len(wanted)].upper()
            if found == wanted:
                return True
            if found < wanted:
                low = begin + len(line)
            else:
                high = begin
    return False


def _line_at(file: BinaryIO, place: int) -> tuple[int, bytes]:
    """The line that a place lies in, and where it begins."""
    back = min(place, LONGEST_LINE)
    file.seek(place - back)
    begin = place - back + file.read(back).rfind(b"\n") + 1 if back else 0
    file.seek(begin)
    return begin, file.readline(LONGEST_LINE * 2)
