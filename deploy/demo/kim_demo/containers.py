"""The demonstration in containers: `python -m kim_demo.containers set-up | migrate | play FOLDER [ORGANISATION]`.

`set-up` makes, once, a folder below FOLDER for each process that runs: its settings, keys and passwords, which no other can read because it
mounts this folder alone; the same for each organisation's PostgreSQL (roles) and RabbitMQ (definitions); and `public`, which all read:
directory and clock. `migrate` makes the tables of one organisation, or brings them to this version, and the accounts of its sign-in. `play`
plays the scenario through the houses those settings name, with their own couriers at work, and prints the report.
"""

from __future__ import annotations

import json
import os
import secrets
import shlex
import shutil
import sys
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import fields, replace
from datetime import date
from pathlib import Path

from kim_bus import set_up as bus_set_up
from kim_bus.directory import Directory
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
from kim_demo.layout import HOUSES, LOOPBACK, ORGANISATIONS, REPORT, TOPOLOGY, Layout, environment, service
from kim_demo.scenario import BEGIN, COORDINATOR, FIRST_REPORT, at, report_written_at
from kim_demo.set_up import migrate
from kim_demo.sign_in import fill_providers, introduction, make_signing_keys
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
BASES = {mailbox: f"http://{LOOPBACK[mailbox.partition('.')[0]]}:{8501 + number}" for number, mailbox in enumerate((*HOUSES, REPORT))}
ISSUERS = {organisation: f"http://{LOOPBACK[organisation]}:{8511 + number}" for number, organisation in enumerate(ORGANISATIONS)}


RABBITMQ = ("rabbitmq", 5672)
SHARED = "public"
DATABASES = {organisation: f"{organisation}.postgres" for organisation in ORGANISATIONS}
OPEN = (SHARED, *DATABASES.values(), "rabbitmq")  # read by all, and by servers that run as users of their own
LOGINS = tuple(f"{organisation}.login" for organisation in ORGANISATIONS)
OWNERS = (*HOUSES, REPORT, *LOGINS)


class Containers(Layout):
    """Below `public` what every process reads; below the name of each what it reads alone. PostgreSQL for houses and sign-ins."""

    __slots__ = ()

    def public(self, name: str) -> Path:
        return self.folder / SHARED / name

    def private(self, owner: str, ending: str) -> Path:
        return self.folder / owner / f"{owner}.{ending}"

    def database(self, owner: str) -> str:
        role, password = role_of(owner), self.secret(owner, "database.secret")
        return URL.create("postgresql+psycopg", role, password, *server_of(owner), role).render_as_string(hide_password=False)

    def broker(self, mailbox: str) -> str:
        host, port = RABBITMQ
        return f"amqp://{mailbox}:{self.secret(mailbox, 'broker.secret')}@{host}:{port}/{VHOST}"

    def settings_file(self, owner: str) -> Path:
        return self.folder / owner / "settings.env"

    def handed_out(self, to: str, name: str) -> Path:
        """What a server that is not ours reads at its start."""
        return self.folder / to / name


