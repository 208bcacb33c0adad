"""The OpenID Connect side of a service: code flow with PKCE, state and nonce by Authlib, tokens checked by joserfc.

Nothing is asked of the provider before somebody signs in, so a service starts and serves its open sessions while the provider is away.
"""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from typing import Any

import requests
from authlib.integrations.base_client import OAuthError
from authlib.integrations.flask_client import OAuth
from flask import Flask, request
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry, extract_compact
from kim_runtime.settings import WebSettings
from requests import RequestException
from werkzeug.exceptions import ServiceUnavailable
from werkzeug.wrappers import Response

ALGORITHMS = ("RS256", "PS256", "ES256", "EdDSA")  # never "none", never one by a shared secret
SECONDS = 5  # for an answer of the provider
ASKED_AGAIN_AFTER = 60  # seconds before keys are fetched once more for a token that names another
LEEWAY = 60  # seconds two clocks may differ
LOCK_ENDPOINT = "kim_desk_lock_endpoint"  # in the description of a provider that keeps the lock of a desk for all services of the house
END_ENDPOINT = "kim_sessions_end_endpoint"  # and of one that ends a session of its own, or all of a person, when a service says so
SESSIONS_PAGE = "kim_sessions_page"  # and where a person sees all they have open there, in every service
ASKED_BY_US = ("token_endpoint", "jwks_uri", "userinfo_endpoint", LOCK_ENDPOINT, END_ENDPOINT)  # the others are where the browser goes
LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"
LOCKED_EVENT = "urn:kim:event:desk-locked"  # the provider of the house says so,
AWAKE_EVENT = "urn:kim:event:desk-awake"  # and asks it;
ACCOUNT_EVENT = "urn:kim:event:account"  # and says, beside a logout of all sessions, what a person may now do, or that they may not come in
NEVER_IN_ACCESS_TOKENS = frozenset({"nonce", "at_hash", "c_hash", "events"})
KEYCLOAKS_OTHER_TOKENS = frozenset({"ID", "Logout", "Refresh", "Offline"})
LONGEST_NAME = 255  # of `sub`, as OpenID Connect has it, and of `sid`
LOGOUT_LIVES = 300  # seconds after which a logout token is no news any more


class ProviderAway(ServiceUnavailable):
    """The provider does not answer, or not as a provider."""


class SignInFailed(Exception):
    """The provider refused, or its answer does not hold; the message is for the log and names no person."""


