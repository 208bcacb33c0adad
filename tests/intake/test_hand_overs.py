from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from intake.conftest import PEOPLE
from kim_intake.model.base import Base
from kim_intake.model.consultation import Consultation
from kim_intake.model.hand_over import feedback_open, letters_of, sent_from, waiting_for
from kim_intake.model.hand_over import hand_over as find
from kim_intake.model.hand_over_figures import hand_over_figures
from kim_intake.operations.end_waiting import end_waiting
from kim_intake.operations.hand_over import HandOverConsultation, hand_over
from kim_intake.operations.note_feedback import NoteFeedback, note_feedback
from kim_intake.operations.take_hand_over import TakeHandOver, take_hand_over
from kim_intake.operations.withdraw_hand_over import WithdrawHandOver, withdraw_hand_over
from kim_referral.operations.give_slip import GiveSlip, give_slip
from kim_referral.operations.note_answer import NoteAnswer, note_answer
from kim_runtime.refusal import Refused

AT_2 = datetime(2022, 5, 10, 7, 2, tzinfo=UTC)
AT_4 = datetime(2022, 5, 10, 7, 4, tzinfo=UTC)
NEXT_DAY = datetime(2022, 5, 11, 7, 0, tzinfo=UTC)
HERE = ("aachen-arkaden", "case_management")
MAY = (date(2022, 5, 1), date(2022, 5, 31))


@pytest.fixture
def family(record: Callable[..., Consultation]) -> Consultation:
    """Recorded by the school-entry teacher at 09:02."""
    return record("lindner", AT_2, service="school_entry", children=3, origin="UKR", languages=("ukr",), topics=("school",))


@pytest.fixture
def waiting(family: Consultation, house: Any, act_of: Any) -> str:
    with house.database.write() as session:
        command = HandOverConsultation(consultation_id=family.id, to="case_management", topics=("housing", "health"))
        return hand_over(session, act_of("lindner", AT_2), command).id


def test_the_next_desk_sees_who_comes_without_a_name(waiting: str, house: Any) -> None:
    with house.database.read() as session:
        (seen,) = waiting_for(session, house.act(PEOPLE["haddad"]), *HERE)
        assert (seen.persons, seen.children, seen.languages, seen.topics) == (5, 3, ("ukr",), ("housing", "health"))
        assert seen.handed_over_at == AT_2
    assert not {"name", "note", "reason", "concern"} & set(Base.metadata.tables["hand_over"].columns.keys())


def test_what_one_desk_takes_is_gone_from_the_others_and_the_sender_sees_when(waiting: str, house: Any, act_of: Any) -> None:
    with house.database.write() as session:
        take_hand_over(session, act_of("aydin", AT_4), TakeHandOver(waiting))
    with house.database.read() as session:
        assert waiting_for(session, house.act(PEOPLE["haddad"]), *HERE) == []
        (sent,) = sent_from(session, house.act(PEOPLE["haddad"]), "aachen-arkaden", "school_entry", AT_4.date())
        assert (sent.state, sent.answered_at) == ("taken", AT_4)


def test_the_second_desk_is_told_when_the_family_went(waiting: str, house: Any, act_of: Any) -> None:
    with house.database.write() as session:
        take_hand_over(session, act_of("aydin", AT_4), TakeHandOver(waiting))
        take_hand_over(session, act_of("aydin", AT_4), TakeHandOver(waiting))  # a double click
    with house.database.write() as session, pytest.raises(Refused, match="09:04"):
        take_hand_over(session, act_of("haddad"), TakeHandOver(waiting))


def test_the_consultation_that_follows_is_linked_to_the_hand_over_once(
    waiting: str, record: Callable[..., Consultation], house: Any
) -> None:
    talk = record(at=AT_4, from_hand_over=waiting)
    with house.database.read() as session:
        taken = find(session, waiting)
        assert (taken.state, taken.taken_consultation_id) == ("taken", talk.id)
    with pytest.raises(Refused, match="schon eine Beratung"):
        record(at=AT_4, from_hand_over=waiting)


def test_recording_and_handing_over_are_one_step(record: Callable[..., Consultation], house: Any) -> None:
    talk = record(hand_over_to="health_kiosk", topics=("housing", "health"))
    with house.database.read() as session:
        (open_one,) = feedback_open(session, house.act(PEOPLE["haddad"]), *HERE)
        assert (open_one.consultation_id, open_one.to_organisation, open_one.state) == (talk.id, "sprungbrett", "feedback_open")


def test_a_refused_hand_over_leaves_no_half_consultation(record: Callable[..., Consultation], house: Any) -> None:
    with pytest.raises(Refused):
        record(id="half", hand_over_to="nobody")
    with house.database.read() as session:
        assert session.get(Consultation, "half") is None


def test_nobody_is_sent_to_the_immigration_office_with_one_keystroke(family: Consultation, house: Any, act_of: Any) -> None:
    with house.database.write() as session, pytest.raises(Refused, match="nur als Verweis"):
        hand_over(session, act_of("lindner"), HandOverConsultation(consultation_id=family.id, to="immigration_office"))


