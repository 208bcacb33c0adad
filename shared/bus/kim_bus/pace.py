"""How long a busy loop waits for more, so that many small rounds become fewer and larger ones.

A round costs its transaction and its round trips however little it moves. At a thousand events a second on two cores that alone would
take all there is, with two or three events a round.
"""

from __future__ import annotations

A_PIECE, LONGEST = 0.0005, 0.02  # seconds
ENOUGH = 64  # events; a round that moved more is not worth a wait


def wait_for_more(moved: int) -> float:
    """Seconds to rest after a round that moved so many events: next to nothing after a single act, at most a fiftieth of a second."""
    return min(moved * A_PIECE, LONGEST) if moved < ENOUGH else 0.0
