"""The coordinator enters an order for a requester who telephones or writes."""

from __future__ import annotations

from dataclasses import dataclass, field

from kim_events.fields import Id
from kim_runtime.act import Act
from kim_runtime.database import locked
from kim_runtime.ids import new_id
from marshmallow import fields
from sqlalchemy.orm import Session

from kim_interpreting.model.entered import ORDER, Entered
from kim_interpreting.model.order import Order, next_number
from kim_interpreting.operations.order_request import REQUEST_FIELDS, OrderRequest, OrderRequestSchema
from kim_interpreting.operations.receive_order import settle_or_wait


@dataclass(frozen=True, kw_only=True, slots=True)
class EnterOrder(OrderRequest):
    """`small_business` is what is expected of the interpreter: no VAT (§ 19 UStG). `difficult` makes a text dearer (§ 11(1) JVEG)."""

    id: str = field(default_factory=new_id)
    small_business: bool = False
    difficult: bool = False


class EnterOrderSchema(OrderRequestSchema):
    command = EnterOrder

    id = Id(load_default=new_id)
    small_business = fields.Boolean(load_default=False, metadata={"label": "Voraussichtlich ohne Umsatzsteuer (§ 19 UStG)"})
    difficult = fields.Boolean(load_default=False, metadata={"label": "Der Text ist besonders schwierig (§ 11 JVEG)"})


def enter_order(session: Session, act: Act, command: EnterOrder) -> Order:
    """The order, judged at once; the same id a second time changes nothing. Approving it takes another person."""
    known = locked(session, Order, command.id)
    if known is not None:
        return known
    order = Order(
        id=command.id,
        number=next_number(session, act.today.year),
        state="checked",
        requested_at=act.at,
        entered_by=act.actor.id,
        small_business=command.small_business,
        difficult=command.difficult,
        version=0,
        **{name: getattr(command, name) for name in REQUEST_FIELDS},
    )
    session.add_all((order, Entered.in_act(act, ORDER, order.id)))
    session.flush()
    return settle_or_wait(session, act, order)
