"""An emergency opens a protected record to a desk by its return code, for a while, for looking, with its reason."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from intake.protected.conftest import HERE, WHY, Family, audit, lists, sees
from kim_intake.model.client import Client
from kim_intake.model.consultation import (
    Consultation,
    consultations_seen_of_client,
)
from kim_intake.model.disclosures import disclosures_seen
from kim_intake.model.sight import emergencies_to_know, lets
from kim_intake.operations.correct_consultation import CorrectConsultation, correct_consultation
from kim_intake.operations.hand_over import HandOverConsultation, hand_over
from kim_intake.operations.open_in_emergency import OpenRecordInEmergency, open_in_emergency
from kim_referral.model.consent import Consent
from kim_referral.model.seen import recently_declared
from kim_runtime.refusal import NotFound, Refused


def test_who_opened_it_in_an_emergency_sees_and_changes_nothing(house: Any, protected: Family, record: Any, do: Any, act: Any) -> None:
    now = house.clock.now()
    do(open_in_emergency, OpenRecordInEmergency(protected.code.lower(), WHY), by="lindner")
    assert sees(house, act("lindner", now + timedelta(minutes=59)), protected.client)
    assert not sees(house, act("lindner", now + timedelta(minutes=60)), protected.client)
    facts: dict[str, Any] = {"site": HERE[0], "service": HERE[1], "desk": 1, "persons_present": 4, "topics": ("housing",)}
    with pytest.raises(NotFound):
        do(correct_consultation, CorrectConsultation(consultation_id=protected.talk, reason="mistyped", **facts), by="lindner")
    with pytest.raises(NotFound):
        do(hand_over, HandOverConsultation(consultation_id=protected.talk, to="school_entry"), by="lindner")
    with pytest.raises(Refused, match="Rückkehrcode"):
        record("lindner", client_code=protected.code)
    with house.database.read() as session:
        assert lets(session, act("lindner"), "consultation.see", session.get_one(Consultation, protected.talk))
        held = lists(session, act("lindner"), protected)
        assert {name for name, count in held.items() if count} == {"of the person", "of the talk"}  # on the pages it leads to
    for who, learns in (("aydin", 1), ("celik", 1), ("reader", 1), ("lindner", 0), ("haddad", 0)):
        with house.database.read() as session:
            assert len(emergencies_to_know(session, act(who))) == learns, who
            assert emergencies_to_know(session, act(who, now + timedelta(days=29))) == []


def test_an_emergency_at_another_site_opens_no_more_than_that_site_would_see(house: Any, protected: Family, do: Any, act: Any) -> None:
    do(open_in_emergency, OpenRecordInEmergency(protected.code, WHY), by="peters")
    with house.database.read() as session:
        assert lets(session, act("peters"), "client.see", session.get_one(Client, protected.client))
        assert consultations_seen_of_client(session, act("peters"), protected.client) == []
        assert not lets(session, act("peters"), "consultation.see", session.get_one(Consultation, protected.talk))


def test_the_house_says_how_long_an_emergency_lasts(house: Any, protected: Family, do: Any, act: Any) -> None:
    house.database.info["emergency_minutes"] = 5
    now = house.clock.now()
    do(open_in_emergency, OpenRecordInEmergency(protected.code, WHY), by="lindner")
    assert sees(house, act("lindner", now + timedelta(minutes=4)), protected.client)
    assert not sees(house, act("lindner", now + timedelta(minutes=5)), protected.client)


def test_an_emergency_needs_a_code_that_is_closed_to_the_one_who_asks(protected: Family, do: Any, family: Family) -> None:
    with pytest.raises(Refused) as refused:
        do(open_in_emergency, OpenRecordInEmergency(protected.code, WHY))
    assert refused.value.code == "visible_already"
    with pytest.raises(NotFound, match="gibt es hier nicht"):
        do(open_in_emergency, OpenRecordInEmergency("BBBBBB", WHY), by="lindner")


def test_what_was_told_of_it_stays_closed_in_an_emergency(protected: Family, do: Any, house: Any, act: Any) -> None:
    do(open_in_emergency, OpenRecordInEmergency(protected.code, WHY), by="lindner")
    with house.database.read() as session:
        assert [one.id for one in recently_declared(session, disclosures_seen(act("aydin")), Consent)] == [protected.consent]
        assert recently_declared(session, disclosures_seen(act("lindner")), Consent) == []


def test_the_opening_and_each_look_are_in_the_audit_with_the_reason(
    house: Any, protected: Family, browse: Any, capfd: pytest.CaptureFixture[str]
) -> None:
    desk = browse("lindner")
    assert desk.post("/notzugriff", data={"code": protected.code, "reason": "eilt"}).status_code == 422
    unknown = desk.post("/notzugriff", data={"code": "BBB-BBB", "reason": WHY})
    assert (unknown.status_code, WHY in unknown.text, "Diesen Rückkehrcode gibt es hier nicht" in unknown.text) == (422, True, True)
    assert audit(house)[-1][:3] == ("client.open_in_emergency", "clients:?", "denied")
    answer = desk.post("/notzugriff", data={"code": protected.code, "reason": WHY})
    assert answer.headers["Location"] == f"/personen/{protected.client}"
    page = desk.get(answer.headers["Location"])
    assert "Notzugriff bis" in page.text and "Zahra Azizi" in page.text
    assert "Neue Beratung mit dieser Person" not in page.text and "Vorschlagen" not in page.text
    talk = desk.get(f"/beratungen/{protected.talk}")
    assert "Notzugriff bis" in talk.text
    assert not any(word in talk.text for word in ("Jetzt hinbringen", "Zurücknehmen", "Einwilligung aufnehmen", "/aendern"))
    thing = f"clients:{protected.client}"
    assert audit(house)[-3:] == [
        ("client.open_in_emergency", thing, "done", WHY), ("client.see", thing, "seen", WHY),
        ("consultation.see", f"consultation:{protected.talk}", "seen", WHY),
    ]  # fmt: skip
    assert WHY not in "".join(capfd.readouterr())
    assert WHY in browse("aydin").get("/heute").text
    assert WHY in browse("reader").get("/geschuetzt").text
    assert WHY not in browse("haddad").get("/heute").text


def test_a_look_without_an_emergency_has_no_reason_in_the_audit(house: Any, protected: Family, browse: Any) -> None:
    browse("aydin").get(f"/personen/{protected.client}")
    assert audit(house)[-1] == ("client.see", f"clients:{protected.client}", "seen", "")
