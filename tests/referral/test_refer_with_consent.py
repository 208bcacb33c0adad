"""Referring between two houses: nothing without consent, exactly the preview, answers that return."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from kim_bus.outbox import emit, take_back
from kim_bus.sealing import unseal
from kim_bus.tables import outbox
from kim_referral.model.seen import Seen, sent_referrals
from kim_referral.operations.answer_referral import AnswerReferral, answer_referral
from kim_referral.operations.open_referral import open_referral
from kim_referral.operations.preview_referral import ReferPerson, preview_referral
from kim_referral.operations.record_consent import RecordConsent, record_consent
from kim_referral.operations.refer_person import refer_person
from kim_referral.operations.revoke_consent import RevokeConsent, revoke_consent
from kim_referral.pages import standing
from kim_runtime.refusal import Refused
from sqlalchemy import select

NAME, PHONE, CARITAS = "Zahra Rahimi-Ḫalīl", "0171 5550133", "caritas-eifel.casework"


def refusal(act: Callable[[], Any]) -> Refused:
    with pytest.raises(Refused) as caught:
        act()
    return caught.value


def test_without_consent_no_name_leaves_the_house(region: Any, caritas: Any, pump_all: Callable[[], int]) -> None:
    said = refusal(lambda: region.do(refer_person, ReferPerson(receiver=CARITAS, name=NAME)))
    assert said.code == "consent_missing"
    pump_all()
    assert caritas.received() == []
    assert region.look(sent_referrals, Seen("", everything=True)) == []


def test_what_arrives_is_what_the_preview_showed(region: Any, caritas: Any, pump_all: Callable[[], int]) -> None:
    consent = region.consent()
    command = ReferPerson(receiver=CARITAS, consent_id=consent.id, name=NAME, phone=PHONE, topics=("housing",), persons=3)
    preview = region.do(preview_referral, command)
    region.do(refer_person, command)
    pump_all()
    arrived = caritas.only_received()
    assert arrived.content == preview.content
    assert (arrived.answer_by, arrived.state, arrived.sender) == (preview.answer_by, "pending", "staedteregion-aachen.casework")
    assert arrived.consent_categories == ["name", "phone", "topics"]
    assert arrived.purpose == preview.consent.purpose == region.sent(command).purpose == "Begleitung in Roetgen"


def test_a_receiver_is_told_that_it_is_named_and_not_who_else_is(region: Any, caritas: Any) -> None:
    """Where else a family goes, a debt or addiction counselling, is nothing to this receiver."""
    sent = region.refer(region.consent(recipients=("caritas-eifel", "sprungbrett")))
    with region.house.database.read() as session:
        row = session.execute(select(outbox)).one()
    sealed = json.loads(row.body)["data"]
    told = unseal(sealed, caritas.house.post.keys.sealing, source="urn:kim:staedteregion-aachen:casework", event_id=row.event_id)
    assert (told["consent"]["recipient"], told["consent"]["purpose"]) == ("caritas-eifel", "Begleitung in Roetgen")
    assert "sprungbrett" not in json.dumps(told)
    assert row.last_day == date(2022, 12, 31), sent.number


def test_health_words_in_the_purpose_stop_until_the_desk_has_looked(region: Any) -> None:
    """It is told along, and the consent does not cover health."""
    consent = region.consent(purpose="Versorgung mit Insulin")
    said = refusal(lambda: region.refer(consent))
    assert (said.code, said.params["words"]) == ("health_words_in_note", "Insulin")
    assert region.refer(consent, note_checked=True).purpose == "Versorgung mit Insulin"


def test_the_same_referral_sent_twice_is_one(region: Any, caritas: Any, pump_all: Callable[[], int]) -> None:
    consent = region.consent()
    command = ReferPerson(receiver=CARITAS, consent_id=consent.id, name=NAME)
    assert region.do(refer_person, command).number == region.do(refer_person, command).number == "R-2022-0001"
    pump_all()
    assert len(caritas.received()) == 1


def test_an_organisation_alone_means_its_receiving_mailbox(region: Any) -> None:
    assert region.refer(receiver="caritas-eifel").receiver_mailbox == CARITAS


def test_topics_the_consent_does_not_cover_cannot_be_added(region: Any) -> None:
    consent = region.consent(categories=("phone",))
    said = refusal(
        lambda: region.do(preview_referral, ReferPerson(receiver=CARITAS, consent_id=consent.id, phone=PHONE, topics=("housing",)))
    )
    assert (said.code, said.field) == ("category_not_consented", "topics")


def test_a_consent_of_another_case_carries_nothing(region: Any) -> None:
    consent = region.consent(about_id="case-1")
    command = ReferPerson(receiver=CARITAS, consent_id=consent.id, name=NAME, about_kind="case", about_id="case-2")
    assert refusal(lambda: region.do(preview_referral, command)).code == "consent_of_another"
    visitors = region.consent(about_kind="visitor", about_id="case-1")  # nor one that is about something else under the same id
    command = ReferPerson(receiver=CARITAS, consent_id=visitors.id, name=NAME, about_kind="case", about_id="case-1")
    assert refusal(lambda: region.do(preview_referral, command)).code == "consent_of_another"


def test_health_words_in_the_note_stop_until_the_desk_has_looked(region: Any) -> None:
    consent = region.consent(categories=("name", "note"))
    command = {"receiver": CARITAS, "consent_id": consent.id, "name": NAME, "note": "Großmutter braucht Insulin"}
    said = refusal(lambda: region.do(refer_person, ReferPerson(**command)))
    assert (said.code, said.field, said.params["words"]) == ("health_words_in_note", "note_checked", "Insulin")
    assert "Gesundheitsangaben: schriftliche Einwilligung nötig" in str(said)
    assert region.do(refer_person, ReferPerson(**command, note_checked=True)).state == "offered"


def test_health_goes_along_with_a_signed_consent(region: Any, caritas: Any, pump_all: Callable[[], int]) -> None:
    consent = region.consent(categories=("name", "note", "health"))
    region.refer(consent, phone="", topics=(), note="Arzt suchen", health="braucht Insulin")
    pump_all()
    assert caritas.only_received().health == "braucht Insulin"


def test_health_cannot_be_consented_by_word_of_mouth(region: Any) -> None:
    assert refusal(lambda: region.consent(categories=("name", "health"), form="oral", signed=False)).code == "health_needs_written"


def test_a_signed_consent_says_where_the_paper_lies_and_a_guardian_has_a_name(region: Any) -> None:
    assert refusal(lambda: region.consent(kept_at="")).code == "kept_where"
    assert refusal(lambda: region.consent(given_by="representative")).code == "giver_unnamed"
    assert refusal(lambda: region.consent(recipients=("nobody-we-know",))).code == "receiver_unknown"


def test_the_same_consent_recorded_twice_is_one(region: Any) -> None:
    command = RecordConsent(
        person=NAME, purpose="Begleitung", recipients=("caritas-eifel",), categories=("name",),
        given_on=date(2022, 5, 10), valid_to=date(2022, 6, 10), informed=True,
    )  # fmt: skip
    assert region.do(record_consent, command).id == region.do(record_consent, command).id == command.id


def test_a_revoked_consent_cannot_be_used_again(region: Any, now: Callable[..., None]) -> None:
    consent = region.consent()
    now(2022, 7, 5, 14, 40)
    region.do(revoke_consent, RevokeConsent(consent.id))
    said = refusal(lambda: region.refer(consent))
    assert said.code == "consent_revoked"
    assert "widerrufen am" in str(said)


def test_the_immigration_office_needs_a_typed_confirmation(desk: Any, region: Any, office: Any, pump_all: Callable[[], int]) -> None:
    consent = region.consent(recipients=("auslaenderamt",))
    said = refusal(lambda: region.refer(consent, receiver="auslaenderamt"))
    assert (said.code, said.params["word"]) == ("confirmation_missing", "Ausländeramt")
    region.refer(consent, receiver="auslaenderamt", typed_confirmation="Ausländeramt")
    pump_all()
    assert office.only_received().name == NAME


def test_from_waiting_list_to_accepted(region: Any, caritas: Any, pump_all: Callable[[], int]) -> None:
    sent = region.refer()
    pump_all()
    received = caritas.only_received()
    caritas.do(answer_referral, AnswerReferral(received.id, "waiting_list"))
    pump_all()
    assert region.sent(sent).state == "waiting_list"
    caritas.do(answer_referral, AnswerReferral(received.id, "accepted"))
    pump_all()
    assert region.sent(sent).state == "accepted"


def test_a_rejection_needs_its_reason_and_brings_the_referral_back(region: Any, caritas: Any, pump_all: Callable[[], int]) -> None:
    sent = region.refer()
    pump_all()
    received = caritas.only_received()
    assert refusal(lambda: caritas.do(answer_referral, AnswerReferral(received.id, "rejected"))).code == "reason_missing"
    caritas.do(answer_referral, AnswerReferral(received.id, "rejected", reason="no_capacity"))
    pump_all()
    assert (region.sent(sent).state, region.sent(sent).rejection) == ("rejected", "no_capacity")
    kept = caritas.again(received)
    assert (kept.content.is_empty, kept.state, kept.number) == (True, "rejected", "R-2022-0001")
    assert refusal(lambda: caritas.do(answer_referral, AnswerReferral(received.id, "accepted"))).code == "already_answered"


def test_an_offer_that_arrives_after_its_consent_ran_out_is_not_kept(
    region: Any, caritas: Any, pump_all: Callable[..., int], now: Callable[..., None]
) -> None:
    sent = region.refer(region.consent(valid_to=date(2022, 5, 12)))
    pump_all([region.house])
    now(2022, 5, 13, 7)
    pump_all()
    dropped = caritas.only_received()
    assert (dropped.state, dropped.ground, dropped.content.is_empty) == ("dropped", "consent_expired", True)
    assert (region.sent(sent).state, region.sent(sent).ground) == ("rejected", "consent_expired")


def test_a_consent_that_runs_out_while_an_offer_waits_takes_its_content_along(
    region: Any, caritas: Any, pump_all: Callable[..., int], now: Callable[..., None]
) -> None:
    region.refer(region.consent(valid_to=date(2022, 5, 12)))
    pump_all()
    assert caritas.only_received().state == "pending"
    now(2022, 5, 13, 7)
    assert caritas.do(open_referral, caritas.only_received().id).state == "dropped"
    assert caritas.only_received().content.is_empty


def test_the_daily_chore_drops_what_ran_out_unopened(
    region: Any, caritas: Any, pump_all: Callable[..., int], now: Callable[..., None]
) -> None:
    region.refer(region.consent(valid_to=date(2022, 5, 12)))
    pump_all()
    now(2022, 5, 13, 7)
    pump_all()
    assert caritas.only_received().state == "dropped"


def test_only_the_receiver_can_answer(region: Any, caritas: Any, office: Any, pump_all: Callable[..., int]) -> None:
    """Another body that learned the id of a referral answers it: its answer is parked, and changes nothing."""
    sent = region.refer()
    with office.house.database.write() as session:
        act = office.house.act()
        data = {"number": sent.number, "answer": "rejected", "reason": "other", "answered_at": act.at}
        emit(session, act, "referral.answered.v1", subject=sent.id, version=9, data=data, to="staedteregion-aachen.casework")
    pump_all()
    assert region.sent(sent).state == "offered"
    received = caritas.only_received()
    caritas.do(answer_referral, AnswerReferral(received.id, "accepted"))
    pump_all()
    assert region.sent(sent).state == "accepted"


def test_a_receiver_keeps_nothing_a_sender_told_beyond_its_consent(region: Any, caritas: Any, pump_all: Callable[..., int]) -> None:
    """Whatever software sent it: what the consent does not name is dropped as the offer takes effect, and what was dropped is said."""
    with region.house.database.write() as session:
        act = region.house.act()
        consent = {"id": "c-1", "given_on": date(2022, 5, 10), "valid_to": date(2022, 12, 31), "categories": ["name"], "written": False}
        data = {
            "number": "R-2022-9", "offered_at": act.at, "answer_by": date(2022, 5, 24), "desk": "Rathaus", "consent": consent,
            "person": {"name": NAME, "phone": PHONE}, "topics": ["housing"], "note": "sucht Wohnung", "health": "Insulin",
        }  # fmt: skip
        emit(session, act, "referral.offered.v1", subject="ref-9", version=1, data=data, to=CARITAS)
    pump_all()
    kept = caritas.only_received()
    assert (kept.name, kept.phone, kept.topics, kept.note, kept.health) == (NAME, "", [], "", "")
    assert kept.dropped_categories == ["phone", "topics", "health", "note"]
    assert (kept.state, kept.purpose) == ("pending", None), "a sender of an earlier release tells no purpose and is taken"


@pytest.mark.parametrize(
    ("changed", "objection"), [({"recipient": "sprungbrett"}, "recipient_not_named"), ({"purpose": ""}, "purpose_missing")]
)
def test_a_receiver_keeps_nothing_under_a_consent_that_does_not_name_it_or_a_purpose(
    region: Any, caritas: Any, pump_all: Callable[..., int], changed: dict[str, str], objection: str
) -> None:
    """Whatever software sent it; the sender learns why, and decides anew."""
    sent = region.refer()
    with region.house.database.write() as session:
        act = region.house.act()
        take_back(session, sent.id)
        consent = {
            "id": "c-1", "given_on": date(2022, 5, 10), "valid_to": date(2022, 12, 31), "categories": ["name"], "written": True,
            "purpose": "Begleitung", "recipient": "caritas-eifel", **changed,
        }  # fmt: skip
        data = {
            "number": sent.number, "offered_at": act.at, "answer_by": date(2022, 5, 24), "desk": "Rathaus", "consent": consent,
            "person": {"name": NAME}, "topics": [], "note": "", "health": "",
        }  # fmt: skip
        emit(session, act, "referral.offered.v1", subject=sent.id, version=1, data=data, to=CARITAS)
    pump_all()
    dropped = caritas.only_received()
    assert (dropped.state, dropped.ground, dropped.content.is_empty, dropped.purpose) == ("dropped", objection, True, None)
    assert dropped.state_on(date(2022, 5, 10)) == "dropped"
    back = region.sent(sent)
    assert (back.state, back.ground) == ("rejected", objection)
    for stands in (standing.of_received(dropped, date(2022, 5, 10)), standing.of_sent(back, date(2022, 5, 10))):
        assert standing.OBJECTIONS[objection] in stands.text
