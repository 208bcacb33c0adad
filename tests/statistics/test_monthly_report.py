"""A partner's month travels to the coordinating organisation, is replaced by a newer version, and is added up for a period."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.operations import Operations
from kim_bus.reaction import Received
from kim_runtime.database import Database
from kim_statistics import steps
from kim_statistics.figures import Figure
from kim_statistics.model import PartnerStatistics, metadata
from kim_statistics.partners import STATISTICS_REACTION, months_between, partner_figures
from kim_statistics.report import month_before, report_month

COORDINATOR = "staedteregion-aachen"


@pytest.fixture
def caritas(houses: Any) -> Any:
    return houses("caritas-eifel.casework", metadata=(metadata,), reactions=(STATISTICS_REACTION,))


@pytest.fixture
def region(houses: Any) -> Any:
    return houses(f"{COORDINATOR}.casework", metadata=(metadata,), reactions=(STATISTICS_REACTION,))


def cases(*open_by_phase: int) -> list[Figure]:
    by_phase = [Figure("cases-open", "phase", f"phase-{place}", count) for place, count in enumerate(open_by_phase)]
    return [Figure("cases-open", value=sum(open_by_phase)), *by_phase]


def report(house: Any, month: str, figures: list[Figure], coordinator: str = COORDINATOR) -> Any:
    with house.database.write() as session:
        session.info["coordinator"] = coordinator
        return report_month(session, house.act(), lambda _session, _month: figures, month)


def figures_of(house: Any, from_: date, to: date) -> dict[str, Any]:
    with house.database.read() as session:
        return partner_figures(session, from_, to)


def test_a_month_arrives_with_its_small_cells_withheld(caritas: Any, region: Any, pump_all: Callable[[], int]) -> None:
    report(caritas, "2022-07", cases(12, 2, 7))
    pump_all()
    found = figures_of(region, date(2022, 7, 1), date(2022, 7, 31))["caritas-eifel"]
    assert [(one["key"], one["sum"], one["suppressed"]) for one in found["figures"]] == [
        (None, "21", 0), ("phase-0", "12", 0), ("phase-1", None, 1), ("phase-2", None, 1),
    ]  # fmt: skip


def test_the_own_organisation_is_not_reported_to(region: Any) -> None:
    assert report(region, "2022-07", cases(12)) is None
    assert report(region, "2022-07", cases(12), coordinator="") is None


def test_the_same_figures_again_are_not_told_again(caritas: Any, region: Any, pump_all: Callable[[], int]) -> None:
    assert report(caritas, "2022-07", cases(12)).version == 1
    assert report(caritas, "2022-07", cases(12)).version == 1
    assert report(caritas, "2022-07", cases(13)).version == 2
    pump_all()
    assert figures_of(region, date(2022, 7, 1), date(2022, 7, 31))["caritas-eifel"]["figures"][0]["sum"] == "13"


def test_months_are_added_and_missing_ones_named(caritas: Any, region: Any, pump_all: Callable[[], int]) -> None:
    report(caritas, "2022-05", cases(4))
    report(caritas, "2022-06", cases(2))
    report(caritas, "2022-07", cases(6))
    pump_all()
    found = figures_of(region, date(2022, 5, 15), date(2022, 8, 15))["caritas-eifel"]
    assert found["months"] == ["2022-05", "2022-06", "2022-07"]
    assert found["missing"] == ["2022-08"]
    assert found["figures"][0] == {"name": "cases-open", "by": None, "key": None, "sum": "10", "last": "6", "suppressed": 1}


def test_a_lower_version_never_replaces_a_higher_one(region: Any) -> None:
    def event(version: int, value: str) -> Received:
        data = {"month": "2022-07", "suppressed_below": 3, "figures": [{"name": "cases-open", "by": None, "key": None, "value": value}]}
        return Received(
            id=f"e{version}", name="statistics.reported.v1", organisation="caritas-eifel", service="casework", subject="2022-07",
            version=version, time=datetime(2022, 8, 1, tzinfo=UTC), data=data, recipient="all", correlation_id="c",
        )  # fmt: skip

    with region.database.write() as session:
        STATISTICS_REACTION.handle(session, region.act(), event(2, "13"))
        STATISTICS_REACTION.handle(session, region.act(), event(1, "12"))
        assert session.get_one(PartnerStatistics, ("caritas-eifel", "2022-07")).figures[0]["value"] == "13"


def test_months_of_a_period_over_the_turn_of_the_year() -> None:
    assert months_between(date(2022, 11, 30), date(2023, 1, 2)) == ["2022-11", "2022-12", "2023-01"]


def test_the_migration_step_makes_the_tables_of_the_model_and_takes_them_away(tmp_path: Any) -> None:
    database = Database(f"sqlite:///{tmp_path / 'steps.sqlite3'}")
    with database.engine.begin() as connection:
        context = MigrationContext.configure(connection)
        steps.create_statistics_1(Operations(context))
        assert compare_metadata(context, metadata) == []
        steps.drop_statistics_1(Operations(context))
        assert {difference[0] for difference in compare_metadata(context, metadata)} == {"add_table"}
    database.close()


def test_the_month_before_january_is_december() -> None:
    assert month_before(date(2023, 1, 2)) == "2022-12"
