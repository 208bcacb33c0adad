"""The work under which the bus is attacked: what each service says of itself, and what it does when another has spoken.

Consultations (facts) at intake let casework change cases and order interpreters; interpreting projects cases and answers orders;
referrals go sealed to casework and to Caritas, are offered anew and withdrawn, and Caritas answers them.

A consultation may be marked, in its site: how it behaves at casework is in `misbehave`, and what must become of it in `MARKS`.
"""

from __future__ import annotations

import random
import zlib
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from kim_bus.outbox import emit, take_back
from kim_bus.reaction import NotYet, Reaction, Received
from kim_bus.tables import outbox
from kim_runtime.act import Act
from kim_runtime.refusal import Refused
from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from faults.place import CARITAS, CASEWORK, INTAKE, INTERPRETING, effects, projections, said, shown, things

NORMAL = "aachen-arkaden"
POISON, REFUSED, HEALING, NOT_YET = "poison", "refused", "healing", "not-yet"
DEADLY, FATAL = "deadly", "fatal"  # ends the consumer that fetches it; ends the worker that tries it
# mark -> where its event must be at the end: "effect", "parked" or "dead"
MARKS = {NORMAL: "effect", HEALING: "effect", NOT_YET: "effect", POISON: "parked", REFUSED: "parked", FATAL: "parked", DEADLY: "dead"}
HEALED_AFTER, READY_AFTER = timedelta(seconds=8), timedelta(seconds=4)
CASES, REFERRALS, ORDERS = 300, 120, 120
DAY = date(2022, 6, 1)
MOMENT = datetime(2022, 6, 1, 8, tzinfo=UTC)
OFFERED, WITHDRAWN = "referral.offered.v1", "referral.withdrawn.v1"


def say(
    session: Session,
    act: Act,
    name: str,
    subject: str,
    data: Callable[[str], dict[str, Any]],
    *,
    to: str | None = None,
    mark: str = NORMAL,
    cause: str | None = None,
    held: bool = False,
) -> str:
    """Emit the next version of a thing; `data` is made from its content, a text said of no other version. Returns the event's id."""
    step = insert(things).values(subject=subject, version=1)
    step = step.on_conflict_do_update(index_elements=["subject"], set_={"version": things.c.version + 1})
    version = session.execute(step.returning(things.c.version)).scalar_one()
    content = f"{subject}/{version}"
    event_id = emit(session, act, name, subject=subject, version=version, data=data(content), to=to)
    assert event_id is not None
    routing_key = session.execute(select(outbox.c.routing_key).where(outbox.c.event_id == event_id)).scalar_one()
    session.execute(
        said.insert().values(
            event_id=event_id, name=name, subject=subject, version=version, routing_key=routing_key, mark=mark, cause=cause, held=held,
            content="" if name == WITHDRAWN else content, taken_back=False,
        )
    )  # fmt: skip
    return event_id


def consult(session: Session, act: Act, number: str, mark: str = NORMAL, *, held: bool = False) -> str:
    data = {"site": mark, "service": "school_entry", "kind": "first", "day": DAY, "persons_present": 2, "topics": ["housing"]}
    return say(session, act, "consultation.recorded.v1", f"b-{number}", lambda _: data, mark=mark, held=held)


def change_case(session: Session, act: Act, number: int, cause: str | None = None) -> str:
    def data(content: str) -> dict[str, Any]:
        return {"number": content, "state": "open", "phase": "assessment", "change": "phase", "changed_on": DAY}

    return say(session, act, "case.changed.v1", f"c-{number}", data, cause=cause)


def request_order(session: Session, act: Act, number: int, cause: str | None = None) -> str:
    def data(content: str) -> dict[str, Any]:
        return {
            "number": content, "requested_at": MOMENT, "requester_kind": "public_body", "requester_town": "05334028", "desk": "Infopunkt",
            "job_kind": "phone", "occasion": "counselling", "language": "ukr", "service_date": DAY, "decides_something": False,
        }  # fmt: skip

    to = INTERPRETING if number % 2 else INTERPRETING.partition(".")[0]
    return say(session, act, "order.requested.v1", f"o-{number}", data, to=to, cause=cause)


def answer_order(session: Session, act: Act, subject: str, to: str, cause: str | None = None) -> str:
    def data(content: str) -> dict[str, Any]:
        return {"number": content, "state": "checked", "changed_at": MOMENT}

    return say(session, act, "order.changed.v1", f"{to[0]}-{subject}", data, to=to, cause=cause)  # one order's number at each requester


def offer(session: Session, act: Act, number: int) -> str:
    def data(content: str) -> dict[str, Any]:
        consent = {"id": "c-1", "given_on": DAY, "valid_to": DAY, "categories": ["name"], "written": True}
        return {
            "number": f"R-{number}", "offered_at": MOMENT, "answer_by": DAY, "desk": "Infopunkt", "consent": consent,
            "person": {"name": content, "persons": 3}, "topics": ["housing"],
        }  # fmt: skip

    return say(session, act, OFFERED, f"r-{number}", data, to=_receiver(number))


def withdraw(session: Session, act: Act, number: int) -> str:
    data = {"number": f"R-{number}", "withdrawn_at": MOMENT, "reason": "consent_revoked"}
    event_id = say(session, act, WITHDRAWN, f"r-{number}", lambda _: data, to=_receiver(number))  # first: it takes the row's lock
    if take_back(session, f"r-{number}", OFFERED):
        still_there = select(outbox.c.event_id).where(outbox.c.subject == f"r-{number}")
        gone = (said.c.subject == f"r-{number}") & said.c.event_id.not_in(still_there)
        session.execute(update(said).where(gone).values(taken_back=True))
    return event_id


