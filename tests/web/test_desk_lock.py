"""A lock holds although whoever sits there deletes cookies, and one service locks the others by way of the provider."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from kim_runtime.clock import SetClock
from kim_runtime.settings import Settings
from kim_web.oidc import AWAKE_EVENT, LOCKED_EVENT
from web.conftest import Make
from web.sly_provider import CLIENT, LEAVE_OUT, LOGOUT, SlyProvider, begin, come_back, sly_provider

COOKIE = "kim_staedteregion-aachen_intake"


@pytest.fixture
def provider() -> Iterator[SlyProvider]:
    with sly_provider() as found:
        yield found


@pytest.fixture
def clock() -> SetClock:
    return SetClock(datetime.now(UTC))


@pytest.fixture
def visitor(make: Make, settings: Settings, provider: SlyProvider, clock: SetClock) -> FlaskClient:
    """A browser in which somebody signed in a minute ago."""
    app = make(settings=replace(settings, oidc_issuer=provider.issuer), real_clock=clock)
    app.config["WTF_CSRF_ENABLED"] = False
    browser = app.test_client()
    provider.says = {"auth_time": int(time.time()) - 60}
    come_back(browser, begin(browser, provider))
    return browser


def sign_in_silently(visitor: FlaskClient, provider: SlyProvider) -> str:
    """Sign in where the provider asks nobody for a password; where it leads."""
    asked = begin(visitor, provider)
    assert "prompt" not in asked
    location: str = come_back(visitor, asked).headers["Location"]
    return location


NAMED = pytest.mark.parametrize("says", [{}, {"sid": LEAVE_OUT}], ids=["its session named", "no session named"])


@NAMED
def test_deleting_the_cookies_opens_no_locked_desk(make: Make, settings: Settings, provider: SlyProvider, says: dict[str, Any]) -> None:
    app = make(settings=replace(settings, oidc_issuer=provider.issuer))
    app.config["WTF_CSRF_ENABLED"] = False
    browser = app.test_client()
    provider.says = {"auth_time": int(time.time()) - 60, **says}
    come_back(browser, begin(browser, provider))
    browser.post("/sperren")
    browser.delete_cookie(COOKIE)
    assert sign_in_silently(browser, provider) == "/anmelden?neu=1"
    assert browser.get("/besuche").status_code == 302
    asked = begin(browser, provider, "/anmelden?neu=1")
    assert asked["prompt"] == "login"
    provider.says = {"auth_time": int(time.time()) + 1, **says}
    assert come_back(browser, asked).headers["Location"] == "/besuche"
    assert browser.get("/besuche").status_code == 200


def test_nor_does_it_open_a_desk_that_locked_itself_or_whose_session_is_over(
    visitor: FlaskClient, provider: SlyProvider, clock: SetClock
) -> None:
    for minutes in (11, 70):
        clock.set(datetime.now(UTC) + timedelta(minutes=minutes))
        visitor.delete_cookie(COOKIE)
        assert sign_in_silently(visitor, provider) == "/anmelden?neu=1"


def test_once_unlocked_the_old_lock_is_forgotten(visitor: FlaskClient, provider: SlyProvider) -> None:
    visitor.post("/sperren")
    visitor.delete_cookie(COOKIE)
    asked = begin(visitor, provider, "/anmelden?neu=1")
    provider.says = {"auth_time": int(time.time())}
    come_back(visitor, asked)
    visitor.delete_cookie(COOKIE)
    assert sign_in_silently(visitor, provider) == "/besuche"


def test_a_desk_of_somebody_else_holds_nobody(visitor: FlaskClient, provider: SlyProvider) -> None:
    visitor.post("/sperren")
    other = visitor.application.test_client()
    provider.says = {"sid": "s-2", "sub": "18", "auth_time": int(time.time()) - 60}
    assert sign_in_silently(other, provider) == "/besuche"


def test_locking_tells_the_provider_which_session_and_who_says_so(make: Make, settings: Settings, provider: SlyProvider) -> None:
    provider.keep_the_lock()
    app = make(settings=replace(settings, oidc_issuer=provider.issuer))
    app.config["WTF_CSRF_ENABLED"] = False
    browser = app.test_client()
    come_back(browser, begin(browser, provider))
    went = browser.post("/sperren")
    assert provider.locked == [((CLIENT, settings.oidc_client_secret), "s-1")]
    assert "nur dieser Dienst" not in browser.get(went.headers["Location"]).text
    provider.locks_with = 202  # another service did not hear it
    provider.says = {"auth_time": int(time.time()) + 1}
    come_back(browser, begin(browser, provider))
    went = browser.post("/sperren")
    assert "Gesperrt ist nur dieser Dienst" in browser.get(went.headers["Location"]).text


def test_a_provider_that_keeps_no_lock_or_is_away_leaves_the_others_open_and_the_page_says_so(
    visitor: FlaskClient, provider: SlyProvider
) -> None:
    went = visitor.post("/sperren")
    assert "Gesperrt ist nur dieser Dienst" in visitor.get(went.headers["Location"]).text
    assert visitor.get("/besuche").headers["Location"].startswith("/gesperrt")
    assert provider.locked == []


SEAT = {"site": "arkaden", "desk": 2}


def sit_down(visitor: FlaskClient) -> None:
    with visitor.session_transaction() as kept:
        kept["place"] = SEAT


def seat(visitor: FlaskClient) -> Any:
    with visitor.session_transaction() as kept:
        return kept.get("place")


@pytest.mark.parametrize("by_hand", [True, False], ids=["locked by hand", "by itself"])
def test_who_unlocks_sits_where_they_sat_before(visitor: FlaskClient, provider: SlyProvider, clock: SetClock, by_hand: bool) -> None:
    sit_down(visitor)
    if by_hand:
        visitor.post("/sperren")
    else:
        clock.set(datetime.now(UTC) + timedelta(minutes=11))
    asked = begin(visitor, provider)
    provider.says = {"auth_time": int(clock.now().timestamp()) + 1}
    come_back(visitor, asked)
    assert seat(visitor) == SEAT


def test_the_next_person_chooses_their_own_seat(visitor: FlaskClient, provider: SlyProvider) -> None:
    sit_down(visitor)
    visitor.post("/sperren")
    asked = begin(visitor, provider, "/anmelden?neu=1")
    provider.says = {"sid": "s-2", "sub": "18", "preferred_username": "lindner", "auth_time": int(time.time()) + 1}
    assert come_back(visitor, asked).status_code == 303
    assert seat(visitor) is None


def test_a_seat_ends_with_signing_out(visitor: FlaskClient) -> None:
    sit_down(visitor)
    visitor.post("/abmelden")
    assert seat(visitor) is None


# What the provider says and asks


def said(visitor: FlaskClient, where: str, token: str) -> Any:
    return visitor.application.test_client().post(where, data={"logout_token": token})


def word(provider: SlyProvider, event: str, **changed: Any) -> str:
    return provider.logout_token(**{"events": {event: {}}, **changed})


def test_the_provider_locks_what_its_session_opened(visitor: FlaskClient, provider: SlyProvider) -> None:
    assert said(visitor, "/anmelden/gesperrt", word(provider, LOCKED_EVENT, sid="s-2")).status_code == 204
    assert visitor.get("/besuche").status_code == 200
    assert said(visitor, "/anmelden/gesperrt", word(provider, LOCKED_EVENT)).status_code == 204
    assert visitor.get("/besuche").headers["Location"].startswith("/gesperrt")


def test_a_word_said_again_locks_nothing_that_was_opened_since(visitor: FlaskClient, provider: SlyProvider) -> None:
    old = word(provider, LOCKED_EVENT, iat=int(time.time()) - 10)
    assert said(visitor, "/anmelden/gesperrt", old).status_code == 204
    assert visitor.get("/besuche").status_code == 200


def test_the_provider_hears_whether_somebody_works_here(visitor: FlaskClient, provider: SlyProvider, clock: SetClock) -> None:
    def awake(sid: str = "s-1") -> Any:
        return said(visitor, "/anmelden/wach", word(provider, AWAKE_EVENT, sid=sid)).json

    assert (awake(), awake("s-2")) == ({"awake": True}, {"awake": False})
    clock.set(datetime.now(UTC) + timedelta(minutes=11))
    assert awake() == {"awake": False}
    clock.set(datetime.now(UTC))
    visitor.post("/sperren")
    assert awake() == {"awake": False}


NO_WORD: dict[str, dict[str, Any]] = {
    "another event": {"events": {LOGOUT: {}}},
    "another audience": {"aud": "other"},
    "long ago": {"iat": int(time.time()) - 3600},
    "nobody": {"sid": LEAVE_OUT, "sub": LEAVE_OUT},
}


@pytest.mark.slow
@pytest.mark.parametrize("where", ["/anmelden/gesperrt", "/anmelden/wach"])
@pytest.mark.parametrize("says", NO_WORD.values(), ids=NO_WORD)
def test_what_is_no_such_word_of_the_provider_is_refused(
    visitor: FlaskClient, provider: SlyProvider, where: str, says: dict[str, Any]
) -> None:
    event = LOCKED_EVENT if where.endswith("gesperrt") else AWAKE_EVENT
    assert said(visitor, where, word(provider, event, **says)).status_code == 400
    assert said(visitor, where, "").status_code == 400
    assert said(visitor, "/anmelden/abgemeldet", word(provider, event)).status_code == 400  # nor is it a logout
    assert visitor.get("/besuche").status_code == 200
