"""The foreign provider, and services that sign people in at it."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from flask import Flask
from joserfc.jwk import RSAKey
from kim_runtime.database import Database
from kim_runtime.settings import Settings
from kim_tools.tree import ROOT
from requests import RequestException, get
from servers import node
from servers.ladder import Missing, free_port, wait_until
from web.conftest import build, settings_in
from werkzeug.serving import make_server

HERE = Path(__file__).parent
SECRET = "a client's secret of more than thirty-two letters"
HOUSE = "staedteregion-aachen"


@dataclass(frozen=True)
class Shape:
    """How a provider speaks: what it says of people and programs, and the settings by which a service understands it."""

    people: dict[str, dict[str, Any]]
    programs: dict[str, dict[str, Any]]
    settings: dict[str, str]


# As Keycloak's mappers "realm roles" and "user attribute" write it.
KEYCLOAK = Shape(
    people={
        "f0c9": {
            "preferred_username": "aydin", "name": "Selin Aydın", "organisation": HOUSE, "sites": ["arkaden"],
            "realm_access": {"roles": ["offline_access", "KIM-Erstberatung"]},
        },
        "77aa": {
            "preferred_username": "fremd", "name": "Karl Fremd", "organisation": "caritas-eifel",
            "realm_access": {"roles": ["KIM-Erstberatung"]},
        },
    },
    programs={"kim-report": {"organisation": HOUSE, "realm_access": {"roles": ["KIM-Pruefung"]}}},
    settings={"oidc_roles_claim": "realm_access.roles", "oidc_role_map": "KIM-Erstberatung=intake_staff,KIM-Pruefung=auditor"},
)  # fmt: skip
# As Entra writes it: people by the ids of their groups, programs by app roles; the tenant is the organisation.
ENTRA = Shape(
    people={
        "f0c9": {"preferred_username": "aydin@example.org", "name": "Selin Aydın", "tid": "t-1", "groups": ["3f1c-9", "0000-1"]},
        "77aa": {"preferred_username": "fremd@example.org", "name": "Karl Fremd", "tid": "t-1", "groups": ["0000-1"]},
    },
    programs={"kim-report": {"tid": "t-1", "groups": ["9ab2-4"]}},
    settings={"oidc_roles_claim": "groups", "oidc_role_map": "3f1c-9=intake_staff,9ab2-4=auditor", "oidc_organisation_claim": ""},
)


@dataclass(frozen=True)
class World:
    """The provider's address, and a service of the house served at another."""

    issuer: str
    service: str
    client_id: str


@pytest.fixture(scope="module", params=[KEYCLOAK, ENTRA], ids=["as Keycloak speaks", "as Entra speaks"])
def world(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    shape: Shape = request.param
    folder = tmp_path_factory.mktemp("federation")
    issuer = f"http://127.0.0.1:{free_port()}"
    base = settings_in(folder)
    settings = replace(base, oidc_issuer=issuer, oidc_client_secret=SECRET, **shape.settings)  # type: ignore[arg-type]
    app, database = _service(settings)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    found = World(issuer, f"http://localhost:{server.port}", f"{HOUSE}.intake")  # another host: its cookies are not the provider's
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    process = _provider(folder, found, shape)
    try:
        wait_until(lambda: _answers(issuer), "the foreign provider", 60, lambda: process.poll() is None)
        yield found
    finally:
        process.terminate()
        process.wait(10)
        server.shutdown()
        thread.join()
        database.close()


def _service(settings: Settings) -> tuple[Flask, Database]:
    database = Database(settings.database)
    return build(settings, database), database


def _provider(folder: Path, world: World, shape: Shape) -> subprocess.Popen[bytes]:
    try:
        program, packages = node.find(), node.packages(HERE / "package.json", ROOT / "var")
    except Missing as missing:
        pytest.skip(str(missing))
    service = {
        "client_id": world.client_id, "client_secret": SECRET, "redirect_uris": [f"{world.service}/anmelden/zurueck"],
        "post_logout_redirect_uris": [f"{world.service}/abgemeldet"], "backchannel_logout_uri": f"{world.service}/anmelden/abgemeldet",
        "backchannel_logout_session_required": True,
    }  # fmt: skip
    report = {
        "client_id": "kim-report", "client_secret": SECRET, "grant_types": ["client_credentials"], "redirect_uris": [],
        "response_types": [],
    }  # fmt: skip
    told = folder / "provider.json"
    told.write_text(
        json.dumps({
            "packages": str(packages), "issuer": world.issuer, "port": int(world.issuer.rpartition(":")[2]),
            "clients": [service, report], "people": shape.people, "programs": shape.programs,
            "claims": sorted({name for person in shape.people.values() for name in person}),
            "audiences": {world.service: world.client_id, "https://other.example": "caritas-eifel.casework"},
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
