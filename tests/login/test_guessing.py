"""Whoever guesses is slowed down, learns nothing, and keeps nobody else from signing in."""

from __future__ import annotations

import re
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from threading import Thread
from typing import Any

import pytest
import requests
from flask import Flask
from kim_login import throttle
from kim_login.passwords import AT_ONCE, BUSY_SECONDS, Passwords
from kim_login.places import NoRoom
from kim_runtime.database import Database
from login.conftest import PASSWORD, signed_in, type_in
from sqlalchemy import text
from werkzeug.serving import make_server

pytestmark = pytest.mark.slow  # hashes and whole walks: more than the quick tier has time for


def waits(database: Database, value: str, now: float, kind: str = "account") -> int:
    with database.write() as rows:
        return throttle.must_wait(rows, kind, value, now)


def test_after_five_tries_each_further_one_waits_twice_as_long_up_to_a_quarter_of_an_hour(database: Database) -> None:
    now, pauses = 1_000_000.0, []
    for _try in range(18):
        assert waits(database, "thelen", now) == 0
        pause = waits(database, "thelen", now + 0.001)
        pauses.append(pause)
        if not pause:
            now += 0.001
        now += pause + 0.01
    assert pauses[:2] == [0, 0]
    growing = [pause for pause in pauses if pause]
    assert growing[:4] == [1, 2, 4, 8]
    assert max(growing) == 900


def test_what_was_long_ago_is_forgotten(database: Database) -> None:
    for _try in range(5):
        waits(database, "thelen", 1_000_000.0)
    assert waits(database, "thelen", 1_000_000.1) > 0
    assert waits(database, "thelen", 1_000_000.0 + throttle.FORGOTTEN_AFTER + 1) == 0
    assert waits(database, "thelen", 1_000_000.0 + throttle.FORGOTTEN_AFTER + 1) == 0


def test_the_sixth_wrong_password_is_not_looked_at_and_says_when_to_come_back(app: Flask, aydin: str) -> None:
    answers = [type_in(app.test_client(), aydin, "wrong") for _try in range(5)]
    assert [answer.status_code for answer in answers] == [422] * 5
    refused = type_in(app.test_client(), aydin)
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) >= 1
    seconds = refused.headers["Retry-After"]
    assert f"in {seconds} {'Sekunde' if seconds == '1' else 'Sekunden'}." in refused.text


@pytest.mark.parametrize(
    ("peer", "forwarded", "counted"),
    [
        ("127.0.0.1", "", "127.0.0.1"),
        ("127.0.0.1", "203.0.113.7", "203.0.113.7"),
        ("127.0.0.1", "10.1.1.1, 203.0.113.7", "203.0.113.7"),  # the first was written by the browser itself
        ("127.0.0.1", "2001:DB8::7", "2001:db8::7"),
        ("127.0.0.1", "' or 1=1 --", "127.0.0.1"),
        ("203.0.113.9", "203.0.113.7", "203.0.113.9"),  # no proxy of ours
    ],
)
def test_behind_a_proxy_the_address_is_what_the_proxy_says(peer: str, forwarded: str, counted: str) -> None:
    assert throttle.address_of(peer, forwarded) == counted


def test_whoever_has_a_connection_by_ipv6_has_one_address(database: Database) -> None:
    now = 1_000_000.0
    for number in range(throttle.FREE_FOR_ADDRESS):
        assert waits(database, f"2001:db8:7:7::{number:x}", now, "address") == 0
    assert waits(database, "2001:db8:7:7:ffff::1", now + 0.001, "address") > 0
    assert waits(database, "2001:db8:7:8::1", now + 0.001, "address") == 0


def test_where_one_socket_takes_both_kinds_of_addresses_each_is_counted_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """It writes those of IPv4 as ::ffff:192.0.2.1, which all share their first half; a proxy is known by either writing."""
    monkeypatch.setenv(throttle.PROXIES, "192.0.2.9")
    assert throttle.address_of("::ffff:192.0.2.1", "") == "192.0.2.1" != throttle.address_of("::ffff:192.0.2.2", "")
    assert throttle.address_of("::ffff:192.0.2.9", "::ffff:198.51.100.4") == "198.51.100.4"
    assert throttle.address_of("192.0.2.9", "2001:db8::1") == "2001:db8::1"


