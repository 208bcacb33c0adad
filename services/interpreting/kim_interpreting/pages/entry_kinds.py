"""What somebody may have entered at a desk that a colleague had left open: `Doors.entries` of interpreting.

Of two steps that two people must take, each is given only to who did not take the other one, and none of those under whose name one ever
stood takes the other (`model.entered`).
"""

from __future__ import annotations

from typing import Any, Final

from kim_runtime.act import Actor
from kim_runtime.clock import local_day
from kim_runtime.database import session_of
from kim_web.doors import EntryKind
from kim_web.language import _, mark
from sqlalchemy.orm import Session

from kim_interpreting.model import entered
from kim_interpreting.model.entered import Entered, name_along, took_other_step
from kim_interpreting.model.invoice import Invoice
from kim_interpreting.model.order import Order
from kim_interpreting.model.pot import Pot
from kim_interpreting.model.provider import Provider
from kim_interpreting.model.reassignment import Reassignment
from kim_interpreting.pages import words
from kim_interpreting.rules.order_states import STATE_NAMES
from kim_interpreting.rules.permissions import may_approve, pot_state


def _about(row: Entered, model: type[Any]) -> Any:
    return session_of(row).get_one(model, row.thing_id)


def _order(row: Entered) -> str:
    order: Order = _about(row, Order)
    return f"{order.number}, {words.job_kind(order.job_kind)}"


def _step(row: Entered) -> str:
    return f"{_about(row, Order).number}: {_(STATE_NAMES[row.what])}"


def _invoice(row: Entered) -> str:
    invoice: Invoice = _about(row, Invoice)
    return _("{number} zu {order}").format(number=invoice.number, order=invoice.order.number)


def _pot(row: Entered) -> str:
    return str(_about(row, Pot).name)


def _reassignment(row: Entered) -> str:
    moved: Reassignment = _about(row, Reassignment)
    session = session_of(row)
    giving, taking = (session.get_one(Pot, id).name for id in (moved.from_pot_id, moved.to_pot_id))
    return _("aus {giving} in {taking}").format(giving=giving, taking=taking)


def _provider(row: Entered) -> str:
    return _(words.QUALIFICATIONS[_about(row, Provider).qualification])


def _might_approve(session: Session, actor: Actor, row: Entered) -> bool:
    order = session.get_one(Order, row.thing_id)
    return may_approve(actor, pot_state(subsidiary=order.pot is not None and order.pot.is_subsidiary(local_day(order.requested_at))))


def _kind(code: str, label: str, action: str, said: Any, endpoint: str = "", can: Any = None) -> EntryKind:
    against = took_other_step if code in entered.OTHER_STEP else None
    return EntryKind.entered(code, label, Entered, action, said, endpoint, can, against, name_along)


ENTRY_KINDS: Final = (
    _kind(entered.ORDER, mark("Auftrag"), "order.enter", _order, "order.show"),
    _kind(entered.APPROVAL, mark("Freigabe eines Auftrags"), "order.approve", _order, "order.show", _might_approve),
    _kind(entered.ORDER_STEP, mark("Schritt an einem Auftrag"), "order.work", _step, "order.show"),
    _kind(entered.RECORDING, mark("Rechnung"), "invoice.record", _invoice, "invoices.show"),
    _kind(entered.ACCEPTANCE, mark("Angenommener Mehrbetrag"), "invoice.accept_excess", _invoice, "invoices.show"),
    _kind(entered.CONFIRMATION, mark("Bestätigung einer Rechnung"), "invoice.confirm", _invoice, "invoices.show"),
    _kind(entered.PAYMENT, mark("Anordnung einer Zahlung"), "invoice.pay", _invoice, "invoices.show"),
    _kind(entered.INVOICE_RETURN, mark("Zurückgegebene Rechnung"), "invoice.confirm", _invoice, "invoices.show"),
    _kind(entered.POT, mark("Topf"), "pot.keep", _pot, "pots.show"),
    _kind(entered.REASSIGNMENT, mark("Vorschlag einer Umbuchung"), "pot.reassign", _reassignment),
    _kind(entered.REASSIGNED, mark("Bestätigung einer Umbuchung"), "pot.confirm", _reassignment),
    _kind(entered.REASSIGNMENT_WITHDRAWN, mark("Zurückgezogene Umbuchung"), "pot.reassign", _reassignment),
    _kind(entered.PROVIDER, mark("Sprachmittler_in"), "provider.keep", _provider, "providers.show"),
    _kind(entered.PROVIDER_CHANGE, mark("Geänderte Angaben einer Sprachmittler_in"), "provider.keep", _provider, "providers.show"),
)
