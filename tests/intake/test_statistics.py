from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from kim_intake.model.consultation import Consultation
from kim_intake.model.consultation_figures import OF_WORK
from kim_intake.operations.count_statistics import count_statistics, month_figures
from kim_intake.operations.issue_code import IssueCode, issue_code
from kim_intake.rules.counting import COUNTING_RULES
from kim_referral.operations.give_slip import GiveSlip, give_slip
from kim_runtime.refusal import Refused

MARCH, MAY = date(2022, 3, 1), date(2022, 5, 31)
JUNE = date(2022, 6, 1)
THREE = ("haddad", "breuer", "kowalczyk")
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
    record("haddad", persons_present=3, client_code=code)
    record("breuer", persons_present=4)
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


@pytest.mark.parametrize("site", [HERZOGENRATH, ARKADEN], ids=["one desk", "five desks"])
@pytest.mark.parametrize("people", [("haddad",), ("haddad", "breuer"), ("haddad", "breuer", "kowalczyk")], ids=len)
def test_of_a_site_only_whole_months_that_are_over_are_told_however_many_people_share_its_desks(
    record: Callable[..., Consultation], count: Any, site: str, people: tuple[str, ...]
) -> None:
    """Five desks may be one person's, and one desk may be three people's, each alone on their day: the colleagues know the roster."""
    for month, day in ((4, 29), (5, 10)):
        for person in people:
            record(person, at=datetime(2022, month, day, 9, tzinfo=UTC), site=site)
    n, half = len(people), {"from": "2022-05-01", "to": "2022-05-15"}
    for period, today, found in (
        ((MARCH, MAY), JUNE, ({site: 2 * n}, 0)),
        ((MARCH, date(2022, 5, 30)), JUNE, ({site: n}, n if n >= 3 else 0)),
        ((date(2022, 4, 2), MAY), JUNE, ({site: n}, n if n >= 3 else 0)),
        ((MARCH, date(2022, 5, 20)), date(2022, 5, 20), ({site: n}, n if n >= 3 else 0)),
        ((MARCH, MAY), MAY, ({site: n}, n if n >= 3 else 0)),  # on its last day May is not over
    ):
        figures = count(*period, today)["consultations"]["case_management"]
        assert ({site: one["total"] for site, one in figures["by_site"].items()}, figures["not_by_site"]) == found, period
    figures = count(date(2022, 5, 1), date(2022, 5, 20), date(2022, 5, 20))["consultations"]["case_management"]
    assert (figures["by_site"], figures["total"], figures["told"]) == (({}, n, half) if n >= 3 else ({}, None, None))


def test_half_of_the_present_month_is_told_of_a_service_once_three_people_counselled_in_it(
    record: Callable[..., Consultation], count: Any
) -> None:
    """Who looks at a running total every quarter of a minute would else see one colleague work."""
    record("haddad", at=datetime(2022, 4, 29, 9, tzinfo=UTC))
    running = date(2022, 5, 20)
    told = []
    for person in ("haddad", "haddad", "breuer", "kowalczyk"):
        record(person)
        figures = count(MARCH, MAY, running)["consultations"]["case_management"]
        told.append((figures["total"], figures["persons_at_the_table"], figures["by_month"], figures["told"]["to"]))
    april, both = {"2022-04": 1}, {"2022-04": 1, "2022-05": 4}
    assert told == [(1, 5, april, "2022-04-30")] * 3 + [(5, 25, both, "2022-05-15")]
    assert count(date(2022, 5, 1), MAY, running)["consultations"]["case_management"]["total"] == 4
    assert count(MARCH, MAY, date(2022, 5, 14))["consultations"]["case_management"]["told"]["to"] == "2022-04-30"


def test_no_period_tells_the_day_of_a_service(record: Callable[..., Consultation], count: Any) -> None:
    """Three people counselled in each half of May, and one alone on the 10th: no two periods part that day from the others."""
    for day in (3, 20):
        for person in THREE:
            record(person, at=datetime(2022, 5, day, 9, tzinfo=UTC))
    record("haddad", at=datetime(2022, 5, 10, 9, tzinfo=UTC))
    told = {}
    for last in range(15, 32):
        figures = count(MARCH, date(2022, 5, last))["consultations"]["case_management"]
        told.setdefault((figures["told"]["to"], figures["total"], figures["by_kind"]["first"]), []).append(last)
    assert told == {("2022-05-15", 4, 4): list(range(15, 31)), ("2022-05-31", 7, 7): [31]}
    with pytest.raises(Refused, match="halbe und ganze Monate"):
        count(date(2022, 5, 10), date(2022, 5, 10))


