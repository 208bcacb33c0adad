"""The services that may ask the provider who somebody is."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from typing import Any

from kim_runtime.database import Database
from kim_runtime.refusal import Refused
from kim_web.sessions import hash_of
from sqlalchemy import Row, delete
from sqlalchemy.orm import Session as Rows

from kim_login.settings import LoginSettings
from kim_login.tables import clients


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


def tell_offline(settings: LoginSettings, database: Database, services: Sequence[Row[Any]]) -> int:
    """From the command line, without an application running: tell services that sessions have ended. Returns how many heard it."""
    from flask import Flask

    from kim_login import leaving, signing_key
    from kim_login.protocol import Protocol

    return leaving.tell(Protocol(Flask("kim_login"), database, settings, signing_key.load(settings.login_key)), services)
