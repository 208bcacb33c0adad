"""Records of people closed to the desk: keeping one or the special right opens it, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from intake.conftest import US
from intake.protected.conftest import HERE, WHO, WHY, Family, lists, sees
from kim_bus.tables import outbox
from kim_intake.model.consultation import (
    Consultation,
)
from kim_intake.model.consultation_figures import consultation_figures, own_day_figures
from kim_intake.model.disclosures import disclosures_seen
from kim_intake.model.hand_over import waiting_for
from kim_intake.model.proposal import AdmissionProposal, proposals
from kim_intake.model.sight import emergencies_to_know, hidden_clients, lets
from kim_intake.operations.link_consultation import LinkConsultation, link_consultation
from kim_intake.operations.open_in_emergency import OpenRecordInEmergency, open_in_emergency
from kim_intake.operations.propose_admission import ProposeAdmission, propose_admission
from kim_intake.operations.protect_client import LiftClientProtection, ProtectClient, lift_client_protection, protect_client
from kim_intake.operations.record_consultation import RecordConsultation, record_consultation
from kim_intake.operations.register_client import RegisterClient, register_client
from kim_intake.rules.permissions import RULES
from kim_referral.model.consent import Consent
from kim_runtime.act import Actor
from kim_runtime.ids import new_id
from kim_runtime.refusal import NotFound, Refused
from sqlalchemy import func, select


def test_only_who_keeps_it_and_who_has_the_special_right_see_it(house: Any, protected: Family, act: Any) -> None:
    assert {who for who in WHO if sees(house, act(who), protected.client)} == {"aydin", "celik", "reader"}


def test_nothing_of_it_is_in_a_list_a_search_or_a_count_of_others(house: Any, protected: Family, act: Any) -> None:
    with house.database.read() as session:
        for who in ("lindner", "haddad"):
            assert set(lists(session, act(who), protected).values()) == {0}, who
            assert session.scalars(hidden_clients(act(who))).all() == [protected.client]
        for who in ("aydin", "celik"):
            assert min(lists(session, act(who), protected).values()) >= 1, who
            assert session.scalars(hidden_clients(act(who))).all() == []
        auditor = act("pruefer")
        assert session.scalars(select(Consent).where(disclosures_seen(auditor).declared(Consent))).all() == []


def test_before_and_after_the_protection_all_of_it_is_there(house: Any, family: Family, act: Any, do: Any) -> None:
    for _turn in range(2):
        with house.database.read() as session:
            assert min(lists(session, act("lindner"), family).values()) >= 1
        do(protect_client, ProtectClient(family.client, "endangered"))
        assert not sees(house, act("lindner"), family.client)
        do(lift_client_protection, LiftClientProtection(family.client, "Gefahr ist vorbei"), by="celik")


def test_the_sums_of_the_house_go_on_counting_it(house: Any, protected: Family) -> None:
    with house.database.read() as session:
        counted = consultation_figures(session, (date(2022, 1, 1), date(2022, 12, 31)), date(2023, 1, 1))["case_management"]
        assert (counted["total"], counted["known_different_persons"]) == (2, 1)


def test_a_talk_that_turns_out_to_be_with_a_protected_person_is_closed_from_then_on(
    house: Any, protected: Family, record: Any, do: Any, act: Any
) -> None:
    talk = record("lindner", hand_over_to="school_entry")
    with pytest.raises(NotFound):
        do(link_consultation, LinkConsultation(talk.id, protected.client), by="lindner")
    with house.database.read() as session:
        assert len(waiting_for(session, act("lindner"), HERE[0], "school_entry")) == 1
    with house.database.read() as session:
        assert own_day_figures(session, act("lindner")) == (1, 5)
    do(link_consultation, LinkConsultation(talk.id, protected.client), by="celik")
    with house.database.read() as session:
        assert own_day_figures(session, act("lindner")) == (0, 0)
        assert waiting_for(session, act("lindner"), HERE[0], "school_entry") == []
        assert not lets(session, act("lindner"), "consultation.see", session.get_one(Consultation, talk.id))


def test_the_return_code_of_a_protected_person_is_to_others_a_code_that_nobody_has(protected: Family, record: Any, do: Any) -> None:
    def refused(call: Callable[[], Any]) -> tuple[str, str]:
        with pytest.raises(Refused) as one:
            call()
        return one.value.code, one.value.message

    for code in (protected.code, "BBBBBB"):
        assert refused(lambda code=code: record("lindner", client_code=code))[0] == "unknown_code"
        named = RegisterClient(site=HERE[0], name="Neu", consent_given_on=date(2022, 5, 10), code=code)
        assert refused(lambda named=named: do(register_client, named, by="lindner"))[0] == "unknown_code"
    for client_id in (protected.client, new_id()):
        with pytest.raises(NotFound, match="gibt es hier nicht"):
            record("lindner", client_id=client_id)
    talk = {"site": HERE[0], "service": HERE[1], "persons_present": 2, "client_code": protected.code}
    assert do(record_consultation, RecordConsultation(**talk), by="celik").client_id == protected.client


def test_nobody_sees_the_record_about_themselves_whatever_their_rights(house: Any, family: Family, do: Any, act: Any) -> None:
    do(protect_client, ProtectClient(family.client, "colleague", "aydin"), by="celik")
    almighty = Actor("aydin", "Aydın", US, frozenset(rule.role for rule in RULES) - {"service"})
    for actor in (WHO["aydin"], almighty):
        assert not sees(house, house.act(actor), family.client)
        with house.database.read() as session:
            assert set(lists(session, house.act(actor), family).values()) == {0}
            assert emergencies_to_know(session, house.act(actor)) == []
        with house.database.write() as session, pytest.raises(NotFound):
            open_in_emergency(session, house.act(actor), OpenRecordInEmergency(family.code, WHY))
        with house.database.write() as session, pytest.raises(NotFound):
            lift_client_protection(session, house.act(actor), LiftClientProtection(family.client, "egal"))
    assert sees(house, act("celik"), family.client)


def test_a_record_about_a_colleague_says_about_whom(family: Family, do: Any) -> None:
    with pytest.raises(Refused) as refused:
        do(protect_client, ProtectClient(family.client, "colleague"))
    assert refused.value.code == "subject_missing"


def test_only_the_special_right_lifts_and_protecting_twice_changes_nothing(protected: Family, do: Any, house: Any, act: Any) -> None:
    do(protect_client, ProtectClient(protected.client, "endangered"))
    for who in ("aydin", "lindner", "wirtz"):
        with pytest.raises(NotFound):
            do(lift_client_protection, LiftClientProtection(protected.client, "egal"), by=who)
    with pytest.raises(NotFound):
        do(protect_client, ProtectClient(protected.client, "endangered"), by="lindner")
    do(lift_client_protection, LiftClientProtection(protected.client, "vorbei"), by="reader")
    assert sees(house, act("lindner"), protected.client)


def test_a_proposal_that_waits_is_withdrawn_and_none_is_made(family: Family, do: Any, house: Any, act: Any) -> None:
    made = do(
        propose_admission, ProposeAdmission(client_id=family.client, site=HERE[0], need="Wohnung", consent_given_on=date(2022, 5, 10))
    )
    do(protect_client, ProtectClient(family.client, "endangered"))
    with house.database.read() as session:
        assert (session.get_one(AdmissionProposal, made.id).state, session.get_one(AdmissionProposal, made.id).version) == ("withdrawn", 2)
        told = select(func.count()).select_from(outbox).where(outbox.c.name == "admission.proposed.v1")
        assert session.scalar(told) == 2
        assert proposals(session, act("lindner")) == []
        assert [one.id for one in proposals(session, act("aydin"))] == [made.id]
    with pytest.raises(Refused) as refused:
        do(propose_admission, ProposeAdmission(client_id=family.client, site=HERE[0], need="Wohnung", consent_given_on=date(2022, 5, 10)))
    assert refused.value.code == "protected"
    with pytest.raises(NotFound):
        do(
            propose_admission,
            ProposeAdmission(client_id=family.client, site=HERE[0], need="Wohnung", consent_given_on=date(2022, 5, 10)),
            by="lindner",
        )


def test_what_record_consultation_answers_a_second_time_is_for_who_may_see_it(protected: Family, record: Any) -> None:
    same = RecordConsultation(site=HERE[0], service=HERE[1], persons_present=5, id=protected.talk)
    assert record("aydin", id=same.id).id == protected.talk
    with pytest.raises(NotFound):
        record("lindner", id=same.id)
