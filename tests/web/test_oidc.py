"""Signing in at a provider: what holds, and every answer that must not open anything."""

from __future__ import annotations

import re
import time
from base64 import urlsafe_b64encode
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient
from joserfc.jwk import RSAKey
from kim_audit.tables import entries
from kim_runtime.clock import SetClock
from kim_runtime.settings import Settings
from kim_web.tables import sessions
from sqlalchemy import select
from web.conftest import Make
from web.sly_provider import LEAVE_OUT, SlyProvider, asks, begin, come_back

COOKIE = "kim_staedteregion-aachen_intake"


def session_cookie(visitor: FlaskClient) -> str:
    cookie = visitor.get_cookie(COOKIE)
    return cookie.value if cookie else ""


def test_the_whole_way_opens_the_page_that_was_asked_for(visitor: FlaskClient, provider: SlyProvider) -> None:
    assert visitor.get("/besuche").status_code == 302
    asked = begin(visitor, provider, "/anmelden?next=/besuche")
    assert (asked["response_type"], asked["client_id"], asked["redirect_uri"]) == (
        "code", "staedteregion-aachen.intake", "http://localhost/anmelden/zurueck",
    )  # fmt: skip
    assert (come := come_back(visitor, asked)).status_code == 303
    assert come.headers["Location"] == "/besuche"
    assert "Selin Aydın" in visitor.get("/besuche").text


def test_the_code_is_bound_to_the_browser_that_began(visitor: FlaskClient, provider: SlyProvider) -> None:
    asked = begin(visitor, provider)
    come_back(visitor, asked)
    digest = urlsafe_b64encode(sha256(provider.verifier.encode()).digest()).rstrip(b"=").decode()
    assert (asked["code_challenge_method"], asked["code_challenge"]) == ("S256", digest)


def test_a_session_gets_a_new_secret_at_each_sign_in(visitor: FlaskClient, provider: SlyProvider) -> None:
    come_back(visitor, begin(visitor, provider))
    first = session_cookie(visitor)
    come_back(visitor, begin(visitor, provider))
    second = session_cookie(visitor)
    assert first and second and first != second
    visitor.set_cookie(COOKIE, first)
    assert visitor.get("/besuche").status_code == 302  # the first one has ended


@pytest.mark.parametrize("query", [{"state": "another"}, {"state": ""}, {"error": "access_denied"}])
def test_an_answer_nobody_here_asked_for_opens_nothing(visitor: FlaskClient, provider: SlyProvider, query: dict[str, str]) -> None:
    answer = come_back(visitor, begin(visitor, provider), **query)
    assert (answer.status_code, session_cookie(visitor)) == (400, "")
    assert "geklappt" in answer.text


def test_an_answer_counts_in_the_browser_that_began_and_once(visitor: FlaskClient, provider: SlyProvider) -> None:
    asked = begin(visitor, provider)
    other = visitor.application.test_client()
    assert come_back(other, asked).status_code == 400
    assert come_back(visitor, asked).status_code == 303
    assert come_back(visitor, asked).status_code == 400


WRONG: dict[str, dict[str, Any]] = {
    "another nonce": {"nonce": "x"},
    "no nonce": {"nonce": LEAVE_OUT},
    "another issuer": {"iss": "https://evil.example"},
    "no issuer": {"iss": LEAVE_OUT},
    "another audience": {"aud": "caritas-eifel.casework"},
    "another audience, asked for by us": {"aud": "caritas-eifel.casework", "azp": "staedteregion-aachen.intake"},
    "no audience": {"aud": LEAVE_OUT},
    "asked for by another": {"azp": "caritas-eifel.casework"},
    "over": {"exp": int(time.time()) - 3600},
    "no end": {"exp": LEAVE_OUT},
    "nobody": {"sub": LEAVE_OUT},
    "of another access token": {"at_hash": "x"},
}


@pytest.mark.parametrize("says", WRONG.values(), ids=WRONG)
def test_an_id_token_that_does_not_hold_opens_nothing(visitor: FlaskClient, provider: SlyProvider, says: dict[str, Any]) -> None:
    provider.says = says
    answer = come_back(visitor, begin(visitor, provider))
    assert (answer.status_code, session_cookie(visitor)) == (400, "")


