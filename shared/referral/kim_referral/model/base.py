"""The declarative base of consent and referral: its own metadata, which a service adds to its own."""

from sqlalchemy.orm import DeclarativeBase


class Base(DeclarativeBase):
    pass


metadata = Base.metadata
