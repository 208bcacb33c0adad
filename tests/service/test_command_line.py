"""The commands of a service as an operator types them."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from kim_audit.tables import entries
from kim_bus import tables
from kim_bus.outbox import emit
from kim_bus.probe import Probe
from kim_bus.set_up import set_up
from kim_bus.transports.interface import LinkLost
from kim_casework.service import SERVICE
from kim_runtime.act import Actor
from kim_runtime.clock import SystemClock, local_day
from kim_service import command_line
from kim_service.outbox import moment
from kim_service.service import House
from kim_web import access_keys
from sqlalchemy import select

ROOT = Path(__file__).parents[2]
MAILBOX = "staedteregion-aachen.casework"
CASE = {"number": "2022-0041", "state": "open", "phase": "intake", "change": "opened", "changed_on": datetime(2022, 5, 10).date()}


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Any]:
    """`shell("courier", "status")`: the exit code and what was printed, in a house of its own."""
    set_up(ROOT / "deploy/rabbitmq/topology.toml", tmp_path, ["staedteregion-aachen"])
    for name, value in {
        "KIM_ORGANISATION": "staedteregion-aachen",
        "KIM_DATABASE": f"sqlite:///{tmp_path / 'rows.sqlite3'}",
        "KIM_BROKER": f"sqlite:///{tmp_path / 'mail'}",
        "KIM_DIRECTORY": str(tmp_path / "directory.json"),
        "KIM_KEYS": str(tmp_path / f"keys/{MAILBOX}.json"),
        "KIM_SECRET": "Qv8LrT2nXw9Zk4Hb7Jd1Mf6Pg3-s5Rt0Yc",
        "KIM_LOG_LEVEL": "ERROR",
    }.items():
        monkeypatch.setenv(name, value)

    def run(*words: str) -> SimpleNamespace:
        try:
            code = command_line.main(SERVICE, words)
        except SystemExit as ended:
            code = int(ended.code or 0)
        said = capsys.readouterr()
        return SimpleNamespace(code=code, out=said.out, err=said.err)

    assert run("migrate").code == 0
    return run


@pytest.fixture
def house(shell: Any) -> Any:
    """The same house, to work in."""
    from kim_runtime.settings import Settings, load

    opened = SERVICE.open(load(Settings))
    yield opened
    opened.close()


def probed(house: House) -> None:
    Probe(house.database, house.post, house.clock, SystemClock()).send_if_due()
    courier = house.courier()
    courier.pump()
    courier.close()


def told(house: House, subject: str = "case-41") -> None:
    with house.database.write() as session:
        emit(session, house.act(), "case.changed.v1", subject=subject, version=1, data=CASE)


def test_status_says_in_plain_words_what_waits(shell: Any, house: Any) -> None:
    fresh = shell("courier", "status")
    assert fresh.code == 1
    assert "none was ever sent" in fresh.out
    probed(house)
    well = shell("courier", "status")
    assert (well.code, well.err) == (0, "")
    lines = {line[:15].strip(): line[16:] for line in well.out.splitlines()}
    assert {name: lines[name] for name in ("to leave", "to take effect", "stuck", "parked", "dead")} == {
        "to leave": "0", "to take effect": "0", "stuck": "0", "parked": "0", "dead": "0",
    }  # fmt: skip
    assert lines["last probe"].startswith("one came back ")
    told(house)
    assert "to leave        1, the oldest for 0 s" in shell("courier", "status").out


def test_status_ends_with_one_when_something_waits_for_people(shell: Any, house: Any) -> None:
    probed(house)
    told(house)
    with house.database.write() as session:
        session.execute(tables.outbox.update().where(tables.outbox.c.subject == "case-41").values(stuck_at=datetime.now(UTC)))
    found = shell("courier", "status")
    assert found.code == 1
    assert "stuck           1, see them with kim-casework parked list" in found.out


def test_status_for_programs(shell: Any, house: Any) -> None:
    probed(house)
    found = json.loads(shell("courier", "status", "--json").out)
    assert (found["outbox_waiting"], found["dead"], found["well"]) == (0, 0, True)


def test_status_does_not_need_the_broker(shell: Any, house: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    probed(house)

    def down(self: Any) -> int:
        raise LinkLost("no route")

    monkeypatch.setattr("kim_bus.transports.sqlite.SqliteTransport.dead", down)
    found = shell("courier", "status")
    assert found.code == 0
    assert "dead            not known: the transport does not answer" in found.out


def test_courier_alone_still_runs_it(shell: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[Any] = []
    monkeypatch.setattr("kim_bus.courier.Courier.run", lambda self, bind, only: ran.append(only))
    assert shell("courier").code == 0
    assert shell("courier", "--only", "relay", "--only", "probe").code == 0
    assert ran == [("relay", "consumer", "worker", "chores", "probe"), ["relay", "probe"]]


def test_replay_sends_again_and_says_how_many(shell: Any, house: Any) -> None:
    told(house)
    probed(house)
    today = datetime.now(UTC).date().isoformat()
    found = shell("outbox", "replay", "--from", today, "--type", "case.changed.v1", "--recipient", "staedteregion-aachen.interpreting")
    assert (found.code, json.loads(found.out)) == (0, {"done": "replay", "events": 1})
    with house.database.read() as session:
        [entry] = session.execute(tables.interventions.select()).all()
    assert entry.actor.startswith("shell:")


def test_replay_refuses_with_a_sentence(shell: Any) -> None:
    found = shell("outbox", "replay", "--from", "2022-01-01")
    assert (found.code, found.out) == (1, "")
    assert "is no longer kept" in found.err
    assert shell("outbox", "replay", "--from", "yesterday").code == 2
    assert shell("outbox", "replay", "--from", "2022-01-01", "--type", "case.invented.v1").code == 2


def test_a_moment_without_a_zone_is_one_at_the_desk() -> None:
    assert moment("2026-07-01T08:00") == datetime(2026, 7, 1, 6, tzinfo=UTC)
    assert moment("2026-12-01") == datetime(2026, 11, 30, 23, tzinfo=UTC)
    assert moment("2026-12-01T00:00+00:00") == datetime(2026, 12, 1, tzinfo=UTC)


def test_all_that_is_stuck_for_one_reason_is_tried_again_by_one_command(shell: Any, house: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kim_bus.parked.TOGETHER", 2)  # several transactions
    told(house)
    with house.database.write() as session:
        row = session.execute(tables.outbox.select()).first()._mapping
        for number in range(4):
            session.execute(tables.outbox.insert().values({**row, "serial": 100 + number, "event_id": f"more-{number}"}))
        session.execute(tables.outbox.update().values(stuck_at=datetime.now(UTC), last_error="returned"))
    found = shell("parked", "retry", "--reason", "returned")
    assert (found.code, json.loads(found.out)) == (0, {"done": "retry", "reason": "returned", "count": 5})
    again = shell("parked", "retry", "--reason", "returned")
    assert again.code == 1
    assert "No message is waiting for this reason" in again.err


def test_a_retry_names_one_message_or_a_reason(shell: Any) -> None:
    found = shell("parked", "retry")
    assert found.code == 2
    assert "one of the arguments event_id --reason is required" in found.err


def test_the_operator_lists_and_revokes_the_keys_of_a_person_and_the_audit_says_who(shell: Any, house: Any) -> None:
    person, day = (
        Actor("aydin", "Selin Aydın", "staedteregion-aachen", frozenset({"case_manager"})),
        local_day(SystemClock().now()) + timedelta(days=9),
    )
    with house.database.write() as rows:
        keys = [
            access_keys.make(rows, one, label="für Frau R.", actions=["case.see"], ends_on=day, now=SystemClock().now())
            for one in (person, person, replace(person, id="breuer"))
        ]
    listed = json.loads(shell("key", "list", "aydin").out)
    assert {one["id"] for one in listed} == {access_keys.id_of(key) for key in keys[:2]}
    assert listed[0]["actions"] == ["case.see"]
    assert "Frau R." not in str(listed), "what somebody called it may name people"
    assert shell("key", "revoke", "aydin", "--key", access_keys.id_of(keys[2])).code == 1, "it is another's"
    assert json.loads(shell("key", "revoke", "aydin", "--key", access_keys.id_of(keys[0])).out)["keys"] == [access_keys.id_of(keys[0])]
    assert shell("key", "revoke", "aydin").code == 0
    with house.database.write() as rows:
        used = [access_keys.use(rows, key, SystemClock().now()) is not None for key in keys]
        written = rows.execute(
            select(entries.c.actor_id, entries.c.thing, entries.c.reason).where(entries.c.action == "access_key.revoke")
        ).all()
    assert used == [False, False, True]
    assert [row.thing for row in written] == [f"access_key:{access_keys.id_of(key)}" for key in keys[:2]]
    assert all(row.actor_id.startswith("shell:") and row.reason == "of aydin" for row in written)
    refused = shell("key", "revoke", "aydin")
    assert refused.code == 1
    assert "There is no such key" in refused.err
