"""One run of the demonstration: set up, start, play, report, serve, stop."""

from __future__ import annotations

import gc
import json
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from functools import partial
from importlib import import_module
from pathlib import Path

from kim_login import __main__ as login_command_line
from kim_report import __main__ as report_command_line
from kim_report.desk import ReportDesk
from kim_report.frozen import Frozen, differences
from kim_report.settings import ReportSettings
from kim_report.sources import Period
from kim_report.text import render, render_differences
from kim_runtime import logs
from kim_runtime.clock import FileClock, SetClock
from kim_service import command_line
from kim_service.service import House

from kim_demo import scenario as scenario_file
from kim_demo.layout import HOUSES, ORGANISATIONS, REPORT, Layout, environment
from kim_demo.scenario import COORDINATOR, FIRST_REPORT
from kim_demo.set_up import clear, set_up
from kim_demo.sign_in import introduction
from kim_demo.stated import compare, table
from kim_demo.story import play
from kim_demo.supervisor import Stopped, Supervisor, busy_ports, stop_on_signals
from kim_demo.world import RunningWorld

# What the processes would each read after they were forked.
READ_ONCE = ("kim_web.app", "kim_web.serve", "gunicorn.workers.gthread", "kim_login.app", "kim_report.app", "kim_bus.transports.sqlite")


class CannotStart(Exception):
    """The demonstration cannot start; the message is one line that says what to do."""


def report_settings(layout: Layout) -> ReportSettings:
    """The report's settings; its token is a key that opens figures and nothing else."""
    web = layout.settings(REPORT)
    first = scenario_file.BEGIN.isoformat()
    sources = ",".join(
        f"{mailbox.partition('.')[2]}={layout.address(mailbox)}" for mailbox in HOUSES if mailbox.startswith(f"{COORDINATOR}.")
    )
    return ReportSettings(
        organisation=COORDINATOR,
        directory=layout.public("directory.json"),
        organisation_name="StädteRegion Aachen, Kommunales Integrationszentrum (A 46)",
        secret=web.secret,
        web_bind=web.web_bind,
        demo=True,
        public_url=web.public_url,
        oidc_issuer=web.oidc_issuer,
        oidc_client_secret=web.oidc_client_secret,
        oidc_person_claim=web.oidc_person_claim,
        clock_file=layout.clock_file,
        log_level="WARNING",
        neighbours=web.neighbours,
        sources=sources,
        token=layout.report_key,
        reports=layout.frozen_reports,
        begins=first,
    )


def run(folder: Path, first_port: int, *, once: bool) -> int:
    """Returns the exit code: 0 when all stated figures agree (and, without `once`, when it was stopped by Ctrl-C)."""
    began = time.monotonic()
    layout = Layout(folder, first_port)
    _must_be_free(layout)
    try:
        clear(folder)
    except OSError as error:
        raise CannotStart(
            f"cannot write to {folder}: {error.strerror}. Choose a folder you may write to: ./kim demo --folder DIR"
        ) from error
    stop_on_signals()
    logs.set_up(COORDINATOR, "demo", "demo", "ERROR")
    supervisor = Supervisor(folder / "logs")
    houses: dict[str, House] = {}
    try:
        print("KIM-Verbund: three organisations, six services, one scenario (March 2022 to January 2023)")
        houses = set_up(layout)
        _start(supervisor, layout, houses)
        agreed = _play(layout, houses, supervisor)
        print(f"\n  From start to report: {time.monotonic() - began:.1f} s")
        if once:
            return 0 if agreed else 1
        _addresses(layout)
        while True:
            time.sleep(1)
            supervisor.check()
    except Stopped:
        print("\n  Stopping …")
        return 0 if not once else 130
    finally:
        for house in houses.values():
            house.close()
        if killed := supervisor.stop():
            print(f"  had to be ended by force: {', '.join(killed)}", file=sys.stderr)


def _must_be_free(layout: Layout) -> None:
    if busy := busy_ports(layout.ports()):
        words = ", ".join(str(port) for port in busy)
        other = f"./kim demo --port {layout.first_port + 200}"
        raise CannotStart(f"port {words} on this machine is in use: end that program, or choose others with {other}")


def _start(supervisor: Supervisor, layout: Layout, houses: Mapping[str, House]) -> None:
    for house in houses.values():
        house.close()  # a fork must not share a connection; each opens its own, and this process its own again
        house.service.doors()  # what the pages need is read here, once
    for module in READ_ONCE:
        import_module(module)
    gc.freeze()  # the forks share this memory: no collection looks through it, and so none copies it
    gc.enable()
    for mailbox, house in houses.items():
        variables = environment(house.settings)
        for process in ("courier", "web"):
            supervisor.start(f"{mailbox}.{process}", partial(command_line.main, house.service, [process]), variables)
    for organisation in ORGANISATIONS:
        supervisor.start(
            f"{organisation}.login", partial(login_command_line.main, ["web"]), environment(layout.login_settings(organisation))
        )
    supervisor.start(REPORT, partial(report_command_line.main, ["web"]), environment(report_settings(layout)))
    supervisor.wait_until_ready(
        [*(layout.address(mailbox) for mailbox in (*HOUSES, REPORT)), *(layout.issuer(organisation) for organisation in ORGANISATIONS)]
    )


def _play(layout: Layout, houses: Mapping[str, House], supervisor: Supervisor) -> bool:
    """Play the story with its two reports; returns whether every stated figure agrees with the first."""
    story = scenario_file.load()
    world = RunningWorld(houses, lambda at: FileClock.write(layout.clock_file, at), watch=supervisor.check)
    frozen: dict[date, Frozen] = {}

    def report(day: date) -> None:
        desk = _desk_on(layout, day)
        frozen[day] = desk.freeze(desk.compose(Period(scenario_file.BEGIN, day), {}), "Dr. Hanna Wirtz")

    play(world, story, report)
    first, last = frozen[FIRST_REPORT], frozen[scenario_file.LAST_DAY]
    print("  Settled: every event has arrived and taken effect; outboxes and inboxes are empty, nothing is parked.\n")
    print(f"{render(first.report)}\n")
    print(_since(layout, first))
    print(f"\n{render(last.report)}\n")
    rows = compare(story, first.report)
    print(f"Stated in 2022, and reported here for 1 March to {FIRST_REPORT:%d.%m.%Y} (report {first.number}):\n{table(rows)}")
    (layout.folder / "stated.json").write_text(
        json.dumps(
            [{"id": row.id, "stated": row.stated, "reported": row.reported, "agrees": row.agrees} for row in rows],
            ensure_ascii=False,
            indent=1,
        ),
        encoding="utf-8",
    )
    return all(row.agrees for row in rows)


def _desk_on(layout: Layout, day: date) -> ReportDesk:
    return ReportDesk(report_settings(layout), SetClock(scenario_file.report_written_at(day)))


def _since(layout: Layout, frozen: Frozen) -> str:
    """What was entered since the first report was frozen, without the long tail of distributions."""
    now = _desk_on(layout, scenario_file.LAST_DAY).compose(Period(scenario_file.BEGIN, FIRST_REPORT), {})
    short = [entry for entry in differences(frozen.report, now) if ".by_" not in entry.path]
    return render_differences(frozen.number, short, frozen.report)


def _addresses(layout: Layout) -> None:
    print(f"\n{introduction({mailbox: layout.address(mailbox) for mailbox in (*HOUSES, REPORT)})}")
    print(f"\n  Everything it wrote is in {layout.folder}. Ctrl-C stops it.")
    with suppress(OSError):
        sys.stdout.flush()
