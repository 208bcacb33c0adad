"""Health for whoever runs it: alive, ready, and the metrics. None of them says anything about a person."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as BaseResponse

from kim_web.policy import OPEN, guard
from kim_web.web import this_web

OF_A_PROXY = ("X-Forwarded-For", "X-Forwarded-Proto", "Forwarded")  # each proxy adds one, whatever a browser sent
health = Blueprint("health", __name__)


@health.get("/healthz")
@guard(OPEN)
def healthz() -> BaseResponse:
    """The process answers."""
    return jsonify(status="ok")


@health.get("/readyz")
@guard(OPEN)
def readyz() -> tuple[BaseResponse, int]:
    """The process can do its work: the database answers and stands at this version's migrations."""
    ready = this_web().ready()
    return jsonify(status="ok" if ready else "waiting for the database and its migrations"), 200 if ready else 503


@health.get("/metrics")
@guard(OPEN)
def metrics() -> BaseResponse:
    """For whoever watches, who asks the process itself. What came through the proxy of the house came from outside and finds nothing."""
    if any(name in request.headers for name in OF_A_PROXY):
        raise NotFound
    return Response(generate_latest(), content_type=CONTENT_TYPE_LATEST)
