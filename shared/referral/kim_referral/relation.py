"""What the person signed in has to do with a consent or a referral, as the mounting service says: asked by both doors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from kim_runtime.act import Act
from kim_runtime.refusal import NotFound
from kim_web.page import this_act
from kim_web.web import this_web
from sqlalchemy.orm import Session

from kim_referral.model.received_referral import ReceivedReferral, received_by_id, received_referrals
from kim_referral.model.seen import Seen

PART: Final = "kim_referral"
Relation = Callable[[Act], Seen]


def seen() -> Seen:
    """What the person signed in may see. Where the service says nothing, everybody sees what they recorded themselves and no more."""
    act = this_act()
    relation: Relation | None = this_web().doors.relations.get(PART)
    return relation(act) if relation is not None else Seen(act.actor.id)


def shown_received(session: Session, states: frozenset[str] | None = None) -> list[ReceivedReferral]:
    """Received referrals, all of the desk's but those that became something nothing is shown of."""
    hidden = seen().hidden_things(session)
    return [one for one in received_referrals(session, states) if (one.about_kind, one.about_id) not in hidden]


def received_to_see(session: Session, received_id: str) -> ReceivedReferral:
    """Raises NotFound for one that does not exist, or of whose thing nothing is shown."""
    received = received_by_id(session, received_id)
    if (received.about_kind, received.about_id) in seen().hidden_things(session):
        raise NotFound("received_unknown", "Diesen eingegangenen Verweis gibt es nicht.")
    return received