def test_a_period_in_the_present_month_tells_nothing_of_one_colleague(record: Callable[..., Consultation], count: Any) -> None:
    record("lindner", service="school_entry")
    figures = count(date(2022, 5, 1), date(2022, 5, 15), date(2022, 5, 20))["consultations"]["school_entry"]
    assert {value for name, value in figures.items() if name != "by_site"} == {None} and figures["by_site"] == {}
    assert count(MARCH, MAY)["consultations"]["school_entry"]["total"] == 1, "the month after it is"


@pytest.mark.parametrize(
    ("people", "told"), [(("lindner",), False), (("lindner", "haddad"), False), (("lindner", "haddad", "breuer"), True)]
)
def test_how_was_counselled_is_told_of_three_people_and_more(
    record: Callable[..., Consultation], count: Any, people: tuple[str, ...], told: bool
) -> None:
    """Two desks of one person, one desk of two: how they counselled would be how somebody works."""
    for person in people:
        record(person, service="school_entry")
    figures = count()["consultations"]["school_entry"]
    assert {name: figures[name] is not None for name in OF_WORK} == dict.fromkeys(OF_WORK, told)
    assert figures["total"] == len(people) and figures["by_origin"]
    assert {"by_kind", "by_channel", "by_interpreter", "anonymous"} == set(OF_WORK)


def test_a_site_is_told_by_what_families_needed_and_not_by_how_somebody_worked(record: Callable[..., Consultation], count: Any) -> None:
    record()
    figures = count()["consultations"]["case_management"]
    assert set(figures["by_site"][ARKADEN]) == {"total", "persons_at_the_table", "by_origin", "by_topic", "by_language"}
    assert {"by_kind", "by_month", "by_channel", "by_interpreter", "anonymous"} <= set(figures)
    assert "by_site" not in count()["proposals"]


def test_hand_overs_and_referrals_are_told_outside_where_three_people_made_them(record: Callable[..., Consultation], house: Any) -> None:
    def told() -> set[str]:
        with house.database.read() as session:
            return {one.name for one in month_figures(session, "2022-05")}

    for _turn in range(3):
        record("lindner", service="school_entry", hand_over_to="case_management")
    assert told() == {"consultations.school_entry", "persons_at_the_table.school_entry", "referrals_sent"}  # of these there is none
    for person in ("haddad", "breuer"):
        record(person, service="school_entry", hand_over_to="case_management")
    assert {"hand_overs", "referrals_sent"} <= told()


def test_a_day_is_the_day_at_the_desk_and_both_ends_count(record: Callable[..., Consultation], count: Any) -> None:
    record(at=datetime(2022, 4, 30, 22, 30, tzinfo=UTC))  # 1 May, 00:30 in Aachen
    record(at=datetime(2022, 5, 31, 21, 30, tzinfo=UTC))  # 31 May, 23:30 there
    assert count(MARCH, date(2022, 4, 30))["consultations"] == count(JUNE, date(2022, 6, 30), date(2022, 7, 1))["consultations"] == {}
    assert count(date(2022, 5, 1), MAY)["consultations"]["case_management"]["by_month"] == {"2022-05": 2}


def test_hand_overs_are_counted_by_from_and_to(record: Callable[..., Consultation], count: Any) -> None:
    for person in THREE:
        record(person, service="school_entry", hand_over_to="case_management")
        record(person, hand_over_to="health_kiosk")
    figures = count()["hand_overs"]
    assert (figures["total"], figures["taken"], figures["open"]) == (6, 0, 6)
    assert figures["from_to"]["case_management"]["health_kiosk"]["by_state"] == {"feedback_open": 3}


def test_hand_overs_of_fewer_than_three_people_are_not_counted_nor_those_the_rest_would_tell(
    record: Callable[..., Consultation], count: Any
) -> None:
    record("lindner", service="school_entry", hand_over_to="case_management")
    assert count()["hand_overs"] == {"total": None, "taken": None, "open": None, "by_state": None, "from_to": {}, "told": None}
    for person in THREE:
        record(person, hand_over_to="health_kiosk")
    figures = count()["hand_overs"]
    assert (figures["total"], figures["from_to"]) == (4, {})


def test_referrals_of_fewer_than_three_people_are_not_counted(house: Any, act_of: Any, count: Any) -> None:
    for turn, person in enumerate(THREE, start=1):
        with house.database.write() as session:
            give_slip(session, act_of(person), GiveSlip("sprungbrett"))
        sent = count()["referrals"]["sent"]
        assert (sent["total"], sent["by_receiver"] != {}) == ((3, True) if turn == 3 else (None, False)), turn
    assert sent["told"] == {"from": "2022-03-01", "to": "2022-05-31"}


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
