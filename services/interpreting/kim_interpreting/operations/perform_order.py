"""The work is done: minutes or keystrokes as they really were."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from kim_events.fields import Day, Id, StrictInt
from kim_runtime.act import Act
from kim_runtime.command import CommandSchema
from kim_runtime.refusal import Refused, refuse
from marshmallow import validate
from sqlalchemy.orm import Session

from kim_interpreting.model.entered import ORDER_STEP, Entered
from kim_interpreting.model.order import Order, locked_order
from kim_interpreting.operations.move_order import move_order
from kim_interpreting.operations.order_request import LONGEST_TALK, LONGEST_TEXT
from kim_interpreting.rules.order_states import check_start
from kim_interpreting.rules.pot_rules import TRANSLATIONS


@dataclass(frozen=True, slots=True)
class PerformOrder:
    """`minutes` with travel and waiting, `keystrokes` of the target text; left out, the expected ones hold. `done_on`: today."""

    order_id: str
    minutes: int | None = None
    keystrokes: int | None = None
    done_on: date | None = None


class PerformOrderSchema(CommandSchema):
    command = PerformOrder

    order_id = Id(required=True)
    minutes = StrictInt(
        allow_none=True, load_default=None, validate=validate.Range(1, LONGEST_TALK),
        metadata={"label": "Minuten mit Weg und Wartezeit"},
    )  # fmt: skip
    keystrokes = StrictInt(
        allow_none=True, load_default=None, validate=validate.Range(1, LONGEST_TEXT),
        metadata={"label": "Anschläge des übersetzten Textes"},
    )  # fmt: skip
    done_on = Day(allow_none=True, load_default=None, metadata={"label": "Erledigt am", "lies": "behind"})


def perform_order(session: Session, act: Act, command: PerformOrder) -> Order:
    """Raises Refused when neither the expected nor the real size is known: without it no invoice can be checked."""
    order = locked_order(session, command.order_id)
    if order.state == "performed":
        return order
    check_start("perform", order.state)
    order.done_minutes = command.minutes or order.minutes
    order.done_keystrokes = command.keystrokes or order.keystrokes
    order.done_on = command.done_on or act.today
    is_text = order.job_kind in TRANSLATIONS
    refuse(_reasons_against(order, order.done_on, act.today, is_text=is_text))
    size = {"keystrokes": order.done_keystrokes} if is_text else {"minutes": order.done_minutes}
    session.add(Entered.in_act(act, ORDER_STEP, order.id, "performed"))
    return move_order(session, act, order, "performed", "performed_text" if is_text else "performed_talk", day=order.done_on, **size)


def _reasons_against(order: Order, done_on: date, today: date, *, is_text: bool) -> Iterator[Refused]:
    if is_text and order.done_keystrokes is None:
        yield Refused("keystrokes_missing", "Wie viele Anschläge hat der übersetzte Text?", field="keystrokes")
    if not is_text and order.done_minutes is None:
        yield Refused("minutes_missing", "Wie viele Minuten waren es, mit Weg und Wartezeit?", field="minutes")
    if done_on > today:
        yield Refused("in_the_future", "Dieser Tag ist noch nicht gewesen.", field="done_on")
