"""End an occupancy, move it to another post, or note an absence with a claim to return."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from kim_events.fields import Day, Id
from kim_runtime.act import Act
from kim_runtime.command import CommandSchema
from kim_runtime.entered import Entered
from kim_runtime.ids import new_id
from kim_runtime.refusal import Refused, refuse
from sqlalchemy.orm import Session

from kim_staffing.model.entered import OCCUPANCY_END
from kim_staffing.model.occupancy import Occupancy, occupancy_for_update
from kim_staffing.operations.create_post import days_turned
from kim_staffing.operations.occupy_post import ABSENT, OccupyPost, occupy_post
from kim_staffing.operations.tell_assignability import tell_assignability


@dataclass(frozen=True, slots=True)
class EndOccupancy:
    """`ends_on` is the last day on the post."""

    occupancy: str
    ends_on: date


@dataclass(frozen=True, slots=True)
class TransferOccupancy:
    """The same person with the same share goes to another post from a day on. `id` is the new occupancy's."""

    occupancy: str
    to_post: str
    from_day: date
    id: str = field(default_factory=new_id)


@dataclass(frozen=True, slots=True)
class NoteAbsence:
    """Absent from a day on, with a claim to return after `until` (no day: not known). Why is not asked and not kept."""

    occupancy: str
    from_day: date
    until: date | None = None
    id: str = field(default_factory=new_id)


class EndOccupancySchema(CommandSchema):
    command = EndOccupancy
    occupancy = Id(required=True)
    ends_on = Day(required=True, metadata={"label": "Letzter Tag auf der Stelle"})


class TransferOccupancySchema(CommandSchema):
    command = TransferOccupancy
    id = Id()
    occupancy = Id(required=True)
    to_post = Id(required=True, metadata={"label": "Auf Stelle"})
    from_day = Day(required=True, metadata={"label": "Ab"})


class NoteAbsenceSchema(CommandSchema):
    command = NoteAbsence
    id = Id()
    occupancy = Id(required=True)
    from_day = Day(required=True, metadata={"label": "Abwesend ab"})
    until = Day(
        load_default=None, allow_none=True, metadata={"label": "Anspruch auf Rückkehr, abwesend bis", "hint": "leer: noch nicht bekannt"}
    )


def end_occupancy(session: Session, act: Act, command: EndOccupancy) -> Occupancy:
    """It ends on that day; on the same day again, nothing is told again.

    Raises Refused: days_turned, only_earlier; NotFound: occupancy_unknown.
    """
    occupancy = occupancy_for_update(session, command.occupancy)
    if command.ends_on < occupancy.starts_on:
        raise Refused("days_turned", "Der letzte Tag liegt vor dem ersten.", "ends_on")
    if occupancy.ends_on != command.ends_on:
        if occupancy.ends_on is not None and command.ends_on > occupancy.ends_on:
            words = "Verlängert wird eine Besetzung nur mit ihrem Vertrag; hier kann sie nur früher enden."
            raise Refused("only_earlier", words, "ends_on")
        occupancy.ends_on = command.ends_on
        session.add(Entered.in_act(act, OCCUPANCY_END, occupancy.id))
        session.flush()
        tell_assignability(session, act, occupancy)
    return occupancy


def transfer_occupancy(session: Session, act: Act, command: TransferOccupancy) -> Occupancy:
    """Ends the occupancy the day before and begins the new one; raises what `end_occupancy` and `occupy_post` raise. The same id again
    returns it.
    """
    known = session.get(Occupancy, command.id)
    if known is not None:
        return known
    old = occupancy_for_update(session, command.occupancy)
    until = old.ends_on
    end_occupancy(session, act, EndOccupancy(old.id, command.from_day - timedelta(days=1)))
    new = OccupyPost(
        post=command.to_post,
        share=old.share,
        starts_on=command.from_day,
        ends_on=until,
        person=old.person_id or "",
        holder=old.holder,
        id=command.id,
    )
    return occupy_post(session, act, new)


def note_absence(session: Session, act: Act, command: NoteAbsence) -> Occupancy:
    """The active time ends the day before, an absent one follows, and after `until` an active one again. Returns the absent one.

    Raises Refused: absent_already, too_early, too_late, days_turned; NotFound: occupancy_unknown. The same id again returns it.
    """
    known = session.get(Occupancy, command.id)
    if known is not None:
        return known
    old = occupancy_for_update(session, command.occupancy)
    last = old.ends_on
    refuse(_absence_faults(old, command))
    end_occupancy(session, act, EndOccupancy(old.id, command.from_day - timedelta(days=1)))
    held = {"post": old.post_id, "share": old.share, "person": old.person_id or "", "holder": old.holder}
    absent = occupy_post(
        session,
        act,
        OccupyPost(**held, starts_on=command.from_day, ends_on=command.until or last, presence=ABSENT, id=command.id),  # type: ignore[arg-type]
    )
    if command.until is not None and command.until != last:
        occupy_post(session, act, OccupyPost(**held, starts_on=command.until + timedelta(days=1), ends_on=last))  # type: ignore[arg-type]
    return absent


def _absence_faults(held: Occupancy, command: NoteAbsence) -> Iterator[Refused]:
    if not held.active:
        yield Refused("absent_already", "Das ist schon eine Abwesenheit.", "from_day")
    elif command.from_day <= held.starts_on:
        yield Refused("too_early", "Die Besetzung beginnt am {day}: abwesend ist jemand danach.", "from_day", day=held.starts_on)
    for name in ("from_day", "until"):
        day = getattr(command, name)
        if day is not None and held.ends_on is not None and day > held.ends_on:
            yield Refused("too_late", "Die Besetzung endet am {day}: so lange kann jemand abwesend sein.", name, day=held.ends_on)
    yield from days_turned(command.from_day, command.until, "until")
