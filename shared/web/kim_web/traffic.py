"""What surrounds each request: who speaks, what it is part of, and the line in the log when it is over."""

from __future__ import annotations

import time
from http import HTTPMethod
from typing import Any
from uuid import UUID

import structlog
from flask import Flask, Response, g, request
from kim_runtime import trace
from kim_runtime.act import Actor
from kim_runtime.ids import new_id
from kim_runtime.logs import log
from werkzeug.exceptions import TooManyRequests

from kim_web.audit import NotWritten, note_look
from kim_web.json_door import PREFIX
from kim_web.language import LANGUAGES, cookie_name, language
from kim_web.metrics import DURATION, REQUESTS
from kim_web.policy import enforce, is_static, is_way_out
from kim_web.security import refuse_foreign_hosts
from kim_web.signin import by_bearer, by_session, throw_away_what_was_sent
from kim_web.web import Web, over_https, this_web

CORRELATION_HEADER = "X-Correlation-Id"
_QUIET = frozenset({"health.healthz", "health.readyz", "health.metrics", "shared_desk.state"})  # asked all the time, by programs
_APART = ("own_access.", "shared_desk.keep")  # counted by session, apart from all else
_YEAR = 365 * 24 * 3600


def wants_json() -> bool:
    """Whether the request came through the JSON door."""
    return request.path.startswith(f"{PREFIX}/") and request.endpoint != "openapi.browse"


def watch(app: Flask) -> None:
    app.before_request(refuse_foreign_hosts)
    app.before_request(lambda: _begin(app))
    app.after_request(_end)

    @app.after_request
    def note(response: Response) -> Response:
        try:
            note_look(app, response)
        except NotWritten as error:
            return app.make_response(app.handle_user_exception(error))
        return response

    app.teardown_request(_forget)


def _begin(app: Flask) -> None:
    web = this_web()
    g.began = time.perf_counter()
    g.actor = _who()
    g.correlation_id = _correlation_id()
    g.traceparent = trace.next_step(request.headers.get("traceparent"), g.correlation_id)
    g.log_tokens = structlog.contextvars.bind_contextvars(
        organisation=web.settings.organisation,
        service=web.doors.service,
        process="web",
        correlation_id=g.correlation_id,
        trace_id=trace.trace_id(g.traceparent),
    )
    _slow_down(app, web)
    enforce(app)


def _slow_down(app: Flask, web: Web) -> None:
    """Raises TooManyRequests for who makes more in a minute than anybody can read.

    The ways out are never closed: each ends what asks too often. What was typed is kept, and what somebody has open is looked at and
    ended, by each session apart: so neither one's own haste nor a stolen session keeps anybody from it.
    """
    if g.actor is None or web.database is None or is_way_out(app, request.endpoint):
        return
    apart = g.get("session") is not None and (request.endpoint or "").startswith(_APART)
    by = " by program" if wants_json() else f" in {g.session.id}" if apart else ""
    waits = web.pace.must_wait(web.database, f"{g.actor.id}{by}")
    if waits:
        raise TooManyRequests(retry_after=waits)


def _who() -> Actor | None:
    if is_static(request.endpoint) or request.endpoint in _QUIET:
        return None
    return by_bearer() if wants_json() else by_session()


def _correlation_id() -> str:
    """A new id, unless a program of this organisation, known by its token, says which act this is part of.

    At the border of the organisation a new one begins: an id that went with a family from authority to authority would be a pseudonym.
    """
    given = request.headers.get(CORRELATION_HEADER, "")
    if given and wants_json() and g.actor is not None:
        try:
            return str(UUID(given))
        except ValueError:
            pass
    return new_id()


def onward() -> dict[str, str]:
    """Headers for what this request asks of other services of the house: which act, and which step of its trace, they are part of."""
    return {CORRELATION_HEADER: g.correlation_id, "traceparent": g.traceparent}


def _end(response: Response) -> Response:
    route = request.url_rule.rule if request.url_rule else "unknown"
    seconds = time.perf_counter() - g.get("began", time.perf_counter())
    service = this_web().doors.service
    method = request.method if request.method in HTTPMethod.__members__ else "other"  # anybody can make up methods
    REQUESTS.labels(service, method, route, response.status_code).inc()
    DURATION.labels(service, method, route).observe(seconds)
    if response.status_code in (302, 303):
        throw_away_what_was_sent()
    if "correlation_id" in g:
        response.headers[CORRELATION_HEADER] = g.correlation_id
    if request.endpoint not in _QUIET and not is_static(request.endpoint):
        response.headers.setdefault("Content-Language", language())
        log().info(
            "request answered",
            method=method,
            route=route,
            status=response.status_code,
            milliseconds=round(seconds * 1000, 1),
            actor_kind="nobody" if g.get("actor") is None else "program" if wants_json() else "person",
        )
    if request.args.get("lang") in LANGUAGES:
        response.set_cookie(cookie_name(), language(), max_age=_YEAR, httponly=True, samesite="Lax", secure=over_https())
    return response


def _forget(_error: BaseException | None) -> None:
    tokens: dict[str, Any] | None = g.pop("log_tokens", None)
    if tokens:
        structlog.contextvars.reset_contextvars(**tokens)
