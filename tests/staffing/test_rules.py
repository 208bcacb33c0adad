"""The rules of staffing with their worked examples: shares, fixed terms, empty posts, working days, coverage, lateness."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kim_staffing.rules.coverage import Assurance, Candidate, Level, cover
from kim_staffing.rules.finding import Weight, share_text
from kim_staffing.rules.fixed_term import EarlierJob, LegalEmployer, Link, look_at, months_between
from kim_staffing.rules.fte import Overfull, Share, Vacancy, active_on, first_overfull_day, fits_step, vacancies
from kim_staffing.rules.lateness import alarm, late_finding, must_name_receiver, signed_in_time
from kim_staffing.rules.reminders import reminders
from kim_staffing.rules.vacancy_money import VacancyRule, money_for
from kim_staffing.rules.working_days import WorkingDays

HALF, ONE = Decimal("0.5"), Decimal("1.0")
STAEDTEREGION = LegalEmployer("staedteregion-aachen", "StädteRegion")
Y2023 = (date(2023, 1, 1), date(2023, 12, 31))
RATE = Decimal("57000.00")
CLOSED = WorkingDays([(date(2022, 12, 23), date(2023, 1, 1))])
FEW = settings(max_examples=40, deadline=None)  # the machine may be busy; the rules are small
DAYS = st.dates(date(2022, 1, 1), date(2023, 12, 31))


def chain(*ends: date, starts_on: date = date(2021, 10, 1), ground: str = "without_ground") -> list[Link]:
    links, first = [], starts_on
    for last in ends:
        links.append(Link(first, last, ONE, ground))
        first = last + timedelta(days=1)
    return links


def codes(links: list[Link], *earlier: EarlierJob) -> list[str]:
    return [finding.code for finding in look_at(links, STAEDTEREGION, earlier).findings]


# ---- fixed terms (§ 14(2) TzBfG)


def test_24_months_with_3_extensions_reach_the_limit_and_no_more() -> None:
    p1 = chain(date(2021, 12, 31), date(2022, 6, 30), date(2022, 12, 31), date(2023, 9, 30))
    looked = look_at(p1, STAEDTEREGION)
    assert (looked.months, looked.extensions) == (24, 3)
    assert [str(finding) for finding in looked.findings] == ["Grenze erreicht: 24 Monate, Verlängerungen: 3"]


def test_month_27_without_a_ground_is_for_hr_law() -> None:
    p1 = chain(date(2021, 12, 31), date(2022, 6, 30), date(2022, 12, 31), date(2023, 12, 31))
    (finding,) = look_at(p1, STAEDTEREGION).findings
    assert (finding.code, finding.weight) == ("too_long", Weight.ASK)
    assert str(finding) == "Monat 27 ohne Sachgrund: Personalrecht fragen (§ 14 Abs. 2 TzBfG)"


def test_one_day_past_24_months_is_month_25() -> None:
    assert months_between(date(2021, 10, 1), date(2023, 9, 30)) == 24
    assert months_between(date(2021, 10, 1), date(2023, 10, 1)) == 25
    assert months_between(date(2020, 2, 29), date(2022, 2, 28)) == 24  # § 188(3) BGB: the month lacks the day
    assert months_between(date(2022, 12, 15), date(2023, 1, 14)) == 1


@pytest.mark.parametrize("starts_on", [date(2021, 12, 1), date(2020, 12, 31), date(2022, 11, 30)])
def test_a_year_is_twelve_months_wherever_it_begins(starts_on: date) -> None:
    assert months_between(starts_on, starts_on.replace(year=starts_on.year + 1) - timedelta(days=1)) == 12


def test_a_fourth_extension_is_for_hr_law() -> None:
    assert codes(chain(*(date(2022, month, 1) for month in (1, 2, 3, 4, 5)))) == ["too_many"]


def test_an_earlier_job_counts_with_the_same_legal_employer_only() -> None:
    once = chain(date(2022, 12, 31))
    assert codes(once, EarlierJob("staedteregion-aachen", date(2015, 12, 31))) == ["earlier_job"]
    assert codes(once, EarlierJob("caritas-eifel", date(2015, 12, 31))) == []


def test_a_term_with_a_ground_before_one_without_is_an_earlier_job() -> None:
    assert codes([*chain(date(2021, 12, 31), ground="replacement"), Link(date(2022, 1, 1), date(2022, 12, 31), ONE)]) == [
        "earlier_job",
        "changes_terms",
    ]


def test_a_gap_of_one_day_makes_a_new_contract() -> None:
    old, new = (
        Link(date(2022, 1, 1), date(2022, 12, 31), ONE, "replacement"),
        Link(date(2023, 1, 2), date(2023, 12, 31), ONE, "replacement"),
    )
    looked = look_at([old, new], STAEDTEREGION)
    assert [str(finding) for finding in looked.findings] == ["keine Verlängerung: neuer Vertrag (Lücke 1.1.)"]
    assert (looked.months, looked.extensions) == (12, 0)


def test_an_extension_that_changes_the_hours_is_asked_about() -> None:
    old, new = Link(date(2022, 1, 1), date(2022, 12, 31), HALF), Link(date(2023, 1, 1), date(2023, 6, 30), Decimal("0.75"))
    assert [str(finding) for finding in look_at([old, new], STAEDTEREGION).findings] == [
        "ändert mehr als das Ende: neuer Vertrag? Personalrecht fragen"
    ]


def test_a_long_chain_with_grounds_is_looked_at() -> None:
    nine_years = chain(*(date(2014 + year, 12, 31) for year in range(9)), starts_on=date(2014, 1, 1), ground="replacement")
    assert codes(nine_years) == ["long_chain"]
    assert codes(nine_years[:5]) == []


# ---- shares of a post


def test_three_halves_fill_a_post_of_one_and_a_half_and_a_fourth_does_not_fit() -> None:
    three = [Share(HALF, date(2022, 10, 1)) for _ in range(3)]
    assert first_overfull_day(three, Decimal("1.5")) is None
    assert first_overfull_day([*three, Share(HALF, date(2022, 11, 1))], Decimal("1.5")) == Overfull(date(2022, 11, 1), Decimal("2.0"))


def test_who_is_absent_counts_nothing_and_leaves_room() -> None:
    absent, instead = Share(ONE, date(2022, 1, 1), active=False), Share(ONE, date(2022, 6, 1))
    assert active_on([absent, instead], date(2022, 7, 1)) == ONE
    assert first_overfull_day([absent, instead], ONE) is None


@FEW
@given(st.lists(st.tuples(st.sampled_from([HALF, ONE]), DAYS, DAYS), max_size=6), st.sampled_from([HALF, ONE, Decimal("1.5")]), DAYS)
def test_on_no_day_more_is_held_than_a_post_has(times: list[tuple[Decimal, date, date]], post: Decimal, day: date) -> None:
    shares = [Share(fte, min(a, b), max(a, b)) for fte, a, b in times]
    if first_overfull_day(shares, post) is None:
        assert active_on(shares, day) <= post


@FEW
@given(st.lists(st.tuples(st.sampled_from([HALF, ONE]), DAYS, DAYS), max_size=5), DAYS)
def test_what_is_held_and_what_is_empty_make_the_post(times: list[tuple[Decimal, date, date]], day: date) -> None:
    shares = [Share(fte, min(a, b), max(a, b)) for fte, a, b in times]
    empty = sum(
        (gap.fte for gap in vacancies(shares, ONE, date(2022, 1, 1), date(2023, 12, 31)) if gap.starts_on <= day <= gap.ends_on), Decimal(0)
    )
    assert empty == max(ONE - active_on(shares, day), Decimal(0))


def test_half_a_post_is_a_step_and_a_quarter_is_not() -> None:
    assert fits_step(HALF) and fits_step(Decimal("1.5")) and not fits_step(Decimal("0.25")) and not fits_step(Decimal(0))
    assert fits_step(Decimal("0.25"), Decimal("0.25"))


def test_a_share_is_said_with_one_decimal_or_two_where_it_needs_them() -> None:
    assert [share_text(Decimal(fte)) for fte in ("6", "0.5", "0.75", "10.50")] == ["6.0", "0.5", "0.75", "10.5"]


# ---- money for empty posts

ALSDORF = [Vacancy(HALF, date(2023, 1, 1), date(2023, 3, 31))]
ESCHWEILER = [Vacancy(ONE, date(2023, 1, 1), date(2023, 5, 14))]
STOLBERG = [Vacancy(ONE, date(2023, 1, 1), date(2023, 8, 31))]


@pytest.mark.parametrize(
    ("rule", "amounts", "total"),
    [
        (VacancyRule.FULL_MONTHS, ["7125.00", "19000.00", "38000.00"], "64125.00"),
        (VacancyRule.DAILY, ["7027.40", "20926.03", "37947.95"], "65901.38"),
        (VacancyRule.NONE, ["0.00", "0.00", "0.00"], "0.00"),
    ],
)
def test_three_empty_posts_give_back_what_the_notice_says(rule: VacancyRule, amounts: list[str], total: str) -> None:
    found = [money_for(gaps, RATE, rule, *Y2023) for gaps in (ALSDORF, ESCHWEILER, STOLBERG)]
    assert found == [Decimal(amount) for amount in amounts]
    assert sum(found) == Decimal(total)
    assert 12 * RATE - sum(found) == Decimal("684000.00") - Decimal(total)


def test_a_month_with_one_day_filled_is_not_a_full_empty_month() -> None:
    assert money_for([Vacancy(ONE, date(2023, 1, 2), date(2023, 2, 28))], RATE, VacancyRule.FULL_MONTHS, *Y2023) == Decimal("4750.00")


def test_a_half_empty_post_gives_back_half_and_two_gaps_of_a_month_join() -> None:
    gaps = [Vacancy(ONE, date(2023, 1, 1), date(2023, 1, 15)), Vacancy(HALF, date(2023, 1, 16), date(2023, 1, 31))]
    assert money_for(gaps, RATE, VacancyRule.FULL_MONTHS, *Y2023) == Decimal("2375.00")


def test_only_days_within_the_grant_count() -> None:
    assert money_for([Vacancy(ONE, date(2022, 6, 1), date(2023, 1, 31))], RATE, VacancyRule.FULL_MONTHS, *Y2023) == Decimal("4750.00")


# ---- working days and reminders


def test_the_last_working_day_of_2022_is_the_22nd_and_the_next_one_2_january() -> None:
    assert CLOSED.on_or_before(date(2022, 12, 31)) == date(2022, 12, 22)
    assert CLOSED.after(date(2022, 12, 22)) == date(2023, 1, 2)
    assert WorkingDays().on_or_before(date(2022, 12, 31)) == date(2022, 12, 30)
    assert not WorkingDays().is_working_day(date(2022, 11, 1))  # Allerheiligen, a holiday in North Rhine-Westphalia
    assert CLOSED.count(date(2022, 12, 16), date(2023, 1, 2)) == 5


def test_reminders_roll_back_to_a_working_day() -> None:
    assert [one.due_on for one in reminders(date(2022, 12, 31), CLOSED)] == [
        date(2022, 6, 30),
        date(2022, 9, 23),
        date(2022, 10, 21),
        date(2022, 12, 2),
        date(2022, 12, 16),
    ]


@FEW
@given(DAYS)
def test_every_reminder_is_on_a_working_day_and_before_the_end(ends_on: date) -> None:
    for one in reminders(ends_on, CLOSED):
        assert CLOSED.is_working_day(one.due_on) and one.due_on < ends_on


# ---- coverage by an assurance


def candidate(name: str, share: str = "1.0", employer: str = "own", baustein: int = 2, begun: bool = False) -> Candidate:
    return Candidate(name, employer, baustein, Decimal(share), date(2023, 1, 1), begun)


def assurance(level: Level, fte: str | None = "1.5", **said: object) -> Assurance:
    terms = {"period_from": date(2023, 1, 1), "period_to": date(2023, 12, 31), "covers_fte": Decimal(fte) if fte else None, **said}
    return Assurance(f"{level}-{fte}", level, "Schreiben", date(2022, 12, 8), "own", **terms)  # type: ignore[arg-type]


def verdicts(found: dict[str, object]) -> dict[str, str]:
    return {name: one.finding.code for name, one in found.items()}  # type: ignore[attr-defined]


def test_an_announcement_carries_nothing_and_a_commitment_carries_its_fte() -> None:
    a, b = candidate("a"), candidate("b")
    assert verdicts(cover([], [a])) == {"a": "no_assurance"}
    assert verdicts(cover([assurance(Level.ANNOUNCED)], [a])) == {"a": "only_announced"}
    assert verdicts(cover([assurance(Level.WRITTEN_COMMITMENT)], [a, b])) == {"a": "extendable", "b": "fte_used_up"}
    assert verdicts(cover([assurance(Level.WRITTEN_COMMITMENT)], [candidate("a", begun=False), candidate("b", begun=True)])) == {
        "b": "extendable",
        "a": "fte_used_up",
    }


def test_what_is_short_says_how_much() -> None:
    short = cover([assurance(Level.WRITTEN_COMMITMENT)], [candidate("a"), candidate("b")])["b"]
    assert str(short.finding) == "noch nicht verlängerbar: Schreiben deckt 1,5 Stellen, davon noch 0,5 frei, gebraucht werden 1,0"


def test_a_smaller_one_still_fits_after_one_that_did_not() -> None:
    found = cover([assurance(Level.NOTICE)], [candidate("a"), candidate("b"), candidate("c", "0.5")])
    assert verdicts(found) == {"a": "extendable", "b": "fte_used_up", "c": "extendable"}


def test_a_notice_takes_the_place_of_the_commitment_and_does_not_add_to_it() -> None:
    both = [assurance(Level.WRITTEN_COMMITMENT), assurance(Level.NOTICE, "1.0")]
    assert verdicts(cover(both, [candidate("a"), candidate("b")])) == {"a": "extendable", "b": "fte_used_up"}


def test_another_period_employer_or_baustein_does_not_carry() -> None:
    a = candidate("a")
    late = assurance(Level.NOTICE, period_from=date(2023, 2, 1))
    assert verdicts(cover([late], [a])) == {"a": "other_period"}
    assert verdicts(cover([assurance(Level.NOTICE)], [candidate("a", employer="caritas-eifel")])) == {"a": "no_assurance"}
    assert verdicts(cover([assurance(Level.NOTICE, baustein=1)], [a])) == {"a": "no_assurance"}


@FEW
@given(st.lists(st.sampled_from(["0.5", "1.0"]), max_size=8), st.sampled_from(["0.5", "1.0", "2.5", "10.5"]))
def test_no_assurance_carries_more_than_it_covers(shares: list[str], fte: str) -> None:
    candidates = [candidate(str(place), share) for place, share in enumerate(shares)]
    found = cover([assurance(Level.WRITTEN_COMMITMENT, fte)], candidates)
    assert sum((one.share for one in candidates if found[one.contract].carries), Decimal(0)) <= Decimal(fte)


# ---- too late

END = date(2022, 12, 31)


def test_both_signatures_and_the_original_count_and_the_earlier_one_does_not_help() -> None:
    day = date(2022, 12, 15)
    assert signed_in_time(END, day, day, END)
    assert not signed_in_time(END, date(2023, 1, 3), day, day)
    assert not signed_in_time(END, day, day, None)
    assert not signed_in_time(END, day, day, date(2023, 1, 2))


def test_a_date_entered_late_asks_who_received_the_original() -> None:
    assert must_name_receiver(date(2022, 12, 30), date(2023, 1, 2), END)
    assert must_name_receiver(date(2022, 12, 10), date(2022, 12, 14), END)
    assert not must_name_receiver(date(2022, 12, 14), date(2022, 12, 16), END)


def test_the_paragraph_follows_the_law_of_the_day() -> None:
    assert "§ 15 Abs. 6" in str(late_finding(END, date(2023, 1, 2)))
    assert "§ 15 Abs. 5" in str(late_finding(date(2022, 6, 30), date(2022, 7, 1)))
    assert str(late_finding(END, None)).startswith("nicht rechtzeitig verlängert; Ende war 31.12.2022; Personalrecht fragen")


@pytest.mark.parametrize(
    ("today", "code"),
    [
        (date(2022, 12, 21), None),
        (date(2022, 12, 22), "last_working_day"),
        (date(2022, 12, 31), "after_last_working_day"),
        (date(2023, 1, 2), "after_the_end"),
    ],
)
def test_the_alarm_begins_on_the_last_working_day_and_goes_on(today: date, code: str | None) -> None:
    found = alarm(END, today, CLOSED)
    assert (found.code if found else None) == code
