"""The whole suite in one process: the demonstration's houses, their pages behind real sockets, the report over real HTTP."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from flask import Flask
from kim_bus import set_up as bus_set_up
from kim_demo import containers, scenario
from kim_demo.demonstration import report_settings
from kim_demo.layout import HOUSES, TOPOLOGY, Layout, service
from kim_demo.scenario import BEGIN, COORDINATOR, FIRST_REPORT, at, report_written_at
from kim_demo.sign_in import let_the_report_read
from kim_demo.story import play
from kim_demo.world import PumpedWorld, RunningWorld, World
from kim_report.desk import ReportDesk
from kim_report.frozen import Frozen
from kim_report.sources import Period
from kim_runtime.clock import FileClock, SetClock
from kim_runtime.settings import Settings
from kim_service.service import House
from servers.operator import topology_on
from servers.postgres import fresh_database
from werkzeug.serving import make_server


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the containers mount below /config, as the set-up leaves it."""
    folder = tmp_path_factory.mktemp("config")
    containers.make(folder)
    return folder


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """The application behind a socket of its own."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()


@dataclass
class Played:
    """The scenario after its last day: its houses, the two frozen reports, and a desk that composes further ones."""

    layout: Layout
    houses: dict[str, House]
    reports: dict[date, Frozen]
    compose: Callable[[date], dict[str, Any]]

    @property
    def first(self) -> dict[str, Any]:
        return dict(self.reports[FIRST_REPORT].report)


def pumped(stack: ExitStack, houses: dict[str, House], set_clock: Callable[[datetime], None]) -> World:
    """Every courier pumped in this thread until nothing moves."""
    return PumpedWorld(houses, set_clock)


def running(stack: ExitStack, houses: dict[str, House], set_clock: Callable[[datetime], None]) -> World:
    """Every courier at work in threads of its own, as a broker needs it."""
    stop = Event()
    couriers = [Thread(target=house.courier().run, args=("127.0.0.1:0",), kwargs={"stop": stop}) for house in houses.values()]
    for courier in couriers:
        courier.start()

    def end() -> None:
        stop.set()
        for courier in couriers:
            courier.join()

    stack.callback(end)
    return RunningWorld(houses, set_clock)


@contextmanager
def played_on(
    folder: Path, change: Callable[[str, Settings], Settings], begin: Callable[[ExitStack, dict[str, House], Any], World]
) -> Iterator[Played]:
    """Play the whole scenario; `change` puts another database or broker into a house's settings, `begin` sets the couriers to work."""
    layout = Layout(folder)
    bus_set_up.set_up(TOPOLOGY, folder)
    FileClock.write(layout.clock_file, at(BEGIN, "06:00"))
    with ExitStack() as stack:
        houses = {mailbox: service(mailbox.partition(".")[2]).open(change(mailbox, layout.settings(mailbox))) for mailbox in HOUSES}
        for house in houses.values():
            stack.callback(house.close)
            house.migrate()
            let_the_report_read(layout, house.mailbox, house)
        own = {mailbox: house for mailbox, house in houses.items() if mailbox.startswith(f"{COORDINATOR}.")}
        sources = ",".join(f"{mailbox.partition('.')[2]}={stack.enter_context(served(house.app()))}" for mailbox, house in own.items())
        settings = replace(report_settings(layout), sources=sources)

        def compose(last: date) -> dict[str, Any]:
            return desk_on(last).compose(Period(BEGIN, last), {})

        def desk_on(day: date) -> ReportDesk:
            return ReportDesk(settings, SetClock(report_written_at(day)))

        reports: dict[date, Frozen] = {}

        def report(day: date) -> None:
            reports[day] = desk_on(day).freeze(compose(day), "Dr. Hanna Wirtz")

        play(begin(stack, houses, lambda moment: FileClock.write(layout.clock_file, moment)), scenario.load(), report)
        yield Played(layout, houses, reports, compose)


@pytest.fixture(scope="session")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    """Played on SQLite and the embedded transport."""
    with played_on(tmp_path_factory.mktemp("embedded"), lambda _mailbox, settings: settings, pumped) as played:
        yield played


@pytest.fixture(scope="session")
def served_by_servers(
    tmp_path_factory: pytest.TempPathFactory, postgres_url: str, amqp_url: str, amqp_management_url: str
) -> Iterator[Played]:
    """Played on PostgreSQL, a database a house, and RabbitMQ with each service's own user."""
    folder = tmp_path_factory.mktemp("served")
    directory = bus_set_up.set_up(TOPOLOGY, folder)
    with ExitStack() as stack:
        rabbit = stack.enter_context(topology_on(amqp_url, amqp_management_url, directory))
        databases = {mailbox: stack.enter_context(fresh_database(postgres_url)) for mailbox in HOUSES}

        def change(mailbox: str, settings: Settings) -> Settings:
            return replace(settings, database=databases[mailbox], broker=rabbit.url_of(mailbox))

        yield stack.enter_context(played_on(folder, change, running))
