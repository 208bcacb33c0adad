"""Record that a person released somebody from confidentiality."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from kim_events.fields import Code, Day, Id, StrictInt, Text
from kim_events.types.referral import DATA_CATEGORIES
from kim_runtime.act import Act
from kim_runtime.command import CommandSchema
from kim_runtime.ids import new_id
from kim_runtime.refusal import Refused
from marshmallow import fields, validate
from sqlalchemy.orm import Session

from kim_referral.model.release import Release
from kim_referral.operations.receivers import known_organisation
from kim_referral.rules.capacity import GIVERS, objection_to_giver
from kim_referral.rules.consent_rules import CONSENT_FORMS
from kim_referral.rules.content import in_order
from kim_referral.rules.release_rules import ReleaseTerms, objection_to_release


@dataclass(frozen=True, slots=True)
class RecordRelease:
    """A release (Schweigepflichtentbindung) as given. `released` is who may speak, `recipients` towards whom, `subjects` on what."""

    person: str
    released: str
    recipients: tuple[str, ...]
    subjects: tuple[str, ...]
    given_on: date
    valid_to: date
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


class RecordReleaseSchema(CommandSchema):
    command = RecordRelease

    id = Id()
    about_kind = Id(load_default="visitor")
    about_id = fields.String(load_default="")
    person = Text(required=True, shortest=1, longest=200, metadata={
        "label": "Person", "hint": "geschrieben wie in der Einwilligung", "autocomplete": "off"})  # fmt: skip
    released = Text(required=True, shortest=3, longest=500, metadata={
        "label": "Wer entbunden wird", "hint": "Namen oder Stelle, die zum Schweigen verpflichtet ist"})  # fmt: skip
    recipients = fields.List(Id(), required=True, metadata={"label": "Gegenüber wem"})
    subjects = fields.List(Code(DATA_CATEGORIES), required=True, metadata={"label": "Worüber gesprochen werden darf"})
    given_on = Day(required=True, metadata={"label": "Erteilt am"})
    valid_to = Day(required=True, metadata={"label": "Gültig bis"})
    informed = fields.Boolean(load_default=False, metadata={
        "label": "Erklärt, wovon entbunden wird und dass dies jederzeit widerrufen werden kann"})  # fmt: skip
    form = Code(CONSENT_FORMS, load_default="written", metadata={"label": "Form"})
    signed = fields.Boolean(load_default=False, metadata={"label": "Unterschrieben"})
    kept_at = Text(load_default="", longest=200, metadata={"label": "Unterschriebenes Blatt liegt", "hint": "zum Beispiel: Ordner Arkaden"})
    age = StrictInt(load_default=None, allow_none=True, validate=validate.Range(0, 120), metadata={
        "label": "Alter", "hint": "nur wenn unter 18 Jahren", "autocomplete": "off"})  # fmt: skip
    given_by = Code(GIVERS, load_default="self", metadata={"label": "Erteilt von"})
    giver_name = Text(load_default="", longest=200, metadata={
        "label": "Name der Vertretung", "hint": "nur wenn nicht die Person selbst", "autocomplete": "off"})  # fmt: skip


def record_release(session: Session, act: Act, command: RecordRelease) -> Release:
    """Record a release; the same id a second time returns the first record.

    Raises Refused: `not_informed`, `no_recipient`, `no_subject`, `given_in_future`, `ends_before_start`, `kept_where`, `giver_unnamed`,
    `guardian_needed`, `age_missing`, `of_age`, `receiver_unknown`.
    """
    existing = session.get(Release, command.id)
    if existing is not None:
        return existing
    terms = ReleaseTerms(frozenset(command.recipients), frozenset(command.subjects), command.given_on, command.valid_to)
    objection = objection_to_release(terms, informed=command.informed, today=act.today)
    objection = objection or objection_to_giver(command.age, command.given_by, command.given_on)
    if objection is not None:
        raise objection
    if command.signed and command.form == "written" and not command.kept_at:
        raise Refused("kept_where", "Bitte angeben, wo das unterschriebene Blatt liegt.", "kept_at")
    if command.given_by != "self" and not command.giver_name:
        raise Refused("giver_unnamed", "Bitte angeben, wer für die Person entbunden hat.", "giver_name")
    for organisation_id in command.recipients:
        known_organisation(session, organisation_id, "recipients")
    release = Release(
        id=command.id,
        about_kind=command.about_kind,
        about_id=command.about_id or command.id,
        person=command.person,
        released=command.released,
        recipients=sorted(set(command.recipients)),
        subjects=list(in_order(command.subjects)),
        form=command.form,
        signed=command.signed,
        kept_at=command.kept_at,
        age=command.age,
        given_by=command.given_by,
        giver_name=command.giver_name,
        given_on=command.given_on,
        valid_to=command.valid_to,
        recorded_at=act.at,
        recorded_by=act.actor.id,
    )
    session.add(release)
    session.flush()
    return release
