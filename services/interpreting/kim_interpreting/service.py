"""What interpreting is made of. The one place where its parts meet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kim_audit.tables import metadata as audit
from kim_bus import tables as bus
from kim_bus.chores import Chore
from kim_bus.reaction import Reaction
from kim_service.service import Service
from kim_statistics.model import metadata as statistics
from kim_statistics.partners import STATISTICS_REACTION
from kim_statistics.report import month_before_reported
from kim_web import tables as signed_in

from kim_interpreting.model.base import Base
from kim_interpreting.operations.refuse_unknown_cases import refuse_unknown_cases
from kim_interpreting.operations.report_statistics import month_figures
from kim_interpreting.reactions.case_changed import case_changed
from kim_interpreting.reactions.order_requested import order_requested
from kim_interpreting.reactions.order_withdrawn import order_withdrawn

if TYPE_CHECKING:
    from kim_web.doors import Doors

REACTIONS = (
    Reaction("order.requested.v1", order_requested),
    Reaction("order.withdrawn.v1", order_withdrawn),
    Reaction("case.changed.v1", case_changed),
    STATISTICS_REACTION,
)
CHORES = (Chore("refuse_unknown_cases", refuse_unknown_cases), Chore("report_month_before", month_before_reported(month_figures)))


def doors() -> Doors:
    """Pages and JSON door; loaded by the web process alone."""
    from kim_interpreting.doors import DOORS

    return DOORS


SERVICE = Service(
    name="interpreting",
    package="kim_interpreting",
    metadata=(bus.metadata, audit, signed_in.metadata, statistics, Base.metadata),
    reactions=REACTIONS,
    chores=CHORES,
    doors=doors,
)
