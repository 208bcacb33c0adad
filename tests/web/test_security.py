"""What surrounds each answer: headers, caches, ids and the log."""

from __future__ import annotations

import base64
import json
import re
import time
from dataclasses import replace
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import BadSignature
from kim_runtime import logs
from kim_runtime.settings import Settings
from kim_web.page import Pages, this_act
from kim_web.security import HEADERS, SealedCookie
from web.conftest import ACTORS, Make
from web.signed_in import bearer, sign_in

ID = "0197f0c2-7c3a-7000-8000-000000000001"
TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


@pytest.mark.parametrize("address", ["/besuche", "/api/visits/", "/static/kim.css", "/nowhere", "/metrics", "/besuche/broken"])
def test_every_answer_forbids_what_no_page_needs(desk: FlaskClient, address: str) -> None:
    answer = desk.get(address)
    assert {name: answer.headers[name] for name in HEADERS} == dict(HEADERS)
    said = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin"}
    assert {name: HEADERS.get(name) for name in said} == said
    policy = answer.headers["Content-Security-Policy"].split("; ")
    assert {"default-src 'none'", "script-src 'self'", "base-uri 'none'", "frame-ancestors 'none'"} <= set(policy)
    assert "unsafe" not in str(policy) and "Access-Control-Allow-Origin" not in answer.headers


def test_transport_security_is_asked_for_over_https_alone(client: FlaskClient) -> None:
    assert "Strict-Transport-Security" not in client.get("/offen").headers
    asked = client.get("/offen", base_url="https://kim.example").headers["Strict-Transport-Security"]
    assert asked == f"max-age={365 * 24 * 3600}; includeSubDomains"


def test_over_https_every_cookie_belongs_to_this_host_alone(app: Flask) -> None:
    browser = sign_in(app.test_client(), ACTORS["aydin"])
    answers = [browser.get(address, base_url="https://kim.example") for address in ("/offen?lang=en", "/besuche", "/anmelden", "/gesperrt")]
    cookies = [value for answer in answers for name, value in answer.headers if name == "Set-Cookie"]
    assert cookies
    for cookie in cookies:
        assert cookie.startswith("__Host-"), cookie
        assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; ")), cookie
        assert "Domain" not in cookie, cookie
    assert '<html lang="en">' in browser.get("/offen", base_url="https://kim.example").text


def test_where_a_proxy_is_not_believed_the_address_people_open_says_that_it_is_https(make: Make, settings: Settings) -> None:
    app = make(settings=replace(settings, public_url="https://kim.example"))
    answer = sign_in(app.test_client(), ACTORS["aydin"]).get(
        "/besuche?lang=en"
    )  # as the proxy asks, whose words nobody was told to believe
    assert answer.status_code == 200
    assert answer.headers["Strict-Transport-Security"]
    cookies = answer.headers.getlist("Set-Cookie")
    assert cookies
    assert all(cookie.startswith("__Host-") and "; Secure" in cookie for cookie in cookies), cookies


@pytest.mark.parametrize("address", ["/besuche", "/abgemeldet", "/api/visits/"])
def test_pages_and_answers_are_kept_in_no_cache(desk: FlaskClient, address: str) -> None:
    assert desk.get(address).headers["Cache-Control"] == "no-store"


