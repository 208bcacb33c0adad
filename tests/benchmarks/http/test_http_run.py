"""The benchmark of a request runs, on a few requests: so that what it measures is still what surrounds an act."""

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from servers import postgres

from benchmarks.http import browsers, command
from benchmarks.processes import ChildFailed


@pytest.mark.postgres
def test_a_bare_view_and_a_framed_one_are_measured(postgres_url, monkeypatch, tmp_path, capsys):
    monkeypatch.setenv(postgres.VARIABLE, postgres_url)
    assert command.main(["--quick"], tmp_path) == 0
    assert "a request, beside a bare view" in capsys.readouterr().out
    record = json.loads((tmp_path / "http.json").read_text(encoding="utf-8"))
    assert {one["candidate"]: record["requests"] for one in record["results"]} == {"bare": command.QUICK, "framed": command.QUICK}
    assert all(one["rate"] > 0 and one["web"] > 0 for one in record["results"])


@pytest.mark.postgres
def test_what_is_not_audited_is_not_measured(postgres_url, monkeypatch, tmp_path):
    with postgres.fresh_database(postgres_url) as url:
        command.furnish(url)
        with pytest.raises(ChildFailed, match=r"bench_act: .* rows, and 1 acts"):
            command.require_rows(url, 1, audited=True)


def test_an_answer_that_was_not_wanted_ends_the_measurement(address):
    host, _, port = address.removeprefix("http://").partition(":")
    told = browsers.Told(host, int(port), browsers.form("/acts", int(port), "site=x"), " 201 ", browsers=1, requests=1)
    with pytest.raises(ChildFailed, match=r"the browsers: HTTP/1\.1 404"):
        command.send(told)


@pytest.fixture
def address():
    """A server that knows no such page."""

    class Nothing(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            self.send_response(404)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_arguments: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Nothing)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()
