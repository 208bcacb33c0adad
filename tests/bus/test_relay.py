"""From the outbox to the transport."""

from datetime import date, timedelta

import pytest
from kim_bus import tables
from kim_bus.one_relay import relay_lock
from kim_bus.outbox import emit, take_back, take_back_outdated
from kim_bus.relay import STUCK_AFTER, Relay
from kim_bus.transports.interface import LinkLost, Outcome

HOUSE, CARITAS = "staedteregion-aachen", "caritas-eifel.casework"


class Road:
    """A link that answers as told: `outcome(mail)`, or an exception to raise."""

    def __init__(self, outcome=lambda mail: Outcome.CONFIRMED):
        self.outcome = outcome
        self.sent = []

    def publish(self, batch):
        self.sent += batch
        return [self.outcome(mail) for mail in batch]


def lost(_mail):
    raise LinkLost("gone")


@pytest.fixture
def casework(open_house):
    return open_house(f"{HOUSE}.casework")


@pytest.fixture
def relay(casework, houses):
    return Relay(casework.database, casework.mailbox, houses.delivery_clock, houses.clock)


def test_what_is_confirmed_is_marked_and_not_sent_again(casework, relay, say, rows):
    say(casework, "case.changed.v1")
    road = Road()
    assert relay.send(road) == 1
    assert relay.send(road) == 0
    assert len(road.sent) == 1
    assert rows(casework, tables.outbox)[0].published_at is not None


def test_the_bytes_sent_are_the_bytes_signed(casework, relay, say, rows):
    say(casework, "case.changed.v1")
    road = Road()
    relay.send(road)
    [row] = rows(casework, tables.outbox)
    assert (road.sent[0].body, road.sent[0].headers) == (row.body, row.headers)


def test_a_lost_link_marks_nothing_so_all_is_sent_again(casework, relay, say):
    say(casework, "case.changed.v1")
    with pytest.raises(LinkLost):
        relay.send(Road(lost))
    road = Road()
    assert relay.send(road) == 1


@pytest.mark.parametrize("outcome", [Outcome.RETURNED, Outcome.REFUSED])
def test_what_is_not_delivered_backs_off_and_holds_back_nobody(casework, relay, say, later, rows, outcome):
    bad = say(casework, "case.changed.v1", subject="bad")
    say(casework, "case.changed.v1", subject="good")
    road = Road(lambda mail: outcome if mail.event_id == bad else Outcome.CONFIRMED)
    relay.send(road)
    say(casework, "case.changed.v1", subject="next")
    later(seconds=0.5)
    relay.send(road)
    assert [row.published_at is not None for row in rows(casework, tables.outbox)] == [False, True, True]
    assert [mail.event_id for mail in road.sent].count(bad) == 1
    later(seconds=2)
    relay.send(road)
    assert [mail.event_id for mail in road.sent].count(bad) == 2


def test_what_is_never_delivered_is_stuck_at_last_and_left_alone(casework, relay, say, later, rows):
    say(casework, "case.changed.v1")
    road = Road(lambda mail: Outcome.RETURNED)
    for _ in range(STUCK_AFTER + 3):
        relay.send(road)
        later(hours=2)
    assert len(road.sent) == STUCK_AFTER
    [row] = rows(casework, tables.outbox)
    assert row.stuck_at is not None
    assert row.last_error == "returned"


def test_a_window_has_an_end(casework, relay, say, monkeypatch):
    monkeypatch.setattr("kim_bus.relay.WINDOW", 3)
    monkeypatch.setattr("kim_bus.relay.WINDOWS", 4)
    for number in range(13):
        say(casework, "case.changed.v1", subject=f"c-{number}")
    assert relay.send(Road()) == 12
    assert relay.send(Road()) == 1


def test_a_database_has_one_relay_at_a_time(casework):
    first, second = relay_lock(casework.database), relay_lock(casework.database)
    assert first.held()
    assert first.held()
    assert not second.held()
    first.release()
    assert second.held()
    second.release()


