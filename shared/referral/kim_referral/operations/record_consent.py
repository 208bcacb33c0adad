"""Record what a person agreed to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from kim_events.fields import Code, Id, Text
from kim_events.types.referral import DATA_CATEGORIES
from kim_runtime.act import Act
from kim_runtime.refusal import Refused, refuse
from marshmallow import Schema, fields
from sqlalchemy.orm import Session

from kim_referral.model.consent import Consent
from kim_referral.operations.declaration import DeclarationSchema, RecordDeclaration, as_declared, check_recipients, objections_to_giving
from kim_referral.rules.consent_rules import INTERPRETING, ConsentTerms, objections_to_recording
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
    purpose = Text(
        required=True,
        shortest=3,
        longest=500,
        metadata={
            "label": "Zweck",
            "hint": "wozu die Angaben weitergegeben werden; jeder Empfänger liest ihn: keine Gesundheitsangaben, keine anderen Stellen",
        },
    )
    recipients = fields.List(Id(), required=True, metadata={"label": "Wer Angaben erhalten darf"})
    categories = fields.List(Code(DATA_CATEGORIES), required=True, metadata={"label": "Welche Angaben"})


class RecordConsentSchema(DeclarationSchema, _Scope):
    command = RecordConsent

    language = Id(load_default="deu", metadata={"label": "Sprache des Gesprächs"})
    interpreting = Code(INTERPRETING, load_default="none", metadata={"label": "Gedolmetscht"})
    informed = fields.Boolean(load_default=False, metadata={
        "label": "Aufgeklärt über Zweck, Folgen einer Weigerung und das Recht, jederzeit zu widerrufen"})  # fmt: skip

    def objections(self, known: Mapping[str, Any]) -> Iterator[Refused]:
        return _objections(known, date.max)  # what day it is, the operation knows


def record_consent(session: Session, act: Act, command: RecordConsent) -> Consent:
    """Record a consent; the same id a second time returns the first record.

    Raises Refused: `not_informed`, `no_recipient`, `no_category`, `given_in_future`, `ends_before_start`, `health_needs_written`,
    `kept_where`, `giver_unnamed`, `guardian_needed`, `age_missing`, `of_age`, `valid_past_majority`,
    `receiver_unknown`.
    """
    existing = session.get(Consent, command.id)
    if existing is not None:
        return existing
    refuse(_objections(asdict(command), act.today))
    check_recipients(session, command.recipients)
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


def _objections(known: Mapping[str, Any], today: date) -> Iterator[Refused]:
    """Of an answer that is not known (yet) nothing is said here: the form says that it is missing."""
    terms = ConsentTerms(
        recipients=frozenset(known.get("recipients", ())),
        categories=frozenset(known.get("categories", ())),
        given_on=known.get("given_on", date.min),
        valid_to=known.get("valid_to", date.max),
        form=known.get("form", "written"),
        signed=known.get("signed", False),
    )
    yield from objections_to_recording(terms, informed=known.get("informed", False), today=today)
    yield from objections_to_giving(known)
