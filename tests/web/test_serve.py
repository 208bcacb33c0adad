"""Serving: one address, one server, and an orderly end."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from kim_web.serve import AddressTaken, serve, without_values
from servers.ladder import steady_port, wait_until
from web import static_html

PROGRAM = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from kim_runtime import logs
from kim_runtime.clock import SetClock
from kim_runtime.database import Database
from kim_runtime.settings import WebSettings
from kim_web.app import create_app
from kim_web.serve import serve
from web.sample.doors import DOORS

logs.set_up("staedteregion-aachen", "intake", "web")
database = Database(f"sqlite:///{sys.argv[2]}/web.db")
database.answers()
settings = WebSettings(organisation="staedteregion-aachen", secret="x" * 32)
serve(lambda: create_app(DOORS, database, settings, SetClock(datetime(2022, 8, 15, tzinfo=UTC)), ready=database.answers), sys.argv[1], 2)
"""


def test_a_taken_address_is_said_before_anything_starts() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(AddressTaken):
            serve(lambda: pytest.fail("started all the same"), f"127.0.0.1:{taken.getsockname()[1]}", 1)


@pytest.mark.slow
def test_it_serves_until_told_to_stop(tmp_path: Path) -> None:
    bind = f"127.0.0.1:{steady_port()}"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    command = [sys.executable, "-c", PROGRAM, bind, str(tmp_path)]
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as server:
        try:
            wait_until(lambda: _status(f"http://{bind}/readyz") == 200, "the server", alive=lambda: server.poll() is None)
            server.send_signal(signal.SIGTERM)
            _, said = server.communicate(timeout=20)
        finally:
            server.kill()
    assert server.returncode == 0
    assert [line for line in said.splitlines() if line] == [line for line in said.splitlines() if line.startswith("{")], "only our own log"
    assert "web serving" in said


def _status(address: str) -> int | None:
    try:
        with urllib.request.urlopen(address, timeout=2) as answer:
            return int(answer.status)
    except OSError:
        return None


@pytest.mark.parametrize(
    ("said", "values", "written"),
    [
        ("Invalid request from ip=10.0.0.7: Invalid HTTP method: 'Mustermann'", (), "Invalid request from ip"),
        ("Worker (pid:%s) exited with code %s.", (7, 1), "Worker (pid:%s) exited with code %s."),
        ("USR2 signal ignored. Child exists.", (), "USR2 signal ignored. Child exists."),
    ],
)
def test_what_the_server_says_of_a_request_is_logged_without_it(said: str, values: tuple[int, ...], written: str) -> None:
    assert without_values(said, values) == written


# What a proxy and a server might cut at different places (ASVS 5.0, 4.2.1): each hides a second request behind the first.
HIDDEN_ANSWER = 503  # nobody can sign in there
HIDDEN = "GET /besuche/hidden HTTP/1.1\r\nHost: a\r\n\r\n"
SMUGGLED = {
    "length and chunks": f"Content-Length: {len(HIDDEN) + 5}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n{HIDDEN}",
    "chunks and length": f"Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n{HIDDEN}",
    "two lengths": f"Content-Length: 0\r\nContent-Length: {len(HIDDEN)}\r\n\r\n{HIDDEN}",
    "a length with a sign": f"Content-Length: +0\r\n\r\n{HIDDEN}",
    "a length that is none": f"Content-Length: 0x0\r\n\r\n{HIDDEN}",
    "chunks by another name": f"Transfer-Encoding: xchunked\r\n\r\n{HIDDEN}",
    "chunks twice": f"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n{HIDDEN}",
    "a blank before the colon": f"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n{HIDDEN}",
    "a folded line": f"Content-Length: 0\r\n 5\r\n\r\n{HIDDEN}",
    "a size that is none": f"Transfer-Encoding: chunked\r\n\r\n0x0\r\n\r\n{HIDDEN}",
    "a bare line feed": f"X: a\nContent-Length: 0\r\n\r\n{HIDDEN}",
}

# What the server answers by itself, by status.
UNREADABLE = {
    400: b"Mustermann\r\n\r\n",
    414: b"GET /" + b"x" * 9000 + b" HTTP/1.1\r\nHost: a\r\n\r\n",
    431: b"GET / HTTP/1.1\r\nHost: a\r\nX-Name: Mustermann" + b"x" * 9000 + b"\r\n\r\n",
    501: b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Mustermann\r\n\r\n",
}


@pytest.mark.slow
def test_no_request_hides_behind_another(tmp_path: Path) -> None:
    bind = f"127.0.0.1:{steady_port()}"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM, bind, str(tmp_path)], env=environment, stderr=subprocess.PIPE, text=True
    ) as server:
        try:
            wait_until(lambda: _status(f"http://{bind}/readyz") == 200, "the server", alive=lambda: server.poll() is None)
            plain = _answers(bind, f"Content-Length: 0\r\n\r\n{HIDDEN}")
            assert plain == [405, HIDDEN_ANSWER, 200], "requests that hide from nobody are answered, one after the other"
            for name, rest in SMUGGLED.items():
                answers = _answers(bind, rest)
                assert answers[-1] in (400, 501), (name, answers)  # and nothing after it: the connection is closed
                assert HIDDEN_ANSWER not in answers, (name, answers)
            for status, request in UNREADABLE.items():
                head, _, page = _said(bind, request).partition("\r\n\r\n")
                assert head.startswith(f"HTTP/1.1 {status} "), head
                for header in ("Content-Security-Policy: default-src 'none'", "X-Content-Type-Options: nosniff", "Cache-Control: no-store"):
                    assert header in head, (status, head)
                assert "nicht lesbar" in page and "cannot be read" in page and "Mustermann" not in page
                assert static_html.faults(page.replace("<body>", "<body><main>").replace("</body>", "</main></body>")) == []
        finally:
            server.send_signal(signal.SIGTERM)
            server.communicate(timeout=20)
            server.kill()


def _said(bind: str, request: bytes) -> str:
    host, _, port = bind.rpartition(":")
    with socket.create_connection((host, int(port)), timeout=5) as connection:
        connection.sendall(request)
        said = b""
        while more := connection.recv(65536):
            said += more
    return said.decode()


def _answers(bind: str, rest: str) -> list[int]:
    """The status of each answer to what is sent on one connection."""
    host, _, port = bind.rpartition(":")
    with socket.create_connection((host, int(port)), timeout=3) as connection:
        connection.sendall(f"POST /healthz HTTP/1.1\r\nHost: a\r\n{rest}".encode())
        said = b""
        try:
            said += connection.recv(65536)
            connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")  # what was hidden is looked at now at the latest
            while more := connection.recv(65536):
                said += more
        except OSError:  # nothing more comes, or the server has closed
            pass
    return [int(status) for status in re.findall(rb"HTTP/1\.1 (\d{3}) ", said)]
