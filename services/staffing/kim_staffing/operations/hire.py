"""Hire somebody of the own staff: person, fixed-term contract and occupancy in one act."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from kim_events.fields import Code, Day, Fte, Id, Text
from kim_runtime.act import Act
from kim_runtime.command import CommandSchema
from kim_runtime.entered import Entered
from kim_runtime.ids import new_id
from kim_runtime.refusal import Refused, refuse
from sqlalchemy.orm import Session

from kim_staffing.model.contract import RUNNING, Contract
from kim_staffing.model.employer import legal_employer_of, own_employer
from kim_staffing.model.entered import HIRE, PROGNOSIS
from kim_staffing.model.person import EarlierEmployment, Person, is_staff_taken, next_staff_reference
from kim_staffing.model.post import Post, post_by_id
from kim_staffing.operations.occupy_post import OccupyPost, seat, seat_faults
from kim_staffing.rules.fixed_term import GROUNDS, WITHOUT_GROUND

NONE, SOME, NOT_ASKED = "none", "some", "not_asked"


@dataclass(frozen=True, slots=True)
class Hire:
    """`id` is the contract's. `staff` is the staff reference (empty: the next free one).

    `person` may be an id known already, for a further contract.
    `earlier_employment` is the answer at hiring: none, some (then `earlier_employer`, an employer or an office of one), or not asked.
    """

    name: str
    post: str
    share: Decimal
    starts_on: date
    ends_on: date
    ground: str = WITHOUT_GROUND
    prognosis: str = ""
    employer_signed_on: date | None = None
    employee_signed_on: date | None = None
    original_received_on: date | None = None
    earlier_employment: str = NONE
    earlier_employer: str = ""
    earlier_until: date | None = None
    staff: str = ""
    person: str = field(default_factory=new_id)
    id: str = field(default_factory=new_id)


class HireSchema(CommandSchema):
    command = Hire
    id = Id()
    person = Id()
    name = Text(required=True, shortest=1, metadata={"label": "Name", "autocomplete": "off"})
    staff = Id(metadata={"label": "Personalkennung", "hint": "leer: die nächste freie"})
    post = Id(required=True, metadata={"label": "Stelle"})
    share = Fte(required=True, metadata={"label": "Anteil"})
    starts_on = Day(required=True, metadata={"label": "Beginn"})
    ends_on = Day(required=True, metadata={"label": "Ende der Befristung"})
    ground = Code(GROUNDS, load_default=WITHOUT_GROUND, metadata={"label": "Grund der Befristung"})
    prognosis = Text(load_default="", longest=1000, metadata={"label": "Prognose", "hint": "nur bei einem Sachgrund"})
    employer_signed_on = Day(load_default=None, allow_none=True, metadata={"label": "Arbeitgeber unterschrieben am", "lies": "behind"})
    employee_signed_on = Day(load_default=None, allow_none=True, metadata={"label": "Beschäftigte_r unterschrieben am", "lies": "behind"})
    original_received_on = Day(load_default=None, allow_none=True, metadata={"label": "Original zurück am", "lies": "behind"})
    earlier_employment = Code((NONE, SOME, NOT_ASKED), load_default=NONE, metadata={"label": "Schon einmal hier beschäftigt?"})
    earlier_employer = Text(
        load_default="", longest=40, metadata={"label": "Bei wem", "hint": "wenn ja; auch ein Amt desselben Arbeitgebers", "at_times": True}
    )
    earlier_until = Day(load_default=None, allow_none=True, metadata={"label": "Bis wann"})


def hire(session: Session, act: Act, command: Hire) -> Contract:
    """The contract. Raises Refused: not_own_staff, earlier_employer_missing, staff_taken, and what `occupy_post` raises.

    The same id again returns the contract.
    """
    known = session.get(Contract, command.id)
    if known is not None:
        return known
    post = post_by_id(session, command.post)
    if post.latest.employer_id is None:
        raise Refused("post_not_established", "Die Stelle {number} ist in dieser Zeit nicht eingerichtet.", "post", number=post.number)
    employer = own_employer(session, post.latest.employer_id)
    refuse(_faults(session, post, command))
    person = _person(session, command)
    contract = Contract(
        id=command.id,
        person_id=person.id,
        employer_id=employer.id,
        previous_id=None,
        state=RUNNING,
        starts_on=command.starts_on,
        ends_on=command.ends_on,
        share=command.share,
        ground=command.ground,
        prognosis=command.prognosis,
        prognosis_by=act.actor.name if command.prognosis else "",
        drafted_on=min(act.today, command.starts_on),
        employer_signed_on=command.employer_signed_on,
        employee_signed_on=command.employee_signed_on,
        original_received_on=command.original_received_on,
        original_received_by="",
        completed_on=command.starts_on,
        person=person,
        employer=employer,
        additions=[],
        end_changes=[],
    )
    session.add_all((contract, Entered.in_act(act, HIRE, contract.id, PROGNOSIS if command.prognosis else "")))
    session.flush()
    seat(session, act, _place(command))
    return contract


def _place(command: Hire) -> OccupyPost:
    return OccupyPost(post=command.post, share=command.share, starts_on=command.starts_on, ends_on=command.ends_on, person=command.person)


def _faults(session: Session, post: Post, command: Hire) -> Iterator[Refused]:
    yield from seat_faults(session, post, _place(command))
    if command.staff and session.get(Person, command.person) is None and is_staff_taken(session, command.staff):
        yield Refused("staff_taken", "Die Personalkennung {staff} hat schon jemand.", "staff", staff=command.staff)
    if command.earlier_employment == SOME and not command.earlier_employer:
        yield Refused("earlier_employer_missing", "Bei wem war die frühere Beschäftigung?", "earlier_employer")


def _person(session: Session, command: Hire) -> Person:
    person = session.get(Person, command.person)
    if person is None:
        person = Person(id=command.person, staff=command.staff or next_staff_reference(session), name=command.name, earlier_jobs=[])
        session.add(person)
        session.flush()
    if command.earlier_employment == SOME:
        employer = legal_employer_of(session, command.earlier_employer)
        if all(job.employer != employer for job in person.earlier_jobs):
            person.earlier_jobs.append(EarlierEmployment(employer=employer, told=command.earlier_employer, ended_on=command.earlier_until))
            session.flush()
    return person
