"""What staffing is made of. The one place where its parts meet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kim_audit.tables import metadata as audit
from kim_bus import tables as bus
from kim_bus.chores import Chore
from kim_runtime.entered import metadata as entered
from kim_service.service import Service
from kim_statistics.model import metadata as statistics
from kim_statistics.partners import STATISTICS_REACTION
from kim_statistics.report import month_before_reported
from kim_web import tables as signed_in

from kim_staffing.model.base import Base
from kim_staffing.operations.raise_alarms import raise_alarms
from kim_staffing.operations.report_statistics import month_figures

if TYPE_CHECKING:
    from kim_web.doors import Doors

REACTIONS = (STATISTICS_REACTION,)
CHORES = (Chore("raise_alarms", raise_alarms), Chore("report_month_before", month_before_reported(month_figures)))


def doors() -> Doors:
    """Pages and JSON door; loaded by the web process alone."""
    from kim_staffing.doors import DOORS

    return DOORS


SERVICE = Service(
    name="staffing",
    package="kim_staffing",
    metadata=(bus.metadata, audit, signed_in.metadata, statistics, entered, Base.metadata),
    reactions=REACTIONS,
    chores=CHORES,
    doors=doors,
)
