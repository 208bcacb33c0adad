"""What somebody may have entered at a desk that a colleague had left open: `Doors.entries` of interpreting.

Of two steps that two people must take, each is given only to who did not take the other one, and none of those under whose name one ever
stood takes the other (`model.entered`).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
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


def _order(order: Order) -> str:
    return f"{order.number}, {words.job_kind(order.job_kind)}"


def _step(row: Entered) -> str:
    return f"{session_of(row).get_one(Order, row.thing_id).number}: {_(STATE_NAMES[row.what])}"


def _invoice(invoice: Invoice) -> str:
    return _("{number} zu {order}").format(number=invoice.number, order=invoice.order.number)


def _pot(pot: Pot) -> str:
    return pot.name


def _reassignment(moved: Reassignment) -> str:
    session = session_of(moved)
    giving, taking = (session.get_one(Pot, id).name for id in (moved.from_pot_id, moved.to_pot_id))
    return _("aus {giving} in {taking}").format(giving=giving, taking=taking)


def _provider(provider: Provider) -> str:
    return _(words.QUALIFICATIONS[provider.qualification])


def _by_role(_session: Session, _actor: Actor, _thing: Any) -> bool:
    """How somebody stands to a thing after the step says nothing of who may have taken it."""
    return True


def _might_approve(_session: Session, actor: Actor, order: Order) -> bool:
    return may_approve(actor, pot_state(subsidiary=order.pot is not None and order.pot.is_subsidiary(local_day(order.requested_at))))


def _kind(
    code: str, label: str, about: type[Any] | None, action: str, words: Callable[[Any], str], endpoint: str = "", can: Any = _by_role
) -> EntryKind:
    against = took_other_step if code in entered.OTHER_STEP else None
    return EntryKind.entered(code, label, about, action, words, endpoint, can, against, name_along, Entered)


_of_invoice = partial(_kind, about=Invoice, words=_invoice, endpoint="invoices.show")
_of_reassignment = partial(_kind, about=Reassignment, words=_reassignment)
_of_provider = partial(_kind, about=Provider, action="provider.keep", words=_provider, endpoint="providers.show")

ENTRY_KINDS: Final = (
    _kind(entered.ORDER, mark("Auftrag"), Order, "order.enter", _order, "order.show"),
    _kind(entered.APPROVAL, mark("Freigabe eines Auftrags"), Order, "order.approve", _order, "order.show", _might_approve),
    _kind(entered.ORDER_STEP, mark("Schritt an einem Auftrag"), None, "order.work", _step, "order.show"),
    _of_invoice(entered.RECORDING, mark("Rechnung"), action="invoice.record"),
    _of_invoice(entered.ACCEPTANCE, mark("Angenommener Mehrbetrag"), action="invoice.accept_excess"),
    _of_invoice(entered.CONFIRMATION, mark("Bestätigung einer Rechnung"), action="invoice.confirm"),
    _of_invoice(entered.PAYMENT, mark("Anordnung einer Zahlung"), action="invoice.pay"),
    _of_invoice(entered.INVOICE_RETURN, mark("Zurückgegebene Rechnung"), action="invoice.confirm"),
    _kind(entered.POT, mark("Topf"), Pot, "pot.keep", _pot, "pots.show"),
    _of_reassignment(entered.REASSIGNMENT, mark("Vorschlag einer Umbuchung"), action="pot.reassign"),
    _of_reassignment(entered.REASSIGNED, mark("Bestätigung einer Umbuchung"), action="pot.confirm"),
    _of_reassignment(entered.REASSIGNMENT_WITHDRAWN, mark("Zurückgezogene Umbuchung"), action="pot.reassign"),
    _of_provider(entered.PROVIDER, mark("Sprachmittler_in")),
    _of_provider(entered.PROVIDER_CHANGE, mark("Geänderte Angaben einer Sprachmittler_in")),
)
