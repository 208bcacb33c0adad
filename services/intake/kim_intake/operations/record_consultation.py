"""Record a consultation at a desk, and hand the family over in the same step where wished."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from kim_bus.outbox import emit
from kim_events.fields import Code, Day, Id
from kim_protection.commands import AtOnceSchema, subject_of
from kim_runtime.act import Act
from kim_runtime.ids import new_id
from kim_runtime.refusal import Refused
from marshmallow import fields
from sqlalchemy.orm import Session

from kim_intake.metrics import CONSULTATIONS
from kim_intake.model.base import wait_for_same
from kim_intake.model.client import Client
from kim_intake.model.consultation import Consultation, count_of_client, is_recorded
from kim_intake.model.hand_over import HandOver
from kim_intake.operations.consultation_facts import (
    ConsultationFacts,
    ConsultationFactsSchema,
    check,
    check_desk,
    not_in_future,
    write,
)
from kim_intake.operations.find_at_site import client_at_desk, consultation_for, known_by_code
from kim_intake.operations.hand_over import HandOverConsultation, hand_over
from kim_intake.operations.protect_visitor import protect_who_came
from kim_intake.operations.take_hand_over import TakeHandOver, take_hand_over
from kim_intake.rules.codes import SOURCES
from kim_intake.rules.consultation_kind import proposed_kind


@dataclass(frozen=True, kw_only=True, slots=True)
class RecordConsultation(ConsultationFacts):
    """`client_code` or `client_id`: who came back. `from_hand_over`: the hand-over this desk took. `hand_over_to`: a body of the site.

    `day` None: today; an earlier one only from paper. `protect_reason`: whoever was there gets a record, if they have none, and it is
    closed before anybody else reads of the talk; `protect_subject` is the colleague it is about.
    """

    id: str = field(default_factory=new_id)
    day: date | None = None
    source: str = "desk"
    client_code: str = ""
    client_id: str | None = None
    from_hand_over: str | None = None
    hand_over_to: str | None = None
    protect_reason: str | None = None
    protect_subject: str | None = None


class RecordConsultationSchema(AtOnceSchema, ConsultationFactsSchema):
    command = RecordConsultation
    id = Id()
    day = Day(allow_none=True, metadata={"label": "Tag", "lies": "behind"})
    source = Code(SOURCES)
    client_code = fields.String(
        metadata={"label": "Rückkehrcode", "hint": "Steht auf dem Wiederkommzettel. Leer: anonyme Beratung.", "autocomplete": "off"}
    )
    client_id = Id(allow_none=True)
    from_hand_over = Id(allow_none=True)
    hand_over_to = Id(allow_none=True, metadata={"label": "Weitergeben an"})


def record_consultation(session: Session, act: Act, command: RecordConsultation) -> Consultation:
    """Record it, once: the same id a second time returns the first. Tells casework without anything about who was there.

    Raises Refused (more children than persons, unknown return code, follow-up of nobody, a day that cannot be, a record about a colleague
    who is not named), Forbidden, NotFound.
    """
    wait_for_same(session, command.id)
    if is_recorded(session, command.id):
        return consultation_for(session, act, command.id, "consultation.see")
    check_desk(session, act, command)
    check(command)
    day = _day(act, command)
    taken = _taken(session, act, command)
    who = _client(session, act, command, taken)
    earlier = count_of_client(session, who.id) if who else 0
    kind = command.kind or proposed_kind(command.topics, day, earlier_consultations=earlier)
    if kind == "follow_up" and who is None:
        raise Refused(
            "follow_up_of_nobody",
            "Eine Folgeberatung braucht einen Rückkehrcode oder eine bekannte Person. Ohne beides ist es eine Erstberatung.",
            "kind",
        )
    talk = Consultation(
        id=command.id,
        day=day,
        source=command.source,
        client_id=who.id if who else None,
        recorded_at=act.at,
        recorded_by=act.actor.id,
        topic_rows=[],
        language_rows=[],
    )
    write(talk, command, kind)
    session.add(talk)
    session.flush()
    if who and day > who.last_contact:
        who.last_contact = day
    if taken:
        taken.taken_consultation_id = talk.id
    emit(
        session,
        act,
        "consultation.recorded.v1",
        subject=talk.id,
        version=1,
        data={
            "site": talk.site_id,
            "service": talk.service,
            "kind": kind,
            "day": day,
            "persons_present": talk.persons_present,
            "topics": list(talk.topics),
        },
    )
    CONSULTATIONS.labels(kind).inc()
    if command.protect_reason:
        subject = subject_of(command.protect_reason, command.protect_subject, "protect_subject")
        protect_who_came(session, act, talk, command.protect_reason, subject)
    if command.hand_over_to:
        hand_over(session, act, HandOverConsultation(consultation_id=talk.id, to=command.hand_over_to))
    return talk


def _day(act: Act, command: RecordConsultation) -> date:
    if command.day is None or command.day == act.today:
        return act.today
    not_in_future(command.day, act.today)
    if command.source != "paper":
        raise Refused("earlier_day_at_desk", "Ein früherer Tag lässt sich nur aus Papier nacherfassen.", "day")
    return command.day


def _taken(session: Session, act: Act, command: RecordConsultation) -> HandOver | None:
    """The hand-over this consultation comes from; taken now if that was not done before."""
    if command.from_hand_over is None:
        return None
    taken = take_hand_over(session, act, TakeHandOver(command.from_hand_over))
    if taken.taken_consultation_id is not None:
        raise Refused("already_counselled", "Zu dieser Weitergabe ist schon eine Beratung erfasst.")
    return taken


def _client(session: Session, act: Act, command: RecordConsultation, taken: HandOver | None) -> Client | None:
    if command.client_code:
        known = known_by_code(session, act, command.client_code, "consultation.record", "client_code", command.site)
        if known is None:
            raise Refused(
                "unknown_code", "Diesen Rückkehrcode gibt es hier nicht. Ohne Code wird die Beratung anonym erfasst.", "client_code"
            )
        return known
    client_id = command.client_id or (taken.client_id if taken else None)
    return client_at_desk(session, act, command.site, client_id) if client_id else None
