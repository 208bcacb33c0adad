"""No order is promised, and mail may come twice. Whatever the network does, the same is known at the end."""

import itertools

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from kim_bus import tables
from kim_bus.ladder import JITTER, RUNGS, pause_after
from kim_bus.reaction import Reaction
from kim_bus.transports import open_transport
from kim_bus.transports.interface import Mail
from sqlalchemy import Column, Integer, MetaData, String, Table, select
from sqlalchemy.dialects.sqlite import insert

INTAKE, CASEWORK, CARITAS = "staedteregion-aachen.intake", "staedteregion-aachen.casework", "caritas-eifel.casework"
METADATA = MetaData()
OFFERS = Table(
    "offers", METADATA, Column("subject", String(50), primary_key=True), Column("number", String(30)), Column("shown", String(200))
)
COUNTED = Table("counted", METADATA, Column("id", Integer, primary_key=True), Column("subject", String(50)))
RUNS = itertools.count()


def show(session, act, event):
    new = {"subject": event.subject, "number": event.data["number"], "shown": event.data["person"]["name"]}
    session.execute(insert(OFFERS).values(new).on_conflict_do_update(index_elements=["subject"], set_=new))


def hide(session, act, event):
    new = {"subject": event.subject, "number": event.data["number"], "shown": ""}
    session.execute(insert(OFFERS).values(new).on_conflict_do_update(index_elements=["subject"], set_=new))


def count(session, act, event):
    session.execute(COUNTED.insert().values(subject=event.subject))


REACTIONS = [Reaction("referral.offered.v1", show), Reaction("referral.withdrawn.v1", hide), Reaction("consultation.recorded.v1", count)]


@pytest.fixture
def letters(houses, say, rows):
    """Four referrals offered anew and withdrawn (or not), and five consultations: the mail as the relay would send it."""
    intake = houses(INTAKE)
    last = {}
    for subject, history in {"r-1": "ow", "r-2": "ooo", "r-3": "owo", "r-4": "w"}.items():
        for version, step in enumerate(history, 1):
            name = "referral.offered.v1" if step == "o" else "referral.withdrawn.v1"
            number = f"{subject}/{version}"
            say(intake, name, subject=subject, version=version, to=CASEWORK, number=number)
            last[subject] = (number, "Łucja Çelik" if step == "o" else "")
    for day in range(5):
        say(intake, "consultation.recorded.v1", subject=f"b-{day}")
    mail = [Mail(row.event_id, row.routing_key, row.body, row.headers, row.mandatory) for row in rows(intake, tables.outbox)]
    return mail, last


@given(data=st.data())
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_order_with_repeats_and_pauses_ends_in_the_same_state(houses, letters, tmp_path, data):
    mail, last = letters
    order = data.draw(st.permutations([*range(len(mail)), *data.draw(st.lists(st.sampled_from(range(len(mail))), max_size=8))]))
    pauses = data.draw(st.sets(st.integers(0, len(order))))
    houses.folder = tmp_path / f"run-{next(RUNS)}"
    houses.folder.mkdir()
    casework = houses(CASEWORK, metadata=[METADATA], reactions=REACTIONS)
    road = open_transport(f"sqlite:///{houses.folder / 'mail'}", INTAKE, houses.directory).outgoing()
    withdrawn_known = False
    for place, index in enumerate(order):
        road.publish([mail[index]])
        withdrawn_known = withdrawn_known or b'"subject":"r-1","subjectversion":2' in mail[index].body
        if place in pauses:
            casework.courier.pump()
            if withdrawn_known:
                assert known(casework).get("r-1", ("", ""))[1] == ""  # withdrawn content is never shown again
    casework.courier.pump()
    road.close()
    assert known(casework) == last
    with casework.database.read() as session:
        assert sorted(session.scalars(select(COUNTED.c.subject))) == [f"b-{day}" for day in range(5)]
        assert set(session.scalars(select(tables.inbox.c.state))) == {"done"}
    casework.courier.close()
    casework.database.close()


def known(house):
    with house.database.read() as session:
        return {row.subject: (row.number, row.shown) for row in session.execute(select(OFFERS))}


@given(st.integers(min_value=-3, max_value=10_000))
def test_a_pause_is_its_rung_with_a_fifth_of_jitter(attempts):
    rung = RUNGS[min(max(attempts, 1), len(RUNGS)) - 1]
    assert rung * (1 - JITTER) <= pause_after(attempts).total_seconds() <= rung * (1 + JITTER)


def test_no_rung_is_shorter_than_the_one_before():
    for attempt in range(1, len(RUNGS)):
        assert pause_after(attempt) < pause_after(attempt + 1)
