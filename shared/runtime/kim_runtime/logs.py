"""Structured logs: one JSON object a line, on standard error.

Only the keys listed here are ever written; a key nobody listed is dropped, so no name, number or note of a client can slip in with a
new call. `correlation_id` follows one act through the services of an organisation.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Mapping, MutableMapping
from typing import Any

import structlog

# key -> what it says. docs/operations/logs.md is generated from it.
LOG_KEYS: dict[str, str] = {
    "time": "when, RFC 3339, UTC",
    "level": "debug, info, warning or error",
    "event": "what happened, a fixed sentence",
    "organisation": "whose process",
    "service": "intake, casework, interpreting, staffing or report",
    "process": "web or courier",
    "correlation_id": "one act, through all services of one organisation",
    "trace_id": "the W3C trace of an act, through all services of one organisation; several with blanks between",
    "causation_id": "the event that caused this",
    "support_number": "the number a person reads on an error page",
    "actor_kind": "person, program or nobody; never who, nor in which role: some roles only one person has",
    "operation": "which operation",
    "code": "why an operation was refused",
    "method": "HTTP method",
    "route": "the route's pattern, never the address with its values",
    "status": "HTTP status",
    "milliseconds": "how long it took",
    "event_id": "an event; several with blanks between, and their types likewise",
    "event_type": "its type",
    "subject": "the id of the thing it is about",
    "mailbox": "organisation.service",
    "loop": "relay, consumer, worker or chores",
    "count": "how many",
    "attempt": "which try",
    "reason": "why something waits, was parked or failed: a code, or the class of an error",
    "setting": "the name of a setting",
    "address": "where a process listens",
    "revision": "a migration",
    "head": "the digest of the audit's newest seal",
    "error": "the class of an error",
    "where": "file, line and function of an error, without values",
}


def set_up(organisation: str, service: str, process: str, level: str = "INFO") -> None:
    """Log as this process from now on."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
            _where,
            _listed_keys_only,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),  # the standard error of the moment: it may be redirected
        cache_logger_on_first_use=False,
    )
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(organisation=organisation, service=service, process=process)


def log() -> Any:
    return structlog.get_logger()


def _where(_logger: Any, _method: str, entry: MutableMapping[str, Any]) -> Mapping[str, Any]:
    """An error's class and the frames it passed: never its text, which may quote a value."""
    error = entry.pop("exc_info", None)
    if error is True:
        error = sys.exc_info()[1]
    if isinstance(error, BaseException):
        frames = []
        trace = error.__traceback__
        while trace is not None:
            code = trace.tb_frame.f_code
            frames.append(f"{code.co_filename.rsplit('/', 1)[-1]}:{trace.tb_lineno} {code.co_name}")
            trace = trace.tb_next
        entry["error"] = type(error).__name__
        entry["where"] = " > ".join(frames[-8:])
    return entry


def _listed_keys_only(_logger: Any, _method: str, entry: MutableMapping[str, Any]) -> Mapping[str, Any]:
    return {key: entry[key] for key in LOG_KEYS if key in entry}
