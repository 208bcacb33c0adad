"""Chores run once a business day."""

from datetime import timedelta

import pytest
from kim_bus.chores import Chore
from sqlalchemy import Column, Date, Integer, MetaData, Table, select

METADATA = MetaData()
LOOKED = Table("looked", METADATA, Column("id", Integer, primary_key=True), Column("day", Date))


def look(session, act):
    session.execute(LOOKED.insert().values(day=act.today))


def days(house):
    with house.database.read() as session:
        return list(session.scalars(select(LOOKED.c.day).order_by(LOOKED.c.id)))


@pytest.fixture
def open_casework(open_house):
    return lambda *chores: open_house("staedteregion-aachen.casework", metadata=[METADATA], chores=chores)


def test_a_chore_runs_once_a_business_day(open_casework, houses):
    house = open_casework(Chore("look", look))
    first = house.act().today
    for _ in range(3):
        house.courier.pump()
    houses.clock.set(houses.clock.now() + timedelta(days=1))
    house.courier.pump()
    assert days(house) == [first, first + timedelta(days=1)]


def test_a_business_day_begins_at_midnight_at_the_desk(open_casework, houses):
    house = open_casework(Chore("look", look))
    houses.clock.set(houses.clock.now().replace(hour=21, minute=59))  # 23:59 in Aachen, in May
    house.courier.pump()
    houses.clock.set(houses.clock.now() + timedelta(minutes=2))
    house.courier.pump()
    assert len(days(house)) == 2


def test_days_that_were_skipped_are_not_made_up(open_casework, houses):
    house = open_casework(Chore("look", look))
    house.courier.pump()
    houses.clock.set(houses.clock.now() + timedelta(days=30))
    house.courier.pump()
    assert len(days(house)) == 2


def test_a_chore_that_fails_leaves_nothing_and_the_others_alone_and_is_run_again(open_casework, later):
    failures = iter([True, False])

    def stumble(session, act):
        look(session, act)
        if next(failures):
            raise ZeroDivisionError

    house = open_casework(Chore("stumble", stumble), Chore("look", look))
    house.courier.pump()
    assert len(days(house)) == 1
    later(minutes=6)
    house.courier.pump()
    assert len(days(house)) == 2
