"""Two or three houses that refer people to each other, and builders of consents and referrals."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from conftest import TOPOLOGY
from flask import Flask
from flask.testing import FlaskClient
from kim_bus.directory import Directory
from kim_referral.doors import APIS, NAV, PAGES, PART, STANDINGS, TRANSLATIONS, rules_for
from kim_referral.model.consent import Consent
from kim_referral.model.received_referral import ReceivedReferral, received_by_id, received_referrals
from kim_referral.model.referral import Referral
from kim_referral.model.seen import Seen
from kim_referral.mount import CHORES, REACTIONS, metadata
from kim_referral.operations.preview_referral import ReferPerson
from kim_referral.operations.record_consent import RecordConsent, record_consent
from kim_referral.operations.refer_person import refer_person
from kim_runtime.act import Act, Actor
from kim_runtime.entered import metadata as entered
from kim_runtime.policy import permissions
from kim_runtime.settings import WebSettings
from kim_web.doors import Doors
from sqlalchemy import literal, select
from web.copied import application
from web.signed_in import NOBODYS_PROVIDER, sign_in

REGION, CARITAS, OFFICE = "staedteregion-aachen.casework", "caritas-eifel.casework", "auslaenderamt.intake"
RULES = rules_for("intake_staff", "case_manager", "case_lead")
NAME = "Zahra Rahimi-Ḫalīl"
PHONE = "0171 5550133"


@dataclass
class Desk:
    """A house as the person at its desk uses it."""

    house: Any
    actor: Actor = field(init=False)

    def __post_init__(self) -> None:
        self.actor = Actor("kowalczyk", "K. Kowalczyk", self.house.post.organisation, frozenset({"case_manager"}))

    def do(self, operation: Callable[..., Any], command: Any, at: datetime | None = None) -> Any:
        with self.house.database.write() as session:
            return operation(session, self.house.act(self.actor, at), command)

    def look(self, query: Callable[..., Any], *values: Any) -> Any:
        with self.house.database.read() as session:
            found = query(session, *values)
            session.expunge_all()
            return found

    def consent(self, **changes: Any) -> Consent:
        terms = {
            "person": NAME, "purpose": "Begleitung in Roetgen", "recipients": ("caritas-eifel",), "categories": ("name", "phone", "topics"),
            "given_on": date(2022, 5, 10), "valid_to": date(2022, 12, 31), "informed": True, "signed": True, "kept_at": "Ordner Arkaden",
            "about_kind": "case", "about_id": "case-41",
        }  # fmt: skip
        return self.do(record_consent, RecordConsent(**{**terms, **changes}))

    def refer(self, consent: Consent | None = None, **changes: Any) -> Referral:
        said = {"receiver": CARITAS, "name": NAME, "phone": PHONE, "topics": ("housing",), "persons": 3, "desk": "Case Management Arkaden"}
        consent = consent or self.consent()
        return self.do(refer_person, ReferPerson(consent_id=consent.id, **{**said, **changes}))

    def sent(self, referral: Referral) -> Referral:
        return self.look(lambda session: session.get_one(Referral, referral.id))

    def received(self) -> list[ReceivedReferral]:
        return self.look(received_referrals)

    def only_received(self) -> ReceivedReferral:
        (found,) = self.received()
        return found

    def again(self, received: ReceivedReferral) -> ReceivedReferral:
        return self.look(received_by_id, received.id)


@pytest.fixture
def desk(houses: Any) -> Callable[[str], Desk]:
    def open_desk(mailbox: str) -> Desk:
        return Desk(houses(mailbox, metadata=(metadata, entered), reactions=REACTIONS, chores=CHORES))

    return open_desk


@pytest.fixture(scope="session")
def scenario(directory: Directory) -> Directory:
    """The organisations as the scenario has them, with who is bound to secrecy."""
    return Directory.load(TOPOLOGY).with_keys(directory.public_keys)


@pytest.fixture(scope="session")
def directory(directory: Directory) -> Directory:
    """The scenario's organisations with nobody bound to secrecy: most tests here are about consent alone."""
    return replace(directory, organisations=tuple(replace(one, bound_to_secrecy=()) for one in directory.organisations))


