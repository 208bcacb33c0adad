"""Record what a person agreed to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from kim_events.fields import Code, Id, Text
from kim_events.types.referral import DATA_CATEGORIES
from kim_runtime.act import Act
from marshmallow import Schema, fields
from sqlalchemy.orm import Session

from kim_referral.model.consent import Consent
from kim_referral.operations.declaration import DeclarationSchema, RecordDeclaration, as_declared, check_giving
from kim_referral.rules.consent_rules import INTERPRETING, ConsentTerms, objection_to_recording
from kim_referral.rules.content import in_order


@dataclass(frozen=True, slots=True)
class RecordConsent(RecordDeclaration):
    """A consent as the person gave it. `recipients` are organisation ids; `person` is what this service calls the person.

    `informed`: the person was told the purpose, what follows from refusing, and that it can be revoked at any time.
    """

    person: str
    purpose: str
    recipients: tuple[str, ...]
    categories: tuple[str, ...]
    given_on: date
    valid_to: date
    language: str = "deu"
    interpreting: str = "none"


class _Scope(Schema):
    person = Text(required=True, shortest=1, longest=200, metadata={
        "label": "Person", "hint": "wie sie hier geführt wird; bleibt in diesem Dienst", "autocomplete": "off"})  # fmt: skip
    purpose = Text(required=True, shortest=3, longest=500, metadata={"label": "Zweck", "hint": "wozu die Angaben weitergegeben werden"})
    recipients = fields.List(Id(), required=True, metadata={"label": "Wer Angaben erhalten darf"})
    categories = fields.List(Code(DATA_CATEGORIES), required=True, metadata={"label": "Welche Angaben"})


class RecordConsentSchema(DeclarationSchema, _Scope):
    command = RecordConsent

    language = Id(load_default="deu", metadata={"label": "Sprache des Gesprächs"})
    interpreting = Code(INTERPRETING, load_default="none", metadata={"label": "Gedolmetscht"})
    informed = fields.Boolean(load_default=False, metadata={
        "label": "Aufgeklärt über Zweck, Folgen einer Weigerung und das Recht, jederzeit zu widerrufen"})  # fmt: skip


def record_consent(session: Session, act: Act, command: RecordConsent) -> Consent:
    """Record a consent; the same id a second time returns the first record.

    Raises Refused: `not_informed`, `no_recipient`, `no_category`, `given_in_future`, `ends_before_start`, `health_needs_written`, and those
    of `check_giving`.
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
    check_giving(session, command)
    consent = Consent(
        **as_declared(act, command),
        purpose=command.purpose,
        categories=list(in_order(command.categories)),
        language=command.language,
        interpreting=command.interpreting,
    )
    session.add(consent)
    session.flush()
    return consent
