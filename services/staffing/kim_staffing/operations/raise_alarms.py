"""Raise the day's alarms: a contract in its last days, or past its end, without a complete extension."""

from __future__ import annotations

from kim_runtime.act import Act
from kim_runtime.logs import log
from sqlalchemy.orm import Session

from kim_staffing.metrics import ALARMS_TODAY, EXTENSIONS_AWAITED
from kim_staffing.model.alarm import Alarm
from kim_staffing.model.ending import ending_contracts

RAISED_TO = ["clerk", "deputy", "head"]
RAISED_TO_WORDS = {"clerk": "Personalstelle", "deputy": "Vertretung", "head": "Leitung"}


def raise_alarms(session: Session, act: Act) -> None:
    """Once a day and contract, from the last working day on until it is settled."""
    endings = ending_contracts(session, act.today)
    due = [ending for ending in endings if ending.alarm is not None]
    for ending in due:
        if ending.alarm is None or session.get(Alarm, (ending.contract.id, act.today)) is not None:
            continue
        session.add(
            Alarm(
                contract_id=ending.contract.id,
                raised_on=act.today,
                code=ending.alarm.code,
                text=str(ending.alarm),
                raised_to=RAISED_TO,
                contract=ending.contract,
            )
        )
    session.flush()
    ALARMS_TODAY.set(len(due))
    EXTENSIONS_AWAITED.set(sum(ending.awaited and ending.reminders[0].due_on <= act.today for ending in endings))
    if due:
        log().warning("contracts without a complete extension on or after their last working day", count=len(due))
