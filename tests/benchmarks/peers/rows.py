"""The rows of a peer, by SQLAlchemy Core: one committed at the sender, one at the receiver, idempotent by the event's id."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Engine, create_engine
from sqlalchemy.dialects.postgresql import insert

from benchmarks.common import act_row, acts, effect_row, effects


def committing(url: str) -> Callable[[str], None]:
    """A function that commits the domain row of one act."""
    engine = create_engine(url)

    def commit(subject: str) -> None:
        with engine.begin() as connection:
            connection.execute(insert(acts).values(act_row(subject)))

    return commit


def store(engine: Engine, body: Mapping[str, Any]) -> None:
    """Commit the effect of one event."""
    with engine.begin() as connection:
        connection.execute(insert(effects).values(row(body)).on_conflict_do_nothing())


def row(body: Mapping[str, Any]) -> dict[str, Any]:
    return effect_row(body["id"], body["subject"], body["data"])
