"""The OpenAPI document of each service's JSON door."""

from __future__ import annotations

import json
from typing import Any

from kim_web.openapi import openapi

from kim_tools.declared import application, declared_services
from kim_tools.generated.text import as_json, in_order


def documents() -> dict[str, str]:
    return {f"docs/openapi/{service.name}.json": as_json(_plain(openapi(application(service)))) for service in declared_services()}


def _plain(document: dict[str, Any]) -> dict[str, Any]:
    """Without lazy texts and tuples, and the same in each process."""
    plain: dict[str, Any] = in_order(json.loads(json.dumps(document, default=str)))
    return plain
