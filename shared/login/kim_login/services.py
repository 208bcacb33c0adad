"""The services that may ask the provider who somebody is."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any

from kim_runtime.database import Database
from kim_runtime.refusal import Refused
from kim_web.neighbours import TITLES, Neighbour, neighbours
from kim_web.sessions import hash_of
from sqlalchemy import Row, delete, select
from sqlalchemy.orm import Session as Rows

from kim_login.settings import LoginSettings
from kim_login.tables import clients

if TYPE_CHECKING:
    from kim_login.protocol import Protocol


def add(rows: Rows, client_id: str, base: str, roles: Collection[str] = (), secret: str = "", internal: str = "") -> str:
    """Make a service known, or give it a new secret. Returns the secret, for the only time. Raises Refused `base_wrong`.

    `base` is where people open it; `internal` where the provider itself reaches it, if not there.
    """
    if not all(address.startswith(("https://", "http://")) for address in (base, internal or base)):
        raise Refused("base_wrong", "Die Adresse des Dienstes beginnt mit https://.", "base")
    secret = secret or secrets.token_urlsafe(32)
    rows.execute(delete(clients).where(clients.c.id == client_id))
    addresses = {"base": base.rstrip("/"), "internal": internal.rstrip("/") or None}
    rows.execute(clients.insert(), {"id": client_id, "secret_hash": hash_of(secret), **addresses, "roles": sorted(roles)})
    return secret


def open_to(rows: Rows, roles: Collection[str]) -> list[Neighbour]:
    """The services that somebody with these roles has a page in, of those made known as `<organisation>.<service>`."""
    known = rows.execute(select(clients.c.id, clients.c.base)).all()
    found = {one.service: one for client_id, base in known for one in neighbours(f"{client_id.rpartition('.')[2]}={base}", "")}
    return [found[service] for service in TITLES if service in found and found[service].is_open_to(frozenset(roles))]


def tell_offline(settings: LoginSettings, database: Database, services: Sequence[Row[Any]]) -> int:
    """From the command line, without an application running: tell services that sessions have ended. Returns how many heard it."""
    from kim_login import leaving

    return leaving.tell(_protocol(settings, database), services)


def tell_of_account_offline(settings: LoginSettings, database: Database, services: Sequence[Row[Any]], account: Row[Any]) -> list[str]:
    """The same of an account that was changed or closed (`leaving.tell_of_account`)."""
    from kim_login import leaving

    return leaving.tell_of_account(_protocol(settings, database), services, account)


def _protocol(settings: LoginSettings, database: Database) -> Protocol:
    from flask import Flask

    from kim_login import signing_key
    from kim_login.protocol import Protocol

    return Protocol(Flask("kim_login"), database, settings, signing_key.load(settings.login_key))
