"""Bodies for the JSON door, made from what it says of itself: as described, so that one hostile value is what is looked at."""

from __future__ import annotations

import re
from dataclasses import dataclass
from random import Random
from typing import Any
from urllib.parse import quote

from abuse.stage import Target

DEPTH = 5


@dataclass(frozen=True)
class Operation:
    """One method of one address of the JSON door."""

    template: str
    method: str
    schema: dict[str, Any]
    schemas: dict[str, Any]
    roles: frozenset[str]
    action: str

    def allowed(self, roles: frozenset[str]) -> bool:
        return not self.roles.isdisjoint(roles)

    def path(self, random: Random, identifier: str) -> str:
        del random
        return re.sub(r"{[^}]+}", lambda _found: quote(identifier, safe=""), self.template)

    def body(self, random: Random) -> Any:
        return example(self.schema, self.schemas, random) if self.schema else {}


def operations(target: Target) -> list[Operation]:
    """What the door of a target offers; empty where it has none."""
    answer = target.app.test_client().get("/api/openapi.json")
    if answer.status_code != 200:
        return []
    document = answer.get_json()
    permissions = target.app.extensions["kim_web"].doors.permissions
    found = []
    for path, item in document["paths"].items():
        for method, described in item.items():
            if method not in {"get", "post", "put", "patch", "delete"}:
                continue
            content = described.get("requestBody", {}).get("content", {}).get("application/json", {})
            action = described.get("x-kim-action", "")
            schema, schemas = content.get("schema", {}), document.get("components", {}).get("schemas", {})
            found.append(Operation(path, method.upper(), schema, schemas, permissions.get(action, frozenset()), action))
    return found


def example(schema: dict[str, Any], schemas: dict[str, Any], random: Random, depth: int = 0) -> Any:
    if "$ref" in schema:
        return example(schemas[schema["$ref"].rpartition("/")[2]], schemas, random, depth)
    for several in ("oneOf", "anyOf"):
        if several in schema:
            return example(random.choice(schema[several]), schemas, random, depth)
    if "allOf" in schema:
        return example(schema["allOf"][0], schemas, random, depth)
    if "enum" in schema:
        return random.choice(schema["enum"])
    kind = schema.get("type", "string")
    kind = kind[0] if isinstance(kind, list) else kind
    if kind == "object":
        needed = set(schema.get("required", ()))
        if depth > DEPTH:
            return {}
        return {
            name: example(inner, schemas, random, depth + 1)
            for name, inner in schema.get("properties", {}).items()
            if not inner.get("readOnly") and (name in needed or random.random() < 0.5)
        }
    if kind == "array":
        return [example(schema.get("items", {}), schemas, random, depth + 1) for _turn in range(max(1, schema.get("minItems", 1)))]
    if kind in {"integer", "number"}:
        return schema.get("minimum", 1)
    if kind == "boolean":
        return random.random() < 0.5
    return {"date": "2022-08-15", "date-time": "2022-08-15T10:00:00Z", "uuid": "0197f0c2-7c3a-7000-8000-000000000001"}.get(
        schema.get("format", ""), random.choice(("Anna Beispiel", "12.50", "ukr", "05334008"))
    )
