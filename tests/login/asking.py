"""A service that asks the provider, by Authlib's client: what it sends, and what it makes of the answer."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from authlib.common.security import generate_token
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from flask.testing import FlaskClient
from joserfc import jwt
from joserfc.jwk import KeySet
from login.conftest import INTAKE, ISSUER, SECRET


@dataclass
class Service:
    """One request for one sign-in."""

    client_id: str = "staedteregion-aachen.intake"
    base: str = INTAKE
    verifier: str = field(default_factory=lambda: generate_token(48))
    state: str = field(default_factory=lambda: generate_token(20))
    nonce: str = field(default_factory=lambda: generate_token(20))

    @property
    def redirect_uri(self) -> str:
        return f"{self.base}/anmelden/zurueck"

    def asks(self, **changed: str | None) -> str:
        """The address the browser is sent to; a parameter changed to None is left out."""
        wanted = {
            "response_type": "code", "client_id": self.client_id, "redirect_uri": self.redirect_uri, "scope": "openid profile",
            "state": self.state, "nonce": self.nonce, "code_challenge": create_s256_code_challenge(self.verifier),
            "code_challenge_method": "S256", **changed,
        }  # fmt: skip
        return f"/authorize?{urlencode({name: value for name, value in wanted.items() if value is not None})}"

    def code(self, desk: FlaskClient, **changed: str | None) -> str:
        """The code of a browser somebody is signed in with."""
        return answer(desk.get(self.asks(**changed)))["code"]

    def exchange(self, desk: FlaskClient, code: str, *, at: str = ISSUER, **changed: str) -> Any:
        given = {"grant_type": "authorization_code", "code": code, "redirect_uri": self.redirect_uri, "code_verifier": self.verifier}
        return desk.post("/token", base_url=at, data={**given, **changed}, headers=self.shows_itself())

    def shows_itself(self, secret: str = SECRET) -> dict[str, str]:
        return {"Authorization": f"Basic {b64encode(f'{self.client_id}:{secret}'.encode()).decode()}"}


def answer(response: Any) -> dict[str, str]:
    """What the browser takes back to the service."""
    assert response.status_code in (302, 303), response.text
    return {name: values[0] for name, values in parse_qs(urlsplit(response.location).query).items()}


def read(desk: FlaskClient, token: str) -> dict[str, Any]:
    """The claims of a token, its signature checked with the published keys."""
    keys = KeySet.import_key_set(desk.get("/jwks").json)  # type: ignore[arg-type]
    return dict(jwt.decode(token, keys, algorithms=["RS256"]).claims)
