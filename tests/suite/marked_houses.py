"""A process that sets up the demonstration's houses and runs every process of theirs, as they run in use, until it is told to stop.

    python -m suite.marked_houses FOLDER FIRST_PORT < {"<mailbox>": {"database": url, "broker": url}}

Its people are called by marks, and everything is logged that can be logged.
"""

from __future__ import annotations

import json
import sys
import time
from dataclasses import replace
from functools import partial
from pathlib import Path

from kim_bus import set_up as bus_set_up
from kim_demo import scenario
from kim_demo.demonstration import report_settings
from kim_demo.layout import HOUSES, ORGANISATIONS, REPORT, TOPOLOGY, Layout, environment, service
from kim_demo.set_up import migrate
from kim_demo.sign_in import set_up_providers
from kim_demo.story import posts, set_up
from kim_demo.story.stage import Stage
from kim_demo.supervisor import Stopped, Supervisor, stop_on_signals
from kim_demo.world import Desk
from kim_login import __main__ as login_command_line
from kim_login.tables import accounts
from kim_report import __main__ as report_command_line
from kim_runtime import logs
from kim_runtime.clock import FileClock
from kim_runtime.database import Database
from kim_service import command_line
from kim_service.service import House
from suite.marks import COLLEAGUE

READY = "ready"
LEVEL = "DEBUG"


class Unmoved:
    """A world in which the couriers wait until all is set up."""

    def __init__(self, houses: dict[str, House]) -> None:
        self._houses = houses

    def desk(self, mailbox: str, person: str) -> Desk:
        return Desk(self._houses[mailbox], person)

    def set_clock(self, _at: object) -> None: ...
    def settle(self, *, chores: bool = False) -> None: ...


def main(folder: Path, first_port: int, elsewhere: dict[str, dict[str, str]]) -> None:
    layout = Layout(folder, first_port)
    stop_on_signals()
    logs.set_up("tests", "tests", "tests", "ERROR")
    bus_set_up.set_up(TOPOLOGY, folder)
    set_up_providers(layout)
    mark_the_colleagues(layout)
    FileClock.write(layout.clock_file, scenario.at(scenario.BEGIN, "06:00"))
    settings = {mailbox: replace(layout.settings(mailbox), log_level=LEVEL, **elsewhere.get(mailbox, {})) for mailbox in HOUSES}
    houses = {mailbox: service(mailbox.partition(".")[2]).open(settings[mailbox]) for mailbox in HOUSES}
    migrate(layout, houses)
    stage = Stage(Unmoved(houses), scenario.load())
    for step in set_up.steps(stage.scenario):
        step.run(stage)
    posts.steps(stage.scenario)[0].run(stage)
    FileClock.write(layout.clock_file, scenario.at(scenario.BEGIN, "10:00"))
    supervisor = Supervisor(folder / "logs")
    try:
        for house in houses.values():
            house.close()
            house.service.doors()
        for mailbox, house in houses.items():
            for process in ("courier", "web"):
                supervisor.start(f"{mailbox}.{process}", partial(command_line.main, house.service, [process]), environment(house.settings))
        for organisation in ORGANISATIONS:
            told = replace(layout.login_settings(organisation), log_level=LEVEL)
            supervisor.start(f"{organisation}.login", partial(login_command_line.main, ["web"]), environment(told))
        report = replace(report_settings(layout), log_level=LEVEL)
        supervisor.start(REPORT, partial(report_command_line.main, ["web"]), environment(report))
        asked = [*(layout.address(mailbox) for mailbox in (*HOUSES, REPORT)), *map(layout.issuer, ORGANISATIONS)]
        supervisor.wait_until_ready(asked)
        sys.stdout.write(f"{READY}\n")
        sys.stdout.flush()
        while True:
            time.sleep(0.5)
            supervisor.check()
    except Stopped:
        pass
    finally:
        supervisor.stop()


def mark_the_colleagues(layout: Layout) -> None:
    """Whoever works here is called by a mark too: no log and no row of the audit may say it."""
    for organisation in ORGANISATIONS:
        database = Database(layout.login_settings(organisation).database)
        with database.write() as rows:
            rows.execute(accounts.update().values(name=COLLEAGUE))
        database.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), json.loads(sys.stdin.read() or "{}"))
