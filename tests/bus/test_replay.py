"""Replay: what has left already leaves once more, for a mailbox that was lost with what it held."""

from datetime import UTC, datetime, timedelta

import pytest
from kim_bus import tables
from kim_bus.outbox import take_back
from kim_bus.reaction import Reaction
from kim_bus.replay import REACH, replay
from kim_bus.retention import CONTENTS_KEPT
from kim_bus.transports.interface import Outcome
from kim_runtime.act import Actor
from kim_runtime.refusal import Refused

VOGT = Actor("vogt", "Vogt", "staedteregion-aachen", frozenset({"ops"}))
CASEWORK, INTERPRETING, CARITAS = "staedteregion-aachen.casework", "staedteregion-aachen.interpreting", "caritas-eifel.casework"


def again(house, houses, span=timedelta(hours=2), **which):
    now = houses.delivery_clock.now()
    with house.database.write() as session:
        bounds = {"since": now - span, "until": now + timedelta(seconds=1)}
        return replay(session, house.act(VOGT), **{**bounds, **which}, delivery_clock=houses.delivery_clock)


def noting(seen, *names):
    return [Reaction(name, lambda session, act, event: seen.append((event.name, event.subject, event.version))) for name in names]


def lose_mail(houses, mailbox):
    """What a mailbox held is gone, and the mailbox is there again, empty."""
    for house in houses.opened:
        house.courier.close()
    for file in (houses.folder / "mail").glob(f"{mailbox}.sqlite3*"):
        file.unlink()


def subjects_due(house, rows):
    return [(row.subject, row.subjectversion) for row in rows(house, tables.outbox) if row.published_at is None]


def test_a_mailbox_that_was_lost_gets_back_what_it_held_and_nothing_takes_effect_twice(open_house, houses, say, pump_all, rows):
    seen = []
    casework = open_house(CASEWORK)
    interpreting = open_house(INTERPRETING, reactions=noting(seen, "case.changed.v1"))
    for number in range(3):
        say(casework, "case.changed.v1", subject=f"arrived-{number}")
    pump_all()
    for number in range(3):
        say(casework, "case.changed.v1", subject=f"lost-{number}")
    casework.courier.pump()
    lose_mail(houses, INTERPRETING)
    pump_all()
    before = [(row.event_id, row.body) for row in rows(casework, tables.outbox)]
    assert len(seen) == 3
    assert again(casework, houses) == 6
    pump_all()
    assert sorted(subject for _, subject, _ in seen) == [*(f"arrived-{n}" for n in range(3)), *(f"lost-{n}" for n in range(3))]
    assert [(row.event_id, row.body) for row in rows(casework, tables.outbox)] == before
    assert again(casework, houses) == 6
    pump_all()
    assert len(seen) == 6
    assert {row.state for row in rows(interpreting, tables.inbox)} == {"done"}


def test_what_a_higher_version_overrules_stays_here(open_house, houses, say, pump_all, rows):
    casework = open_house(CASEWORK)
    open_house(CARITAS)
    for version in (1, 2, 3):
        say(casework, "case.changed.v1", version=version)
    say(casework, "referral.offered.v1", subject="r-1", to=CARITAS)
    pump_all()
    say(casework, "referral.withdrawn.v1", subject="r-1", version=2, to=CARITAS)
    assert again(casework, houses) == 1, "not the offer: its withdrawal has not left yet, and counts"
    assert subjects_due(casework, rows) == [("s-1", 3), ("r-1", 2)]


def test_facts_go_all(open_house, houses, say, pump_all, rows):
    intake = open_house("staedteregion-aachen.intake")
    open_house(CASEWORK)
    for version in (1, 2):
        say(intake, "consultation.recorded.v1", version=version)
    pump_all()
    assert again(intake, houses) == 2


