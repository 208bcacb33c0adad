"""Posts, who holds them, and what of it is told to whom."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from kim_bus.reaction import Reaction
from kim_bus.tables import outbox
from kim_events.envelope import decode
from kim_runtime.refusal import Refused
from kim_staffing.model.ending import chain_of
from kim_staffing.model.occupancy import occupancies_of
from kim_staffing.model.post import ROLE_WORDS
from kim_staffing.model.vacancy import grant_uses
from kim_staffing.model.year_plan import month_sums
from kim_staffing.operations.change_end_date import ChangeEndDate, change_end_date
from kim_staffing.operations.change_return import ChangeReturn, change_return
from kim_staffing.operations.create_post import CreatePost, create_post
from kim_staffing.operations.draft_extension import DraftExtension, draft_extension
from kim_staffing.operations.end_occupancy import (
    EndOccupancy,
    NoteAbsence,
    TransferOccupancy,
    end_occupancy,
    note_absence,
    transfer_occupancy,
)
from kim_staffing.operations.hire import Hire, hire
from kim_staffing.operations.occupy_post import OccupyPost, occupy_post
from kim_staffing.operations.plan_post import PlanPost, plan_post
from kim_staffing.operations.record_assurance import RecordAssurance, record_assurance
from kim_staffing.operations.record_grant import RecordGrant, SetVacancyRule, record_grant, set_vacancy_rule
from kim_staffing.operations.set_up_employer import SetUpEmployer, set_up_employer
from sqlalchemy import select

OWN = "staedteregion-aachen"
MARCH, JULY = date(2022, 3, 1), date(2022, 7, 1)
HALF, ONE = Decimal("0.5"), Decimal("1.0")


def post(office: Any, fte: str = "1.0", employer: str = OWN, day: date = MARCH, **said: Any) -> Any:
    return office.do(day, create_post, CreatePost(2, "case_management", Decimal(fte), employer=employer, **said))


def employ(office: Any, at: Any, **said: Any) -> Any:
    given = {"name": "Nour Haddad", "share": at.fte, "starts_on": MARCH, "ends_on": date(2022, 12, 31), **said}
    return office.do(MARCH, hire, Hire(post=at.id, **given))


def refusal(office: Any, day: date, operation: Any, command: Any) -> Refused:
    with pytest.raises(Refused) as refused:
        office.do(day, operation, command)
    return refused.value


def told(office: Any) -> list[Any]:
    with office.house.database.read() as session:
        rows = session.execute(select(outbox.c.body).order_by(outbox.c.serial)).scalars().all()
    return [decode(body) for body in rows]


def test_the_kiosk_takes_three_halves_and_refuses_a_fourth_with_the_sum(office: Any) -> None:
    kiosk = post(office, "1.5", "sprungbrett")
    for number in (1, 2, 3):
        office.do(JULY, occupy_post, OccupyPost(kiosk.id, HALF, JULY, holder=f"sprungbrett-{number}"))
    fourth = refusal(office, JULY, occupy_post, OccupyPost(kiosk.id, HALF, JULY, holder="sprungbrett-4"))
    assert (fourth.code, fourth.params["total"], fourth.params["fte"]) == ("post_full", Decimal("2.0"), Decimal("1.5"))
    assert office.figures(JULY)["partners"]["by_employer"]["sprungbrett"] == {
        "name": "SPRUNGbrett gGmbH", "posts": 1, "established_fte": "1.5", "fte": "1.5", "people": 3, "vacant": "0.0",
    }  # fmt: skip


def test_a_carriers_staff_have_no_name_here(office: Any) -> None:
    partner = post(office, employer="caritas-eifel")
    assert refusal(office, MARCH, hire, Hire("Jemand", partner.id, ONE, MARCH, date(2022, 12, 31))).code == "not_own_staff"
    assert refusal(office, MARCH, occupy_post, OccupyPost(partner.id, ONE, MARCH)).code == "holder_missing"
    assert told(office) == []


def test_a_share_that_is_no_step_is_refused(office: Any) -> None:
    assert refusal(office, MARCH, create_post, CreatePost(2, "case_management", Decimal("0.3"), employer=OWN)).code == "share_step"
    assert refusal(
        office, MARCH, occupy_post, OccupyPost(post(office, employer="caritas-eifel").id, Decimal("0.25"), MARCH, holder="c-1")
    ).code == ("share_step")


def test_the_same_form_sent_twice_hires_once(office: Any) -> None:
    command = Hire("Nour Haddad", post(office).id, ONE, MARCH, date(2022, 12, 31))
    assert office.do(MARCH, hire, command).id == office.do(MARCH, hire, command).id
    assert len(told(office)) == 1


def test_a_staff_reference_is_given_once(office: Any) -> None:
    employ(office, post(office), staff="p-07")
    second = Hire("Jemand anders", post(office).id, ONE, MARCH, date(2022, 12, 31), staff="p-07")
    assert refusal(office, MARCH, hire, second).code == "staff_taken"


def test_only_who_may_be_assigned_is_told_to_the_own_house_alone(office: Any) -> None:
    contract = employ(office, post(office), staff="p-07")
    (event,) = told(office)
    assert (event.name, event.recipient, event.subjectversion) == ("assignability.changed.v1", OWN, 1)
    assert event.data == {"staff": "p-07", "assignable_from": "2022-03-01", "assignable_to": "2022-12-31"}
    with office.house.database.read() as session:
        (held,) = occupancies_of(session, contract.person_id)
        assert event.subject == held.id


def test_who_works_in_another_house_is_told_to_nobody(office: Any) -> None:
    employ(office, post(office, workplace="auslaenderamt"))
    assert told(office) == []


@pytest.mark.parametrize("role", sorted(set(ROLE_WORDS) - {"case_management"}))
def test_whoever_may_be_given_no_cases_is_not_spoken_of(office: Any, role: str) -> None:
    plain = office.do(MARCH, create_post, CreatePost(1, role, ONE, employer=OWN))
    contract = employ(office, plain)
    office.do(JULY, change_end_date, ChangeEndDate(contract.id, date(2022, 8, 31), "leaves"))
    assert told(office) == []


def test_who_goes_over_to_a_post_without_cases_is_told_to_have_ended(office: Any) -> None:
    contract = employ(office, post(office), staff="p-07")
    with office.house.database.read() as session:
        held = occupancies_of(session, contract.person_id)[0].id
    other = office.do(MARCH, create_post, CreatePost(1, "coordination", ONE, employer=OWN))
    office.do(JULY, transfer_occupancy, TransferOccupancy(held, other.id, JULY))
    assert [(event.subject, event.data["assignable_to"]) for event in told(office)] == [(held, "2022-12-31"), (held, "2022-06-30")]


def test_casework_of_the_own_house_hears_it_and_a_partner_does_not(office: Any, houses: Any, pump_all: Any) -> None:
    heard: dict[str, list[Any]] = {OWN: [], "caritas-eifel": []}
    for organisation, events in heard.items():
        reaction = Reaction("assignability.changed.v1", lambda _session, _act, event, events=events: events.append(event))
        houses(f"{organisation}.casework", reactions=[reaction])
    employ(office, post(office), staff="p-07")
    pump_all()
    assert [event.data for event in heard[OWN]] == [{"staff": "p-07", "assignable_from": MARCH, "assignable_to": date(2022, 12, 31)}]
    assert heard["caritas-eifel"] == []


def test_an_employer_is_brought_up_to_date_and_keeps_its_earlier_name(office: Any) -> None:
    names = ((date(2009, 1, 1), "Diakonisches Werk"), (date(2023, 1, 1), "Evangelische Lydia-Gemeinde"))
    for _ in range(2):
        office.do(MARCH, set_up_employer, SetUpEmployer("diakonie-herzogenrath", names, council="mav", closed=((MARCH, JULY),)))
    office.do(MARCH, create_post, CreatePost(2, "case_management", HALF, employer="diakonie-herzogenrath"))
    named = [office.figures(day)["partners"]["by_employer"]["diakonie-herzogenrath"]["name"] for day in (JULY, date(2023, 7, 1))]
    assert named == ["Diakonisches Werk", "Evangelische Lydia-Gemeinde"]


def test_an_earlier_end_is_told_with_the_next_version(office: Any) -> None:
    contract = employ(office, post(office))
    office.do(JULY, change_end_date, ChangeEndDate(contract.id, date(2022, 8, 31), "leaves"))
    assert [(event.subjectversion, event.data["assignable_to"]) for event in told(office)] == [(1, "2022-12-31"), (2, "2022-08-31")]
    office.do(JULY, change_end_date, ChangeEndDate(contract.id, date(2022, 8, 31), "leaves"))
    assert len(told(office)) == 2


def test_an_end_date_changes_with_one_of_three_reasons_only(office: Any) -> None:
    contract = employ(office, post(office))
    assert refusal(office, JULY, change_end_date, ChangeEndDate(contract.id, date(2022, 8, 31), "")).code == "reason_missing"
    assert refusal(office, JULY, change_end_date, ChangeEndDate(contract.id, date(2023, 8, 31), "leaves")).code == "leaves_earlier"
    corrected = office.do(JULY, change_end_date, ChangeEndDate(contract.id, date(2022, 11, 30), "correction", "Zahlendreher"))
    assert [(one.old_end, one.new_end, one.reason) for one in corrected.end_changes] == [
        (date(2022, 12, 31), date(2022, 11, 30), "correction")
    ]
    assert refusal(office, JULY, change_end_date, ChangeEndDate(contract.id, date(2023, 12, 31), "new_contract")).code == "no_assurance"


def test_an_absence_leaves_room_and_is_not_assignable(office: Any) -> None:
    contract = employ(office, at := post(office))
    with office.house.database.read() as session:
        held = occupancies_of(session, contract.person_id)[0].id
    office.do(JULY, note_absence, NoteAbsence(held, JULY, date(2022, 9, 30)))
    assert [(event.data["assignable_from"], event.data["assignable_to"]) for event in told(office)] == [
        ("2022-03-01", "2022-12-31"),
        ("2022-03-01", "2022-06-30"),
        ("2022-10-01", "2022-12-31"),
    ]
    assert office.figures(date(2022, 8, 15))[OWN]["case_management"]["fte"] == "0.0"
    instead = employ(office, at, name="Vertretung", starts_on=JULY, ends_on=date(2022, 9, 30))
    assert office.figures(date(2022, 8, 15))[OWN]["case_management"]["people"] == 1
    assert instead.ends_on == date(2022, 9, 30)


def test_a_return_moves_to_another_day_and_whom_casework_may_give_cases_with_it(office: Any) -> None:
    contract = employ(office, at := post(office))
    with office.house.database.read() as session:
        held = occupancies_of(session, contract.person_id)[0].id
    absent = office.do(JULY, note_absence, NoteAbsence(held, JULY, date(2022, 9, 30))).id
    employ(office, at, name="Vertretung", starts_on=JULY, ends_on=date(2022, 8, 31))
    for until, code in (
        (date(2022, 6, 30), "too_early"),
        (date(2022, 12, 31), "too_late"),
        (date(2022, 8, 30), "replacement_stays"),
    ):
        assert refusal(office, JULY, change_return, ChangeReturn(absent, until)).code == code
    assert refusal(office, JULY, change_return, ChangeReturn(held, date(2022, 9, 1))).code == "not_absent"
    for until in (date(2022, 8, 31), date(2022, 8, 31), date(2022, 10, 31)):  # earlier; the same once more; later
        office.do(JULY, change_return, ChangeReturn(absent, until))
    spans = [(event.data["assignable_from"], event.data["assignable_to"]) for event in told(office)]
    assert spans[-2:] == [("2022-09-01", "2022-12-31"), ("2022-11-01", "2022-12-31")]
    assert spans.count(("2022-09-01", "2022-12-31")) == 1
    with office.house.database.read() as session:
        rows = [(one.starts_on, one.ends_on, one.presence) for one in occupancies_of(session, contract.person_id)]
    assert rows == [
        (MARCH, date(2022, 6, 30), "active"),
        (JULY, date(2022, 10, 31), "absent"),
        (date(2022, 11, 1), date(2022, 12, 31), "active"),
    ]


def test_a_return_nobody_knew_the_day_of_is_entered_when_it_is_known(office: Any) -> None:
    contract = employ(office, post(office))
    with office.house.database.read() as session:
        held = occupancies_of(session, contract.person_id)[0].id
    absent = office.do(JULY, note_absence, NoteAbsence(held, JULY)).id
    office.do(JULY, change_return, ChangeReturn(absent, date(2022, 8, 31)))
    with office.house.database.read() as session:
        assert [(one.starts_on, one.ends_on) for one in occupancies_of(session, contract.person_id)][1:] == [
            (JULY, date(2022, 8, 31)),
            (date(2022, 9, 1), date(2022, 12, 31)),
        ]


def test_a_transfer_ends_one_occupancy_and_begins_another(office: Any) -> None:
    contract = employ(office, post(office))
    with office.house.database.read() as session:
        held = occupancies_of(session, contract.person_id)[0].id
    moved = office.do(JULY, transfer_occupancy, TransferOccupancy(held, post(office).id, JULY))
    assert (moved.starts_on, moved.ends_on) == (JULY, date(2022, 12, 31))
    assert refusal(office, JULY, end_occupancy, EndOccupancy(moved.id, date(2023, 6, 30))).code == "only_earlier"


def test_a_post_entered_weeks_after_it_began_counts_from_its_beginning_in_the_year(office: Any) -> None:
    employ(office, post(office, starts_on=date(2022, 1, 1)), starts_on=date(2022, 1, 1))
    with office.house.database.read() as session:
        assert [(month.established, month.heads) for month in month_sums(session, 2022)] == [(ONE, 1)] * 12
        assert month_sums(session, 2021)[11].established == 0


def test_a_decision_taken_later_does_not_change_an_earlier_report(office: Any) -> None:
    planned = post(office, "1.0", "sprungbrett", status="planned", starts_on=date(2022, 10, 1))
    open_one = office.do(MARCH, create_post, CreatePost(2, "case_management", HALF, "undecided", municipality="05334004"))
    before = office.figures(date(2022, 8, 15))
    assert (before["planned"], before["undecided"]) == (["1.0 from 2022-10-01 sprungbrett"], ["Alsdorf"])
    october = date(2022, 10, 4)
    office.do(october, plan_post, PlanPost(planned.id, "established", "sprungbrett", date(2022, 10, 1)))
    office.do(october, plan_post, PlanPost(open_one.id, "planned", "caritas-eifel", date(2023, 1, 1)))
    assert office.figures(date(2022, 8, 15)) == before
    after = office.figures(october)
    assert (after["planned"], after["undecided"]) == (["0.5 from 2023-01-01 caritas-eifel"], [])
    assert [(gap["fte"], gap["since"], gap["days"]) for gap in after["vacancies"]] == [("1.0", "2022-10-01", 4)]


def test_an_earlier_job_at_an_office_of_the_employer_is_an_earlier_job_with_it(office: Any) -> None:
    at_office = employ(office, post(office), earlier_employment="some", earlier_employer="auslaenderamt", earlier_until=date(2015, 12, 31))
    elsewhere = employ(office, post(office), earlier_employment="some", earlier_employer="caritas-eifel", earlier_until=date(2015, 12, 31))
    with office.house.database.write() as session:
        found = [[str(one) for one in chain_of(session, contract).findings] for contract in (at_office, elsewhere)]
    assert found == [
        ["frühere Beschäftigung beim selben Arbeitgeber (StädteRegion Aachen): Personalrecht fragen (§ 14 Abs. 2 TzBfG)"],
        [],
    ]


def test_an_assurance_below_its_level_needs_a_named_decision(office: Any) -> None:
    day = date(2022, 12, 1)
    contract = employ(office, post(office))
    period = {"period_from": date(2023, 1, 1), "period_to": date(2023, 6, 30), "covers_fte": ONE}
    assert refusal(office, day, record_assurance, RecordAssurance("own_risk", day, OWN, **period)).code == "decision_missing"
    assert refusal(office, day, record_assurance, RecordAssurance("notice", day, OWN)).code == "period_missing"
    decided = RecordAssurance("own_risk", day, OWN, "Vermerk", decided_by="Wirtz, Leitung", **period)
    assert len(office.do(day, record_assurance, decided).extendable) == 1
    assert office.do(day, draft_extension, DraftExtension(contract.id)).ends_on == date(2023, 6, 30)
    assert refusal(office, day, draft_extension, DraftExtension(contract.id)).code == "drafted_already"


def test_three_empty_posts_of_2023_by_the_rule_of_the_notice(office: Any) -> None:
    year = date(2023, 1, 1)
    alsdorf, eschweiler, stolberg = (post(office, fte, "caritas-eifel", year, starts_on=year) for fte in ("0.5", "1.0", "1.0"))
    others = [post(office, fte, "caritas-eifel", year, starts_on=year) for fte in ("5.0", "4.5")]
    for number, (where, since) in enumerate(
        [(alsdorf, date(2023, 4, 1)), (eschweiler, date(2023, 5, 15)), (stolberg, date(2023, 9, 1)), *((one, year) for one in others)]
    ):
        office.do(since, occupy_post, OccupyPost(where.id, where.fte, since, holder=f"caritas-{number}"))
    every = (alsdorf.id, eschweiler.id, stolberg.id, *(one.id for one in others))
    grant = RecordGrant(
        "KIM 2023", 2, year, date(2023, 12, 31), Decimal(12), Decimal(57000), posts=every, rule_source="Bescheid vom 15.2.2023"
    )
    grant_id = office.do(date(2023, 2, 15), record_grant, grant).id
    double = RecordGrant("Noch einmal", 2, year, date(2023, 12, 31), ONE, Decimal(57000), posts=(alsdorf.id,))
    assert refusal(office, date(2023, 2, 15), record_grant, double).code == "double_funding"
    with office.house.database.read() as session:
        (use,) = grant_uses(session, date(2023, 9, 1))
        assert (use.grant.total, use.given_back, use.used) == (Decimal("684000.00"), Decimal("64125.00"), Decimal("619875.00"))
    office.do(date(2023, 9, 1), set_vacancy_rule, SetVacancyRule(grant_id, "daily", "Nr. 4 des Bescheids"))
    with office.house.database.read() as session:
        (use,) = grant_uses(session, date(2023, 9, 1))
        assert [line.amount for line in use.lines if line.amount] == [Decimal("7027.40"), Decimal("20926.03"), Decimal("37947.95")]
        assert use.given_back == Decimal("65901.38")
    filled = office.figures(date(2023, 9, 1))
    assert (filled["partners"]["fte"], filled["vacancies"]) == ("12.0", [])
