"""How long the bus keeps what it carried: contents for a month, the marks that an event was here for longer than any replay reaches."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from kim_bus.tables import DONE, inbox, outbox, refused

CONTENTS_KEPT = timedelta(days=30)
MARKS_KEPT = timedelta(days=400)  # a mailbox set back to an older copy than this could let an event take effect twice


def clear_out(session: Session, now: datetime) -> None:
    """Remove published events and refused deliveries, empty done ones, and forget their marks, each when its time is over."""
    session.execute(delete(outbox).where(outbox.c.published_at < now - CONTENTS_KEPT))
    session.execute(delete(refused).where(refused.c.received_at < now - CONTENTS_KEPT))
    session.execute(update(inbox).where(inbox.c.state == DONE, inbox.c.done_at < now - CONTENTS_KEPT, inbox.c.body != b"").values(body=b""))
    session.execute(delete(inbox).where(inbox.c.state == DONE, inbox.c.done_at < now - MARKS_KEPT))
