"""The catalogue page: every event type with who says it, who reads it, and an example."""

from __future__ import annotations

from kim_events.catalogue import CATALOGUE
from kim_events.event_type import EventType

from kim_tools.generated.text import NOTE, as_json, table
from kim_tools.tree import SERVICES

INTRODUCTION = """# Events

What the services tell each other. An event is a CloudEvent 1.0 in structured mode; its full type names the sending service
(`de.kim.casework.case.changed.v1`), its routing key sender and recipient (`staedteregion-aachen.casework.case.changed.v1.all`).

- **kind** `state`: carries the whole state of its subject, a reader keeps the highest `subjectversion`.
  `fact`: applies once by id, in any order.
- **audience** `organisation`: stays in the house. `addressed`: one organisation, or one mailbox of it.
  `network`: all that agreed, aggregates only.
- **data** `personal`: travels as a JWE to the receiving service's key. `pseudonymous`: a number or reference only.
  `none`: nobody is meant.

A published schema never changes: an optional field may be added, anything else is a `.v2` beside the `.v1`.
"""


def documents() -> dict[str, str]:
    kinds = sorted(CATALOGUE.values(), key=lambda kind: kind.name)
    rows = [
        (
            f"[`{kind.name}`](#{_anchor(kind)})",
            ", ".join(kind.senders),
            ", ".join(kind.receivers),
            kind.audience,
            kind.sensitivity,
            kind.kind,
            kind.since,
        )
        for kind in kinds
    ]
    overview = table(("Type", "Says it", "Reads it", "Audience", "Data", "Kind", "Since"), rows)
    services = "".join(f"- [{service}.asyncapi.json]({service}.asyncapi.json)\n" for service in SERVICES)
    page = [NOTE, INTRODUCTION, overview, "AsyncAPI 3.0, one document a service:\n\n" + services, *(_section(kind) for kind in kinds)]
    return {"docs/events/README.md": "\n".join(page)}


def _anchor(kind: EventType) -> str:
    return kind.name.replace(".", "")


def _section(kind: EventType) -> str:
    example = as_json(dict(kind.example))
    return f"## {kind.name}\n\n{kind.summary} Schema: [schemas/{kind.name}.json](schemas/{kind.name}.json)\n\n```json\n{example}```\n"
