from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from datetime import UTC, date, datetime
from typing import Any

import pytest
from kim_bus import tables
from kim_intake.model.base import Base
from kim_intake.model.consultation import Consultation, consultation
from kim_intake.operations.consultation_facts import ConsultationFacts, facts_of
from kim_intake.operations.correct_consultation import CorrectConsultation, correct_consultation
from kim_intake.operations.edit_consultation import EditConsultation, edit_consultation
from kim_intake.operations.issue_code import IssueCode, issue_code
from kim_intake.operations.record_consultation import RecordConsultation, record_consultation
from kim_intake.operations.set_up_site import Body, SetUpSite, set_up_site
from kim_runtime.refusal import Forbidden, Refused
from sqlalchemy import func, select

NEXT_DAY = datetime(2022, 5, 11, 7, 0, tzinfo=UTC)


def test_a_consultation_keeps_what_was_said_and_nothing_by_which_a_family_is_known(record: Callable[..., Consultation], house: Any) -> None:
    made = record(children=3, place="52477", origin="UKR", languages=("ukr",), topics=("housing", "health"), minutes=25)
    with house.database.read() as session:
        kept = consultation(session, made.id)
        assert (kept.persons_present, kept.children, kept.town, kept.postcode) == (5, 3, "05334004", "52477")
        assert (kept.origin, kept.languages, kept.topics, kept.kind) == ("UKR", ("ukr",), ("housing", "health"), "first")
        assert kept.day == date(2022, 5, 10)
        assert kept.client_id is None
    personal = {"name", "birth_date", "birth_year", "nationality", "residence_status", "residence_title", "gender", "religion", "address"}
    assert not personal & {column.name for column in Base.metadata.tables["consultation"].columns}
    assert not personal & {field.name for field in fields(RecordConsultation)}


def test_only_the_number_of_persons_must_be_said(house: Any, act_of: Any) -> None:
    with house.database.write() as session:
        made = record_consultation(
            session, act_of(), RecordConsultation(site="aachen-arkaden", service="case_management", persons_present=2)
        )
    assert (made.origin, made.languages, made.topics, made.channel, made.interpreter) == ("UNKNOWN", (), (), "in_person", "none")


def test_the_same_id_a_second_time_is_the_same_consultation(record: Callable[..., Consultation], house: Any) -> None:
    first = record(id="one-form")
    second = record(id="one-form", persons_present=7)
    assert second.id == first.id
    with house.database.read() as session:
        assert session.scalar(select(func.count()).select_from(Consultation)) == 1
        assert session.scalar(select(func.count()).select_from(tables.outbox)) == 1
        assert consultation(session, first.id).persons_present == 5


def test_casework_is_told_without_anything_about_who_was_there(record: Callable[..., Consultation], houses: Any, pump_all: Any) -> None:
    from kim_bus.reaction import Reaction

    told: list[dict[str, Any]] = []
    houses(
        "staedteregion-aachen.casework",
        reactions=[Reaction("consultation.recorded.v1", lambda _s, _a, event: told.append(dict(event.data)))],
    )
    record(origin="UKR", languages=("ukr",), topics=("housing",), concern="zwei Zimmer")
    pump_all()
    assert told == [
        {
            "site": "aachen-arkaden",
            "service": "case_management",
            "kind": "first",
            "day": date(2022, 5, 10),
            "persons_present": 5,
            "topics": ["housing"],
        }
    ]


def test_fifty_five_persons_can_be_saved(record: Callable[..., Consultation]) -> None:
    assert record(persons_present=55).persons_present == 55


def test_children_are_among_the_persons(record: Callable[..., Consultation]) -> None:
    with pytest.raises(Refused) as refused:
        record(persons_present=2, children=3)
    assert (refused.value.code, refused.value.field) == ("more_children_than_persons", "children")


def test_a_desk_belongs_to_a_service_that_counsels_at_the_site(record: Callable[..., Consultation]) -> None:
    with pytest.raises(Refused, match="keinen Platz"):
        record(site="rathaus-herzogenrath", service="school_entry", person="haddad")
    with pytest.raises(Refused, match="keinen Platz"):
        record(service="health_kiosk")
    with pytest.raises(Refused, match="nur die Plätze 1 bis 5"):
        record(desk=6)


