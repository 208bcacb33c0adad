"""The tables of intake."""

from __future__ import annotations

from sqlalchemy import Dialect, MetaData, String, TypeDecorator, text
from sqlalchemy.orm import DeclarativeBase, Session

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_name)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMES)


class CodesColumn(TypeDecorator[tuple[str, ...]]):
    """Some codes in their order, kept as one text with commas: for what is shown and never counted by."""

    impl = String(400)
    cache_ok = True

    def process_bind_param(self, value: tuple[str, ...] | None, dialect: Dialect) -> str:
        return ",".join(value or ())

    def process_result_value(self, value: str | None, dialect: Dialect) -> tuple[str, ...]:
        return tuple(value.split(",")) if value else ()


def wait_for_same(session: Session, record_id: str) -> None:
    """Let a second request with the same id (double click, reload) wait for the first, so that it finds what that one wrote.

    SQLite has one writer at a time anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("select pg_advisory_xact_lock(hashtextextended(:id, 0))"), {"id": record_id})
