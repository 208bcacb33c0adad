"""What recording a consent and recording a release have in common: the proof of it, who gave it, and taking it back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from kim_events.fields import Code, Day, Id, StrictInt, Text
from kim_runtime.act import Act
from kim_runtime.command import CommandSchema
from kim_runtime.ids import new_id
from kim_runtime.refusal import Refused
from marshmallow import fields, validate
from sqlalchemy.orm import Session

from kim_referral.model.declaration import Declared
from kim_referral.operations.receivers import known_organisation
from kim_referral.rules.capacity import GIVERS, objection_to_giver, objection_to_last_day
from kim_referral.rules.consent_rules import CONSENT_FORMS, REVOCATION_WAYS

# The columns that a command has under the same name.
SAME = ("id", "about_kind", "person", "form", "signed", "kept_at", "age", "given_by", "giver_name", "given_on", "valid_to")


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordDeclaration:
    """How it was given. `informed`: the person was told what it means and that it can be revoked at any time."""

    informed: bool = False
    form: str = "written"
    signed: bool = False
    kept_at: str = ""
    age: int | None = None
    given_by: str = "self"
    giver_name: str = ""
    about_kind: str = "visitor"
    about_id: str = ""
    id: str = field(default_factory=new_id)


class DeclarationSchema(CommandSchema):
    """Fields that a declaration names besides stand in a class behind this one, so that they come first: errors follow the page."""

    id = Id()
    about_kind = Id(load_default="visitor")
    about_id = Id(load_default="")
    given_on = Day(required=True, metadata={"label": "Erteilt am", "lies": "behind"})
    valid_to = Day(required=True, metadata={"label": "Gültig bis", "lies": "ahead"})
    age = StrictInt(load_default=None, allow_none=True, validate=validate.Range(0, 120), metadata={
        "label": "Alter", "hint": "nur wenn unter 18 Jahren", "autocomplete": "off"})  # fmt: skip
    given_by = Code(GIVERS, load_default="self", metadata={"label": "Erteilt von"})
    giver_name = Text(load_default="", longest=200, metadata={
        "label": "Name der Vertretung", "hint": "nur wenn nicht die Person selbst", "autocomplete": "off"})  # fmt: skip
    form = Code(CONSENT_FORMS, load_default="written", metadata={"label": "Form"})
    signed = fields.Boolean(load_default=False, metadata={"label": "Unterschrieben"})
    kept_at = Text(
        load_default="",
        longest=200,
        metadata={"label": "Unterschriebenes Blatt liegt", "hint": "zum Beispiel: Ordner Arkaden", "optional": False},
    )


class RevocationSchema(CommandSchema):
    """Who takes it back, and how. Nobody is asked why."""

    how = Code(REVOCATION_WAYS, load_default="in_person", metadata={"label": "Wie"})
    by = Code(GIVERS, load_default="self", metadata={"label": "Wer hat widerrufen"})


def objections_to_giving(known: Mapping[str, Any]) -> Iterator[Refused]:
    """What is wrong with who gave it and where the paper lies, as far as the answers are known (by name)."""
    if known.get("signed") and known.get("form") == "written" and not known.get("kept_at"):
        yield Refused("kept_where", "Bitte angeben, wo das unterschriebene Blatt liegt.", "kept_at")
    given_by = known.get("given_by", "self")
    if given_by != "self" and not known.get("giver_name"):
        yield Refused("giver_unnamed", "Bitte angeben, wer für die Person erklärt hat.", "giver_name")
    given_on = known.get("given_on", date.max)
    objection = objection_to_giver(known.get("age"), given_by, given_on)
    if objection is None and given_on < date.max:
        objection = objection_to_last_day(known.get("age"), given_by, given_on, known.get("valid_to", date.min))
    if objection is not None:
        yield objection


def check_recipients(session: Session, recipients: Iterable[str]) -> None:
    """Raises Refused `receiver_unknown`."""
    for organisation_id in recipients:
        known_organisation(session, organisation_id, "recipients")


def as_declared(act: Act, command: Any) -> dict[str, Any]:
    """The columns of `Declared`; one that is about nothing yet is about itself."""
    same = {name: getattr(command, name) for name in SAME}
    recipients = sorted(set(command.recipients))
    return {
        **same,
        "about_id": command.about_id or command.id,
        "recipients": recipients,
        "recorded_at": act.at,
        "recorded_by": act.actor.id,
    }


def take_back(row: Declared, act: Act, *, by: str, how: str, at: datetime | None = None) -> None:
    row.revoked_at = at or act.at
    row.revoked_by = by
    row.revoked_how = how
    row.revocation_recorded_at = act.at
    row.revocation_recorded_by = act.actor.id
