"""Put somebody on a post: own staff by person, a carrier's staff as a headcount without a name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from kim_events.fields import Code, Day, Fte, Id
from kim_runtime.act import Act
from kim_runtime.command import CommandSchema
from kim_runtime.entered import Entered
from kim_runtime.ids import new_id
from kim_runtime.refusal import Refused, refuse
from sqlalchemy.orm import Session

from kim_staffing.model.employer import employer_by_id
from kim_staffing.model.entered import OCCUPANCY
from kim_staffing.model.occupancy import Occupancy, occupancies
from kim_staffing.model.person import person_by_id
from kim_staffing.model.post import ESTABLISHED, Post, post_for_update
from kim_staffing.operations.create_post import days_turned
from kim_staffing.operations.tell_assignability import tell_assignability
from kim_staffing.rules.fte import Share, first_overfull_day, fits_step

ACTIVE, ABSENT = "active", "absent"


@dataclass(frozen=True, slots=True)
class OccupyPost:
    """`person` for own staff; for a carrier's staff `holder`, a reference such as `caritas-1`, never a name."""

    post: str
    share: Decimal
    starts_on: date
    ends_on: date | None = None
    person: str = ""
    holder: str = ""
    presence: str = ACTIVE
    id: str = field(default_factory=new_id)


class OccupyPostSchema(CommandSchema):
    command = OccupyPost
    id = Id()
    post = Id(required=True)
    share = Fte(required=True, metadata={"label": "Anteil"})
    starts_on = Day(required=True, metadata={"label": "Beginn"})
    ends_on = Day(load_default=None, allow_none=True, metadata={"label": "Ende"})
    person = Id(load_default="")
    holder = Id(load_default="", metadata={"label": "Kennung beim Träger", "hint": "kein Name, zum Beispiel caritas-1"})
    presence = Code((ACTIVE, ABSENT), load_default=ACTIVE, metadata={"label": "Stand"})


def occupy_post(session: Session, act: Act, command: OccupyPost) -> Occupancy:
    """Somebody holds a share of the post; the same id again returns the occupancy.

    Raises Refused: post_not_established, share_step, post_full, not_own_staff, holder_missing, days_turned.
    """
    known = session.get(Occupancy, command.id)
    if known is not None:
        return known
    occupancy = seat(session, act, command)
    session.add(Entered.in_act(act, OCCUPANCY, occupancy.id))
    return occupancy


def seat(session: Session, act: Act, command: OccupyPost) -> Occupancy:
    """The occupancy alone, as part of what somebody enters otherwise; raises what `occupy_post` raises."""
    post = post_for_update(session, command.post)
    refuse(seat_faults(session, post, command))
    person = person_by_id(session, command.person) if command.person else None
    occupancy = Occupancy(
        id=command.id,
        post_id=post.id,
        person_id=person.id if person else None,
        holder="" if person else command.holder,
        share=command.share,
        starts_on=command.starts_on,
        ends_on=command.ends_on,
        presence=command.presence,
        version=0,
        post=post,
        person=person,
    )
    session.add(occupancy)
    session.flush()
    tell_assignability(session, act, occupancy)
    return occupancy


def seat_faults(session: Session, post: Post, command: OccupyPost) -> Iterator[Refused]:
    """All that stands against it, while the post is locked or before: then it may only be more later."""
    turned = list(days_turned(command.starts_on, command.ends_on))
    yield from turned
    yield from _holder_faults(session, post, command)
    if not turned:
        yield from _overfull(
            session, post, command.id, Share(command.share, command.starts_on, command.ends_on, command.presence == ACTIVE)
        )


def must_fit(session: Session, post: Post, changed: Occupancy) -> None:
    """On every day the active shares fit into the post; raises Refused with the sum and the day."""
    refuse(_overfull(session, post, changed.id, changed.as_share()))


def _overfull(session: Session, post: Post, occupancy: str, share: Share) -> Iterator[Refused]:
    others = [one.as_share() for one in occupancies(session, [post.id]) if one.id != occupancy]
    overfull = first_overfull_day([*others, share], post.fte)
    if overfull is not None:
        yield Refused(
            "post_full",
            "Auf der Stelle {number} säßen am {day} zusammen {total} bei {fte} Stellen. Anteil oder Zeitraum ändern.",
            "share",
            number=post.number,
            day=overfull.day,
            total=overfull.total,
            fte=post.fte,
        )


def _holder_faults(session: Session, post: Post, command: OccupyPost) -> Iterator[Refused]:
    decision = post.latest
    if decision.status != ESTABLISHED or decision.employer_id is None or not _runs(post, command):
        yield Refused("post_not_established", "Die Stelle {number} ist in dieser Zeit nicht eingerichtet.", "starts_on", number=post.number)
    if decision.employer_id is None:
        return
    employer = employer_by_id(session, decision.employer_id)
    if not fits_step(command.share, employer.share_step):
        yield Refused("share_step", "Der Anteil ist ein Vielfaches von {step}.", "share", step=employer.share_step)
    if command.person and not employer.own:
        yield Refused(
            "not_own_staff", "Namen und Verträge eines Trägers bleiben beim Träger: hier nur Anteil und Kennung eintragen.", "person"
        )
    if not command.person and (employer.own or not command.holder):
        yield Refused(
            "holder_missing", "Wer sitzt auf der Stelle? Eigenes Personal als Person, Personal eines Trägers mit Kennung.", "holder"
        )


def _runs(post: Post, command: OccupyPost) -> bool:
    """Whether the post is there from the first day on, and on the last one, if there is one; days that are turned are said otherwise."""
    last = command.ends_on if command.ends_on and command.ends_on >= command.starts_on else command.starts_on
    return post.latest.runs_on(command.starts_on) and post.latest.runs_on(last)
