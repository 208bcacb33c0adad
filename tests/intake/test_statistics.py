from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from intake.conftest import US
from kim_intake.model.consultation import Consultation
from kim_intake.operations.count_statistics import count_statistics, month_figures
from kim_intake.operations.issue_code import IssueCode, issue_code
from kim_intake.operations.set_up_site import Body, SetUpSite, set_up_site
from kim_intake.rules.counting import COUNTING_RULES

MARCH, MAY = date(2022, 3, 1), date(2022, 5, 31)
JUNE = date(2022, 6, 1)
ARKADEN, HERZOGENRATH = "aachen-arkaden", "rathaus-herzogenrath"


@pytest.fixture
def count(house: Any) -> Callable[..., dict[str, Any]]:
    def figures(from_: date = MARCH, to: date = MAY, today: date = JUNE) -> dict[str, Any]:
        with house.database.read() as session:
            return count_statistics(session, from_, to, today)

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
    record("haddad", site=HERZOGENRATH, origin="SYR")
    figures = count()["consultations"]["case_management"]
    assert figures["by_site"][HERZOGENRATH]["by_origin"] == {"SYR": 1, "UKR": 0}
    assert figures["by_origin"] == {"SYR": 1, "UKR": 1}
    assert figures["by_topic"] == {"health": 1, "housing": 2}


def test_of_a_site_with_one_desk_only_whole_months_that_are_over_are_told(record: Callable[..., Consultation], count: Any) -> None:
    for month, day in ((4, 29), (5, 10)):
        record("haddad", at=datetime(2022, month, day, 9, tzinfo=UTC), site=HERZOGENRATH)
    for period, today, found in (
        ((MARCH, MAY), JUNE, ({HERZOGENRATH: 2}, 0)),
        ((MARCH, MAY), MAY, ({HERZOGENRATH: 1}, 1)),  # on its last day May is not over
        ((MARCH, date(2022, 5, 30)), JUNE, ({HERZOGENRATH: 1}, 1)),
        ((date(2022, 4, 2), MAY), JUNE, ({HERZOGENRATH: 1}, 1)),
        ((date(2022, 5, 10), date(2022, 5, 10)), JUNE, ({}, 1)),
    ):
        figures = count(*period, today)["consultations"]["case_management"]
        assert ({site: one["total"] for site, one in figures["by_site"].items()}, figures["not_by_site"]) == found, period


def test_of_a_site_with_five_desks_each_day_is_told_unless_the_rest_would_be_a_single_desk(
    record: Callable[..., Consultation], count: Any
) -> None:
    record()
    day = (date(2022, 5, 10), date(2022, 5, 10))
    assert count(*day)["consultations"]["case_management"]["by_site"][ARKADEN]["total"] == 1
    record("haddad", site=HERZOGENRATH)
    figures = count(*day)["consultations"]["case_management"]
    assert (figures["total"], figures["by_site"], figures["not_by_site"]) == (2, {}, 2)


def test_a_site_is_told_by_what_families_needed_and_not_by_how_somebody_worked(record: Callable[..., Consultation], count: Any) -> None:
    record()
    figures = count()["consultations"]["case_management"]
    assert set(figures["by_site"][ARKADEN]) == {"total", "persons_at_the_table", "by_origin", "by_topic", "by_language"}
    assert {"by_kind", "by_month", "by_channel", "by_interpreter", "anonymous"} <= set(figures)
    assert "by_site" not in count()["proposals"]


def test_a_house_with_fewer_than_three_desks_tells_others_of_families_alone(
    record: Callable[..., Consultation], house: Any, act_of: Any
) -> None:
    record("lindner", service="school_entry", hand_over_to="case_management")

    def told() -> set[str]:
        with house.database.read() as session:
            return {one.name for one in month_figures(session, "2022-05")}

    assert {"hand_overs", "referrals_sent"} <= told()
    with house.database.write() as session:
        for site in (ARKADEN, HERZOGENRATH):
            set_up_site(session, act_of(), SetUpSite(site, site, "05334016", (Body("case_management", US, desks=1),)))
    assert told() == {"consultations.school_entry", "persons_at_the_table.school_entry"}


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
    assert figures["sites"][ARKADEN]["case_management_desks"] == 5


def test_every_figure_explains_itself_in_both_languages(record: Callable[..., Consultation], count: Any) -> None:
    record()
    (figures,) = count()["consultations"].values()
    explained = {name for name in figures if name in COUNTING_RULES}
    assert {"total", "persons_at_the_table", "known_different_persons", "by_origin", "by_topic", "by_site"} <= explained
    assert all(set(rule) == {"de", "en"} for rule in COUNTING_RULES.values())


def test_a_month_told_outside_holds_sums_only(record: Callable[..., Consultation], house: Any) -> None:
    record(origin="UKR")
    with house.database.read() as session:
        told = month_figures(session, "2022-05")
    assert ("consultations.case_management", None, None, 1) in {(one.name, one.by, one.key, one.value) for one in told}
    assert {one.by for one in told} <= {None, "site", "topic", "origin"}


def test_the_tiles_of_today_count_ones_own_talks_and_no_colleagues(record: Callable[..., Consultation], desk: Any) -> None:
    record("aydin", persons_present=4)
    record("haddad")
    shown = {who: " ".join(re.sub(r"<[^>]+>", " ", desk(who).get("/heute").text).split()) for who in ("aydin", "haddad", "lindner")}
    assert "1 eigene Beratung heute 4 Personen am Tisch heute" in shown["aydin"]
    assert "1 eigene Beratung heute 5 Personen am Tisch heute" in shown["haddad"]
    assert "0 eigene Beratungen heute" in shown["lindner"]
