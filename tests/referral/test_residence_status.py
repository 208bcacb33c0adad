"""Residence status is asked nowhere, and the immigration office learns of a person by an addressed referral alone (§ 87(2) AufenthG)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from kim_bus.directory import Directory
from kim_events.catalogue import CATALOGUE
from kim_events.event_type import Audience
from kim_events.types.referral import DATA_CATEGORIES
from kim_referral.operations.answer_referral import AnswerReferral, answer_referral
from kim_referral.operations.complete_referral import CompleteReferral, complete_referral
from kim_referral.operations.confirm_withdrawal import ConfirmWithdrawal, confirm_withdrawal
from kim_referral.operations.withdraw_referral import WithdrawReferral, withdraw_referral
from referral.conftest import REGION

ROOT = Path(__file__).parents[2]
DIRECTORY = Directory.load(ROOT / "deploy/rabbitmq/topology.toml")
OFFICES = [one for one in DIRECTORY.organisations if one.kind == "immigration_office"]
OPENAPI = sorted((ROOT / "docs/openapi").glob("*.json"))
STATUS = ("residence_status", "residence_title", "residence_permit", "aufenthaltsstatus", "aufenthaltstitel")


def names_in(node: Any) -> Iterator[str]:
    """Every name of a property or parameter in a JSON document."""
    if isinstance(node, dict):
        yield from node.get("properties", {}) if isinstance(node.get("properties"), dict) else ()
        if isinstance(node.get("name"), str) and "in" in node:
            yield node["name"]
        for value in node.values():
            yield from names_in(value)
    elif isinstance(node, list):
        for value in node:
            yield from names_in(value)


@pytest.mark.parametrize("path", OPENAPI, ids=lambda path: path.stem)
def test_no_service_has_a_field_for_residence_status(path: Path) -> None:
    names = set(names_in(json.loads(path.read_text(encoding="utf-8"))))
    assert names, "a document without names proves nothing"
    assert not {name for name in names if name.lower().startswith(STATUS)}


def test_every_service_is_looked_at() -> None:
    assert {path.stem.split(".")[0] for path in OPENAPI} >= {"intake", "casework", "interpreting", "staffing"}


@pytest.mark.parametrize("name", sorted(CATALOGUE))
def test_no_event_tells_a_residence_status(name: str) -> None:
    assert not {field for field in CATALOGUE[name].schema().fields if field.startswith(STATUS)}


def test_a_consent_has_no_category_for_residence_status() -> None:
    assert not [category for category in DATA_CATEGORIES if category.startswith(STATUS)]


def test_the_offices_only_agreement_is_about_referrals() -> None:
    assert OFFICES
    for office in OFFICES:
        told = [event for one in DIRECTORY.agreements if one.receiver == office.id for event in one.events]
        assert told
        assert all(event.startswith("referral.") for event in told)


def test_only_a_referral_addressed_to_it_reaches_the_office_s_mailbox(
    region: Any, caritas: Any, office: Any, pump_all: Callable[..., int]
) -> None:
    region.refer()
    pump_all()
    assert len(caritas.received()) == 1
    assert office.received() == []
    consent = region.consent(recipients=("auslaenderamt",), categories=("name",))
    region.refer(consent, receiver="auslaenderamt", phone="", topics=(), typed_confirmation="Ausländeramt")
    pump_all()
    assert len(office.received()) == 1
    assert len(caritas.received()) == 1


def test_what_the_office_referred_is_answered_without_a_day_a_reason_or_what_became_of_the_person(
    region: Any, office: Any, pump_all: Callable[..., int], browse: Callable[..., FlaskClient]
) -> None:
    accepted, rejected = (office.refer(office.consent(recipients=("staedteregion-aachen",)), receiver=REGION) for _turn in range(2))
    pump_all()
    ids = {one.referral_id: one.id for one in region.received()}
    page = browse(region, "kowalczyk").post(f"/eingang/{ids[accepted.id]}/oeffnen", follow_redirects=True).text
    assert f"„{accepted.number}: angenommen“" in page and "Termin, Grund und Ergebnis bleiben hier" in page
    region.do(answer_referral, AnswerReferral(ids[accepted.id], "accepted", appointment=date(2022, 6, 2)))
    region.do(answer_referral, AnswerReferral(ids[rejected.id], "rejected", reason="person_not_reached"))
    region.do(complete_referral, CompleteReferral(ids[accepted.id], outcome="not_arrived"))
    pump_all()
    answered, refused = office.sent(accepted), office.sent(rejected)
    assert (answered.state, answered.appointment, answered.outcome, answered.completed_at) == ("accepted", None, None, None)
    assert (refused.state, refused.rejection) == ("rejected", None)
    office.do(withdraw_referral, WithdrawReferral(accepted.id))
    pump_all()
    region.do(confirm_withdrawal, ConfirmWithdrawal(ids[accepted.id], "restricted", "own_contact"))
    pump_all()
    assert (office.sent(accepted).withdrawal, office.sent(accepted).ground) == ("restricted", None)
    kept = {one.referral_id: one for one in region.received()}[accepted.id]
    assert (kept.appointment, kept.outcome, kept.ground) == (date(2022, 6, 2), "not_arrived", "own_contact"), "known here as before"


def test_what_the_network_hears_says_nothing_of_a_person() -> None:
    heard = [kind for kind in CATALOGUE.values() if kind.audience is Audience.NETWORK]
    assert heard
    for kind in heard:
        assert not {"name", "person", "phone", "note", "health"} & set(kind.schema().fields), kind.name
