"""The head of each page leads to those services of the house that have a page for this person, and to no other."""

from __future__ import annotations

import pytest
from kim_runtime.act import Actor
from kim_tools.declared import application, declared_services, report_application
from kim_web.account import ROLES, first_page_of
from kim_web.neighbours import OPEN_TO


@pytest.mark.parametrize("name", OPEN_TO)
def test_the_way_to_a_service_is_shown_to_whom_it_has_a_page_for(name: str) -> None:
    declared = {service.name: service for service in declared_services()}
    app = application(declared[name]) if name in declared else report_application()
    with app.test_request_context():
        welcome = {role for role in ROLES if first_page_of(Actor("somebody", "Somebody", "example", frozenset({role}))) is not None}
    assert welcome == OPEN_TO[name]


@pytest.mark.parametrize("name", ["intake", "casework", "staffing"])
def test_an_auditor_begins_at_the_audit_and_not_at_the_mail_of_others(name: str) -> None:
    with application({service.name: service for service in declared_services()}[name]).test_request_context():
        assert first_page_of(Actor("scholl", "Rita Scholl", "example", frozenset({"auditor"}))) == "audit.show"
