"""That was not me (Das war ich nicht): an entry made at an unlocked desk under somebody else's name goes to the person who made it.

Only one's own entries of the last hour, each once. The person it goes to is asked and accepts it, or says it was not them either; then, and
where they say nothing for three days, it is open, and whoever may settle it says whose it is. What was entered stays as it is: only who
entered it changes. Each step is in the audit.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from kim_events.fields import Code, Text
from kim_runtime.act import Act, Actor
from kim_runtime.command import CommandSchema
from kim_runtime.database import locked
from kim_runtime.entered import ANSWER_WITHIN, ASKED, DISPUTED, NO_DOUBT, UNKNOWN, EnteredColumns
from kim_runtime.ids import new_id
from kim_runtime.refusal import NotFound, Refused
from marshmallow import fields, validate
from sqlalchemy import ColumnElement, Row, and_, delete, func, or_, select, update
from sqlalchemy.orm import Session

from kim_web import people
from kim_web.audit import note_entry
from kim_web.doors import EntryKind
from kim_web.policy import could
from kim_web.tables import moved_entries
from kim_web.web import this_web

AT_ONCE: Final = 50
STANDS_FOR: Final = timedelta(days=90)  # what is answered is shown and kept no longer
STATES: Final = ("told", "accepted", "open", "settled")
TOLD, ACCEPTED, OPEN, SETTLED = STATES
ANSWERS: Final = ("accepted", "not_me")
NOBODY: Final = "-"


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: its kind, the row itself, when it was made, and what it was in a line (`words_for`)."""

    kind: EntryKind
    row: Any
    made_at: datetime
    words: str = ""

    @property
    def key(self) -> str:
        """`consultation:0197…`, as in the audit."""
        return f"{self.kind.code}:{self.row.id}"


@dataclass(frozen=True, slots=True)
class MoveEntries:
    """`entries` are keys of one's own entries, `to` is who made them."""

    entries: tuple[str, ...]
    to: str


class MoveEntriesSchema(CommandSchema):
    command = MoveEntries
    entries = fields.List(
        Text(shortest=1, longest=120),
        load_default=tuple,
        validate=validate.Length(max=AT_ONCE),
        metadata={"label": "Was nicht von Ihnen ist"},
    )
    to = Text(
        shortest=1,
        longest=200,
        required=True,
        metadata={"label": "Wer es war", "hint": "Wer fehlt, meldet sich hier einmal an und steht dann in der Liste."},
    )


@dataclass(frozen=True, slots=True)
class AnswerMove:
    answer: str


class AnswerMoveSchema(CommandSchema):
    """`accepted`: it was me; `not_me`: it was not me either."""

    command = AnswerMove
    answer = Code(ANSWERS, required=True)


@dataclass(frozen=True, slots=True)
class SettleMove:
    to: str


class SettleMoveSchema(CommandSchema):
    """`to` is whose entry it is, or `-`: it could not be found out."""

    command = SettleMove
    to = Text(shortest=1, longest=200, required=True, metadata={"label": "Wer es war"})


def own_entries(session: Session, act: Act) -> list[Entry]:
    """What the actor entered within the last hour (a setting) and nobody has moved, the newest first."""
    web = this_web()
    since = act.at - timedelta(minutes=web.settings.not_me_minutes)
    before = {(row.kind, row.thing_id) for row in session.execute(select(moved_entries).where(moved_entries.c.made_at >= since))}
    found = []
    for (model, by, at), kinds in _asked_at_once(web.doors.entries).items():
        column, made = getattr(model, by), getattr(model, at)
        mine = select(model).where(column == act.actor.id, made >= since, *_of_kinds(model, kinds))
        for row in session.scalars(mine.order_by(made.desc()).limit(AT_ONCE)):
            kind = kinds[row.kind] if isinstance(row, EnteredColumns) else next(iter(kinds.values()))
            if (kind.code, row.id) not in before:
                found.append(Entry(kind, row, getattr(row, at)))
    latest = sorted(found, key=lambda entry: (entry.made_at, entry.key), reverse=True)[:AT_ONCE]
    return [replace(entry, words=words_for(session, act.actor, entry.kind, entry.row)) for entry in latest]


