"""A family whose record can be closed, who works around it, and what each list holds of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from intake.conftest import PEOPLE, US
from intake.test_pages import text_of
from kim_audit.tables import entries
from kim_intake.model.client import Client
from kim_intake.model.consultation import (
    consultations_after,
    consultations_of_day,
    consultations_seen_of_client,
    last_at_desk,
)
from kim_intake.model.disclosures import disclosures_seen
from kim_intake.model.hand_over import HandOver, feedback_open, hand_overs_of, sent_from, waiting_for
from kim_intake.model.search import find_clients
from kim_intake.model.sight import lets
from kim_intake.operations.hand_over import HandOverConsultation, hand_over
from kim_intake.operations.protect_client import ProtectClient, protect_client
from kim_intake.operations.register_client import RegisterClient, register_client
from kim_referral.model.consent import Consent
from kim_referral.operations.record_consent import RecordConsent, record_consent
from kim_runtime.act import Act, Actor
from sqlalchemy import select
from web.signed_in import sign_in

HERE = ("aachen-arkaden", "case_management")
WHY = "Kind seit heute früh vermisst, niemand erreichbar"
DESK, READER = "intake_staff", "protected_case_reader"
WHO = {
    **PEOPLE,
    "celik": Actor("celik", "Deniz Çelik", US, frozenset({DESK, READER}), frozenset({"aachen-arkaden"})),
    "reader": Actor("reader", "Leserin", US, frozenset({READER})),
    "peters": Actor("peters", "Jan Peters", US, frozenset({DESK}), frozenset({"rathaus-herzogenrath"})),
    "thelen": Actor("thelen", "Thelen", US, frozenset({"case_lead"})),
    "pruefer": Actor("pruefer", "Prüfer", US, frozenset({"auditor"})),
}


@dataclass(frozen=True)
class Family:
    """A person registered by Aydın with all that can hang on a record: two talks, a hand-over that waits, one sent on, a consent."""

    client: str
    code: str
    talk: str
    second: str
    waiting: str
    walked: str
    consent: str


@pytest.fixture
def act(house: Any) -> Callable[..., Act]:
    """`act("aydin")`, at the clock's time or `at`."""
    return lambda who, at=None: house.act(WHO[who], at)


@pytest.fixture
def do(house: Any, act: Any) -> Callable[..., Any]:
    def one(operation: Callable[..., Any], command: Any, by: str = "aydin", at: datetime | None = None) -> Any:
        with house.database.write() as session:
            return operation(session, act(by, at), command)

    return one


@pytest.fixture
def family(record: Any, do: Any, house: Any) -> Family:
    talk = record(concern="Wohnung")
    agreed: dict[str, Any] = {"consent_given_on": date(2022, 5, 10), "consultation_id": talk.id}
    person = do(register_client, RegisterClient(site=HERE[0], name="Zahra Azizi", **agreed))
    second = record(client_code=person.code, hand_over_to="health_kiosk", origin="AFG")
    waiting = do(hand_over, HandOverConsultation(consultation_id=talk.id, to="school_entry"))
    said = RecordConsent(
        "Zahra Azizi", "Wohnung", ("sprungbrett",), ("name",), date(2022, 5, 1), date(2022, 12, 31), informed=True, signed=True,
        kept_at="Ordner", about_kind="consultation", about_id=talk.id,
    )  # fmt: skip
    consent = do(record_consent, said)
    with house.database.read() as session:
        walked = session.scalars(select(HandOver.id).where(HandOver.consultation_id == second.id)).one()
    return Family(person.id, person.code, talk.id, second.id, waiting.id, walked, consent.id)


@pytest.fixture
def protected(family: Family, do: Any) -> Family:
    do(protect_client, ProtectClient(family.client, "disclosure_block"))
    return family


def sees(house: Any, at: Act, client_id: str) -> bool:
    with house.database.read() as session:
        return lets(session, at, "client.see", session.get_one(Client, client_id))


def lists(session: Any, at: Act, family: Family) -> dict[str, int]:
    """How many each list, search and count holds of the family."""
    today = at.today
    return {
        "search by name": len(find_clients(session, at, "azizi")),
        "search by code": len(find_clients(session, at, family.code)),
        "of the day": len(consultations_of_day(session, at, *HERE, today)),
        "all": len(consultations_after(session, at, day=None, site_id=None, after=None)[0]),
        "of the person": len(consultations_seen_of_client(session, at, family.client)),
        "waiting": len(waiting_for(session, at, HERE[0], "school_entry")),
        "sent": len(sent_from(session, at, *HERE, today)),
        "unheard": len(feedback_open(session, at, *HERE)),
        "of the talk": len(hand_overs_of(session, at, family.talk)),
        "last at the desk": int(last_at_desk(session, at, *HERE, 1, today) is not None),
        "consents": len(session.scalars(select(Consent).where(disclosures_seen(at).declared(Consent))).all()),
    }


@pytest.fixture
def browse(app: Flask) -> Callable[[str], FlaskClient]:
    def browser(who: str) -> FlaskClient:
        client = sign_in(app.test_client(), WHO[who])
        client.post("/heute/platz", data={"site": HERE[0], "service": HERE[1], "desk": "1"})
        return client

    return browser


def plain(answer: Any) -> str:
    """Without what is drawn anew for each answer."""
    return re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|\b[0-9a-f]{12}\b|[A-Z0-9]{4}-[A-Z0-9]{4}", "", text_of(answer.text))


def vars_of(family: Family) -> list[str]:
    return [*(getattr(family, name) for name in ("client", "code", "talk", "second", "waiting", "walked", "consent")), "Azizi"]


def audit(house: Any) -> list[tuple[str, str, str, str]]:
    with house.database.read() as session:
        return [(row.action, row.thing, row.outcome, row.reason) for row in session.execute(select(entries).order_by(entries.c.serial))]
