"""The same service at another organisation: nothing of it is written for Aachen's integration centre."""

from __future__ import annotations

from typing import Any

from kim_bus import tables
from kim_intake.model.hand_over import feedback_open
from kim_intake.operations.record_consultation import RecordConsultation, record_consultation
from kim_intake.operations.set_up_site import Body, SetUpSite, set_up_site
from kim_intake.service import SERVICE
from kim_runtime.act import Actor
from sqlalchemy import func, select

OFFICE = "auslaenderamt"
VOSSEN = Actor("vossen", "Jana Vossen", OFFICE, frozenset({"intake_staff"}))


def test_an_information_point_records_its_own_and_walks_people_to_the_desk_next_door(houses: Any) -> None:
    office = houses("auslaenderamt.intake", SERVICE)
    bodies = (Body("information_point", OFFICE, desks=1), Body("case_management", "staedteregion-aachen"))
    with office.database.write() as session:
        set_up_site(session, office.act(), SetUpSite("hacklaenderstrasse", "Hackländerstraße", "05334002", bodies))
        talk = record_consultation(
            session,
            office.act(VOSSEN),
            RecordConsultation(
                site="hacklaenderstrasse",
                service="information_point",
                persons_present=3,
                topics=("housing",),
                hand_over_to="case_management",
            ),
        )
    with office.database.read() as session:
        (walked,) = feedback_open(session, office.act(VOSSEN), "hacklaenderstrasse", "information_point")
        assert (walked.consultation_id, walked.to_organisation) == (talk.id, "staedteregion-aachen")
        # there is no casework in this house, so nobody is told of the consultation
        assert session.scalar(select(func.count()).select_from(tables.outbox)) == 0
