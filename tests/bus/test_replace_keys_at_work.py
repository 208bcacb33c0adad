"""Keys of two mailboxes are replaced over a live broker, couriers and people at work: docs/operations/keys.md, step by step."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from bus.doors import free_address, until
from conftest import TOPOLOGY
from kim_bus import set_up, tables
from kim_bus.courier import Courier
from kim_bus.directory import Directory
from kim_bus.keys import Keys
from kim_bus.post import Post
from kim_bus.probe import PROBED
from kim_bus.reaction import Reaction
from kim_bus.replace_keys import main
from kim_bus.replay import replay
from kim_bus.transports import open_transport
from servers.operator import Operator
from sqlalchemy import Column, Integer, MetaData, String, Table, func, select

pytestmark = [pytest.mark.rabbitmq, pytest.mark.postgres]
OFFERED = "referral.offered.v1"  # sealed to its reader, signed by its sender
NAMES = ("staedteregion-aachen.intake", "caritas-eifel.casework")
METADATA = MetaData()
TAKEN = Table("taken", METADATA, Column("id", Integer, primary_key=True), Column("subject", String(50)))  # a second effect is a second row


@dataclass
class Office:
    """A mailbox at work. Its web process and its courier know the keys and the directory of the moment they were started."""

    house: Any
    broker: str
    folder: Path  # what it was given: the directory; what is its own: the keys
    file: Path
    other: str
    stop: Event = field(default_factory=Event)
    courier: Thread | None = None
    said: list[str] = field(default_factory=list)

    def given(self, directory: Path) -> None:
        (self.folder / "directory.json").write_bytes(directory.read_bytes())

    def post(self) -> Post:
        return Post(self.house.mailbox, Directory.load(self.folder / "directory.json"), Keys.load(self.file))

    def start_web(self) -> None:
        self.house.database.info["post"] = self.post()

    def start_courier(self) -> None:
        self.end_courier()
        post, self.stop = self.post(), Event()
        transport = open_transport(self.broker, self.house.mailbox, post.directory)
        courier = Courier(self.house.database, post, transport, [Reaction(OFFERED, take)])
        self.courier = Thread(target=courier.run, args=(free_address(),), kwargs={"stop": self.stop})
        self.courier.start()

    def end_courier(self) -> None:
        self.stop.set()
        if self.courier:
            self.courier.join()

    def step(self, which: str) -> None:
        assert main([which, str(self.file)]) == 0

    def speak(self, say: Callable[..., Any], end: Event) -> None:
        """A person at the desk who offers a referral to the other a few times a second."""
        while not end.wait(0.02):
            subject = f"{self.house.mailbox}-{len(self.said)}"
            say(self.house, OFFERED, subject=subject, to=self.other)
            self.said.append(subject)

    def took(self) -> Counter[str]:
        with self.house.database.read() as session:
            return Counter(session.scalars(select(TAKEN.c.subject)))

    def count(self, table: Table, *which: Any) -> int:
        with self.house.database.read() as session:
            return int(session.execute(select(func.count()).select_from(table).where(*which)).scalar_one())


def take(session: Any, _act: Any, event: Any) -> None:
    session.execute(TAKEN.insert().values(subject=event.subject))


@dataclass
class Network:
    """Both offices, and the operator's folder with everybody's public halves."""

    folder: Path
    offices: dict[str, Office]
    dead: Callable[[str], int]

    def write_directory(self) -> Path:
        set_up.set_up(TOPOLOGY, self.folder)
        return self.folder / "directory.json"

    def mail_flows(self) -> None:
        """Both go on taking what the other says now."""
        for one, other in self.pairs():
            now = len(other.said)
            until(lambda one=one, other=other, now=now: len(other.said) > now + 3 and not set(other.said[: now + 3]) - one.took().keys())

    def pairs(self) -> list[tuple[Office, Office]]:
        first, second = (self.offices[name] for name in NAMES)
        return [(first, second), (second, first)]


@pytest.fixture
def network(open_house: Any, houses: Any, rabbit: Operator, tmp_path: Path) -> Iterator[Network]:
    houses.delivery_clock = None
    common = tmp_path / "operator"
    set_up.set_up(TOPOLOGY, common)
    offices = {}
    with ExitStack() as stack:
        for name, other in zip(NAMES, reversed(NAMES), strict=True):
            for queue in (name, f"{name}.dead"):
                rabbit.call("DELETE", f"queues/{rabbit.vhost}/{queue}/contents")
            (tmp_path / name).mkdir()
            house = open_house(name, metadata=[METADATA])
            office = Office(house, rabbit.url_of(name), tmp_path / name, common / "keys" / f"{name}.json", other)
            office.given(common / "directory.json")
            office.start_web()
            office.start_courier()
            stack.callback(office.end_courier)
            offices[name] = office
        yield Network(common, offices, lambda name: int(rabbit.call("GET", f"queues/{rabbit.vhost}/{name}.dead").get("messages", 0)))


@pytest.fixture
def people(network: Network, say: Any) -> Iterator[Event]:
    """Somebody at each desk, until the event is set."""
    end = Event()
    desks = [Thread(target=office.speak, args=(say, end)) for office in network.offices.values()]
    for desk in desks:
        desk.start()
    yield end
    end.set()
    for desk in desks:
        desk.join()


@pytest.mark.parametrize("open_house", ["postgres"], indirect=True)
def test_keys_of_both_ends_are_replaced_under_traffic_and_nothing_is_lost_or_parked(network: Network, people: Event) -> None:
    before = {name: Keys.load(office.file).public() for name, office in network.offices.items()}
    network.mail_flows()
    for step in ("next", "switch", "forget"):
        if step == "forget":  # when nothing of before waits any more
            for one, other in network.pairs():
                until(lambda one=one, said=other.said[:]: not set(said) - one.took().keys())
        for office in network.offices.values():
            office.step(step)
            office.start_courier()
            network.mail_flows()  # the web process still has what was before
            office.start_web()
            network.mail_flows()  # the other knows nothing of it yet
        directory = network.write_directory()
        for office in reversed(network.offices.values()):
            office.given(directory)
            office.start_web()
            network.mail_flows()
            office.start_courier()
            network.mail_flows()  # the other has the directory of before
    people.set()
    for one, other in network.pairs():
        until(lambda one=one, other=other: len(one.took()) >= len(other.said))
    for one, other in network.pairs():
        assert one.took() == Counter(other.said), "each once"
        assert one.count(tables.inbox, tables.inbox.c.name != PROBED, tables.inbox.c.state != "done") == 0
        assert one.count(tables.refused) == 0
        until(lambda one=one: not one.count(tables.outbox, tables.outbox.c.name != PROBED, tables.outbox.c.published_at.is_(None)))
        assert network.dead(one.house.mailbox) == 0
        now = Keys.load(one.file).public()
        assert now.also == ()
        assert now.as_dict() != before[one.house.mailbox].as_dict()


@pytest.mark.parametrize("open_house", ["postgres"], indirect=True)
def test_a_switch_nobody_was_told_of_is_refused_and_a_replay_brings_what_it_cost(network: Network, say: Any) -> None:
    sender, receiver = (network.offices[name] for name in NAMES)
    sender.step("next")
    sender.step("switch")
    sender.start_web()
    say(sender.house, OFFERED, subject="s-1", to=receiver.house.mailbox)
    until(lambda: receiver.count(tables.refused, tables.refused.c.reason == "bad_signature"))
    assert not receiver.took()
    receiver.given(network.write_directory())
    receiver.start_web()
    receiver.start_courier()
    now = datetime.now(UTC)
    with sender.house.database.write() as session:
        replay(session, sender.house.act(), since=now - timedelta(hours=1), until=now + timedelta(hours=1), name=OFFERED)
    until(receiver.took)
    assert receiver.took() == Counter(["s-1"])
