"""Do the first of two steps anew, where it was given to somebody else and the second cannot be taken for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from kim_events.fields import Id
from kim_runtime.act import Act
from kim_runtime.command import CommandSchema
from kim_runtime.reason import give_reason
from kim_runtime.refusal import Forbidden, Refused
from marshmallow import post_load
from sqlalchemy import select
from sqlalchemy.orm import Session

from kim_interpreting.model.entered import CONFIRMATION, HOLDERS, LOCKED, ORDER, REASSIGNMENT, RECORDING, Entered, names_of
from kim_interpreting.model.invoice import CONFIRMED, EXCESS, Invoice
from kim_interpreting.model.order import Order
from kim_interpreting.operations.move_order import move_order
from kim_interpreting.rules.order_states import STARTS
from kim_interpreting.rules.permissions import PERMISSIONS


@dataclass(frozen=True, slots=True)
class RedoFirstStep:
    """`kind` is the first step, a key of `model.entered.FOUR_EYES`; `thing_id` the order, invoice or re-assignment."""

    kind: str
    thing_id: str


class _AnewSchema(CommandSchema):
    """One of the first steps: `kind` says which, and the one field with which thing."""

    command = RedoFirstStep
    kind: ClassVar[str]

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> RedoFirstStep:
        return self.command(self.kind, **data)


class EnterAnewSchema(_AnewSchema):
    kind = ORDER
    order_id = Id(required=True, attribute="thing_id")


class RecordAnewSchema(_AnewSchema):
    kind = RECORDING
    invoice_id = Id(required=True, attribute="thing_id")


class ConfirmAnewSchema(_AnewSchema):
    kind = CONFIRMATION
    invoice_id = Id(required=True, attribute="thing_id")


class ProposeAnewSchema(_AnewSchema):
    kind = REASSIGNMENT
    reassignment_id = Id(required=True, attribute="thing_id")


@dataclass(frozen=True, slots=True)
class _Step:
    action: str  # of whoever takes it the first time
    waits: Callable[[Any], bool]  # for the second one
    said: str = ""  # in the order's log


STEPS: Final[Mapping[str, _Step]] = {
    ORDER: _Step("order.enter", lambda order: order.state in STARTS["approve"], "entered_anew"),
    RECORDING: _Step("invoice.record", lambda invoice: invoice.state == EXCESS, "recorded_anew"),
    CONFIRMATION: _Step("invoice.confirm", lambda invoice: invoice.state == CONFIRMED, "confirmed_anew"),
    REASSIGNMENT: _Step("pot.reassign", lambda moved: moved.waits),
}


def redo_first_step(session: Session, act: Act, command: RedoFirstStep) -> Any:
    """From now on the first step is the actor's, who has looked at all of it: anybody else may take the second, also who had the first.

    Only where it was given to somebody else (Das war ich nicht). What is entered stays as it is. Returns the order, invoice or
    re-assignment. Raises Refused `second_step_taken`, `first_step_stands`; Forbidden.
    """
    step = STEPS[command.kind]
    if PERMISSIONS[step.action].isdisjoint(act.actor.roles):
        raise Forbidden("not_yours", "Den ersten Schritt tut hier jemand mit einer anderen Rolle.")
    model, holder, name = HOLDERS[command.kind]
    before = select(Entered).where(Entered.thing_id == command.thing_id, Entered.kind == command.kind, Entered.taken_back_at.is_(None))
    session.scalars(before.order_by(Entered.id).with_for_update()).all()  # first these, then the thing: as whoever gives one away does
    thing = LOCKED[model](session, command.thing_id)
    if not step.waits(thing):
        raise Refused("second_step_taken", "Hier wartet nichts mehr auf einen zweiten Schritt. Die Seite zeigt den neuen Stand.")
    first = names_of(session, command.kind, thing)
    if not first.moved:
        if first.ids == {act.actor.id}:  # pressed twice
            return thing
        raise Refused("first_step_stands", "Wer den ersten Schritt getan hat, steht fest. Den zweiten tut jemand anderes.")
    for entry in session.scalars(before.execution_options(populate_existing=True)):
        entry.taken_back_at = act.at
    give_reason(session, f"first step anew; before under {', '.join(sorted(first.ids))}")
    session.add(Entered.in_act(act, command.kind, thing.id))
    setattr(thing, holder, act.actor.id)
    if name:
        setattr(thing, name, act.actor.name)
    if isinstance(thing, Invoice):
        move_order(session, act, thing.order, thing.order.state, step.said, number=thing.number)
    elif isinstance(thing, Order):
        move_order(session, act, thing, thing.state, step.said)
    session.flush()
    return thing
