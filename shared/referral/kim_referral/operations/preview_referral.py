"""Show word for word what a referral would send, under the same checks as sending."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from kim_events.fields import Id, StrictInt, Text
from kim_runtime.act import Act
from kim_runtime.command import CommandSchema
from kim_runtime.ids import new_id
from kim_runtime.refusal import Refused, refuse
from marshmallow import fields, validate
from sqlalchemy.orm import Session

from kim_referral.model.consent import Consent
from kim_referral.model.declaration import declared_about, for_update
from kim_referral.model.referral import Referral
from kim_referral.model.release import Release, releases_of
from kim_referral.operations.receivers import Receiver, bound_to_secrecy, name_of, receiver
from kim_referral.rules.capacity import objection_to_birth_year
from kim_referral.rules.consent_rules import objection_to_disclosure
from kim_referral.rules.content import HEALTH_TOPIC, Content, categories_of, in_order
from kim_referral.rules.referral_rules import answer_by, health_hints
from kim_referral.rules.release_rules import objection_to_telling, released_until, secrecy_of, unreleased


@dataclass(frozen=True, slots=True)
class ReferPerson:
    """Refer a person or family. `receiver` is an organisation's id or one of its mailboxes.

    `note_checked`: the person at the desk has read note and purpose for health facts and found none. `typed_confirmation`, and
    `previewed`, the mark its preview gave, are asked for an immigration office alone.
    """

    receiver: str
    consent_id: str | None = None
    name: str = ""
    phone: str = ""
    birth_year: int | None = None
    language: str = ""
    residence_town: str = ""
    persons: int | None = None
    topics: tuple[str, ...] = ()
    note: str = ""
    health: str = ""
    desk: str = ""
    note_checked: bool = False
    typed_confirmation: str = ""
    previewed: str = ""
    about_kind: str = ""
    about_id: str = ""
    id: str = field(default_factory=new_id)

    @property
    def content(self) -> Content:
        return Content(
            name=self.name,
            phone=self.phone,
            birth_year=self.birth_year,
            language=self.language,
            residence_town=self.residence_town,
            topics=tuple(self.topics),
            note=self.note,
            health=self.health,
            persons=self.persons,
        )


class ReferPersonSchema(CommandSchema):
    command = ReferPerson

    id = Id()
    about_kind = Id(load_default="")
    about_id = Id(load_default="")
    receiver = Text(required=True, shortest=2, longest=61, metadata={"label": "An"})
    consent_id = Id(load_default=None, allow_none=True, metadata={"label": "Einwilligung", "optional": False})
    name = Text(load_default="", longest=200, metadata={"label": "Name", "autocomplete": "off"})
    phone = Text(load_default="", longest=50, metadata={"label": "Telefon", "autocomplete": "off"})
    birth_year = StrictInt(load_default=None, allow_none=True, validate=validate.Range(1900, 2100), metadata={
        "label": "Geburtsjahr", "autocomplete": "off"})  # fmt: skip
    language = Text(load_default="", longest=8, metadata={"label": "Sprache"})
    residence_town = Text(load_default="", longest=8, metadata={"label": "Wohnort"})
    persons = StrictInt(load_default=None, allow_none=True, validate=validate.Range(1, 99), metadata={"label": "Wie viele Personen"})
    topics = fields.List(Id(), load_default=tuple, metadata={"label": "Themen"})
    note = Text(
        load_default="", longest=1000, metadata={"label": "Anliegen in Worten", "hint": "keine Gesundheitsangaben; dafür das nächste Feld"}
    )
    health = Text(load_default="", longest=1000, metadata={
        "label": "Gesundheitsangaben", "hint": "nur mit schriftlicher, unterschriebener Einwilligung"})  # fmt: skip
    desk = Text(load_default="", longest=120, metadata={"label": "Rückfragen an", "hint": "Schalter oder Büro, kein Name der Person"})
    note_checked = fields.Boolean(load_default=False, metadata={"label": "Geprüft: in Anliegen und Zweck stehen keine Gesundheitsangaben"})
    typed_confirmation = Text(load_default="", longest=200, metadata={"label": "Zur Bestätigung", "autocomplete": "off"})
    previewed = Text(load_default="", longest=100, metadata={"label": "Vorschau"})

    def objections(self, known: Mapping[str, Any]) -> Iterator[Refused]:
        without_consent = None if known.get("consent_id") else objection_to_disclosure(None, "", "", (), date.min)
        for found in (without_consent, _unreachable(known.get("name", ""), known.get("phone", ""))):
            if found is not None:
                yield found


@dataclass(frozen=True, slots=True)
class Preview:
    """Exactly what goes out: to whom, under which consent, which words.

    `hints` are words of note and purpose that sound like health while no such consent is given: for the eye of the person at the desk.
    `unreleased` is what may not be told yet for want of a release from confidentiality, `secrecy` how it stands with that. After
    `last_day` neither consent nor release carries it any more.
    """

    receiver: Receiver
    consent: Consent
    content: Content
    categories: tuple[str, ...]
    desk: str
    answer_by: date
    hints: tuple[str, ...]
    secrecy: str
    unreleased: tuple[str, ...]
    last_day: date


def objection_to_printing(session: Session, act: Act, letter: Referral, consent: Consent) -> Refused | None:
    """Why a letter drawn up earlier may not be printed today: on paper it leaves the house now, and not on the day it was written."""
    if letter.state == "expired":
        return Refused(
            "letter_expired", "Dieser Brief ist abgelaufen und lässt sich nicht mehr drucken. Bitte neu verweisen oder zurückziehen."
        )
    objection = objection_to_disclosure(consent.terms, letter.receiver, letter.receiver_name, letter.categories, act.today)
    if objection is not None or not bound_to_secrecy(session, act):
        return objection
    given = declared_about(session, Release, consent.about_kind, consent.about_id)
    releases = [one.terms for one in given if one.is_of(consent.person)]
    return objection_to_telling(unreleased(releases, letter.receiver, letter.categories, act.today), letter.receiver_name)


def preview_referral(session: Session, act: Act, command: ReferPerson) -> Preview:
    """What `refer_person` or `refer_by_letter` would send.

    Raises Refused: `receiver_unknown`, `receiver_self`, `nothing_to_say`, `consent_missing`, `consent_revoked`, `consent_expired`,
    `consent_not_yet`, `recipient_not_named`, `category_not_consented`, `health_not_consented`, `health_needs_written`,
    `consent_of_another`, `guardian_needed`, `age_missing`, `age_differs`.
    """
    to = receiver(session, act, command.receiver)
    content = command.content
    categories = categories_of(content)
    consent = for_update(session, Consent, command.consent_id) if command.consent_id else None
    terms = consent.terms if consent is not None else None
    objections = [objection_to_disclosure(terms, to.organisation, to.name, categories, act.today)]
    about = (command.about_kind or consent.about_kind, command.about_id or consent.about_id) if consent is not None else None
    if consent is not None and about != (consent.about_kind, consent.about_id):
        objections.append(Refused("consent_of_another", "Diese Einwilligung gehört zu einer anderen Person oder Sache.", "consent_id"))
    if consent is not None:
        objections.append(objection_to_birth_year(content.birth_year, consent.age, consent.given_by, consent.given_on, "birth_year"))
    objections.append(_unreachable(content.name, content.phone))
    refuse(found for found in objections if found is not None)
    assert consent is not None
    bound = bound_to_secrecy(session, act)
    releases = [one.terms for one in releases_of(session, consent.about_kind, consent.about_id, consent.person)] if bound else []
    missing = unreleased(releases, to.organisation, categories, act.today) if bound else ()
    released = released_until(releases, to.organisation, categories, act.today)
    consented_health = HEALTH_TOPIC in consent.categories and consent.terms.proven
    return Preview(
        receiver=to,
        consent=consent,
        content=content,
        categories=in_order(categories),
        desk=command.desk or name_of(session, act.organisation, act.today),
        answer_by=answer_by(act.today),
        hints=() if consented_health else health_hints(f"{consent.purpose}\n{command.note}"),
        secrecy=secrecy_of(bound=bound, categories=categories, missing=missing),
        unreleased=missing,
        last_day=min(consent.valid_to, released) if released else consent.valid_to,
    )


def _unreachable(name: str, phone: str) -> Refused | None:
    if name or phone:
        return None
    return Refused(
        "nothing_to_say", "Ohne Namen oder Telefon kann die Stelle niemanden erreichen. Bitte angeben oder den Zettel mitgeben.", "name"
    )
