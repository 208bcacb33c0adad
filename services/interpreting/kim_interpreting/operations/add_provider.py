"""Enter an interpreter or translator."""

from __future__ import annotations

from dataclasses import dataclass, field

from kim_events.fields import Code, Id, Text
from kim_reference.languages import CODES as LANGUAGE_CODES
from kim_runtime.act import Act
from kim_runtime.command import CommandSchema
from kim_runtime.ids import new_id
from marshmallow import fields, validate
from sqlalchemy.orm import Session

from kim_interpreting.model.entered import PROVIDER, Entered
from kim_interpreting.model.provider import Provider
from kim_interpreting.rules.interpreters import QUALIFICATIONS, check_qualification

LANGUAGES_AT_MOST = 60  # what the column has room for


@dataclass(frozen=True, kw_only=True, slots=True)
class AddProvider:
    """`languages` are ISO 639-3 codes; `small_business` charges no VAT (§ 19 UStG)."""

    name: str
    qualification: str
    languages: tuple[str, ...] = ()
    small_business: bool = False
    id: str = field(default_factory=new_id)


class ProviderFactsSchema(CommandSchema):
    """What is known of one, whether new or changed."""

    name = Text(required=True, shortest=1, metadata={"label": "Name oder Büro", "autocomplete": "off"})
    qualification = Code(QUALIFICATIONS, required=True, metadata={"label": "Qualifikation"})
    languages = fields.List(
        Code(LANGUAGE_CODES), load_default=list, validate=validate.Length(max=LANGUAGES_AT_MOST), metadata={"label": "Sprachen"}
    )
    small_business = fields.Boolean(load_default=False, metadata={"label": "Kleinunternehmen ohne Umsatzsteuer (§ 19 UStG)"})


class AddProviderSchema(ProviderFactsSchema):
    command = AddProvider

    id = Id(load_default=new_id)


def add_provider(session: Session, act: Act, command: AddProvider) -> Provider:
    """The same id a second time changes nothing. Raises Refused `qualification_unknown`, whichever door it came through."""
    known = session.get(Provider, command.id)
    if known is not None:
        return known
    check_qualification(command.qualification)
    provider = Provider(
        id=command.id,
        name=command.name,
        qualification=command.qualification,
        languages=" ".join(command.languages),
        small_business=command.small_business,
    )
    session.add_all((provider, Entered.in_act(act, PROVIDER, provider.id)))
    session.flush()
    return provider
