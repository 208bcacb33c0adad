"""The OpenAPI document of each service's JSON door, and of the progress report's."""

from __future__ import annotations

import json
from typing import Any

from kim_web.openapi import openapi

from kim_tools.declared import application, declared_services, report_application
from kim_tools.generated.text import as_json, in_order


def documents() -> dict[str, str]:
    applications = {service.name: application(service) for service in declared_services()} | {"report": report_application()}
    return {f"docs/openapi/{name}.json": as_json(_plain(openapi(app))) for name, app in applications.items()}


def _plain(document: dict[str, Any]) -> dict[str, Any]:
    """Without lazy texts and tuples, and the same in each process."""
    plain: dict[str, Any] = in_order(json.loads(json.dumps(document, default=str)))
    return plain