def test_static_files_have_addresses_that_change_with_them_and_may_be_kept(app: Flask, client: FlaskClient) -> None:
    with app.test_request_context():
        address = app.url_for("static", filename="kim.css")
    assert "?v=" in address
    answer = client.get(address)
    assert answer.headers["Cache-Control"].endswith("immutable")
    assert client.get("/static/kim.css", headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    assert "immutable" not in client.get("/static/kim.css").headers["Cache-Control"]


def test_a_package_brings_its_own_style_sheet(desk: FlaskClient) -> None:
    (address,) = re.findall(r'href="(/static/web\.sample/style\.css\?v=[0-9a-f]{8})"', desk.get("/besuche").text)
    answer = desk.get(address)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"].endswith("immutable")


@pytest.mark.parametrize("path", ["../app.py", "%2e%2e/app.py", "vendor/../../app.py"])
def test_nothing_but_static_files_is_given_out(client: FlaskClient, path: str) -> None:
    assert client.get(f"/static/{path}").status_code == 404


def test_a_program_of_the_house_says_which_act_its_request_is_part_of(client: FlaskClient, token: dict[str, str]) -> None:
    answer = client.get("/api/visits/", headers={**token, "X-Correlation-Id": ID})
    assert answer.headers["X-Correlation-Id"] == ID


@pytest.mark.parametrize(("known", "said"), [(False, ID), (True, "x' or 1")])
def test_from_strangers_and_nonsense_a_new_act_begins(client: FlaskClient, token: dict[str, str], known: bool, said: str) -> None:
    headers = {**(token if known else {}), "X-Correlation-Id": said}
    given = client.get("/api/visits/", headers=headers).headers["X-Correlation-Id"]
    assert given != said
    assert UUID(given).version == 7


def test_the_act_carries_who_when_and_what_it_is_part_of(make: Make) -> None:
    from web.sample.doors import DOORS

    seen = []
    probe = Pages("probe", __name__)

    @probe.get("/probe")
    @probe.guard("visit.see")
    def look() -> str:
        seen.append(this_act())
        return ""

    browser = make(doors=replace(DOORS, pages=(*DOORS.pages, probe))).test_client()
    sign_in(browser, ACTORS["aydin"])
    answer = browser.get("/probe", headers={"traceparent": TRACE})
    (act,) = seen
    assert (act.mailbox, act.actor.id, act.actor.sites) == ("staedteregion-aachen.intake", "aydin", {"arkaden"})
    assert act.today.isoformat() == "2022-08-15"
    assert act.correlation_id == answer.headers["X-Correlation-Id"]
    assert act.trace_id == TRACE[3:35]  # of the same trace, and a step of its own
    assert act.traceparent[36:52] != TRACE[36:52]
    assert act.traceparent[53:] == TRACE[53:]
    for headers in ({"traceparent": "nonsense"}, {}):
        browser.get("/probe", headers=headers)
        assert seen[-1].trace_id == seen[-1].correlation_id.replace("-", "")
        assert seen[-1].traceparent.endswith("-00")


def test_a_request_is_logged_by_route_without_names_roles_and_values(desk: FlaskClient, capsys: pytest.CaptureFixture[str]) -> None:
    logs.set_up("staedteregion-aachen", "intake", "web")
    answer = desk.get("/besuche/asked-for?name=Aydin")
    line = json.loads(capsys.readouterr().err.splitlines()[-1])
    assert line["event"] == "request answered"
    assert (line["method"], line["route"], line["status"]) == ("GET", "/besuche/<visit_id>", 404)
    assert line["actor_kind"] == "person"
    assert "intake_staff" not in str(line), "some roles only one person has: a log by role would be a clock on them"
    assert line["correlation_id"] == answer.headers["X-Correlation-Id"]
    assert line["trace_id"] == line["correlation_id"].replace("-", "")
    assert "asked-for" not in str(line)
    assert "ydin" not in str(line)
    assert set(line) <= set(logs.LOG_KEYS)


def test_metrics_count_by_route_and_status(desk: FlaskClient) -> None:
    desk.get("/besuche/asked-for")
    metrics = desk.get("/metrics").text
    assert 'kim_web_requests_total{method="GET",route="/besuche/<visit_id>",service="intake",status="404"}' in metrics
    assert "kim_web_request_seconds_bucket" in metrics
    assert "asked-for" not in metrics


def test_ready_means_the_work_can_be_done(make: Make) -> None:
    assert make().test_client().get("/readyz").status_code == 200
    waiting = make(ready=lambda: False).test_client().get("/readyz")
    assert waiting.status_code == 503
    assert make(ready=lambda: False).test_client().get("/healthz").status_code == 200


def test_a_house_that_names_its_hosts_answers_under_no_other(make: Make, settings: Settings) -> None:
    browser = make(settings=replace(settings, hosts="kim.example.org, kim.intern")).test_client()
    assert browser.get("/offen", base_url="https://kim.example.org").status_code == 200
    assert browser.get("/offen", base_url="http://kim.intern:8101").status_code == 200
    foreign = browser.get("/offen", base_url="https://evil.example")
    assert foreign.status_code == 400
    assert "evil.example" not in foreign.text
    assert browser.get("/healthz", base_url="http://10.0.0.7:8000").status_code == 200
    assert make().test_client().get("/offen", base_url="https://any.example").status_code == 200


def test_what_is_said_once_is_in_the_cookie_for_this_service_alone(desk: FlaskClient, make: Make) -> None:
    with desk.session_transaction() as kept:
        kept["_flashes"] = [("success", "Max Mustermann ist aufgenommen")]
    cookie = next(one for one in desk._cookies.values() if one.key.endswith("_forms"))
    read = [cookie.value, *(str(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))) for part in cookie.value.rstrip("=").split("."))]
    assert not any("Mustermann" in one for one in read)
    assert "Max Mustermann ist aufgenommen" in desk.get("/besuche").text


