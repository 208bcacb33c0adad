"""What people can do about messages that wait for them."""

from datetime import timedelta

import pytest
from kim_bus import parked, tables
from kim_bus.reaction import Reaction
from kim_runtime.act import Actor
from kim_runtime.refusal import NotFound, Refused

VOGT = Actor("vogt", "Vogt", "staedteregion-aachen", frozenset({"ops"}))


@pytest.fixture
def broken(open_house, say, pump_all):
    """A house with one parked event, which would take effect if it were tried again."""
    tries = []

    def handle(session, act, event):
        tries.append(event)
        if len(tries) < 3:  # once with its batch, once alone
            raise Refused("pot_empty", "Der Topf ist leer.")

    casework = open_house("staedteregion-aachen.casework")
    interpreting = open_house("staedteregion-aachen.interpreting", reactions=[Reaction("case.changed.v1", handle)])
    say(casework, "case.changed.v1")
    pump_all()
    return interpreting


@pytest.fixture
def stuck(open_house, say):
    house = open_house("staedteregion-aachen.casework")
    say(house, "case.changed.v1")
    with house.database.write() as session:
        session.execute(tables.outbox.update().values(stuck_at=house.clock.now(), attempts=12, last_error="returned"))
    return house


def test_the_list_names_the_reason_and_shows_no_content(broken, stuck):
    with broken.database.read() as session:
        [one] = parked.waiting(session)
    assert (one.arrived, one.name, one.reason) == (True, "case.changed.v1", "pot_empty")
    assert not hasattr(one, "body")
    with stuck.database.read() as session:
        [other] = parked.waiting(session)
    assert (other.arrived, other.reason) == (False, "returned")


def test_retrying_lets_it_take_effect_and_is_written_down(broken, rows, houses):
    with broken.database.write() as session:
        [one] = parked.waiting(session)
        parked.retry(session, broken.act(VOGT), one.event_id, houses.delivery_clock)
    broken.courier.pump()
    assert rows(broken, tables.inbox)[0].state == "done"
    [entry] = rows(broken, tables.interventions)
    assert (entry.actor, entry.action, entry.event_id) == ("vogt", "retry", one.event_id)


def test_discarding_needs_a_reason(broken, rows, houses):
    with broken.database.write() as session:
        [one] = parked.waiting(session)
        with pytest.raises(Refused):
            parked.discard(session, broken.act(VOGT), one.event_id, "  ", houses.delivery_clock)
    assert rows(broken, tables.inbox)[0].state == "parked"


def test_what_was_discarded_never_takes_effect_even_when_it_comes_again(broken, rows, houses):
    with broken.database.write() as session:
        [one] = parked.waiting(session)
        parked.discard(session, broken.act(VOGT), one.event_id, "Testnachricht", houses.delivery_clock)
    [row] = rows(broken, tables.inbox)
    assert (row.state, row.reason, row.body) == ("done", "discarded", b"")
    with broken.database.read() as session:
        assert parked.waiting(session) == []
        with pytest.raises(NotFound):
            parked.show(session, one.event_id)


def test_a_stuck_event_leaves_after_a_retry(stuck, rows, houses):
    with stuck.database.write() as session:
        [one] = parked.waiting(session)
        parked.retry(session, stuck.act(VOGT), one.event_id, houses.delivery_clock)
    stuck.courier.pump()
    assert rows(stuck, tables.outbox)[0].published_at is not None


def test_what_was_tried_before_is_shown(broken, houses):
    with broken.database.write() as session:
        [one] = parked.waiting(session)
        parked.retry(session, broken.act(VOGT), one.event_id, houses.delivery_clock)
        session.execute(tables.inbox.update().values(state="parked"))
        _, before = parked.show(session, one.event_id)
    assert [(entry.actor, entry.action) for entry in before] == [("vogt", "retry")]


def test_the_list_comes_in_pages_of_both_kinds_oldest_first(open_house, say, pump_all, later, houses):
    def refuse(session, act, event):
        raise Refused("pot_empty", "Der Topf ist leer.")

    casework = open_house("staedteregion-aachen.casework", reactions=[Reaction("consultation.recorded.v1", refuse)])
    intake = open_house("staedteregion-aachen.intake")
    for number in range(5):
        say(intake, "consultation.recorded.v1", f"c-{number}")
        later(seconds=1)
        pump_all()
        say(casework, "case.changed.v1", f"s-{number}")
        with casework.database.write() as session:
            session.execute(tables.outbox.update().values(stuck_at=houses.delivery_clock.now(), last_error="returned"))
        later(seconds=1)
    with casework.database.read() as session:
        everything, seen, after = parked.waiting(session), [], None
        while page := parked.waiting(session, 3, after):
            assert len(page) <= 3
            seen, after = [*seen, *page], page[-1].place
        assert seen == everything
        assert parked.count(session) == len(everything) == 10
    assert [one.since for one in everything] == sorted(one.since for one in everything)
    assert {(one.sender, one.recipient) for one in everything} == {
        ("staedteregion-aachen.intake", "staedteregion-aachen"), ("staedteregion-aachen.casework", "staedteregion-aachen"),
    }  # fmt: skip


def test_two_senders_events_with_one_id_are_settled_one_by_one(broken, rows, houses):
    """Ids are unique per sender; one that copies another's must not have the other's event discarded with its own."""
    with broken.database.write() as session:
        [row] = session.execute(tables.inbox.select()).mappings().all()
        key = row["routing_key"].replace("staedteregion-aachen.casework.", "caritas-eifel.casework.", 1)
        copy = {"source": "urn:kim:caritas-eifel:casework", "routing_key": key, "received_at": row["received_at"] + timedelta(seconds=1)}
        session.execute(tables.inbox.insert(), {**row, **copy})
    with broken.database.write() as session:
        found, _ = parked.show(session, row["event_id"])
        parked.discard(session, broken.act(VOGT), row["event_id"], "Testnachricht", houses.delivery_clock)
    assert found.source == row["source"]
    assert {one.source: one.state for one in rows(broken, tables.inbox)} == {row["source"]: "done", copy["source"]: "parked"}
