"""What is done once a minute: sealed, told, let go and measured, each for itself."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from audit.conftest import fault, head, written
from audit.test_cutting import LONG_AGO, sealed_at
from kim_audit.keeping import keep, keep_beside, works
from kim_audit.tables import entries
from kim_runtime.clock import SystemClock
from kim_runtime.database import Database
from prometheus_client import REGISTRY
from servers.ladder import wait_until
from sqlalchemy import text

HOUSE = "staedteregion-aachen.casework"


def value(metric: str) -> float:
    return REGISTRY.get_sample_value(metric, {"mailbox": HOUSE}) or 0.0


def test_a_minute_seals_tells_lets_go_and_measures(audited: Database, capsys: pytest.CaptureFixture[str]) -> None:
    sealed_at(audited, LONG_AGO, "old:1", "old:2")
    written(audited, "cases:1", sealed=False)
    before = value("kim_audit_sealed_total")
    keep(audited, works(HOUSE, 3))
    assert value("kim_audit_sealed_total") - before == 1
    said = {line["event"]: line for line in map(json.loads, capsys.readouterr().err.splitlines())}
    assert said["audit is sealed up to here"]["mailbox"] == HOUSE
    assert said["audit beyond its years was let go"]["count"] == 2
    assert fault(audited) == ""
    with audited.read() as session:
        assert session.execute(entries.select().where(entries.c.action == "audit.cut")).one().actor_id == "service:casework"


def test_where_sealing_fails_the_age_of_what_lies_open_rises_and_the_rest_goes_on(
    audited: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    written(audited, "cases:1", sealed=False)
    with audited.write() as session:
        session.execute(text("alter table kim_audit_seal rename to kim_audit_seal_away"))
        long_ago = SystemClock().now() - timedelta(minutes=11)
        session.execute(entries.insert().inline(), {
            "at": long_ago, "actor_id": "k", "roles": [], "action": "a", "thing": "", "outcome": "seen", "reason": "", "correlation_id": "",
        })  # fmt: skip
    keep(audited, works(HOUSE, 3))
    assert value("kim_audit_oldest_unsealed_seconds") > 600
    failed = [json.loads(line)["operation"] for line in capsys.readouterr().err.splitlines() if "work of the minute failed" in line]
    assert failed == ["seal", "tell_head", "let_go"]
    with audited.write() as session:
        session.execute(text("alter table kim_audit_seal_away rename to kim_audit_seal"))
    keep(audited, works(HOUSE, 3))
    assert value("kim_audit_oldest_unsealed_seconds") < 60
    assert fault(audited) == ""


def test_a_process_without_a_courier_keeps_its_audit_beside_its_pages(audited: Database) -> None:
    written(audited, "cases:1", sealed=False)
    end = keep_beside(audited, works(HOUSE, 3))
    try:
        wait_until(lambda: head(audited) != "0" * 64, "sealing", 10)
    finally:
        end()
    assert fault(audited) == ""
