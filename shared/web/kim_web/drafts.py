"""What was typed into a form that could not be taken, because the desk was locked or the session over (Entwurf).

It is kept for its owner alone and for a day, offered after signing in, and sent by its owner or thrown away. Who is not its owner never
learns that there is one.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from kim_runtime.database import Database
from kim_runtime.ids import new_id
from sqlalchemy import Row, bindparam, delete, func, select
from sqlalchemy.orm import Session as Rows

from kim_web.tables import drafts

LASTS = timedelta(hours=24)
MOST = 10  # of one person; the oldest go first
LARGEST = 64 * 1024  # characters of one form
PAGE = "kim_page"  # where a form that was never sent stood: there it is filled in again, by a script
HOW_MANY = (  # made once
    select(func.count()).select_from(drafts).where(drafts.c.actor_id == bindparam("actor_id"), drafts.c.kept_at >= bindparam("since"))
)
NOT_TYPED = frozenset({"id", PAGE, "kim_draft"})


def keep(rows: Rows, actor_id: str, address: str, typed: Sequence[tuple[str, str]], now: datetime) -> bool:
    """Keep what was typed. Returns whether it was: a form without any text, or a very large one, is not."""
    worth = [(name, value) for name, value in typed if name != "csrf_token"]
    if not any(value.strip() for name, value in worth if name not in NOT_TYPED) or sum(len(value) for _name, value in worth) > LARGEST:
        return False
    rows.execute(drafts.insert(), {"id": new_id(), "actor_id": actor_id, "address": address, "fields": worth, "kept_at": now})
    too_many = select(drafts.c.id).where(drafts.c.actor_id == actor_id).order_by(drafts.c.kept_at.desc()).offset(MOST)
    rows.execute(delete(drafts).where((drafts.c.kept_at < now - LASTS) | drafts.c.id.in_(list(rows.scalars(too_many)))))
    return True


def of(rows: Rows, actor_id: str, now: datetime) -> list[Row[Any]]:
    """The drafts of a person, the newest first."""
    wanted = select(drafts).where(drafts.c.actor_id == actor_id, drafts.c.kept_at >= now - LASTS)
    return list(rows.execute(wanted.order_by(drafts.c.kept_at.desc())))


def count(database: Database, actor_id: str, now: datetime) -> int:
    """How many drafts a person has. Asked for each page, so with one round trip to the database."""
    found = database.first(HOW_MANY, actor_id=actor_id, since=now - LASTS)
    return int(found[0]) if found is not None else 0


def take(rows: Rows, actor_id: str, draft_id: str) -> None:
    """Throw one away."""
    rows.execute(delete(drafts).where(drafts.c.actor_id == actor_id, drafts.c.id == draft_id))
