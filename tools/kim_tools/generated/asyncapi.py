"""The AsyncAPI 3.0 document of each service: what it sends, and what it reads."""

from __future__ import annotations

from typing import Any

from kim_events.catalogue import CATALOGUE
from kim_events.envelope import CONTENT_TYPE, PLAIN, SEALED
from kim_events.event_type import Audience, EventType, Sensitivity

from kim_tools.generated.text import as_json
from kim_tools.tree import SERVICES

RECIPIENTS = {
    Audience.MAILBOX: "the sender's own mailbox (caritas-eifel.casework)",
    Audience.ORGANISATION: "the sender's own organisation, or one mailbox of it",
    Audience.ADDRESSED: "an organisation, or one mailbox of it (caritas-eifel.casework)",
    Audience.NETWORK: "all",
}


def documents() -> dict[str, str]:
    return {f"docs/events/{service}.asyncapi.json": as_json(document(service)) for service in SERVICES}


def document(service: str) -> dict[str, Any]:
    """The AsyncAPI document of a service."""
    sent = [kind for kind in CATALOGUE.values() if service in kind.senders]
    read = [kind for kind in CATALOGUE.values() if service in kind.receivers]
    kinds = [kind for kind in CATALOGUE.values() if kind in sent or kind in read]
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": f"KIM-Verbund: {service}",
            "version": "1.0.0",
            "description": "CloudEvents 1.0 in structured JSON mode on the topic exchange kim.events; the address is the routing key.",
        },
        "defaultContentType": CONTENT_TYPE,
        "channels": {_key(kind): _channel(kind) for kind in kinds},
        "operations": {
            **{f"send_{_key(kind)}": _operation("send", kind) for kind in sent},
            **{f"receive_{_key(kind)}": _operation("receive", kind) for kind in read},
        },
        "components": {"messages": {_key(kind): _message(kind) for kind in kinds}, "schemas": {"Envelope": _envelope()}},
    }


def _key(kind: EventType) -> str:
    return kind.name.replace(".", "_")


def _channel(kind: EventType) -> dict[str, Any]:
    return {
        "address": f"{{organisation}}.{{service}}.{kind.name}.{{recipient}}",
        "description": kind.summary,
        "parameters": {
            "organisation": {"description": "id of the sending organisation"},
            "service": {"description": "the sending service", "enum": list(kind.senders)},
            "recipient": {"description": RECIPIENTS[kind.audience]},
        },
        "messages": {_key(kind): {"$ref": f"#/components/messages/{_key(kind)}"}},
        "bindings": {
            "amqp": {"is": "routingKey", "exchange": {"name": "kim.events", "type": "topic", "durable": True, "autoDelete": False}}
        },
    }


def _operation(action: str, kind: EventType) -> dict[str, Any]:
    return {
        "action": action,
        "channel": {"$ref": f"#/channels/{_key(kind)}"},
        "messages": [{"$ref": f"#/channels/{_key(kind)}/messages/{_key(kind)}"}],
    }


def _message(kind: EventType) -> dict[str, Any]:
    sealed = kind.sensitivity is Sensitivity.PERSONAL
    clear = {"$ref": f"./schemas/{kind.name}.json"}
    data = {"type": "string", "description": f"a JWE to the receiving service's key; inside it {clear['$ref']}"} if sealed else clear
    about = {
        "type": {"enum": [kind.full_name(sender) for sender in kind.senders]},
        "dataschema": {"const": kind.dataschema},
        "datacontenttype": {"const": SEALED if sealed else PLAIN},
        "data": data,
    }
    return {
        "name": kind.name,
        "title": f"{kind.thing} {kind.fact}",
        "summary": kind.summary,
        "contentType": CONTENT_TYPE,
        "tags": [
            {"name": f"{label}: {value}"} for label, value in (("kind", kind.kind), ("audience", kind.audience), ("data", kind.sensitivity))
        ],
        "payload": {
            "schemaFormat": "application/schema+json;version=draft-07",
            "schema": {"allOf": [{"$ref": "#/components/schemas/Envelope"}, {"type": "object", "properties": about}]},
        },
    }


def _envelope() -> dict[str, Any]:
    text = {"type": "string", "minLength": 1, "maxLength": 300}
    properties: dict[str, Any] = {
        "specversion": {"const": "1.0"},
        "id": {**text, "description": "UUIDv7"},
        "source": {**text, "pattern": "^urn:kim:[a-z0-9-]{2,40}:[a-z]{2,20}$"},
        "type": text,
        "subject": {**text, "description": "the id of the thing"},
        "subjectversion": {"type": "integer", "minimum": 1, "description": "counts up per source and subject"},
        "time": {"type": "string", "format": "date-time"},
        "datacontenttype": {"enum": [PLAIN, SEALED]},
        "dataschema": text,
        "recipient": {**text, "pattern": r"^[a-z0-9-]{2,40}(\.[a-z]{2,20})?$"},
        "correlationid": {**text, "description": "follows one act through the services of one organisation"},
    }
    optional = {
        "causationid": {**text, "description": "the event that caused this one"},
        "traceparent": {**text, "description": "W3C Trace Context"},
    }
    return {"type": "object", "required": [*properties, "data"], "properties": {**properties, **optional}}
