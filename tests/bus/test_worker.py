"""From the inbox to the effect: once, together with its mark, whatever fails."""

import json
from datetime import timedelta

import pytest
from kim_bus import tables
from kim_bus.effects import Effects
from kim_bus.ladder import RUNGS
from kim_bus.reaction import NotYet, Reaction
from kim_bus.sealing import SIGNATURE_HEADER, sign
from kim_bus.transports.interface import Delivery
from kim_bus.worker import PARKED_AFTER, Worker
from kim_runtime.refusal import Refused
from sqlalchemy import Column, Integer, MetaData, String, Table, select

HOUSE = "staedteregion-aachen"
METADATA = MetaData()
EFFECTS = Table("effects", METADATA, Column("id", Integer, primary_key=True), Column("subject", String(50)))


def write_effect(session, act, event):
    session.execute(EFFECTS.insert().values(subject=event.subject))


@pytest.fixture
def casework(open_house):
    return open_house(f"{HOUSE}.casework")


@pytest.fixture
def open_interpreting(open_house):
    """A house that reacts to `case.changed.v1` with the function given."""

    def make(handle, name="case.changed.v1", **parts):
        return open_house(f"{HOUSE}.interpreting", reactions=[Reaction(name, handle)], metadata=[METADATA], **parts)

    return make


def effects(house):
    with house.database.read() as session:
        return [row.subject for row in session.execute(select(EFFECTS).order_by(EFFECTS.c.id))]


def test_an_effect_and_its_mark_are_one_transaction(casework, open_interpreting, say, pump_all, rows):
    def fail_after_writing(session, act, event):
        write_effect(session, act, event)
        raise ZeroDivisionError

    interpreting = open_interpreting(fail_after_writing)
    say(casework, "case.changed.v1")
    pump_all()
    assert effects(interpreting) == []
    [row] = rows(interpreting, tables.inbox)
    assert (row.state, row.attempts, row.reason) == ("new", 1, "ZeroDivisionError")


def test_one_bad_event_costs_only_itself(casework, open_interpreting, say, pump_all):
    def handle(session, act, event):
        write_effect(session, act, event)
        if event.subject == "c-7":
            raise ZeroDivisionError

    interpreting = open_interpreting(handle)
    for number in range(20):
        say(casework, "case.changed.v1", subject=f"c-{number}")
    pump_all()
    assert sorted(effects(interpreting)) == sorted(f"c-{number}" for number in range(20) if number != 7)


def test_a_repeated_delivery_takes_effect_once(casework, open_interpreting, say, pump_all, rows):
    interpreting = open_interpreting(write_effect)
    say(casework, "case.changed.v1")
    with casework.database.write() as session:
        sent = session.execute(select(tables.outbox)).one()
    pump_all()
    with casework.database.write() as session:  # as after a crash between confirm and mark
        session.execute(tables.outbox.update().values(published_at=None))
    pump_all()
    assert effects(interpreting) == ["s-1"]
    assert [row.event_id for row in rows(interpreting, tables.inbox)] == [sent.event_id]


def test_failures_wait_longer_and_longer(casework, open_interpreting, say, pump_all, rows, later, houses):
    tries = []

    def handle(session, act, event):
        tries.append(houses.delivery_clock.now())
        raise NotYet("case_unknown")

    interpreting = open_interpreting(handle)
    say(casework, "case.changed.v1")
    pump_all()
    for rung in (*RUNGS, RUNGS[-1]):
        before = len(tries)
        later(seconds=rung * 0.79)
        pump_all()
        assert len(tries) == before
        later(seconds=rung * 0.42)
        pump_all()
        assert len(tries) > before
    assert rows(interpreting, tables.inbox)[0].reason == "case_unknown"


def test_what_fails_for_a_day_is_parked(casework, open_interpreting, say, pump_all, rows, later):
    def handle(session, act, event):
        raise ZeroDivisionError("Frau Çelik / 0")

    interpreting = open_interpreting(handle)
    say(casework, "case.changed.v1")
    for _ in range(PARKED_AFTER + 2):
        pump_all()
        later(hours=2)
    [row] = rows(interpreting, tables.inbox)
    assert (row.state, row.attempts) == ("parked", PARKED_AFTER)
    assert row.reason == "ZeroDivisionError"  # the class; the text may quote a value


def test_a_refusal_that_escapes_a_reaction_is_parked_at_once(casework, open_interpreting, say, pump_all, rows):
    def handle(session, act, event):
        raise Refused("pot_empty", "Der Topf ist leer.")

    interpreting = open_interpreting(handle)
    say(casework, "case.changed.v1")
    pump_all()
    [row] = rows(interpreting, tables.inbox)
    assert (row.state, row.reason) == ("parked", "pot_empty")


