"""`kim-login account add | change | disable | enable | reset | unlock | list`: what whoever runs the provider does with accounts."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from kim_runtime.clock import SystemClock
from kim_runtime.database import Database
from kim_web.account import ROLES
from sqlalchemy import Row
from sqlalchemy.orm import Session as Rows

from kim_login import accounts, roles, services, throttle
from kim_login.audit import note_by_operator
from kim_login.namesakes import beside, same_name, warning
from kim_login.passwords import Passwords, objection
from kim_login.settings import LoginSettings

AGAIN = "may be given several times"


class Misused(Exception):
    """The command cannot be carried out as it was given; the message says what to do."""


def add(parser: argparse.ArgumentParser) -> None:
    commands = parser.add_subparsers(dest="action", required=True)
    every_role = f"roles: {', '.join(sorted(ROLES))}; docs/policy.md says what each may do"
    made = commands.add_parser("add", help="make one; prints its first password, once", epilog=every_role)
    _named(made)
    made.add_argument("--name", required=True, help="as colleagues know the person")
    made.add_argument("--role", action="append", default=[], type=roles.of_a_person, metavar="ROLE", help=f"{AGAIN}; see below")
    made.add_argument("--site", action="append", default=[], help=f"id of a site they work at; {AGAIN}")
    made.add_argument("--staff", help="the staff reference staffing knows the person by")
    made.add_argument("--password-file", type=Path, help="take the password from here and print none; it is not to be changed at once")
    changed = commands.add_parser("change", help="other roles, sites or another name; ends its sessions", epilog=every_role)
    _named(changed)
    changed.add_argument("--name", help="as colleagues know the person from now on")
    changed.add_argument("--role", action="append", type=roles.of_a_person, metavar="ROLE", help=f"in place of all it had; {AGAIN}")
    changed.add_argument("--site", action="append", help=f"in place of all it had; {AGAIN}")
    changed.add_argument("--staff", help="the staff reference staffing knows the person by")
    _named(commands.add_parser("disable", help="let nobody in with it any more, and end its sessions here and in the services"))
    _named(commands.add_parser("enable", help="let its person in again; a new first password, printed once"))
    reset = commands.add_parser("reset", help="a new first password; prints it, once")
    _named(reset)
    reset.add_argument(
        "--codes", action="store_true", help="take the one-time codes away too: the telephone is lost, and every rescue code"
    )
    unlocked = commands.add_parser("unlock", help="forget what failed: its person, or everybody at an address, need not wait any more")
    which = unlocked.add_mutually_exclusive_group(required=True)
    which.add_argument("login", nargs="?", help="the sign-in name: small letters, digits, dot, dash")
    which.add_argument("--address", help="the address of an office, as its proxy or the house's says it")
    commands.add_parser("list", help="who has one: sign-in name, name, roles, state, other open accounts that may be the same person's")


def carry_out(settings: LoginSettings, database: Database, asked: argparse.Namespace) -> int:
    """Returns 0. Raises Refused, Misused."""
    actions = {
        "add": _add, "list": _list, "change": _change, "disable": _disable, "enable": _reset, "reset": _reset, "unlock": _unlock,
    }  # fmt: skip
    actions[asked.action](settings, database, asked)
    return 0


def _named(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("login", help="the sign-in name: small letters, digits, dot, dash")


def _list(_settings: LoginSettings, database: Database, _asked: argparse.Namespace) -> None:
    """Accounts of one name stand one below the other, in the last column the open ones that may be the same person's."""
    with database.read() as rows:
        found = sorted(accounts.listed(rows), key=lambda one: (same_name(one.name), one.login))
    for one in found:
        state = "disabled" if one.disabled else "first password" if one.must_change else "open"
        like = "" if one.disabled else ",".join(other.login for other in beside(one, found))
        line = (one.login, one.name, ",".join(one.roles), state, f"may be the same person as {like}" if like else "")
        sys.stdout.write("\t".join(line).rstrip("\t") + "\n")


def _add(settings: LoginSettings, database: Database, asked: argparse.Namespace) -> None:
    given = _password_in(settings, asked) if asked.password_file is not None else None
    passwords = Passwords(quick=settings.login_quick_hashes)
    with database.write() as rows:
        said = accounts.add(
            rows, passwords, SystemClock(), login=asked.login, name=asked.name, roles=asked.role, sites=asked.site, staff=asked.staff,
            password=given,
        )  # fmt: skip
        account = accounts.required(rows, asked.login)
        note_by_operator(rows, "account.add", f"account:{account.id}")
        warned = _warnings(rows, account)
    sys.stdout.write(f"first password of {asked.login}: {said}\n" if given is None else f"{asked.login} has an account\n")
    sys.stderr.write(warned)


