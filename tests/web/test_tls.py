"""Whoever is asked over TLS must show a certificate that is theirs: what is asked with a secret is asked of nobody else."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from ipaddress import ip_address
from pathlib import Path
from threading import Thread
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from kim_login.leaving import _say
from kim_report.sources import Period, Source, ask_all
from kim_runtime.settings import Settings
from kim_web.oidc import Provider, ProviderAway
from pika import BlockingConnection, URLParameters
from pika.exceptions import AMQPConnectionError
from web.conftest import Make

pytestmark = pytest.mark.slow  # servers of their own


def certificate(folder: Path, name: str) -> Path:
    """A certificate nobody vouches for, and its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    at = x509.IPAddress(ip_address(name)) if name[0].isdigit() else x509.DNSName(name)
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder().subject_name(who).issuer_name(who).public_key(key.public_key()).serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([at]), critical=False).sign(key, SHA256())
    )  # fmt: skip
    path = folder / f"{name}.pem"
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(private + made.public_bytes(Encoding.PEM))
    return path


class _Answers(BaseHTTPRequestHandler):
    asked: list[str] = []

    def do_GET(self) -> None:
        self.asked.append(self.path)
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        issuer = f"https://127.0.0.1:{self.server.server_port}"  # type: ignore[attr-defined]
        self.wfile.write(f'{{"issuer": "{issuer}", "authorization_endpoint": "{issuer}/authorize"}}'.encode())

    do_POST = do_GET  # noqa: N815

    def log_message(self, *_said: Any) -> None:
        """Quietly."""


@contextmanager
def served(pem: Path) -> Iterator[int]:
    """An HTTPS server with a certificate on a free port."""
    _Answers.asked.clear()
    server = HTTPServer(("127.0.0.1", 0), _Answers)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield server.server_port
    server.shutdown()
    thread.join()


@pytest.fixture
def stranger(tmp_path: Path) -> Iterator[int]:
    """The port of a server whose certificate nobody vouches for."""
    with served(certificate(tmp_path, "127.0.0.1")) as port:
        yield port


def provider_at(make: Make, settings: Settings, port: int) -> Provider:
    app = make(settings=replace(settings, oidc_issuer=f"https://127.0.0.1:{port}"))
    found: Provider = app.extensions["kim_web"].provider
    with app.test_request_context():
        found._metadata()
    return found


def test_a_provider_nobody_vouches_for_is_none(make: Make, settings: Settings, stranger: int) -> None:
    with pytest.raises(ProviderAway):
        provider_at(make, settings, stranger)
    assert _Answers.asked == []


def test_one_the_house_vouches_for_is_and_only_under_its_own_name(
    make: Make, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So it was the certificate, and nothing else."""
    mine, anothers = certificate(tmp_path, "127.0.0.1"), certificate(tmp_path, "another.example")
    for pem, is_good in ((mine, True), (anothers, False)):
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(pem))
        with served(pem) as port:
            if is_good:
                assert provider_at(make, settings, port)
            else:
                with pytest.raises(ProviderAway):
                    provider_at(make, settings, port)


def test_a_service_nobody_vouches_for_is_told_nothing_by_the_provider(stranger: int) -> None:
    protocol: Any = SimpleNamespace(signed=lambda *_said: "token")
    service: Any = SimpleNamespace(client_id="a", account_id="b", session_id="c", at=f"https://127.0.0.1:{stranger}")
    assert _say(protocol, [service], "/anmelden/abgemeldet", "event") == [None]
    assert _Answers.asked == []


def test_the_report_shows_its_key_to_no_service_nobody_vouches_for(stranger: int) -> None:
    source = Source("intake", f"https://127.0.0.1:{stranger}")
    (answer,) = ask_all([source], Period(date(2026, 1, 1), date(2026, 1, 2)), "token", {})
    assert not answer.delivered
    assert _Answers.asked == []


def test_no_password_goes_to_a_broker_nobody_vouches_for(stranger: int) -> None:
    with pytest.raises((AMQPConnectionError, ssl.SSLError)):
        BlockingConnection(URLParameters(f"amqps://kim:secret@127.0.0.1:{stranger}/?connection_attempts=1&socket_timeout=5"))


def test_no_password_goes_to_a_database_nobody_vouches_for(stranger: int) -> None:
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(f"postgresql://kim:secret@127.0.0.1:{stranger}/kim?sslmode=verify-full&connect_timeout=5")
