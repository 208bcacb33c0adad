"""Clients: people who can be found again, by a return code or, with their consent, by name."""

from __future__ import annotations

from datetime import date, datetime

from kim_runtime import database
from kim_runtime.columns import UtcColumn
from kim_runtime.refusal import NotFound
from sqlalchemy import String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from kim_intake.model.base import Base, CodesColumn
from kim_intake.rules.name_key import name_key, phone_key
from kim_intake.rules.return_code import read_code


class Client(Base):
    """A person who can be found again (bekannte Person). Name, telephone and birth year are kept only with consent."""

    __tablename__ = "client"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    code: Mapped[str] = mapped_column(String(6), unique=True)
    name: Mapped[str] = mapped_column(String(200), default="")
    name_key: Mapped[str] = mapped_column(String(300), default="", index=True)
    phone: Mapped[str] = mapped_column(String(50), default="")
    phone_key: Mapped[str] = mapped_column(String(8), default="", index=True)
    birth_year: Mapped[int | None]
    languages: Mapped[tuple[str, ...]] = mapped_column(CodesColumn, default=())
    town: Mapped[str | None] = mapped_column(String(8))  # AGS
    persons: Mapped[int] = mapped_column(default=1)  # how many live together
    consent_given_on: Mapped[date | None]
    created_at: Mapped[datetime] = mapped_column(UtcColumn)
    created_by: Mapped[str] = mapped_column(String(64))
    site_id: Mapped[str] = mapped_column(String(64))
    last_contact: Mapped[date]

    @property
    def is_named(self) -> bool:
        return bool(self.name)

    @property
    def initial(self) -> str:
        """What a list shows of the name."""
        return f"{self.name[0]}." if self.name else "–"

    @property
    def clients(self) -> tuple[str | None, ...]:
        """Whom this is about, as of each thing of the desk."""
        return (self.id,)

    def keep_name(self, name: str, phone: str) -> None:
        self.name, self.name_key = name, name_key(name)
        self.phone, self.phone_key = phone, phone_key(phone)


def client(session: Session, client_id: str, *, locked: bool = False) -> Client:
    """The client of an id; raises NotFound."""
    found = database.locked(session, Client, client_id) if locked else session.get(Client, client_id)
    if found is None:
        raise no_such_client()
    return found


def no_such_client() -> NotFound:
    return NotFound("no_such_client", "Diese Person gibt es hier nicht.", "client_id")


def id_of_code(session: Session, typed: str) -> str | None:
    """Whose return code it is, for the audit of who tries it."""
    found = client_of_code(session, typed)
    return found.id if found else None


def client_of_code(session: Session, typed: str) -> Client | None:
    code = read_code(typed)
    return session.scalars(select(Client).where(Client.code == code)).first() if code else None
