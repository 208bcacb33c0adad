"""Record what a person agreed to."""

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

from kim_referral.model.consent import Consent
from kim_referral.operations.receivers import known_organisation
from kim_referral.rules.capacity import GIVERS, objection_to_giver
from kim_referral.rules.consent_rules import CONSENT_FORMS, INTERPRETING, ConsentTerms, objection_to_recording
from kim_referral.rules.content import in_order


@dataclass(frozen=True, slots=True)
class RecordConsent:
    """A consent as the person gave it. `recipients` are organisation ids; `person` is what this service calls the person.

    `informed`: the person was told the purpose, what follows from refusing, and that it can be revoked at any time.
    """

    person: str
    purpose: str
    recipients: tuple[str, ...]
    categories: tuple[str, ...]
    given_on: date
    valid_to: date
    informed: bool = False
    form: str = "written"
    signed: bool = False
    kept_at: str = ""
    language: str = "deu"
    interpreting: str = "none"
    age: int | None = None
    given_by: str = "self"
    giver_name: str = ""
    about_kind: str = "visitor"
    about_id: str = ""
    id: str = field(default_factory=new_id)


class RecordConsentSchema(CommandSchema):
    command = RecordConsent

    id = Id()
    about_kind = Id(load_default="visitor")
    about_id = fields.String(load_default="")
    person = Text(required=True, shortest=1, longest=200, metadata={
        "label": "Person", "hint": "wie sie hier geführt wird; bleibt in diesem Dienst", "autocomplete": "off"})  # fmt: skip
    purpose = Text(required=True, shortest=3, longest=500, metadata={"label": "Zweck", "hint": "wozu die Angaben weitergegeben werden"})
    recipients = fields.List(Id(), required=True, metadata={"label": "Wer Angaben erhalten darf"})
    categories = fields.List(Code(DATA_CATEGORIES), required=True, metadata={"label": "Welche Angaben"})
    given_on = Day(required=True, metadata={"label": "Erteilt am"})
    valid_to = Day(required=True, metadata={"label": "Gültig bis"})
    informed = fields.Boolean(load_default=False, metadata={
        "label": "Aufgeklärt über Zweck, Folgen einer Weigerung und das Recht, jederzeit zu widerrufen"})  # fmt: skip
    form = Code(CONSENT_FORMS, load_default="written", metadata={"label": "Form"})
    signed = fields.Boolean(load_default=False, metadata={"label": "Unterschrieben"})
    kept_at = Text(load_default="", longest=200, metadata={"label": "Unterschriebenes Blatt liegt", "hint": "zum Beispiel: Ordner Arkaden"})
    language = Id(load_default="deu", metadata={"label": "Sprache des Gesprächs"})
    interpreting = Code(INTERPRETING, load_default="none", metadata={"label": "Gedolmetscht"})
    age = StrictInt(load_default=None, allow_none=True, validate=validate.Range(0, 120), metadata={
        "label": "Alter", "hint": "nur wenn unter 18 Jahren", "autocomplete": "off"})  # fmt: skip
    given_by = Code(GIVERS, load_default="self", metadata={"label": "Erteilt von"})
    giver_name = Text(load_default="", longest=200, metadata={
        "label": "Name der Vertretung", "hint": "nur wenn nicht die Person selbst", "autocomplete": "off"})  # fmt: skip


def record_consent(session: Session, act: Act, command: RecordConsent) -> Consent:
    """Record a consent; the same id a second time returns the first record.

    Raises Refused: `not_informed`, `no_recipient`, `no_category`, `given_in_future`, `ends_before_start`, `health_needs_written`,
    `kept_where`, `giver_unnamed`, `guardian_needed`, `age_missing`, `of_age`, `receiver_unknown`.
    """
    existing = session.get(Consent, command.id)
    if existing is not None:
        return existing
    terms = ConsentTerms(
        recipients=frozenset(command.recipients),
        categories=frozenset(command.categories),
        given_on=command.given_on,
        valid_to=command.valid_to,
        form=command.form,
        signed=command.signed,
    )
    objection = objection_to_recording(terms, informed=command.informed, today=act.today)
    if objection is not None:
        raise objection
    if command.signed and command.form == "written" and not command.kept_at:
        raise Refused("kept_where", "Bitte angeben, wo das unterschriebene Blatt liegt.", "kept_at")
    if command.given_by != "self" and not command.giver_name:
        raise Refused("giver_unnamed", "Bitte angeben, wer für die Person eingewilligt hat.", "giver_name")
    objection = objection_to_giver(command.age, command.given_by, command.given_on)
    if objection is not None:
        raise objection
    for organisation_id in command.recipients:
        known_organisation(session, organisation_id, "recipients")
    consent = Consent(
        id=command.id,
        about_kind=command.about_kind,
        about_id=command.about_id or command.id,
        person=command.person,
        purpose=command.purpose,
        recipients=sorted(set(command.recipients)),
        categories=list(in_order(command.categories)),
        language=command.language,
        interpreting=command.interpreting,
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
    session.add(consent)
    session.flush()
    return consent
