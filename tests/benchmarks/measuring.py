"""One measurement: processes started and warmed up, then the clock of the database server from the first commit to the last effect."""

from __future__ import annotations

import os
import statistics
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
from kim_bus import tables as bus
from kim_bus.directory import Directory
from sqlalchemy import create_engine

from benchmarks import limit
from benchmarks.backlog import Backlogs
from benchmarks.candidates import Candidate
from benchmarks.common import CONFIGURATION, QUEUE, metadata
from benchmarks.machine import Machine, Room
from benchmarks.processes import Child, ChildFailed, Crew, cpu_of_family, cpu_seconds, peak_memory, server_processes
from benchmarks.profiles import Profiler
from benchmarks.results import Result

WARM_UP = 200
SILENCE_SECONDS = 60.0
TESTS = Path(__file__).parents[1]
# Which part works, whose database tells how far it is, the courier's loops, how much is done, and when each event was.
BACKLOG_PARTS = (
    ("sending", "sender", ("intake", "relay"), "select {events} - count(*) from kim_outbox where published_at is null",
     ("published_at", "kim_outbox")),
    ("storing", "receiver", ("casework", "consumer"), "select count(*) from kim_inbox", ("received_at", "kim_inbox")),
    ("handling", "receiver", ("casework", "worker"), "select count(*) from bench_effect",
     ("pg_xact_commit_timestamp(xmin)", "bench_effect")),
)  # fmt: skip


@dataclass(frozen=True)
class Bench:
    """What all measurements of a run share."""

    machine: Machine
    directory: Directory
    backlogs: Backlogs
    peer_python: Path | None = None
    profiler: Profiler | None = None

    def sustained(self, candidate: Candidate, events: int, senders: int) -> Result:
        """Acts as fast as the senders can, all of the chain at work at the same time."""
        with self._set_up(candidate, "sustained", senders) as stage, stage.watch(f"{candidate.name}-sustained", events) as seen:
            stage.tell("act", events)
            stage.wait_for_effects(events)
            begun, ended = stage.first_act(), stage.last_effect()
            seen.rate = events / (ended - begun)
        return seen.result(candidate, "sustained", senders)

    def latency(self, candidate: Candidate, events: int, rate: float) -> Result:
        """So many acts a second, evenly, each followed from its commit to the commit of its effect."""
        with self._set_up(candidate, "latency", 1) as stage, stage.watch(f"{candidate.name}-latency", events) as seen:
            stage.tell("act", events, rate)
            stage.wait_for_effects(events)
            took = sorted(stage.each_took())
            seen.rate = rate
            seen.latency = {"p50": statistics.median(took) * 1000, "p99": took[int(len(took) * 0.99)] * 1000, "max": took[-1] * 1000}
        return seen.result(candidate, "latency", 1)

    def drain(self, candidate: Candidate, events: int) -> Result:
        """What has been committed at the sender meanwhile: all at once, until the last has taken effect."""
        with self._set_up(candidate, "drain", 1) as stage:
            if candidate.is_peer:
                stage.tell("commit", events)
                stage.hear()
            with stage.watch(f"{candidate.name}-drain", events) as seen:
                if candidate.is_peer:
                    begun = stage.now()
                    stage.tell("publish", events)
                elif candidate.is_ours:
                    begun = self.backlogs.load(stage.room.sender, candidate, events)
                else:
                    begun = stage.load_limit(events)
                stage.wait_for_effects(events)
                seen.rate = events / (stage.last_effect() - begun)
        return seen.result(candidate, "drain", 1)

    def backlog(self, candidate: Candidate, events: int) -> Iterator[Result]:
        """What a backlog costs each part of a courier: first all lies at the sender, then in the mailbox, then in the receiver's inbox.

        One part works at a time, each in a courier of its own; its rate is between its first and its last event.
        """
        with self.machine.room(candidate.options, self.directory) as room:
            furnish(room, candidate)
            self.backlogs.load(room.sender, candidate, events)
            for case, connection, part, done, moments in BACKLOG_PARTS:
                with Crew(room.folder) as crew:
                    courier = crew.start(case, self._command(candidate, *part), self._environment(room))
                    database = room.sender if connection == "sender" else room.receiver
                    wait_for(database, done.format(events=events), events, crew)
                    seconds = _number(database, f"select extract(epoch from max({moments[0]}) - min({moments[0]})) from {moments[1]}")
                    memory = {part[0]: peak_memory(courier.pid)}
                yield Result(candidate.name, f"backlog, {case}", events, 0, events / seconds, memory=memory)

    def _command(self, candidate: Candidate, *part: str) -> list[str]:
        return [str(self.peer_python if candidate.is_peer else sys.executable), "-m", candidate.module, *part]

    def _environment(self, room: Room) -> dict[str, str]:
        return {**os.environ, "PYTHONPATH": str(TESTS), CONFIGURATION: room.told.write()}

    @contextmanager
    def _set_up(self, candidate: Candidate, case: str, senders: int) -> Iterator[Stage]:
        directory = self.directory if candidate.is_ours else None
        with self.machine.room(candidate.options, directory) as room, Crew(room.folder) as crew:
            furnish(room, candidate)
            environment = self._environment(room)
            for part in candidate.crew[case]:
                crew.start(part, self._command(candidate, part), environment)
            command = self._command(candidate, "sender")
            stage = Stage(room, crew, [crew.start("sender", command, environment) for _ in range(senders)], self.profiler)
            stage.hear("ready")
            stage.tell("act", WARM_UP, prefix="warm")
            stage.hear()
            stage.wait_for_effects(0)
            yield stage


