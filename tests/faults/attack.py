"""One attack: a world under load, faults for a while, then time to settle, then the checker."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from kim_bus import parked
from kim_runtime.act import service_act
from kim_runtime.clock import SystemClock
from servers import postgres, rabbitmq
from servers.postgres import Cluster
from servers.rabbitmq import Node

from faults import checker, faults_of_processes, faults_of_servers, schedule
from faults.checker import Check, Findings
from faults.place import MAILBOXES
from faults.world import World, world

CLUSTER = {"deadlock_timeout": "200ms", "max_connections": "300"}
SETTLING_SECONDS = 90.0
START_SECONDS = 15.0
CALM_SECONDS = 8.0  # when nothing waits anywhere for so long, nothing more will come
DEFAULT_RATE = 30.0
FOREVER = ("ArithmeticError", "not_ours", "ended_the_process")  # why the workload's own bad messages are parked


@dataclass
class Result:
    seed: int
    seconds: float
    settled_in: float
    findings: Findings
    done: Counter[str]  # what was inflicted
    points: Counter[str]  # at which points a process killed itself
    deaths: Counter[str]
    started: int
    troubles: list[str] = field(default_factory=list)  # what is stuck or fell over

    @property
    def good(self) -> bool:
        return self.findings.good and not self.troubles


def attack_alone(seed: int, seconds: float, rate: float, names: Sequence[str], say: Callable[[str], None]) -> Result:
    """On a broker and a database cluster of its own. Raises servers.ladder.Missing."""
    with rabbitmq.private() as node, postgres.private(CLUSTER) as cluster:
        return attack(node, cluster, seed, seconds, rate, names=names, say=say)


def attack(
    node: Node,
    cluster: Cluster,
    seed: int,
    seconds: float,
    rate: float = DEFAULT_RATE,
    *,
    names: Sequence[str] = (),
    sabotage: str = "",
    settling: float = SETTLING_SECONDS,
    say: Callable[[str], None] = print,
) -> Result:
    """`names`: only these faults. `sabotage`: a deliberate fault of the product's parts, see sabotage.py."""
    planned = schedule.plan(seed, seconds, names)
    with world(node, cluster, seed, rate, sabotage) as attacked:
        attacked.start()
        schedule.play(attacked, planned, seconds, say)
        return _reckon(attacked, seconds, settling, say)


def _reckon(attacked: World, seconds: float, settling: float, say: Callable[[str], None]) -> Result:
    begun = time.monotonic()
    faults_of_servers.mend(attacked)
    faults_of_processes.close_everything(attacked)
    troubles = [f"{one.name} did not end" for one in list(attacked.processes.with_part("web")) if not attacked.processes.end(one)]
    say("settling")
    findings = _settle(attacked, begun + settling)
    settled_in = time.monotonic() - begun
    troubles += [f"silent: {line}" for line in _silent(attacked)]
    for one in list(attacked.processes.children.values()):
        if not attacked.processes.end(one):
            troubles.append(f"{one.name} did not end in good order")
    left = {name: count for name, count in {**attacked.backlog(), **attacked.ready_mail()}.items() if count}
    troubles += [f"left over: {count} in {name}" for name, count in left.items()]
    troubles += attacked.processes.unexplained
    if findings.good:
        findings = check(attacked)  # once more, with nobody at work who could still spoil it
    points_file = attacked.place.folder / "points"
    points = Counter(points_file.read_text(encoding="ascii").splitlines() if points_file.exists() else ())
    processes = attacked.processes
    return Result(
        attacked.seed, seconds, settled_in, findings, attacked.counts, points, processes.deaths, processes.started, troubles
    )  # fmt: skip


def _silent(attacked: World) -> list[str]:
    """Who does not answer well, though what died last has had the time to start."""
    deadline = time.monotonic() + START_SECONDS
    while True:
        attacked.processes.tick()
        silent = attacked.silent()
        if not silent or time.monotonic() > deadline:
            return silent
        time.sleep(0.5)


def _settle(attacked: World, deadline: float) -> Findings:
    """Until nothing waits anywhere and nothing is missing, or the time is over."""
    calm_since: float | None = None
    while True:
        attacked.processes.tick()
        _help(attacked)
        now = time.monotonic()
        quiet = not any(attacked.backlog().values()) and not any(attacked.ready_mail().values())
        calm_since = (calm_since or now) if quiet else None
        over = now > deadline or (calm_since is not None and now > calm_since + CALM_SECONDS)
        if quiet or over:
            findings = check(attacked)
            if findings.good or over:
                return findings
        time.sleep(1)


def _help(attacked: World) -> None:
    """What an operator does: look at what is stuck or parked, and let it be tried again where it may go well now."""
    clock = SystemClock()
    for mailbox, database in attacked.databases.items():
        organisation, _, service = mailbox.partition(".")
        with database.write() as session:
            for one in parked.waiting(session):
                if not one.arrived or (one.reason not in FOREVER and one.event_id not in attacked.strangers):
                    attacked.counts["tried again by hand"] += 1
                    parked.retry(session, service_act(organisation, service, clock.now()), one.event_id, clock)


def check(attacked: World) -> Findings:
    houses = {mailbox: checker.read(database) for mailbox, database in attacked.databases.items()}
    return Check(houses, attacked.directory, dead_mail(attacked), attacked.refusals, attacked.strangers, attacked.lost).run()


def dead_mail(attacked: World) -> Mapping[str, list[bytes]]:
    """The bodies in the dead queues, which stay there."""
    found: dict[str, list[bytes]] = {}
    with attacked.channel() as channel:
        for mailbox in MAILBOXES:
            queue, bodies = f"{mailbox}.dead", list[bytes]()
            while (got := channel.basic_get(queue))[0] is not None:
                bodies.append(got[2])
            found[mailbox] = bodies
    return found
