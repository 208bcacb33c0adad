"""What casework is made of. The one place where its parts meet."""

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

from kim_casework.model.base import Base
from kim_casework.operations.count_statistics import month_figures
from kim_casework.reactions.admission_proposed import admission_proposed
from kim_casework.reactions.assignability_changed import assignability_changed
from kim_casework.reactions.consultation_recorded import consultation_recorded, consultations_recorded
from kim_casework.reactions.order_changed import order_changed

if TYPE_CHECKING:
    from kim_web.doors import Doors

REACTIONS = (
    Reaction("consultation.recorded.v1", consultation_recorded, consultations_recorded),
    Reaction("admission.proposed.v1", admission_proposed),
    Reaction("assignability.changed.v1", assignability_changed),
    Reaction("order.changed.v1", order_changed),
    *referral.REACTIONS,
    STATISTICS_REACTION,
)
CHORES = (Chore("report_month_before", month_before_reported(month_figures)), *referral.CHORES)


def doors() -> Doors:
    """Pages and JSON door; loaded by the web process alone."""
    from kim_casework.doors import DOORS

    return DOORS


SERVICE = Service(
    name="casework",
    package="kim_casework",
    metadata=(bus.metadata, audit, signed_in.metadata, referral.metadata, statistics, entered, Base.metadata),
    reactions=REACTIONS,
    chores=CHORES,
    doors=doors,
)
