from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from kim_intake.model.consultation import Consultation
from kim_intake.operations.count_statistics import count_statistics, month_figures
from kim_intake.operations.issue_code import IssueCode, issue_code
from kim_intake.rules.counting import COUNTING_RULES

MARCH, MAY = date(2022, 3, 1), date(2022, 5, 10)


@pytest.fixture
def count(house: Any) -> Callable[..., dict[str, Any]]:
    def figures(from_: date = MARCH, to: date = MAY) -> dict[str, Any]:
        with house.database.read() as session:
            return count_statistics(session, from_, to)

    return figures


def test_the_two_services_stand_apart_and_are_never_added(record: Callable[..., Consultation], count: Any) -> None:
    record()
    record("lindner", service="school_entry")
    record("lindner", service="school_entry")
    consultations = count()["consultations"]
    assert {service: figures["total"] for service, figures in consultations.items()} == {"case_management": 1, "school_entry": 2}


def test_persons_at_the_table_and_known_different_persons_are_two_figures(
    record: Callable[..., Consultation], count: Any, house: Any, act_of: Any
) -> None:
    first = record(persons_present=5)
    with house.database.write() as session:
        code = issue_code(session, act_of(), IssueCode(first.id)).code
    record(persons_present=3, client_code=code)
    record(persons_present=4)
    figures = count()["consultations"]["case_management"]
    assert (figures["total"], figures["persons_at_the_table"]) == (3, 12)
    assert (figures["known_different_persons"], figures["anonymous"]) == (1, 1)


def test_the_share_of_usual_sizes_counts_two_to_five(record: Callable[..., Consultation], count: Any) -> None:
    for persons in (1, 2, 5, 6):
        record(persons_present=persons)
    assert count()["consultations"]["case_management"]["usual_size_share"] == 0.5


def test_no_ukrainians_in_herzogenrath_is_a_figure_too(record: Callable[..., Consultation], count: Any) -> None:
    record(origin="UKR", topics=("housing", "health"))
    record("haddad", site="rathaus-herzogenrath", origin="SYR")
    figures = count()["consultations"]["case_management"]
    assert figures["by_site"]["rathaus-herzogenrath"]["by_origin"] == {"SYR": 1, "UKR": 0}
    assert figures["by_origin"] == {"SYR": 1, "UKR": 1}
    assert figures["by_topic"] == {"health": 1, "housing": 2}


def test_a_day_is_the_day_at_the_desk_and_both_ends_count(record: Callable[..., Consultation], count: Any) -> None:
    record(at=datetime(2022, 4, 30, 22, 30, tzinfo=UTC))  # 1 May, 00:30 in Aachen
    assert count(MARCH, date(2022, 4, 30))["consultations"] == {}
    assert count(date(2022, 5, 1), date(2022, 5, 1))["consultations"]["case_management"]["by_month"] == {"2022-05": 1}


def test_hand_overs_are_counted_by_from_and_to(record: Callable[..., Consultation], count: Any) -> None:
    record("lindner", service="school_entry", hand_over_to="case_management")
    record(hand_over_to="health_kiosk")
    figures = count()["hand_overs"]
    assert (figures["total"], figures["taken"], figures["open"]) == (2, 0, 2)
    assert figures["from_to"]["case_management"]["health_kiosk"]["by_state"] == {"feedback_open": 1}


def test_an_empty_period_has_no_figures_and_no_errors(count: Any) -> None:
    figures = count()
    assert figures["consultations"] == {}
    assert figures["proposals"]["total"] == figures["hand_overs"]["total"] == 0
    assert figures["sites"]["aachen-arkaden"]["case_management_desks"] == 5


def test_every_figure_explains_itself_in_both_languages(record: Callable[..., Consultation], count: Any) -> None:
    record()
    (figures,) = count()["consultations"].values()
    explained = {name for name in figures if name in COUNTING_RULES}
    assert {"total", "persons_at_the_table", "known_different_persons", "by_origin", "by_topic"} <= explained
    assert all(set(rule) == {"de", "en"} for rule in COUNTING_RULES.values())


def test_a_month_told_outside_holds_sums_only(record: Callable[..., Consultation], house: Any) -> None:
    record(origin="UKR")
    with house.database.read() as session:
        told = month_figures(session, "2022-05")
    assert ("consultations.case_management", None, None, 1) in {(one.name, one.by, one.key, one.value) for one in told}
    assert {one.by for one in told} <= {None, "site", "kind", "topic", "origin"}
