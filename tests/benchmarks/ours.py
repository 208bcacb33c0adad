"""This bus as a candidate: `python -m benchmarks.ours sender | intake | casework [loop …]`.

Two services of one house. The sender is a process that acts as a request would; intake and casework are the services' couriers as they
always run, with everything the real ones load, and with one reaction of the benchmark.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from kim_bus.courier import LOOPS, Courier
from kim_bus.directory import Directory
from kim_bus.keys import Keys
from kim_bus.outbox import emit
from kim_bus.post import Post
from kim_bus.reaction import Reaction, Received
from kim_bus.set_up import set_up
from kim_bus.transports import open_transport
from kim_runtime import logs
from kim_runtime.act import Act, Actor
from kim_runtime.database import Database
from servers.ladder import free_port
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from benchmarks import variants
from benchmarks.common import DAY, SAID, Configuration, act_row, acts, effect_row, effects, serve

HOUSE = "bench"
TOPOLOGY = Path(__file__).with_name("topology.toml")
SENDER, RECEIVER = f"{HOUSE}.intake", f"{HOUSE}.casework"
OPEN, SEALED = "consultation.recorded.v1", "admission.proposed.v1"
# Topics fill the event up to about 500 bytes of JSON.
WORDS: Mapping[str, Any] = {**SAID, "day": DAY, "topics": ["housing", "health"]}
SEALED_WORDS: Mapping[str, Any] = {
    "state": "proposed", "proposed_at": datetime(2022, 5, 20, 9, tzinfo=UTC), "site": SAID["site"], "consent_given_on": DAY,
    "person": {"name": "Anna Beispiel", "persons": 5}, "topics": ["housing"], "follow_ups": 3,
}  # fmt: skip
ACT, EFFECT = insert(acts), insert(effects).on_conflict_do_nothing()  # made once, as by the peers
LINES_A_TRANSACTION = 500  # of a backlog


def main(part: str, *loops: str) -> None:
    told = Configuration.read()
    logs.set_up(HOUSE, part, "bench", "WARNING")
    variants.apply(told.options)
    if part == "sender":
        _send(told)
    else:
        _courier(told, part).run(f"127.0.0.1:{free_port()}", only=loops or LOOPS)


def prepare(folder: Path) -> Directory:
    """Keys and directory of the house, once a run."""
    return set_up(TOPOLOGY, folder)


def _post(folder: Path, mailbox: str) -> Post:
    return Post(mailbox, Directory.load(folder / "directory.json"), Keys.load(folder / "keys" / f"{mailbox}.json"))


def _send(told: Configuration) -> None:
    post = _post(Path(told.folder), SENDER)
    database = Database(told.sender_database, {"post": post})
    actor = Actor("a-1", "Anna Beispiel", HOUSE, frozenset({"counsellor"}))
    name, words = (SEALED, SEALED_WORDS) if told.options.get("sealed") else (OPEN, WORDS)

    def say(session: Session, subject: str) -> None:
        emit(session, Act(HOUSE, "intake", actor, datetime.now(UTC)), name, subject=subject, version=1, data=words)

    def act(subject: str) -> None:
        with database.write() as session:
            session.execute(ACT, act_row(subject))
            say(session, subject)

    waiting: list[str] = []

    def fill(subject: str) -> None:
        """Many events in one transaction: how a backlog is made, not how one comes about."""
        waiting.append(subject)
        if len(waiting) >= LINES_A_TRANSACTION:
            finish()

    def finish() -> None:
        with database.write() as session:
            for subject in waiting:
                say(session, subject)
        waiting.clear()

    serve(act=act, fill=fill, finish=finish)


def _courier(told: Configuration, service: str) -> Courier:
    if service == "intake":
        from kim_intake.service import SERVICE
    else:
        from kim_casework.service import SERVICE
    mailbox = f"{HOUSE}.{service}"
    post = _post(Path(told.folder), mailbox)
    url = told.sender_database if service == "intake" else told.receiver_database
    reactions = [one for one in SERVICE.reactions if one.event_name not in REACTIONS]
    return Courier(
        Database(url, {"post": post}),
        post,
        open_transport(told.amqp.replace("MAILBOX", mailbox), mailbox, post.directory),
        [*reactions, *REACTIONS.values()] if service == "casework" else reactions,
    )


def _store(session: Session, events: Sequence[Received], row: Callable[[Received], dict[str, Any]]) -> None:
    session.execute(EFFECT, [row(event) for event in events])


def _open_row(event: Received) -> dict[str, Any]:
    return effect_row(event.id, event.subject, event.data)


def _sealed_row(event: Received) -> dict[str, Any]:
    said = event.data
    return effect_row(
        event.id, event.subject, {"site": said["site"], "day": said["consent_given_on"], "persons_present": said["person"]["persons"]}
    )


def _reaction(name: str, row: Callable[[Received], dict[str, Any]]) -> Reaction:
    return Reaction(
        name,
        lambda session, _act, event: _store(session, [event], row),
        lambda session, some: _store(session, [event for _, event in some], row),
    )


REACTIONS = {OPEN: _reaction(OPEN, _open_row), SEALED: _reaction(SEALED, _sealed_row)}

if __name__ == "__main__":
    main(*sys.argv[1:])
