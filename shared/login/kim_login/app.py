"""The provider's web application."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlsplit

from flask import Flask
from kim_runtime.clock import Clock
from kim_runtime.database import Database
from kim_web.app import create_app
from kim_web.doors import Doors
from kim_web.language import mark
from sqlalchemy import select

from kim_login import signing_key
from kim_login.pages import desk_lock, endpoints, own_sessions, signing_in
from kim_login.passwords import Passwords
from kim_login.places import folder_of_this_user
from kim_login.protocol import Protocol
from kim_login.provider import EXTENSION, Provider
from kim_login.settings import LoginSettings
from kim_login.tables import clients

DOORS = Doors(
    service="login",
    title=mark("Anmeldung"),
    package="kim_login",
    permissions={},
    start="signing_in.show",
    pages=(signing_in.pages, endpoints.pages, desk_lock.pages, own_sessions.pages),
    is_provider=True,
    without_form_token=(endpoints.token, desk_lock.lock_session, desk_lock.end_sessions),
)


def create(settings: LoginSettings, database: Database, clock: Clock | None = None) -> Flask:
    """Raises OSError where there is no key yet."""
    keys = signing_key.load(settings.login_key)

    def origins() -> tuple[str, ...]:
        with database.read() as rows:
            bases = rows.scalars(select(clients.c.base)).all()
        return tuple(sorted({f"{parts.scheme}://{parts.netloc}" for parts in map(urlsplit, bases)}))

    app = create_app(
        replace(DOORS, form_targets=origins),
        database,
        settings,
        clock or settings.clock(),
        organisation_name=settings.organisation_name,
    )
    passwords = Passwords(quick=settings.login_quick_hashes, folder=folder_of_this_user("kim-login"))
    app.extensions[EXTENSION] = Provider(settings, Protocol(app, database, settings, keys), passwords, settings.box)
    return app
