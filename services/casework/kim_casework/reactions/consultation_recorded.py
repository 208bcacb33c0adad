"""Intake has recorded consultations: count them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from kim_bus.reaction import Received
from kim_runtime.act import Act
from sqlalchemy.orm import Session

from kim_casework.model.site import Tally, count_consultations


def consultation_recorded(session: Session, act: Act, event: Received) -> None:
    consultations_recorded(session, [(act, event)])


def consultations_recorded(session: Session, told: Sequence[tuple[Act, Received]]) -> None:
    """The same for many, since on a Monday the desks of all sites tell of theirs at once."""
    count_consultations(session, Counter(_tally(event) for _, event in told))


def _tally(event: Received) -> Tally:
    said = event.data
    return said["site"], said["day"], said["service"], said["kind"]
