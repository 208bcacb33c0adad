"""The key the provider signs with is replaced while services go on: what the older one signed is believed until it is forgotten."""

from __future__ import annotations

import json
import stat
from collections.abc import Callable
from urllib.parse import urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey
from kim_audit.tables import entries
from kim_login import signing_key
from kim_login.__main__ import main
from kim_login.app import create
from kim_login.settings import LoginSettings
from kim_runtime.database import Database
from login.asking import Service, read
from login.conftest import signed_in, type_in
from sqlalchemy import select

pytestmark = pytest.mark.slow  # keys are drawn
Started = Callable[[], FlaskClient]


@pytest.fixture
def started(settings: LoginSettings, database: Database, monkeypatch: pytest.MonkeyPatch) -> Started:
    """A browser at the provider as it is when it was started now."""
    for name in ("organisation", "secret", "public_url", "database", "login_key", "login_seal"):
        monkeypatch.setenv(f"KIM_{name.upper()}", str(getattr(settings, name)))

    def start() -> FlaskClient:
        app = create(settings, database)
        app.config["WTF_CSRF_ENABLED"] = False
        return app.test_client()

    return start


def id_token(desk: FlaskClient) -> str:
    service = Service()
    return str(service.exchange(desk, service.code(desk)).json["id_token"])


def goes_on_with_the_cookies_of(desk: FlaskClient, other: FlaskClient) -> FlaskClient:
    for cookie in desk._cookies.values():
        other.set_cookie(cookie.key, cookie.value)
    return other


def test_a_key_is_as_strong_as_the_rest(settings: LoginSettings) -> None:
    assert signing_key.load(settings.login_key).newest.as_dict(private=False)["n"].__len__() * 6 >= 3072


def test_the_key_is_replaced_step_by_step_and_nobody_is_signed_out(
    started: Started, settings: LoginSettings, database: Database, aydin: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """docs/operations/keys.md, as it stands there."""
    before = started()
    type_in(before, aydin)
    token = id_token(before)
    assert main(["key", "replace"]) == 0
    assert "1 older ones are still believed" in capsys.readouterr().out
    assert stat.S_IMODE(settings.login_key.stat().st_mode) == 0o600
    assert [path.name for path in settings.login_key.parent.glob("login.json*")] == ["login.json"]

    between = goes_on_with_the_cookies_of(before, started())
    assert signed_in(between), "nobody is signed out"
    assert read(between, token)["preferred_username"] == aydin, "what the older key signed is believed"
    new = id_token(between)
    assert read(between, new)["preferred_username"] == aydin
    with pytest.raises((JoseError, ValueError)):
        read(before, new)  # which does not know the new one yet

    assert main(["key", "forget-older"]) == 0
    after = goes_on_with_the_cookies_of(between, started())
    assert len(after.get("/jwks").json["keys"]) == 1  # type: ignore[index]
    assert read(after, new)["preferred_username"] == aydin
    with pytest.raises((JoseError, ValueError)):
        read(after, token)
    assert "Möchten Sie" in after.get(f"/abmelden?{urlencode({'id_token_hint': token})}").text or signed_in(after)
    with database.read() as rows:
        written = [row.action for row in rows.execute(select(entries).order_by(entries.c.serial)) if row.actor_id == "operator"]
    assert written == ["key.replace", "key.forget_older"]


def test_a_file_from_before_keys_could_be_replaced_is_read(settings: LoginSettings) -> None:
    old = RSAKey.generate_key(2048, {"use": "sig", "alg": "RS256"}, private=True, auto_kid=True)
    settings.login_key.write_text(json.dumps(old.as_dict(private=True)), encoding="ascii")
    assert signing_key.load(settings.login_key).newest.kid == old.kid
    signing_key.replace(settings.login_key)
    assert [key.kid for key in signing_key.load(settings.login_key).keys][1:] == [old.kid]


def test_no_private_half_is_published(app: Flask) -> None:
    for key in app.test_client().get("/jwks").json["keys"]:  # type: ignore[index]
        assert not {"d", "p", "q", "dp", "dq", "qi"} & key.keys()


def test_without_a_key_none_is_replaced(started: Started, settings: LoginSettings) -> None:
    settings.login_key.unlink()
    assert main(["key", "replace"]) == 1
    assert not settings.login_key.exists()
