"""What was carried goes when its time is over, in small batches, and so the tables stay bounded."""

from datetime import UTC, datetime, timedelta

import pytest
from kim_bus import tables
from kim_bus.reaction import Reaction
from kim_bus.retention import CONTENTS_KEPT, MARKS_KEPT, WALK_EVERY, Retention
from kim_runtime.clock import SetClock
from sqlalchemy import func, select

CASEWORK, INTERPRETING = "staedteregion-aachen.casework", "staedteregion-aachen.interpreting"
HEARD = [Reaction("case.changed.v1", lambda session, act, event: None)]


@pytest.fixture
def casework(open_house):
    return open_house(CASEWORK)


@pytest.fixture
def interpreting(open_house):
    return open_house(INTERPRETING, reactions=HEARD)


def walk(house, houses, **options):
    """Walk once through everything; how many rows each step cleared."""
    retention = Retention(house.database, houses.delivery_clock, **options)
    steps = []
    while not retention.resting:
        steps.append(retention.step())
    return steps


def test_contents_are_kept_a_month_and_marks_for_longer(casework, interpreting, houses, say, pump_all, rows, later):
    say(casework, "case.changed.v1")
    pump_all()
    say(casework, "case.changed.v1", subject="not-yet-sent")
    later(seconds=(CONTENTS_KEPT - timedelta(minutes=1)).total_seconds())
    assert sum(walk(casework, houses) + walk(interpreting, houses)) == 0
    later(minutes=2)
    walk(casework, houses)
    walk(interpreting, houses)
    assert [row.subject for row in rows(casework, tables.outbox)] == ["not-yet-sent"]
    assert [row.body for row in rows(interpreting, tables.inbox)] == [b""]
    later(seconds=(MARKS_KEPT - CONTENTS_KEPT - timedelta(minutes=5)).total_seconds())
    assert sum(walk(interpreting, houses)) == 0
    later(minutes=10)
    walk(interpreting, houses)
    assert rows(interpreting, tables.inbox) == []
    assert len(rows(interpreting, tables.heads)) == 1, "an older version may still come"


def test_what_waits_for_people_stays(casework, interpreting, houses, say, pump_all, rows, later):
    say(casework, "case.changed.v1", subject="stuck")
    say(casework, "case.changed.v1", subject="parked")
    pump_all()
    with casework.database.write() as session:
        session.execute(tables.outbox.update().values(published_at=None, stuck_at=houses.delivery_clock.now()))
    with interpreting.database.write() as session:
        session.execute(tables.inbox.update().values(state="parked", done_at=None))
    later(days=1000)
    assert sum(walk(casework, houses) + walk(interpreting, houses)) == 0


def test_refused_deliveries_go_after_a_month(casework, houses, rows, later):
    with casework.database.write() as session:
        row = {"received_at": houses.delivery_clock.now(), "routing_key": "x", "reason": "too_large", "size": 1, "sha256": "0" * 64}
        session.execute(tables.refused.insert().values(**row))
    later(days=31)
    assert sum(walk(casework, houses)) == 1
    assert rows(casework, tables.refused) == []


def test_a_step_never_touches_more_than_its_batch_and_all_goes_in_the_end(casework, interpreting, houses, say, pump_all, rows, later):
    for number in range(25):
        say(casework, "case.changed.v1", subject=f"s-{number}")
    pump_all()
    later(days=31)
    left = walk(casework, houses, batch=10)
    assert (max(left), sum(left)) == (10, 25)
    emptied = walk(interpreting, houses, batch=10)
    assert (max(emptied), sum(emptied)) == (10, 25)
    later(days=400)
    gone = walk(interpreting, houses, batch=10)
    assert (max(gone), sum(gone)) == (10, 25)
    assert rows(casework, tables.outbox) == rows(interpreting, tables.inbox) == []


def test_after_a_walk_it_rests(casework, houses, later):
    retention = Retention(casework.database, houses.delivery_clock)
    while not retention.resting:
        retention.step()
    later(seconds=WALK_EVERY.total_seconds() - 1)
    assert retention.resting
    later(seconds=2)
    assert not retention.resting


@pytest.mark.slow
def test_the_tables_stay_bounded_under_a_weeks_load(houses, say, rows, later):
    """Contents kept for a day and marks for two, so that a week shows what a year does."""
    houses.delivery_clock = SetClock(datetime.now(UTC) + timedelta(hours=1))
    casework, interpreting = houses(CASEWORK), houses(INTERPRETING, reactions=HEARD)
    kept = {"contents_kept": timedelta(days=1), "marks_kept": timedelta(days=2), "batch": 10}
    sweepers = [Retention(house.database, houses.delivery_clock, **kept) for house in (casework, interpreting)]
    step, said = timedelta(hours=4), 6
    most = {"outbox": 0, "inbox": 0, "bodies": 0}
    for turn in range(timedelta(days=7) // step):
        for number in range(said):
            say(casework, "case.changed.v1", subject=f"{turn}-{number}")
        casework.courier.pump()
        interpreting.courier.pump()
        for sweeper in sweepers:
            while not sweeper.resting:
                sweeper.step()
        most["outbox"] = max(most["outbox"], count(casework, tables.outbox))
        most["inbox"] = max(most["inbox"], count(interpreting, tables.inbox))
        most["bodies"] = max(most["bodies"], count(interpreting, tables.inbox, tables.inbox.c.body != b""))
        later(seconds=step.total_seconds())
    a_day = said * (timedelta(days=1) // step)
    between_walks = said * (WALK_EVERY // step + 2)
    assert a_day <= most["outbox"] <= a_day + between_walks
    assert a_day <= most["bodies"] <= a_day + between_walks
    assert 2 * a_day <= most["inbox"] <= 2 * a_day + between_walks


def count(house, table, *which):
    with house.database.read() as session:
        return session.execute(select(func.count()).select_from(table).where(*which)).scalar_one()


def test_the_courier_clears_out_by_itself(casework, say, rows, later):
    say(casework, "case.changed.v1")
    casework.courier.pump()
    later(days=31)
    for _ in range(5):  # each looks at one batch
        casework.courier.pump()
        later(hours=2)
    assert rows(casework, tables.outbox) == []


def test_a_batch_is_found_by_its_key(houses):
    house = houses(INTERPRETING)
    retention = Retention(house.database, houses.clock)
    retention._after = ("urn:kim:a:b", "0")
    statement = retention._next_keys(tables.inbox)
    with house.database.read() as session:
        compiled = statement.compile(dialect=house.database.engine.dialect)
        cursor = session.connection().connection.cursor()
        plan = " / ".join(
            row[-1] for row in cursor.execute(f"explain query plan {compiled}", ("urn:kim:a:b", "0", 1000, 0)[: str(compiled).count("?")])
        )
    assert "SEARCH kim_inbox USING" in plan
    assert "B-TREE" not in plan
