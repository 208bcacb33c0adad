"""Register a person who agreed to be known by name, after the search found nobody, or put a name to a return code."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from kim_events.fields import Code, Day, Id, StrictInt, Text
from kim_protection.commands import AtOnceSchema, subject_of
from kim_reference.languages import CODES as LANGUAGE_CODES
from kim_runtime.act import Act
from kim_runtime.entered import Entered
from kim_runtime.ids import new_id
from kim_runtime.refusal import Refused
from marshmallow import fields, validate
from sqlalchemy.orm import Session

from kim_intake.model.base import wait_for_same
from kim_intake.model.client import Client
from kim_intake.model.entered import NAMED
from kim_intake.model.site import no_such_site, site
from kim_intake.operations.consultation_facts import PERSONS_AT_MOST, known_place, where
from kim_intake.operations.find_at_site import client_for, consultation_for, known_by_code
from kim_intake.operations.issue_code import unused_code
from kim_intake.operations.protect_client import protect_at_once
from kim_intake.operations.protect_visitor import protect_who_came
from kim_intake.rules.permissions import may_at


@dataclass(frozen=True, kw_only=True, slots=True)
class RegisterClient:
    """`code`: of a client so far without a name. `consultation_id`: the talk in which the person agreed, linked to them. `protect_reason`:
    the record is closed before anybody else finds it; `protect_subject` is the colleague it is about.
    """

    site: str
    name: str
    phone: str = ""
    birth_year: int | None = None
    languages: tuple[str, ...] = ()
    place: str | None = None
    persons: int = 1
    consent_given_on: date | None = None
    code: str = ""
    consultation_id: str | None = None
    protect_reason: str | None = None
    protect_subject: str | None = None
    id: str = field(default_factory=new_id)


class RegisterClientSchema(AtOnceSchema):
    command = RegisterClient
    id = Id()
    site = Id(required=True)
    name = Text(required=True, shortest=1, longest=200, metadata={"label": "Name, wie die Person ihn nennt", "autocomplete": "off"})
    phone = Text(longest=50, metadata={"label": "Telefon", "autocomplete": "off", "inputmode": "tel"})
    birth_year = StrictInt(
        allow_none=True,
        validate=validate.Range(1900, 2100),
        metadata={"label": "Geburtsjahr", "autocomplete": "off", "inputmode": "numeric"},
    )
    languages = fields.List(Code(LANGUAGE_CODES), metadata={"label": "Sprache"})
    place = fields.String(allow_none=True, validate=known_place, metadata={"label": "Wohnort oder Postleitzahl", "autocomplete": "off"})
    persons = StrictInt(validate=validate.Range(1, PERSONS_AT_MOST), metadata={"label": "Personen im Haushalt", "inputmode": "numeric"})
    consent_given_on = Day(
        required=True,
        metadata={
            "label": "Einwilligung zum Speichern gegeben am",
            "hint": "Ohne Einwilligung wird kein Name gespeichert.",
            "lies": "behind",
        },
    )
    code = fields.String(metadata={"label": "Rückkehrcode, wenn schon einer ausgegeben ist", "autocomplete": "off"})
    consultation_id = Id(allow_none=True)


def register_client(session: Session, act: Act, command: RegisterClient) -> Client:
    """Keep the person's name with the day they agreed; nobody is joined to anybody. Raises Refused, NotFound."""
    wait_for_same(session, command.id)
    existing = session.get(Client, command.id)
    if existing is not None:
        return client_for(session, act, existing.id, "client.register")
    if not may_at(act.actor, "consultation.record", site(session, command.site).id):
        raise no_such_site(command.site)
    if command.consent_given_on is None:
        raise Refused("consent_missing", "Ohne Einwilligung wird kein Name gespeichert. Ein Rückkehrcode geht ohne.", "consent_given_on")
    if command.consent_given_on > act.today:
        raise Refused("in_the_future", "Der Tag liegt in der Zukunft.", "consent_given_on")
    talk = consultation_for(session, act, command.consultation_id, "consultation.correct") if command.consultation_id else None
    known = _by_code(session, act, command, talk.client_id if talk else None)
    person = known or Client(
        id=command.id, code=unused_code(session), created_at=act.at, created_by=act.actor.id, site_id=command.site, last_contact=act.today
    )
    person.keep_name(command.name, command.phone)
    person.birth_year = command.birth_year
    person.languages = command.languages or (talk.languages if talk else ())
    person.town = where(command.place)[0] or (talk.town if talk else None)
    person.persons = command.persons
    person.consent_given_on = command.consent_given_on
    session.add(person)
    if known:
        session.add(Entered.in_act(act, NAMED, person.id))
    session.flush()
    if talk and talk.client_id is None:
        talk.client_id = person.id
    if command.protect_reason:
        subject = subject_of(command.protect_reason, command.protect_subject, "protect_subject")
        if talk and talk.client_id == person.id:
            protect_who_came(session, act, talk, command.protect_reason, subject)
        else:
            protect_at_once(session, act, person, command.protect_reason, subject)
    return person


def _by_code(session: Session, act: Act, command: RegisterClient, linked: str | None) -> Client | None:
    """The client so far without a name, by the code typed or by the consultation; raises Refused when they have one."""
    person = session.get(Client, linked) if linked else None
    if command.code:
        person = known_by_code(session, act, command.code, "client.register", "code")
        if person is None:
            raise Refused("unknown_code", "Diesen Rückkehrcode gibt es hier nicht.", "code")
    if person and person.is_named:
        raise Refused("already_named", "Zu diesem Rückkehrcode ist schon eine Person bekannt.", "code")
    return person
