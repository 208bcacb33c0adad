"""The demonstration in containers: `python -m kim_demo.containers set-up | migrate | play FOLDER`.

`set-up` makes, once, what the containers share below FOLDER: keys, directory, broker definitions, database roles, and a file of settings
for each house. `migrate` makes their tables, or brings them to this version. `play` plays the scenario through the houses those files name,
with their own couriers at work, and prints the report.
"""

from __future__ import annotations

import json
import secrets
import shlex
import sys
from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from datetime import date
from pathlib import Path

from kim_bus import set_up as bus_set_up
from kim_bus.topology import VHOST, definitions, salted_hash
from kim_report.desk import ReportDesk
from kim_report.frozen import Frozen
from kim_report.settings import ReportSettings
from kim_report.sources import Period
from kim_report.text import render
from kim_runtime import logs
from kim_runtime.clock import FileClock, SetClock
from kim_runtime.settings import Settings
from kim_service.service import House
from sqlalchemy.engine import URL

from kim_demo import scenario
from kim_demo.demonstration import report_settings
from kim_demo.layout import HOUSES, ORGANISATIONS, REPORT, TOPOLOGY, Layout, environment, service
from kim_demo.scenario import BEGIN, COORDINATOR, FIRST_REPORT, at
from kim_demo.set_up import migrate
from kim_demo.sign_in import introduction, migrate_providers, set_up_providers
from kim_demo.stated import compare, table
from kim_demo.story import play
from kim_demo.world import RunningWorld

PORT = 8000
HOSTS = {
    **{f"{COORDINATOR}.{name}": f"{name}-web" for name in ("intake", "casework", "interpreting", "staffing")},
    "caritas-eifel.casework": "caritas-casework-web",
    "auslaenderamt.intake": "office-intake-web",
}
# Where docker-compose.yml publishes them on the machine, and so where a browser goes.
BASES = {mailbox: f"http://127.0.0.1:{8501 + number}" for number, mailbox in enumerate((*HOUSES, REPORT))}
ISSUERS = {organisation: f"http://127.0.0.1:{8511 + number}" for number, organisation in enumerate(ORGANISATIONS)}


def house_settings(folder: Path, mailbox: str, passwords: Mapping[str, str]) -> Settings:
    """Settings of one house among the containers: PostgreSQL and RabbitMQ by their names in the network."""
    role, user = role_of(mailbox), passwords[mailbox]
    return replace(
        Layout(folder).settings(mailbox),
        database=URL.create("postgresql+psycopg", role, passwords[role], "postgres", 5432, role).render_as_string(hide_password=False),
        broker=f"amqp://{mailbox}:{user}@rabbitmq:5672/{VHOST}",
        web_bind=f"0.0.0.0:{PORT}",
        courier_bind="0.0.0.0:9000",
        neighbours=_neighbours(mailbox),
        log_level="INFO",
        **_sign_in(mailbox),  # type: ignore[arg-type]
    )


def _neighbours(mailbox: str) -> str:
    """The services of the same house, where a browser finds them."""
    house, _, _ = mailbox.partition(".")
    return ",".join(f"{near.partition('.')[2]}={base}" for near, base in BASES.items() if near.startswith(f"{house}."))


def _sign_in(mailbox: str) -> dict[str, str]:
    """Where people open the service, where they sign in, and where the service itself reaches the provider."""
    organisation = mailbox.partition(".")[0]
    return {"public_url": BASES[mailbox], "oidc_issuer": ISSUERS[organisation], "oidc_internal": f"http://{organisation}-login:{PORT}"}


def role_of(mailbox: str) -> str:
    """The database role of a house, and its database: `caritas_eifel_casework`."""
    return mailbox.replace(".", "_").replace("-", "_")


