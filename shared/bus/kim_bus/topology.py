"""The broker's definitions, from the organisations' directory and the event types.

`python -m kim_bus.topology topology.toml` prints them as RabbitMQ imports them, with placeholders for the passwords' hashes.
`python -m kim_bus.topology topology.toml --with-passwords` fills these from the environment: `BROKER_PASSWORD_<USER>`, for the user
`caritas-eifel.casework` BROKER_PASSWORD_CARITAS_EIFEL_CASEWORK.

A service may write under its own name to the one exchange, read its own mailbox, and declare nothing. What may change later is a policy;
only the queue type is an argument, since a second import silently ignores changed arguments.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import secrets
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from kim_bus.directory import BrokenDirectory, Directory
from kim_bus.routing import bindings

EXCHANGE = "kim.events"
DEAD_EXCHANGE = "kim.dead"
VHOST = "kim"
OPERATOR = "kim-operator"
DELIVERY_LIMIT = 20  # mail that ended its reader's connection this often goes to the dead queue
QUORUM = {"x-queue-type": "quorum"}


def definitions(directory: Directory, password_hash: Callable[[str], str], vhost: str = VHOST) -> dict[str, Any]:
    """Definitions for `rabbitmqctl import_definitions`; `password_hash` gives each user's."""
    mailboxes = directory.mailboxes()
    return {
        "vhosts": [{"name": vhost}],
        "users": [_user(OPERATOR, password_hash(OPERATOR), ["administrator"])] + [_user(box, password_hash(box), []) for box in mailboxes],
        "permissions": [_rights(vhost, OPERATOR, ".*", ".*", ".*")]
        + [_rights(vhost, box, "^$", f"^({_literally(EXCHANGE)})$", f"^({_literally(box)})$") for box in mailboxes],
        "topic_permissions": [
            {"vhost": vhost, "user": box, "exchange": EXCHANGE, "write": rf"^{_literally(box)}\.", "read": "^$"} for box in mailboxes
        ],
        "exchanges": [_exchange(vhost, EXCHANGE, "topic"), _exchange(vhost, DEAD_EXCHANGE, "direct")],
        "queues": [_queue(vhost, name) for box in mailboxes for name in (box, f"{box}.dead")],
        "bindings": [_binding(vhost, EXCHANGE, one.mailbox, one.routing_key) for one in bindings(directory)]
        + [_binding(vhost, DEAD_EXCHANGE, f"{box}.dead", box) for box in mailboxes],
        "policies": [_dead_letter_policy(vhost, box) for box in mailboxes],
    }


def placeholder(user: str) -> str:
    return f"${{BROKER_PASSWORD_HASH_{_variable(user)}}}"


def salted_hash(password: str, salt: bytes | None = None) -> str:
    """RabbitMQ's own format: a salt of four bytes, then SHA-256 of salt and password, in base64."""
    salt = salt or secrets.token_bytes(4)
    return base64.b64encode(salt + hashlib.sha256(salt + password.encode()).digest()).decode()


def password_variable(user: str) -> str:
    return f"BROKER_PASSWORD_{_variable(user)}"


def _variable(user: str) -> str:
    return user.upper().replace(".", "_").replace("-", "_")


def _literally(name: str) -> str:
    """A pattern that is this name and no other: an open one once let one reader read another's queue by a shared beginning."""
    return name.replace(".", r"\.")


def _user(name: str, password_hash: str, tags: list[str]) -> dict[str, Any]:
    return {"name": name, "password_hash": password_hash, "hashing_algorithm": "rabbit_password_hashing_sha256", "tags": tags, "limits": {}}


def _rights(vhost: str, user: str, configure: str, write: str, read: str) -> dict[str, str]:
    return {"user": user, "vhost": vhost, "configure": configure, "write": write, "read": read}


def _exchange(vhost: str, name: str, kind: str) -> dict[str, Any]:
    return {"name": name, "vhost": vhost, "type": kind, "durable": True, "auto_delete": False, "internal": False, "arguments": {}}


def _queue(vhost: str, name: str) -> dict[str, Any]:
    return {"name": name, "vhost": vhost, "durable": True, "auto_delete": False, "arguments": QUORUM}


def _binding(vhost: str, source: str, queue: str, routing_key: str) -> dict[str, Any]:
    return {
        "source": source,
        "vhost": vhost,
        "destination": queue,
        "destination_type": "queue",
        "routing_key": routing_key,
        "arguments": {},
    }


def _dead_letter_policy(vhost: str, mailbox: str) -> dict[str, Any]:
    return {
        "vhost": vhost,
        "name": mailbox,
        "pattern": f"^{_literally(mailbox)}$",
        "apply-to": "queues",
        "priority": 0,
        "definition": {
            "delivery-limit": DELIVERY_LIMIT,
            "dead-letter-exchange": DEAD_EXCHANGE,
            "dead-letter-routing-key": mailbox,
            "dead-letter-strategy": "at-least-once",
            "overflow": "reject-publish",  # asked for by at-least-once; without a length limit it never applies
        },
    }


def _hashes_from(environment: Mapping[str, str], directory: Directory) -> Callable[[str], str]:
    missing = [password_variable(user) for user in (OPERATOR, *directory.mailboxes()) if not environment.get(password_variable(user))]
    if missing:
        raise BrokenDirectory("\n".join(f"{name}: missing" for name in missing))
    return lambda user: salted_hash(environment[password_variable(user)])


def main(arguments: list[str]) -> int:
    if not arguments or arguments[1:] not in ([], ["--with-passwords"]):
        sys.stderr.write(f"{__doc__}\n")
        return 2
    try:
        directory = Directory.load(Path(arguments[0]))
        password_hash = _hashes_from(os.environ, directory) if arguments[1:] else placeholder
    except (BrokenDirectory, OSError) as fault:
        sys.stderr.write(f"{fault}\n")
        return 1
    sys.stdout.write(json.dumps(definitions(directory, password_hash), indent=1) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
