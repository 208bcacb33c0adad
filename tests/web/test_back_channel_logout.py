"""What the provider ends: a session, all of a person, an account with its keys; and every message that must end nothing."""

from __future__ import annotations

import time
from typing import Any

import pytest
from flask.testing import FlaskClient
from joserfc.jwk import RSAKey
from kim_audit.tables import entries
from kim_web.oidc import ACCOUNT_EVENT
from sqlalchemy import select
from web.conftest import ACTORS
from web.signed_in import bearer
from web.sly_provider import LEAVE_OUT, LOGOUT, SlyProvider, begin, come_back

COOKIE = "kim_staedteregion-aachen_intake"


def told(visitor: FlaskClient, token: str) -> int:
    return visitor.application.test_client().post("/anmelden/abgemeldet", data={"logout_token": token}).status_code


@pytest.mark.parametrize("whom", [{"sid": "s-1"}, {"sid": LEAVE_OUT, "sub": "17"}], ids=["this session", "this person"])
def test_the_provider_may_end_a_session(visitor: FlaskClient, provider: SlyProvider, whom: dict[str, Any]) -> None:
    come_back(visitor, begin(visitor, provider))
    assert told(visitor, provider.logout_token(**whom)) == 204
    assert visitor.get("/besuche").status_code == 302


@pytest.mark.parametrize("whom", [{"sid": "s-2"}, {"sid": LEAVE_OUT, "sub": "18"}], ids=["another session", "another person"])
def test_a_session_of_somebody_else_goes_on(visitor: FlaskClient, provider: SlyProvider, whom: dict[str, Any]) -> None:
    come_back(visitor, begin(visitor, provider))
    assert told(visitor, provider.logout_token(**whom)) == 204
    assert visitor.get("/besuche").status_code == 200


def test_a_logout_token_brought_again_ends_nothing_that_was_opened_since(visitor: FlaskClient, provider: SlyProvider) -> None:
    token = provider.logout_token(iat=int(time.time()) - 10)
    come_back(visitor, begin(visitor, provider))
    assert told(visitor, token) == 204
    assert visitor.get("/besuche").status_code == 200


def told_of_account(visitor: FlaskClient, provider: SlyProvider, *, closed: bool, roles: list[str]) -> int:
    person = {"sub": "17", "preferred_username": "aydin", "name": "Selin Aydın", "organisation": "staedteregion-aachen", "roles": roles}
    events = {LOGOUT: {}, ACCOUNT_EVENT: {"closed": closed, "person": person}}
    return told(visitor, provider.logout_token(sid=LEAVE_OUT, events=events))


def test_a_key_loses_at_once_what_the_account_of_its_owner_loses_and_ends_with_it(visitor: FlaskClient, provider: SlyProvider) -> None:
    """Although nobody has had a session open since."""
    program, of_another = bearer(visitor.application, ACTORS["aydin"]), bearer(visitor.application, ACTORS["pruefer"])

    def opens(key: dict[str, str]) -> int:
        return visitor.application.test_client().get("/api/visits/", headers=key).status_code

    assert told_of_account(visitor, provider, closed=False, roles=["hr_staff"]) == 204
    assert opens(program) == 403
    assert told_of_account(visitor, provider, closed=False, roles=["intake_staff"]) == 204
    assert opens(program) == 200
    assert told_of_account(visitor, provider, closed=True, roles=["intake_staff"]) == 204
    assert (opens(program), opens(of_another)) == (401, 200)
    with visitor.application.extensions["kim_web"].rows.read() as rows:
        row = rows.execute(select(entries).where(entries.c.action == "access_key.revoke")).one()
    assert (row.actor_id, row.outcome, row.reason) == ("aydin", "done", "by_provider")


NO_LOGOUT: dict[str, dict[str, Any]] = {
    "another issuer": {"iss": "https://evil.example"},
    "another audience": {"aud": "caritas-eifel.casework"},
    "a nonce": {"nonce": "n"},
    "no event": {"events": LEAVE_OUT},
    "another event": {"events": {"urn:other": {}}},
    "the event as text": {"events": LOGOUT},
    "nobody": {"sub": LEAVE_OUT, "sid": LEAVE_OUT},
    "no time": {"iat": LEAVE_OUT},
    "no id": {"jti": LEAVE_OUT},
    "long ago": {"iat": int(time.time()) - 3600},
    "over": {"exp": int(time.time()) - 3600},
}


@pytest.mark.parametrize("says", NO_LOGOUT.values(), ids=NO_LOGOUT)
def test_a_logout_token_that_does_not_hold_ends_nothing(visitor: FlaskClient, provider: SlyProvider, says: dict[str, Any]) -> None:
    come_back(visitor, begin(visitor, provider))
    assert told(visitor, provider.logout_token(**says)) == 400
    assert visitor.get("/besuche").status_code == 200


def test_a_logout_token_signed_by_somebody_else_ends_nothing(visitor: FlaskClient, provider: SlyProvider) -> None:
    come_back(visitor, begin(visitor, provider))
    provider.key = RSAKey.generate_key(2048, parameters={"kid": "first"})
    assert told(visitor, provider.logout_token()) == 400
    assert told(visitor, "") == 400
    assert visitor.get("/besuche").status_code == 200


def test_what_the_provider_ends_is_written_with_why(visitor: FlaskClient, provider: SlyProvider) -> None:
    come_back(visitor, begin(visitor, provider))
    assert visitor.application.test_client().post("/anmelden/abgemeldet", data={"logout_token": provider.logout_token()}).status_code == 204
    with visitor.application.extensions["kim_web"].rows.read() as rows:
        row = rows.execute(select(entries).order_by(entries.c.serial.desc()).limit(1)).one()
    assert (row.actor_id, row.action, row.outcome, row.reason) == ("aydin", "sign_in", "signed_out", "by_provider")
