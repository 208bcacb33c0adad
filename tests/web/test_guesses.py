"""Codes that nobody has, tried at a desk: counted over the last hour, whenever it began."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask, Response, g
from kim_runtime.clock import SetClock
from kim_web import counting, guesses
from kim_web.web import EXTENSION
from web.conftest import ACTORS, Make

TEN_TO_NINE = datetime(2026, 11, 25, 8, 50, tzinfo=UTC)


def tries(app: Flask, times: int, who: str = "aydin") -> int:
    """Try as many codes that nobody has, each by a request of its own. Returns the seconds until the next; 0: it may be tried."""
    waits = 0
    for _time in range(times):
        with app.test_request_context("/"), app.extensions[EXTENSION].rows.write() as rows:
            g.actor = ACTORS[who]
            counting_here = guesses.OfThisRequest(rows, g.actor)
            try:
                counting_here.check(None)
                counting_here.missed("clients")
            except guesses.TooManyGuesses as refused:
                waits = refused.retry_after
                break
            rows.commit()
            guesses.count_missed(Response())
    return waits


@pytest.fixture
def clock() -> SetClock:
    return SetClock(TEN_TO_NINE)


def test_no_full_hour_forgives_what_was_tried_before_it(make: Make, clock: SetClock) -> None:
    app = make(real_clock=clock)
    assert tries(app, 15) == 0
    clock.set(TEN_TO_NINE + timedelta(minutes=9, seconds=30))
    assert tries(app, 6) == 51 * 60 + 30  # until the minute of the first is an hour old
    clock.set(TEN_TO_NINE + timedelta(minutes=15))
    with app.extensions[EXTENSION].rows.write() as rows:
        counting.sweep(rows, clock.now().timestamp())  # somebody signs in
    assert tries(app, 1) > 0
    assert tries(app, 1, "lenzen") == 0
    clock.set(TEN_TO_NINE + timedelta(minutes=61))
    assert tries(app, 15) == 0
    assert tries(app, 1) > 0
    clock.set(TEN_TO_NINE + timedelta(minutes=71))
    assert tries(app, 5) == 0
