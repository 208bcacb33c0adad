"""The suite to attack: the demonstration's houses with some months of its story, and browsers of everybody who works there."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from threading import Thread
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from kim_bus import set_up as bus_set_up
from kim_demo import scenario
from kim_demo.demonstration import report_settings
from kim_demo.layout import HOUSES, ORGANISATIONS, REPORT, TOPOLOGY, Layout
from kim_demo.people import PEOPLE
from kim_demo.set_up import open_houses
from kim_demo.sign_in import PASSWORD, set_up_providers
from kim_demo.story.play import steps
from kim_demo.story.stage import Stage
from kim_demo.world import PumpedWorld
from kim_login import app as login
from kim_report.app import create as create_report
from kim_report.app import open_database
from kim_runtime.act import Actor
from kim_runtime.clock import FileClock
from kim_runtime.database import Database
from kim_web.counting import Pace
from kim_web.web import EXTENSION
from sqlalchemy import event
from web.signed_in import bearer, sign_in
from werkzeug.serving import make_server

_WRITES = re.compile(r'\s*(?:insert\s+into|update|delete\s+from)\s+"?(\w+)', re.IGNORECASE)
_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
# Who is signed in, which keys were used, what was noted of a try, and what was seen or refused: all that is written down of a refusal too.
OF_A_REFUSAL = re.compile(r"kim_(session|access_key|attempt|counted|audit\w*|draft\w*)")


class Commits:
    """Which tables were written to by what was committed since one last asked."""

    def __init__(self, database: Database) -> None:
        self._under_way: dict[int, set[str]] = {}
        self._done: set[str] = set()
        event.listen(database.engine, "after_cursor_execute", self._note)
        event.listen(database.engine, "commit", lambda connection: self._done.update(self._under_way.pop(id(connection), ())))
        event.listen(database.engine, "rollback", lambda connection: self._under_way.pop(id(connection), None))

    def _note(self, connection: Any, cursor: Any, statement: str, *_rest: Any) -> None:
        if (found := _WRITES.match(statement)) and cursor.rowcount != 0:
            self._under_way.setdefault(id(connection), set()).add(found[1].lower())

    def since(self) -> set[str]:
        done, self._done = self._done, set()
        return done


@dataclass
class Person:
    """Somebody at a browser, and as a program; `token` is the form token of the last page seen."""

    actor: Actor | None
    browser: FlaskClient
    headers: dict[str, str]
    token: str = ""

    again: Callable[[], None] = lambda: None

    def sign_in_anew(self) -> None:
        """A session, and a key for programs: the ones before may have been ended by what was sent."""
        if self.actor is not None:
            sign_in(self.browser, self.actor)
            self.headers = bearer(self.browser.application, self.actor)
        self.again()


@dataclass
class Target:
    """An application under attack."""

    name: str
    app: Flask
    commits: Commits
    people: list[Person] = field(default_factory=list)
    database: Database | None = None  # where the ids are of what there is


@contextmanager
def suite(folder: Path, until: date) -> Iterator[list[Target]]:
    """Play the story until a day and open every application of it."""
    layout = Layout(folder)
    bus_set_up.set_up(TOPOLOGY, folder)
    set_up_providers(layout)
    FileClock.write(layout.clock_file, scenario.at(scenario.BEGIN, "06:00"))
    with ExitStack() as stack:
        houses = open_houses(layout)
        for house in houses.values():
            stack.callback(house.close)
        world = PumpedWorld(houses, lambda moment: FileClock.write(layout.clock_file, moment))
        told = scenario.load()
        on_stage = Stage(world, told)
        for step in steps(told, lambda _day: None):
            if step.at.date() >= until:
                break
            world.set_clock(step.at)
            step.run(on_stage)
            if step.settle:
                world.settle(chores=step.chores)
        targets = [_target(mailbox, houses[mailbox].app(), houses[mailbox].database) for mailbox in HOUSES[:4]]
        settings = replace(report_settings(layout), sources=",".join(_served(stack, targets)))
        database = open_database(settings)
        stack.callback(database.close)
        targets.append(_target(REPORT, create_report(settings, settings.clock(), database), database))
        entrance = layout.login_settings(ORGANISATIONS[0])
        known = Database(entrance.database)
        stack.callback(known.close)
        targets.append(Target(f"{ORGANISATIONS[0]}.login", login.create(entrance, known), Commits(known), database=known))
        targets[-1].people = [Person(None, targets[-1].app.test_client(), {}), _at_the_provider(targets[-1].app)]
        yield targets


def _target(mailbox: str, app: Flask, database: Database) -> Target:
    app.extensions[EXTENSION] = replace(app.extensions[EXTENSION], pace=Pace(0))  # who attacks asks faster than anybody may
    found = Target(mailbox, app, Commits(database), database=database)
    organisation = mailbox.partition(".")[0]
    for person in PEOPLE:
        if person.organisation == organisation:
            found.people.append(Person(person.actor(), sign_in(app.test_client(), person.actor()), bearer(app, person.actor())))
    found.people.append(Person(None, app.test_client(), {}))
    found.commits.since()
    return found


def _at_the_provider(app: Flask) -> Person:
    """Somebody with a session of the provider, who may change a password and end sessions there."""
    person = Person(None, app.test_client(), {})

    def type_password() -> None:
        found = _TOKEN.search(person.browser.get("/").text)
        person.browser.post("/", data={"csrf_token": found[1] if found else "", "login": "lindner", "password": PASSWORD})

    person.again = type_password
    type_password()
    return person


def _served(stack: ExitStack, targets: list[Target]) -> Iterator[str]:
    """Each service behind a socket, for the report to ask."""
    for target in targets:
        server = make_server("127.0.0.1", 0, target.app, threaded=True)
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        stack.callback(server.shutdown)
        yield f"{target.name.partition('.')[2]}=http://127.0.0.1:{server.server_port}"