def furnish(room: Room, candidate: Candidate) -> None:
    """Tables, and the queue of a candidate that declares none itself."""
    for url in (room.told.sender_database, room.told.receiver_database):
        engine = create_engine(url)
        for one in (metadata, bus.metadata) if candidate.is_ours else (metadata,):
            one.create_all(engine)
        engine.dispose()
    if not candidate.is_ours and not candidate.is_peer:
        room.sender.execute(limit.OUTBOX)
        room.declare(QUEUE)


@dataclass
class Seen:
    """Filled while a stage is watched."""

    events: int
    rate: float = 0.0
    cpu: Mapping[str, float] = field(default_factory=dict)
    memory: Mapping[str, float] = field(default_factory=dict)
    latency: Mapping[str, float] = field(default_factory=dict)

    def result(self, candidate: Candidate, case: str, senders: int) -> Result:
        return Result(candidate.name, case, self.events, senders, self.rate, self.cpu, self.memory, self.latency)


@dataclass(frozen=True)
class Stage:
    """The running processes of one candidate, warmed up."""

    room: Room
    crew: Crew
    senders: Sequence[Child]
    profiler: Profiler | None

    def tell(self, verb: str, events: int, rate: float = 0, prefix: str = "run") -> None:
        """Let the senders share the work: `verb` for so many subjects, at `rate` a second in all."""
        share = events // len(self.senders)
        for place, sender in enumerate(self.senders):
            count = share if place else events - share * (len(self.senders) - 1)
            sender.tell(f"{verb} {prefix}{place} 0 {count} {rate / len(self.senders)}")

    def hear(self, word: str = "done") -> None:
        for sender in self.senders:
            sender.hear(word)

    def wait_for_effects(self, events: int) -> None:
        """Until so many effects, beside those of the warm-up, are committed. Raises ChildFailed when none comes for a minute."""
        wait_for(self.room.receiver, "select count(*) from bench_effect", WARM_UP + events, self.crew)

    def now(self) -> float:
        return _number(self.room.sender, "select extract(epoch from clock_timestamp())")

    def first_act(self) -> float:
        return _number(
            self.room.sender, "select extract(epoch from min(pg_xact_commit_timestamp(xmin))) from bench_act where id like 'run%'"
        )

    def last_effect(self) -> float:
        return _number(self.room.receiver, "select extract(epoch from max(pg_xact_commit_timestamp(xmin))) from bench_effect")

    def each_took(self) -> Iterator[float]:
        """Seconds from the commit of each act to the commit of its effect."""
        begun = dict(self.room.sender.execute("select id, pg_xact_commit_timestamp(xmin) from bench_act where id like 'run%'").fetchall())
        ended = self.room.receiver.execute("select subject, pg_xact_commit_timestamp(xmin) from bench_effect where subject like 'run%'")
        for subject, at in ended:
            yield (at - begun[subject]).total_seconds()

    def load_limit(self, events: int) -> float:
        """Commit a backlog for the hand-written publisher; returns when."""
        connection = self.room.sender
        with connection.transaction():
            with connection.cursor().copy("copy bench_outbox (body, created_at) from stdin") as copy:
                for number in range(events):
                    copy.write_row((limit.encode(f"run0-{number:08}"), "now"))
            connection.execute("analyze bench_outbox")
        return self.now()

    @contextmanager
    def watch(self, title: str, events: int) -> Iterator[Seen]:
        """CPU of each kind of process over the block, its peak memory at the end, and a profile where one was asked for."""
        seen = Seen(events)
        pids = [(child.kind, child.pid) for child in self.crew.children] + list(server_processes().items())
        before = {pid: _cpu(kind, pid) for kind, pid in pids}
        if self.profiler is not None:
            self.profiler.begin(title, self.crew.children)
        yield seen
        if self.profiler is not None:
            self.profiler.end()
        seen.cpu = _sum((kind, (_cpu(kind, pid) - before[pid]) * 1000 / events) for kind, pid in pids)
        seen.memory = {child.kind: peak_memory(child.pid) for child in self.crew.children}


def wait_for(connection: psycopg.Connection[Any], count: str, wanted: int, crew: Crew) -> None:
    """Until the count reaches it. Raises ChildFailed when it stands still for a minute."""
    have, rate, took = 0, 0.0, 0.0
    begun = last_move = time.monotonic()
    while have < wanted:
        time.sleep(pause_before_looking(wanted - have, rate, took))
        now, was = time.monotonic(), have
        have = int(_number(connection, count))
        took = time.monotonic() - now
        if have > was:
            rate, last_move = have / (now - begun), now
        elif now - last_move > SILENCE_SECONDS:
            logs = "\n".join(f"{child.kind}:\n{child.tail()}" for child in crew.children)
            raise ChildFailed(f"{have} of {wanted} effects, and none for {SILENCE_SECONDS:.0f} s\n{logs}")
        crew.check()


def pause_before_looking(missing: int, rate: float, took: float) -> float:
    """Seconds: seldom while much is missing, often near the end, and never so often that looking takes more than a fiftieth of the time.

    To count a million rows takes a good part of a second of the very server that is measured.
    """
    return max(min(1.0, missing / rate / 2) if rate else 0.1, 0.02, took * 50)


def _cpu(kind: str, pid: int) -> float:
    """The broker's helpers come and go, and nobody adds up what they took; the sum would fall when one goes."""
    return cpu_seconds(pid) if kind == "broker" else cpu_of_family(pid)


def _sum(parts: Iterable[tuple[str, float]]) -> dict[str, float]:
    total: dict[str, float] = {}
    for kind, value in parts:
        total[kind] = total.get(kind, 0.0) + value
    return total


def _number(connection: psycopg.Connection[Any], query: str) -> float:
    row = connection.execute(query).fetchone()
    return float(row[0]) if row and row[0] is not None else 0.0