class Provider:
    def __init__(self, app: Flask, settings: WebSettings, service: str) -> None:
        self.issuer = settings.oidc_issuer.rstrip("/")
        self._ask_again_at = 0.0
        self._reached_at = settings.oidc_internal.rstrip("/") or self.issuer
        self._secret = settings.oidc_client_secret
        self.client_id = settings.oidc_client_id or f"{settings.organisation}.{service}"
        self._client = OAuth(app).register(
            "provider",
            client_id=self.client_id,
            client_secret=settings.oidc_client_secret,
            server_metadata_url=f"{self._reached_at}/.well-known/openid-configuration",
            client_kwargs={"scope": "openid profile", "code_challenge_method": "S256", "default_timeout": SECONDS},
        )

    def begin(self, redirect_uri: str, **wishes: str) -> Response:
        """Send the browser to the provider. `wishes` are parameters such as `prompt`. Raises ProviderAway."""
        self._metadata()
        found: Response = self._client.authorize_redirect(redirect_uri, **wishes)
        return found

    def finish(self) -> Mapping[str, Any]:
        """The claims of the ID token the present request brings. Raises SignInFailed, ProviderAway."""
        metadata = self._metadata()
        # RFC 9207: an answer of another provider, slipped in, would name another issuer.
        named = request.args.get("iss")
        if named != metadata["issuer"] and (named is not None or metadata.get("authorization_response_iss_parameter_supported")):
            raise SignInFailed("issuer of the answer")
        try:
            # Authlib by itself takes a token for somebody else whose `azp` is us.
            wanted = {"iss": {"essential": True, "value": metadata["issuer"]}, "aud": {"essential": True, "value": self.client_id}}
            answer = self._client.authorize_access_token(claims_options=wanted, leeway=LEEWAY)
        except (OAuthError, JoseError, ValueError) as fault:
            raise SignInFailed(type(fault).__name__) from fault
        except RequestException as fault:
            raise ProviderAway from fault
        claims: Mapping[str, Any] | None = answer.get("userinfo")
        if not claims:
            raise SignInFailed("no ID token")
        _names_hold(claims)
        _moment_holds(claims.get("auth_time"))
        return claims

    def leave_address(self, session: str, back_to: str) -> str | None:
        """Where the browser signs out at the provider; None where the provider has no such place.

        Addresses are kept by browsers and proxies, so no ID token stands in it, which says who somebody is. `kim-login` knows its session
        by the id of it; another provider asks the person once more whether to sign out, or whom.
        """
        metadata = self._metadata()
        if not metadata.get("end_session_endpoint"):
            return None
        hint = {"logout_hint": session} if session and metadata.get(END_ENDPOINT) else {}
        address: str = self._client.create_logout_url(post_logout_redirect_uri=back_to, client_id=self.client_id, **hint)["url"]
        return address

    def keeps_the_lock(self) -> bool:
        """Whether a desk locked here is locked at the provider too, and asked about there. Raises ProviderAway."""
        return bool(self._metadata().get(LOCK_ENDPOINT))

    def lock_the_desk(self, session: str) -> bool:
        """Tell the provider that the desk of a session of its is locked. Returns whether it locked it in all services."""
        return self._hears(LOCK_ENDPOINT, {"sid": session})

    def ends_sessions(self) -> bool:
        """Whether the provider ends its session in another browser when a service says so. Raises ProviderAway."""
        return bool(self._metadata().get(END_ENDPOINT))

    def sessions_page(self) -> str:
        """Where a person sees what they have open in all services; empty where the provider has no such page we know of.

        Raises ProviderAway.
        """
        return str(self._metadata().get(SESSIONS_PAGE, ""))

    def end_sessions(self, session: str, *, everywhere: bool) -> bool:
        """Tell the provider to end a session of its, or with `everywhere` all of that person, and what they led to.

        Returns whether it did, and every service has heard it.
        """
        return self._hears(END_ENDPOINT, {"sid": session, **({"everywhere": "1"} if everywhere else {})})

    def _hears(self, endpoint: str, what: dict[str, str]) -> bool:
        """Tell the provider something in this service's own name. Returns whether it took it."""
        try:
            where = self._metadata().get(endpoint)
            if not where:
                return False
            answer = requests.post(where, data=what, auth=(self.client_id, self._secret), timeout=SECONDS, allow_redirects=False)
        except (ProviderAway, RequestException):
            return False
        return answer.status_code == 204

    def read_access_token(self, token: str) -> dict[str, Any]:
        """The claims of a program's access token made for this service. Raises SignInFailed, ProviderAway.

        An ID token is made for this service too: it must open nothing.
        """
        claims = self._read(token, {"exp": {"essential": True}})
        if claims.keys() & NEVER_IN_ACCESS_TOKENS or claims.get("typ") in KEYCLOAKS_OTHER_TOKENS:
            raise SignInFailed("no access token")
        _names_hold(claims)
        return claims

    def read_logout_token(self, token: str) -> dict[str, Any]:
        """The claims of a logout token (OpenID Connect Back-Channel Logout 1.0, 2.6). Raises SignInFailed, ProviderAway."""
        return self.read_word(token, LOGOUT_EVENT)

    def read_word(self, token: str, event: str) -> dict[str, Any]:
        """The claims of a token, shaped as a logout token, by which the provider says an event. Raises SignInFailed, ProviderAway."""
        claims = self._read(token, {"iat": {"essential": True}, "jti": {"essential": True}})
        is_it = isinstance(claims.get("events"), dict) and event in claims["events"]
        if not is_it or "nonce" in claims or not (claims.get("sub") or claims.get("sid")):
            raise SignInFailed("no logout token" if event == LOGOUT_EVENT else "no word of the provider")
        _names_hold(claims)
        if abs(time.time() - claims["iat"]) > LOGOUT_LIVES:
            raise SignInFailed("a logout token of another time")
        return claims

    def _read(self, token: str, also: dict[str, Any]) -> dict[str, Any]:
        key_id = _key_id(token)  # before anything is asked of the provider: what is no token costs nobody anything
        rules = jwt.JWTClaimsRegistry(
            leeway=LEEWAY,
            iss={"essential": True, "value": self._metadata()["issuer"]},
            aud={"essential": True, "value": self.client_id},
            **also,
        )
        registry = JWSRegistry(algorithms=list(ALGORITHMS), strict_check_header=False)
        for fresh in (False, True):
            try:
                keys = KeySet.import_key_set(self._keys(force=fresh))  # type: ignore[arg-type]
                read = jwt.decode(token, keys, registry=registry)
                rules.validate(read.claims)
            except (JoseError, ValueError, KeyError, TypeError) as fault:
                if fresh or not self._might_be_new(key_id):
                    raise SignInFailed(type(fault).__name__) from fault
            else:
                return dict(read.claims)
        raise AssertionError("unreachable")

    def _might_be_new(self, key_id: str | None) -> bool:
        """Whether a key may have come since we asked: only then, and once a minute, is the provider asked again."""
        if key_id in {key.get("kid") for key in self._keys(force=False).get("keys", ())} or time.monotonic() < self._ask_again_at:
            return False
        self._ask_again_at = time.monotonic() + ASKED_AGAIN_AFTER
        return True

    def _metadata(self) -> dict[str, Any]:
        try:
            metadata: dict[str, Any] = self._client.load_server_metadata()
        except (RequestException, ValueError) as fault:
            raise ProviderAway from fault
        # Some providers end their address with a slash, and people leave it out.
        if str(metadata.get("issuer", "")).rstrip("/") != self.issuer:
            raise ProviderAway
        for endpoint in ASKED_BY_US:
            if endpoint in metadata:
                metadata[endpoint] = metadata[endpoint].replace(self.issuer, self._reached_at, 1)
        offered = metadata.get("id_token_signing_alg_values_supported") or ["RS256"]
        metadata["id_token_signing_alg_values_supported"] = [one for one in offered if one in ALGORITHMS]
        return metadata

    def _keys(self, *, force: bool) -> dict[str, Any]:
        self._metadata()
        try:
            found: dict[str, Any] = self._client.fetch_jwk_set(force=force)
        except (RequestException, ValueError) as fault:
            raise ProviderAway from fault
        return found


def _names_hold(claims: Mapping[str, Any]) -> None:
    """What the provider calls the person and its session are texts a table can keep. Raises SignInFailed."""
    for name in ("sub", "sid"):
        found = claims.get(name, "")
        if not isinstance(found, str) or len(found) > LONGEST_NAME or not found.isprintable():
            raise SignInFailed(f"a claim cannot be a name: {name}")


def _moment_holds(said: object) -> None:
    """Seconds since 1970, or not said. Raises SignInFailed."""
    if said is not None and (isinstance(said, bool) or not isinstance(said, (int, float)) or not math.isfinite(said)):
        raise SignInFailed("a claim cannot be a moment: auth_time")


def _key_id(token: str) -> str | None:
    """The key a token says it was signed with. Raises SignInFailed for what is no token, or signed in a way nobody here trusts."""
    try:
        headers = extract_compact(token.encode()).headers()
    except (JoseError, ValueError) as fault:
        raise SignInFailed("no token") from fault
    if headers.get("alg") not in ALGORITHMS:
        raise SignInFailed("algorithm")
    return headers.get("kid")