def test_the_mistyped_passwords_of_an_office_do_not_close_it(database: Database) -> None:
    """Sixty people, eight times a day at the password, each tenth time mistyped, for two weeks of days without a night between."""
    now, sent_away = 1_000_000.0, 0
    for number in range(60 * 8 * 14):
        now += 8 * 3600 / (60 * 8)
        for _wrong in range(2 if number % 10 == 0 else 1):
            sent_away += waits(database, "203.0.113.7", now, "address") > 0
            now += 4
        with database.write() as rows:
            throttle.take_back(rows, "address", "203.0.113.7")
    assert sent_away == 0


def test_who_guesses_for_a_day_closes_an_office_for_minutes_and_sends_nobody_away_for_longer_than_half_a_minute(database: Database) -> None:
    now, looked_at = 1_000_000.0, 0
    for _try in range(3_000):
        pause = waits(database, "203.0.113.7", now, "address")
        assert pause <= throttle.LONGEST_FOR_ADDRESS + 1
        looked_at += not pause
        now += 10
    assert looked_at <= throttle.FREE_FOR_ADDRESS + 3_000 * 10 / 30 + 10
    now += 10 * 60
    assert [waits(database, "203.0.113.7", now, "address") for _one in range(3)] == [0, 0, 0]


def test_attempts_that_count_no_more_are_deleted(database: Database, app: Flask, aydin: str) -> None:
    waits(database, "long ago", time.time() - throttle.FORGOTTEN_AFTER - 60)
    waits(database, "just now", time.time())
    type_in(app.test_client(), aydin)
    with database.read() as rows:
        kept = rows.execute(text("select count(*) from kim_attempt where key_hash = :one"), {"one": throttle._key("account", "just now")})
        assert kept.scalar_one() == 1
        gone = rows.execute(text("select count(*) from kim_attempt where key_hash = :one"), {"one": throttle._key("account", "long ago")})
        assert gone.scalar_one() == 0


def test_a_name_tried_by_many_for_the_first_time_at_one_moment_is_counted(database: Database) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _try: waits(database, "new", time.time()), range(24)))
    assert answers.count(0) == throttle.FREE_FOR_ACCOUNT, answers


def test_behind_a_proxy_one_address_does_not_lock_out_another(app: Flask, aydin: str, database: Database) -> None:
    with database.write() as rows:
        for _try in range(throttle.FREE_FOR_ADDRESS + 1):
            throttle.must_wait(rows, "address", "203.0.113.7", time.time())
    typed = {"login": aydin, "password": PASSWORD}
    assert app.test_client().post("/", data=typed, headers={"X-Forwarded-For": "203.0.113.7"}).status_code == 429
    assert app.test_client().post("/", data=typed, headers={"X-Forwarded-For": "203.0.113.8"}).status_code == 303


def test_another_writing_of_a_name_is_no_further_try(app: Flask, aydin: str) -> None:
    for name in ("aydin", "AYDIN", " aydin ", "Aydin", "aydin  "):
        type_in(app.test_client(), name, "wrong")
    assert type_in(app.test_client(), aydin).status_code == 429


def test_a_right_password_ends_the_count_for_the_account(app: Flask, aydin: str) -> None:
    for _round in range(3):
        for _try in range(3):
            type_in(app.test_client(), aydin, "wrong")
        desk = app.test_client()
        type_in(desk, aydin)
        assert signed_in(desk)


def test_who_guesses_elsewhere_keeps_nobody_from_unlocking_their_own_desk(app: Flask, aydin: str) -> None:
    desk = app.test_client()
    type_in(desk, aydin)
    for _try in range(8):
        type_in(app.test_client(), aydin, "wrong")
    assert type_in(app.test_client(), aydin).status_code == 429
    assert type_in(desk, aydin).status_code != 429
    assert signed_in(desk)
    answers = [type_in(desk, aydin, "wrong").status_code for _try in range(8)]  # nor is a desk where somebody sits a place to guess
    assert answers.count(422) == throttle.FREE_FOR_ACCOUNT and type_in(desk, aydin).status_code == 429


def test_no_name_that_can_be_typed_is_counted_as_the_codes_of_an_account(app: Flask, database: Database) -> None:
    """Else anybody could keep a lead from typing a code, who had not even the password."""
    for name in ("code:thelen", "codes:thelen", "thelen"):
        for _try in range(6):
            type_in(app.test_client(), name, "wrong")
    with database.write() as rows:
        assert throttle.must_wait(rows, throttle.CODES, "thelen", time.time()) == 0


