"""The migrations make exactly the tables of the model, and the operations mean the same on both databases."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from kim_casework.model.case import Case, list_cases
from kim_casework.model.site import consultations_by_site, count_consultations
from kim_casework.model.staff import AssignabilityTold
from kim_casework.operations.close_case import CloseCase, close_case
from kim_casework.operations.count_statistics import count_statistics
from kim_casework.operations.order_interpreting import OrderInterpreting, order_interpreting
from kim_casework.operations.withdraw_order import WithdrawOrder, withdraw_order
from kim_casework.service import SERVICE
from kim_runtime import migrations
from kim_runtime.act import Actor
from kim_runtime.database import Database
from sqlalchemy import select, text


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'casework.sqlite3'}"
    return str(request.getfixturevalue("postgres_database_url"))


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    database = Database(url)
    yield database
    database.close()


@pytest.mark.slow
def test_migrations_make_the_tables_of_the_model_and_take_them_away_again(database: Database) -> None:
    migrations.upgrade(database, "kim_casework")
    assert migrations.differences(database, SERVICE.metadata) == []
    assert migrations.is_current(database, "kim_casework")
    migrations.downgrade(database, "kim_casework")
    assert migrations.current(database) is None
    migrations.upgrade(database, "kim_casework")
    assert migrations.differences(database, SERVICE.metadata) == []


def test_what_was_told_of_staff_without_cases_is_forgotten_with_the_kinds_of_their_posts(database: Database) -> None:
    migrations.upgrade(database, "kim_casework", "0015")
    insert = (
        "insert into assignability_told (source, subject, version, staff, role, first, last, share, told_at)"
        " values ('staffing', :staff, 1, :staff, :role, '2022-03-01', '2022-12-31', 50, '2022-03-01 09:00:00')"
    )
    with database.write() as session:
        for staff, role in (("p-01", "case_management"), ("p-09", "coordination")):
            session.execute(text(insert), {"staff": staff, "role": role})
    migrations.upgrade(database, "kim_casework")
    with database.read() as session:
        assert [told.staff for told in session.scalars(select(AssignabilityTold))] == ["p-01"]


def test_a_case_its_order_and_its_figures_are_the_same_on_both_databases(
    database: Database, url: str, open_house: Callable[..., Any], actors: dict[str, Actor], admit: Callable[..., Case]
) -> None:
    migrations.upgrade(database, "kim_casework")
    house = open_house("staedteregion-aachen.casework", [(actors["kowalczyk"], "p-01")], url=url)
    case, other = admit(house, name="Zahra Azizi"), admit(house)
    act = house.act(actors["kowalczyk"])
    wanted = OrderInterpreting("phone", "authority", "prs", date(2022, 6, 1), False, "Infopunkt", "05334002", case_id=case.id, minutes=30)
    with house.database.write() as session:
        order = order_interpreting(session, act, wanted)
    with house.database.write() as session:
        withdraw_order(session, act, WithdrawOrder(order.id))
        close_case(session, act, CloseCase(other.id, "moved_away"))
        for _ in range(2):
            count_consultations(session, {("arkaden", act.today, "case_management", "first"): 1})
    with house.database.read() as session:
        assert [one.number for one in list_cases(session, act, words="azizi")] == ["2022-0001"]
        assert consultations_by_site(session, act.today) == [("arkaden", "case_management", 2)]
        figures = count_statistics(session, date(2022, 3, 1), date(2022, 8, 15), date(2022, 9, 1))
    assert (figures["cases"]["open_at_end"], figures["cases"]["closed"], figures["persons_in_cases"]) == (1, 1, 1)
    assert figures["orders"] == {"requested": 1, "by_state": {"withdrawn": 1}}
