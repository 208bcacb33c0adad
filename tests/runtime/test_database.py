"""Columns mean the same on both databases, and writers at once lose nothing."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from kim_runtime.columns import FteColumn, MoneyColumn, UtcColumn, cents
from kim_runtime.database import Database
from sqlalchemy import Column, Integer, MetaData, Table, bindparam, func, insert, literal, select, text, update
from sqlalchemy.exc import StatementError

metadata = MetaData()
rows = Table(
    "rows",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("money", MoneyColumn),
    Column("share", FteColumn),
    Column("at", UtcColumn),
    Column("count", Integer),
)

one_database_for_all_examples = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50, deadline=None)
amounts = st.decimals(Decimal("-99999999.99"), Decimal("99999999.99"), places=2)
zones = st.integers(-12 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
moments = st.datetimes(datetime(1900, 1, 2), datetime(2100, 1, 1), timezones=zones)


@pytest.fixture
def table(database):
    metadata.create_all(database.engine)
    return database


@one_database_for_all_examples
@given(money=amounts, share=st.decimals(0, 99, places=2), at=moments)
def test_what_is_written_is_read(table, money, share, at):
    with table.write() as session:
        key = session.execute(insert(rows).values(money=money, share=share, at=at)).inserted_primary_key[0]
    with table.read() as session:
        row = session.execute(select(rows).where(rows.c.id == key)).one()
    assert (row.money, row.share, row.at) == (money, share, at)
    assert row.at.tzinfo is UTC


@one_database_for_all_examples
@given(st.lists(amounts, min_size=1, max_size=30))
def test_the_database_adds_money_to_the_cent(table, money):
    with table.write() as session:
        session.execute(rows.delete())
        session.execute(insert(rows), [{"money": amount} for amount in money])
        assert session.execute(select(func.sum(rows.c.money))).scalar_one() == sum(money)


@one_database_for_all_examples
@given(st.lists(moments, min_size=2, max_size=10, unique=True))
def test_moments_of_different_zones_are_ordered_by_when_they_were(table, times):
    with table.write() as session:
        session.execute(rows.delete())
        session.execute(insert(rows), [{"at": time} for time in times])
        assert session.execute(select(rows.c.at).order_by(rows.c.at)).scalars().all() == sorted(times)


def test_an_amount_with_a_third_decimal_is_an_error_and_never_rounded_in_silence(table):
    with pytest.raises(StatementError, match="more than two decimals"), table.write() as session:
        session.execute(insert(rows).values(money=Decimal("0.005")))


def test_a_moment_without_a_zone_is_an_error(table):
    with pytest.raises(StatementError, match="zone"), table.write() as session:
        session.execute(insert(rows).values(at=datetime(2022, 8, 15, 9)))


@pytest.mark.parametrize(("amount", "rounded"), [("0.005", "0.01"), ("1.004", "1.00"), ("-0.005", "-0.01"), ("176.355", "176.36")])
def test_half_a_cent_is_rounded_up(amount, rounded):
    assert cents(Decimal(amount)) == Decimal(rounded)


def test_a_block_that_fails_leaves_nothing(table):
    with pytest.raises(ZeroDivisionError), table.write() as session:
        session.execute(insert(rows).values(count=1))
        _ = 1 // 0
    with table.read() as session:
        assert session.execute(select(func.count()).select_from(rows)).scalar_one() == 0


def test_what_is_changed_while_looking_is_not_kept(table):
    with table.read() as session:
        session.execute(insert(rows).values(count=1))
    with table.read() as session:
        assert session.execute(select(func.count()).select_from(rows)).scalar_one() == 0


def test_many_writers_at_once_lose_no_update(table):
    """Each reads, adds one and writes; with a deferred BEGIN SQLite answered "locked" or lost updates."""
    with table.write() as session:
        session.execute(insert(rows).values(id=1, count=0))

    def add_one(_):
        with table.write() as session:
            count = session.execute(select(rows.c.count).where(rows.c.id == 1).with_for_update()).scalar_one()
            session.execute(update(rows).where(rows.c.id == 1).values(count=count + 1))

    with ThreadPoolExecutor(max_workers=8) as pool:
        list(pool.map(add_one, range(200)))
    with table.read() as session:
        assert session.execute(select(rows.c.count)).scalar_one() == 200


def test_two_processes_on_one_file_wait_for_each_other(tmp_path):
    """Two Database objects stand for two processes: their connections share nothing but the file."""
    first, second = (Database(f"sqlite:///{tmp_path / 'rows.sqlite3'}") for _ in range(2))
    metadata.create_all(first.engine)
    with first.write() as session:
        session.execute(insert(rows).values(id=1, count=0))

    def add(database):
        for _ in range(50):
            with database.write() as session:
                count = session.execute(select(rows.c.count)).scalar_one()
                session.execute(update(rows).values(count=count + 1))

    with ThreadPoolExecutor(max_workers=2) as pool:
        list(pool.map(add, [first, second]))
    with second.read() as session:
        assert session.execute(select(rows.c.count)).scalar_one() == 100


def test_a_reader_is_not_kept_waiting_by_a_writer(table):
    with table.write() as writing:
        writing.execute(insert(rows).values(count=1))
        with table.read() as reading:
            assert reading.execute(select(func.count()).select_from(rows)).scalar_one() == 0


def test_what_an_operation_needs_of_its_house_comes_with_the_session(tmp_path):
    database = Database(f"sqlite:///{tmp_path / 'rows.sqlite3'}", {"pool": "staedteregion-aachen"})
    with database.write() as session:
        assert session.info["pool"] == "staedteregion-aachen"
        session.info["pool"] = "changed"
    with database.read() as session:
        assert session.info["pool"] == "staedteregion-aachen"


def test_a_database_that_is_gone_does_not_answer(tmp_path):
    assert not Database("postgresql+psycopg://nobody@127.0.0.1:1/nothing").answers()
    assert not Database(f"sqlite:///{tmp_path / 'missing' / 'rows.sqlite3'}").answers()


def test_it_answers(table):
    assert table.answers()
    with table.read() as session:
        assert session.execute(select(literal(1))).scalar_one() == 1


def test_a_look_of_its_own_finds_the_first_row_and_begins_no_transaction(table):
    with table.write() as session:
        session.execute(insert(rows), [{"id": 1, "count": 3}, {"id": 2, "count": 3}])
    of_count = select(rows).where(rows.c.count == bindparam("count")).order_by(rows.c.id)
    assert table.first(of_count, count=3).id == 1
    assert table.first(of_count, count=4) is None
    if not table.is_sqlite:
        idle = text("select count(*) from pg_stat_activity where datname = current_database() and state = 'idle in transaction'")
        assert table.first(idle).count == 0
        assert table.first(text("select pg_current_xact_id_if_assigned() is null and now() = statement_timestamp() as alone")).alone
