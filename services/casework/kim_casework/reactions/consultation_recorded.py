"""Intake has recorded a consultation: count it."""

from __future__ import annotations

from kim_bus.reaction import Received
from kim_runtime.act import Act
from sqlalchemy.orm import Session

from kim_casework.model.site import count_consultation


def consultation_recorded(session: Session, act: Act, event: Received) -> None:
    said = event.data
    count_consultation(session, site=said["site"], day=said["day"], service=said["service"], kind=said["kind"])