def _receiver(number: int) -> str:
    return CARITAS if number % 2 else CASEWORK


def web_act(mailbox: str, dice: random.Random, name: str) -> Callable[[Session, Act], str]:
    """One thing somebody does at a desk of this mailbox."""
    number = dice.randrange(1_000_000)
    if mailbox == INTAKE:
        what = dice.choices(("consult", "offer", "withdraw"), (6, 3, 2))[0]
        if what == "consult":
            return lambda session, act: consult(session, act, f"{name}-{act.correlation_id}")
        referral = number % REFERRALS
        return lambda session, act: (offer if what == "offer" else withdraw)(session, act, referral)
    if mailbox == CASEWORK and dice.random() < 0.5:
        return lambda session, act: change_case(session, act, number % CASES)
    if mailbox == INTERPRETING:
        return lambda session, act: answer_order(session, act, f"o-{number % ORDERS}", dice.choice((CASEWORK, CARITAS)))
    return lambda session, act: request_order(session, act, number % ORDERS)


def follow_ups(event_id: str, name: str, mailbox: str) -> int:
    """How many events the one effect of this event says at this mailbox."""
    if name == "consultation.recorded.v1":
        return 2 if _sum(event_id) % 3 == 0 else 1
    return int(name == "order.requested.v1" or (name == OFFERED and mailbox == CARITAS))


def _sum(event_id: str) -> int:
    return zlib.crc32(event_id.encode())


def misbehave(mark: str, time: datetime) -> None:
    """As the mark of a consultation says. What ends a process is no matter of a reaction: see hooks.py."""
    age = datetime.now(UTC) - time
    if mark == POISON:
        raise ArithmeticError("poison")
    if mark == HEALING and age < HEALED_AFTER:
        raise LookupError("not healed yet")
    if mark == REFUSED:
        raise Refused("not_ours", "Das nehmen wir nicht an.")
    if mark == NOT_YET and age < READY_AFTER:
        raise NotYet("not_ready")


def on_consultation(session: Session, act: Act, event: Received) -> None:
    _note(session, event)
    change_case(session, act, _sum(event.id) % CASES, cause=event.id)
    if follow_ups(event.id, event.name, act.mailbox) == 2:
        request_order(session, act, _sum(event.id) % ORDERS, cause=event.id)
    misbehave(event.data["site"], event.time)  # last, so that what was written must be undone


def on_case(session: Session, _act: Act, event: Received) -> None:
    _note(session, event)
    _project(session, event, event.data["number"])


def on_cases(session: Session, pairs: Sequence[tuple[Act, Received]]) -> None:
    """Many at once: the effects in one statement, the projections in another, of each case the highest."""
    events = sorted((event for _, event in pairs), key=lambda event: event.version)
    session.execute(effects.insert(), [_effect(event) for event in events])
    _project_all(session, {event.subject: _projection(event, event.data["number"]) for event in events}.values())


def on_order(session: Session, act: Act, event: Received) -> None:
    on_case(session, act, event)
    answer_order(session, act, event.subject, event.mailbox, cause=event.id)


def on_offer(session: Session, act: Act, event: Received) -> None:
    _note(session, event)
    content = event.data["person"]["name"]
    _project(session, event, content)
    _show(session, event, content)
    if act.mailbox == CARITAS:
        data = {"number": event.data["number"], "answer": "accepted", "answered_at": MOMENT}
        say(session, act, "referral.answered.v1", f"a-{event.subject}", lambda _: data, to=event.mailbox, cause=event.id)


def on_withdrawal(session: Session, _act: Act, event: Received) -> None:
    _note(session, event)
    _project(session, event, "")
    _show(session, event, "")


def on_answer(session: Session, _act: Act, event: Received) -> None:
    _note(session, event)
    _project(session, event, f"{event.subject}/{event.version}")


REACTIONS: dict[str, dict[str, Callable[[Session, Act, Received], None]]] = {
    INTAKE: {"referral.answered.v1": on_answer},
    CASEWORK: {
        "consultation.recorded.v1": on_consultation,
        "order.changed.v1": on_case,
        OFFERED: on_offer,
        WITHDRAWN: on_withdrawal,
    },
    INTERPRETING: {"case.changed.v1": on_case, "order.requested.v1": on_order},
    CARITAS: {"order.changed.v1": on_case, OFFERED: on_offer, WITHDRAWN: on_withdrawal},
}


def reactions(mailbox: str) -> list[Reaction]:
    many = {on_case: on_cases}
    return [Reaction(name, handle, many.get(handle)) for name, handle in REACTIONS[mailbox].items()]


def _note(session: Session, event: Received) -> None:
    session.execute(effects.insert(), [_effect(event)])


def _effect(event: Received) -> dict[str, Any]:
    return {"source": event.mailbox, "event_id": event.id, "name": event.name, "subject": event.subject, "version": event.version}


def _project(session: Session, event: Received, content: str) -> None:
    _project_all(session, [_projection(event, content)])


def _projection(event: Received, content: str) -> dict[str, Any]:
    return {"source": event.mailbox, "subject": event.subject, "version": event.version, "content": content}


def _project_all(session: Session, rows: Iterable[dict[str, Any]]) -> None:
    new = insert(projections)
    written = {"version": new.excluded.version, "content": new.excluded.content}
    session.execute(new.on_conflict_do_update(index_elements=["source", "subject"], set_=written), list(rows))


def _show(session: Session, event: Received, content: str) -> None:
    session.execute(shown.insert().values(source=event.mailbox, subject=event.subject, version=event.version, content=content))
