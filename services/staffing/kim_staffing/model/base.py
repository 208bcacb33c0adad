"""The declarative base of staffing's own tables."""

from sqlalchemy.orm import DeclarativeBase


class Base(DeclarativeBase):
    pass
