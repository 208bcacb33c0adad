"""The plain rule decides of one thing, the select of all, the web of one again: whatever an actor has to do with it, all say the same."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from intake.conftest import US
from kim_intake.model.client import Client
from kim_intake.model.consultation import Consultation, consultations_open_to
from kim_intake.model.hand_over import HandOver, hand_overs_open_to
from kim_intake.model.proposal import AdmissionProposal
from kim_intake.model.protection import EmergencyAccess, Protection
from kim_intake.model.sight import clients_open_to, facts_of, hidden_clients, open_to
from kim_intake.rules.permissions import may_do
from kim_runtime.act import Act, Actor
from kim_runtime.ids import new_id
from kim_web.policy import decide
from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.orm import Session

pytestmark = pytest.mark.slow  # many examples

SITES = ("aachen-arkaden", "rathaus-herzogenrath")
ROLES = ("intake_staff", "protected_case_reader", "centre_head", "case_lead", "auditor")
ACTIONS = {
    Client: ("client.list", "client.see", "client.register", "client.protect", "client.unprotect", "client.open_in_emergency"),
    Consultation: ("consultation.list", "consultation.see", "consultation.record", "consultation.correct", "visitor.protect"),
    HandOver: ("hand_over.see", "hand_over.make", "hand_over.take"),
    AdmissionProposal: ("proposal.see", "proposal.make"),
}

people = st.fixed_dictionaries(
    {
        "registered": st.booleans(), "closed_by_me": st.booleans(), "protected": st.booleans(), "lifted": st.booleans(),
        "about_me": st.booleans(), "opened": st.sampled_from([None, 10, 60, 61]),
    }
)  # fmt: skip
someone = st.sampled_from([None, 0, 1])


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    roles=st.sets(st.sampled_from(ROLES)), sites=st.sets(st.sampled_from(SITES)), two=st.tuples(people, people), at=st.sampled_from(SITES),
    talk_with=someone, taken_with=st.sampled_from(["nobody yet", None, 0, 1]), known_with=someone,
)  # fmt: skip
def test_lists_the_rule_and_the_web_always_agree(
    app: Flask, house: Any, roles: set[str], sites: set[str], two: tuple[dict[str, Any], ...], at: str, talk_with: int | None,
    taken_with: int | str | None, known_with: int | None,
) -> None:  # fmt: skip
    me = Actor("aydin", "Aydın", US, frozenset(roles), frozenset(sites))
    act: Act = house.act(me)
    with house.database.write() as session:
        things = _stage(session, act, two, at, talk_with, taken_with, known_with)
    selects: dict[type, Any] = {
        Client: clients_open_to,
        Consultation: consultations_open_to,
        HandOver: hand_overs_open_to,
        AdmissionProposal: _proposals_open_to,
    }
    compared = 0
    with app.test_request_context(), house.database.read() as session:
        for model, ids in things.items():
            for action in ACTIONS[model]:
                listed = set(session.scalars(select(model.id).where(selects[model](act, action))))
                for thing_id in ids:
                    thing = session.get_one(model, thing_id)
                    ruled = may_do(me, action, facts_of(session, act, thing))
                    said = {"rule": ruled, "list": thing_id in listed, "web": decide(me, action, thing)}
                    assert set(said.values()) in ({True}, {False}), (action, said)
                    compared += 1
        seen = {each for each in things[Client] if decide(me, "client.list", session.get_one(Client, each))}
        closed = {each for each, one in zip(things[Client], two, strict=True) if one["protected"] and not one["lifted"]}
        assert set(session.scalars(hidden_clients(act))) == closed - seen
    assert compared > 10


def _proposals_open_to(act: Act, action: str) -> ColumnElement[bool]:
    return open_to(act, action, AdmissionProposal.site_id, AdmissionProposal.client_id)


def _stage(
    session: Session, act: Act, two: tuple[dict[str, Any], ...], site: str, talk_with: int | None, taken_with: int | str | None,
    known_with: int | None,
) -> dict[type, list[str]]:  # fmt: skip
    """Two people, a talk, a hand-over of it, the talk it was taken for, and a proposal of the first; and what I have to do with each."""
    for table in (AdmissionProposal, HandOver, Consultation, EmergencyAccess, Protection, Client):
        session.execute(delete(table))
    clients = [_person(session, act, one, code) for one, code in zip(two, ("BCDFGH", "BCDFGJ"), strict=True)]
    session.flush()

    def talk(whom: int | None) -> Consultation:
        made = Consultation(
            id=new_id(), site_id=site, service="case_management", day=act.today, persons_present=2, children=0, interpreter="none",
            kind="first", channel="in_person", source="desk", client_id=None if whom is None else clients[whom], recorded_at=act.at,
            recorded_by="lindner", topic_rows=[], language_rows=[],
        )  # fmt: skip
        session.add(made)
        session.flush()
        return made

    first = talk(talk_with)
    taken = None if isinstance(taken_with, str) else talk(taken_with)
    handed = HandOver(
        id=new_id(), consultation_id=first.id, site_id=site, from_service="case_management", to_body="school_entry", to_organisation=US,
        day=act.today, handed_over_at=act.at, handed_over_by="lindner", persons=2, children=0, origin="UNKNOWN", languages=(), topics=(),
        client_id=None if known_with is None else clients[known_with], state="taken" if taken else "waiting",
        taken_consultation_id=taken.id if taken else None,
    )  # fmt: skip
    proposed = AdmissionProposal(
        id=new_id(), version=1, client_id=clients[0], site_id=site, day=act.today, proposed_at=act.at, proposed_by="lindner",
        consent_given_on=act.today, need="", topics=(), follow_ups=0,
    )  # fmt: skip
    session.add_all([handed, proposed])
    session.flush()
    talks = [one.id for one in (first, taken) if one]
    return {Client: clients, Consultation: talks, HandOver: [handed.id], AdmissionProposal: [proposed.id]}


def _person(session: Session, act: Act, one: dict[str, Any], code: str) -> str:
    me, made = act.actor.id, new_id()
    session.add(
        Client(
            id=made, code=code, created_at=act.at, created_by=me if one["registered"] else "lindner", site_id=SITES[0],
            last_contact=act.today,
        )
    )  # fmt: skip
    session.flush()
    if one["protected"]:
        session.add(
            Protection(
                id=new_id(), client_id=made, reason="endangered", subject=me if one["about_me"] else None, since=act.today,
                protected_by=me if one["closed_by_me"] else "lindner", lifted_on=act.today if one["lifted"] else None,
            )
        )  # fmt: skip
    if one["opened"] is not None:
        began = act.at - timedelta(minutes=one["opened"])
        session.add(
            EmergencyAccess(
                id=new_id(), client_id=made, actor=me, actor_name="", reason="", opened_at=began, ends_at=began + timedelta(minutes=60)
            )
        )
    return made
