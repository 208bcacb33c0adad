"""An OpenID provider that says whatever a test wants it to say: no honest one sends what a service must refuse."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

from flask import Flask, jsonify, request
from flask.testing import FlaskClient
from joserfc import jwt
from joserfc.jwk import KeySet, OctKey, RSAKey
from joserfc.jws import JWSRegistry
from werkzeug.serving import make_server
from werkzeug.test import TestResponse

CLIENT = "staedteregion-aachen.intake"
LOGOUT = "http://schemas.openid.net/event/backchannel-logout"
LEAVE_OUT = object()
FIRST = RSAKey.generate_key(2048, parameters={"kid": "first"})


class SlyProvider:
    """`says` goes over what an honest ID token says; LEAVE_OUT leaves a claim out. `key` signs, `asked` counts what it was asked."""

    def __init__(self) -> None:
        self.issuer = ""
        self.key = FIRST
        self.published = [self.key]
        self.algorithm = "RS256"
        self.says: dict[str, Any] = {}
        self.metadata: dict[str, Any] = {}
        self.asked: list[str] = []
        self.verifier = ""
        self.nonce = ""
        self.app = Flask("sly")
        self.app.add_url_rule("/.well-known/openid-configuration", view_func=self._discovery)
        self.app.add_url_rule("/jwks", view_func=self._jwks)
        self.app.add_url_rule("/token", view_func=self._token, methods=["POST"])
        self.app.add_url_rule("/lock", view_func=self._lock, methods=["POST"])
        self.locked: list[tuple[Any, str]] = []
        self.locks_with = 204

    def token(self, **changed: Any) -> str:
        """A token of this provider for the service, signed."""
        now = int(time.time())
        claims = {"iss": self.issuer, "sub": "17", "aud": CLIENT, "iat": now, "exp": now + 300, **changed}
        kept = {name: value for name, value in claims.items() if value is not LEAVE_OUT}
        key: Any = OctKey.import_key(b"a client's secret of more than thirty-two letters") if self.algorithm == "HS256" else self.key
        registry = JWSRegistry(algorithms=[self.algorithm])
        return jwt.encode({"alg": self.algorithm, "kid": self.key.kid}, kept, key, registry=registry)

    def id_token(self, **changed: Any) -> str:
        honest = {
            "nonce": self.nonce, "sid": "s-1", "name": "Selin Aydın", "preferred_username": "aydin", "organisation": "staedteregion-aachen",
            "roles": ["intake_staff"],
        }  # fmt: skip
        return self.token(**{**honest, **changed})

    def access_token(self, **changed: Any) -> str:
        honest = {"sub": "kim-report", "client_id": "kim-report", "organisation": "staedteregion-aachen", "roles": ["auditor"]}
        return self.token(**{**honest, **changed})

    def logout_token(self, **changed: Any) -> str:
        return self.token(**{"sid": "s-1", "jti": "1", "events": {LOGOUT: {}}, **changed})

    def keep_the_lock(self) -> None:
        """From now on it is a provider that is told when a desk is locked."""
        self.metadata = {**self.metadata, "kim_desk_lock_endpoint": f"{self.issuer}/lock"}

    def _lock(self) -> Any:
        given = request.authorization
        self.locked.append((given and (given.username, given.password), request.form["sid"]))
        return "", self.locks_with

    def _discovery(self) -> Any:
        self.asked.append("discovery")
        honest = {
            "issuer": self.issuer, "authorization_endpoint": f"{self.issuer}/authorize", "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/jwks", "end_session_endpoint": f"{self.issuer}/leave",
            "id_token_signing_alg_values_supported": [self.algorithm],
        }  # fmt: skip
        return jsonify({**honest, **self.metadata})

    def _jwks(self) -> Any:
        self.asked.append("jwks")
        return jsonify(KeySet(self.published).as_dict(private=False))

    def _token(self) -> Any:
        self.verifier = request.form.get("code_verifier", "")
        return jsonify({"access_token": "opaque", "token_type": "Bearer", "expires_in": 300, "id_token": self.id_token(**self.says)})


@contextmanager
def sly_provider() -> Iterator[SlyProvider]:
    provider = SlyProvider()
    server = make_server("127.0.0.1", 0, provider.app, threaded=True)
    provider.issuer = f"http://127.0.0.1:{server.port}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join()


def begin(browser: FlaskClient, provider: SlyProvider, address: str = "/anmelden") -> dict[str, str]:
    """Go to sign in; what the browser was sent to the provider with."""
    asked = {name: values[0] for name, values in parse_qs(urlsplit(browser.get(address).headers["Location"]).query).items()}
    provider.nonce = asked["nonce"]
    return asked


def come_back(browser: FlaskClient, asked: dict[str, str], **changed: str) -> TestResponse:
    return browser.get("/anmelden/zurueck", query_string={"code": "c", "state": asked["state"], **changed})


def asks(browser: FlaskClient, token: str) -> int:
    """Ask as a program with this token; the status of the answer."""
    client = browser.application.test_client()
    return client.get("/api/visits/", headers={"Authorization": f"Bearer {token}"}).status_code
