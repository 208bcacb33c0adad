"""The declarative base of casework's own tables."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar

from kim_runtime.columns import UtcColumn
from sqlalchemy import JSON, Date, MetaData, String
from sqlalchemy.orm import DeclarativeBase

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Every table of casework itself; the bus, referral and statistics bring their own metadata."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: UtcColumn(),
        date: Date(),
        list[str]: JSON(),
    }


def identifier() -> String:
    return String(64)


def code() -> String:
    return String(40)


def line(longest: int = 200) -> String:
    return String(longest)
