"""One figure, and the rule that keeps small ones from telling who somebody is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

SMALLEST_TOLD = 3


@dataclass(frozen=True, slots=True)
class Figure:
    """`consultations` in total (`by` None), or one cell of a breakdown: by `site`, key `aachen-arkaden`.

    `value` is an int where people or things of people are counted, a Decimal for euro and FTE, None once suppressed.
    """

    name: str
    by: str | None = None
    key: str | None = None
    value: int | Decimal | None = None


def suppress(figures: Iterable[Figure], smallest: int = SMALLEST_TOLD) -> list[Figure]:
    """Take the value from every count from 1 to `smallest` - 1, and from whatever else would give such a count away by subtraction.

    Cells that add up to their total are a closed sum: the hidden ones together are told by the total minus the visible ones. So of a
    closed sum at least two cells are hidden, with `smallest` or more between them and more than one each; where that cannot be had,
    the total is hidden too, and then every other breakdown of the same total hides cells as well. Zero is told: it is nobody. Euro
    and FTE are not counts.
    """
    known = list(figures)
    hidden = {place for place, figure in enumerate(known) if _is_small(figure, smallest)}
    sums = _closed_sums(known)
    while True:
        more = {place for total, cells in sums for place in _to_hide(known, hidden, total, cells, smallest)} - hidden
        if not more:
            break
        hidden |= more
    return [replace(figure, value=None) if place in hidden else figure for place, figure in enumerate(known)]


def _is_small(figure: Figure, smallest: int) -> bool:
    return isinstance(figure.value, int) and 0 < figure.value < smallest


def _closed_sums(figures: Sequence[Figure]) -> list[tuple[int, list[int]]]:
    """Places of each total and of the cells that add up to it, one entry a breakdown."""
    totals = {figure.name: place for place, figure in enumerate(figures) if figure.by is None and isinstance(figure.value, int)}
    cells: dict[tuple[str, str], list[int]] = {}
    for place, figure in enumerate(figures):
        if figure.by is not None and figure.name in totals and isinstance(figure.value, int):
            cells.setdefault((figure.name, figure.by), []).append(place)
    return [
        (totals[name], places) for (name, _by), places in sorted(cells.items()) if _sum(figures, places) == _sum(figures, [totals[name]])
    ]


def _to_hide(figures: Sequence[Figure], hidden: set[int], total: int, cells: list[int], smallest: int) -> set[int]:
    """What must be hidden beside `hidden` so that nothing of this closed sum can be worked out."""
    hidden_cells = [place for place in cells if place in hidden]
    told = [place for place in cells if place not in hidden and _sum(figures, [place])]
    smallest_told = set(sorted(told, key=lambda place: (_sum(figures, [place]), place))[:1])
    if total in hidden:
        return set() if hidden_cells else smallest_told  # else the told cells add up to the hidden total
    between_them = _sum(figures, hidden_cells)
    # As many hidden cells as their sum: each is one.
    if not hidden_cells or (len(hidden_cells) >= 2 and between_them >= smallest and between_them > len(hidden_cells)):
        return set()
    return smallest_told or {total}


def _sum(figures: Sequence[Figure], places: Iterable[int]) -> int:
    values = (figures[place].value for place in places)
    return sum(value for value in values if isinstance(value, int))