@pytest.mark.parametrize("open_house", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)
def test_events_committed_late_are_found(casework, relay, say):
    """Serials are given before commits: the lower one may become visible after the higher was sent. (SQLite has one writer at a time.)"""
    data = {"number": "1", "state": "open", "phase": "intake", "change": "opened", "changed_on": casework.act().today}
    road = Road()
    with casework.database.write() as slow:
        emit(slow, casework.act(), "case.changed.v1", subject="slow", version=1, data=data)
        say(casework, "case.changed.v1", subject="quick")
        assert relay.send(road) == 1
    assert relay.send(road) == 1
    assert len(road.sent) == 2


class Meanwhile(Road):
    """A link during whose sending something else happens in the house."""

    def __init__(self, deed, outcome=lambda mail: Outcome.CONFIRMED):
        super().__init__(outcome)
        self.deed = deed

    def publish(self, batch):
        self.deed()
        return super().publish(batch)


def test_what_is_being_sent_can_no_longer_be_taken_back(casework, relay, say, rows):
    """Revoked while the relay has it in hand: a row removed then would have left the house, and its receiver would never be told."""
    say(casework, "referral.offered.v1", "s-1", to=CARITAS)
    taken = []

    def revoke():
        with casework.database.write() as session:
            taken.append(take_back(session, "s-1"))

    relay.send(Meanwhile(revoke))
    assert taken == [0]
    assert rows(casework, tables.outbox)[0].published_at is not None


def test_what_may_have_left_on_a_lost_link_can_not_be_taken_back(casework, relay, say):
    say(casework, "referral.offered.v1", "s-1", to=CARITAS)
    with pytest.raises(LinkLost):
        relay.send(Road(lost))
    with casework.database.write() as session:
        assert take_back(session, "s-1") == 0


@pytest.mark.parametrize("outcome", [Outcome.RETURNED, Outcome.REFUSED])
def test_what_the_transport_did_not_take_can_still_be_taken_back(casework, relay, say, outcome):
    say(casework, "referral.offered.v1", "s-1", to=CARITAS)
    relay.send(Road(lambda mail: outcome))
    with casework.database.write() as session:
        assert take_back(session, "s-1") == 1


def test_what_travels_open_is_never_taken_back(casework, say):
    """It is overruled by a higher version; so the relay need not mark it before it sends."""
    say(casework, "case.changed.v1", "s-1")
    with casework.database.write() as session:
        assert take_back(session, "s-1") == 0


TODAY = date(2022, 5, 10)


def test_what_is_past_its_last_day_does_not_leave_the_house(casework, relay, say, houses):
    """However long the network stood still: at the receiver it would have to be dropped."""
    say(casework, "referral.offered.v1", "old", to=CARITAS, last_day=TODAY)
    say(casework, "referral.offered.v1", "new", to=CARITAS, last_day=TODAY + timedelta(days=1))
    say(casework, "case.changed.v1", "any")
    houses.clock.set(houses.clock.now() + timedelta(days=1))
    road = Road()
    assert (relay.send(road), len(road.sent)) == (2, 2)
    with casework.database.write() as session:
        assert take_back_outdated(session, TODAY) == frozenset()
        assert take_back_outdated(session, TODAY + timedelta(days=1)) == {"old"}


def test_on_its_last_day_it_leaves(casework, relay, say):
    say(casework, "referral.offered.v1", to=CARITAS, last_day=TODAY)
    assert relay.send(Road()) == 1


def test_what_may_have_left_before_its_last_day_is_not_sent_again_and_not_called_unsent(casework, relay, say, houses, rows):
    say(casework, "referral.offered.v1", to=CARITAS, last_day=TODAY)
    with pytest.raises(LinkLost):
        relay.send(Road(lost))
    houses.clock.set(houses.clock.now() + timedelta(days=1))
    assert relay.send(Road()) == 0
    with casework.database.write() as session:
        assert take_back_outdated(session, TODAY + timedelta(days=1)) == frozenset()
    assert rows(casework, tables.outbox) == []