def test_it_can_be_bounded_by_time_type_and_receiver(open_house, houses, say, pump_all, rows, later):
    casework = open_house(CASEWORK)
    for mailbox in (INTERPRETING, CARITAS):
        open_house(mailbox)
    say(casework, "case.changed.v1", subject="early")
    pump_all()
    later(hours=6)
    say(casework, "case.changed.v1", subject="late")
    say(casework, "referral.offered.v1", subject="referral", to=CARITAS)
    pump_all()

    def due(**which):
        with casework.database.write() as session:
            now = houses.delivery_clock.now()
            replay(
                session, casework.act(VOGT), **{"since": now - timedelta(hours=2), "until": now + timedelta(seconds=1), **which},
                delivery_clock=houses.delivery_clock,
            )  # fmt: skip
        found = {subject for subject, _ in subjects_due(casework, rows)}
        casework.courier.pump()
        return found

    assert due() == {"late", "referral"}
    assert due(name="case.changed.v1") == {"late"}
    assert due(recipient=CARITAS) == due(recipient="caritas-eifel") == {"referral"}
    assert due(recipient=INTERPRETING) == {"late"}
    assert due(since=houses.delivery_clock.now() - timedelta(hours=7), recipient=INTERPRETING) == {"early", "late"}
    assert due(until=houses.delivery_clock.now() - timedelta(hours=1)) == set()


def test_it_never_reaches_further_than_what_is_kept(open_house, houses):
    house = open_house(CASEWORK)
    with pytest.raises(Refused) as refused:
        again(house, houses, span=CONTENTS_KEPT + timedelta(hours=1))
    assert refused.value.code == "too_far_back"
    assert "nicht mehr aufbewahrt" in str(refused.value)


def test_what_was_replayed_for_a_year_is_not_replayed_until_its_marks_are_gone(open_house, houses, say, pump_all):
    casework = open_house(CASEWORK)
    open_house(INTERPRETING)
    say(casework, "case.changed.v1", subject="old")
    say(casework, "case.changed.v1", subject="new")
    pump_all()
    with casework.database.write() as session:
        made = houses.delivery_clock.now() - REACH - timedelta(minutes=1)
        session.execute(tables.outbox.update().where(tables.outbox.c.subject == "old").values(created_at=made))
    assert again(casework, houses) == 1


def test_what_was_discarded_stays_here(open_house, houses, say, rows):
    casework = open_house(CASEWORK)
    say(casework, "case.changed.v1")
    with casework.database.write() as session:
        session.execute(tables.outbox.update().values(published_at=houses.delivery_clock.now(), last_error="discarded", body=b""))
    assert again(casework, houses) == 0


def test_what_is_past_its_last_day_stays_here(open_house, houses, say):
    casework = open_house(CASEWORK)
    say(casework, "referral.offered.v1", to=CARITAS, last_day=houses.clock.now().date())
    casework.courier.pump()
    assert again(casework, houses) == 1
    casework.courier.pump()
    houses.clock.set(houses.clock.now() + timedelta(days=1))
    assert again(casework, houses) == 0


def test_what_left_once_cannot_be_taken_back_though_it_comes_back_the_second_time(open_house, houses, say, rows, monkeypatch):
    casework = open_house(CASEWORK)
    say(casework, "referral.offered.v1", subject="r-1", to=CARITAS)
    casework.courier.pump()
    again(casework, houses)
    monkeypatch.setattr("kim_bus.transports.sqlite.SqliteOutgoing.publish", lambda self, batch: [Outcome.RETURNED for _ in batch])
    casework.courier.pump()
    [row] = rows(casework, tables.outbox)
    assert (row.published_at, row.last_error) == (None, "returned")
    with casework.database.write() as session:
        assert take_back(session, "r-1") == 0


def test_it_is_written_down(open_house, houses, say, rows):
    casework = open_house(CASEWORK)
    again(casework, houses, name="case.changed.v1")
    [entry] = rows(casework, tables.interventions)
    assert (entry.actor, entry.action) == ("vogt", "replay")
    assert "case.changed.v1, everybody: 0" in entry.because


def test_bounds_and_receivers_that_make_no_sense_are_refused(open_house, houses):
    house = open_house(CASEWORK)
    now = houses.delivery_clock.now()
    with pytest.raises(Refused, match="nicht vor dem Ende"):
        again(house, houses, since=now, until=now)
    with pytest.raises(Refused, match="nobody bekommt"):
        again(house, houses, recipient="nobody")
    with pytest.raises(ValueError, match="zone"):
        again(house, houses, since=datetime(2022, 5, 10), until=datetime.now(UTC))