@pytest.fixture
def region(desk: Callable[[str], Desk]) -> Desk:
    return desk(REGION)


@pytest.fixture
def caritas(desk: Callable[[str], Desk]) -> Desk:
    return desk(CARITAS)


@pytest.fixture
def office(desk: Callable[[str], Desk]) -> Desk:
    return desk(OFFICE)


@pytest.fixture
def now(houses: Any) -> Iterator[Callable[..., None]]:
    """Set the business clock: `now(2022, 7, 5, 14, 40)`, UTC."""

    def set_clock(*at: int) -> None:
        houses.clock.set(datetime(*at, tzinfo=UTC))

    yield set_clock


ACTORS = {
    actor.id: actor
    for actor in (
        Actor("kowalczyk", "Kinga Kowalczyk", "staedteregion-aachen", frozenset({"case_manager"})),
        Actor("breuer", "Birgit Breuer", "staedteregion-aachen", frozenset({"case_manager"})),
        Actor("thelen", "Tom Thelen", "staedteregion-aachen", frozenset({"case_lead"})),
        Actor("haddad", "Rania Haddad", "staedteregion-aachen", frozenset({"case_manager"})),
        Actor("jansen", "Peter Jansen", "caritas-eifel", frozenset({"case_manager", "case_lead"})),
        Actor("vossen", "Ulla Vossen", "auslaenderamt", frozenset({"intake_staff"})),
        Actor("pruefer", "Ute Prüfer", "staedteregion-aachen", frozenset({"auditor"})),
        Actor("roth", "Nina Roth", "staedteregion-aachen", frozenset({"case_manager", "protected_case_reader"})),
        Actor("leserin", "Eva Leser", "staedteregion-aachen", frozenset({"protected_case_reader"})),
    )
}


def relation(act: Act) -> Seen:
    """As a service says it: a lead and an auditor see everything; case 41 is Kinga Kowalczyk's, and Rania Haddad stands in for it."""
    actor = act.actor
    if actor.roles & {"case_lead", "auditor"}:
        return Seen(actor.id, everything=True)
    own = select(literal("case-41")).where(literal(actor.id).in_(("kowalczyk", "haddad")))
    return Seen(actor.id, about={"case": own})


@pytest.fixture
def website() -> Callable[..., Flask]:
    """The pages and the JSON door as a service mounts them, at one desk, without form protection."""

    def build(desk: Desk, relations: dict[str, Any] | None = None) -> Flask:
        post = desk.house.post
        doors = Doors(
            service=post.service, title="Fallarbeit", package="kim_referral", permissions=permissions(RULES), start="referrals.index",
            pages=PAGES, apis=APIS, nav=NAV, translations=TRANSLATIONS,
            relations={PART: relation} if relations is None else relations, rules=RULES, standings=STANDINGS,
        )  # fmt: skip
        settings = WebSettings(organisation=post.organisation, secret="x" * 40, **NOBODYS_PROVIDER)
        name = post.directory.organisation(post.organisation).name
        return application(doors, desk.house.database, settings, desk.house.clock, organisation_name=name, ready=lambda: True)

    return build


@pytest.fixture
def browse(website: Callable[..., Flask]) -> Callable[..., FlaskClient]:
    """A browser in which somebody is signed in."""

    def sit(desk: Desk, actor: str) -> FlaskClient:
        return sign_in(website(desk).test_client(), ACTORS[actor])

    return sit


@pytest.fixture
def sworn_region(houses: Any, scenario: Directory, desk: Callable[[str], Desk]) -> Desk:
    """The region, whose case managers are bound to secrecy (§ 203 StGB)."""
    houses.directory = scenario
    return desk(REGION)
