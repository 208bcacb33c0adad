"""Builders of staffing: a house with the StädteRegion as its own employer, and the twelve contracts that end on 31 December 2022."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from kim_runtime.act import Act, Actor
from kim_runtime.clock import SystemClock
from kim_runtime.settings import WebSettings
from kim_staffing.doors import DOORS
from kim_staffing.model.ending import EndingContract, ending_contract, ending_contracts
from kim_staffing.model.statistics import staffing_figures
from kim_staffing.operations.create_post import CreatePost, create_post
from kim_staffing.operations.hire import Hire, hire
from kim_staffing.operations.set_up_employer import SetUpEmployer, set_up_employer
from kim_staffing.service import SERVICE
from kim_web.app import create_app
from kim_web.web import EXTENSION
from sqlalchemy.orm import Session
from web.signed_in import NOBODYS_PROVIDER, sign_in

LENZEN = Actor("lenzen", "Lenzen", "staedteregion-aachen", frozenset({"hr_staff"}))
WIRTZ = Actor("wirtz", "Wirtz", "staedteregion-aachen", frozenset({"centre_head"}))
READER = Actor("reader", "Leserin", "staedteregion-aachen", frozenset({"report_reader"}))
OWN = "staedteregion-aachen"
MAILBOX = f"{OWN}.staffing"
END = date(2022, 12, 31)
# role -> shares; Haddad holds one half of the shared sixth post
TWELVE = (
    ("case_management", ("1.0", "1.0", "1.0", "1.0", "1.0")),
    ("case_management_shared", ("0.5", "0.5")),
    ("coordination", ("1.0", "1.0", "1.0")),
    ("administration", ("0.5",)),
    ("immigration_office", ("1.0",)),
)
PARTNERS = (
    ("baesweiler", "Stadt Baesweiler", "personalrat"),
    ("wuerselen", "Stadt Würselen", "personalrat"),
    ("caritas-eifel", "Caritasverband für die Region Eifel", "mav"),
    ("diakonie-herzogenrath", "Diakonisches Werk", "mav"),
    ("sprungbrett", "SPRUNGbrett gGmbH", "betriebsrat"),
)
BAUSTEIN = {"case_management": 2, "coordination": 1, "administration": 1, "immigration_office": 3}


@dataclass
class Office:
    """The staffing house of the StädteRegion, moved through the year by hand."""

    house: Any
    contracts: dict[str, str] = field(default_factory=dict)  # staff reference -> contract id

    def on(self, day: date, hour: int = 9) -> Act:
        """An act of Lenzen on a day; the clock goes there too."""
        self.house.clock.set(datetime(day.year, day.month, day.day, hour, tzinfo=UTC))
        return self.house.act(LENZEN)

    def do(self, day: date, operation: Callable[[Session, Act, Any], Any], command: Any) -> Any:
        act = self.on(day)
        with self.house.database.write() as session:
            return operation(session, act, command)

    def ending(self, staff: str, day: date) -> EndingContract:
        with self.house.database.write() as session:  # rows stay readable after a commit, not after a rollback
            found = ending_contract(session, self.contracts[staff], day)
            assert found is not None
            return found

    def endings(self, day: date) -> list[EndingContract]:
        with self.house.database.write() as session:
            return ending_contracts(session, day)

    def figures(self, day: date, since: date = date(2022, 3, 1)) -> dict[str, Any]:
        with self.house.database.read() as session:
            return staffing_figures(session, since, day)


@pytest.fixture
def office(houses: Any, tmp_path_factory: pytest.TempPathFactory) -> Office:
    """The StädteRegion and five partners as employers; no posts yet. Set up once, as `twelve`."""
    made = tmp_path_factory.getbasetemp() / "employers.sqlite3"
    if made.exists():
        return Office(houses(MAILBOX, SERVICE, copy_of=made))
    office = Office(houses(MAILBOX, SERVICE))
    set_up_employers(office)
    office.house.keep(made)
    return office


def set_up_employers(office: Office) -> None:
    act, since = office.on(date(2022, 3, 1)), date(2009, 10, 21)
    own = SetUpEmployer(
        OWN,
        ((since, "StädteRegion Aachen"),),
        own=True,
        council="personalrat",
        offices=("auslaenderamt",),
        closed=((date(2022, 12, 23), date(2023, 1, 1)),),
    )
    with office.house.database.write() as session:
        set_up_employer(session, act, own)
        for partner, name, council in PARTNERS:
            set_up_employer(session, act, SetUpEmployer(partner, ((since, name),), council=council))


@pytest.fixture
def twelve(houses: Any, tmp_path_factory: pytest.TempPathFactory) -> Office:
    """Seven case managers on 6.0, three coordinators on 3.0, one administrator on 0.5, one in the immigration office on 1.0.

    Hired once; every further test begins with a copy of that database.
    """
    made = tmp_path_factory.getbasetemp() / "twelve.sqlite3"
    if made.exists():
        office = Office(houses(MAILBOX, SERVICE, copy_of=made))
    else:
        office = Office(houses(MAILBOX, SERVICE))
        set_up_employers(office)
        hire_twelve(office)
        office.house.keep(made)
    office.contracts = {f"p-{number:02}": f"contract-p-{number:02}" for number in range(1, 13)}
    return office


def hire_twelve(office: Office) -> None:
    act, number, since = office.on(date(2022, 3, 1)), 0, date(2022, 3, 1)
    with office.house.database.write() as session:
        for role, shares in TWELVE:
            shared, role = role.endswith("_shared"), role.removesuffix("_shared")
            for place, share in enumerate(shares):
                number += 1
                post = CreatePost(
                    baustein=BAUSTEIN[role],
                    role=role,
                    fte=Decimal("1.0") if shared else Decimal(share),
                    employer=OWN,
                    workplace="auslaenderamt" if role == "immigration_office" else "",
                    id=f"{role}-{number - place if shared else number}",
                )
                create_post(session, act, post)
                staff = f"p-{number:02}"
                someone = Hire(f"Person {number}", post.id, Decimal(share), since, END, staff=staff, id=f"contract-{staff}")
                hire(session, act, someone)


@pytest.fixture(scope="session")
def shared_app() -> Flask:
    """Staffing's pages for Lenzen, Wirtz and somebody who reads reports; made once, since its templates are read once then."""
    settings = WebSettings(organisation=OWN, secret="a secret of more than thirty-two letters", **NOBODYS_PROVIDER)
    made = create_app(DOORS, None, settings, SystemClock(), organisation_name="StädteRegion Aachen", ready=lambda: True)
    made.config["WTF_CSRF_ENABLED"] = False  # kim_web tests it
    return made


@pytest.fixture
def app(twelve: Office, shared_app: Flask) -> Flask:
    """The pages on this test's house."""
    web = shared_app.extensions[EXTENSION]
    shared_app.extensions[EXTENSION] = replace(web, database=twelve.house.database, clock=twelve.house.clock)
    return shared_app


@pytest.fixture
def desk(app: Flask) -> Callable[[str], FlaskClient]:
    """A browser in which somebody is signed in: `desk("wirtz")`."""

    def sit(person: str = "lenzen") -> FlaskClient:
        return sign_in(app.test_client(), {one.id: one for one in (LENZEN, WIRTZ, READER)}[person])

    return sit
