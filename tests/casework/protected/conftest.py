"""A case that is closed to the house, and what its tests ask of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from kim_audit.tables import entries
from kim_casework.model.case import Case
from kim_casework.model.standing import lets
from kim_casework.operations.order_interpreting import OrderInterpreting
from kim_casework.operations.protect_case import ProtectCase, protect_case
from kim_runtime.act import Actor
from sqlalchemy import select

WHY = "Kind seit heute früh vermisst, niemand erreichbar"
HOUSE = "staedteregion-aachen"
JUNE = date(2022, 6, 1)
BY_KEY = re.compile(r"(; )?by key kim_\w+$")  # of a program, beside the reason
READER = {"reader": Actor("reader", "Leserin", HOUSE, frozenset({"protected_case_reader"}))}


@pytest.fixture
def actors(actors: dict[str, Actor]) -> dict[str, Actor]:
    return {**actors, "lentz": Actor("lentz", "Lentz", HOUSE, frozenset({"case_manager", "protected_case_reader"})), **READER}


@pytest.fixture
def do(casework: Any, actors: dict[str, Actor]) -> Callable[..., Any]:
    """`do(protect_case, ProtectCase(...), by="thelen")`, at noon of a day in May if named."""

    def one(operation: Callable[..., Any], command: Any, by: str = "thelen", at: datetime | None = None) -> Any:
        with casework.database.write() as session:
            return operation(session, casework.act(actors[by], at), command)

    return one


@pytest.fixture
def protected(admit: Callable[..., Case], casework: Any, do: Callable[..., Any]) -> Case:
    """A case of Kowalczyk about somebody whose address is blocked."""
    case = admit(casework, name="Zahra Azizi")
    do(protect_case, ProtectCase(case.id, "disclosure_block"))
    return case


def sees(casework: Any, actor: Actor, case_id: str, at: datetime | None = None) -> bool:
    with casework.database.read() as session:
        return lets(session, casework.act(actor, at), "case.see", session.get_one(Case, case_id))


def an_order(case_id: str) -> OrderInterpreting:
    return OrderInterpreting("phone", "authority", "prs", JUNE, False, "Infopunkt", "05334002", case_id=case_id, minutes=30)


def audit(casework: Any) -> list[tuple[str, str, str, str]]:
    with casework.database.read() as session:
        rows = session.execute(select(entries).order_by(entries.c.serial))
        return [(row.action, row.thing, row.outcome, BY_KEY.sub("", row.reason)) for row in rows]


def text_of(answer: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True)))


def plain(answer: Any) -> str:
    """Without what is drawn anew for each answer."""
    return re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|\b[0-9a-f]{12}\b|[A-Z0-9]{4}-[A-Z0-9]{4}", "", text_of(answer))
