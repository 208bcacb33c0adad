"""`kim-login set-up | web | migrate | check | account … | client … | key … | seal … | audit verify`: a house's provider and accounts.

Exit codes: 0 done, 1 something is wrong with what was found, 2 the command or the settings are wrong, 3 an address is taken.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from kim_audit import command as audit
from kim_audit.keeping import keep_beside, works
from kim_runtime import logs, migrations
from kim_runtime.database import Database
from kim_runtime.refusal import Refused
from kim_runtime.settings import SettingsError, load
from kim_web.box import NotOurs
from kim_web.language import in_english
from sqlalchemy.exc import OperationalError, ProgrammingError

from kim_login import account_commands, one_time_codes, roles, seal_keys, services, signing_key
from kim_login.audit import note_by_operator
from kim_login.settings import LoginSettings

if TYPE_CHECKING:
    from flask import Flask

WRONG, MISUSED, TAKEN = 1, 2, 3
UNOPENED = (
    "secrets of one-time codes that no key in KIM_LOGIN_SEAL opens, or that lie open: give the older key too, and run kim-login seal renew"
)


def main(arguments: Sequence[str] | None = None) -> int:
    asked = _parser().parse_args(arguments)
    if asked.command == "seal" and asked.action == "new-key":  # before there is one the settings are wrong
        sys.stdout.write(f"{seal_keys.new()}\n")
        return 0
    try:
        settings = load(LoginSettings)
    except SettingsError as fault:
        return _say(f"kim-login: the settings are wrong; docs/operations/settings.md says what each is:\n{fault}", MISUSED)
    logs.set_up(settings.organisation, "login", asked.command, settings.log_level)
    database = Database(settings.database)
    try:
        return COMMANDS[asked.command](settings, database, asked)
    except Refused as refused:
        return _say(f"kim-login: {in_english(refused, 'kim_login')}", WRONG)
    except NotOurs:
        return _say(f"kim-login: {UNOPENED}", WRONG)
    except (OperationalError, ProgrammingError):  # PostgreSQL says by the second that there are no tables
        return _say("kim-login: the database does not answer: check KIM_DATABASE, and whether kim-login set-up has run", WRONG)
    finally:
        database.close()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="kim-login", description="The sign-in of a house without a provider of its own.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("set-up", help="make the key it signs with, and the tables")
    commands.add_parser("migrate", help="bring the database to this version's tables")
    commands.add_parser("check", help="say whether database and key are in order")
    commands.add_parser("web", help="serve it")
    account_commands.add(commands.add_parser("account", help="accounts of people"))
    client = commands.add_parser("client", help="services that may ask who somebody is").add_subparsers(dest="action", required=True)
    made = client.add_parser("add", help="make it known; prints its secret, once")
    made.add_argument("id", help="<organisation>.<service>")
    made.add_argument("--base", required=True, help="the address people open it at, https://…")
    made.add_argument("--internal", default="", help="where this provider reaches it, if not there")
    made.add_argument(
        "--role", action="append", default=[], type=roles.of_a_program, metavar="ROLE", help="what it may do itself at other services"
    )
    key = commands.add_parser("key", help="the key it signs with").add_subparsers(dest="action", required=True)
    key.add_parser("replace", help="a new one signs from the next start on; what older ones signed is still believed")
    key.add_parser("forget-older", help="believe the newest alone from the next start on")
    seal = commands.add_parser("seal", help="the keys that close the secrets of one-time codes").add_subparsers(
        dest="action", required=True
    )
    seal.add_parser("new-key", help="print a new one, for KIM_LOGIN_SEAL")
    seal.add_parser("renew", help="close with the newest key what an older one closed; the older one may go then")
    audit.add_commands(commands.add_parser("audit", help="who came in, who was refused, what was changed"))
    return parser


def _set_up(settings: LoginSettings, database: Database, asked: argparse.Namespace) -> int:
    signing_key.make(settings.login_key)
    return _migrate(settings, database, asked)


def _migrate(settings: LoginSettings, database: Database, _asked: argparse.Namespace) -> int:
    """The tables of this version; and secrets from before they were closed are closed."""
    migrations.upgrade(database, "kim_login")
    _close_secrets(settings, database)
    return 0


def _close_secrets(settings: LoginSettings, database: Database) -> int:
    """Returns how many are closed with the newest key now that were not. Raises NotOurs."""
    with database.write() as rows:
        changed = one_time_codes.close_anew(rows, settings.box)
        if changed:
            note_by_operator(rows, "seal.renew", f"key:{settings.box.newest}")
    return changed


def _check(settings: LoginSettings, database: Database, _asked: argparse.Namespace) -> int:
    findings = _findings(settings, database)
    for thing in ("database", "key", "seal"):
        fault = findings.get(thing, "")
        sys.stdout.write(f"{'WRONG' if fault else 'ok   '} {thing}{f': {fault}' if fault else ''}\n")
    return WRONG if findings else 0


def _findings(settings: LoginSettings, database: Database) -> dict[str, str]:
    """What is not in order, each with what to do."""
    found = {}
    if not (database.answers() and migrations.is_current(database, "kim_login")):
        found["database"] = "run kim-login set-up"
    else:
        with database.read() as rows:
            unopened = one_time_codes.faults(rows, settings.box)
        if unopened:
            found["seal"] = f"{unopened} accounts: {UNOPENED}"
    if not settings.login_key.is_file():
        found["key"] = "run kim-login set-up"
    return found


def _web(settings: LoginSettings, database: Database, _asked: argparse.Namespace) -> int:
    from kim_web.serve import AddressTaken, serve

    from kim_login.app import create

    findings = _findings(settings, database)
    if findings:
        return _say("\n".join(f"kim-login: {thing}: {fault}" for thing, fault in findings.items()), WRONG)

    def app() -> Flask:
        """Made in the process that serves; there is no courier, so the audit is kept beside the pages."""
        keep_beside(Database(settings.database), works(f"{settings.organisation}.login", settings.audit_years))
        return create(settings, database)

    try:
        serve(app, settings.web_bind, settings.web_threads)
    except AddressTaken:
        return _say(f"{settings.web_bind} is in use by another program: end that one, or choose another address in KIM_WEB_BIND", TAKEN)
    return 0


def _account(settings: LoginSettings, database: Database, asked: argparse.Namespace) -> int:
    try:
        return account_commands.carry_out(settings, database, asked)
    except account_commands.Misused as fault:
        return _say(f"kim-login: {fault}", MISUSED)


def _client(_settings: LoginSettings, database: Database, asked: argparse.Namespace) -> int:
    with database.write() as rows:
        secret = services.add(rows, asked.id, asked.base, asked.role, internal=asked.internal)
        note_by_operator(rows, "client.add", f"client:{asked.id}")
    sys.stdout.write(f"secret of {asked.id}: {secret}\n")
    return 0


def _key(settings: LoginSettings, database: Database, asked: argparse.Namespace) -> int:
    """The audit first: a key nobody can say the coming of is not made."""
    try:
        newest = signing_key.load(settings.login_key).newest.kid
    except OSError:
        return _say("kim-login: there is no key yet: run kim-login set-up", WRONG)
    if asked.action == "replace":
        with database.write() as rows:
            note_by_operator(rows, "key.replace", f"key:{newest}")
            made = signing_key.replace(settings.login_key)
        sys.stdout.write(f"key {made.newest.kid} signs from the next start on; {len(made.keys) - 1} older ones are still believed\n")
        return 0
    with database.write() as rows:
        note_by_operator(rows, "key.forget_older", f"key:{newest}")
        gone = signing_key.forget_older(settings.login_key)
    sys.stdout.write(f"{gone} older keys are forgotten; key {newest} alone is believed from the next start on\n")
    return 0


def _seal(settings: LoginSettings, database: Database, _asked: argparse.Namespace) -> int:
    changed = _close_secrets(settings, database)
    sys.stdout.write(f"{changed} secrets are closed anew; all lie under key {settings.box.newest} now\n")
    return 0


def _audit(_settings: LoginSettings, database: Database, asked: argparse.Namespace) -> int:
    sys.stdout.write(json.dumps(audit.carry_out(database, asked), ensure_ascii=False, indent=1, default=str) + "\n")
    return 0


def _say(text: str, code: int) -> int:
    sys.stderr.write(f"{text}\n")
    return code


COMMANDS: Mapping[str, Callable[[LoginSettings, Database, argparse.Namespace], int]] = {
    "set-up": _set_up,
    "migrate": _migrate,
    "check": _check,
    "web": _web,
    "account": _account,
    "client": _client,
    "key": _key,
    "seal": _seal,
    "audit": _audit,
}

if __name__ == "__main__":
    raise SystemExit(main())
