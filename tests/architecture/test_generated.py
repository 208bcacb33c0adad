"""The committed documents are what the code says, and a published event schema is a promise."""

import json
import re
from pathlib import Path

import pytest
from kim_tools import generate
from kim_tools.generated import asyncapi, event_schemas
from kim_tools.tree import SERVICES

ASYNCAPI = json.loads((Path(__file__).parents[1] / "events/asyncapi/3.0.0.json").read_text(encoding="utf-8"))
BEFORE = {
    "type": "object",
    "properties": {"state": {"type": "string", "enum": ["open", "closed"]}, "list": {"type": "array", "items": {"type": "string"}}},
    "required": ["state"],
}


def test_the_committed_documents_are_what_the_code_says():
    assert list(generate.differences(generate.documents())) == []


@pytest.fixture(scope="module")
def of_asyncapi():
    """What says whether a document is one of AsyncAPI."""
    from jsonschema import Draft7Validator  # builds grammars for a second and more: not in each process

    return Draft7Validator(ASYNCAPI)


@pytest.mark.slow
@pytest.mark.parametrize("service", SERVICES)
def test_the_asyncapi_documents_are_asyncapi(of_asyncapi, service):
    of_asyncapi.validate(asyncapi.document(service))


@pytest.mark.slow
def test_the_check_of_asyncapi_documents_finds_faults(of_asyncapi):
    broken = asyncapi.document("intake")
    next(iter(broken["operations"].values()))["action"] = "shout"
    assert not of_asyncapi.is_valid(broken)


def changed(**properties):
    merged = {**BEFORE["properties"], **properties}
    return json.dumps({**BEFORE, "properties": {name: value for name, value in merged.items() if value is not None}})


def breaks(after):
    return event_schemas.breaks(json.dumps(BEFORE), after)


def test_an_optional_field_more_breaks_nobody():
    assert breaks(changed(note={"type": "string"})) == []


def test_a_better_description_breaks_nobody():
    assert breaks(changed(state={**BEFORE["properties"]["state"], "description": "open or closed"})) == []


@pytest.mark.parametrize(
    ("after", "says"),
    [
        (changed(state=None), "data.state is gone"),
        (changed(state={"type": "integer"}), "type was 'string'"),
        (changed(state={"type": "string", "enum": ["open"]}), "enum was"),
        (changed(list={"type": "array", "items": {"type": "integer"}}), r"data.list\[\]: type was"),
        (json.dumps({**BEFORE, "required": []}), "not required any more"),
        (json.dumps({**BEFORE, "required": ["state", "list"]}), "data.list is required now"),
    ],
)
def test_anything_else_is_named(after, says):
    assert any(re.search(says, fault) for fault in breaks(after))
