"""The web side of interpreting: its pages, its JSON door, and who may do what."""

from __future__ import annotations

from kim_runtime.act import Actor
from kim_runtime.clock import local_day
from kim_runtime.database import session_of
from kim_service.doors import operated
from kim_web.doors import Doors, NavEntry, Standing

from kim_interpreting.api import invoices as invoices_api
from kim_interpreting.api import orders as orders_api
from kim_interpreting.api import pots as pots_api
from kim_interpreting.api import providers as providers_api
from kim_interpreting.api import statistics
from kim_interpreting.model.entered import CONFIRMATION, ORDER, REASSIGNMENT, RECORDING, names_of
from kim_interpreting.model.invoice import CONFIRMED, Invoice
from kim_interpreting.model.order import Order
from kim_interpreting.model.reassignment import Reassignment
from kim_interpreting.pages import enter, invoices, order, orders, pots, providers, unmet
from kim_interpreting.pages.action_words import ACTION_WORDS
from kim_interpreting.pages.audited_parts import NUMBERED, PARTS
from kim_interpreting.pages.entry_kinds import ENTRY_KINDS
from kim_interpreting.pages.words import REASONS
from kim_interpreting.rules.permissions import PERMISSIONS, RULES, pot_state, relations_to_step


def _standing_to_order(actor: Actor, order: Order) -> Standing:
    """The step before an approval is the entering; from which pot it would be paid decides who may."""
    first = names_of(session_of(order), ORDER, order)
    subsidiary = order.pot is not None and order.pot.is_subsidiary(local_day(order.requested_at))
    return Standing(relations_to_step(actor, first), pot_state(subsidiary=subsidiary))


def _standing_to_invoice(actor: Actor, invoice: Invoice) -> Standing:
    """The step before a payment is the confirmation, before a confirmation the recording."""
    first = names_of(session_of(invoice), CONFIRMATION if invoice.state == CONFIRMED else RECORDING, invoice)
    return Standing(relations_to_step(actor, first), invoice.state)


def _standing_to_reassignment(actor: Actor, moved: Reassignment) -> Standing:
    return Standing(relations_to_step(actor, names_of(session_of(moved), REASSIGNMENT, moved)))


DOORS = operated(
    Doors(
        service="interpreting",
        title="Sprachmittlung",
        package="kim_interpreting",
        pages=(orders.pages, enter.pages, order.pages, pots.pages, invoices.pages, unmet.pages, providers.pages),
        apis=(orders_api.api, pots_api.api, invoices_api.api, providers_api.api, statistics.api),
        permissions=PERMISSIONS,
        rules=RULES,
        standings={Order: _standing_to_order, Invoice: _standing_to_invoice, Reassignment: _standing_to_reassignment},
        nav=(
            NavEntry("Aufträge", "orders.listed", "orders.see", key="h", pages=("order",)),
            NavEntry("Auftrag erfassen", "enter.begin", "order.enter"),
            NavEntry("Rechnungen", "invoices.listed", "invoice.see"),
            NavEntry("Töpfe", "pots.listed", "pot.see"),
            NavEntry("Nicht erfüllt", "unmet.listed", "unmet.see"),
            NavEntry("Sprachmittler_innen", "providers.listed", "provider.keep"),
        ),
        start="orders.listed",
        entries=ENTRY_KINDS,
        action_words=ACTION_WORDS,
        reason_words=REASONS,
        numbered=NUMBERED,
        parts=PARTS,
    )
)
