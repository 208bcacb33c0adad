"""The whole scenario, from the desk to the progress report, on the embedded transport and on RabbitMQ with PostgreSQL."""

from __future__ import annotations

from typing import Any

import pytest
from kim_bus.tables import inbox, outbox, refused
from kim_demo import scenario
from kim_demo.scenario import FIRST_REPORT, LAST_DAY
from kim_demo.stated import compare
from kim_demo.story.consultations import LATE_ENTRIES
from kim_demo.story.referrals import OFFERED_PERSON, REJECTED, REVOKED, ROETGEN
from kim_report.frozen import differences
from sqlalchemy import func, select

pytestmark = pytest.mark.slow
NOT_COMPARED = ("composed_at", "sources")


def figures(report: Any) -> dict[str, Any]:
    return {chapter: value for chapter, value in report.items() if chapter not in NOT_COMPARED}


def test_every_stated_figure_is_met_by_what_the_services_counted(embedded: Any) -> None:
    rows = compare(scenario.load(), embedded.first)
    assert len(rows) == len(scenario.load()["stated"])
    assert [f"{row.id}: stated {row.stated}, reported {row.reported}" for row in rows if not row.agrees] == []


def test_a_figure_that_is_off_is_seen(embedded: Any) -> None:
    off = embedded.compose(FIRST_REPORT)
    off["consultations"]["case_management"]["total"] += 1
    assert "consultations-case-management" in {row.id for row in compare(scenario.load(), off) if not row.agrees}


def test_everything_that_was_said_has_taken_effect(embedded: Any) -> None:
    for mailbox, house in embedded.houses.items():
        with house.database.read() as session:
            assert session.scalar(select(func.count()).select_from(outbox).where(outbox.c.published_at.is_(None))) == 0, mailbox
            assert dict(session.execute(select(inbox.c.state, func.count()).group_by(inbox.c.state)).all()).keys() <= {"done"}, mailbox
            assert session.scalar(select(func.count()).select_from(refused)) == 0, mailbox


def test_a_frozen_report_keeps_its_figures_and_later_entries_show_as_a_difference(embedded: Any) -> None:
    then, now = embedded.reports[FIRST_REPORT].report, embedded.compose(FIRST_REPORT)
    found = {entry.path: entry.change for entry in differences(then, now)}
    assert found["consultations.case_management.total"] == LATE_ENTRIES


def test_the_second_report_tells_of_the_extensions_and_the_empty_pot(embedded: Any) -> None:
    report = embedded.reports[LAST_DAY].report
    wanted = {"ended": 12, "extended_in_time": 11, "fte_in_time": "10.0", "not_in_time": 1, "fte_not_in_time": "0.5"}
    assert wanted.items() <= report["staffing"]["extensions"].items()
    pot = report["interpreting"]["pots"]["kim-dolmetschen-2022"]
    assert (pot["left"], pot["paid"]) == ("0.00", "30000.00")
    assert [warning["percent"] for warning in pot["warnings"]] == [75, 90, 100]


def test_what_is_ordered_after_the_story_finds_money(embedded: Any) -> None:
    pots = embedded.reports[LAST_DAY].report["interpreting"]["pots"]
    assert [pots[f"{pot}-2023"]["left"] for pot in ("kim-dolmetschen", "land-sprachmittlerpool")] == ["30000.00", "50000.00"]
    assert not [pot for pot in embedded.compose(FIRST_REPORT)["interpreting"]["pots"] if pot.endswith("-2023")]


def test_partners_figures_arrive_as_events(embedded: Any) -> None:
    partners = embedded.reports[LAST_DAY].report["partners"]
    assert "casework" in partners["caritas-eifel"]
    assert "intake" in partners["auslaenderamt"]


@pytest.mark.parametrize("person", [OFFERED_PERSON, ROETGEN, REJECTED, REVOKED])
def test_a_referral_leaves_no_name_but_with_sender_and_receiver(embedded: Any, person: str) -> None:
    """Whole files are searched, with their free pages and write-ahead logs: also what was deleted must not be found elsewhere."""
    folder = embedded.layout.folder
    allowed = {
        OFFERED_PERSON: {"auslaenderamt.intake", "staedteregion-aachen.casework"},
        ROETGEN: {"staedteregion-aachen.casework", "caritas-eifel.casework"},
        REJECTED: {"staedteregion-aachen.casework", "caritas-eifel.casework"},
        REVOKED: {"staedteregion-aachen.casework", "caritas-eifel.casework"},
    }[person]
    holding = {path.name.partition(".sqlite")[0] for path in folder.rglob("*") if path.is_file() and person.encode() in path.read_bytes()}
    assert holding <= allowed, holding
    assert holding, "the sender must still know whom it referred"


@pytest.mark.rabbitmq
@pytest.mark.postgres
def test_rabbitmq_and_postgresql_give_the_same_figures(embedded: Any, served_by_servers: Any) -> None:
    for day in (FIRST_REPORT, LAST_DAY):
        assert figures(served_by_servers.reports[day].report) == figures(embedded.reports[day].report)