def test_an_event_nobody_here_handles_yet_waits_for_the_upgrade(casework, open_house, say, pump_all, rows, houses):
    interpreting = open_house(f"{HOUSE}.interpreting", metadata=[METADATA])
    say(casework, "case.changed.v1")
    pump_all()
    assert rows(interpreting, tables.inbox)[0].reason == "no_reaction"
    effects_now = Effects(interpreting.post, [Reaction("case.changed.v1", write_effect)], houses.clock)
    upgraded = Worker(interpreting.database, interpreting.post, effects_now, houses.delivery_clock)
    upgraded.resume()
    upgraded.work()
    assert effects(interpreting) == ["s-1"]


def test_an_event_of_a_newer_release_waits_and_counts_no_attempt(casework, open_interpreting, say, pump_all, rows, keys):
    interpreting = open_interpreting(write_effect)
    say(casework, "case.changed.v1")
    body = json.loads(rows(casework, tables.outbox)[0].body) | {"type": "de.kim.casework.case.changed.v9"}
    raw = json.dumps(body).encode()
    deliver(interpreting, f"{HOUSE}.casework.case.changed.v9.{HOUSE}", raw, keys[f"{HOUSE}.casework"])
    pump_all([interpreting])
    [row] = rows(interpreting, tables.inbox)
    assert (row.state, row.reason, row.attempts) == ("new", "unknown_type", 0)


class _OneLink:
    """A link with one delivery on it."""

    def __init__(self, delivery):
        self.deliveries = [delivery]

    def fetch(self, limit, seconds):
        fetched, self.deliveries = self.deliveries, []
        return fetched

    def ack(self, tag):
        self.acknowledged = tag


def deliver(house, routing_key, body, sender_keys):
    from kim_bus.consumer import Consumer
    from kim_runtime.clock import SystemClock

    delivery = Delivery(1, routing_key, body, {SIGNATURE_HEADER: sign(body, sender_keys.signing)})
    Consumer(house.database, house.post, SystemClock()).receive(_OneLink(delivery))


def test_a_lower_version_known_too_late_never_takes_effect(casework, open_interpreting, say, pump_all, rows):
    """Both versions are in the mailbox before the worker looks: only the higher is shown to the service."""
    interpreting = open_interpreting(write_effect)
    say(casework, "case.changed.v1", version=1)
    say(casework, "case.changed.v1", version=2)
    pump_all()
    assert effects(interpreting) == ["s-1"]
    first, second = sorted(rows(interpreting, tables.inbox), key=lambda row: row.subjectversion)
    assert (first.state, first.reason, first.body) == ("done", "superseded", b"")
    assert (second.state, second.reason) == ("done", None)


def test_content_that_came_after_its_withdrawal_is_never_shown(open_house, say, pump_all, rows):
    shown = []
    intake = open_house(f"{HOUSE}.intake")
    caritas = open_house(
        "caritas-eifel.casework",
        reactions=[
            Reaction("referral.offered.v1", lambda session, act, event: shown.append(event.data)),
            Reaction("referral.withdrawn.v1", lambda session, act, event: None),
        ],
    )
    say(intake, "referral.withdrawn.v1", version=2, to="caritas-eifel.casework")
    pump_all()
    say(intake, "referral.offered.v1", version=1, to="caritas-eifel.casework")
    pump_all()
    assert shown == []
    assert all(row.state == "done" for row in rows(caritas, tables.inbox))
    assert next(row for row in rows(caritas, tables.inbox) if row.subjectversion == 1).body == b""


def test_sealed_content_is_opened_for_the_reaction_and_not_kept_twice(open_house, say, pump_all, rows):
    seen = []
    intake = open_house(f"{HOUSE}.intake")
    caritas = open_house(
        "caritas-eifel.casework", reactions=[Reaction("referral.offered.v1", lambda session, act, event: seen.append((act, event)))]
    )
    say(intake, "referral.offered.v1", to="caritas-eifel.casework")
    pump_all()
    [(act, event)] = seen
    assert event.data["person"]["name"] == "Łucja Çelik"
    assert act.organisation == "caritas-eifel"
    assert rows(caritas, tables.inbox)[0].body == b""


def test_across_the_border_a_new_correlation_begins_and_stays_the_same_on_retry(open_house, say, pump_all, later):
    seen = []

    def handle(session, act, event):
        seen.append(act.correlation_id)
        if len(seen) < 2:
            raise NotYet("once_more")

    intake = open_house(f"{HOUSE}.intake")
    open_house("caritas-eifel.casework", reactions=[Reaction("referral.offered.v1", handle)])
    event_id = say(intake, "referral.offered.v1", to="caritas-eifel.casework")
    pump_all()
    later(seconds=2)
    pump_all()
    assert len(seen) >= 2
    assert len(set(seen)) == 1
    assert seen[0] != event_id


def test_business_time_and_delivery_time_are_two(casework, open_interpreting, say, pump_all, houses):
    seen = []
    open_interpreting(lambda session, act, event: seen.append((act.at, event.time)))
    say(casework, "case.changed.v1")
    said_at = houses.clock.now()
    houses.clock.set(said_at + timedelta(days=30))
    pump_all()
    assert seen == [(said_at + timedelta(days=30), said_at)]
