"""The tables of the interpreting service."""

from sqlalchemy.orm import DeclarativeBase


class Base(DeclarativeBase):
    """What all tables of this service share."""
