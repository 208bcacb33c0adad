"""What is typed to close a thing to the house, to lift that, and to open one in an emergency. A service adds how its thing is named:
`case_id = Id(required=True, attribute="thing_id")`.
"""

from __future__ import annotations

from dataclasses import dataclass

from kim_events.fields import Code, Id, Text
from kim_runtime.command import CommandSchema
from kim_runtime.refusal import Refused

from kim_protection.rules import ABOUT_A_COLLEAGUE, PROTECTION_REASONS, SHORTEST_REASON


@dataclass(frozen=True, slots=True)
class Protect:
    """`subject`: the colleague it is about, by the id they sign in with; needed where the reason is `colleague`."""

    thing_id: str
    reason: str
    subject: str | None = None


@dataclass(frozen=True, slots=True)
class Lift:
    thing_id: str
    because: str


class ProtectSchema(CommandSchema):
    reason = Code(PROTECTION_REASONS, required=True, metadata={"label": "Warum"})
    subject = Id(load_default=None, allow_none=True, metadata={"label": "Um welche Kolleg_in es geht", "optional": False})


class AtOnceSchema(CommandSchema):
    """For a command that makes a thing, to close it in the same step. `protect_reason` None: it stays open to the house."""

    protect_reason = Code(
        PROTECTION_REASONS, load_default=None, allow_none=True,
        metadata={"label": "Akte gleich schützen, weil"},
    )  # fmt: skip
    protect_subject = Id(load_default=None, allow_none=True, metadata={"label": "Um welche Kolleg_in es geht", "optional": False})


class LiftSchema(CommandSchema):
    because = Text(
        required=True, shortest=1, longest=500,
        metadata={"label": "Warum der Schutz endet", "hint": "Bitte nichts über die Personen selbst: Die Prüfung liest es."},
    )  # fmt: skip


class EmergencySchema(CommandSchema):
    """How the thing is named stands in a class behind this one, so that it comes first: errors follow the page."""

    reason = Text(
        required=True, shortest=SHORTEST_REASON, longest=500,
        metadata={
            "label": "Warum gerade jetzt",
            "hint": "Ein Satz von mindestens 20 Zeichen, ohne Namen. Wer die Akte führt, liest ihn, und die Prüfung auch.",
        },
    )  # fmt: skip


def subject_of(reason: str, subject: str | None, field: str = "subject") -> str | None:
    """The colleague a record is about, where it is about one; raises Refused `subject_missing` where it is not said about whom."""
    if reason != ABOUT_A_COLLEAGUE:
        return None
    if not subject:
        raise Refused("subject_missing", "Bitte sagen, um welche Kolleg_in es geht: Diese Person sieht die Akte dann nicht.", field)
    return subject
