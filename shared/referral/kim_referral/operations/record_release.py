"""Record that a person released somebody from confidentiality."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from kim_events.fields import Code, Id, Text
from kim_events.types.referral import DATA_CATEGORIES
from kim_runtime.act import Act
from marshmallow import Schema, fields
from sqlalchemy.orm import Session

from kim_referral.model.release import Release
from kim_referral.operations.declaration import DeclarationSchema, RecordDeclaration, as_declared, check_giving
from kim_referral.rules.content import in_order
from kim_referral.rules.release_rules import ReleaseTerms, objection_to_release


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


def record_release(session: Session, act: Act, command: RecordRelease) -> Release:
    """Record a release; the same id a second time returns the first record.

    Raises Refused: `not_informed`, `no_recipient`, `no_subject`, `given_in_future`, `ends_before_start`, and those of `check_giving`.
    """
    existing = session.get(Release, command.id)
    if existing is not None:
        return existing
    terms = ReleaseTerms(frozenset(command.recipients), frozenset(command.subjects), command.given_on, command.valid_to)
    objection = objection_to_release(terms, informed=command.informed, today=act.today)
    if objection is not None:
        raise objection
    check_giving(session, command)
    release = Release(**as_declared(act, command), released=command.released, subjects=list(in_order(command.subjects)))
    session.add(release)
    session.flush()
    return release
