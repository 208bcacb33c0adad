"""Chores: what a service does once a day by itself, such as looking for what has become overdue."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from kim_runtime.act import Act, service_act
from kim_runtime.clock import Clock
from kim_runtime.database import Database
from kim_runtime.logs import log
from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from kim_bus.ladder import lies_ahead
from kim_bus.post import Post
from kim_bus.tables import chores

MINUTE = timedelta(minutes=1)
AGAIN_AFTER = timedelta(minutes=5)  # a chore that failed


@dataclass(frozen=True, slots=True)
class Chore:
    """`run` is called once a business day, and once more after a failure: it must be idempotent. A day that was skipped is not made up."""

    name: str
    run: Callable[[Session, Act], None]


class EveryMinute:
    """What a service does once a minute of real time, each in its own transaction: a failure is logged, and tried again a minute later."""

    def __init__(self, database: Database, works: Iterable[Callable[[Session, datetime], object]], delivery_clock: Clock) -> None:
        self._database = database
        self._works = tuple(works)
        self._clock = delivery_clock
        self._next = delivery_clock.now()

    def run_due(self) -> None:
        now = self._clock.now()
        if not self._works or lies_ahead(self._next, now, MINUTE):
            return
        self._next = now + MINUTE
        for work in self._works:
            try:
                with self._database.write() as session:
                    work(session, now)
            except Exception as error:  # noqa: BLE001 - one failing work must not keep the others from theirs
                log().error("work of the minute failed", operation=getattr(work, "__name__", ""), exc_info=error)


class ChoreList:
    def __init__(self, database: Database, post: Post, all_chores: Iterable[Chore], clock: Clock, delivery_clock: Clock) -> None:
        self._database = database
        self._post = post
        self._chores = tuple(all_chores)
        self._clock = clock
        self._delivery_clock = delivery_clock
        self._again_at: dict[str, datetime] = {}  # those that failed

    def run_due(self) -> int:
        """Run every chore not yet run on this business day, each in its own transaction. Returns how many ran."""
        if not self._chores:
            return 0
        act = service_act(self._post.organisation, self._post.service, self._clock.now())
        with self._database.read() as session:
            ran_on = {row.name: row.ran_on for row in session.execute(select(chores))}
        ran = 0
        for chore in self._chores:
            last = ran_on.get(chore.name)
            if (last is not None and last >= act.today) or self._rests(chore):
                continue
            try:
                ran += self._run(chore, act)
            except Exception as error:  # noqa: BLE001 - one failing chore must not keep the others from their work
                self._again_at[chore.name] = self._delivery_clock.now() + AGAIN_AFTER
                log().error("chore failed", operation=chore.name, exc_info=error)
        return ran

    def _rests(self, chore: Chore) -> bool:
        again_at = self._again_at.get(chore.name)
        return again_at is not None and lies_ahead(again_at, self._delivery_clock.now(), AGAIN_AFTER)

    def _run(self, chore: Chore, act: Act) -> int:
        """The mark comes first: a second courier waits for it, and then finds the chore done."""
        insert = sqlite.insert if self._database.is_sqlite else postgresql.insert
        mark = insert(chores).values(name=chore.name, ran_on=act.today)
        mark = mark.on_conflict_do_update(
            index_elements=[chores.c.name], set_={"ran_on": mark.excluded.ran_on}, where=chores.c.ran_on < mark.excluded.ran_on
        )
        with self._database.write() as session:
            if session.execute(mark.returning(chores.c.name)).first() is None:
                return 0
            chore.run(session, act)
        return 1
