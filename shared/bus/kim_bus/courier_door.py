"""The courier's own small door: `/healthz` and `/metrics`, for the supervisor and for Prometheus."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from kim_runtime.logs import log
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy.exc import SQLAlchemyError

from kim_bus.health import Health


class CourierDoor:
    """`health` says whether the courier is alive; `measure` brings the gauges up to date. `bind` is host:port."""

    def __init__(self, bind: str, health: Callable[[], Health], measure: Callable[[], None]) -> None:
        host, _, port = bind.rpartition(":")
        self._server = ThreadingHTTPServer((host, int(port)), _handler(health, measure))
        self._server.daemon_threads = True

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    def open(self) -> None:
        Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.2}, name="kim-door", daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def _handler(health: Callable[[], Health], measure: Callable[[], None]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:  # the name http.server looks for
            if self.path == "/healthz":
                found = health()
                self._answer(200 if found.alive else 503, "application/json", json.dumps(asdict(found)).encode())
            elif self.path == "/metrics":
                try:
                    measure()
                except SQLAlchemyError as error:
                    log().warning("gauges not measured", error=type(error).__name__)  # the counters still tell something
                self._answer(200, CONTENT_TYPE_LATEST, generate_latest())
            else:
                self._answer(404, "text/plain", b"/healthz and /metrics are here\n")

        def _answer(self, status: int, content_type: str, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Scrapes are not worth a line each."""

    return Handler
