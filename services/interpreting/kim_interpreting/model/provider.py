"""Interpreters and translators."""

from __future__ import annotations

from kim_runtime.database import locked
from kim_runtime.refusal import NotFound
from sqlalchemy import Boolean, String, select, true
from sqlalchemy.orm import Mapped, Session, mapped_column

from kim_interpreting.model.base import Base


class Provider(Base):
    """Who interprets or translates (Sprachmittler_in, Übersetzer_in): a person or an office. `languages` are ISO 639-3 codes.

    Who is no longer `available` is given no more orders.
    """

    __tablename__ = "providers"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    qualification: Mapped[str] = mapped_column(String(20))
    languages: Mapped[str] = mapped_column(String(300), default="")
    small_business: Mapped[bool] = mapped_column(Boolean, default=False)
    available: Mapped[bool] = mapped_column(Boolean, default=True, server_default=true())

    @property
    def language_codes(self) -> tuple[str, ...]:
        return tuple(self.languages.split())


def all_providers(session: Session) -> list[Provider]:
    return list(session.scalars(select(Provider).order_by(Provider.name, Provider.id)))


def provider(session: Session, id: str) -> Provider:
    found = session.get(Provider, id)
    if found is None:
        raise NotFound("provider_unknown", "Diese Sprachmittler_in ist hier nicht eingetragen.", field="provider_id")
    return found


def locked_provider(session: Session, id: str) -> Provider:
    """The provider under their row lock, freshly read."""
    return locked(session, Provider, id) or provider(session, id)
