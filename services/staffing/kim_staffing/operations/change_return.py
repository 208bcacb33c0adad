"""Put the return from an absence on another day: earlier or later than entered, or known only now."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from kim_events.fields import Day, Id
from kim_runtime.act import Act
from kim_runtime.command import CommandSchema
from kim_runtime.entered import Entered
from kim_runtime.refusal import Refused, refuse
from sqlalchemy.orm import Session

from kim_staffing.model.entered import RETURN
from kim_staffing.model.occupancy import Occupancy, occupancies, occupancy_for_update, return_from
from kim_staffing.model.post import post_for_update
from kim_staffing.operations.occupy_post import OccupyPost, seat
from kim_staffing.operations.tell_assignability import tell_assignability
from kim_staffing.rules.fte import Share, first_overfull_day

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class ChangeReturn:
    """`until` is the last day of the absence `occupancy`; the day after, the person is back."""

    occupancy: str
    until: date


class ChangeReturnSchema(CommandSchema):
    command = ChangeReturn
    occupancy = Id(required=True)
    until = Day(required=True, metadata={"label": "Abwesend bis", "hint": "am Tag danach wieder da"})


def change_return(session: Session, act: Act, command: ChangeReturn) -> Occupancy:
    """The absence ends on that day, and the active time begins the day after. Returns the absence; on the same day again nothing is told.

    Raises Refused: not_absent, too_early, too_late, replacement_stays; NotFound: occupancy_unknown.
    """
    absent = occupancy_for_update(session, command.occupancy)
    post = post_for_update(session, absent.post_id)
    held = occupancies(session, [post.id])
    back = return_from(absent, held)
    if back is not None:
        back = occupancy_for_update(session, back.id)
    refuse(_faults(absent, back, command))
    if absent.ends_on == command.until and back is not None:
        return absent
    last = back.ends_on if back is not None else absent.ends_on
    again = Share(absent.share, command.until + DAY, last)
    refuse(_replaced_still(again, [one for one in held if one not in (absent, back)], post.fte))
    absent.ends_on = command.until
    if back is None:
        seat(session, act, OccupyPost(post.id, absent.share, again.starts_on, last, absent.person_id or "", absent.holder))
    else:
        back.starts_on = again.starts_on
        session.flush()
        tell_assignability(session, act, back)
    session.add(Entered.in_act(act, RETURN, absent.id))
    session.flush()
    return absent


def _faults(absent: Occupancy, back: Occupancy | None, command: ChangeReturn) -> Iterator[Refused]:
    last = back.ends_on if back is not None else absent.ends_on
    if absent.active:
        yield Refused("not_absent", "Das ist keine Abwesenheit. Die Seite zeigt den neuen Stand.", "until")
    elif command.until < absent.starts_on:
        yield Refused("too_early", "Die Abwesenheit beginnt am {day}: so früh endet sie nicht.", "until", day=absent.starts_on)
    elif last is not None and command.until >= last:
        words = "Die Besetzung endet am {day}: die Rückkehr liegt spätestens an diesem Tag."
        yield Refused("too_late", words, "until", day=last)


def _replaced_still(again: Share, others: list[Occupancy], fte: Decimal) -> Iterator[Refused]:
    overfull = first_overfull_day([*(one.as_share() for one in others), again], fte)
    if overfull is not None:
        words = "Am {day} sitzt noch die Vertretung auf der Stelle. Zuerst deren Besetzung früher beenden, dann die Rückkehr eintragen."
        yield Refused("replacement_stays", words, "until", day=overfull.day)
