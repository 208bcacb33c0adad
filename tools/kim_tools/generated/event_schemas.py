"""JSON Schema (2020-12) of the `data` of each event type, from its marshmallow schema."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from kim_events.catalogue import CATALOGUE
from kim_events.event_type import EventType
from marshmallow import Schema

from kim_tools.generated.text import as_json, in_order

FOLDER = "docs/events/schemas/"


def documents() -> dict[str, str]:
    return {f"{FOLDER}{name}.json": as_json(data_schema(event_type)) for name, event_type in sorted(CATALOGUE.items())}


def data_schema(event_type: EventType) -> dict[str, Any]:
    """The JSON Schema of an event's `data` (of its clear text, where it travels sealed)."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": event_type.dataschema,
        "title": event_type.name,
        "description": event_type.summary,
        **_convert(event_type.schema()),
        "examples": [dict(event_type.example)],
    }


def breaks(before: str, after: str) -> list[str]:
    """What a change of a published schema breaks for those who read or send by the old one; empty for an optional field more."""
    return list(_broken(json.loads(before), json.loads(after), "data"))


def _convert(schema: Schema) -> dict[str, Any]:
    plugin = MarshmallowPlugin(schema_name_resolver=_no_name)
    APISpec("", "", "3.1.0", plugins=[plugin])
    assert plugin.converter is not None
    convert: Callable[[Schema], Any] = plugin.converter.schema2jsonschema
    converted: dict[str, Any] = in_order(json.loads(json.dumps(convert(schema))))
    return converted


def _no_name(_: type[Schema]) -> str:
    """Without a name a nested schema is written out where it is used."""
    return ""


def _broken(before: Mapping[str, Any], after: Mapping[str, Any], where: str) -> Iterator[str]:
    remarks = {"$schema", "$id", "title", "description", "examples", "properties", "required", "items"}
    for keyword in sorted((before.keys() | after.keys()) - remarks):
        if before.get(keyword) != after.get(keyword):
            yield f"{where}: {keyword} was {before.get(keyword)!r} and is {after.get(keyword)!r}"
    known, now = before.get("properties", {}), after.get("properties", {})
    for name in known:
        if name in now:
            yield from _broken(known[name], now[name], f"{where}.{name}")
        else:
            yield f"{where}.{name} is gone"
    for name in sorted(set(before.get("required", [])) ^ set(after.get("required", []))):
        yield f"{where}.{name} is {'not required any more' if name in before.get('required', []) else 'required now'}"
    if "items" in before or "items" in after:
        yield from _broken(before.get("items", {}), after.get("items", {}), f"{where}[]")
