"""Residence status is asked nowhere, and the immigration office learns of a person by an addressed referral alone (§ 87(2) AufenthG)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from kim_bus.directory import Directory
from kim_events.catalogue import CATALOGUE
from kim_events.event_type import Audience
from kim_events.types.referral import DATA_CATEGORIES

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


def test_what_the_network_hears_says_nothing_of_a_person() -> None:
    heard = [kind for kind in CATALOGUE.values() if kind.audience is Audience.NETWORK]
    assert heard
    for kind in heard:
        assert not {"name", "person", "phone", "note", "health"} & set(kind.schema().fields), kind.name
