"""What the figures of the bus say, and that they stay few."""

from datetime import UTC, datetime

import pytest
from bus.doors import get, until
from kim_bus import metrics, tables
from kim_bus.reaction import NotYet, Reaction
from kim_bus.standing import measure
from kim_runtime.ids import new_id
from kim_runtime.refusal import Refused
from prometheus_client import REGISTRY
from servers import promtool
from servers.ladder import Missing


def value(metric, house, **labels):
    return REGISTRY.get_sample_value(metric, {"mailbox": house.mailbox, **labels}) or 0.0


def test_a_name_that_no_event_type_has_becomes_no_label():
    assert metrics.label_of("case.changed.v1") == "case.changed.v1"
    assert metrics.label_of("case.changed.v9") == "unknown"


def test_the_moment_of_an_emit_is_read_from_its_id():
    now = datetime.now(UTC).timestamp()
    assert 0 <= metrics.seconds_since_emit(new_id(), now + 2) - 2 < 1
    assert metrics.seconds_since_emit(new_id(), now - 60) == 0
    for stranger in ("", "order-7", "0" * 36, "zzzzzzzz-zzzz-7zzz-8000-000000000000"):
        assert metrics.seconds_since_emit(stranger, now) is None


def test_what_failed_and_what_was_given_up_is_counted_apart(houses, say, pump_all):
    def handle(session, act, event):
        raise Refused("pot_empty", "Der Topf ist leer.") if event.subject == "refused" else NotYet("case_unknown")

    casework = houses("staedteregion-aachen.casework")
    interpreting = houses("staedteregion-aachen.interpreting", reactions=[Reaction("case.changed.v1", handle)])
    names = ("kim_events_retried_total", "kim_events_parked_total")
    before = [value(name, interpreting, name="case.changed.v1") for name in names]
    for subject in ("refused", "too-early", "too-early-too"):
        say(casework, "case.changed.v1", subject=subject)
    pump_all()
    assert [value(name, interpreting, name="case.changed.v1") - past for name, past in zip(names, before, strict=True)] == [2, 1]


def test_a_subject_with_several_waiting_events_counts_once(houses, say, rows):
    casework = houses("staedteregion-aachen.casework")
    for subject, version in (("s-1", 1), ("s-1", 2), ("s-2", 1), ("s-3", 1)):
        say(casework, "case.changed.v1", subject=subject, version=version)
    now = datetime.now(UTC)
    with casework.database.write() as session:
        session.execute(tables.outbox.update().where(tables.outbox.c.subject != "s-3").values(stuck_at=now))
    measure(casework.database, casework.mailbox, now, 0)
    assert value("kim_stuck_subjects", casework) == 2
    assert value("kim_outbox_stuck", casework) == 3


@pytest.mark.slow
def test_promtool_finds_no_fault_with_what_a_courier_shows(houses, run, say):
    try:
        promtool.find()
    except Missing as missing:
        pytest.skip(str(missing))
    casework = houses("staedteregion-aachen.casework")
    address = run(casework.courier)
    say(casework, "case.changed.v1")
    until(lambda: value("kim_confirm_seconds_count", casework) and value("kim_commit_to_effect_seconds_count", casework))
    status, text = get(address, "/metrics")
    assert status == 200
    for name in ("kim_events_emitted_total", "kim_commit_to_effect_seconds_bucket", "kim_confirm_seconds_bucket", "kim_probe_age_seconds"):
        assert f"{name}{{" in text
    assert promtool.faults(text) == []
