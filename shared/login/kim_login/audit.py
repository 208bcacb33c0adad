"""What the provider writes down: who came in and left, who was refused and why, whose password or codes changed, which desk was locked,
which program got a token, and what the operator did.

`actor_id` is the account's id, as the services know it; of a try that is refused, the account that was tried. A name nobody has is never
written: it may be a password typed in the wrong field.
"""

from __future__ import annotations

import getpass
import os
from typing import Any

from flask import g
from kim_audit.bounded import with_left_out
from kim_audit.record import record
from kim_runtime.clock import SystemClock
from kim_web.audit import must_be_written
from kim_web.web import this_web
from sqlalchemy import Row
from sqlalchemy.orm import Session as Rows

from kim_login.protocol import Client
from kim_login.provider import this_provider

VISITOR, OPERATOR = "visitor", "operator"


def note(rows: Rows, outcome: str, account: Row[Any], *, action: str = "sign_in", reason: str = "", thing: str = "") -> None:
    """A row in the transaction of what it tells of. Raises NotWritten."""
    _write(rows, outcome, account.id, account.roles, action, reason, thing)


def note_program(rows: Rows, client: Client, service: str) -> None:
    """A program of the house got a token that is good at one service. Raises NotWritten."""
    _write(rows, "signed_in", program(client.client_id), client.row.roles, "sign_in", "", f"client:{service}")


def note_refused_client(client: Client | None, action: str, reason: str) -> None:
    """Somebody spoke as a service and was not believed, or asked for what is not given; so many a minute. Raises NotWritten."""
    with must_be_written():
        left_out = this_provider().strangers.take(this_web().rows)
    if left_out is None:
        return
    who = program(client.client_id) if client is not None else VISITOR
    with must_be_written(), this_web().rows.write() as rows:
        _write(rows, "denied", who, client.row.roles if client is not None else (), action, with_left_out(reason, left_out))


def program(client_id: str) -> str:
    """What a service or another program is called, here and in the audits of the services."""
    return f"client:{client_id}"


def note_refusal(account: Row[Any] | None, reason: str, *, action: str = "sign_in", bounded: bool = False) -> None:
    """A try that led nowhere, in a transaction of its own; `account` is the one that was tried, if there is one.

    Those of names nobody has, and whatever is `bounded`, are written so many times a minute (`Provider.strangers`). Raises NotWritten.
    """
    if account is None or bounded:
        with must_be_written():
            left_out = this_provider().strangers.take(this_web().rows)
        if left_out is None:
            return
        reason = with_left_out(reason, left_out)
    with must_be_written(), this_web().rows.write() as rows:
        _write(rows, "sign_in_refused", account.id if account else VISITOR, account.roles if account else (), action, reason)


def note_by_operator(rows: Rows, action: str, thing: str) -> None:
    """What was done at the command line: by whom the system says, since nobody signs in there."""
    who = os.environ.get("SUDO_USER") or _system_user()
    record(
        rows,
        at=SystemClock().now(),
        actor_id=OPERATOR,
        roles=("ops",),
        action=action,
        outcome="done",
        thing=thing,
        reason=f"system user {who}",
    )


def _system_user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container may run under a number that has no name
        return str(os.getuid())


def _write(rows: Rows, outcome: str, actor_id: str, roles: Any, action: str, reason: str, thing: str = "") -> None:
    with must_be_written():
        record(
            rows, at=this_web().real_clock.now(), actor_id=actor_id, roles=roles, action=action, outcome=outcome, thing=thing,
            reason=reason, correlation_id=g.get("correlation_id", ""),
        )  # fmt: skip
