"""Browsers that send one form again and again. `python -m benchmarks.http.browsers`, told in the environment, prints what it saw as JSON.

A process of its own, so that its work is not counted for a server; by hand on sockets, since a client library costs as much as the view.
"""

from __future__ import annotations

import json
import os
import socket
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass

VARIABLE = "KIM_BENCH_BROWSERS"


@dataclass(frozen=True)
class Told:
    """`request` is sent whole, byte for byte; `status` is the answer's first line wanted."""

    host: str
    port: int
    request: str
    status: str
    browsers: int
    requests: int

    @staticmethod
    def read() -> Told:
        return Told(**json.loads(os.environ[VARIABLE]))

    def write(self) -> str:
        return json.dumps(self.__dict__)


def form(path: str, port: int, body: str, cookies: str = "") -> str:
    """A form as a browser sends it, over a connection that stays open."""
    lines = [f"POST {path} HTTP/1.1", f"Host: 127.0.0.1:{port}", "Content-Type: application/x-www-form-urlencoded"]
    lines += [f"Content-Length: {len(body)}", *([f"Cookie: {cookies}"] if cookies else []), "", body]
    return "\r\n".join(lines)


class Browser:
    """One connection, one request at a time."""

    def __init__(self, told: Told) -> None:
        self._told = told
        self._request = told.request.encode()
        self._connect()

    def _connect(self) -> None:
        self._socket = socket.create_connection((self._told.host, self._told.port), timeout=30)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def send(self) -> None:
        """Raises RuntimeError with the first line of an answer that was not wanted."""
        self._socket.sendall(self._request)
        answer = b""
        while True:
            piece = self._socket.recv(65536)
            if not piece:
                raise RuntimeError("the server hung up")
            answer += piece
            head, separator, body = answer.partition(b"\r\n\r\n")
            if separator and len(body) >= _length(head):
                break
        first = head.split(b"\r\n", 1)[0].decode()
        if self._told.status not in first:
            raise RuntimeError(first)
        if b"\r\nconnection: close" in head.lower():
            self._socket.close()
            self._connect()


def _length(head: bytes) -> int:
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line.split(b":")[1])
    raise RuntimeError("an answer without a length")


def run(told: Told) -> Mapping[str, float]:
    """All browsers at once. Returns requests a second, and the ms that half and 99 of 100 of the requests took."""
    took: list[float] = []
    faults: list[str] = []

    def work() -> None:
        try:
            browser = Browser(told)
            for _ in range(told.requests // told.browsers):
                began = time.perf_counter()
                browser.send()
                took.append(time.perf_counter() - began)
        except (RuntimeError, OSError) as fault:
            faults.append(str(fault))

    threads = [threading.Thread(target=work) for _ in range(told.browsers)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if faults:
        raise SystemExit(faults[0])
    seconds = time.perf_counter() - began
    took.sort()
    return {"rate": len(took) / seconds, "p50": took[len(took) // 2] * 1000, "p99": took[len(took) * 99 // 100] * 1000}


if __name__ == "__main__":
    print(json.dumps(run(Told.read())))
