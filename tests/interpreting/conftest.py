"""The interpreting service of the StädteRegion in a SQLite file, its people, and its three pots of 2022."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from kim_interpreting.doors import DOORS
from kim_interpreting.model.order import Order
from kim_interpreting.model.pot import Pot
from kim_interpreting.operations.add_provider import AddProvider, add_provider
from kim_interpreting.operations.approve_order import ApproveOrder, approve_order
from kim_interpreting.operations.enter_order import EnterOrder, enter_order
from kim_interpreting.operations.grant_pot import GrantPot, grant_pot
from kim_interpreting.operations.learn_case import LearnCase, learn_case
from kim_interpreting.rules.ledger import Sums
from kim_interpreting.service import SERVICE
from kim_runtime.act import Act, Actor
from kim_runtime.clock import SystemClock
from kim_runtime.settings import Settings
from kim_web.app import create_app
from kim_web.web import EXTENSION
from sqlalchemy.orm import Session
from web.signed_in import NOBODYS_PROVIDER, sign_in

HOUSE = "staedteregion-aachen"
KIM, LAND, OWN = "kim-dolmetschen-2022", "land-sprachmittlerpool-2022", "staedteregion-eigenmittel-2022"


def person(id: str, name: str, *roles: str) -> Actor:
    return Actor(id=id, name=name, organisation=HOUSE, roles=frozenset(roles))


@dataclass
class People:
    demir: Actor = field(default_factory=lambda: person("demir", "Demir", "interpreting_coordinator"))
    oeztuerk: Actor = field(default_factory=lambda: person("oeztuerk", "Öztürk", "interpreting_coordinator"))
    kraemer: Actor = field(default_factory=lambda: person("kraemer", "Krämer", "budget_officer"))
    wirtz: Actor = field(default_factory=lambda: person("wirtz", "Wirtz", "centre_head"))


@dataclass
class Pool:
    """The interpreting service as a test drives it: `pool.on(2022, 11, 21)` sets the day, `pool.by(actor)` is an act of that moment."""

    house: Any
    people: People = field(default_factory=People)

    def on(self, year: int, month: int, day: int, hour: int = 9) -> None:
        self.house.clock.set(datetime(year, month, day, hour, tzinfo=UTC))

    def by(self, actor: Actor | None = None) -> Act:
        return self.house.act(actor)

    def write(self) -> AbstractContextManager[Session]:
        return self.house.database.write()

    def do(self, operation: Callable[..., Any], command: Any, actor: Actor | None = None) -> Any:
        with self.write() as session:
            return operation(session, self.by(actor or self.people.demir), command)

    def free(self, pot_id: str) -> Decimal:
        return self.sums(pot_id).free

    def sums(self, pot_id: str) -> Sums:
        with self.house.database.read() as session:
            return session.get_one(Pot, pot_id).sums

    def order(self, id: str) -> Order:
        with self.house.database.read() as session:
            order = session.get_one(Order, id)
            session.expunge(order)
            return order

    def request(self, **facts: Any) -> EnterOrder:
        """A translation of certificates for case 2022-0041 by a desk in Roetgen, unless said otherwise."""
        wanted = {
            "requester_kind": "public_body", "requester_town": "05334024", "desk": "Rathaus Roetgen", "case_number": "2022-0041",
            "job_kind": "document_translation", "occasion": "documents", "language": "ukr", "service_date": self.by().today,
            "keystrokes": 4180, "editable": False,
        }  # fmt: skip
        return EnterOrder(**{**wanted, **facts})

    def entered(self, **facts: Any) -> Order:
        return self.do(enter_order, self.request(**facts))

    def approved(self, *, pot_id: str | None = None, **facts: Any) -> Order:
        order = self.entered(**facts)
        return self.do(approve_order, ApproveOrder(order.id, pot_id), self.people.oeztuerk)


@pytest.fixture
def pool(houses: Any, tmp_path_factory: pytest.TempPathFactory) -> Pool:
    """An empty pool on Thursday 1 September 2022, with case 2022-0041 open and two interpreters known.

    Set up once; every further test begins with a copy of that database.
    """
    made = tmp_path_factory.getbasetemp() / "pool.sqlite3"
    houses.clock.set(datetime(2022, 9, 1, 9, tzinfo=UTC))
    if made.exists():
        return Pool(houses(f"{HOUSE}.interpreting", SERVICE, copy_of=made))
    pool = Pool(houses(f"{HOUSE}.interpreting", SERVICE))
    pool.do(learn_case, LearnCase(case_id="case-41", number="2022-0041", state="open", changed_on=date(2022, 6, 1)))
    pool.do(
        add_provider, AddProvider(id="small", name="Übersetzungen Klein", qualification="sworn", languages=("ukr",), small_business=True)
    )
    pool.do(add_provider, AddProvider(id="office", name="Sprachbüro Maas", qualification="sworn", languages=("ukr", "rus")))
    pool.do(add_provider, AddProvider(id="lay", name="I. Beispiel", qualification="lay", languages=("prs",), small_business=True))
    pool.house.keep(made)
    return pool


@pytest.fixture
def grant(pool: Pool) -> Callable[..., None]:
    """Grant the three pots of 2022, with other amounts if a test wants them."""

    def grant(kim: str = "30000.00", land: str = "50000.00", own: str = "15000.00") -> None:
        year = {"period_from": date(2022, 1, 1), "period_to": date(2022, 12, 31)}
        talks = ("on_site", "phone", "video")
        for command in (
            GrantPot(id=KIM, name="KIM-Mittel", granted=Decimal(kim), requires_case_management_link=True, **year),
            GrantPot(id=LAND, name="Landespool", granted=Decimal(land), excludes_legal_consequence=True, job_kinds=talks, **year),
            GrantPot(id=OWN, name="Eigenmittel", granted=Decimal(own), only_when_no_other_payer=True, **year),
        ):
            pool.do(grant_pot, command, pool.people.kraemer)

    return grant


@pytest.fixture(scope="session")
def shared_app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The pages and the JSON door, in the demonstration's manner; made once, since putting one together takes longer than most tests."""
    folder = tmp_path_factory.mktemp("no-house")
    settings = Settings(
        organisation=HOUSE,
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
def app(pool: Pool, shared_app: Flask) -> Flask:
    """The same over this test's pool."""
    web = shared_app.extensions[EXTENSION]
    shared_app.extensions[EXTENSION] = replace(web, database=pool.house.database, clock=pool.house.clock)
    return shared_app


@pytest.fixture
def sit(app: Flask, pool: Pool) -> Callable[[str], FlaskClient]:
    """A browser in which somebody has signed in: `sit("demir")`."""

    def sit(person: str = "demir") -> FlaskClient:
        return sign_in(app.test_client(), getattr(pool.people, person))

    return sit
