"""Reactions may fail at any attempt, and people may retry and discard in any order meanwhile: the same is known at the end."""

import itertools
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from kim_bus import parked, tables, worker
from kim_bus.reaction import NotYet, Reaction
from kim_bus.transports import open_transport
from kim_bus.transports.interface import Mail
from kim_runtime.clock import SetClock
from kim_runtime.refusal import NotFound, Refused
from sqlalchemy import Column, Integer, MetaData, String, Table, select
from sqlalchemy.dialects.sqlite import insert

INTAKE, CASEWORK = "staedteregion-aachen.intake", "staedteregion-aachen.casework"
METADATA = MetaData()
SHOWN = Table("shown", METADATA, Column("subject", String(50), primary_key=True), Column("text", String(200)))
COUNTED = Table("counted", METADATA, Column("id", Integer, primary_key=True), Column("subject", String(50)))
RUNS = itertools.count()
FEW = 3  # attempts until an event is parked here
FACTS = ("b-0", "b-1", "b-2", "b-3")
HISTORIES = {"r-1": "oo", "r-2": "ow", "r-3": "owo"}  # offered, withdrawn
LAST = {"r-1": "r-1/2", "r-2": "", "r-3": "r-3/3"}


@pytest.fixture
def letters(houses, say, rows):
    """What intake said: by subject and version, the mail as the relay would send it."""
    intake = houses(INTAKE)
    for subject, history in HISTORIES.items():
        for version, step in enumerate(history, 1):
            name = "referral.offered.v1" if step == "o" else "referral.withdrawn.v1"
            say(intake, name, subject=subject, version=version, to=CASEWORK, number=f"{subject}/{version}")
    for subject in FACTS:
        say(intake, "consultation.recorded.v1", subject=subject)
    found = rows(intake, tables.outbox)
    return [(row.subject, row.event_id, Mail(row.event_id, row.routing_key, row.body, row.headers, row.mandatory)) for row in found]


def reactions(failures):
    """Reactions that write first and then fail as often as `failures` says of an event."""
    left = Counter(failures)

    def perhaps_fail(event):
        if left[event.id] > 0:
            left[event.id] -= 1
            raise (ArithmeticError("failed"), NotYet("not_yet"), Refused("refused", "Nein."))[left[event.id] % 3]

    def show(session, act, event):
        text = event.data["number"] if event.name == "referral.offered.v1" else ""
        new = insert(SHOWN).values(subject=event.subject, text=text)
        session.execute(new.on_conflict_do_update(index_elements=["subject"], set_={"text": text}))
        perhaps_fail(event)

    def count(session, act, event):
        session.execute(COUNTED.insert().values(subject=event.subject))
        perhaps_fail(event)

    return [Reaction("referral.offered.v1", show), Reaction("referral.withdrawn.v1", show), Reaction("consultation.recorded.v1", count)]


@pytest.mark.slow
@given(data=st.data())
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_failures_retries_and_discards_in_any_order_end_in_the_same_state(houses, letters, tmp_path, monkeypatch, data):
    monkeypatch.setattr(worker, "PARKED_AFTER", FEW)
    ids = [event_id for _, event_id, _ in letters]
    unwanted = data.draw(st.sets(st.sampled_from([event_id for subject, event_id, _ in letters if subject in FACTS]), max_size=2))
    failures = {event_id: data.draw(st.integers(0, 2 * FEW)) for event_id in ids} | dict.fromkeys(unwanted, 10**6)
    further = st.lists(st.tuples(st.sampled_from(("send", "pump", "wait", "retry", "discard")), st.integers(0, 10)), max_size=25)
    steps = data.draw(st.permutations([*(("send", place) for place in range(len(ids))), *data.draw(further)]))
    houses.folder, houses.delivery_clock = tmp_path / f"run-{next(RUNS)}", SetClock(datetime.now(UTC) + timedelta(hours=1))
    houses.folder.mkdir()
    casework = houses(CASEWORK, metadata=[METADATA], reactions=reactions(failures))
    road = open_transport(f"sqlite:///{houses.folder / 'mail'}", INTAKE, houses.directory).outgoing()
    for what, number in steps:
        event_id = ids[number % len(ids)]
        if what == "send":
            road.publish([letters[number % len(ids)][2]])
        elif what == "pump":
            casework.courier.pump()
        elif what == "wait":
            wait(houses, seconds=4**number)
        elif what == "retry" or event_id in unwanted:
            look_after(casework, houses, event_id, give_up=what == "discard")
    road.close()
    for _ in range(3 * FEW):
        settle(casework, houses)
        for event_id in ids:
            look_after(casework, houses, event_id, give_up=event_id in unwanted)
    with casework.database.read() as session:
        assert {row.subject: row.text for row in session.execute(select(SHOWN))} == LAST
        wanted = [subject for subject, event_id, _ in letters if subject in FACTS and event_id not in unwanted]
        assert sorted(session.scalars(select(COUNTED.c.subject))) == wanted
        discarded = select(tables.inbox.c.event_id).where(tables.inbox.c.reason == "discarded")
        assert set(session.scalars(discarded)) == unwanted
        assert set(session.scalars(select(tables.inbox.c.state))) == {"done"}
    casework.courier.close()
    casework.database.close()


def wait(houses, seconds):
    houses.delivery_clock.set(houses.delivery_clock.now() + timedelta(seconds=seconds))


def look_after(house, houses, event_id, give_up):
    """What a person does with a parked event; most are not parked."""
    try:
        with house.database.write() as session:
            if give_up:
                parked.discard(session, house.act(), event_id, "nobody needs it", houses.delivery_clock)
            else:
                parked.retry(session, house.act(), event_id, houses.delivery_clock)
    except NotFound:
        return


def settle(house, houses):
    """Let everything due happen, and everything waiting become due, until it is done or parked."""
    for _ in range(2 * FEW):
        house.courier.pump()
        wait(houses, seconds=7200)