@pytest.mark.parametrize("cookie", ["", "x", "eyJhIjoxfQ.aGVsbG8.c2lnbmVk", "Ḫ"])
def test_a_cookie_that_this_service_did_not_close_says_nothing(cookie: str) -> None:
    with pytest.raises(BadSignature):
        SealedCookie("x" * 32).loads(cookie, max_age=60)
    with pytest.raises(BadSignature):
        SealedCookie("x" * 32).loads(SealedCookie("y" * 32).dumps({"a": 1}), max_age=60)


def test_a_cookie_closed_with_the_secret_before_still_opens_and_no_older_one() -> None:
    old, now = SealedCookie("x" * 32), SealedCookie("y" * 32, before="x" * 32)
    assert now.loads(old.dumps({"a": 1}), max_age=60) == {"a": 1}
    assert SealedCookie("y" * 32).loads(now.dumps({"a": 1}), max_age=60) == {"a": 1}, "the new one closes"
    with pytest.raises(BadSignature):
        old.loads(now.dumps({"a": 1}), max_age=60)


def test_a_cookie_says_nothing_when_its_time_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    closed = SealedCookie("x" * 32).dumps({"a": 1})
    later = time.time() + 61
    monkeypatch.setattr("kim_web.security.time.time", lambda: later)
    with pytest.raises(BadSignature):
        SealedCookie("x" * 32).loads(closed, max_age=60)


def test_a_form_that_was_open_while_the_secret_was_replaced_is_taken(make: Make, settings: Settings) -> None:
    """docs/operations/keys.md, as it stands there: nobody is signed out, no form is lost."""
    before = make().test_client()
    sign_in(before, ACTORS["aydin"])
    page = before.get("/besuche/neu").text
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert token
    sent = {"csrf_token": token[1]}
    for told, stale in (
        (replace(settings, secret="z" * 40, secret_before=settings.secret), False),
        (replace(settings, secret="z" * 40), True),
    ):
        after = make(settings=told).test_client()
        for cookie in before._cookies.values():
            after.set_cookie(cookie.key, cookie.value)
        assert after.get("/besuche").status_code == 200, "still signed in"
        assert (after.post("/besuche", data=sent).status_code == 400) is stale


def test_metrics_are_for_who_asks_the_process_itself(client: FlaskClient) -> None:
    assert client.get("/metrics").status_code == 200
    for header in ("X-Forwarded-For", "X-Forwarded-Proto", "Forwarded"):
        assert client.get("/metrics", headers={header: "203.0.113.7"}).status_code == 404
    assert client.get("/healthz", headers={"X-Forwarded-For": "203.0.113.7"}).status_code == 200


def test_who_asks_more_than_anybody_can_read_is_told_to_wait(make: Make, settings: Settings) -> None:
    app = make(settings=replace(settings, requests_a_minute=60))
    app.extensions["kim_web"].pace._clock = lambda: 6_000_015.0
    browser, other = sign_in(app.test_client(), ACTORS["aydin"]), sign_in(app.test_client(), ACTORS["pruefer"])
    assert [browser.get("/besuche").status_code for _request in range(62)] == [200] * 60 + [429] * 2
    refused = browser.get("/besuche")
    assert refused.headers["Retry-After"] == "45"
    assert "zu viele" in refused.text
    assert other.get("/besuche").status_code == 200
    assert browser.get("/offen").status_code == 429, "whoever it is"
    assert browser.get("/static/kim.css").status_code == 200
    program = app.test_client().get("/api/visits/", headers=bearer(app, ACTORS["aydin"]))
    assert program.status_code == 200, "a program of the same person counts apart"
    app.extensions["kim_web"].pace._clock = lambda: 6_000_075.0
    assert browser.get("/besuche").status_code == 200


def test_what_is_tried_against_a_form_stands_in_the_log(make: Make, capsys: pytest.CaptureFixture[str]) -> None:
    desk = sign_in(make().test_client(), ACTORS["aydin"])
    capsys.readouterr()
    assert desk.post("/besuche", data={"name": "Mustermann"}).status_code == 400
    said = capsys.readouterr().err
    assert '"code": "stale_form"' in said
    assert "Mustermann" not in said
