"""The protocol, by Authlib: authorization code with PKCE for people, client credentials for programs, ID tokens signed RS256."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.integrations.flask_oauth2.requests import FlaskOAuth2Payload, FlaskOAuth2Request
from authlib.oauth2.rfc6749 import AuthorizationCodeMixin, ClientMixin, InvalidRequestError, OAuth2Request, grants
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oauth2.rfc9207.parameter import IssuerParameter
from authlib.oidc.core import OpenIDCode, UserInfo
from flask import Flask, Request, g, request
from joserfc import jwt
from joserfc.jwk import RSAKey
from kim_runtime.database import Database
from kim_web import sessions
from kim_web.sessions import hash_of
from sqlalchemy import Row, delete, select, update

from kim_login import accounts
from kim_login.settings import LoginSettings
from kim_login.signing_key import SigningKeys
from kim_login.tables import add, clients, codes, reached

CODE_LIVES = 60  # seconds
TOKEN_LIVES = 300
SPENT = ""  # the challenge of a code that was redeemed
SCOPES = frozenset({"openid", "profile"})
BACK = "/anmelden/zurueck"  # where each service of the suite takes a code,
LEFT = "/abgemeldet"  # where it takes a browser that has signed out,
TOLD = "/anmelden/abgemeldet"  # where it is told that somebody has,
LOCKED = "/anmelden/gesperrt"  # where it is told that the desk was locked in another service,
ASKED = "/anmelden/wach"  # and where it is asked whether somebody works in it


@dataclass(frozen=True)
class Client(ClientMixin):  # type: ignore[misc]
    """A service that may ask. Its three addresses are exact: what is not one of them is refused."""

    row: Row[Any]

    @property
    def client_id(self) -> str:
        return str(self.row.id)

    def get_client_id(self) -> str:
        return self.client_id

    def get_default_redirect_uri(self) -> str:
        return f"{self.row.base}{BACK}"

    def get_allowed_scope(self, scope: str | None) -> str:
        return " ".join(one for one in (scope or "").split() if one in SCOPES)

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        return redirect_uri == f"{self.row.base}{BACK}"

    def check_client_secret(self, client_secret: str) -> bool:
        return bool(hash_of(client_secret) == self.row.secret_hash)

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return method in {"client_secret_basic", "client_secret_post"}

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type in {"authorization_code", "client_credentials"}


@dataclass(frozen=True)
class Code(AuthorizationCodeMixin):  # type: ignore[misc]
    row: Row[Any]

    code_challenge_method = "S256"

    @property
    def code_challenge(self) -> str:
        return str(self.row.challenge)

    def get_redirect_uri(self) -> str:
        return str(self.row.redirect_uri)

    def get_scope(self) -> str:
        return str(self.row.scope)

    def get_nonce(self) -> str:
        return str(self.row.nonce)

    def get_auth_time(self) -> int:
        return int(self.row.auth_time)

    def get_acr(self) -> None:
        return None

    def get_amr(self) -> None:
        return None


class OnlyS256(CodeChallenge):  # type: ignore[misc]
    SUPPORTED_CODE_CHALLENGE_METHOD = ["S256"]

    def validate_code_challenge(self, grant: Any, redirect_uri: str) -> None:
        if not grant.request.payload.data.get("code_challenge") or grant.request.payload.data.get("code_challenge_method") != "S256":
            raise InvalidRequestError("PKCE with S256 is needed.")
        super().validate_code_challenge(grant, redirect_uri)


class _Asked(FlaskOAuth2Request):  # type: ignore[misc]
    """A request as asked for at the issuer's address: how services reach the provider inside the house is no business of the protocol.

    Authlib refuses addresses without https, and would refuse `KIM_OIDC_INTERNAL=http://login:8000`.
    """

    def __init__(self, asked: Request, issuer: str) -> None:
        OAuth2Request.__init__(self, method=asked.method, uri=f"{issuer}{asked.full_path.rstrip('?')}", headers=asked.headers)
        self._request = asked
        self.payload = FlaskOAuth2Payload(asked)


class _Server(AuthorizationServer):  # type: ignore[misc]
    def __init__(self, issuer: str) -> None:
        super().__init__()
        self.issuer = issuer

    def create_oauth2_request(self, _request: Any) -> _Asked:
        return _Asked(request, self.issuer)


class Protocol:
    """The authorization server on one database."""

    def __init__(self, app: Flask, database: Database, settings: LoginSettings, keys: SigningKeys) -> None:
        self.database, self.settings, self.keys = database, settings, keys
        self.server = _Server(settings.issuer)
        self.server.init_app(app, query_client=self.client, save_token=lambda _token, _request: None)
        self.server.register_extension(_issuer(settings.issuer))
        self.server.register_grant(_code_grant(self), [OnlyS256(required=True), _openid(self)])
        self.server.register_grant(_ClientCredentials)
        self.server.register_token_generator("authorization_code", self._persons_token)
        self.server.register_token_generator("client_credentials", self._programs_token)

    def client(self, client_id: str) -> Client | None:
        with self.database.read() as rows:
            found = rows.execute(select(clients).where(clients.c.id == client_id)).first()
        return Client(found) if found is not None else None

    def claims_of(self, account: Row[Any]) -> dict[str, Any]:
        """What a service is told of a person."""
        return {
            "sub": account.id, "name": account.name, "preferred_username": account.login, "organisation": self.settings.organisation,
            "roles": list(account.roles), "sites": list(account.sites), **({"staff": account.staff} if account.staff else {}),
        }  # fmt: skip

    def signed(self, claims: dict[str, Any], lives: int, kind: str = "JWT") -> str:
        now = int(time.time())
        header = {"alg": "RS256", "kid": self.keys.newest.kid, "typ": kind}
        return jwt.encode(header, {"iss": self.settings.issuer, "iat": now, "exp": now + lives, **claims}, self.keys.newest)

    def _persons_token(self, *, client: Client, user: Row[Any], scope: str, **_kwargs: Any) -> dict[str, Any]:
        """Good for asking the provider itself about the person, and for nothing else."""
        claims = {
            "sub": user.id, "sid": g.redeemed_session, "aud": self.settings.issuer, "client_id": client.client_id, "scope": scope,
        }  # fmt: skip
        return _token(self.signed(claims, TOKEN_LIVES, "at+jwt"), scope)

    def _programs_token(self, *, client: Client, scope: str | None = None, **_kwargs: Any) -> dict[str, Any]:
        """Good at the one service that was asked for."""
        if self.client(audience()) is None:
            raise InvalidRequestError("The parameter 'audience' must name a service of this house.")
        claims = {
            "sub": client.client_id, "client_id": client.client_id, "aud": audience(), "roles": list(client.row.roles),
            "organisation": self.settings.organisation,
        }  # fmt: skip
        return _token(self.signed(claims, TOKEN_LIVES, "at+jwt"), scope or "")


def audience() -> str:
    """The service a program asks a token for."""
    return request.form.get("audience") or request.form.get("resource") or ""


class _ClientCredentials(grants.ClientCredentialsGrant):  # type: ignore[misc]
    TOKEN_ENDPOINT_AUTH_METHODS = ["client_secret_basic", "client_secret_post"]


def _token(access_token: str, scope: str) -> dict[str, Any]:
    return {"token_type": "Bearer", "access_token": access_token, "expires_in": TOKEN_LIVES, **({"scope": scope} if scope else {})}


def _issuer(issuer: str) -> IssuerParameter:
    class OurIssuer(IssuerParameter):  # type: ignore[misc]
        def get_issuer(self) -> str:
            return issuer

    return OurIssuer()


def _code_grant(protocol: Protocol) -> type[grants.AuthorizationCodeGrant]:
    class CodeGrant(grants.AuthorizationCodeGrant):  # type: ignore[misc]
        TOKEN_ENDPOINT_AUTH_METHODS = ["client_secret_basic", "client_secret_post"]

        def save_authorization_code(self, code: str, asked: Any) -> None:
            with protocol.database.write() as rows:
                rows.execute(delete(codes).where(codes.c.ends_at < int(time.time()) - TOKEN_LIVES))
                rows.execute(
                    codes.insert(),
                    {
                        "code_hash": hash_of(code), "client_id": asked.client.client_id, "account_id": asked.user.id,
                        "session_id": g.session.id, "redirect_uri": asked.payload.redirect_uri, "scope": asked.scope or "",
                        "nonce": asked.payload.data.get("nonce", ""), "challenge": asked.payload.data["code_challenge"],
                        "auth_time": int(g.session.opened_at.timestamp()), "ends_at": int(time.time()) + CODE_LIVES,
                    },
                )  # fmt: skip

        def query_authorization_code(self, code: str, client: Client) -> Code | None:
            """The code, spent as it is looked at: it is good once, whoever brings it.

            Brought again it is in two hands, one of which stole it: the sign-in it came from ends (RFC 6749, 4.1.2).
            """
            with protocol.database.write() as rows:
                found = rows.execute(select(codes).where(codes.c.code_hash == hash_of(code)).with_for_update()).first()
                rows.execute(update(codes).where(codes.c.code_hash == hash_of(code)).values(challenge=SPENT))
                if found is not None and found.challenge == SPENT:
                    sessions.end_own(rows, found.account_id, found.session_id)
                    g.code_used_again = True
                    found = None
            good = found is not None and found.client_id == client.client_id and found.ends_at >= time.time()
            return Code(found) if found is not None and good else None

        def delete_authorization_code(self, authorization_code: Code) -> None:
            """It is spent already."""

        def authenticate_user(self, authorization_code: Code) -> Row[Any] | None:
            with protocol.database.write() as rows:
                row = authorization_code.row
                account = accounts.by_id(rows, row.account_id) if accounts.has_session(rows, row.account_id, row.session_id) else None
                g.redeemed_session = row.session_id
                key = {"session_id": row.session_id, "client_id": row.client_id}
                if account is not None:
                    add(rows, reached, {**key, "account_id": account.id})
            return account

    return CodeGrant


def _openid(protocol: Protocol) -> OpenIDCode:
    class OpenID(OpenIDCode):  # type: ignore[misc]
        def exists_nonce(self, nonce: str, asked: Any) -> bool:
            with protocol.database.read() as rows:
                wanted = select(codes.c.code_hash).where(codes.c.nonce == nonce, codes.c.client_id == asked.payload.client_id)
                return rows.execute(wanted).first() is not None

        def resolve_client_private_key(self, client: Client) -> RSAKey:
            return protocol.keys.newest

        def get_encode_header(self, client: Client) -> dict[str, Any]:
            return {"alg": "RS256", "kid": protocol.keys.newest.kid}

        def get_client_claims(self, client: Client) -> dict[str, Any]:
            return {"iss": protocol.settings.issuer, "aud": [client.client_id], "exp": int(time.time()) + TOKEN_LIVES}

        def get_authorization_code_claims(self, authorization_code: Code) -> dict[str, Any]:
            row = authorization_code.row
            with protocol.database.read() as rows:
                account = accounts.by_id(rows, row.account_id)
            # Whoever has codes showed one: setting them up ends every session that began without.
            shown = ["pwd", "otp", "mfa"] if account is not None and account.code_secret else ["pwd"]
            return {**super().get_authorization_code_claims(authorization_code), "sid": row.session_id, "amr": shown}

        def generate_user_info(self, user: Row[Any], scope: str) -> UserInfo:
            return UserInfo(**protocol.claims_of(user))

    return OpenID(require_nonce=True)
