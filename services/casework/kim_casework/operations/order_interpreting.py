"""Order an interpreter or a translation from the pool."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from kim_bus.outbox import emit
from kim_events.fields import Code, Day, Id, Moment, StrictInt, Text
from kim_events.types.order import JOB_KINDS, OCCASIONS
from kim_runtime.act import Act
from kim_runtime.command import CommandSchema
from kim_runtime.ids import new_id
from kim_runtime.refusal import Refused, refuse
from marshmallow import fields, validate
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kim_casework.metrics import ORDER_STATES
from kim_casework.model.case import Case
from kim_casework.model.number_series import locked_series
from kim_casework.model.order import InterpretingOrder, OrderChange
from kim_casework.operations.find_case import open_case_to_change
from kim_casework.operations.find_order import order_to_change
from kim_casework.rules.numbering import ORDER
from kim_casework.rules.orders import REQUESTED, REQUESTER_KIND, name_in, size_missing

SIZE_MISSING = {
    "minutes": "Bitte die Dauer in Minuten angeben.",
    "keystrokes": "Bitte die Länge in Anschlägen schätzen: eine Seite hat etwa 1.800.",
}


@dataclass(frozen=True, slots=True)
class OrderInterpreting:
    """Names no client: language, day, place, occasion and the case are enough.

    `case_id` None: without a link to a case. `service_date` is the day of the talk, or by when a text is needed. `minutes` for a talk,
    with travel and waiting; `keystrokes` for a text. `decides_something`: something is decided or signed there (Rechtsfolge).
    `desk` is whom to ask, `requester_town` the AGS of the requesting office.
    """

    job_kind: str
    occasion: str
    language: str
    service_date: date
    decides_something: bool
    desk: str
    requester_town: str
    case_id: str | None = None
    starts_at: datetime | None = None
    minutes: int | None = None
    keystrokes: int | None = None
    editable: bool = True
    public_room: bool = True
    place: str = ""
    other_payers_ruled_out: bool = False
    id: str = field(default_factory=new_id)


class OrderInterpretingSchema(CommandSchema):
    command = OrderInterpreting
    id = Id(load_default=new_id)
    case_id = Id(
        load_default=None, allow_none=True, metadata={"label": "Fall", "hint": "Das KIM-Geld verlangt einen Bezug zum Case Management"}
    )
    job_kind = Code(JOB_KINDS, required=True, metadata={"label": "Was wird gebraucht?"})
    occasion = Code(OCCASIONS, required=True, metadata={"label": "Anlass"})
    language = Id(required=True, metadata={"label": "Sprache"})
    service_date = Day(required=True, metadata={"label": "Tag des Gesprächs, oder bis wann der Text gebraucht wird", "lies": "ahead"})
    starts_at = Moment(load_default=None, allow_none=True, metadata={"label": "Beginn"})
    minutes = StrictInt(
        load_default=None, allow_none=True, validate=validate.Range(1, 1440),
        metadata={"label": "Dauer in Minuten", "hint": "Bei Gesprächen, mit Anfahrt und Wartezeit"},
    )  # fmt: skip
    keystrokes = StrictInt(
        load_default=None, allow_none=True, validate=validate.Range(1, 1_000_000),
        metadata={"label": "Anschläge", "hint": "Bei Texten; eine Seite hat etwa 1.800"},
    )  # fmt: skip
    editable = fields.Boolean(load_default=True, metadata={"label": "Der Text liegt als bearbeitbare Datei vor"})
    decides_something = fields.Boolean(required=True, metadata={"label": "Wird etwas entschieden oder unterschrieben?"})
    public_room = fields.Boolean(load_default=True, metadata={"label": "Das Gespräch ist in einem öffentlichen Raum"})
    place = Text(load_default="", longest=120, metadata={"label": "Ort", "hint": "Standort oder Amt, keine Wohnung"})
    other_payers_ruled_out = fields.Boolean(load_default=False, metadata={"label": "Andere Kostenträger sind ausgeschlossen"})
    desk = Text(
        required=True, shortest=1, longest=120, metadata={"label": "Ansprechstelle", "hint": "Schreibtisch oder Büro, keine Klient_in"}
    )
    requester_town = Id(required=True, metadata={"label": "Gemeinde der Ansprechstelle"})


def order_interpreting(session: Session, act: Act, command: OrderInterpreting) -> InterpretingOrder:
    """Keep the order and send it to the pool's interpreting service. The same id again returns the order there is.

    Raises NotFound for a case one may not see, Refused `case_closed`, `size_missing`, `service_date_past`, `name_in_order`.
    """
    series = locked_series(session, ORDER, act.today.year)  # two requests with one id meet here, and the second finds the first's order
    if session.get(InterpretingOrder, command.id) is not None:
        return order_to_change(session, act, command.id)
    missing = size_missing(command.job_kind, command.minutes, command.keystrokes)
    case = open_case_to_change(session, act, command.case_id) if command.case_id else None
    against = (
        Refused("size_missing", SIZE_MISSING[missing], missing) if missing else None,
        Refused("service_date_past", "Dieser Tag ist schon vorbei.", "service_date") if command.service_date < act.today else None,
        *(_named(case, command, written) for written in ("place", "desk")),
    )
    refuse(filter(None, against))
    pool = session.info["pool"]
    order = InterpretingOrder(
        id=command.id, number=series.take(), version=0, case_id=case.id if case else None, state=REQUESTED,
        requested_at=act.at, requested_by=act.actor.id, sent_to=f"{pool}.interpreting", desk=command.desk,
        requester_town=command.requester_town,
        job_kind=command.job_kind, occasion=command.occasion, language=command.language, service_date=command.service_date,
        starts_at=command.starts_at, minutes=command.minutes, keystrokes=command.keystrokes, editable=command.editable,
        decides_something=command.decides_something, public_room=command.public_room, place=command.place,
        other_payers_ruled_out=command.other_payers_ruled_out, answer_version=0,
    )  # fmt: skip
    session.add(order)
    session.flush()
    record_order_state(session, act, order, REQUESTED)
    tell_order(session, act, order, case)
    return order


def tell_order(session: Session, act: Act, order: InterpretingOrder, case: Case | None) -> None:
    order.version += 1
    session.flush()
    emit(
        session, act, "order.requested.v1", subject=order.id, version=order.version, to=order.sent_to,
        data={
            "number": order.number, "requested_at": order.requested_at, "requester_kind": _requester_kind(session, act),
            "requester_town": order.requester_town, "desk": order.desk, "case_number": case.number if case else None,
            "job_kind": order.job_kind, "occasion": order.occasion, "language": order.language, "service_date": order.service_date,
            "starts_at": order.starts_at, "minutes": order.minutes, "keystrokes": order.keystrokes, "editable": order.editable,
            "decides_something": order.decides_something, "public_room": order.public_room, "place": order.place,
            "other_payers_ruled_out": order.other_payers_ruled_out,
        },
    )  # fmt: skip


def record_order_state(session: Session, act: Act, order: InterpretingOrder, state: str) -> None:
    """Set the state and keep since when."""
    order.state = state
    serial = session.scalar(select(func.count()).select_from(OrderChange).where(OrderChange.order_id == order.id)) or 0
    session.add(OrderChange(id=new_id(), order_id=order.id, serial=serial + 1, state=state, day=act.today, at=act.at))
    session.flush()
    ORDER_STATES.labels(state).inc()


def _requester_kind(session: Session, act: Act) -> str:
    return REQUESTER_KIND[session.info["post"].directory.organisation(act.organisation).kind]


def _named(case: Case | None, command: OrderInterpreting, written: str) -> Refused | None:
    """That what was written there names somebody of the case."""
    if case and name_in(getattr(command, written), (person.name for person in case.persons)):
        return Refused("name_in_order", "Der Auftrag verlässt das Haus: bitte keinen Namen aus dem Fall eintragen.", written)
    return None
