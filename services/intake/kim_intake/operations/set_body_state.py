"""Say how a body under this roof is doing today, so that nobody is walked to a closed door."""

from __future__ import annotations

from dataclasses import dataclass

from kim_events.fields import Code, Id
from kim_runtime.act import Act
from kim_runtime.command import CommandSchema
from kim_runtime.entered import Entered
from kim_runtime.refusal import Forbidden, Refused
from sqlalchemy.orm import Session

from kim_intake.model.entered import BODY_STATE
from kim_intake.model.site import BodyDay, site
from kim_intake.rules.codes import BODY_STATES
from kim_intake.rules.permissions import may_at


@dataclass(frozen=True, slots=True)
class SetBodyState:
    site: str
    body: str
    state: str


class SetBodyStateSchema(CommandSchema):
    command = SetBodyState
    site = Id(required=True)
    body = Id(required=True)
    state = Code(BODY_STATES, required=True)


def set_body_state(session: Session, act: Act, command: SetBodyState) -> BodyDay:
    """What was said last counts, for today. Raises Refused, NotFound."""
    if not may_at(act.actor, "today.see", command.site):
        raise Forbidden("other_site", "Das sagt, wer an diesem Standort sitzt.", "site")
    if site(session, command.site).body(command.body) is None:
        raise Refused("no_such_body", "Diese Stelle gibt es an diesem Standort nicht.", "body")
    row = BodyDay(site_id=command.site, code=command.body, day=act.today, state=command.state)
    session.add(Entered.in_act(act, BODY_STATE, command.site))
    return session.merge(row)
