"""The foreign provider, and services that sign people in at it."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from flask import Flask
from joserfc.jwk import RSAKey
from kim_runtime.database import Database
from kim_tools.tree import ROOT
from kim_web.tables import sessions
from requests import RequestException, get
from servers import node
from servers.ladder import Missing, free_port, wait_until
from web.conftest import build, opened, settings_in
from web.sample import doors
from werkzeug.serving import BaseWSGIServer, make_server

HERE = Path(__file__).parent
SECRET = "a client's secret of more than thirty-two letters"
SECRET_OF_THE_HOUSE = "what the services of a house share, of many letters"
HOUSE = "staedteregion-aachen"
ALONE, TOGETHER = "intake", ("casework", "staffing")


@dataclass(frozen=True)
class Shape:
    """How a provider speaks: what it says of people and programs, and the settings by which a service understands it.

    `says_when`: whether its ID token has `auth_time`. Keycloak's has; Entra's only where somebody configured it.
    """

    people: dict[str, dict[str, Any]]
    programs: dict[str, dict[str, Any]]
    settings: dict[str, str]
    says_when: bool


# As Keycloak's mappers "realm roles" and "user attribute" write it.
KEYCLOAK = Shape(
    people={
        "f0c9": {
            "preferred_username": "aydin", "name": "Selin Aydın", "organisation": HOUSE, "sites": ["arkaden"],
            "realm_access": {"roles": ["offline_access", "KIM-Erstberatung"]},
        },
        "b21e": {
            "preferred_username": "lindner", "name": "Katrin Lindner", "organisation": HOUSE,
            "realm_access": {"roles": ["KIM-Erstberatung"]},
        },
        "77aa": {
            "preferred_username": "fremd", "name": "Karl Fremd", "organisation": "caritas-eifel",
            "realm_access": {"roles": ["KIM-Erstberatung"]},
        },
    },
    programs={"kim-report": {"organisation": HOUSE, "realm_access": {"roles": ["KIM-Pruefung"]}}},
    settings={"oidc_roles_claim": "realm_access.roles", "oidc_role_map": "KIM-Erstberatung=intake_staff,KIM-Pruefung=auditor"},
    says_when=True,
)  # fmt: skip
# As Entra writes it: people by the ids of their groups, programs by app roles; the tenant is the organisation.
ENTRA = Shape(
    people={
        "f0c9": {"preferred_username": "aydin@example.org", "name": "Selin Aydın", "tid": "t-1", "groups": ["3f1c-9", "0000-1"]},
        "b21e": {"preferred_username": "lindner@example.org", "name": "Katrin Lindner", "tid": "t-1", "groups": ["3f1c-9"]},
        "77aa": {"preferred_username": "fremd@example.org", "name": "Karl Fremd", "tid": "t-1", "groups": ["0000-1"]},
    },
    programs={"kim-report": {"tid": "t-1", "groups": ["9ab2-4"]}},
    settings={"oidc_roles_claim": "groups", "oidc_role_map": "3f1c-9=intake_staff,9ab2-4=auditor", "oidc_organisation_claim": ""},
    says_when=False,
)


@dataclass(frozen=True)
class World:
    """The provider's address, a service of the house by itself, and two that share the secret of the house (`KIM_HOUSE_SECRET`).

    `says_when`: the ID token says when the password was typed.
    """

    issuer: str
    service: str
    together: tuple[str, str]
    says_when: bool
    databases: tuple[Database, ...]

    def forget(self) -> None:
        """Nobody is signed in at a service, and none remembers a lock."""
        for database in self.databases:
            with database.write() as rows:
                rows.execute(sessions.delete())


@pytest.fixture(scope="module", params=[KEYCLOAK, ENTRA], ids=["as Keycloak speaks", "as Entra speaks"])
def world(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    shape: Shape = request.param
    folder = tmp_path_factory.mktemp("federation")
    issuer = f"http://127.0.0.1:{free_port()}"
    databases = []
    with ExitStack() as stack:
        servers = {name: stack.enter_context(_server()) for name in (ALONE, *TOGETHER)}
        # Another host than the provider's: so their cookies are not its own.
        at = {name: f"http://localhost:{server.port}" for name, server in servers.items()}
        for name, server in servers.items():
            (folder / name).mkdir()
            shares = {"house_secret": SECRET_OF_THE_HOUSE, "neighbours": ",".join(f"{one}={at[one]}" for one in TOGETHER)}
            told = replace(
                settings_in(folder / name), oidc_issuer=issuer, oidc_client_secret=SECRET, **shape.settings,
                **(shares if name in TOGETHER else {}),
            )  # type: ignore[arg-type]  # fmt: skip
            database = opened(told.database)
            stack.callback(database.close)
            databases.append(database)
            server.app = build(told, database, doors=replace(doors.DOORS, service=name))
        process = _provider(folder, issuer, at, shape)
        stack.callback(process.wait, 10)
        stack.callback(process.terminate)
        wait_until(lambda: _answers(issuer), "the foreign provider", 60, lambda: process.poll() is None)
        yield World(issuer, at[ALONE], (at[TOGETHER[0]], at[TOGETHER[1]]), shape.says_when, tuple(databases))


@pytest.fixture(autouse=True)
def nobody_stays_signed_in(request: pytest.FixtureRequest) -> Iterator[None]:
    yield
    if "world" in request.fixturenames:
        request.getfixturevalue("world").forget()


@contextmanager
def _server() -> Iterator[BaseWSGIServer]:
    """It has an address before it has an application."""
    server = make_server("127.0.0.1", 0, Flask("later"), threaded=True)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()


def _provider(folder: Path, issuer: str, services: Mapping[str, str], shape: Shape) -> subprocess.Popen[bytes]:
    try:
        program, packages = node.find(), node.packages(HERE, ROOT / "var")
    except Missing as missing:
        pytest.skip(str(missing))
    known = [
        {
            "client_id": f"{HOUSE}.{name}", "client_secret": SECRET, "redirect_uris": [f"{at}/anmelden/zurueck"],
            "post_logout_redirect_uris": [f"{at}/abgemeldet"], "backchannel_logout_uri": f"{at}/anmelden/abgemeldet",
            "backchannel_logout_session_required": True, "require_auth_time": shape.says_when,
        }
        for name, at in services.items()
    ]  # fmt: skip
    report = {
        "client_id": "kim-report", "client_secret": SECRET, "grant_types": ["client_credentials"], "redirect_uris": [],
        "response_types": [],
    }  # fmt: skip
    told = folder / "provider.json"
    told.write_text(
        json.dumps({
            "packages": str(packages), "issuer": issuer, "port": int(issuer.rpartition(":")[2]),
            "clients": [*known, report], "people": shape.people, "programs": shape.programs,
            "claims": sorted({name for person in shape.people.values() for name in person}),
            "audiences": {services[ALONE]: f"{HOUSE}.{ALONE}", "https://other.example": "caritas-eifel.casework"},
            "keys": [RSAKey.generate_key(2048, parameters={"kid": "k1", "use": "sig", "alg": "RS256"}).as_dict(private=True)],
        }),
        encoding="utf-8",
    )  # fmt: skip
    with (folder / "provider.log").open("wb") as log:
        return subprocess.Popen([program, str(HERE / "provider.mjs"), str(told)], stdout=log, stderr=log)


def _answers(issuer: str) -> bool:
    try:
        return get(f"{issuer}/.well-known/openid-configuration", timeout=2).ok
    except RequestException:
        return False
