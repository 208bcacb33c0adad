"""How tests sign somebody in without a provider: a real session in the application's database, its secret in the browser's cookie."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from kim_runtime.act import Actor
from kim_runtime.clock import local_day
from kim_web import access_keys, sessions
from kim_web.desk import WHOSE
from kim_web.signin import cookie_name
from kim_web.web import EXTENSION

# Nothing answers there: whoever is asked to sign in is sent on, and that is all a test of a service needs.
# And tests ask faster than anybody.
NOBODYS_PROVIDER: dict[str, Any] = {
    "oidc_issuer": "http://127.0.0.1:9", "oidc_client_secret": "a client's secret of more than thirty-two letters", "requests_a_minute": 0,
}  # fmt: skip


def secret_of_session(app: Flask, actor: Actor) -> tuple[str, str]:
    """Open a session for an actor. Returns the name of the cookie, and what it must hold."""
    web = app.extensions[EXTENSION]
    with web.rows.write() as rows:
        secret = sessions.open_session(rows, actor, web.real_clock.now(), device="Firefox, Linux")
    with app.test_request_context():
        return cookie_name(), secret


def sign_in(client: FlaskClient, actor: Actor) -> FlaskClient:
    """The browser, in which this actor is signed in now and nobody else."""
    client.set_cookie(*secret_of_session(client.application, actor))
    return client


def whose_page(client: FlaskClient, address: str = "/besuche") -> dict[str, str]:
    """The header in which the script of a page that is open at this browser says whose it is."""
    (mark,) = re.findall(r'data-whose="([^"]+)"', client.get(address).text)
    return {WHOSE: mark}


def bearer(app: Flask, actor: Actor, *actions: str) -> dict[str, str]:
    """The header of a program with a personal key of this actor; without `actions` it may do all that the actor may."""
    web: Any = app.extensions[EXTENSION]
    now = web.real_clock.now()
    with web.rows.write() as rows:
        wanted = actions or tuple(web.doors.permissions)
        key = access_keys.make(rows, actor, label="test", actions=wanted, ends_on=local_day(now) + timedelta(days=1), now=now)
    return {"Authorization": f"Bearer {key}"}
