"""The commands every service has: `kim-intake web | courier | migrate | check | parked | outbox | audit | key`.

Exit codes: 0 done, 1 something is wrong with what was found, 2 the command or the settings are wrong, 3 an address is taken.
"""

from __future__ import annotations

import argparse
import errno
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from kim_audit import command as audit
from kim_bus.courier import LOOPS
from kim_bus.directory import BrokenDirectory
from kim_bus.transports.interface import LinkLost
from kim_runtime import logs
from kim_runtime.refusal import Refused
from kim_runtime.settings import Settings, SettingsError, load
from kim_web import key_command
from sqlalchemy.exc import OperationalError, ProgrammingError

from kim_service import outbox, parked
from kim_service.courier_status import status_of
from kim_service.service import House, Service

WRONG, MISUSED, TAKEN = 1, 2, 3


def main(service: Service, arguments: Sequence[str] | None = None) -> int:
    asked = _parser(service).parse_args(arguments)
    try:
        settings = load(Settings)
        logs.set_up(settings.organisation, service.name, asked.command, settings.log_level)
        house = service.open(settings)
    except SettingsError as fault:
        return _say(f"kim-{service.name}: the settings are wrong; docs/operations/settings.md says what each is:\n{fault}", MISUSED)
    except BrokenDirectory as fault:
        return _say(f"kim-{service.name}: KIM_DIRECTORY: {fault}", MISUSED)
    except OSError as fault:
        return _say(f"kim-{service.name}: cannot read {fault.filename}: {fault.strerror}", MISUSED)
    try:
        return COMMANDS[asked.command](house, asked)
    except (OperationalError, ProgrammingError):  # PostgreSQL says by the second that there are no tables
        what = f"check KIM_DATABASE, whether its server runs, and whether kim-{service.name} migrate has run"
        return _say(f"kim-{service.name}: the database does not answer: {what}", WRONG)
    finally:
        house.close()


def _parser(service: Service) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=f"kim-{service.name}", description=f"The {service.name} service of KIM-Verbund.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("web", help="serve the pages and the JSON door")
    courier = commands.add_parser("courier", help="carry events: relay, consumer, worker and chores")
    courier.add_argument("--only", choices=LOOPS, action="append", help="run this loop alone; may be given several times")
    status = courier.add_subparsers(dest="action").add_parser("status", help="say what waits, and whether the last probe came back")
    status.add_argument("--json", action="store_true", help="for programs")
    commands.add_parser("migrate", help="bring the database to this version's tables")
    commands.add_parser("check", help="say whether settings, database, keys and broker are in order")
    parked.add_commands(commands.add_parser("parked", help="messages that could not take effect"))
    audit.add_commands(commands.add_parser("audit", help="who did or saw what"))
    key_command.add_commands(commands.add_parser("key", help="keys that people made for programs"))
    outbox.add_commands(commands.add_parser("outbox", help="messages that have left"))
    return parser


def _web(house: House, _asked: argparse.Namespace) -> int:
    from kim_web.serve import AddressTaken, serve

    if not house.is_migrated():
        return _say(f"kim-{house.service.name}: the database is not at this version: run kim-{house.service.name} migrate", WRONG)
    try:
        serve(house.app, house.settings.web_bind, house.settings.web_threads)
    except AddressTaken:
        return _taken("KIM_WEB_BIND", house.settings.web_bind)
    return 0


def _courier(house: House, asked: argparse.Namespace) -> int:
    if asked.action == "status":
        text, well = status_of(house, as_json=asked.json)
        sys.stdout.write(f"{text}\n")
        return 0 if well else WRONG
    try:
        house.courier().run(house.settings.courier_bind, asked.only or LOOPS)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            return _taken("KIM_COURIER_BIND", house.settings.courier_bind)
        raise
    return 0


def _migrate(house: House, _asked: argparse.Namespace) -> int:
    house.migrate()
    logs.log().info("database migrated")
    return 0


def _check(house: House, _asked: argparse.Namespace) -> int:
    """One line a thing; a wrong one says what to do."""
    findings = {
        "database": None if house.database.answers() else "does not answer: check KIM_DATABASE and whether its server runs",
        "migrations": None if house.is_migrated() else f"not at this version: run kim-{house.service.name} migrate",
        "keys": _keys_fault(house),
        "broker": _broker_fault(house),
    }
    for thing, fault in findings.items():
        sys.stdout.write(f"{'ok   ' if fault is None else 'WRONG'} {thing}{'' if fault is None else f': {fault}'}\n")
    return 0 if not any(findings.values()) else WRONG


def _keys_fault(house: House) -> str | None:
    published = house.directory.public_keys.get(house.mailbox)
    if published is None:
        return f"the directory has no public keys of {house.mailbox}: run the set-up of keys again"
    if published.as_dict() != house.post.keys.public().as_dict():
        return f"KIM_KEYS does not belong to the public keys the directory has of {house.mailbox}"
    return None


def _broker_fault(house: House) -> str | None:
    try:
        house.transport().check()
    except LinkLost as fault:
        return f"{fault}: check KIM_BROKER, whether the broker runs, and whether its definitions were imported"
    return None


def _parked(house: House, asked: argparse.Namespace) -> int:
    return _intervene(parked.carry_out, house, asked)


def _outbox(house: House, asked: argparse.Namespace) -> int:
    return _intervene(outbox.carry_out, house, asked)


def _audit(house: House, asked: argparse.Namespace) -> int:
    return _intervene(lambda house, asked: audit.carry_out(house.database, asked), house, asked)


def _key(house: House, asked: argparse.Namespace) -> int:
    return _intervene(lambda house, asked: key_command.carry_out(house.database, asked), house, asked)


def _intervene(carry_out: Callable[[House, argparse.Namespace], Any], house: House, asked: argparse.Namespace) -> int:
    try:
        outcome = carry_out(house, asked)
    except Refused as refused:
        from kim_web.language import in_english

        return _say(f"kim-{house.service.name}: {in_english(refused, 'kim_web', 'kim_service')}", WRONG)
    sys.stdout.write(json.dumps(outcome, ensure_ascii=False, indent=1, default=str) + "\n")
    return 0


def _taken(setting: str, address: str) -> int:
    return _say(f"{address} is in use by another program: end that one, or choose another address in {setting}", TAKEN)


def _say(text: str, code: int) -> int:
    sys.stderr.write(f"{text}\n")
    return code


COMMANDS: Mapping[str, Callable[[House, argparse.Namespace], int]] = {
    "web": _web,
    "courier": _courier,
    "migrate": _migrate,
    "check": _check,
    "parked": _parked,
    "outbox": _outbox,
    "audit": _audit,
    "key": _key,
}
