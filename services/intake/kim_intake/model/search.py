"""The search for somebody who may have been here before."""

from __future__ import annotations

from collections.abc import Sequence

from kim_runtime.act import Act
from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from kim_intake.model.client import Client
from kim_intake.model.sight import clients_open_to
from kim_intake.rules.name_key import phone_key, word_keys
from kim_intake.rules.return_code import read_code

HITS_AT_MOST = 20


def find_clients(session: Session, act: Act, typed: str) -> Sequence[Client]:
    """Who could be meant by a name in any writing, a telephone number, a birth year or a return code; newest contact first, at most 20.

    Only whom the actor may see. Nothing is decided here: a hit is a candidate for the person who looks.
    """
    conditions = _conditions(typed)
    if not conditions:
        return []
    query = (
        select(Client)
        .where(or_(*conditions), clients_open_to(act, "client.list"))
        .order_by(Client.last_contact.desc(), Client.id)
        .limit(HITS_AT_MOST)
    )
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