NO_NAMES: dict[str, dict[str, Any]] = {
    "called as a program": {"preferred_username": "client:kim-report"},
    "called as a mark of a lock": {"preferred_username": "locked:aydin"},
    "called as nobody in particular": {"preferred_username": "visitor"},
    "called as the operator": {"preferred_username": "operator"},
    "an id too long": {"preferred_username": "x" * 201},
    "an id with a NUL": {"preferred_username": "a\x00b"},
    "several ids": {"preferred_username": ["aydin", "lindner"]},
    "a name too long": {"name": "x" * 201},
    "a name with a NUL": {"name": "a\x00b"},
    "a name that turns what follows": {"name": "Selin\u202eevil"},
    "a session too long": {"sid": "x" * 256},
    "a session with a NUL": {"sid": "a\x00b"},
    "several sessions": {"sid": ["a"]},
    "a subject too long": {"sub": "x" * 256},
    "a staff reference with a NUL": {"staff": "a\x00b"},
}


@pytest.mark.parametrize("says", NO_NAMES.values(), ids=NO_NAMES)
def test_names_that_cannot_be_one_or_are_somebody_elses_open_nothing(
    visitor: FlaskClient, provider: SlyProvider, says: dict[str, Any]
) -> None:
    provider.says = says
    answer = come_back(visitor, begin(visitor, provider))
    assert (answer.status_code, session_cookie(visitor)) == (400, "")
    if "sid" not in says:
        assert asks(visitor, provider.access_token(**{"sub": "17", "preferred_username": "aydin", "staff": "ma-7", **says})) in {401, 403}


@pytest.mark.parametrize(
    ("says", "asked_anew", "shown"),
    [
        ({"auth_time": int(time.time()) - 3600}, False, False),  # its session was open
        ({"auth_time": int(time.time()) - 60}, False, True),
        ({}, False, False),  # it does not say, and was not asked to ask
        ({}, True, True),
    ],
    ids=["long ago", "just now", "not said", "not said, and asked anew"],
)
def test_a_key_asks_that_the_person_was_just_shown_to_the_provider(
    visitor: FlaskClient, provider: SlyProvider, says: dict[str, Any], asked_anew: bool, shown: bool
) -> None:
    provider.says = says
    come_back(visitor, begin(visitor, provider, "/anmelden?neu=1" if asked_anew else "/anmelden"))
    wanted = {"label": "Auswertung", "actions": ["visit.see"], "ends_on": f"{datetime.now(UTC) + timedelta(days=9):%d.%m.%Y}"}
    assert ("kim_" in visitor.post("/zugang/schluessel", data=wanted).text) == shown


@pytest.mark.parametrize("said", ["soon", {}, True, float("inf"), float("nan")], ids=str)
def test_a_moment_that_is_none_is_no_fault_of_the_service(visitor: FlaskClient, provider: SlyProvider, said: object) -> None:
    provider.says = {"auth_time": said}
    assert come_back(visitor, begin(visitor, provider)).status_code == 400


def test_who_is_called_otherwise_than_before_is_told_to_the_operator_without_a_name(
    visitor: FlaskClient, provider: SlyProvider, capfd: pytest.CaptureFixture[str]
) -> None:
    """The claim that names people was changed, or somebody's name at the provider: their cases go by the one of before."""
    warning = "somebody is known here by another name"
    for login, warned in (("aydin", False), ("aydin", False), ("selin.aydin", True)):
        provider.says = {"preferred_username": login}
        come_back(visitor, begin(visitor, provider))
        told = capfd.readouterr().err
        assert (warning in told) == warned and "aydin" not in told


def test_a_person_stays_one_whatever_client_the_token_names(visitor: FlaskClient, provider: SlyProvider) -> None:
    provider.says = {"client_id": "17"}
    assert come_back(visitor, begin(visitor, provider)).status_code == 303
    with visitor.application.extensions["kim_web"].rows.read() as rows:
        assert list(rows.scalars(select(sessions.c.actor_id))) == ["aydin"]


@pytest.mark.postgres
def test_the_longest_names_there_are_can_be_kept(make: Make, settings: Settings, provider: SlyProvider, postgres_database_url: str) -> None:
    visitor = make(settings=replace(settings, oidc_issuer=provider.issuer, database=postgres_database_url)).test_client()
    provider.says = {
        "preferred_username": "x" * 200, "name": "y" * 200, "sid": "s" * 255, "sub": "u" * 255, "staff": "m" * 200,
        "roles": ["intake_staff", "a\x00b", "r" * 300],
    }  # fmt: skip
    assert come_back(visitor, begin(visitor, provider)).status_code == 303
    assert visitor.get("/besuche").status_code == 200


