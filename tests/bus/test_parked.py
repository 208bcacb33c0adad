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


@pytest.fixture
def three_of_two_reasons(open_house, say, pump_all):
    """A house in which two events are parked for one reason and one for another; all would take effect if they were tried again."""
    refusing = True

    def react(session, act, event):
        if refusing:
            raise Refused("pot_empty" if event.subject != "s-3" else "day_closed", "Nein.")

    casework = open_house("staedteregion-aachen.casework")
    interpreting = open_house("staedteregion-aachen.interpreting", reactions=[Reaction("case.changed.v1", react)])
    for number in (1, 2, 3):
        say(casework, "case.changed.v1", subject=f"s-{number}")
    pump_all()
    refusing = False
    return interpreting


def waits(house):
    with house.database.read() as session:
        return {one.subject for one in parked.waiting(session)}


def test_all_that_wait_for_one_reason_are_tried_again_and_the_others_go_on_waiting(three_of_two_reasons, rows, houses, pump_all):
    house = three_of_two_reasons
    with house.database.read() as session:
        assert [(one.reason, one.count, one.arrived) for one in parked.causes(session)] == [("pot_empty", 2, True), ("day_closed", 1, True)]
    with house.database.write() as session:
        assert parked.retry_all(session, house.act(VOGT), "pot_empty", houses.delivery_clock) == 2
    assert waits(house) == {"s-3"}
    pump_all()
    assert sorted(row.state for row in rows(house, tables.inbox)) == ["done", "done", "parked"]
    assert [(row.actor, row.action) for row in rows(house, tables.interventions)] == [("vogt", "retry")] * 2


def test_so_many_are_tried_again_at_once_and_the_oldest_first(three_of_two_reasons, houses, monkeypatch):
    house = three_of_two_reasons
    monkeypatch.setattr(parked, "TOGETHER", 1)
    with house.database.read() as session:
        oldest = next(one.subject for one in parked.waiting(session) if one.reason == "pot_empty")
    with house.database.write() as session:
        assert parked.retry_all(session, house.act(VOGT), "pot_empty", houses.delivery_clock) == 1
    assert waits(house) == {"s-1", "s-2", "s-3"} - {oldest}


def test_what_is_stuck_for_a_reason_leaves_with_the_others(stuck, rows, houses):
    with stuck.database.write() as session:
        assert parked.retry_all(session, stuck.act(VOGT), "returned", houses.delivery_clock) == 1
    assert [row.stuck_at for row in rows(stuck, tables.outbox)] == [None]


def test_where_nothing_waits_for_the_reason_nothing_is_done(broken, houses):
    with pytest.raises(NotFound), broken.database.write() as session:
        parked.retry_all(session, broken.act(VOGT), "returned", houses.delivery_clock)
    assert len(waits(broken)) == 1
