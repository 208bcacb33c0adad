"""Write down one act. Ids and codes only, no name and no text of anybody: who reads the audit learns of nobody what they may not."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.orm import Session

from kim_audit.tables import entries

OUTCOMES = ("done", "seen", "denied", "signed_in", "signed_out", "sign_in_refused")
LONGEST_THING, LONGEST_REASON = 200, 500
WRITE_DOWN = entries.insert().inline()  # made once; inline: else SQLAlchemy first asks PostgreSQL for the serial, in a statement of its own


def record(
    session: Session,
    *,
    at: datetime,
    actor_id: str,
    roles: Collection[str],
    action: str,
    outcome: str,
    thing: str = "",
    reason: str = "",
    correlation_id: str = "",
) -> None:
    """Add a row in the transaction of the session. `at` is real time; `outcome` one of OUTCOMES."""
    session.connection().execute(  # as a statement and no entity: what the session holds is written by itself
        WRITE_DOWN,
        {
            "at": at, "actor_id": actor_id, "roles": sorted(roles), "action": action, "thing": thing[:LONGEST_THING], "outcome": outcome,
            "reason": reason[:LONGEST_REASON], "correlation_id": correlation_id,
        },
    )  # fmt: skip