def others(session: Session, act: Act) -> list[Actor]:
    """Whom an entry can go to: who signed in here lately and can make any of the entries."""
    web = this_web()
    able = frozenset[str]().union(*(web.doors.permissions.get(kind.action, frozenset()) for kind in web.doors.entries))
    return [one for one in people.known(session, web.real_clock.now()) if one.id != act.actor.id and one.roles & able]


def move_entries(session: Session, act: Act, command: MoveEntries) -> list[Row[Any]]:
    """Give one's own entries to who made them: all of them or none. Returns what was noted of each.

    Raises Refused `nothing_chosen`, `person_unknown`, `too_old`, `moved_before`, `other_step`, `not_their_right`; NotFound for another
    person's entry.
    """
    if not command.entries:
        raise Refused("nothing_chosen", "Bitte ankreuzen, was nicht von Ihnen ist.", "entries")
    to = _other(session, act, command.to)
    moved = []
    for key in dict.fromkeys(command.entries):
        entry = _own(session, act, key)
        _give(session, entry, to)
        _doubt(entry.row, ASKED)
        row_id = new_id()
        session.execute(
            moved_entries.insert(),
            {
                "id": row_id, "kind": entry.kind.code, "thing_id": entry.row.id, "made_at": entry.made_at, "from_id": act.actor.id,
                "from_name": act.actor.name, "to_id": to.id, "to_name": to.name, "moved_at": act.at, "state": TOLD,
            },
        )  # fmt: skip
        note_entry(session, "entry.move", entry.key, f"from {act.actor.id} to {to.id}")
        moved.append(row_id)
    session.execute(
        delete(moved_entries).where(moved_entries.c.state.in_((ACCEPTED, SETTLED)), moved_entries.c.moved_at < act.at - STANDS_FOR)
    )
    return _rows(session, moved_entries.c.id.in_(moved))


def given_to(session: Session, actor_id: str) -> list[Row[Any]]:
    """What somebody is asked about: entries that came to them and wait for their answer, the oldest first."""
    return _rows(session, (moved_entries.c.to_id == actor_id) & (moved_entries.c.state == TOLD))


def given_by(session: Session, actor_id: str, since: datetime) -> list[Row[Any]]:
    """What somebody gave to others since then, the oldest first."""
    return _rows(session, (moved_entries.c.from_id == actor_id) & (moved_entries.c.moved_at >= since))


def open_moves(session: Session, now: datetime) -> list[Row[Any]]:
    """What neither of two made, or the second has not answered in time, the oldest first."""
    return _rows(session, _is_open(now))


def count_open(session: Session) -> int:
    return session.scalars(select(func.count()).select_from(moved_entries).where(_is_open(this_web().clock.now()))).one()


def state_of(row: Row[Any], now: datetime) -> str:
    """One of STATES; a question that nobody answered in time has ended by itself and is open."""
    return OPEN if row.state == TOLD and row.moved_at <= now - ANSWER_WITHIN else str(row.state)


def _is_open(now: datetime) -> ColumnElement[bool]:
    """As `state_of` says it."""
    return or_(moved_entries.c.state == OPEN, and_(moved_entries.c.state == TOLD, moved_entries.c.moved_at <= now - ANSWER_WITHIN))


