"""What is typed to close a thing to the house, and to lift that. A service adds the id of its thing and the command."""

from __future__ import annotations

from kim_events.fields import Code, Id, Text
from kim_runtime.command import CommandSchema
from kim_runtime.refusal import Refused

from kim_protection.rules import PROTECTION_REASONS


class ProtectSchema(CommandSchema):
    """`subject`: the colleague it is about; needed where the reason is `colleague`."""

    reason = Code(PROTECTION_REASONS, required=True, metadata={"label": "Warum"})
    subject = Id(load_default=None, allow_none=True, metadata={"label": "Um welche Kolleg_in es geht"})


class LiftSchema(CommandSchema):
    because = Text(
        required=True, shortest=1, longest=500,
        metadata={"label": "Warum der Schutz endet", "hint": "Bitte nichts über die Personen selbst."},
    )  # fmt: skip


def subject_missing() -> Refused:
    """Of a record about a colleague it must be said about whom."""
    return Refused("subject_missing", "Bitte sagen, um welche Kolleg_in es geht: Diese Person sieht die Akte dann nicht.", "subject")
