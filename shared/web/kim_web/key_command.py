"""`kim-<service> key list | revoke`: the keys somebody made for programs, for the operator. No key is shown, nor what it is for."""

from __future__ import annotations

import argparse
import getpass
from typing import Any

from kim_audit.record import record
from kim_runtime.clock import SystemClock
from kim_runtime.database import Database
from kim_runtime.refusal import NotFound

from kim_web import access_keys


def add_commands(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True)
    for name, what in (("list", "a person's"), ("revoke", "end them at once; the audit says who did")):
        one = actions.add_parser(name, help=what)
        one.add_argument("person", help="as the service knows them: the sign-in name, or what KIM_OIDC_PERSON_CLAIM says")
        if name == "revoke":
            one.add_argument("--key", default="", help="this one alone, by its id: the eight signs after kim_")


def carry_out(database: Database, asked: argparse.Namespace) -> Any:
    """Plain data to print. Raises NotFound `key_not_found` where there is nothing to revoke."""
    if asked.action == "list":
        with database.read() as rows:
            return [
                {"id": one.id, "actions": one.actions, "made_at": one.made_at, "ends_on": one.ends_on, "used_on": one.used_on}
                for one in access_keys.of(rows, asked.person)
            ]
    key_id = asked.key.removeprefix(access_keys.PREFIX)
    with database.write() as rows:
        if key_id:
            gone = [key_id] if access_keys.revoke(rows, asked.person, key_id) else []
        else:
            gone = access_keys.revoke_all(rows, asked.person)
        if not gone:
            raise NotFound("key_not_found", "Einen solchen Schlüssel gibt es nicht; key list nennt die einer Person.")
        for one in gone:
            record(
                rows, at=SystemClock().now(), actor_id=f"shell:{getpass.getuser()}", roles=("ops",), action="access_key.revoke",
                outcome="done", thing=f"access_key:{one}", reason=f"of {asked.person}",
            )  # fmt: skip
    return {"done": "revoke", "keys": gone}
