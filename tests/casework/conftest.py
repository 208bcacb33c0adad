"""Houses of casework, and the people who work there."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from kim_bus.outbox import emit
from kim_bus.reaction import Reaction, Received
from kim_casework.doors import DOORS
from kim_casework.model.case import Case
from kim_casework.operations.admit_to_case_management import AdmitToCaseManagement, admit_to_case_management
from kim_casework.operations.introduce_staff import IntroduceStaff, introduce_staff
from kim_casework.service import SERVICE
from kim_runtime.act import Actor
from kim_runtime.clock import SystemClock
from kim_runtime.database import Database
from kim_runtime.settings import WebSettings
from kim_web.app import create_app
from kim_web.web import EXTENSION
from web.signed_in import NOBODYS_PROVIDER, sign_in

STAEDTEREGION = "staedteregion-aachen"
MANAGERS = frozenset({"case_manager"})
CRITERIA = ("complex_need", "many_actors", "voluntary")


@pytest.fixture
def actors() -> dict[str, Actor]:
    return {
        "kowalczyk": Actor("kowalczyk", "Kowalczyk", STAEDTEREGION, MANAGERS, staff="p-01"),
        "breuer": Actor("breuer", "Breuer", STAEDTEREGION, MANAGERS, staff="p-02"),
        "thelen": Actor("thelen", "Thelen", STAEDTEREGION, frozenset({"case_lead"})),
        "jansen": Actor("jansen", "Jansen", "caritas-eifel", MANAGERS | {"case_lead"}),
        "aydin": Actor("aydin", "Aydın", STAEDTEREGION, frozenset({"intake_staff"})),
        "wirtz": Actor("wirtz", "Wirtz", STAEDTEREGION, frozenset({"centre_head"})),
    }


@pytest.fixture(scope="session")
def introduced(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Where the database of a house lies, or is to be kept for the next test, that knows these people since the same moment."""
    folder, places = tmp_path_factory.mktemp("introduced"), dict[Any, Path]()
    return lambda *what: places.setdefault(what, folder / f"{len(places)}.sqlite3")


@pytest.fixture
def open_house(houses: Any, introduced: Callable[..., Path]) -> Callable[..., Any]:
    """Open a house and introduce colleagues: (actor, staff reference or empty). Doing so takes longer than most tests, copying does not."""

    def open_it(mailbox: str, people: Iterable[tuple[Actor, str]], url: str | None = None, **info: Any) -> Any:
        people = tuple(people)
        kept = introduced(mailbox, people, houses.clock.now())
        if url is None and kept.exists():
            return houses(mailbox, SERVICE, copy_of=kept, **info)
        house = houses(mailbox, SERVICE, url=url, **info)
        with house.database.write() as session:
            for person, reference in people:
                introduce_staff(session, house.act(), IntroduceStaff(person.id, person.name, reference, "case_manager" in person.roles))
        if url is None:
            house.keep(kept)
        return house

    return open_it


@pytest.fixture
def casework(open_house: Callable[..., Any], actors: dict[str, Actor]) -> Any:
    """Casework of the StädteRegion on Tuesday, 10 May 2022, before staffing has said anything."""
    people = [(actors["kowalczyk"], "p-01"), (actors["breuer"], "p-02"), (actors["thelen"], "")]
    return open_house(f"{STAEDTEREGION}.casework", people)


@pytest.fixture
def admit(actors: dict[str, Actor]) -> Callable[..., Case]:
    """Admit a person at a house; what is not said is usual."""

    def admit_one(house: Any, by: str = "kowalczyk", at: datetime | None = None, **said: Any) -> Case:
        wanted = {"criteria": CRITERIA, "reasoning": "Viele Stellen, niemand hat den Überblick.", "name": "Anna Beispiel", **said}
        with house.database.write() as session:
            return admit_to_case_management(session, house.act(actors[by], at), AdmitToCaseManagement(**wanted))

    return admit_one


@pytest.fixture
def listener(houses: Any) -> Callable[..., list[Received]]:
    """A house of another service that only listens: what it hears is in the list."""

    def listen(mailbox: str, *names: str) -> list[Received]:
        heard: list[Received] = []
        houses(mailbox, reactions=[Reaction(name, lambda _session, _act, event: heard.append(event)) for name in names])
        return heard

    return listen


@pytest.fixture
def at_noon() -> Callable[..., datetime]:
    """Noon (UTC) of a day in 2022."""
    return lambda month, day, year=2022: datetime(year, month, day, 12, tzinfo=UTC)


@pytest.fixture
def proposal() -> dict[str, Any]:
    """What intake says of a family."""
    person = {"name": "Oksana Hrytsenko", "phone": "0241 1", "birth_year": 1988, "languages": ["ukr"], "town": "05334008", "persons": 5}
    return {
        "state": "proposed",
        "proposed_at": datetime(2022, 5, 9, 9, tzinfo=UTC),
        "site": "aachen-arkaden",
        "consent_given_on": date(2022, 5, 9),
        "person": person,
        "need": "Wohnung, Anerkennung, Schule",
        "topics": ["housing", "school"],
        "follow_ups": 3,
    }


@pytest.fixture(scope="session")
def application(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """One application for all tests, since putting one together takes longer than most of them; `browse` gives it its house."""
    settings = WebSettings(organisation=STAEDTEREGION, secret="x" * 40, **NOBODYS_PROVIDER)
    nowhere = Database(f"sqlite:///{tmp_path_factory.mktemp('nowhere') / 'empty.sqlite3'}")
    app = create_app(DOORS, nowhere, settings, SystemClock(), ready=lambda: True)
    app.config["WTF_CSRF_ENABLED"] = False  # kim_web's own tests have it on
    return app


@pytest.fixture
def browse(application: Flask, actors: dict[str, Actor]) -> Callable[..., FlaskClient]:
    """A browser in which somebody is signed in at a house."""

    def sit(house: Any, who: str) -> FlaskClient:
        web = application.extensions[EXTENSION]
        settings = replace(web.settings, organisation=house.post.organisation)
        application.extensions[EXTENSION] = replace(web, database=house.database, clock=house.clock, settings=settings)
        return sign_in(application.test_client(), actors[who])

    return sit


@pytest.fixture
def tell(houses: Any, casework: Any, pump_all: Callable[..., int]) -> Callable[..., None]:
    """Staffing tells a span, and the mail is delivered."""
    staffing = houses(f"{STAEDTEREGION}.staffing")

    def tell_it(staff: str, version: int = 1, until: date | None = date(2022, 12, 31), at: Any = None) -> None:
        said = {"staff": staff, "assignable_from": date(2022, 3, 1), "assignable_to": until}
        with staffing.database.write() as session:
            emit(
                session, staffing.act(at=at), "assignability.changed.v1", subject=f"holding-{staff}", version=version, data=said,
                to=f"{STAEDTEREGION}.casework",
            )  # fmt: skip
        pump_all()

    return tell_it
