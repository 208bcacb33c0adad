"""Decide about a post: still open, planned for an employer from a day, or established. Each decision is kept with its day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from kim_events.fields import Code, Day, Id, Text
from kim_runtime.act import Act
from kim_runtime.command import CommandSchema
from kim_runtime.entered import Entered
from kim_runtime.refusal import Refused, refuse
from sqlalchemy.orm import Session

from kim_staffing.model.employer import employer_by_id
from kim_staffing.model.entered import POST_DECISION
from kim_staffing.model.occupancy import occupancies
from kim_staffing.model.post import ESTABLISHED, PLANNED, UNDECIDED, Post, PostDecision, post_for_update
from kim_staffing.operations.create_post import days_turned, employer_missing


@dataclass(frozen=True, slots=True)
class PlanPost:
    """What holds of the post from today. An earlier report keeps what was decided then."""

    post: str
    status: str
    employer: str = ""
    starts_on: date | None = None
    ends_on: date | None = None


class PlanPostSchema(CommandSchema):
    command = PlanPost
    post = Id(required=True)
    status = Code((ESTABLISHED, PLANNED, UNDECIDED), required=True, metadata={"label": "Stand"})
    employer = Text(
        load_default="",
        longest=40,
        metadata={"label": "Arbeitgeber", "hint": "nötig, sobald die Stelle eingerichtet ist", "at_times": True},
    )
    starts_on = Day(load_default=None, allow_none=True, metadata={"label": "Beginn"})
    ends_on = Day(load_default=None, allow_none=True, metadata={"label": "Ende"})


def plan_post(session: Session, act: Act, command: PlanPost) -> Post:
    """What holds of the post from today on; decided twice on a day, the later counts.

    Raises Refused: employer_missing, days_turned, post_held; NotFound: post_unknown, employer_unknown.
    """
    post = post_for_update(session, command.post)
    if command.employer:
        employer_by_id(session, command.employer)
    refuse(_faults(session, act.today, post, command))
    if post.latest.decided_on == act.today:
        decision = post.latest
    else:
        decision = PostDecision(decided_on=act.today)
        post.history.append(decision)
    decision.status, decision.employer_id = command.status, command.employer or None
    decision.starts_on, decision.ends_on = command.starts_on, command.ends_on
    session.add(Entered.in_act(act, POST_DECISION, post.id))
    session.flush()
    return post


def _faults(session: Session, today: date, post: Post, command: PlanPost) -> Iterator[Refused]:
    yield from employer_missing(command.status, command.employer)
    yield from days_turned(command.starts_on, command.ends_on)
    held = [one for one in occupancies(session, [post.id]) if one.ends_on is None or one.ends_on >= today]
    if held and (command.status != ESTABLISHED or command.employer != (post.latest.employer_id or "")):
        yield Refused("post_held", "Auf der Stelle sitzt noch jemand: zuerst die Besetzung beenden.", "status")
