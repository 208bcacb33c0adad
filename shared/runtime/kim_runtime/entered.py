"""Who entered what (Eintrag): a row for each thing somebody did, beside the rows it made, which do not say who made them.

An entry made at a desk that a colleague had left open goes to who made it (`kim_web.entries`). It keeps everybody under whose name it ever
stood: where four eyes are asked for (Vier-Augen-Prinzip), none of them is the second pair.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Self

from sqlalchemy import JSON, ColumnElement, Index, String, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, declared_attr, mapped_column

from kim_runtime.act import Act, Actor
from kim_runtime.columns import UtcColumn
from kim_runtime.ids import new_id

NO_DOUBT, ASKED, DISPUTED, UNKNOWN = "", "asked", "disputed", "unknown"
ANSWER_WITHIN: Final = timedelta(days=3)  # so long a colleague is asked whether an entry is theirs; a weekend does not end it


@dataclass(frozen=True, slots=True)
class Names:
    """Under whose names a step ever stood, by their ids; `moved` where it was ever given to somebody else.

    `doubt`: ASKED while the person it came to has not answered, DISPUTED while two say they did not take it, UNKNOWN once it could not be
    found out who did.
    """

    ids: frozenset[str] = frozenset()
    doubt: str = NO_DOUBT
    moved: bool = False

    @property
    def unsettled(self) -> bool:
        """Whether somebody has still to say whose it is: until then whoever took it may be anybody."""
        return self.doubt in (ASKED, DISPUTED)


class EnteredColumns:
    """The columns of such a table: mixed into `Entered`, or into a class of a service that says more of a step.

    `kind` and `thing_id` say what was done with what, `what` more of it as a code. `at` is business time. `by` and `by_name` are whose it
    is now, `before` the ids of those under whom it stood earlier, `doubt` as in `Names`. `correlation_id` is the act's, as in the audit.
    """

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    thing_id: Mapped[str] = mapped_column(String(64))
    what: Mapped[str] = mapped_column(String(60), default="")
    at: Mapped[datetime] = mapped_column(UtcColumn)
    by: Mapped[str] = mapped_column(String(200))
    by_name: Mapped[str] = mapped_column(String(200))
    before: Mapped[list[str]] = mapped_column(JSON)
    doubt: Mapped[str] = mapped_column(String(10))
    correlation_id: Mapped[str] = mapped_column(String(64))

    @declared_attr.directive  # asked of the class
    def __table_args__(cls) -> tuple[Any, ...]:  # noqa: N805
        return Index("ix_entered_by", "by", "at"), Index("ix_entered_thing", "thing_id", "kind")

    @classmethod
    def in_act(cls, act: Act, kind: str, thing_id: str, what: str = "") -> Self:
        """The row for what the actor does now; the caller adds it to the session that does it."""
        row = cls()
        row.id, row.kind, row.thing_id, row.what = new_id(), kind, thing_id, what
        row.at, row.by, row.by_name, row.correlation_id = act.at, act.actor.id, act.actor.name, act.correlation_id
        row.before, row.doubt = [], NO_DOUBT
        return row

    @classmethod
    def names(cls, session: Session, kind: str, thing_id: str, *only: ColumnElement[bool]) -> Names:
        """Everybody under whose name this step with this thing ever stood; `only` narrows which rows count."""
        rows = session.scalars(select(cls).where(cls.thing_id == thing_id, cls.kind == kind, *only)).all()
        doubts = {row.doubt for row in rows}
        ids = frozenset(id for row in rows for id in (row.by, *row.before))
        doubt = next((doubt for doubt in (DISPUTED, ASKED, UNKNOWN) if doubt in doubts), NO_DOUBT)
        return Names(ids, doubt, any(row.before for row in rows))

    def stand_under(self, to: Actor) -> None:
        """From now on it is theirs; under whom it stood stays known."""
        self.before = [*self.before, self.by]
        self.by, self.by_name = to.id, to.name


class _Base(DeclarativeBase):
    pass


class Entered(EnteredColumns, _Base):
    """One thing somebody did here (Eintrag), of a service that says no more of it. `what` is the id of the line it wrote, where the thing
    has several.
    """

    __tablename__ = "entered"


metadata = _Base.metadata
