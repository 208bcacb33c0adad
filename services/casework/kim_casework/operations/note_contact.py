"""Note a contact in a case, with what is to be done next."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from kim_events.fields import Code, Day, Id, StrictInt, Text
from kim_runtime.act import Act
from kim_runtime.command import CommandSchema
from kim_runtime.ids import new_id
from kim_runtime.refusal import Refused, refuse
from marshmallow import fields, validate
from sqlalchemy.orm import Session

from kim_casework.model.case import Case
from kim_casework.model.contact import WHO_ACTS, Contact, NextStep
from kim_casework.operations.find_case import case_to_change, no_case, require_open
from kim_casework.rules.follow_up import CONTACT_KINDS, COUNTERPARTS, counts_as_follow_up


@dataclass(frozen=True, slots=True)
class NoteContact:
    """`day` None: today. `present`: ids of persons of the household; `about`: whose note it is (empty: the one adult present).

    `next_step` with `next_step_on` and `next_step_who` (manager, client, office) are left empty where nothing is to be done.
    """

    case_id: str
    kind: str
    minutes: int
    text: str = ""
    day: date | None = None
    counterpart: str = "client"
    counterpart_name: str = ""
    present: tuple[str, ...] = ()
    about: str = ""
    next_step: str = ""
    next_step_on: date | None = None
    next_step_who: str = "manager"
    next_step_office: str = ""
    id: str = field(default_factory=new_id)


class NoteContactSchema(CommandSchema):
    command = NoteContact
    id = Id(load_default=new_id)
    case_id = Id(required=True)
    day = Day(load_default=None, allow_none=True, metadata={"label": "Tag", "lies": "behind"})
    kind = Code(CONTACT_KINDS, required=True, metadata={"label": "Art"})
    counterpart = Code(COUNTERPARTS, load_default="client", metadata={"label": "Mit wem"})
    counterpart_name = Text(
        load_default="",
        longest=120,
        metadata={"label": "Welche Stelle", "hint": "Nur wenn nicht mit der Familie: zum Beispiel Jobcenter Stolberg"},
    )
    present = fields.List(Id(), load_default=list, metadata={"label": "Wer war dabei?"})
    about = Text(load_default="", longest=64, metadata={"label": "Für wen ist die Notiz?"})
    minutes = StrictInt(required=True, validate=validate.Range(0, 720), metadata={"label": "Minuten"})
    text = Text(load_default="", longest=4000, metadata={"label": "Notiz"})
    next_step = Text(load_default="", longest=300, metadata={"label": "Nächster Schritt"})
    next_step_on = Day(load_default=None, allow_none=True, metadata={"label": "Bis wann", "lies": "ahead"})
    next_step_who = Code(WHO_ACTS, load_default="manager", metadata={"label": "Wer ist dran?"})
    next_step_office = Text(load_default="", longest=120, metadata={"label": "Welche Stelle ist dran?"})


def note_contact(session: Session, act: Act, command: NoteContact) -> Contact:
    """Keep the note. The same id again returns the note there is.

    Raises NotFound, Refused `case_closed`, `contact_later`, `person_not_in_case`, `about_whom`, `step_without_day`, `day_without_step`.
    """
    case = case_to_change(session, act, command.case_id)
    existing = session.get(Contact, command.id)
    if existing is not None and existing.case_id != case.id:
        raise no_case()
    if existing is not None:
        return existing
    require_open(case)
    day = command.day or act.today
    against = (
        Refused("contact_later", "Dieser Tag liegt in der Zukunft.", "day") if day > act.today else None,
        _about_nobody(case, command, day),
        _half_a_step(command),
    )
    refuse(filter(None, against))
    contact = Contact(
        id=command.id, case_id=case.id, about=_about(case, command, day), day=day, kind=command.kind, counterpart=command.counterpart,
        counterpart_name=command.counterpart_name, present=list(command.present), minutes=command.minutes, text=command.text,
        follow_up=counts_as_follow_up(command.kind, command.counterpart, command.minutes), noted_by=act.actor.id, noted_at=act.at,
    )  # fmt: skip
    session.add(contact)
    session.flush()
    step = _next_step(command)
    if step:
        session.add(step)
        session.flush()
    return contact


def _about_nobody(case: Case, command: NoteContact, day: date) -> Refused | None:
    """That it cannot be said whose note it is: each adult's notes are their own, so with several present it must be (§ 35(1) SGB I)."""
    named = {*command.present, *([command.about] if command.about else [])}
    if any(case.person(person) is None for person in named):
        return Refused("person_not_in_case", "Diese Person gehört nicht zu diesem Fall.", "present")
    if not command.about and len(_adults(case, command, day)) > 1:
        return Refused("about_whom", "Mehrere Erwachsene waren dabei: für wen ist die Notiz?", "about")
    return None


def _about(case: Case, command: NoteContact, day: date) -> str:
    return command.about or next(iter(_adults(case, command, day)), case.holder.id)


def _adults(case: Case, command: NoteContact, day: date) -> list[str]:
    return [person.id for person in case.persons if person.id in command.present and person.is_adult(day)]


def _half_a_step(command: NoteContact) -> Refused | None:
    if command.next_step_on and not command.next_step:
        return Refused("day_without_step", "Bitte sagen, was bis dahin zu tun ist.", "next_step")
    if command.next_step and command.next_step_on is None:
        return Refused("step_without_day", "Bitte sagen, bis wann.", "next_step_on")
    return None


def _next_step(command: NoteContact) -> NextStep | None:
    if command.next_step_on is None:
        return None
    return NextStep(
        id=new_id(), case_id=command.case_id, contact_id=command.id, what=command.next_step, until=command.next_step_on,
        who=command.next_step_who, office=command.next_step_office, done_on=None, done_by=None, done_at=None,
    )  # fmt: skip