@pytest.mark.parametrize("algorithm", ["HS256", "none", "RS512"])
def test_an_id_token_signed_in_a_way_nobody_trusts_opens_nothing(visitor: FlaskClient, provider: SlyProvider, algorithm: str) -> None:
    provider.algorithm = algorithm  # HS256: with the client's secret, which the provider offers in its discovery
    answer = come_back(visitor, begin(visitor, provider))
    assert (answer.status_code, session_cookie(visitor)) == (400, "")


def test_an_id_token_signed_by_a_key_that_is_not_the_providers_opens_nothing(visitor: FlaskClient, provider: SlyProvider) -> None:
    provider.key = RSAKey.generate_key(2048, parameters={"kid": "first"})
    assert come_back(visitor, begin(visitor, provider)).status_code == 400


def test_a_new_key_of_the_provider_is_learned(visitor: FlaskClient, provider: SlyProvider) -> None:
    come_back(visitor, begin(visitor, provider))
    provider.key = RSAKey.generate_key(2048, parameters={"kid": "second"})
    provider.published.append(provider.key)
    assert come_back(visitor, begin(visitor, provider)).status_code == 303


@pytest.mark.parametrize(("named", "status"), [("https://evil.example", 400), (None, 400), ("own", 303)])
def test_an_answer_of_another_provider_is_noticed(visitor: FlaskClient, provider: SlyProvider, named: str | None, status: int) -> None:
    provider.metadata = {"authorization_response_iss_parameter_supported": True}
    said = {"iss": provider.issuer if named == "own" else named} if named else {}
    assert come_back(visitor, begin(visitor, provider), **said).status_code == status


def test_a_provider_that_calls_itself_otherwise_is_no_provider(visitor: FlaskClient, provider: SlyProvider) -> None:
    provider.metadata = {"issuer": "https://evil.example"}
    assert visitor.get("/anmelden").status_code == 503


def test_a_slash_at_the_end_of_the_issuer_is_no_difference(visitor: FlaskClient, provider: SlyProvider) -> None:
    provider.metadata, provider.says = {"issuer": f"{provider.issuer}/"}, {"iss": f"{provider.issuer}/"}
    assert come_back(visitor, begin(visitor, provider)).status_code == 303


@pytest.mark.parametrize("says", [{"organisation": "caritas-eifel"}, {"organisation": LEAVE_OUT}, {"roles": []}, {"roles": ["hr_staff"]}])
def test_who_has_nothing_to_do_here_stays_outside_and_is_told(visitor: FlaskClient, provider: SlyProvider, says: dict[str, Any]) -> None:
    provider.says = says
    answer = come_back(visitor, begin(visitor, provider))
    assert (answer.status_code, session_cookie(visitor)) == (403, "")


def test_who_has_a_task_elsewhere_alone_is_told_that_signing_in_worked_and_where_to_go(
    make: Make, settings: Settings, provider: SlyProvider
) -> None:
    around = f"{settings.neighbours},staffing=http://localhost:8104"
    visitor = make(settings=replace(settings, oidc_issuer=provider.issuer, neighbours=around)).test_client()
    provider.says = {"roles": ["hr_staff"], "name": "Frank Lenzen"}
    page = come_back(visitor, begin(visitor, provider)).text
    assert "Das Anmelden hat geklappt: Sie sind Frank Lenzen." in page
    assert "nicht geklappt" not in page
    assert 'href="http://localhost:8104"' in page
    assert 'href="http://localhost:8102"' not in page  # casework has no page for him
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token
    assert visitor.post("/abmelden", data={"csrf_token": token[1]}).location.startswith(f"{provider.issuer}/leave?")


@pytest.mark.parametrize(
    ("metadata", "hint"), [({}, None), ({"kim_sessions_end_endpoint": "http://127.0.0.1:9/"}, ["s-1"])], ids=["another provider", "ours"]
)
def test_signing_out_goes_on_to_the_provider_by_an_address_that_says_nothing_of_anybody(
    visitor: FlaskClient, provider: SlyProvider, metadata: dict[str, str], hint: list[str] | None
) -> None:
    provider.metadata = metadata
    come_back(visitor, begin(visitor, provider))
    leave = visitor.post("/abmelden").headers["Location"]
    assert leave.startswith(f"{provider.issuer}/leave?")
    said = parse_qs(urlsplit(leave).query)
    assert said.pop("post_logout_redirect_uri") == ["http://localhost/abgemeldet"]
    assert said.pop("client_id") == ["staedteregion-aachen.intake"]
    assert said.pop("logout_hint", None) == hint
    assert list(said) == ["state"]
    assert visitor.get("/besuche").status_code == 302


