"""Connections to PostgreSQL that rest, and that read queues."""

import pytest
from kim_runtime import database as module
from kim_runtime.database import Database
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

pytestmark = pytest.mark.postgres


@pytest.fixture
def opened(postgres_database_url):
    database = Database(postgres_database_url)
    yield database
    database.close()


def who(database):
    with database.read() as session:
        return session.execute(text("select pg_backend_pid()")).scalar_one()


def cut_off(database, pid):
    other = Database(database.url.render_as_string(hide_password=False))
    with other.read() as session:
        session.execute(text("select pg_terminate_backend(:pid)"), {"pid": pid})
    other.close()


def test_a_connection_that_was_cut_off_while_it_rested_is_replaced_unseen(opened, monkeypatch):
    monkeypatch.setattr(module, "TRUSTED_SECONDS", 0.0)
    first = who(opened)
    cut_off(opened, first)
    assert who(opened) != first


def test_a_connection_just_used_is_taken_without_a_look(opened, monkeypatch):
    looks = []
    monkeypatch.setattr(opened.engine.dialect, "do_ping", lambda connection: looks.append(connection) or True)
    who(opened)
    who(opened)
    assert looks == []


def test_a_look_whose_connection_is_cut_off_says_so_as_sqlalchemy_does_and_the_next_finds_another(opened):
    whose = text("select pg_backend_pid() as pid, 5 % cast(:three as integer) as rest")
    first = opened.first(whose, three=3)
    cut_off(opened, first.pid)
    with pytest.raises(OperationalError):
        opened.first(whose, three=3)
    second = opened.first(whose, three=3)
    assert second.pid != first.pid
    assert first.rest == second.rest == 2


def test_queues_are_read_by_their_indexes_and_by_connections_of_their_own(opened):
    queues = opened.for_queues()
    with queues.read() as session:
        assert session.execute(text("show enable_sort")).scalar_one() == "off"
    with opened.read() as session:
        assert session.execute(text("show enable_sort")).scalar_one() == "on"
    queues.close()