def answer_move(session: Session, act: Act, move_id: str, command: AnswerMove) -> Row[Any]:
    """The person it came to says yes, or not me either; the same answer a second time changes nothing. Raises NotFound, Refused.

    Who answers late is heard as long as nobody has settled it.
    """
    row = _locked(session, move_id, moved_entries.c.to_id == act.actor.id)
    wanted = ACCEPTED if command.answer == "accepted" else OPEN
    if row.state == wanted:
        return row
    if row.state != TOLD:
        raise Refused("answered_already", "Darauf haben Sie schon geantwortet, oder es ist inzwischen geklärt.")
    session.execute(update(moved_entries).where(moved_entries.c.id == move_id).values(state=wanted, answered_at=act.at))
    _doubt(_thing(session, row.kind, row.thing_id)[1], DISPUTED if wanted == OPEN else NO_DOUBT)
    note_entry(session, "entry.move", f"{row.kind}:{row.thing_id}", "accepted" if wanted == ACCEPTED else "not me either")
    return _rows(session, moved_entries.c.id == move_id)[0]


def settle_move(session: Session, act: Act, move_id: str, command: SettleMove) -> Row[Any]:
    """Say whose an open entry is; without a person it stays where it is. Raises NotFound, Refused `own_entry`, `other_step`,
    `not_their_right`.
    """
    row = _locked(session, move_id, _is_open(act.at))
    if act.actor.id in (row.from_id, row.to_id):
        raise Refused("own_entry", "Es geht um Sie selbst: Bitte jemand anderen darüber entscheiden lassen.")
    to = _other(session, act, command.to) if command.to != NOBODY else None
    kind, thing = _thing(session, row.kind, row.thing_id)
    if to is not None:
        if kind is None or thing is None:
            raise NotFound("no_such_entry", "Diesen Eintrag gibt es nicht mehr.")
        _give(session, Entry(kind, thing, row.made_at), to)
    _doubt(thing, NO_DOUBT if to else UNKNOWN)
    said = {"state": SETTLED, "settled_at": act.at, "settled_by": act.actor.id, "settled_name": to.name if to else ""}
    session.execute(update(moved_entries).where(moved_entries.c.id == move_id).values(**said))
    note_entry(session, "entry.settle", f"{row.kind}:{row.thing_id}", f"to {to.id}" if to else "not found out")
    return _rows(session, moved_entries.c.id == move_id)[0]


def _other(session: Session, act: Act, actor_id: str) -> Actor:
    to = people.person(session, actor_id, this_web().real_clock.now())
    if to is None or to.id == act.actor.id:
        raise Refused(
            "person_unknown", "Diese Person steht nicht in der Liste. Sie meldet sich hier einmal an; danach lässt sie sich wählen.", "to"
        )
    return to


def _own(session: Session, act: Act, key: str) -> Entry:
    """One's own entry under its row lock. Another person's reads like one that does not exist."""
    web = this_web()
    code, _, thing_id = key.partition(":")
    kind, row = _thing(session, code, thing_id)
    if kind is None or row is None or getattr(row, kind.by) != act.actor.id:
        raise NotFound("no_such_entry", "Diesen Eintrag gibt es nicht, oder er steht nicht auf Ihrem Namen.", "entries")
    entry = Entry(kind, row, getattr(row, kind.at))
    if entry.made_at < act.at - timedelta(minutes=web.settings.not_me_minutes):
        raise Refused(
            "too_old",
            "Umschreiben geht nur {minutes} Minuten lang. Bitte der Leitung sagen, wann und von wem der Eintrag war.",
            "entries",
            minutes=web.settings.not_me_minutes,
        )
    if _rows(session, (moved_entries.c.kind == code) & (moved_entries.c.thing_id == thing_id)):
        raise Refused("moved_before", "Dieser Eintrag ist schon einmal umgeschrieben. Bitte dort „Ich auch nicht“ wählen.", "entries")
    return entry


