"""Networks to carry mail: the embedded transport, and a private RabbitMQ broker set up by the operator's definitions."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from bus.doors import PATIENCE, free_address, reachable, until
from kim_bus.courier import Courier
from kim_bus.directory import Directory
from kim_bus.outbox import emit
from kim_bus.transports import open_transport
from kim_bus.transports.interface import Mail, Transport
from kim_runtime.clock import SetClock
from kim_runtime.ids import new_id
from servers.operator import Operator, topology_on
from sqlalchemy import Table, select


@dataclass(frozen=True)
class Network:
    """`transport(mailbox)` as that mailbox; `dead(mailbox)`: how many deliveries were put aside for it."""

    transport: Callable[[str], Transport]
    dead: Callable[[str], int]


@pytest.fixture(scope="session")
def rabbit(amqp_url: str, amqp_management_url: str, directory: Directory) -> Iterator[Operator]:
    """A vhost of its own with the scenario's topology, users and permissions."""
    with topology_on(amqp_url, amqp_management_url, directory) as operator:
        yield operator


@pytest.fixture(params=["sqlite", pytest.param("rabbitmq", marks=pytest.mark.rabbitmq)])
def network(request: pytest.FixtureRequest, tmp_path: Path, directory: Directory) -> Network:
    if request.param == "sqlite":
        return _embedded(tmp_path / "mail", directory)
    rabbit: Operator = request.getfixturevalue("rabbit")
    for mailbox in directory.mailboxes():
        for queue in (mailbox, f"{mailbox}.dead"):
            rabbit.call("DELETE", f"queues/{rabbit.vhost}/{queue}/contents")
    return Network(lambda mailbox: open_transport(rabbit.url_of(mailbox), mailbox, directory), lambda mailbox: _dead_at(rabbit, mailbox))


def _embedded(folder: Path, directory: Directory) -> Network:
    def dead(mailbox: str) -> int:
        file = sqlite3.connect(folder / f"{mailbox}.sqlite3")
        count = file.execute("select count(*) from dead").fetchone()[0]
        file.close()
        return int(count)

    return Network(lambda mailbox: open_transport(f"sqlite:///{folder}", mailbox, directory), dead)


def _dead_at(rabbit: Operator, mailbox: str) -> int:
    got = rabbit.call(
        "POST",
        f"queues/{rabbit.vhost}/{mailbox}.dead/get",
        {"count": 10, "ackmode": "ack_requeue_true", "encoding": "base64"},
    )
    return len(got)


@pytest.fixture
def mail() -> Callable[..., Mail]:
    """`mail("caritas-eifel.casework.referral.answered.v1.staedteregion-aachen")`, addressed unless told otherwise."""

    def make(routing_key: str, body: bytes = b"{}", *, mandatory: bool = True) -> Mail:
        return Mail(new_id(), routing_key, body, {"kim-signature": "a..b"}, mandatory)

    return make


CASE = {"number": "2022-0041", "state": "open", "phase": "intake", "change": "opened", "changed_on": date(2022, 5, 10)}
OFFER = {
    "number": "R-2022-0007",
    "offered_at": datetime(2022, 5, 10, 7, tzinfo=UTC),
    "answer_by": date(2022, 5, 24),
    "desk": "Infopunkt",
    "consent": {
        "id": "c-1", "given_on": date(2022, 5, 10), "valid_to": date(2022, 12, 31), "categories": ["name", "topics"], "written": True,
    },
    "person": {"name": "Łucja Çelik", "persons": 3},
    "topics": ["housing"],
    "note": "",
}  # fmt: skip
EXAMPLES: dict[str, dict[str, Any]] = {
    "case.changed.v1": CASE,
    "referral.offered.v1": OFFER,
    "referral.withdrawn.v1": {"number": "R-2022-0007", "withdrawn_at": OFFER["offered_at"], "reason": "consent_revoked"},
    "consultation.recorded.v1": {
        "site": "aachen-arkaden", "service": "school_entry", "kind": "first", "day": date(2022, 5, 10), "persons_present": 5, "topics": [],
    },
}  # fmt: skip


@pytest.fixture
def say() -> Callable[..., str | None]:
    """`say(house, "case.changed.v1")`: one act of that house in which it says this, of subject `s-1` in version 1 unless told otherwise."""

    def one(
        house: Any, name: str, subject: str = "s-1", version: int = 1, to: str | None = None, last_day: date | None = None, **changed: Any
    ) -> str | None:
        with house.database.write() as session:
            data = {**EXAMPLES[name], **changed}
            return emit(session, house.act(), name, subject=subject, version=version, data=data, to=to, last_day=last_day)

    return one


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def open_house(request: pytest.FixtureRequest, houses: Any) -> Iterator[Callable[..., Any]]:
    """`open_house(mailbox, reactions=…)` as `houses`, on SQLite and on PostgreSQL; retries go by a delivery clock that stands still."""
    houses.delivery_clock = SetClock(datetime.now(UTC) + timedelta(hours=1))  # what is written in the meantime is due
    if request.param == "sqlite":
        yield houses
        return
    from servers.postgres import fresh_database

    server: str = request.getfixturevalue("postgres_url")
    with ExitStack() as databases:
        yield lambda mailbox, **parts: houses(mailbox, url=databases.enter_context(fresh_database(server)), **parts)
        houses.close()


@pytest.fixture
def later(houses: Any) -> Callable[..., None]:
    """`later(seconds=5)`: move the delivery clock on."""

    def move(**span: float) -> None:
        houses.delivery_clock.set(houses.delivery_clock.now() + timedelta(**span))

    return move


@pytest.fixture
def rows() -> Callable[..., list[Any]]:
    """`rows(house, tables.inbox)`: all rows of a table, oldest key first."""

    def read(house: Any, table: Table) -> list[Any]:
        with house.database.read() as session:
            return list(session.execute(select(table).order_by(*table.primary_key.columns)))

    return read


@pytest.fixture
def run() -> Iterator[Callable[..., str]]:
    """`run(courier)` in a thread; returns its address. All are stopped at the end, and must stop soon."""
    running: list[tuple[Thread, Event]] = []

    def start(courier: Courier, **options: Any) -> str:
        address, stop = free_address(), Event()
        thread = Thread(target=courier.run, args=(address,), kwargs={"stop": stop, **options})
        thread.start()
        running.append((thread, stop))
        until(lambda: reachable(address))
        return address

    yield start
    for _, stop in running:
        stop.set()
    for thread, _ in running:
        thread.join(PATIENCE)
        assert not thread.is_alive()
