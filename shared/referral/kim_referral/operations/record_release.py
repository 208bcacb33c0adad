"""Record that a person released somebody from confidentiality."""

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

from kim_referral.model.release import Release
from kim_referral.operations.declaration import DeclarationSchema, RecordDeclaration, as_declared, check_recipients, objections_to_giving
from kim_referral.rules.content import in_order
from kim_referral.rules.release_rules import ReleaseTerms, objections_to_release


@dataclass(frozen=True, slots=True)
class RecordRelease(RecordDeclaration):
    """A release (Schweigepflichtentbindung) as given. `released` is who may speak, `recipients` towards whom, `subjects` on what."""

    person: str
    released: str
    recipients: tuple[str, ...]
    subjects: tuple[str, ...]
    given_on: date
    valid_to: date


class _Scope(Schema):
    person = Text(required=True, shortest=1, longest=200, metadata={
        "label": "Person", "hint": "geschrieben wie in der Einwilligung", "autocomplete": "off"})  # fmt: skip
    released = Text(required=True, shortest=3, longest=500, metadata={
        "label": "Wer entbunden wird", "hint": "Namen oder Stelle, die zum Schweigen verpflichtet ist"})  # fmt: skip
    recipients = fields.List(Id(), required=True, metadata={"label": "Gegenüber wem"})
    subjects = fields.List(Code(DATA_CATEGORIES), required=True, metadata={"label": "Worüber gesprochen werden darf"})


class RecordReleaseSchema(DeclarationSchema, _Scope):
    command = RecordRelease

    informed = fields.Boolean(load_default=False, metadata={
        "label": "Erklärt, wovon entbunden wird und dass dies jederzeit widerrufen werden kann"})  # fmt: skip

    def objections(self, known: Mapping[str, Any]) -> Iterator[Refused]:
        return _objections(known, date.max)  # what day it is, the operation knows


def record_release(session: Session, act: Act, command: RecordRelease) -> Release:
    """Record a release; the same id a second time returns the first record.

    Raises Refused: `not_informed`, `no_recipient`, `no_subject`, `given_in_future`, `ends_before_start`, `kept_where`,
    `giver_unnamed`, `guardian_needed`, `age_missing`, `of_age`, `valid_past_majority`,
    `receiver_unknown`.
    """
    existing = session.get(Release, command.id)
    if existing is not None:
        return existing
    refuse(_objections(asdict(command), act.today))
    check_recipients(session, command.recipients)
    release = Release(**as_declared(act, command), released=command.released, subjects=list(in_order(command.subjects)))
    session.add(release)
    session.flush()
    return release


def _objections(known: Mapping[str, Any], today: date) -> Iterator[Refused]:
    """Of an answer that is not known (yet) nothing is said here: the form says that it is missing."""
    terms = ReleaseTerms(
        recipients=frozenset(known.get("recipients", ())),
        subjects=frozenset(known.get("subjects", ())),
        given_on=known.get("given_on", date.min),
        valid_to=known.get("valid_to", date.max),
    )
    yield from objections_to_release(terms, informed=known.get("informed", False), today=today)
    yield from objections_to_giving(known)