def test_who_belongs_to_one_site_records_nowhere_else(record: Callable[..., Consultation]) -> None:
    with pytest.raises(Forbidden):
        record(site="rathaus-herzogenrath")
    assert record(person="haddad", site="rathaus-herzogenrath").site_id == "rathaus-herzogenrath"


def test_a_follow_up_needs_somebody_who_can_be_found_again(record: Callable[..., Consultation], house: Any, act_of: Any) -> None:
    with pytest.raises(Refused, match="Rückkehrcode"):
        record(kind="follow_up")
    first = record()
    with house.database.write() as session:
        code = issue_code(session, act_of(), IssueCode(first.id)).code
        again = issue_code(session, act_of(), IssueCode(first.id)).code
    assert again == code
    later = record(at=NEXT_DAY, client_code=f"{code[:3]} {code[3:]}".lower())
    assert later.kind == "follow_up"
    with house.database.read() as session:
        assert consultation(session, first.id).client_id == consultation(session, later.id).client_id


def test_an_unknown_return_code_is_not_taken_silently(record: Callable[..., Consultation]) -> None:
    with pytest.raises(Refused) as refused:
        record(client_code="BCDFGH")
    assert refused.value.field == "client_code"


def test_an_earlier_day_comes_from_paper_only(record: Callable[..., Consultation]) -> None:
    with pytest.raises(Refused, match="Papier"):
        record(day=date(2022, 5, 9))
    assert record(day=date(2022, 5, 9), source="paper").day == date(2022, 5, 9)
    with pytest.raises(Refused, match="Zukunft"):
        record(day=date(2022, 5, 12), source="paper")


def test_the_same_day_is_edited_without_a_reason(record: Callable[..., Consultation], house: Any, act_of: Any) -> None:
    made = record(persons_present=55)
    with house.database.write() as session:
        facts = facts_of(consultation(session, made.id))
        edit_consultation(
            session, act_of(), EditConsultation(consultation_id=made.id, **{**facts, "persons_present": 5, "topics": ("health",)})
        )
    with house.database.read() as session:
        kept = consultation(session, made.id)
        assert (kept.persons_present, kept.topics, kept.corrections) == (5, ("health",), [])


def test_after_its_day_a_consultation_is_corrected_with_a_reason_and_the_old_value_stays(
    record: Callable[..., Consultation], house: Any, act_of: Any
) -> None:
    made = record(persons_present=55, topics=("housing",))
    late = act_of(at=NEXT_DAY)
    with house.database.write() as session:
        facts = facts_of(consultation(session, made.id)) | {"persons_present": 5, "topics": ("housing", "health")}
        with pytest.raises(Refused, match="berichtigen"):
            edit_consultation(session, late, EditConsultation(consultation_id=made.id, **facts))
        correct_consultation(session, late, CorrectConsultation(consultation_id=made.id, reason="mistyped", **facts))
    with house.database.read() as session:
        kept = consultation(session, made.id)
        assert (kept.persons_present, kept.topics) == (5, ("housing", "health"))
        assert [(each.field, each.old_value, each.new_value, each.reason) for each in kept.corrections] == [
            ("persons_present", "55", "5", "mistyped"),
            ("topics", "housing", "housing, health", "mistyped"),
        ]


def test_a_correction_changes_something(record: Callable[..., Consultation], house: Any, act_of: Any) -> None:
    made = record()
    with house.database.write() as session, pytest.raises(Refused, match="nichts geändert"):
        facts = facts_of(consultation(session, made.id))
        correct_consultation(session, act_of(at=NEXT_DAY), CorrectConsultation(consultation_id=made.id, reason="mistyped", **facts))


def test_facts_of_a_row_are_all_the_facts_there_are(record: Callable[..., Consultation]) -> None:
    assert set(facts_of(record())) == {field.name for field in fields(ConsultationFacts)}


def test_a_site_is_set_up_as_often_as_wished(house: Any) -> None:
    smaller = SetUpSite("aachen-arkaden", "Arkaden", "05334002", (Body("case_management", "staedteregion-aachen", desks=4),))
    for _ in range(2):
        with house.database.write() as session:
            made = set_up_site(session, house.act(), smaller)
    assert (made.name, made.case_management_desks, len(made.bodies)) == ("Arkaden", 4, 1)