def test_a_family_is_not_handed_over_to_the_desk_it_sits_at(family: Consultation, house: Any, act_of: Any) -> None:
    with house.database.write() as session, pytest.raises(Refused, match="sitzt schon"):
        hand_over(session, act_of("lindner"), HandOverConsultation(consultation_id=family.id, to="school_entry"))


@pytest.mark.parametrize("to", ["case_management", "health_kiosk"])
def test_a_family_stands_before_one_body_once_until_it_is_answered_or_withdrawn(
    to: str, family: Consultation, house: Any, act_of: Any
) -> None:
    with house.database.write() as session:
        first = hand_over(session, act_of("lindner", AT_2), HandOverConsultation(consultation_id=family.id, to=to)).id
    again = HandOverConsultation(consultation_id=family.id, to=to, topics=("health",))
    with house.database.write() as session, pytest.raises(Refused) as refused:
        hand_over(session, act_of("lindner", AT_4), again)
    assert (refused.value.code, refused.value.field) == ("already_handed_over", "to")
    with house.database.write() as session:
        withdraw_hand_over(session, act_of("lindner", AT_4), WithdrawHandOver(first))
    with house.database.write() as session:
        assert hand_over(session, act_of("lindner", AT_4), again).is_open


def test_a_family_may_stand_before_two_bodies(waiting: str, family: Consultation, house: Any, act_of: Any) -> None:
    with house.database.write() as session:
        assert hand_over(session, act_of("lindner", AT_4), HandOverConsultation(consultation_id=family.id, to="health_kiosk")).is_open


def test_a_hand_over_is_withdrawn_only_while_nobody_has_taken_it(waiting: str, house: Any, act_of: Any) -> None:
    with house.database.write() as session:
        take_hand_over(session, act_of("aydin", AT_4), TakeHandOver(waiting))
    with house.database.write() as session, pytest.raises(Refused, match="beantwortet"):
        withdraw_hand_over(session, act_of("lindner"), WithdrawHandOver(waiting))


def test_a_withdrawn_hand_over_waits_no_longer(waiting: str, house: Any, act_of: Any) -> None:
    with house.database.write() as session:
        withdraw_hand_over(session, act_of("lindner"), WithdrawHandOver(waiting))
    with house.database.write() as session, pytest.raises(Refused, match="wartet nicht mehr"):
        take_hand_over(session, act_of("aydin"), TakeHandOver(waiting))


def test_what_a_body_without_software_tells_by_telephone_is_kept_with_who_said_it(
    record: Callable[..., Consultation], house: Any, act_of: Any
) -> None:
    record(hand_over_to="health_kiosk")
    with house.database.write() as session:
        (sent,) = feedback_open(session, house.act(PEOPLE["haddad"]), *HERE)
        note_feedback(session, act_of(at=NEXT_DAY), NoteFeedback(sent.id, "waiting_list", "Frau B."))
        note_feedback(session, act_of(at=NEXT_DAY), NoteFeedback(sent.id, "arrived", "Frau B."))
        with pytest.raises(Refused, match="keine Rückmeldung erwartet"):
            note_feedback(session, act_of(at=NEXT_DAY), NoteFeedback(sent.id, "arrived"))
        assert (sent.state, sent.told_by, sent.answered_at) == ("arrived", "Frau B.", NEXT_DAY)


def test_who_was_not_taken_went_home_at_the_end_of_the_day(waiting: str, house: Any) -> None:
    with house.database.write() as session:
        end_waiting(session, house.act(at=AT_4))
        assert len(waiting_for(session, house.act(PEOPLE["haddad"]), *HERE)) == 1
    with house.database.write() as session:
        end_waiting(session, house.act(at=NEXT_DAY))
        assert find(session, waiting).state == "not_come"


def test_the_answer_to_a_letter_that_went_along_closes_the_hand_over(record: Callable[..., Consultation], house: Any, act_of: Any) -> None:
    talk = record(hand_over_to="health_kiosk")
    for person in ("haddad", "breuer"):  # of fewer than three people it would not be counted
        record(person, hand_over_to="health_kiosk")
    with house.database.write() as session:
        slip = give_slip(session, act_of(), GiveSlip("sprungbrett", about_kind="consultation", about_id=talk.id))
        sent = feedback_open(session, house.act(PEOPLE["haddad"]), *HERE)
        (own,) = [one.id for one in sent if one.consultation_id == talk.id]
        assert letters_of(session, sent) == {own: slip}
        assert hand_over_figures(session, MAY, date(2022, 6, 1))["open"] == 3
        note_answer(session, act_of(), NoteAnswer(slip.id, "accepted", how="telephone", said_by="Frau B."))
        assert hand_over_figures(session, MAY, date(2022, 6, 1))["by_state"] == {
            "answered_by_letter": 1, "feedback_open": 2,
        }  # fmt: skip
