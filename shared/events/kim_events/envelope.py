"""The envelope: CloudEvents 1.0 in structured JSON mode, with the extensions this suite adds.

Source: https://cloudevents.io (spec 1.0.2, JSON event format). Attribute names are lower-case letters and digits, as that demands.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from kim_events.event_type import parse_full_name

CONTENT_TYPE = "application/cloudevents+json"
PLAIN = "application/json"
SEALED = "application/jose"
EVERYBODY = "all"
LARGEST_BODY = 256 * 1024
ORGANISATION_ID = re.compile(r"^[a-z0-9-]{2,40}$")
SERVICE_NAME = re.compile(r"^[a-z]{2,20}$")


class BrokenEnvelope(ValueError):
    """The bytes are not an event of this suite; the message says which attribute and why, never its value."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """One event.

    `recipient` is `all`, an organisation (`caritas-eifel`) or one mailbox of it (`caritas-eifel.casework`). `data` is a JSON object, or
    the text of a JWE when `sealed`. `subjectversion` counts up per (source, subject). `time` is business time, UTC.
    """

    id: str
    organisation: str
    service: str
    name: str  # case.changed.v1
    subject: str
    subjectversion: int
    time: datetime
    dataschema: str
    recipient: str
    correlationid: str
    data: Mapping[str, Any] | str
    causationid: str | None = None
    traceparent: str | None = None

    @property
    def source(self) -> str:
        return f"urn:kim:{self.organisation}:{self.service}"

    @property
    def type(self) -> str:
        return f"de.kim.{self.service}.{self.name}"

    @property
    def sealed(self) -> bool:
        return isinstance(self.data, str)

    @property
    def routing_key(self) -> str:
        """`<sender>.<service>.<thing>.<fact>.v1.<recipient>`; no personal data, ever."""
        return f"{self.organisation}.{self.service}.{self.name}.{self.recipient}"

    def encode(self) -> bytes:
        attributes: dict[str, Any] = {
            "specversion": "1.0",
            "id": self.id,
            "source": self.source,
            "type": self.type,
            "subject": self.subject,
            "subjectversion": self.subjectversion,
            "time": self.time.astimezone(UTC).isoformat().replace("+00:00", "Z"),
            "datacontenttype": SEALED if self.sealed else PLAIN,
            "dataschema": self.dataschema,
            "recipient": self.recipient,
            "correlationid": self.correlationid,
        }
        if self.causationid:
            attributes["causationid"] = self.causationid
        if self.traceparent:
            attributes["traceparent"] = self.traceparent
        attributes["data"] = self.data
        return json.dumps(attributes, ensure_ascii=False, separators=(",", ":")).encode()


def decode(body: bytes) -> Envelope:
    """Read an event; raises BrokenEnvelope."""
    if len(body) > LARGEST_BODY:
        raise BrokenEnvelope(f"larger than {LARGEST_BODY} bytes")
    try:
        raw = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise BrokenEnvelope("not JSON") from error
    if not isinstance(raw, dict) or raw.get("specversion") != "1.0":
        raise BrokenEnvelope("not a CloudEvent 1.0")
    text = {name: _text(raw, name) for name in ("id", "source", "type", "subject", "time", "dataschema", "recipient", "correlationid")}
    organisation, service = _source(text["source"])
    try:
        type_service, name = parse_full_name(text["type"])
    except ValueError as error:
        raise BrokenEnvelope("type: not of this suite") from error
    if type_service != service:
        raise BrokenEnvelope("type: names another service than source")
    version = raw.get("subjectversion")
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise BrokenEnvelope("subjectversion: not a whole number from 1")
    content, data = raw.get("datacontenttype"), raw.get("data")
    if not (isinstance(data, dict) and content == PLAIN) and not (isinstance(data, str) and content == SEALED):
        raise BrokenEnvelope("data: neither a JSON object nor a sealed one")
    return Envelope(
        id=text["id"],
        organisation=organisation,
        service=service,
        name=name,
        subject=text["subject"],
        subjectversion=version,
        time=_time(text["time"]),
        dataschema=text["dataschema"],
        recipient=_recipient(text["recipient"]),
        correlationid=text["correlationid"],
        causationid=_optional(raw, "causationid"),
        traceparent=_optional(raw, "traceparent"),
        data=data,
    )


def _text(raw: Mapping[str, Any], name: str) -> str:
    value = raw.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= 300:
        raise BrokenEnvelope(f"{name}: missing, or not a text of at most 300 characters")
    return value


def _optional(raw: Mapping[str, Any], name: str) -> str | None:
    return _text(raw, name) if name in raw else None


def _source(value: str) -> tuple[str, str]:
    parts = value.split(":")
    if len(parts) != 4 or parts[:2] != ["urn", "kim"] or not ORGANISATION_ID.fullmatch(parts[2]) or not SERVICE_NAME.fullmatch(parts[3]):
        raise BrokenEnvelope("source: not urn:kim:<organisation>:<service>")
    return parts[2], parts[3]


def _recipient(value: str) -> str:
    organisation, _, service = value.partition(".")
    if not ORGANISATION_ID.fullmatch(organisation) or ("." in value and not SERVICE_NAME.fullmatch(service)):
        raise BrokenEnvelope("recipient: neither all, nor an organisation, nor a mailbox of one")
    return value


def _time(value: str) -> datetime:
    try:
        time = datetime.fromisoformat(value)
    except ValueError as error:
        raise BrokenEnvelope("time: not RFC 3339") from error
    if time.tzinfo is None:
        raise BrokenEnvelope("time: without a zone")
    return time.astimezone(UTC)
