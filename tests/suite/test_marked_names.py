"""Names, days of birth, telephone numbers, addresses and what was confided show nowhere but on the pages of those they are for.

Every process runs as in use, at the lowest log level, its pages asked over sockets by people who signed in. Then everything that a
proxy, a broker, a log collector, a monitoring system or an auditor gets to see is searched.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import sample
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from kim_audit.tables import entries
from kim_audit.verifying import verify
from kim_bus import set_up as bus_set_up
from kim_bus.tables import outbox
from kim_bus.topology import EXCHANGE
from kim_casework.model.case import Case, Person
from kim_demo.layout import HOUSES, ORGANISATIONS, REPORT, TOPOLOGY, Layout
from kim_demo.scenario import COORDINATOR
from kim_demo.story.stage import CARITAS, CASEWORK, INTAKE, INTERPRETING, STAFFING
from kim_demo.supervisor import busy_ports
from kim_intake.model.client import Client
from kim_interpreting.model.provider import Provider
from kim_referral.model.received_referral import ReceivedReferral
from kim_referral.model.referral import Referral
from kim_runtime.database import Database
from kim_staffing.model.person import Person as Employee
from servers.operator import Operator, topology_on
from servers.postgres import fresh_database
from sqlalchemy import select
from suite.marked_houses import READY
from suite.marked_story import Story
from suite.marks import CHILD, CLIENT, EMPLOYEE, FREE, INTERPRETER, found_in

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]
FIRST_PORTS = range(21_000, 28_000, 200)  # in any order: another run may look for its own at the same moment
TAP = "tap"


@dataclass
class Told:
    """What was played, and where it ran. `databases`: mailbox to URL."""

    story: Story
    layout: Layout
    databases: Mapping[str, str]
    broker: Operator | None = None

    def rows(self, mailbox: str, table: Any) -> list[dict[str, Any]]:
        database = Database(self.databases[mailbox])
        try:
            with database.read() as session:
                return [dict(row._mapping) for row in session.execute(select(table))]
        finally:
            database.close()

    def lines(self) -> Iterator[tuple[str, str]]:
        """Every line of every process."""
        for path in sorted((self.layout.folder / "logs").iterdir()):
            yield from ((path.name, line) for line in path.read_text(encoding="utf-8").splitlines())


@contextmanager
def told(folder: Path, elsewhere: Mapping[str, Mapping[str, str]]) -> Iterator[Told]:
    """Set up, run, play; every process still runs meanwhile."""
    layout = next(found for port in sample(FIRST_PORTS, len(FIRST_PORTS)) if not busy_ports((found := Layout(folder, port)).ports()))
    command = [sys.executable, "-m", "suite.marked_houses", str(folder), str(layout.first_port)]
    houses = subprocess.Popen(command, cwd=ROOT / "tests", stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        assert houses.stdin is not None and houses.stdout is not None
        houses.stdin.write(json.dumps(elsewhere))
        houses.stdin.close()
        assert houses.stdout.readline().strip() == READY, "the houses did not start"
        story = Story(layout)
        story.play()
        databases = {mailbox: elsewhere.get(mailbox, {}).get("database") or layout.settings(mailbox).database for mailbox in HOUSES}
        databases[REPORT] = f"sqlite:///{layout.frozen_reports / 'sessions.sqlite3'}"
        databases |= {f"{organisation}.login": layout.login_settings(organisation).database for organisation in ORGANISATIONS}
        yield Told(story, layout, databases)
    finally:
        houses.terminate()
        houses.wait(30)


def tap(broker: Operator) -> None:
    """A queue in which everything stays that goes through an exchange."""
    rights = {"configure": ".*", "write": ".*", "read": ".*"}
    broker.call("PUT", f"permissions/{broker.vhost}/{urlsplit(broker.amqp).username}", rights)
    broker.call("PUT", f"queues/{broker.vhost}/{TAP}", {"durable": True, "arguments": {}})
    broker.call("POST", f"bindings/{broker.vhost}/e/{EXCHANGE}/q/{TAP}", {"routing_key": "#"})


def drawn(broker: Operator) -> Iterator[tuple[str, str]]:
    """What the broker let through: routing key, properties with their headers, body."""
    wanted = {"count": 100_000, "ackmode": "ack_requeue_true", "encoding": "auto"}
    for mail in broker.call("POST", f"queues/{broker.vhost}/{TAP}/get", wanted):
        yield from ((mail["routing_key"], json.dumps(part)) for part in mail.values())


@pytest.fixture(scope="module", params=["embedded", pytest.param("servers", marks=[pytest.mark.postgres, pytest.mark.rabbitmq])])
def played(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    """On SQLite and the embedded transport; on PostgreSQL and RabbitMQ, whose exchange is tapped."""
    folder = tmp_path_factory.mktemp("marked")
    if request.param == "embedded":
        with told(folder, {}) as found:
            yield found
        return
    servers = [request.getfixturevalue(name) for name in ("postgres_url", "amqp_url", "amqp_management_url")]
    with ExitStack() as stack:
        broker = stack.enter_context(topology_on(servers[1], servers[2], bus_set_up.set_up(TOPOLOGY, folder)))
        tap(broker)
        elsewhere = {
            mailbox: {"database": stack.enter_context(fresh_database(servers[0])), "broker": broker.url_of(mailbox)} for mailbox in HOUSES
        }
        found = stack.enter_context(told(folder, elsewhere))
        found.broker = broker
        yield found


def marks(texts: Iterator[tuple[str, str]]) -> list[str]:
    return [f"{where}: {', '.join(found)}: {text[:300]}" for where, text in texts if (found := found_in(text))]


def test_the_marks_are_kept_where_they_belong(played: Told) -> None:
    """Else nothing that follows would say anything."""
    kept = (
        (INTAKE, Client, CLIENT), (CASEWORK, Person, CHILD), (CASEWORK, Case, FREE), (INTERPRETING, Provider, INTERPRETER),
        (STAFFING, Employee, EMPLOYEE), (CASEWORK, Referral, FREE), (INTAKE, Referral, FREE), (CARITAS, ReceivedReferral, CLIENT),
    )  # fmt: skip
    assert [(mailbox, mark) for mailbox, model, mark in kept if mark not in str(played.rows(mailbox, model.__table__))] == []


def test_no_line_of_a_log_shows_one(played: Told) -> None:
    lines = list(played.lines())
    assert len({name for name, _line in lines}) == len(played.layout.ports()), "not every process has written something"
    assert marks(iter(lines)) == []


def test_no_address_and_no_header_of_an_answer_shows_one(played: Told) -> None:
    assert len(played.story.kept) > 150
    assert marks((one.url, part) for one in played.story.kept for part in (one.url, *one.headers.splitlines())) == []


def test_a_name_that_was_asked_for_comes_back_in_no_header_but_the_way_to_the_sign_in(played: Told) -> None:
    """Who typed a name into an address is led back to that address after signing in."""
    lines = ((one.url, line) for one in played.story.provoked for line in one.headers.splitlines())
    assert marks((where, line) for where, line in lines if not line.startswith("Location: /anmelden?next=")) == []


def test_no_page_of_metrics_shows_one(played: Told) -> None:
    pages = {f"http://{host}:{port}/metrics" for host, port in played.layout.ports()}
    texts = [(page, line) for page in sorted(pages) for line in requests.get(page, timeout=30).text.splitlines()]
    assert len({page for page, line in texts if line.startswith("kim_")}) == len(pages)
    assert marks(iter(texts)) == []


def test_nothing_that_travelled_shows_one(played: Told) -> None:
    """Routing keys, headers, and the bodies too: what is personal is sealed in them. The outbox keeps each as it was sent."""
    sent = [(mailbox, row) for mailbox in HOUSES for row in played.rows(mailbox, outbox)]
    wanted = {"admission.proposed.v1", "admission.decided.v1", "referral.offered.v1", "referral.answered.v1", "order.requested.v1"}
    assert wanted <= {row["name"] for _mailbox, row in sent}
    assert marks((mailbox, str(value)) for mailbox, row in sent for value in row.values()) == []
    if played.broker is not None:
        through = list(drawn(played.broker))
        assert wanted <= {name for name in wanted for key, _part in through if name in key}
        assert marks(iter(through)) == []


def test_nothing_of_the_audit_shows_one(played: Told) -> None:
    """The rows of every service, of the report and of the sign-ins; and the table that is given out."""
    rows = [(mailbox, row) for mailbox in played.databases for row in played.rows(mailbox, entries)]
    assert {"seen", "done", "denied", "signed_in", "sign_in_refused"} <= {row["outcome"] for _mailbox, row in rows}
    assert {mailbox for mailbox, _row in rows} >= {INTAKE, CASEWORK, INTERPRETING, STAFFING, CARITAS, f"{COORDINATOR}.login"}
    assert marks((mailbox, str(value)) for mailbox, row in rows for value in row.values()) == []
    for mailbox in (INTAKE, CASEWORK, INTERPRETING, STAFFING, REPORT):
        auditor = played.story.at(mailbox, "scholl").get("/pruefung/protokoll.csv")
        assert auditor.text.count("\n") > 1
        assert marks((mailbox, line) for line in auditor.text.splitlines()) == []


def test_every_audit_of_it_is_as_it_was_sealed(played: Told) -> None:
    for mailbox, url in played.databases.items():
        database = Database(url)
        with database.read() as session:
            assert verify(session).fault == "", mailbox
        database.close()
