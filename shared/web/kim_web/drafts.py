"""What was typed and not yet taken (Entwurf), for its owner alone: kept by a button, or because the desk was locked or the session over.

Who is not its owner never learns that there is one. What was kept by a button lasts some days (a setting), is filled in further and sent;
what came too late lasts a day, is sent as it is or thrown away.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from kim_runtime.columns import UtcColumn
from kim_runtime.database import Database
from kim_runtime.ids import new_id
from kim_runtime.refusal import Refused
from sqlalchemy import ColumnElement, Row, and_, bindparam, delete, func, literal, or_, select, update
from sqlalchemy.orm import Session as Rows

from kim_web.tables import drafts

LASTS = timedelta(hours=24)  # what came too late
MOST = 10  # of one person and one sort; of what came too late the oldest go first
LARGEST = 64 * 1024  # characters of one form
LONGEST_LABEL, LONGEST_ADDRESS = 120, 500
KEEP, LABEL, CONTINUE, SENT, ASIDE = "kim_keep", "kim_label", "kim_continue", "kim_draft", "kim_aside"
PAGE = "kim_page"  # where a form that was never sent stood: there it is filled in again
FILL = "kim_fill"  # in that page's address: the draft to fill in
TITLE = "kim_title"  # what that page is called
BY_LOCK = "kim_lock"  # the buttons that lock the desk and sign out (`lock_button`)
AGAIN = "kim_again"  # the button that shows a form which came back once more, in another language
NOT_TYPED: Final = frozenset({"id", PAGE, TITLE})
_FILLED: Final = re.compile(rf"([?&]){FILL}=[^&#]*&?")
_OURS: Final = frozenset({"csrf_token", KEEP, LABEL, CONTINUE, SENT, ASIDE, BY_LOCK, AGAIN})


def page_of(address: str) -> str:
    """The address of a page, not to be filled in with what it was filled in with before."""
    return _FILLED.sub(r"\1", address).rstrip("?&")


def _since(late: ColumnElement[Any], kept: ColumnElement[Any]) -> ColumnElement[bool]:
    """What is not over: what came too late and what was kept by a button last differently long."""
    return or_(and_(drafts.c.label == "", drafts.c.kept_at >= late), and_(drafts.c.label != "", drafts.c.kept_at >= kept))


HOW_MANY = (  # made once
    select(func.count())
    .select_from(drafts)
    .where(drafts.c.actor_id == bindparam("actor_id"), _since(bindparam("late", type_=UtcColumn()), bindparam("kept", type_=UtcColumn())))
)


def keep(rows: Rows, actor_id: str, address: str, typed: Sequence[tuple[str, str]], now: datetime, *, label: str = "") -> bool:
    """Keep what came too late. Returns whether it was: a form without any text, or a very large one, is not.

    `label`: the form was never sent, and is one that can be filled in further.
    """
    if label:
        try:
            keep_for_later(rows, actor_id, address, typed, now, label=label)
            return True
        except Refused:  # there is no page left that could say so
            pass
    worth = _worth(typed)
    if not worth or _size(worth) > LARGEST:
        return False
    for one in rows.execute(select(drafts).where(drafts.c.actor_id == actor_id, drafts.c.label == "", drafts.c.address == address)).all():
        if [tuple(field) for field in one.fields] == worth:  # the same once more: by a page behind the button that goes back
            take(rows, actor_id, one.id)
    _insert(rows, actor_id, address, worth, now, "")
    mine = select(drafts.c.id).where(drafts.c.actor_id == actor_id, drafts.c.label == "")
    too_many = list(rows.scalars(mine.order_by(drafts.c.kept_at.desc(), drafts.c.id.desc()).offset(MOST)))
    rows.execute(delete(drafts).where(drafts.c.id.in_(too_many)))
    return True


def keep_for_later(
    rows: Rows, actor_id: str, address: str, typed: Sequence[tuple[str, str]], now: datetime, *, label: str, instead_of: str = ""
) -> str:
    """Keep an unfinished form under the name of its page. `instead_of` is the draft it began as. Returns its id.

    Nothing is checked of it. Raises Refused `nothing_typed`, `draft_too_large`, `too_many_drafts`.
    """
    worth = _worth(typed)
    if not worth:
        raise Refused("nothing_typed", "Es ist noch nichts ausgefüllt.")
    if _size(worth) > LARGEST or len(address) > LONGEST_ADDRESS:
        raise Refused("draft_too_large", "Das ist zu viel für einen Entwurf.")
    take(rows, actor_id, instead_of)
    mine = select(func.count()).select_from(drafts).where(drafts.c.actor_id == actor_id, drafts.c.label != "")
    if rows.scalars(mine).one() >= MOST:
        raise Refused("too_many_drafts", "Mehr als {n} Entwürfe werden nicht aufgehoben. Bitte einen senden oder verwerfen.", n=MOST)
    return _insert(rows, actor_id, address, worth, now, label[:LONGEST_LABEL])


def of(rows: Rows, actor_id: str, now: datetime, days: int) -> list[Row[Any]]:
    """The drafts of a person, the newest first. `days` is how long a kept one lasts."""
    wanted = select(drafts).where(drafts.c.actor_id == actor_id, _lasts(now, days))
    return list(rows.execute(wanted.order_by(drafts.c.kept_at.desc(), drafts.c.id.desc())))


def came_late(rows: Rows, actor_id: str, now: datetime) -> bool:
    """Whether something of this person came too late and waits for them."""
    wanted = select(drafts.c.id).where(drafts.c.actor_id == actor_id, drafts.c.label == "", drafts.c.kept_at >= now - LASTS)
    return rows.execute(wanted.limit(1)).first() is not None


def kept(rows: Rows, actor_id: str, draft_id: str, now: datetime, days: int) -> Row[Any] | None:
    """One that its owner kept by a button."""
    wanted = select(drafts).where(drafts.c.id == draft_id, drafts.c.actor_id == actor_id, drafts.c.label != "", _lasts(now, days))
    return rows.execute(wanted).first()


def count(database: Database, actor_id: str, now: datetime, days: int) -> int:
    """How many drafts a person has. Asked for each page, so with one round trip to the database."""
    found = database.first(HOW_MANY, actor_id=actor_id, late=now - LASTS, kept=now - timedelta(days=days))
    return int(found[0]) if found is not None else 0


def fill_in(rows: Rows, actor_id: str, draft_id: str, fields: Sequence[tuple[str, str]]) -> None:
    """Write other fields into one."""
    rows.execute(update(drafts).where(drafts.c.actor_id == actor_id, drafts.c.id == draft_id).values(fields=list(fields)))


def take(rows: Rows, actor_id: str, draft_id: str) -> None:
    """Throw one away."""
    rows.execute(delete(drafts).where(drafts.c.actor_id == actor_id, drafts.c.id == draft_id))


def sweep(rows: Rows, now: datetime, days: int) -> None:
    """Delete everybody's whose time is over."""
    rows.execute(delete(drafts).where(~_lasts(now, days)))


def _lasts(now: datetime, days: int) -> ColumnElement[bool]:
    return _since(literal(now - LASTS, UtcColumn()), literal(now - timedelta(days=days), UtcColumn()))


def _worth(typed: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """What belongs to the form itself; nothing where no field has any text."""
    worth = [(name, value) for name, value in typed if name not in _OURS]
    return worth if any(value.strip() for name, value in worth if name not in NOT_TYPED) else []


def _size(worth: Sequence[tuple[str, str]]) -> int:
    return sum(len(name) + len(value) for name, value in worth)


def _insert(rows: Rows, actor_id: str, address: str, worth: Sequence[tuple[str, str]], now: datetime, label: str) -> str:
    draft_id = new_id()
    rows.execute(
        drafts.insert(),
        {"id": draft_id, "actor_id": actor_id, "address": address, "label": label, "fields": list(worth), "kept_at": now},
    )
    return draft_id
