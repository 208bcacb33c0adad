"""The rules of case management, with the worked examples they come from."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kim_casework.rules.admission import CRITERIA, answer_by, missing_for_admission
from kim_casework.rules.assignability import Span, assignable_on, first_day_without
from kim_casework.rules.closing import kept_until_before
from kim_casework.rules.cover import cover_days
from kim_casework.rules.follow_up import counts_as_follow_up
from kim_casework.rules.numbering import CASE, ORDER, numbered, short_number
from kim_casework.rules.orders import runs_out, size_missing
from kim_casework.rules.permissions import PERMISSIONS, RULES, CaseFacts, standing_to_order
from kim_casework.rules.phases import FIRST_PHASE, Move, move, moves_from
from kim_casework.rules.urgency import Urgency, initials, urgency
from kim_events.types.case import PHASES
from kim_runtime.policy import Standing, ground

DAYS = st.dates(date(2022, 1, 1), date(2023, 12, 31))
SIX_WEEKS = timedelta(days=42)


def test_a_case_goes_through_the_phases_one_by_one() -> None:
    walked = [FIRST_PHASE]
    while forward := [phase for phase, kind in moves_from(walked[-1]) if kind is Move.FORWARD]:
        walked += forward
    assert tuple(walked) == PHASES


def test_monitoring_may_lead_back_to_a_new_assessment() -> None:
    assert move("monitoring", "assessment") is Move.REASSESSMENT
    assert move("linking", "assessment") is Move.NOT_ALLOWED


@given(st.sampled_from(PHASES), st.sampled_from(PHASES))
def test_no_move_skips_a_phase_forward(here: str, there: str) -> None:
    if PHASES.index(there) > PHASES.index(here) + 1:
        assert move(here, there) is Move.NOT_ALLOWED
    assert ((there, move(here, there)) in moves_from(here)) == (move(here, there) not in (Move.NONE, Move.NOT_ALLOWED))


@given(st.integers(2000, 2099), st.integers(1, 9999))
def test_numbers_sort_as_they_were_given(year: int, serial: int) -> None:
    assert numbered(CASE, year, serial) < numbered(CASE, year, serial + 1) or serial == 9999
    assert short_number(numbered(CASE, year, serial)) == f"{serial:04}"


def test_numbers_read_as_people_say_them() -> None:
    assert numbered(CASE, 2022, 41) == "2022-0041"
    assert numbered(ORDER, 2022, 12) == "D-2022-0012"
    with pytest.raises(ValueError):
        numbered(CASE, 2022, 0)


@given(st.sets(st.sampled_from(CRITERIA)))
def test_admission_needs_the_persons_will_and_a_need_but_no_score(ticked: set[str]) -> None:
    missing = missing_for_admission(ticked)
    if "voluntary" not in ticked:
        assert missing == "not_voluntary"
    else:
        assert missing == ("no_need_named" if ticked == {"voluntary"} else None)


def test_an_unknown_criterion_is_an_error() -> None:
    with pytest.raises(ValueError):
        missing_for_admission({"voluntary", "score_above_7"})


def test_a_proposal_waits_a_week_at_most() -> None:
    assert answer_by(date(2022, 5, 9)) == date(2022, 5, 16)


@pytest.mark.parametrize(
    ("closed_on", "day"),
    [(date(2022, 10, 14), date(2026, 1, 1)), (date(2024, 6, 30), date(2028, 1, 1)), (date(2025, 1, 15), date(2029, 1, 1))],
)
def test_a_file_is_kept_three_years_after_the_year_of_closing(closed_on: date, day: date) -> None:
    assert kept_until_before(closed_on) == day


@pytest.mark.parametrize(
    ("kind", "counterpart", "minutes", "counts"),
    [
        ("talk", "client", 30, True),
        ("phone", "client", 10, True),
        ("phone", "client", 9, False),
        ("letter", "client", 30, False),
        ("no_show", "client", 30, False),
        ("talk", "authority", 60, False),
    ],
)
def test_a_follow_up_is_a_talk_with_the_client(kind: str, counterpart: str, minutes: int, counts: bool) -> None:
    assert counts_as_follow_up(kind, counterpart, minutes) is counts


def test_the_week_is_today_and_the_six_days_after_it() -> None:
    monday = date(2022, 8, 15)
    assert urgency(monday - timedelta(days=1), monday) is Urgency.OVERDUE
    assert urgency(monday, monday) is Urgency.TODAY
    assert urgency(monday + timedelta(days=6), monday) is Urgency.THIS_WEEK
    assert urgency(monday + timedelta(days=7), monday) is Urgency.LATER


@pytest.mark.parametrize(("name", "short"), [("Anna Maria Beispiel", "A. B."), ("Zahra", "Z."), ("ẞahin Ḫan", "ẞ. Ḫ."), ("", "")])
def test_initials_are_all_a_list_shows(name: str, short: str) -> None:
    assert initials(name) == short


SPANS = st.lists(
    st.builds(
        lambda staff, first, days: Span(staff, first, None if days is None else first + timedelta(days=days)),
        st.sampled_from(["p-01", "p-02"]), DAYS, st.none() | st.integers(0, 400),
    ),
    max_size=6,
)  # fmt: skip


@given(SPANS, DAYS, st.integers(0, 90))
def test_the_first_day_without_is_found_as_by_walking_the_calendar(spans: list[Span], day: date, ahead: int) -> None:
    calendar = (day + timedelta(days=offset) for offset in range(ahead + 1))
    walked = next((one for one in calendar if not assignable_on(spans, "p-01", one)), None)
    assert first_day_without(spans, "p-01", day, timedelta(days=ahead)) == walked


def test_a_contract_that_ends_on_31_december_is_seen_six_weeks_ahead() -> None:
    spans = [Span("p-01", date(2022, 3, 1), date(2022, 12, 31))]
    assert first_day_without(spans, "p-01", date(2022, 11, 19), SIX_WEEKS) is None
    assert first_day_without(spans, "p-01", date(2022, 11, 20), SIX_WEEKS) == date(2023, 1, 1)
    extended = [*spans, Span("p-01", date(2023, 1, 1), date(2023, 12, 31))]
    assert first_day_without(extended, "p-01", date(2022, 12, 20), SIX_WEEKS) is None


def test_a_talk_needs_minutes_and_a_text_keystrokes() -> None:
    assert size_missing("on_site", None, 300) == "minutes"
    assert size_missing("document_translation", 60, None) == "keystrokes"
    assert size_missing("phone", 30, None) is None


def test_an_order_nobody_is_found_for_shows_a_week_before() -> None:
    assert runs_out("approved", date(2022, 6, 17), date(2022, 6, 10))
    assert not runs_out("approved", date(2022, 6, 18), date(2022, 6, 10))
    assert not runs_out("scheduled", date(2022, 6, 11), date(2022, 6, 10))
    assert not runs_out("refused", date(2022, 6, 9), date(2022, 6, 10))


def may_do(roles: tuple[str, ...], action: str, stands: CaseFacts | Standing) -> bool:
    """What the table says; that pages, programs, lists and operations ask it: `test_one_decision.py`."""
    return ground(RULES, roles, action, stands.standing if isinstance(stands, CaseFacts) else stands) is not None


@pytest.mark.parametrize(
    ("roles", "holds", "sees"),
    [
        (("case_manager",), {"responsible": True}, True),
        (("case_manager",), {"deputy": True}, True),
        (("case_manager",), {"covers": True}, True),
        (("case_manager",), {}, False),
        (("case_lead",), {}, True),
        (("intake_staff", "budget_officer", "ops", "centre_head"), {"responsible": True, "deputy": True, "covers": True}, False),
        # A lead in a team has that team's cases and nobody's; of another team's what they do themselves.
        (("case_lead",), {"other_team": True}, False),
        (("case_lead", "case_manager"), {"other_team": True, "deputy": True}, True),
        (("case_lead",), {"other_team": True, "emergency": True}, True),
        (("protected_case_reader",), {"other_team": True, "protected": True}, True),
        # A protected case is closed to the house; who looks after it goes on doing so, who covers them only if the lead says so.
        (("case_lead",), {"protected": True}, False),
        (("case_manager",), {"protected": True, "responsible": True}, True),
        (("case_manager",), {"protected": True, "deputy": True}, True),
        (("case_manager",), {"protected": True, "covers": True}, False),
        (("case_manager",), {"protected": True, "covers": True, "covers_protected": True}, True),
        (("protected_case_reader",), {"protected": True}, True),
        (("protected_case_reader",), {}, False),
        (("case_lead",), {"protected": True, "emergency": True}, True),
        (("case_manager",), {"emergency": True}, True),
        # Nobody has anything to do with the case about themselves, whatever their rights.
        (("case_lead", "case_manager", "protected_case_reader"), {"protected": True, "responsible": True, "about_oneself": True}, False),
        (("case_lead", "case_manager"), {"protected": True, "emergency": True, "about_oneself": True}, False),
    ],
)
def test_who_sees_a_case(roles: tuple[str, ...], holds: dict[str, bool], sees: bool) -> None:
    assert may_do(roles, "case.see", CaseFacts(**holds)) is sees
    assert may_do(roles, "case.list", CaseFacts(**holds)) is (sees and not holds.get("emergency"))


def test_an_emergency_is_for_looking_alone() -> None:
    opened = CaseFacts(emergency=True, protected=True)
    assert may_do(("case_lead",), "case.see", opened)
    assert ground(RULES, ("case_lead",), "case.see", CaseFacts(emergency=True, because="eilt", protected=True).standing) == "eilt"
    assert ground(RULES, ("case_lead",), "case.see", CaseFacts(emergency=True, because="eilt", responsible=True).standing) == ""
    for action in ("case.list", "order.list", "case.work", "case.protect", "case.unprotect", "order.place"):
        assert not may_do(("case_lead",), action, opened)


def test_a_lead_opens_protected_cases_in_an_emergency_and_a_manager_those_of_colleagues() -> None:
    assert may_do(("case_lead",), "case.open_in_emergency", CaseFacts(protected=True))
    assert may_do(("case_manager",), "case.open_in_emergency", CaseFacts())
    assert not may_do(("case_manager",), "case.open_in_emergency", CaseFacts(protected=True))
    assert all(may_do(("case_lead",), "case.open_in_emergency", CaseFacts(protected=one, other_team=True)) for one in (False, True))
    assert not may_do(("case_lead",), "case.open_in_emergency", CaseFacts(protected=True, about_oneself=True))


def test_who_gives_cases_away_gives_protected_ones_too_and_not_the_one_about_themselves() -> None:
    assert may_do(("case_lead",), "case.assign", CaseFacts(protected=True))
    assert not may_do(("case_lead",), "case.assign", CaseFacts(protected=True, about_oneself=True))
    assert not any(may_do(("case_lead",), "case.assign", CaseFacts(protected=one, other_team=True)) for one in (False, True))


def test_an_order_is_seen_by_who_placed_it_and_who_sees_its_case() -> None:
    assert may_do(("case_manager",), "order.see", standing_to_order(True, None))
    assert may_do(("case_manager",), "order.see", standing_to_order(False, CaseFacts(responsible=True)))
    assert not may_do(("case_manager",), "order.see", standing_to_order(False, CaseFacts()))
    assert may_do(("case_lead",), "order.see", standing_to_order(False, None))
    assert not may_do(("case_lead",), "order.see", standing_to_order(False, None, other_team=True))
    assert not may_do(("case_lead",), "order.see", standing_to_order(False, CaseFacts(protected=True)))


def test_a_cover_counts_both_its_days() -> None:
    assert cover_days(date(2022, 11, 28), date(2022, 11, 30)) == [date(2022, 11, 28), date(2022, 11, 29), date(2022, 11, 30)]


def test_figures_are_for_reading_roles_and_cases_are_not() -> None:
    for action in ("case.work", "case.admit", "proposal.see", "week.see"):
        assert PERMISSIONS[action] == {"case_manager", "case_lead"}
    assert PERMISSIONS["case.see"] == {"case_manager", "case_lead", "protected_case_reader"}
    assert "centre_head" in PERMISSIONS["statistics.read"]
