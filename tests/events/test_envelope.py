"""An envelope says the same after its bytes went around, and anything else is refused with the attribute that is wrong."""

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kim_events.envelope import LARGEST_BODY, BrokenEnvelope, Envelope, decode

names = st.from_regex(r"[a-z0-9-]{2,40}", fullmatch=True)
services = st.from_regex(r"[a-z]{2,20}", fullmatch=True)
words = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), min_size=1, max_size=100)
zones = st.integers(-12 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
moments = st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=zones)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | words, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3)
)
envelopes = st.builds(
    Envelope,
    id=words, organisation=names, service=services, name=st.from_regex(r"[a-z]{2,10}\.[a-z]{2,10}\.v[1-9]", fullmatch=True),
    subject=words, subjectversion=st.integers(1, 2**53), time=moments, dataschema=words,
    recipient=names | st.tuples(names, services).map(".".join), correlationid=words,
    data=st.dictionaries(words, values, max_size=4) | words,
    causationid=st.none() | words, traceparent=st.none() | words,
)  # fmt: skip


def plain(**changes):
    event = {
        "specversion": "1.0", "id": "1", "source": "urn:kim:caritas-eifel:casework", "type": "de.kim.casework.case.changed.v1",
        "subject": "c-1", "subjectversion": 1, "time": "2022-08-15T09:00:00Z", "datacontenttype": "application/json",
        "dataschema": "urn:kim:schema:case.changed.v1", "recipient": "caritas-eifel", "correlationid": "k-1", "data": {},
    }  # fmt: skip
    return json.dumps({key: value for key, value in {**event, **changes}.items() if value is not ...}).encode()


@given(envelopes)
def test_what_is_encoded_is_decoded(envelope):
    assert decode(envelope.encode()) == envelope


@given(envelopes)
def test_the_routing_key_names_sender_type_and_recipient_and_nothing_of_the_data(envelope):
    sender, service, *_ = envelope.routing_key.split(".")
    assert (sender, service) == (envelope.organisation, envelope.service)
    assert envelope.routing_key == f"{sender}.{service}.{envelope.name}.{envelope.recipient}"


@given(envelopes)
def test_a_time_is_written_in_utc(envelope):
    assert json.loads(envelope.encode())["time"].endswith("Z")
    assert decode(envelope.encode()).time.tzinfo is UTC


@given(st.binary(max_size=200))
def test_any_bytes_are_an_event_or_refused(body):
    with pytest.raises(BrokenEnvelope):
        decode(body)


@pytest.mark.parametrize(
    ("changes", "attribute"),
    [
        ({"specversion": "0.3"}, "CloudEvent"),
        ({"id": ...}, "id"),
        ({"id": ""}, "id"),
        ({"subject": 7}, "subject"),
        ({"subject": "x" * 301}, "subject"),
        ({"source": "urn:kim:Caritas:casework"}, "source"),
        ({"source": "urn:kim:caritas-eifel"}, "source"),
        ({"type": "case.changed"}, "type"),
        ({"type": "de.kim.intake.case.changed.v1"}, "another service than source"),
        ({"subjectversion": 0}, "subjectversion"),
        ({"subjectversion": True}, "subjectversion"),
        ({"subjectversion": 1.5}, "subjectversion"),
        ({"time": "yesterday"}, "time"),
        ({"time": "2022-08-15T09:00:00"}, "without a zone"),
        ({"recipient": "caritas-eifel.Casework"}, "recipient"),
        ({"recipient": "caritas-eifel."}, "recipient"),
        ({"recipient": "caritas-eifel\n"}, "recipient"),
        ({"source": "urn:kim:caritas-eifel:casework\n"}, "source"),
        ({"data": []}, "data"),
        ({"data": "sealed?"}, "data"),
        ({"datacontenttype": "application/jose"}, "data"),
        ({"causationid": None}, "causationid"),
    ],
)
def test_a_broken_envelope_says_which_attribute(changes, attribute):
    with pytest.raises(BrokenEnvelope, match=attribute):
        decode(plain(**changes))


def test_the_plain_one_is_not_broken():
    assert decode(plain()).source == "urn:kim:caritas-eifel:casework"


def test_a_refusal_never_quotes_the_value():
    with pytest.raises(BrokenEnvelope) as refusal:
        decode(plain(recipient="Anna Beispiel"))
    assert "Anna" not in str(refusal.value)


def test_a_body_too_large_is_refused_before_it_is_read():
    with pytest.raises(BrokenEnvelope, match="larger"):
        decode(b" " * (LARGEST_BODY + 1))


def test_a_body_nested_without_end_is_refused():
    with pytest.raises(BrokenEnvelope):
        decode(b"[" * 100_000)
