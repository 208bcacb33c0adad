"""Every event type declares itself completely, and its example is what it says it is."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kim_events.catalogue import CATALOGUE
from kim_events.envelope import Envelope, decode
from kim_events.event_type import Audience, Kind, Sensitivity, parse_full_name
from kim_tools.generated.event_schemas import data_schema

SERVICES = {"intake", "casework", "interpreting", "staffing"}


def validate(schema, value):
    """Raises where the schema is none, or the value does not follow it."""
    from jsonschema import Draft202012Validator, FormatChecker  # builds grammars for a second and more: not in each process

    Draft202012Validator.check_schema(schema)
    Draft202012Validator(schema, format_checker=FormatChecker()).validate(value)


every_type = pytest.mark.parametrize("event_type", CATALOGUE.values(), ids=CATALOGUE)


@every_type
def test_an_event_type_declares_itself_completely(event_type):
    assert event_type.summary.endswith((".", "?"))
    assert event_type.since
    assert {*event_type.senders, *event_type.receivers} <= SERVICES
    assert isinstance(event_type.kind, Kind)
    assert isinstance(event_type.audience, Audience)
    assert isinstance(event_type.sensitivity, Sensitivity)


@every_type
def test_the_example_loads_and_is_dumped_the_same(event_type):
    schema = event_type.schema()
    again = schema.dump(schema.load(event_type.example))
    assert schema.load(again) == schema.load(event_type.example)


@every_type
def test_the_example_fits_the_published_schema(event_type):
    validate(data_schema(event_type), dict(event_type.example))


@every_type
def test_what_a_sender_dumps_fits_the_published_schema(event_type):
    schema = event_type.schema()
    dumped = json.loads(json.dumps(schema.dump(schema.load(event_type.example))))
    validate(data_schema(event_type), dumped)


@every_type
def test_readers_ignore_what_they_do_not_know(event_type):
    assert event_type.schema().load({**event_type.example, "of_a_later_version": 1}) == event_type.schema().load(event_type.example)


@every_type
def test_each_required_field_is_missed(event_type):
    for name, field in event_type.schema().fields.items():
        if field.required:
            rest = {key: value for key, value in event_type.example.items() if key != name}
            assert name in event_type.schema().validate(rest)


@every_type
def test_an_example_travels_in_an_envelope(event_type):
    sender = event_type.senders[0]
    time = datetime(2022, 8, 15, tzinfo=UTC)
    envelope = Envelope("1", "staedteregion-aachen", sender, event_type.name, "s", 1, time, event_type.dataschema,
                        "all", "k", dict(event_type.example))  # fmt: skip
    assert decode(envelope.encode()) == envelope
    assert parse_full_name(envelope.type) == (sender, event_type.name)


def test_network_events_hold_nothing_about_persons():
    assert all(kind.sensitivity is Sensitivity.NONE for kind in CATALOGUE.values() if kind.audience is Audience.NETWORK)


def test_no_order_can_name_a_client():
    fields = set(CATALOGUE["order.requested.v1"].schema().fields)
    assert not fields & {"name", "client", "person", "phone", "birth_year", "address"}


@given(st.text(max_size=40))
def test_a_name_that_is_no_event_type_is_refused(text):
    parts = text.split(".")
    if len(parts) == 6 and parts[:2] == ["de", "kim"]:
        return
    with pytest.raises(ValueError, match=r"de\.kim\."):
        parse_full_name(text)
