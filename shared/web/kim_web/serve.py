"""Serving the application: gunicorn, one worker process with threads, quiet and in our own log.

One worker, because the metrics are counted in its memory; more requests at once are more threads, more than one machine can carry is a
second process behind the proxy.
"""

from __future__ import annotations

import errno
import re
import socket
from collections.abc import Callable
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication  # type: ignore[import-untyped]
from gunicorn.glogging import Logger  # type: ignore[import-untyped]
from kim_runtime.logs import log

from kim_web.web import EXTENSION

GRACE_SECONDS = 15
SILENT_SECONDS = 60


class AddressTaken(Exception):
    """Another program listens at the address already."""


class _Log(Logger):  # type: ignore[misc]
    """Warnings and errors of the server, as sentences without the values in them."""

    def setup(self, cfg: Any) -> None:
        self.error_log.propagate = False

    def info(self, msg: str, *args: Any, **kwargs: Any) -> None:
        return None

    def debug(self, msg: str, *args: Any, **kwargs: Any) -> None:
        return None

    def warning(self, msg: str, *args: Any, **kwargs: Any) -> None:
        log().warning("the web server warns", reason=without_values(msg, args))

    def error(self, msg: str, *args: Any, **kwargs: Any) -> None:
        log().error("the web server failed", reason=without_values(msg, args))

    critical = error

    def exception(self, msg: str, *args: Any, **kwargs: Any) -> None:
        log().error("the web server failed", reason=without_values(msg, args), exc_info=True)

    def access(self, resp: Any, req: Any, environ: Any, request_time: Any) -> None:
        """Requests are logged by `kim_web.traffic`, by route."""


def without_values(msg: str, args: tuple[Any, ...]) -> str:
    """What the server says, without what it says it of: a sentence that comes without its values has them in it already."""
    return msg if args else re.split(r"[:=]", msg, maxsplit=1)[0]


class _Server(BaseApplication):  # type: ignore[misc]
    def __init__(self, make_app: Callable[[], Flask], bind: str, threads: int) -> None:
        self._make_app = make_app
        self._options = {
            "bind": bind,
            "workers": 1,
            "worker_class": "kim_web.unread.Worker",
            "threads": threads,
            "graceful_timeout": GRACE_SECONDS,
            "timeout": SILENT_SECONDS,
            "logger_class": _Log,
            "control_socket_disable": True,
        }
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        app = self._make_app()
        database = app.extensions[EXTENSION].database
        if database is not None:
            database.forget_connections()  # those opened before the fork belong to the parent
        return app


def serve(make_app: Callable[[], Flask], bind: str, threads: int) -> None:
    """Serve until told to stop (SIGTERM, SIGINT: requests under way are finished first).

    `bind` is `host:port`. `make_app` is called in the worker process. Raises AddressTaken before anything is started.
    """
    _must_be_free(bind)
    log().info("web serving", address=bind)
    _Server(make_app, bind, threads).run()


def _must_be_free(bind: str) -> None:
    host, _, port = bind.rpartition(":")
    try:
        found = socket.getaddrinfo(host.strip("[]") or None, int(port), type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, kind, protocol, _name, address = found[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise AddressTaken(bind) from error
        raise
