"""Take up who sat at the desk without a record, and close that record in the same step: nothing of it lies open in between."""

from __future__ import annotations

from dataclasses import dataclass

from kim_events.fields import Id
from kim_protection.commands import Protect, ProtectSchema, subject_of
from kim_referral.model.consent import Consent
from kim_referral.model.referral import Referral
from kim_referral.model.release import Release
from kim_runtime.act import Act
from kim_runtime.ids import new_id
from kim_runtime.refusal import Refused
from sqlalchemy import update
from sqlalchemy.orm import Session

from kim_intake.model.client import Client, client
from kim_intake.model.consultation import Consultation
from kim_intake.model.hand_over import talks_on_the_way
from kim_intake.model.sight import lets_with
from kim_intake.model.site import no_such_site
from kim_intake.model.site import site as site_of
from kim_intake.operations.find_at_site import consultation_for
from kim_intake.operations.issue_code import client_of_talk, unused_code
from kim_intake.operations.protect_client import protect_at_once
from kim_intake.rules.permissions import may_at

VISITOR = "visitor"  # what a consent is about that was recorded for nobody known


class ProtectVisitor(Protect):
    """`thing_id` is that of a talk."""


class ProtectVisitorSchema(ProtectSchema):
    command = ProtectVisitor
    consultation_id = Id(required=True, attribute="thing_id")


def protect_visitor(session: Session, act: Act, command: ProtectVisitor) -> Client:
    """Give the visitor of a talk a record without a name, by its return code alone, that is closed from its first moment on.

    Raises NotFound, Refused `subject_missing`.
    """
    talk = consultation_for(session, act, command.thing_id, "visitor.protect")
    return protect_who_came(session, act, talk, command.reason, subject_of(command.reason, command.subject))


def protect_who_came(session: Session, act: Act, talk: Consultation, reason: str, subject: str | None) -> Client:
    """Close the record of who a talk was with, and make it first where there is none: not even another desk of its way knows the person."""
    person = _known(session, act, talk) or client_of_talk(session, act, talk)
    talk.client_id = talk.client_id or person.id
    session.flush()
    protect_at_once(session, act, person, reason, subject)
    return person


@dataclass(frozen=True, slots=True, kw_only=True)
class ProtectDeclared(Protect):
    """`thing_id` is that of a consent recorded for a visitor without a talk. `site`: where that is done."""

    site: str


class ProtectDeclaredSchema(ProtectSchema):
    command = ProtectDeclared
    consent_id = Id(required=True, attribute="thing_id")
    site = Id(required=True)


def protect_declared(session: Session, act: Act, command: ProtectDeclared, consent: Consent) -> Client:
    """Give who consented a record without a name, by its return code alone, closed from its first moment on, and hang on it all they agreed
    to and all that was told of them. `consent` is that of the command, as who acts may see it.

    Raises NotFound, Refused `subject_missing`, `not_of_a_visitor`.
    """
    if consent.about_kind != VISITOR:
        raise Refused("not_of_a_visitor", "Diese Einwilligung hängt schon an einer Akte: Bitte diese schützen.", "consent_id")
    here = site_of(session, command.site)
    if not may_at(act.actor, "visitor.protect", here.id):
        raise no_such_site(here.id)
    person = Client(
        id=new_id(), code=unused_code(session), languages=(consent.language,), created_at=act.at, created_by=act.actor.id,
        site_id=here.id, last_contact=act.today,
    )  # fmt: skip
    session.add(person)
    session.flush()
    visitor = consent.about_id
    for kind in (Consent, Release, Referral):
        session.execute(
            update(kind).where(kind.about_kind == VISITOR, kind.about_id == visitor).values(about_kind="client", about_id=person.id)
        )
    protect_at_once(session, act, person, command.reason, subject_of(command.reason, command.subject))
    return person


def _known(session: Session, act: Act, talk: Consultation) -> Client | None:
    """Who the talk was with, or else who another desk found it to be; of whom the actor may close the record."""
    for each in (talk, *talks_on_the_way(session, [talk.id])):
        if each.client_id and lets_with(session, act, "client.protect", None, each.client_id):
            return client(session, each.client_id)
    return None