def lock(visitor: FlaskClient, provider: SlyProvider) -> None:
    come_back(visitor, begin(visitor, provider))
    visitor.post("/sperren")
    assert visitor.get("/besuche").status_code == 303


def test_a_locked_desk_asks_for_the_password_whatever_address_is_typed(visitor: FlaskClient, provider: SlyProvider) -> None:
    assert "prompt" not in begin(visitor, provider)
    lock(visitor, provider)
    assert begin(visitor, provider)["prompt"] == "login"  # without ?neu=1 too
    provider.says = {"auth_time": int(time.time())}
    assert come_back(visitor, begin(visitor, provider)).status_code == 303
    assert visitor.get("/besuche").status_code == 200


def test_a_locked_desk_stays_locked_where_the_provider_asked_nobody(visitor: FlaskClient, provider: SlyProvider) -> None:
    lock(visitor, provider)
    provider.says = {"auth_time": int(time.time()) - 3600}  # somebody struck prompt=login from the address
    assert come_back(visitor, begin(visitor, provider)).status_code == 400
    assert visitor.get("/besuche").status_code == 303


def test_a_sign_in_begun_before_the_desk_was_locked_does_not_unlock_it(make: Make, settings: Settings, provider: SlyProvider) -> None:
    clock = SetClock(datetime.now(UTC))
    visitor = make(settings=replace(settings, oidc_issuer=provider.issuer), real_clock=clock).test_client()
    come_back(visitor, begin(visitor, provider))
    asked = begin(visitor, provider)
    clock.set(datetime.now(UTC) + timedelta(minutes=11))
    assert come_back(visitor, asked).location == "/anmelden?neu=1"
    assert visitor.get("/besuche").status_code == 303


@pytest.mark.parametrize(
    ("says", "status"),
    [
        ({}, 403),
        ({"amr": ["pwd"]}, 403),
        ({"amr": ["pwd", "otp"]}, 303),
        ({"amr": ["mfa"]}, 303),
        ({"acr": "hwk"}, 303),
        ({"acr": "1"}, 403),
        ({"amr": ["pwd"], "roles": ["auditor"]}, 303),
    ],
)
def test_who_must_show_a_second_factor_does_not_come_in_without(
    make: Make, settings: Settings, provider: SlyProvider, says: dict[str, Any], status: int
) -> None:
    app = make(settings=replace(settings, oidc_issuer=provider.issuer, oidc_code_roles="intake_staff,ops"))
    visitor = app.test_client()
    provider.says = says
    answer = come_back(visitor, begin(visitor, provider))
    assert answer.status_code == status
    assert (status == 303) is bool(session_cookie(visitor))
    if status == 403:
        assert "zweiten Nachweis" in answer.text
        with app.extensions["kim_web"].rows.read() as rows:
            row = rows.execute(select(entries).order_by(entries.c.serial.desc()).limit(1)).one()
        assert (row.actor_id, row.outcome, row.reason) == ("aydin", "sign_in_refused", "no second factor")


def test_a_person_is_known_by_sub_where_nobody_says_otherwise(make: Make, settings: Settings, provider: SlyProvider) -> None:
    usual = next(one.default for one in fields(Settings) if one.name == "oidc_person_claim")
    app = make(settings=replace(settings, oidc_issuer=provider.issuer, oidc_person_claim=str(usual)))
    for sub in ("17", "18"):
        visitor = app.test_client()
        provider.says = {"sub": sub, "sid": f"s-{sub}"}  # both are called aydin
        assert come_back(visitor, begin(visitor, provider)).status_code == 303
    with app.extensions["kim_web"].rows.read() as rows:
        assert set(rows.scalars(select(sessions.c.actor_id))) == {"17", "18"}


def test_after_signing_out_the_browser_is_told_to_keep_nothing(visitor: FlaskClient, provider: SlyProvider) -> None:
    come_back(visitor, begin(visitor, provider))
    assert visitor.post("/abmelden").headers["Clear-Site-Data"] == '"cache", "storage"'
