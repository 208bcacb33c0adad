"""Several processes of one provider or service count together: what is a limit for one is the limit for all."""

from __future__ import annotations

import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest
from kim_login import places, throttle
from kim_login.passwords import AT_ONCE
from kim_login.settings import LoginSettings
from kim_runtime.database import Database
from kim_web import counting
from kim_web.counting import AtMost, Pace
from sqlalchemy import event, text

pytestmark = pytest.mark.slow  # processes of their own
PROGRAM = Path(__file__).with_name("two_processes.py")
PROCESSES = 3


def together(what: str, where: str) -> list[list[str]]:
    """What each of several processes says that do the same at the same moment."""
    begins = str(time.time() + 2.0)
    command = [sys.executable, str(PROGRAM), what, where, begins]
    started = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _process in range(PROCESSES)]
    said = [one.communicate(timeout=60)[0].splitlines() for one in started]
    assert [one.returncode for one in started] == [0] * PROCESSES
    return said


def test_strangers_fill_no_table_however_many_processes_there_are(settings: LoginSettings, database: Database) -> None:
    assert sum(int(said[0]) for said in together("strangers", settings.database)) == 10


def test_a_name_is_tried_as_often_as_one_process_would_let_it(settings: LoginSettings, database: Database) -> None:
    assert sum(int(said[0]) for said in together("tries", settings.database)) == throttle.FREE_FOR_ACCOUNT


def test_who_asks_too_much_is_slowed_down_by_all_processes_together(settings: LoginSettings, database: Database) -> None:
    answered = sum(int(said[0]) for said in together("pace", settings.database))
    assert 100 <= answered <= 100 + PROCESSES * 2 * 10


def test_no_more_passwords_are_looked_at_at_once_on_a_machine(tmp_path: Path) -> None:
    said = [line for lines in together("places", str(tmp_path)) for line in lines]
    assert "no room" not in said
    held = [tuple(map(float, line.split())) for line in said]
    assert len(held) == PROCESSES * 6
    at_once = [sum(began <= moment < ended for began, ended in held) for moment, _end in held]
    assert max(at_once) == AT_ONCE


def test_a_place_comes_free_when_its_holder_is_killed(tmp_path: Path) -> None:
    holder = subprocess.Popen([sys.executable, str(PROGRAM), "places", str(tmp_path), "0"], stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None
    holder.stdout.readline()
    holder.kill()
    holder.communicate()
    every = places.Places(AT_ONCE, tmp_path)
    with every.one(1), every.one(1):
        pass


def test_the_folder_of_places_is_this_users_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    made = places.folder_of_this_user("kim-test")
    assert stat.S_IMODE(made.stat().st_mode) == 0o700
    assert places.folder_of_this_user("kim-test") == made
    made.chmod(0o777)
    with pytest.raises(PermissionError):
        places.folder_of_this_user("kim-test")
    made.rmdir()
    made.symlink_to(tmp_path)
    with pytest.raises(PermissionError):
        places.folder_of_this_user("kim-test")
    assert [path.name for path in tmp_path.iterdir()] == [made.name]


def writes(database: Database) -> list[str]:
    """The statements that change something, as they are made."""
    made: list[str] = []

    @event.listens_for(database.engine, "before_cursor_execute")
    def note(_connection, _cursor, statement, *_more):  # type: ignore[no-untyped-def]
        if statement.startswith(("INSERT", "UPDATE", "DELETE")):
            made.append(statement)

    return made


def test_an_ordinary_request_costs_no_write_and_a_storm_few(database: Database) -> None:
    now = 6_000_000.0
    pace, made = Pace(600, lambda: now), writes(database)
    assert [pace.must_wait(database, "aydin") for _request in range(59)] == [0] * 59
    assert made == []
    waits = [pace.must_wait(database, "aydin") for _request in range(5_000)]
    assert waits.count(0) == 600 - 59
    assert set(waits) == {0, 60}
    assert len(made) == counting.STEPS
    assert pace.must_wait(database, "lindner") == 0, "nobody else waits"
    now += 60
    assert pace.must_wait(database, "aydin") == 0, "and a minute later it goes on"
    assert Pace(0).must_wait(database, "aydin") == 0, "unless nobody is to wait"


def test_so_many_a_minute_and_the_next_says_how_many_were_left_out(database: Database) -> None:
    now = 6_000_000.0
    some, made = AtMost("strangers", 2, lambda: now), writes(database)
    assert [some.take(database) for _try in range(5)] == [0, 0, None, None, None]
    assert len(made) == 3, "a process that knows asks no more"
    now += 59
    assert some.take(database) is None
    now += 1
    assert [some.take(database) for _try in range(3)] == [4, 0, None]


def test_a_clock_that_is_behind_opens_no_second_minute(database: Database) -> None:
    ahead, behind = AtMost("strangers", 2, lambda: 6_000_060.0), AtMost("strangers", 2, lambda: 6_000_000.0)
    assert [ahead.take(database), ahead.take(database), behind.take(database)] == [0, 0, None]


def test_what_was_counted_is_forgotten_when_its_minute_is_over(database: Database) -> None:
    counting.count(database, "long ago", 100)
    counting.count(database, "now", 200)
    with database.write() as rows:
        counting.sweep(rows, 200 * 60.0)
        assert rows.execute(text("select what from kim_counted")).scalars().all() == ["now"]
