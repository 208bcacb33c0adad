"""The web side of interpreting: its pages, its JSON door, and who may do what."""

from __future__ import annotations

from kim_service.doors import operated
from kim_web.doors import Doors, NavEntry

from kim_interpreting.api import invoices as invoices_api
from kim_interpreting.api import orders as orders_api
from kim_interpreting.api import pots as pots_api
from kim_interpreting.api import providers as providers_api
from kim_interpreting.api import statistics
from kim_interpreting.pages import enter, invoices, order, orders, pots, providers, unmet
from kim_interpreting.rules.permissions import PERMISSIONS, RULES

DOORS = operated(
    Doors(
        service="interpreting",
        title="Sprachmittlung",
        package="kim_interpreting",
        pages=(orders.pages, enter.pages, order.pages, pots.pages, invoices.pages, unmet.pages, providers.pages),
        apis=(orders_api.api, pots_api.api, invoices_api.api, providers_api.api, statistics.api),
        permissions=PERMISSIONS,
        rules=RULES,
        nav=(
            NavEntry("Aufträge", "orders.listed", "orders.see", key="h"),
            NavEntry("Auftrag erfassen", "enter.begin", "order.enter"),
            NavEntry("Rechnungen", "invoices.listed", "invoice.see"),
            NavEntry("Töpfe", "pots.listed", "pot.see"),
            NavEntry("Nicht erfüllt", "unmet.listed", "unmet.see"),
            NavEntry("Sprachmittler_innen", "providers.listed", "provider.keep"),
        ),
        start="orders.listed",
    )
)
