"""The people of a household in a case."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from kim_events.fields import Id, StrictInt, Text
from kim_runtime.act import Act
from kim_runtime.command import CommandSchema
from kim_runtime.entered import Entered
from kim_runtime.ids import new_id
from marshmallow import fields, validate
from sqlalchemy.orm import Session

from kim_casework.model.case import Person
from kim_casework.model.entered import PERSON_ADDED
from kim_casework.operations.find_case import no_case, open_case_to_change


@dataclass(frozen=True, slots=True)
class HouseholdPerson:
    """One person: `language` ISO 639-3, empty where not asked."""

    name: str
    birth_year: int | None = None
    phone: str = ""
    language: str = ""
    needs_interpreter: bool = False


class _PersonFields(CommandSchema):
    name = Text(required=True, shortest=1, metadata={"label": "Name", "autocomplete": "off"})
    birth_year = StrictInt(
        load_default=None, allow_none=True, validate=validate.Range(1900, 2100), metadata={"label": "Geburtsjahr", "autocomplete": "off"}
    )
    phone = Text(load_default="", longest=50, metadata={"label": "Telefon", "autocomplete": "off"})
    language = Text(load_default="", longest=12, metadata={"label": "Sprache"})
    needs_interpreter = fields.Boolean(load_default=False, metadata={"label": "braucht Sprachmittlung"})


class HouseholdPersonSchema(_PersonFields):
    command = HouseholdPerson


@dataclass(frozen=True, slots=True)
class AddPerson:
    """Add a person of the household to a case."""

    case_id: str
    name: str
    birth_year: int | None = None
    phone: str = ""
    language: str = ""
    needs_interpreter: bool = False
    id: str = field(default_factory=new_id)


class AddPersonSchema(_PersonFields):
    command = AddPerson
    id = Id(load_default=new_id)
    case_id = Id(required=True)


def add_person(session: Session, act: Act, command: AddPerson) -> Person:
    """Add them behind those there are. The same id again returns the person there is. Raises NotFound, Refused `case_closed`."""
    case = open_case_to_change(session, act, command.case_id)
    existing = session.get(Person, command.id)
    if existing is not None and existing.case_id != case.id:
        raise no_case()
    if existing is not None:
        return existing
    described = HouseholdPerson(command.name, command.birth_year, command.phone, command.language, command.needs_interpreter)
    person = household_person(described, len(case.persons) + 1, act.today, command.id)
    case.persons.append(person)
    session.add(Entered.in_act(act, PERSON_ADDED, case.id, person.id))
    session.flush()
    return person


def household_person(person: HouseholdPerson, position: int, day: date, person_id: str | None = None) -> Person:
    return Person(
        id=person_id or new_id(), position=position, name=person.name, birth_year=person.birth_year, phone=person.phone,
        language=person.language, needs_interpreter=person.needs_interpreter, added_on=day,
    )  # fmt: skip
