"""One intake house at the Aachen-Arkaden and Herzogenrath, with the people of the scenario, and its pages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from conftest import OF_EVERY_HOUSE, EmptyDatabases
from flask import Flask
from flask.testing import FlaskClient
from kim_intake.model.consultation import Consultation
from kim_intake.operations.record_consultation import RecordConsultation, record_consultation
from kim_intake.operations.set_up_site import Body, SetUpSite, set_up_site
from kim_intake.service import SERVICE
from kim_runtime.act import Act, Actor, service_act
from kim_runtime.clock import SystemClock
from kim_runtime.database import Database
from kim_runtime.settings import Settings
from kim_web.web import EXTENSION
from web.signed_in import NOBODYS_PROVIDER, sign_in

US = "staedteregion-aachen"
ARKADEN = SetUpSite(
    "aachen-arkaden",
    "Aachen-Arkaden",
    "05334002",
    (
        Body("case_management", US, desks=5),
        Body("school_entry", US, desks=2),
        Body("health_kiosk", "sprungbrett", "Gesundheitskiosk"),
        Body("immigration_office", "auslaenderamt", "Ausländeramt"),
    ),
)
HERZOGENRATH = SetUpSite("rathaus-herzogenrath", "Rathaus Herzogenrath", "05334016", (Body("case_management", US, desks=1),))
PEOPLE = {
    "aydin": Actor("aydin", "Selin Aydın", US, frozenset({"intake_staff"}), frozenset({"aachen-arkaden"})),
    "lindner": Actor("lindner", "Petra Lindner", US, frozenset({"intake_staff"}), frozenset({"aachen-arkaden"})),
    "haddad": Actor("haddad", "Rania Haddad", US, frozenset({"intake_staff", "case_manager"})),
    "breuer": Actor("breuer", "Anne Breuer", US, frozenset({"intake_staff", "case_manager"})),
    "kowalczyk": Actor("kowalczyk", "Marek Kowalczyk", US, frozenset({"intake_staff", "case_manager"})),
    "wirtz": Actor("wirtz", "Claudia Wirtz", US, frozenset({"centre_head"})),
}


@pytest.fixture(scope="session")
def two_sites(tmp_path_factory: pytest.TempPathFactory, empty_databases: EmptyDatabases) -> Path:
    """A database of intake with two sites and nothing else, made once and copied for each test."""
    path = tmp_path_factory.mktemp("intake") / "two-sites.sqlite3"
    empty_databases.copy((*OF_EVERY_HOUSE, *SERVICE.metadata), path)
    database = Database(f"sqlite:///{path}")
    with database.write() as session:
        for site in (ARKADEN, HERZOGENRATH):
            set_up_site(session, service_act(US, "intake", SystemClock().now()), site)
    database.close()
    return path


@pytest.fixture
def house(houses: Any, two_sites: Path) -> Any:
    """The StädteRegion's intake with two sites."""
    return houses(f"{US}.intake", SERVICE, copy_of=two_sites)


@pytest.fixture
def people() -> dict[str, Actor]:
    return PEOPLE


@pytest.fixture
def act_of(house: Any) -> Callable[..., Act]:
    """`act_of("aydin")`, at the clock's time or `at`."""

    def act(person: str = "aydin", at: datetime | None = None) -> Act:
        made: Act = house.act(PEOPLE[person], at)
        return made

    return act


@pytest.fixture
def record(house: Any, act_of: Callable[..., Act]) -> Callable[..., Consultation]:
    """Record a consultation of five at the Arkaden; any fact can be said otherwise."""

    def make(person: str = "aydin", at: datetime | None = None, **facts: Any) -> Consultation:
        told = {"site": "aachen-arkaden", "service": "case_management", "desk": 1, "persons_present": 5, "topics": ("housing",), **facts}
        with house.database.write() as session:
            return record_consultation(session, act_of(person, at), RecordConsultation(**told))

    return make


@pytest.fixture(scope="session")
def shared_app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """Intake's pages and JSON door; made once, since putting one together takes longer than most tests."""
    from kim_intake.doors import DOORS
    from kim_web.app import create_app

    folder = tmp_path_factory.mktemp("no-house")
    settings = Settings(
        organisation=US,
        database="sqlite://",
        broker=f"sqlite:///{folder}/mail",
        directory=folder / "directory.json",
        keys=folder / "keys.json",
        secret="a secret of more than thirty-two letters",
        **NOBODYS_PROVIDER,
    )
    made = create_app(DOORS, None, settings, SystemClock(), organisation_name="StädteRegion Aachen", ready=lambda: True)
    made.config["WTF_CSRF_ENABLED"] = False  # kim_web tests it
    return made


@pytest.fixture
def app(house: Any, shared_app: Flask) -> Flask:
    """The same on this test's house."""
    web = shared_app.extensions[EXTENSION]
    shared_app.extensions[EXTENSION] = replace(web, database=house.database, clock=house.clock)
    return shared_app


@pytest.fixture
def desk(app: Flask) -> Callable[[str], FlaskClient]:
    """A browser in which somebody has signed in and sat down: `desk("aydin")`, for the school-entry service with `service=`."""

    def sit(person: str = "aydin", service: str = "case_management", number: int = 1) -> FlaskClient:
        browser = sign_in(app.test_client(), PEOPLE[person])
        browser.post("/heute/platz", data={"site": "aachen-arkaden", "service": service, "desk": str(number)})
        return browser

    return sit
