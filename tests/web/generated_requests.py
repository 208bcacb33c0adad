"""Requests made up from a service's own description of its JSON door: what the description says must be what the door does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Flask
from hypothesis import HealthCheck, given, settings

if TYPE_CHECKING:
    from schemathesis import Case


def attack(app: Flask, headers: dict[str, str], examples: int = 40, *, may_refuse: bool = False) -> int:
    """Send made-up requests to every operation, with the `headers` of somebody; returns how many.

    Fails where an answer is a server error, has a status, headers or a body the description does not name, takes what the description
    forbids, or (unless it `may_refuse`: rules know more than a description says) refuses what it allows.
    """
    from schemathesis.openapi import from_wsgi  # loads much, in each process that collects the tests
    from schemathesis.specs.openapi.checks import positive_data_acceptance

    sent = 0
    for found in from_wsgi("/api/openapi.json", app).get_all_operations():

        @settings(max_examples=examples, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
        @given(case=found.ok().as_strategy())
        def send(case: Case) -> None:
            nonlocal sent
            sent += 1
            case.call_and_validate(headers=headers, excluded_checks=[positive_data_acceptance] if may_refuse else [])

        send()
    return sent
