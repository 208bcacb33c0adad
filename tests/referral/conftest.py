"""Two or three houses that refer people to each other, and builders of consents and referrals."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

import pytest
from kim_referral.model.consent import Consent
from kim_referral.model.received_referral import ReceivedReferral, received_by_id, received_referrals
from kim_referral.model.referral import Referral, referral_by_id
from kim_referral.mount import CHORES, REACTIONS, metadata
from kim_referral.operations.preview_referral import ReferPerson
from kim_referral.operations.record_consent import RecordConsent, record_consent
from kim_referral.operations.refer_person import refer_person
from kim_runtime.act import Actor

REGION, CARITAS, OFFICE = "staedteregion-aachen.casework", "caritas-eifel.casework", "auslaenderamt.intake"
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
        return self.look(referral_by_id, referral.id)

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
        return Desk(houses(mailbox, metadata=(metadata,), reactions=REACTIONS, chores=CHORES))

    return open_desk


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
