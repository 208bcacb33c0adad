"""Programs that come with an access token of the provider, and every token that must open nothing."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient
from joserfc.jwk import RSAKey
from kim_runtime.settings import Settings
from web.conftest import Make
from web.sly_provider import LEAVE_OUT, LOGOUT, SlyProvider, asks, begin, come_back

COOKIE = "kim_staedteregion-aachen_intake"


def test_a_program_of_the_house_is_known_by_its_access_token(visitor: FlaskClient, provider: SlyProvider) -> None:
    assert asks(visitor, provider.access_token()) == 200
    assert asks(visitor, provider.access_token(roles=["hr_staff"])) == 403


NO_ACCESS: dict[str, dict[str, Any]] = {
    "another audience": {"aud": "caritas-eifel.casework"},
    "no audience": {"aud": LEAVE_OUT},
    "another issuer": {"iss": "https://evil.example"},
    "over": {"exp": int(time.time()) - 3600},
    "no end": {"exp": LEAVE_OUT},
    "another organisation": {"organisation": "caritas-eifel"},
    "nobody": {"sub": LEAVE_OUT},
    "an ID token": {"nonce": "n"},
    "an ID token of Keycloak": {"typ": "ID"},
    "a logout token": {"events": {LOGOUT: {}}},
}


@pytest.mark.parametrize("says", NO_ACCESS.values(), ids=NO_ACCESS)
def test_an_access_token_that_does_not_hold_opens_nothing(visitor: FlaskClient, provider: SlyProvider, says: dict[str, Any]) -> None:
    assert asks(visitor, provider.access_token(**says)) == 401


@pytest.mark.parametrize("algorithm", ["HS256", "none"])
def test_an_access_token_signed_in_a_way_nobody_trusts_opens_nothing(visitor: FlaskClient, provider: SlyProvider, algorithm: str) -> None:
    provider.algorithm = algorithm
    assert asks(visitor, provider.access_token()) == 401


def test_the_token_that_came_with_signing_in_opens_nothing_by_itself(visitor: FlaskClient, provider: SlyProvider) -> None:
    come_back(visitor, begin(visitor, provider))
    assert asks(visitor, provider.id_token()) == 401


def test_made_up_keys_do_not_make_the_provider_answer_again_and_again(visitor: FlaskClient, provider: SlyProvider) -> None:
    assert asks(visitor, provider.access_token()) == 200
    for number in range(5):
        provider.key = RSAKey.generate_key(2048, parameters={"kid": f"made-up-{number}"})
        assert asks(visitor, provider.access_token()) == 401
    assert provider.asked.count("jwks") == 2


@pytest.mark.parametrize(
    ("says", "status"),
    [
        ({"sub": "17", "client_id": "kim-web", "preferred_username": "aydin", "amr": ["pwd"]}, 401),
        ({"sub": "17", "client_id": "kim-web", "preferred_username": "aydin", "amr": ["pwd", "otp"]}, 200),
        ({}, 200),  # a program has none to show
    ],
)
def test_a_second_factor_is_asked_of_the_access_token_of_a_person_too(
    make: Make, settings: Settings, provider: SlyProvider, says: dict[str, Any], status: int
) -> None:
    app = make(settings=replace(settings, oidc_issuer=provider.issuer, oidc_code_roles="auditor"))
    assert asks(app.test_client(), provider.access_token(**says)) == status