def _give(session: Session, entry: Entry, to: Actor) -> None:
    """Write the entry to a person who could have made it, and has not taken the other of two steps that two must take. Raises Refused."""
    if entry.kind.against is not None and to.id in entry.kind.against(session, entry.row):
        raise Refused(
            "other_step",
            "{person} hat den anderen der beiden Schritte getan, und die müssen von zwei Personen sein. War es wirklich so, hat niemand "
            "ein zweites Mal geprüft: Bitte sofort der Leitung sagen, damit sie prüfen und rückgängig machen lässt.",
            "to",
            person=to.name,
        )
    if not _can_have_made(session, entry.kind, to, entry.row):
        raise Refused(
            "not_their_right",
            "{person} darf hier keinen solchen Eintrag machen. Bitte prüfen, wer es war; stimmt der Name, der Leitung Bescheid geben.",
            "to",
            person=to.name,
        )
    if isinstance(entry.row, EnteredColumns):
        earlier = entry.row.by_name
        entry.row.stand_under(to)
    else:
        earlier = getattr(entry.row, entry.kind.by)
        setattr(entry.row, entry.kind.by, to.id)
    if entry.kind.follow is not None:
        entry.kind.follow(session, entry.row, earlier)
    session.flush()


def _doubt(thing: Any, doubt: str) -> None:
    """Say at the entry itself whether one knows whose it is: what needs a second person waits until somebody has said it."""
    if isinstance(thing, EnteredColumns):
        thing.doubt = doubt


def _asked_at_once(kinds: Sequence[EntryKind]) -> dict[tuple[type[Any], str, str], dict[str, EntryKind]]:
    """The kinds by their code, together where one query finds them: a table that holds several kinds is asked once."""
    together: dict[tuple[type[Any], str, str], dict[str, EntryKind]] = {}
    for kind in kinds:
        together.setdefault((kind.model, kind.by, kind.at), {})[kind.code] = kind
    return together


def _of_kinds(model: type[Any], kinds: Collection[str]) -> tuple[ColumnElement[bool], ...]:
    """What narrows a table that holds several kinds to these."""
    return (model.kind.in_(kinds),) if issubclass(model, EnteredColumns) else ()


def _thing(session: Session, code: str, thing_id: str) -> tuple[EntryKind | None, Any]:
    """The kind and the entry itself under its row lock; None for what there is not."""
    kind = next((one for one in this_web().doors.entries if one.code == code), None)
    if kind is None:
        return None, None
    row = locked(session, kind.model, thing_id)
    return kind, row if not isinstance(row, EnteredColumns) or row.kind == code else None


def _can_have_made(session: Session, kind: EntryKind, person: Actor, row: Any) -> bool:
    if not could(person, kind.action):
        return False
    thing = kind.thing(session, row)
    if thing is None:
        return False
    if kind.can is not None:
        return kind.can(session, person, thing)
    return type(thing) not in this_web().doors.standings or could(person, kind.action, thing)


def _locked(session: Session, move_id: str, which: ColumnElement[bool]) -> Row[Any]:
    row = session.execute(select(moved_entries).where(moved_entries.c.id == move_id, which).with_for_update()).first()
    if row is None:
        raise NotFound("no_such_entry", "Diesen Eintrag gibt es nicht, oder er wartet nicht auf Sie.")
    return row


def _rows(session: Session, which: ColumnElement[bool]) -> list[Row[Any]]:
    return list(session.execute(select(moved_entries).where(which).order_by(moved_entries.c.moved_at, moved_entries.c.id)))


def words_for(session: Session, reader: Actor, kind: EntryKind, row: Any) -> str:
    """What an entry was, in a line; empty for whoever has nothing to do with it any more."""
    return kind.words(kind.thing(session, row)) if _can_have_made(session, kind, reader, row) else ""


def words_of(session: Session, reader: Actor, rows: Sequence[Row[Any]]) -> dict[str, tuple[EntryKind, str, str]]:
    """For each move its kind, a line on what the entry was, and by which id its page shows it; both empty where it is gone, or closed to
    the reader by now.
    """
    kinds = {kind.code: kind for kind in this_web().doors.entries}
    found = {}
    for row in rows:
        if (kind := kinds.get(row.kind)) is not None:
            entry = session.get(kind.model, row.thing_id)
            open_to = entry is not None and _can_have_made(session, kind, reader, entry)
            found[row.id] = (
                (kind, kind.words(kind.thing(session, entry)), str(getattr(entry, kind.shown_by))) if open_to else (kind, "", "")
            )
    return found