def test_what_is_sent_away_unread_counts_for_no_address(app: Flask, aydin: str, database: Database) -> None:
    answers = Counter(type_in(app.test_client(), aydin, "wrong").status_code for _try in range(30))
    assert answers[429] >= 20
    with database.read() as rows:
        counted = {"one": throttle._key("address", "127.0.0.1")}
        assert rows.execute(text("select failures from kim_attempt where key_hash = :one"), counted).scalar_one() == answers[422]


def test_ones_own_account_does_not_clear_the_way_to_others(app: Flask, aydin: str) -> None:
    answers = Counter[int]()
    for number in range(throttle.FREE_FOR_ADDRESS + 5):
        answers[type_in(app.test_client(), f"guess-{number}", "wrong").status_code] += 1
        if number % 20 == 0:
            type_in(app.test_client(), aydin)
    assert answers[429] > 0


def test_an_unknown_name_reads_the_same_and_takes_the_same_work(app: Flask, aydin: str, monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[str] = []
    real = Passwords.fits

    def counted(self: Passwords, password: str, kept: str | None) -> bool:
        looked.append(password)
        return real(self, password, kept)

    monkeypatch.setattr(Passwords, "fits", counted)
    known, unknown = type_in(app.test_client(), aydin, "wrong"), type_in(app.test_client(), "nobody", "wrong")
    assert looked == ["wrong", "wrong"]
    texts = [re.sub(r'(name="csrf_token"|content) value="[^"]*"', "", answer.text) for answer in (known, unknown)]
    assert texts[0].replace("aydin", "") == texts[1].replace("nobody", "")
    assert known.status_code == unknown.status_code == 422


def test_the_work_for_nobody_is_that_for_somebody() -> None:
    slow = Passwords()
    kept = slow.kept(PASSWORD)
    took: dict[str | None, list[float]] = {kept: [], None: []}
    for _round in range(3):
        for of in took:
            began = time.perf_counter()
            assert not slow.fits("wrong", of)
            took[of].append(time.perf_counter() - began)
    somebody, nobody = min(took[kept]), min(took[None])
    assert 0.5 < nobody / somebody < 2
    assert nobody > 0.01, "and it is slow"


def test_nothing_that_was_typed_is_kept_or_logged(app: Flask, database: Database, aydin: str, capfd: pytest.CaptureFixture[str]) -> None:
    type_in(app.test_client(), "a-name-nobody-has", "a-password-nobody-has")
    with database.read() as rows:
        kept = str(rows.execute(text("select * from kim_attempt")).all())
    said = "".join(capfd.readouterr())
    for marked in ("a-name-nobody-has", "a-password-nobody-has", "127.0.0.1"):
        assert marked not in kept
        assert marked not in said


def test_when_too_many_are_looked_at_the_next_is_asked_to_come_back() -> None:
    full = Passwords(quick=True)
    with ExitStack() as stack:
        for _place in range(AT_ONCE):
            stack.enter_context(full._places.one(1))
        began = time.monotonic()
        with pytest.raises(NoRoom):
            full.fits("wrong", None)
        assert time.monotonic() - began < BUSY_SECONDS + 1
    assert not full.fits("wrong", None), "and there is room again"


def test_no_room_is_a_page_that_says_when(app: Flask, aydin: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_arguments: Any) -> bool:
        raise NoRoom

    monkeypatch.setattr(Passwords, "fits", full)
    answer = type_in(app.test_client(), aydin)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, str(BUSY_SECONDS))


def test_a_storm_of_two_hundred_is_answered_and_throttled(app: Flask, aydin: str) -> None:
    server = make_server("127.0.0.1", 0, app, threaded=True)
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    address = f"http://127.0.0.1:{server.port}"

    def guess(number: int) -> int:
        return requests.post(address, data={"login": aydin, "password": f"guess {number}"}, timeout=60, allow_redirects=False).status_code

    with ThreadPoolExecutor(50) as pool:
        answers = Counter(pool.map(guess, range(200)))
    still = requests.get(f"{address}/healthz", timeout=5).status_code
    server.shutdown()
    assert sum(answers.values()) == 200
    assert set(answers) <= {422, 429, 503}, answers
    assert answers[422] <= 12, "no more were looked at than one by one"
    assert answers[429] >= 150
    assert still == 200
