"""Clients: people who can be found again, by a return code or, with their consent, by name."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from kim_runtime.columns import UtcColumn
from kim_runtime.refusal import NotFound
from sqlalchemy import ColumnElement, String, and_, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from kim_intake.model.base import Base, CodesColumn
from kim_intake.rules.name_key import name_key, phone_key, word_keys
from kim_intake.rules.return_code import read_code

HITS_AT_MOST = 20


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

    def keep_name(self, name: str, phone: str) -> None:
        self.name, self.name_key = name, name_key(name)
        self.phone, self.phone_key = phone, phone_key(phone)


def client(session: Session, client_id: str) -> Client:
    """The client of an id; raises NotFound."""
    found = session.get(Client, client_id)
    if found is None:
        raise NotFound("no_such_client", "Diese Person gibt es hier nicht.", "client_id")
    return found


def client_of_code(session: Session, typed: str) -> Client | None:
    code = read_code(typed)
    return session.scalars(select(Client).where(Client.code == code)).first() if code else None


def find_clients(session: Session, typed: str) -> Sequence[Client]:
    """Who could be meant by a name in any writing, a telephone number, a birth year or a return code; newest contact first, at most 20.

    Nothing is decided here: a hit is a candidate for the person who looks.
    """
    conditions = _conditions(typed)
    if not conditions:
        return []
    query = select(Client).where(or_(*conditions)).order_by(Client.last_contact.desc(), Client.id).limit(HITS_AT_MOST)
    return session.scalars(query).all()


def _conditions(typed: str) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if code := read_code(typed):
        conditions.append(Client.code == code)
    if number := phone_key(typed):
        conditions.append(Client.phone_key == number)
    words = typed.split()
    years = [int(word) for word in words if len(word) == 4 and word.isascii() and word.isdecimal() and 1900 <= int(word) <= 2100]
    keys = [key for word in words if not word.isdigit() for key in word_keys(word)]
    if keys:
        # each word typed begins a word of the name, in whatever order; a year beside them narrows
        narrowed = [Client.name_key.contains(f" {key}", autoescape=True) for key in keys]
        conditions.append(and_(*narrowed, *(or_(Client.birth_year == year, Client.birth_year.is_(None)) for year in years)))
    elif years:
        conditions.append(Client.birth_year.in_(years))
    return conditions
