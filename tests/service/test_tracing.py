"""One id finds an act's whole way in the logs of a house, from the request to the last reaction, and ends at the house's border."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import pytest
from kim_bus import tables
from kim_bus.outbox import emit
from kim_bus.reaction import Reaction
from kim_bus.relay import Relay
from kim_bus.sealing import SIGNATURE_HEADER, sign
from kim_bus.transports.interface import Mail, Outcome
from kim_events.catalogue import CATALOGUE
from kim_events.envelope import decode
from kim_runtime import logs
from kim_runtime.act import Actor
from kim_runtime.clock import SystemClock
from kim_runtime.logs import log
from kim_runtime.policy import grant, permissions
from kim_runtime.settings import WebSettings
from kim_web.app import create_app
from kim_web.doors import Doors
from kim_web.page import Pages, act_on
from sqlalchemy import select
from structlog.contextvars import bound_contextvars
from web.signed_in import NOBODYS_PROVIDER, sign_in

HOUSE, CARITAS = "staedteregion-aachen", "caritas-eifel.casework"
GIVEN = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"  # as a proxy of the house begins it


def say(session: Any, act: Any, name: str, subject: str, to: str | None = None) -> None:
    data = CATALOGUE[name].schema().load(dict(CATALOGUE[name].example))
    emit(session, act, name, subject=subject, version=1, data=data, to=to)


@pytest.fixture
def acts() -> dict[str, list[Any]]:
    """The acts in which each mailbox reacted."""
    return {}


@pytest.fixture
def network(houses: Any, acts: dict[str, list[Any]]) -> dict[str, Any]:
    """Casework says a case is open; interpreting answers it; Caritas is told of a referral withdrawn and answers that."""

    def react(mailbox: str, then: Callable[..., None] | None = None) -> Callable[..., None]:
        def handle(session: Any, act: Any, event: Any) -> None:
            acts.setdefault(mailbox, []).append(act)
            log().info("reacting", operation=event.name)
            if then:
                then(session, act, event)

        return handle

    casework, interpreting = f"{HOUSE}.casework", f"{HOUSE}.interpreting"

    def answer_case(session: Any, act: Any, event: Any) -> None:
        say(session, act, "order.changed.v1", "order-1", to=casework)

    def answer_referral(session: Any, act: Any, event: Any) -> None:
        say(session, act, "referral.answered.v1", "answer-1", to=event.mailbox)

    reactions = {
        casework: [Reaction(name, react(casework)) for name in ("order.changed.v1", "referral.answered.v1")],
        interpreting: [Reaction("case.changed.v1", react(interpreting, answer_case))],
        CARITAS: [Reaction("referral.withdrawn.v1", react(CARITAS, answer_referral))],
    }
    return {mailbox: houses(mailbox, reactions=some) for mailbox, some in reactions.items()}


@pytest.fixture
def press(network: dict[str, Any]) -> Callable[..., Any]:
    """A person at the desk of casework presses a button."""
    pages = Pages("act", __name__)

    @pages.post("/knopf")
    @pages.guard("button.press")
    def button() -> str:
        with act_on() as (session, act):
            say(session, act, "case.changed.v1", "case-1")
            say(session, act, "referral.withdrawn.v1", "referral-1", to=CARITAS)
        return "done"

    house = network[f"{HOUSE}.casework"]
    people = {"breuer": Actor("breuer", "Anne Breuer", HOUSE, frozenset({"case_manager"}))}
    rules = grant("button.press", "case_manager")
    doors = Doors("casework", "Fallarbeit", "kim_casework", permissions(rules), "own_access.show", (pages,), rules=rules)
    settings = WebSettings(organisation=HOUSE, secret="x" * 40, **NOBODYS_PROVIDER)
    app = create_app(doors, house.database, settings, house.clock, ready=lambda: True)
    app.config["WTF_CSRF_ENABLED"] = False
    client = sign_in(app.test_client(), people["breuer"])
    return lambda **headers: client.post("/knopf", headers=headers)


@pytest.fixture
def written(network: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> Callable[[], list[dict[str, Any]]]:
    """Let the couriers carry everything, each under its own name, and read the lines of all logs since the last look."""
    logs.set_up("tests", "tests", "tests")

    def read() -> Iterator[dict[str, Any]]:
        moved = 1
        while moved:
            moved = 0
            for mailbox, house in network.items():
                organisation, _, service = mailbox.partition(".")
                with bound_contextvars(organisation=organisation, service=service, process="courier"):
                    moved += house.courier.pump()
        return (json.loads(line) for line in capsys.readouterr().err.splitlines())

    return lambda: list(read())


def found(lines: list[dict[str, Any]], trace_id: str) -> list[tuple[str, str, str, str]]:
    return [
        (line["organisation"], line["service"], line["process"], line["event"]) for line in lines if trace_id in line.get("trace_id", "")
    ]


@pytest.mark.parametrize("headers", [{}, {"traceparent": GIVEN}], ids=["begun here", "begun by the proxy"])
def test_one_id_finds_the_whole_way_of_an_act_in_the_house_and_ends_at_its_border(press, written, headers):
    answer = press(**headers)
    lines = written()
    trace_id = GIVEN[3:35] if headers else answer.headers["X-Correlation-Id"].replace("-", "")
    assert found(lines, trace_id) == [
        (HOUSE, "casework", "web", "events said"),
        (HOUSE, "casework", "web", "request answered"),
        (HOUSE, "interpreting", "courier", "reacting"),
        (HOUSE, "interpreting", "courier", "events said"),
        (HOUSE, "interpreting", "courier", "events took effect"),
        (HOUSE, "casework", "courier", "reacting"),
        (HOUSE, "casework", "courier", "events took effect"),
    ]
    [own] = [line for line in lines if line["organisation"] == "caritas-eifel" and line["event"] == "events took effect"]
    assert own["trace_id"] != trace_id
    assert found(lines, own["trace_id"]) == [
        ("caritas-eifel", "casework", "courier", "reacting"),
        ("caritas-eifel", "casework", "courier", "events said"),
        ("caritas-eifel", "casework", "courier", "events took effect"),
    ]
    assert len({line["trace_id"] for line in lines if "trace_id" in line and " " not in line["trace_id"]}) == 3  # the answer begins a third


def test_what_crosses_the_border_names_neither_trace_nor_correlation(press, written, network):
    answer = press(traceparent=GIVEN)
    written()
    with network[CARITAS].database.read() as session:
        [row] = session.execute(select(tables.inbox)).all()
    envelope = decode(row.body)
    assert envelope.traceparent is None
    assert GIVEN[3:35] not in row.body.decode()
    assert answer.headers["X-Correlation-Id"] not in row.body.decode()


def test_each_step_has_a_span_of_its_own(press, written, acts):
    press(traceparent=GIVEN)
    written()
    steps = [GIVEN, *(act.traceparent for mailbox in (f"{HOUSE}.interpreting", f"{HOUSE}.casework") for act in acts[mailbox])]
    in_house = [step for step in steps if step[3:35] == GIVEN[3:35]]
    assert len(in_house) == 3
    assert len({step[36:52] for step in steps}) == len(steps)


def test_a_foreign_sender_has_no_say_in_our_traces(network, acts, written, keys):
    """Even one whose software writes its trace into what it sends."""
    caritas = network[CARITAS]
    with caritas.database.write() as session:
        say(session, caritas.act(), "referral.answered.v1", "answer-9", to=f"{HOUSE}.casework")
    with caritas.database.write() as session:
        [row] = session.execute(select(tables.outbox)).all()
        body = replace(decode(row.body), traceparent=GIVEN).encode()
        session.execute(tables.outbox.update().values(body=body, headers={SIGNATURE_HEADER: sign(body, keys[CARITAS].signing)}))
    written()
    [act] = acts[f"{HOUSE}.casework"]
    assert act.trace_id != GIVEN[3:35]


def test_the_line_about_a_failure_has_the_trace_too(press, written, network, houses):
    def fail(_session: Any, _act: Any, _event: Any) -> None:
        raise KeyError("what somebody typed")

    houses.opened.remove(network[f"{HOUSE}.interpreting"])
    network[f"{HOUSE}.interpreting"].database.close()
    network[f"{HOUSE}.interpreting"] = houses(f"{HOUSE}.interpreting", reactions=[Reaction("case.changed.v1", fail)])
    press(traceparent=GIVEN)
    lines = written()
    [line] = [line for line in lines if line["event"] == "reaction failed"]
    assert line["trace_id"] == GIVEN[3:35]
    assert line["error"] == "KeyError"
    assert "typed" not in json.dumps(line)


def test_the_line_about_what_could_not_be_delivered_has_the_trace_too(press, written, network, capsys):
    """Of what stays in the house and of what leaves it, which itself does not name the trace."""

    class Full:
        def publish(self, batch: Sequence[Mail]) -> list[Outcome]:
            return [Outcome.RETURNED for _ in batch]

    press(traceparent=GIVEN)
    Relay(network[f"{HOUSE}.casework"].database, f"{HOUSE}.casework", SystemClock(), SystemClock()).send(Full())
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [(line["event_type"], line["trace_id"]) for line in lines if line["event"] == "event not delivered"] == [
        ("case.changed.v1", GIVEN[3:35]),
        ("referral.withdrawn.v1", GIVEN[3:35]),
    ]


def test_the_line_about_what_contradicts_its_schema_has_the_trace_too(press, written, network, keys):
    press(traceparent=GIVEN)
    sent = tables.outbox
    with network[f"{HOUSE}.casework"].database.write() as session:
        row = session.execute(select(sent).where(sent.c.name == "case.changed.v1")).one()
        body = replace(decode(row.body), data={"number": 7}).encode()
        headers = {SIGNATURE_HEADER: sign(body, keys[f"{HOUSE}.casework"].signing)}
        session.execute(sent.update().where(sent.c.serial == row.serial).values(body=body, headers=headers))
    [line] = [line for line in written() if line["event"] == "event parked"]
    assert line["trace_id"] == GIVEN[3:35]
