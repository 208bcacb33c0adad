"""casework of this house has opened, moved, closed or reopened a case."""

from __future__ import annotations

from kim_bus.reaction import Received
from kim_runtime.act import Act
from sqlalchemy.orm import Session

from kim_interpreting.operations.learn_case import LearnCase, learn_case


def case_changed(session: Session, act: Act, event: Received) -> None:
    data = event.data
    learn_case(session, act, LearnCase(case_id=event.subject, number=data["number"], state=data["state"], changed_on=data["changed_on"]))