def house_settings(layout: Containers, mailbox: str) -> Settings:
    """Settings of one house among the containers: PostgreSQL and RabbitMQ by their names in the network."""
    return replace(
        layout.settings(mailbox),
        broker=layout.broker(mailbox),
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


def server_of(owner: str) -> tuple[str, int]:
    """Host and port of the PostgreSQL of its organisation; no other's is in a network of it."""
    return f"{owner.partition('.')[0]}-postgres", 5432


def role_of(mailbox: str) -> str:
    """The database role of a house or a sign-in, and its database: `caritas_eifel_casework`."""
    return mailbox.replace(".", "_").replace("-", "_")


def make(folder: Path) -> None:
    """Make everything once; what is there stays."""
    layout = Containers(folder)
    done = layout.handed_out("rabbitmq", "definitions.json")
    if done.exists():
        return
    for name in (*OPEN, layout.frozen_reports.name, *OWNERS):
        (folder / name).mkdir(exist_ok=True)
    directory = _make_keys(layout)
    make_signing_keys(layout)
    FileClock.write(layout.clock_file, at(BEGIN, "06:00"))
    for mailbox in HOUSES:
        _write_settings(layout.settings_file(mailbox), environment(house_settings(layout, mailbox)))
    for organisation in ORGANISATIONS:
        settings = replace(layout.login_settings(organisation), public_url=ISSUERS[organisation], web_bind=f"0.0.0.0:{PORT}")
        _write_settings(layout.settings_file(f"{organisation}.login"), environment(settings))
    _write_settings(layout.settings_file(REPORT), environment(_report_settings(layout)))
    for organisation, folder_of_roles in DATABASES.items():
        layout.handed_out(folder_of_roles, "roles.sql").write_text(roles(layout, organisation), encoding="ascii")
    broker = definitions(
        directory, lambda user: salted_hash(layout.secret(user, "broker.secret") if user in HOUSES else secrets.token_urlsafe(24))
    )
    _hand_over(folder)
    done.write_text(json.dumps(broker), encoding="ascii")


def _make_keys(layout: Containers) -> Directory:
    """The pair of each mailbox to its owner, the directory with the public halves to all."""
    with tempfile.TemporaryDirectory() as room:
        directory = bus_set_up.set_up(TOPOLOGY, Path(room))
        for mailbox in directory.mailboxes():
            shutil.copy2(Path(room) / "keys" / f"{mailbox}.json", layout.private(mailbox, "json"))
        shutil.copy(Path(room) / "directory.json", layout.public("directory.json"))
    return directory


def roles(layout: Containers, organisation: str) -> str:
    """SQL, a statement a line: a role for each house of the organisation and its sign-in, with a database that no other role can open."""
    lines = ["revoke connect on database postgres, template1 from public;"]
    for owner in owners_of(organisation, (*HOUSES, *LOGINS)):
        role = role_of(owner)
        lines += [
            f"create role {role} login password '{layout.secret(owner, 'database.secret')}';",
            f"create database {role} owner {role};",
            f"revoke all on database {role} from public;",
        ]
    return "".join(f"{line}\n" for line in lines)


def _hand_over(folder: Path) -> None:
    """Everything below belongs to whom the folder belongs to: the user of the processes. Others read what is open to all."""
    whose = folder.stat()
    for path in (path for name in folder.iterdir() for path in (name, *name.rglob("*"))):
        os.chown(path, whose.st_uid, whose.st_gid)
        mode = 0o755 if path.relative_to(folder).parts[0] in OPEN else 0o700
        path.chmod(mode if path.is_dir() else mode & 0o666)


def _report_settings(layout: Containers) -> ReportSettings:
    sources = ",".join(
        f"{mailbox.partition('.')[2]}=http://{HOSTS[mailbox]}:{PORT}" for mailbox in HOUSES if mailbox.startswith(f"{COORDINATOR}.")
    )
    return replace(report_settings(layout), sources=sources, web_bind=f"0.0.0.0:{PORT}", neighbours=_neighbours(REPORT), **_sign_in(REPORT))  # type: ignore[arg-type]


def _write_settings(path: Path, variables: Mapping[str, str]) -> None:
    path.touch(0o600)
    path.write_text("".join(f"{name}={shlex.quote(value)}\n" for name, value in variables.items()), encoding="utf-8")


def owners_of(organisation: str, among: Iterable[str]) -> list[str]:
    return [owner for owner in among if owner.partition(".")[0] == organisation]


def houses(folder: Path, mailboxes: Iterable[str] = HOUSES) -> dict[str, House]:
    """Houses by the settings `make` wrote down."""
    return {
        mailbox: service(mailbox.partition(".")[2]).open(_read_settings(Containers(folder).settings_file(mailbox))) for mailbox in mailboxes
    }


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
    layout, opened = Containers(folder), houses(folder)
    world = RunningWorld(opened, lambda moment: FileClock.write(layout.clock_file, moment))
    settings = _report_settings(layout)
    frozen: dict[date, Frozen] = {}

    def report(day: date) -> None:
        desk = ReportDesk(settings, SetClock(report_written_at(day)))
        frozen[day] = desk.freeze(desk.compose(Period(BEGIN, day), {}), "Dr. Hanna Wirtz")

    play(world, scenario.load(), report)
    for one in frozen.values():
        print(f"\n{render(one.report)}")
    rows = compare(scenario.load(), frozen[FIRST_REPORT].report)
    print(f"\n{table(rows)}\n\n{introduction(BASES)}")
    for house in opened.values():
        house.close()
    return all(row.agrees for row in rows)


def migrate_one(folder: Path, organisation: str) -> None:
    """Tables of this version for the organisation's houses and its sign-in, whose accounts and services are made where they are not."""
    layout = Containers(folder)
    internal = {mailbox: f"http://{host}:{PORT}" for mailbox, host in (HOSTS | {REPORT: "report"}).items()}
    fill_providers(layout, BASES, internal, organisations=[organisation])
    opened = houses(folder, owners_of(organisation, HOUSES))
    migrate(layout, opened)
    for house in opened.values():
        house.close()


def main(arguments: list[str]) -> int:
    match arguments:
        case ["set-up", folder]:
            make(Path(folder))
        case ["migrate", folder, organisation] if organisation in ORGANISATIONS:
            migrate_one(Path(folder), organisation)
        case ["play", folder]:
            return 0 if play_through(Path(folder)) else 1
        case _:
            print(__doc__, file=sys.stderr)
            return 2
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
