"""What every action is, in words that people read: on the page of keys for programs, and where the audit is read."""

from __future__ import annotations

import pytest
from kim_report.app import DOORS as REPORT
from kim_tools.declared import declared_services
from kim_web.doors import Doors
from kim_web.language import english_of

ALL_DOORS = [*(service.doors() for service in declared_services()), REPORT]
BY_ITSELF = {"access_key.make", "access_key.revoke", "audit.cut", "desk.lock", "session.end", "sign_in"}  # asked of nobody, written of all


@pytest.mark.parametrize("doors", ALL_DOORS, ids=[doors.service for doors in ALL_DOORS])
def test_every_action_of_a_service_is_said_in_words_of_its_own_in_both_languages(doors: Doors) -> None:
    assert set(doors.permissions) - set(doors.action_words) == set()
    words = list(doors.action_words.values())
    assert len(set(words)) == len(words)
    english: dict[str, str] = {}
    for package in ("kim_web", doors.package, *doors.translations):
        english |= english_of(package)
    said = [english.get(word, "") for word in words]
    assert "" not in said
    assert len(set(said)) == len(said)


@pytest.mark.parametrize("doors", ALL_DOORS, ids=[doors.service for doors in ALL_DOORS])
def test_nothing_is_said_of_an_action_that_is_none(doors: Doors) -> None:
    common = {"parked.see", "parked.settle"}  # the report has no courier, and the words of every service beside its own
    assert set(doors.action_words) - set(doors.permissions) - common <= BY_ITSELF