def _password_in(settings: LoginSettings, asked: argparse.Namespace) -> str:
    try:
        given: str = asked.password_file.read_text(encoding="utf-8").strip()
    except OSError as fault:
        raise Misused(f"{asked.password_file} cannot be read: {fault.strerror}") from fault
    wrong = objection(given, (asked.login, asked.name, settings.organisation_name or settings.organisation), settings.login_breached)
    if wrong is not None:
        raise wrong
    return given


def _change(settings: LoginSettings, database: Database, asked: argparse.Namespace) -> None:
    changed = {"name": asked.name, "roles": asked.role, "sites": asked.site, "staff": asked.staff}
    if all(value is None for value in changed.values()):
        raise Misused(f"nothing to change: say --name, --role, --site or --staff; kim-login account list says what {asked.login} has")
    with database.write() as rows:
        account = accounts.change(rows, asked.login, **changed)
        note_by_operator(rows, "account.change", f"account:{account.id}")
        told = _every_service(rows, account)
        warned = _warnings(rows, account)
    warned += _unheard(services.tell_of_account_offline(settings, database, told, account), account)
    sys.stdout.write(f"{asked.login} is changed ({', '.join(account.roles) or 'no role'}), its sessions have ended\n")
    sys.stderr.write(warned)


def _disable(settings: LoginSettings, database: Database, asked: argparse.Namespace) -> None:
    with database.write() as rows:
        account = accounts.disable(rows, asked.login)
        note_by_operator(rows, "account.disable", f"account:{account.id}")
        told = _every_service(rows, account)
    unheard = services.tell_of_account_offline(settings, database, told, account)
    sys.stdout.write(f"{asked.login} is disabled, its sessions and keys for programs have ended\n")
    sys.stderr.write(_unheard(unheard, account))


def _reset(settings: LoginSettings, database: Database, asked: argparse.Namespace) -> None:
    """`enable` too: whoever comes back begins with a first password, and with the codes they had."""
    passwords = Passwords(quick=settings.login_quick_hashes)
    with database.write() as rows:
        if asked.action == "enable":
            accounts.enable(rows, asked.login)
        codes = asked.action == "reset" and asked.codes
        said = accounts.reset(rows, passwords, asked.login, codes=codes)
        account = accounts.required(rows, asked.login)
        note_by_operator(rows, f"account.{asked.action}", f"account:{account.id}")
        if codes:
            note_by_operator(rows, "account.reset_codes", f"account:{account.id}")
        told = _led_to(rows, account)
        warned = _warnings(rows, account) if asked.action == "enable" else _of_keys(account)
    services.tell_offline(settings, database, told)
    sys.stdout.write(f"first password of {asked.login}: {said}\n")
    sys.stderr.write(warned)


def _of_keys(account: Row[Any]) -> str:
    """A forgotten password is no reason to stop programs; one that somebody else knew is."""
    return (
        "kim-login: its sessions have ended, its keys for programs have not. Did somebody else know the password, end those too, "
        f"in each service: kim-<service> key revoke {account.login}\n"
    )


def _unlock(_settings: LoginSettings, database: Database, asked: argparse.Namespace) -> None:
    with database.write() as rows:
        if asked.address is not None:
            throttle.forget(rows, throttle.ADDRESS, asked.address)
            note_by_operator(rows, "account.unlock_address", "")
        else:
            account = accounts.required(rows, asked.login)
            throttle.unlock(rows, account.login, accounts.ids_of_sessions(rows, account.id))
            note_by_operator(rows, "account.unlock", f"account:{account.id}")
    sys.stdout.write(f"{asked.address or asked.login}: nobody need wait any more for what failed before\n")


def _led_to(rows: Rows, account: Row[Any]) -> Any:
    from kim_login.leaving import whom_to_tell

    return whom_to_tell(rows, account_id=account.id)


def _every_service(rows: Rows, account: Row[Any]) -> Any:
    """All that are to hear of an account; where its sessions led to is forgotten, since each hears that all of them end."""
    from kim_login.leaving import every_service, whom_to_tell

    whom_to_tell(rows, account_id=account.id)
    return every_service(rows, account.id)


def _unheard(unheard: list[str], account: Row[Any]) -> str:
    """What to say where a service did not hear of it: its sessions end by their own limits, and keys are not looked at."""
    return "".join(
        f"kim-login: warning: {client_id} did not hear it: sessions end there by themselves, keys for programs do not. "
        f"Once it runs, say this again, or there: kim-{client_id.rpartition('.')[2]} key revoke {account.login}\n"
        for client_id in unheard
    )


def _warnings(rows: Rows, account: Row[Any]) -> str:
    """What to say besides, each with what to do; empty: nothing."""
    found = [warning(account, beside(account, accounts.listed(rows)))]
    if not account.roles:
        found.append(
            f"warning: {account.login} has no role, and no service lets them in; kim-login account change {account.login} --role …"
        )
    return "".join(f"kim-login: {text}\n" for text in found if text)
