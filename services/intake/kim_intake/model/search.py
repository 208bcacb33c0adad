"""The search for somebody who may have been here before."""

from __future__ import annotations

from collections.abc import Sequence

from kim_runtime.act import Act
from kim_runtime.guesses import by_code
from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from kim_intake.model.client import Client
from kim_intake.model.sight import clients_open_to
from kim_intake.rules.name_key import phone_key, word_keys
from kim_intake.rules.return_code import read_code

HITS_AT_MOST = 20
SHORTEST_BEGINNING = 3  # letters of a key (`name_key`) that find whoever's name begins so; shorter ones find a name written so (Vo, Li)


def find_clients(session: Session, act: Act, typed: str) -> Sequence[Client]:
    """Who could be meant by a name in any writing, with a birth year or without, a telephone number or a return code; newest contact first,
    at most 20. Raises Refused for who tried too many codes.

    Only whom the actor may see. Nothing is decided here: a hit is a candidate for the person who looks. Nobody is listed who was not meant:
    one letter, or a birth year alone, would give out everybody at a desk that many share.
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
    if read_code(typed) is None:
        return session.scalars(query).all()
    return by_code(session, "clients", lambda: session.scalars(query).all()) or []


def _conditions(typed: str) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if code := read_code(typed):
        conditions.append(Client.code == code)
    if number := phone_key(typed):
        conditions.append(Client.phone_key == number)
    if keys := _keys(typed):
        # each word typed begins a word of the name, in whatever order; a year beside them narrows
        years = [int(word) for word in typed.split() if _is_year(word)]
        name = Client.name_key + ("" if _is_beginning(keys) else " ")
        words = [name.contains(f" {key}{'' if _is_beginning(keys) else ' '}", autoescape=True) for key in keys]
        conditions.append(and_(*words, *(or_(Client.birth_year == year, Client.birth_year.is_(None)) for year in years)))
    return conditions


def is_too_short(typed: str) -> bool:
    """Whether it finds only who is called exactly so, being letters too few for a beginning, or nobody, being a year without a name."""
    return not _is_beginning(_keys(typed)) and any(map(_is_year_or_word, typed.split()))


def _keys(typed: str) -> list[str]:
    return [key for word in typed.split() if not word.isdigit() for key in word_keys(word)]


def _is_beginning(keys: Sequence[str]) -> bool:
    """Whether the words typed may be beginnings: one of them is long enough, and the others narrow."""
    return any(len(key) >= SHORTEST_BEGINNING for key in keys)


def _is_year(word: str) -> bool:
    return len(word) == 4 and word.isascii() and word.isdecimal() and 1900 <= int(word) <= 2100


def _is_year_or_word(word: str) -> bool:
    return _is_year(word) or not word.isdigit()