def make(folder: Path) -> None:
    """Make everything once; what is there stays."""
    if (folder / "definitions.json").exists():
        return
    directory = bus_set_up.set_up(TOPOLOGY, folder)
    (folder / "keys").chmod(0o700)
    set_up_providers(Layout(folder), BASES, {mailbox: f"http://{host}:{PORT}" for mailbox, host in (HOSTS | {REPORT: "report"}).items()})
    FileClock.write(folder / "clock", at(BEGIN, "06:00"))
    names = [*directory.mailboxes(), "kim-operator", *(role_of(mailbox) for mailbox in HOUSES)]
    passwords = {name: secrets.token_urlsafe(24) for name in names}
    for mailbox in HOUSES:
        _write_settings(folder / f"{mailbox}.env", environment(house_settings(folder, mailbox, passwords)))
    for organisation in ORGANISATIONS:
        settings = replace(Layout(folder).login_settings(organisation), public_url=ISSUERS[organisation], web_bind=f"0.0.0.0:{PORT}")
        _write_settings(folder / f"{organisation}.login.env", environment(settings))
    _write_settings(folder / f"{REPORT}.env", environment(_report_settings(folder)))
    roles = "".join(
        f"create role {role} login password '{passwords[role]}';\ncreate database {role} owner {role};\n" for role in map(role_of, HOUSES)
    )
    (folder / "postgres.sql").write_text(roles, encoding="ascii")
    broker = definitions(directory, lambda user: salted_hash(passwords[user]))
    (folder / "definitions.json").write_text(json.dumps(broker), encoding="ascii")


def _report_settings(folder: Path) -> ReportSettings:
    sources = ",".join(
        f"{mailbox.partition('.')[2]}=http://{HOSTS[mailbox]}:{PORT}" for mailbox in HOUSES if mailbox.startswith(f"{COORDINATOR}.")
    )
    return replace(
        report_settings(Layout(folder)), sources=sources, web_bind=f"0.0.0.0:{PORT}", neighbours=_neighbours(REPORT), **_sign_in(REPORT)
    )  # type: ignore[arg-type]


def _write_settings(path: Path, variables: Mapping[str, str]) -> None:
    path.touch(0o600)
    path.write_text("".join(f"{name}={shlex.quote(value)}\n" for name, value in variables.items()), encoding="utf-8")


def houses(folder: Path) -> dict[str, House]:
    """Every house by the settings `make` wrote down."""
    return {mailbox: service(mailbox.partition(".")[2]).open(_read_settings(folder / f"{mailbox}.env")) for mailbox in HOUSES}


def _read_settings(path: Path) -> Settings:
    values = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        name, _, value = line.partition("=")
        values[name.removeprefix("KIM_").lower()] = shlex.split(value)[0]
    paths = {name: Path(values.pop(name)) for name in ("directory", "keys", "clock_file")}
    values.pop("demo")
    whole = {entry.name: int(values.pop(entry.name)) for entry in fields(Settings) if entry.type == "int" and entry.name in values}
    return Settings(**values, **whole, **paths, demo=True)  # type: ignore[arg-type]


def play_through(folder: Path) -> bool:
    """Play the scenario; returns whether every stated figure agrees with the report."""
    logs.set_up(COORDINATOR, "demo", "scenario", "ERROR")
    opened = houses(folder)
    world = RunningWorld(opened, lambda moment: FileClock.write(folder / "clock", moment))
    settings = replace(_report_settings(folder), reports=folder / "reports")
    frozen: dict[date, Frozen] = {}

    def report(day: date) -> None:
        desk = ReportDesk(settings, SetClock(at(day, "23:00")))
        frozen[day] = desk.freeze(desk.compose(Period(BEGIN, day), {}), "Dr. Hanna Wirtz")

    play(world, scenario.load(), report)
    for one in frozen.values():
        print(f"\n{render(one.report)}")
    rows = compare(scenario.load(), frozen[FIRST_REPORT].report)
    print(f"\n{table(rows)}\n\n{introduction(BASES)}")
    for house in opened.values():
        house.close()
    return all(row.agrees for row in rows)


def _migrate_all(folder: Path) -> None:
    migrate_providers(Layout(folder))
    opened = houses(folder)
    migrate(Layout(folder), opened)
    for house in opened.values():
        house.close()


def main(arguments: list[str]) -> int:
    if len(arguments) != 2 or arguments[0] not in COMMANDS:
        print(__doc__, file=sys.stderr)
        return 2
    return 1 if COMMANDS[arguments[0]](Path(arguments[1])) is False else 0


COMMANDS: Mapping[str, Callable[[Path], bool | None]] = {"set-up": make, "migrate": _migrate_all, "play": play_through}

if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
