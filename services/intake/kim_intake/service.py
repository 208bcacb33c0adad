"""What intake is made of. The one place where its parts meet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kim_audit.tables import metadata as audit
from kim_bus import tables as bus
from kim_bus.chores import Chore
from kim_bus.reaction import Reaction
from kim_referral import mount as referral
from kim_runtime.entered import metadata as entered
from kim_service.service import Service
from kim_statistics.model import metadata as statistics
from kim_statistics.partners import STATISTICS_REACTION
from kim_statistics.report import month_before_reported
from kim_web import tables as signed_in

from kim_intake.model.base import Base
from kim_intake.operations.count_statistics import month_figures
from kim_intake.operations.end_waiting import end_waiting
from kim_intake.reactions.admission_decided import admission_decided

if TYPE_CHECKING:
    from kim_web.doors import Doors

REACTIONS = (Reaction("admission.decided.v1", admission_decided), *referral.REACTIONS, STATISTICS_REACTION)
CHORES = (Chore("end_waiting", end_waiting), Chore("report_month_before", month_before_reported(month_figures)), *referral.CHORES)


def doors() -> Doors:
    """Pages and JSON door; loaded by the web process alone."""
    from kim_intake.doors import DOORS

    return DOORS


SERVICE = Service(
    name="intake",
    package="kim_intake",
    metadata=(bus.metadata, audit, signed_in.metadata, referral.metadata, statistics, entered, Base.metadata),
    reactions=REACTIONS,
    chores=CHORES,
    doors=doors,
)
