"""Tell casework who may be given cases, from when, until when. Nothing else of a contract leaves this service."""

from __future__ import annotations

from kim_bus.outbox import emit
from kim_bus.post import Post as MailPost
from kim_bus.routing import readers
from kim_events.types.assignability import ASSIGNABILITY_CHANGED
from kim_runtime.act import Act
from sqlalchemy.orm import Session

from kim_staffing.model.employer import employer_by_id
from kim_staffing.model.occupancy import Occupancy


def tell_assignability(session: Session, act: Act, occupancy: Occupancy) -> None:
    """Say the present state of one occupancy, one version up; silent of whoever may be given no cases, of a carrier's staff, and of work
    done in another house.

    The caller holds the occupancy's row lock, or has just made it.
    """
    if not _concerns_this_house(session, act, occupancy) or occupancy.person is None:
        return
    occupancy.version += 1
    emit(
        session,
        act,
        ASSIGNABILITY_CHANGED.name,
        subject=occupancy.id,
        version=occupancy.version,
        data={
            "staff": occupancy.person.staff,
            "assignable_from": occupancy.starts_on,
            "assignable_to": occupancy.ends_on,
        },
        to=act.organisation,
    )


def _concerns_this_house(session: Session, act: Act, occupancy: Occupancy) -> bool:
    employer = occupancy.post.latest.employer_id
    if not occupancy.active or not occupancy.post.gives_cases or employer is None or not employer_by_id(session, employer).own:
        return False
    if occupancy.post.workplace not in ("", act.organisation):
        return False
    mail: MailPost = session.info["post"]
    return any(mailbox.startswith(f"{act.organisation}.") for mailbox in readers(mail.directory, mail.mailbox, ASSIGNABILITY_CHANGED))
