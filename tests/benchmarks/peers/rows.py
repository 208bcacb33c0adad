"""The rows of a peer, by SQLAlchemy Core: one committed at the sender, one at the receiver, idempotent by the event's id."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Engine, create_engine
from sqlalchemy.dialects.postgresql import insert

from benchmarks.common import act_row, acts, effect_row, effects

ACT, EFFECT = (
    insert(acts),
    insert(effects).on_conflict_do_nothing(),
)  # made once: a statement built anew each time costs as much as its execution


def committing(url: str) -> Callable[[str], None]:
    """A function that commits the domain row of one act."""
    engine = create_engine(url)

    def commit(subject: str) -> None:
        with engine.begin() as connection:
            connection.execute(ACT, act_row(subject))

    return commit


def store(engine: Engine, body: Mapping[str, Any]) -> None:
    """Commit the effect of one event."""
    with engine.begin() as connection:
        connection.execute(EFFECT, row(body))


def row(body: Mapping[str, Any]) -> dict[str, Any]:
    return effect_row(body["id"], body["subject"], body["data"])
