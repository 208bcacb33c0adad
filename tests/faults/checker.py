"""Reads all databases and dead queues after an attack, and says what is not as it was promised.

It goes by the workload's own record of what was said, written in the same transaction as each event, and by effect tables in which a
second effect would be a second row.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from kim_bus import tables
from kim_bus.probe import PROBED
from kim_bus.routing import bindings
from kim_bus.tables import DONE, NEW, PARKED
from kim_events.catalogue import CATALOGUE
from kim_events.event_type import Kind
from kim_runtime.database import Database
from sqlalchemy import Row, Select, select

from faults.place import effects, known, projections, said, shown
from faults.workload import MARKS, NORMAL, WITHDRAWN, follow_ups

UPGRADE = ("unknown_type", "no_reaction")
GRACE = timedelta(seconds=1)  # between the row of a withdrawal and the end of its transaction
MOST_SHOWN = 12  # faults of one sort that are printed


@dataclass
class Findings:
    """`counts`: what was seen, in words. `faults`: what was promised and is not so, by sort."""

    counts: Counter[str] = field(default_factory=Counter)
    faults: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    @property
    def good(self) -> bool:
        return not self.faults

    def lines(self) -> Iterator[str]:
        for sort, found in self.faults.items():
            yield f"{sort}: {len(found)}"
            yield from (f"    {one}" for one in found[:MOST_SHOWN])


@dataclass(frozen=True)
class House:
    """What the database of one mailbox holds."""

    said: list[Row[Any]]
    follow_ups: Counter[str]  # event id -> how many events its effect here said
    outbox: dict[str, Row[Any]]  # by event id
    inbox: dict[tuple[str, str], Row[Any]]  # by mailbox of the sender, and event id
    effects: dict[tuple[str, str], list[Row[Any]]]
    projections: dict[tuple[str, str], Row[Any]]
    shown: list[Row[Any]]
    known: list[Row[Any]]
    refused: list[Row[Any]]


def read(database: Database) -> House:
    def rows(what: Select[Any]) -> list[Row[Any]]:
        return list(session.execute(what))

    with database.read() as session:
        inbox = tables.inbox.c
        columns = (inbox.source, inbox.event_id, inbox.name, inbox.subject, inbox.subjectversion, inbox.state, inbox.reason, inbox.attempts)
        done: dict[tuple[str, str], list[Row[Any]]] = defaultdict(list)
        for row in rows(select(effects)):
            done[row.source, row.event_id].append(row)
        outbox = tables.outbox.c
        leaving = select(outbox.event_id, outbox.published_at, outbox.stuck_at, outbox.last_error, outbox.attempts)
        spoken = rows(select(said))
        return House(
            said=spoken,
            follow_ups=Counter(row.cause for row in spoken if row.cause),
            outbox={row.event_id: row for row in rows(leaving)},
            # Without the couriers' probes: a repeat may arrive when its sender has removed it already.
            inbox={(_mailbox(row.source), row.event_id): row for row in rows(select(*columns).where(inbox.name != PROBED))},
            effects=done,
            projections={(row.source, row.subject): row for row in rows(select(projections))},
            shown=rows(select(shown).order_by(shown.c.serial)),
            known=rows(select(known).where(known.c.name == WITHDRAWN)),
            refused=rows(select(tables.refused.c.sha256, tables.refused.c.reason)),
        )


class Check:
    """`dead`: bodies in the dead queues, by mailbox. `refusals`, `strangers`: what was put in from outside, see World. `lost`: mailboxes
    that were deleted with what they held.
    """

    def __init__(
        self,
        houses: Mapping[str, House],
        directory: Any,
        dead: Mapping[str, list[bytes]],
        refusals: Mapping[str, str],
        strangers: Mapping[str, str],
        lost: Collection[str],
    ) -> None:
        self.houses, self.dead, self.refusals, self.strangers, self.lost = houses, dead, refusals, strangers, lost
        self.highest = {mailbox: _highest(house) for mailbox, house in houses.items()}
        self.readers: dict[str, list[str]] = defaultdict(list)
        for binding in bindings(directory):
            self.readers[binding.routing_key].append(binding.mailbox)
        self.found = Findings()
        self.dead_ids = {mailbox: Counter(_event_id(body) for body in bodies) for mailbox, bodies in dead.items()}

    def run(self) -> Findings:
        for mailbox, house in self.houses.items():
            self._check_sender(mailbox, house)
            self._check_receiver(mailbox, house)
            self._check_what_was_shown(mailbox, house)
        self._check_refusals()
        self._check_dead()
        return self.found

    def _fault(self, sort: str, what: str) -> None:
        self.found.faults[sort].append(what)

    def _check_sender(self, mailbox: str, house: House) -> None:
        """Everything said is published and has reached each reader; what was taken back has reached none."""
        counts = self.found.counts
        for row in house.said:
            readers = self.readers[row.routing_key]
            counts["events said"] += 1
            counts["deliveries due"] += len(readers)
            counts["said by a reaction" if row.cause else "said at a desk"] += 1
            counts["said in a transaction held open"] += row.held
            what = f"{row.name} {row.event_id} of {mailbox}, {row.subject} version {row.version}"
            if row.taken_back:
                counts["taken back before they left"] += 1
                if any((mailbox, row.event_id) in self.houses[reader].inbox for reader in readers):
                    self._fault("taken back and delivered all the same", what)
                continue
            self._check_outbox(house, row, what)
            for reader in readers:
                self._check_delivery(mailbox, self.houses[reader], row, reader, what)
        for row in self.highest[mailbox].values():
            for reader in self.readers[row.routing_key]:
                self._check_projection(mailbox, row, reader)
        for event_id in house.outbox.keys() - {row.event_id for row in house.said}:
            if event_id not in self.strangers:
                counts["events of the couriers themselves"] += 1

    def _check_outbox(self, house: House, row: Row[Any], what: str) -> None:
        leaving = house.outbox.get(row.event_id)
        if leaving is None:
            self._fault("said and not in the outbox", what)
        elif leaving.stuck_at is not None and leaving.published_at is None:
            self._fault("stuck", f"{what}: {leaving.last_error}")
        elif leaving.published_at is None:
            self._fault("not published", f"{what}: {leaving.attempts} attempts, {leaving.last_error}")

    def _check_delivery(self, mailbox: str, receiver: House, row: Row[Any], reader: str, what: str) -> None:
        arrived, done = receiver.inbox.get((mailbox, row.event_id)), receiver.effects.get((mailbox, row.event_id), [])
        what = f"{what}, at {reader}"
        if len(done) > 1:
            self._fault("applied twice", what)
        end = MARKS[row.mark]
        if end == "dead":
            if not self.dead_ids[reader][row.event_id] or arrived is not None or done:
                self._fault("kills its reader and is not in the dead queue", what)
            return
        if arrived is None:
            self._check_missing(mailbox, row, reader, what)
        elif end == "parked":
            given_up = arrived.state == PARKED or (arrived.state == DONE and arrived.reason == "discarded")
            if done or not given_up or not arrived.reason:
                self._fault("cannot take effect and is not parked with a reason", f"{what}: {arrived.state} {arrived.reason}")
        elif arrived.state != DONE:
            self._fault("not applied", f"{what}: {arrived.state} after {arrived.attempts} attempts, {arrived.reason}")
        elif arrived.reason == "superseded":
            if not _is_state(row.name) or done:
                self._fault("applied and called superseded", what)
        elif not done:
            self._fault("called done and never applied", f"{what}: {arrived.reason}")
        else:
            said_next = receiver.follow_ups[row.event_id]
            if said_next != follow_ups(row.event_id, row.name, reader):
                self._fault("its effect said too much or too little", f"{what}: {said_next} events")

    def _check_missing(self, mailbox: str, row: Row[Any], reader: str, what: str) -> None:
        """A state that went with a lost mailbox does not come again where a higher version does."""
        if reader in self.lost and _is_state(row.name) and row.version < self.highest[mailbox][row.subject].version:
            self.found.counts["lost with a mailbox, a higher version sent again"] += 1
        else:
            self._fault("lost", what)

    def _check_projection(self, mailbox: str, row: Row[Any], reader: str) -> None:
        seen = self.houses[reader].projections.get((mailbox, row.subject))
        self.found.counts["projections compared"] += 1
        if seen is None or (seen.version, seen.content) != (row.version, row.content):
            what = f"{row.subject} of {mailbox} at {reader}: {seen and seen.version}, highest is {row.version}"
            self._fault("a projection is not at its highest version", what)

    def _check_receiver(self, mailbox: str, house: House) -> None:
        """What is here was said by somebody, and what did not take effect says why."""
        counts = self.found.counts
        for (sender, event_id), row in house.inbox.items():
            counts["deliveries taken in"] += 1
            counts["superseded"] += row.reason == "superseded"
            counts["parked"] += row.state == PARKED
            counts["discarded"] += row.reason == "discarded"
            counts["waiting for an upgrade"] += row.state == NEW and row.reason in UPGRADE
            if event_id in self.strangers:
                ended = row.reason if row.state == NEW else row.state
                if ended != self.strangers[event_id] or (row.state == PARKED and not row.reason):
                    self._fault("a stranger did not end as it must", f"{event_id} at {mailbox}: {row.state} {row.reason}")
            elif sender in self.houses and event_id not in self.houses[sender].outbox:
                self._fault("here and never said", f"{row.name} {event_id} of {sender}, at {mailbox}")
        counts["effects"] += sum(len(rows) for rows in house.effects.values())

    def _check_what_was_shown(self, mailbox: str, house: House) -> None:
        """No content is shown once a withdrawal of it has taken effect or, as transactions begin later than it, is known here."""
        hidden: dict[tuple[str, str], int] = {}
        for row in house.shown:
            key = (row.source, row.subject)
            self.found.counts["contents shown"] += bool(row.content)
            if not row.content:
                hidden[key] = max(hidden.get(key, 0), row.version)
            elif row.version < hidden.get(key, 0):
                self._fault("withdrawn content shown", f"{row.subject} version {row.version} at {mailbox}, after its withdrawal's effect")
        known_at: dict[tuple[str, str], list[Row[Any]]] = defaultdict(list)
        for row in house.known:
            known_at[_mailbox(row.source), row.subject].append(row)
        for row in house.shown:
            if row.content:
                for withdrawal in known_at[row.source, row.subject]:
                    if row.version < withdrawal.version and row.began > withdrawal.at + GRACE:
                        self._fault("withdrawn content shown", f"{row.subject} version {row.version} at {mailbox}, its withdrawal known")

    def _check_refusals(self) -> None:
        reasons = defaultdict(set)
        for house in self.houses.values():
            for row in house.refused:
                self.found.counts["refused"] += 1
                reasons[row.sha256].add(row.reason)
        for sha256, begins in self.refusals.items():
            if not any(reason.startswith(begins) for reason in reasons.pop(sha256, set())):
                self._fault("to be refused and was not", begins)
        for sha256, unexpected in reasons.items():
            self._fault("refused without cause", f"{sha256[:12]}: {', '.join(sorted(unexpected))}")

    def _check_dead(self) -> None:
        marks = {row.event_id: row.mark for house in self.houses.values() for row in house.said}
        for mailbox, ids in self.dead_ids.items():
            for event_id in ids:
                self.found.counts["in dead queues"] += 1
                if MARKS[marks.get(event_id, NORMAL)] != "dead":
                    self._fault("dead without having killed anybody", f"{event_id} at {mailbox}")


def _highest(house: House) -> dict[str, Row[Any]]:
    """Of each subject the highest version of its state that was not taken back."""
    found: dict[str, Row[Any]] = {}
    for row in house.said:
        if _is_state(row.name) and not row.taken_back and (row.subject not in found or row.version > found[row.subject].version):
            found[row.subject] = row
    return found


def sha256(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def _is_state(name: str) -> bool:
    return CATALOGUE[name].kind is Kind.STATE


def _mailbox(source: str) -> str:
    """`urn:kim:caritas-eifel:casework` -> `caritas-eifel.casework`"""
    return ".".join(source.split(":")[2:])


def _event_id(body: bytes) -> str:
    return body.partition(b'"id":"')[2].partition(b'"')[0].decode(errors="replace")
