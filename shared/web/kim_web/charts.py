"""Where the parts of a chart stand. The drawing itself is in the macros `bar` and `chart` of `kern.html`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256

from kim_web.formats import money

_LEFT, _WIDTH = 1, 998
_LONGEST = 1000
_TONES = 4


@dataclass(frozen=True, slots=True)
class Part:
    label: str
    amount: Decimal
    tone: int
    x: int
    width: int


@dataclass(frozen=True, slots=True)
class Stacked:
    """A stacked bar in a box 1000 wide. `marker` is where the forecast stands, at most the bar's end."""

    id: str
    parts: list[Part]
    free_label: str
    free: Decimal
    marker: int | None
    summary: str


def stacked(title: str, parts: Sequence[tuple[str, Decimal]], total: Decimal, forecast: Decimal | None, free_label: str) -> Stacked:
    """Parts of a total side by side; what is over is free."""
    scale = Decimal(_WIDTH) / total if total > 0 else Decimal(0)
    drawn: list[Part] = []
    used = Decimal(0)
    for index, (label, amount) in enumerate(parts):
        start, end = min(used, total), min(used + amount, total)
        drawn.append(Part(label, amount, index % _TONES, _LEFT + round(start * scale), round(end * scale) - round(start * scale)))
        used += amount
    free = total - used
    words = [f"{part.label} {money(part.amount)}" for part in drawn] + [f"{free_label} {money(free)}"]
    marker = None if forecast is None else _LEFT + round(min(max(forecast, Decimal(0)), total) * scale)
    return Stacked(f"bar-{sha256(title.encode()).hexdigest()[:6]}", drawn, free_label, free, marker, ", ".join(words))


def width(count: int | Decimal, longest: int | Decimal) -> int:
    """How wide one bar is where the longest is 1000 wide; what is there at all can be seen."""
    return max(round(count * _LONGEST / longest), 4) if count and longest else 0
