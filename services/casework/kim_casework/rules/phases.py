"""The phases of a case and the ways between them (DGCC: Klärung, Assessment, Hilfeplanung, Linking, Monitoring, Evaluation)."""

from __future__ import annotations

from enum import StrEnum

from kim_events.types.case import PHASES

FIRST_PHASE = PHASES[0]
REASSESSMENT = ("monitoring", "assessment")  # Re-Assessment: what is seen while monitoring may need a new look


class Move(StrEnum):
    """What kind of move it is."""

    NONE = "none"
    FORWARD = "forward"
    REASSESSMENT = "reassessment"
    STEP_BACK = "step_back"  # one phase back, to put a mistake right: needs a sentence
    NOT_ALLOWED = "not_allowed"


def move(from_phase: str, to_phase: str) -> Move:
    """What the move between two phases is. Phases are taken one at a time; the two codes must be of PHASES (ValueError)."""
    here, there = PHASES.index(from_phase), PHASES.index(to_phase)
    if here == there:
        return Move.NONE
    if (from_phase, to_phase) == REASSESSMENT:
        return Move.REASSESSMENT
    if there == here + 1:
        return Move.FORWARD
    if there == here - 1:
        return Move.STEP_BACK
    return Move.NOT_ALLOWED


def moves_from(phase: str) -> list[tuple[str, Move]]:
    """The phases that can follow, forward first."""
    order = (Move.FORWARD, Move.REASSESSMENT, Move.STEP_BACK)
    found = [(other, kind) for other in PHASES if (kind := move(phase, other)) in order]
    return sorted(found, key=lambda pair: order.index(pair[1]))
