"""The alarms of the bus: sound rules, each of which is quiet in good days and rings when it should, with a line in the runbook."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest
from kim_tools.tree import ROOT
from servers import promtool
from servers.ladder import Missing

FILE = ROOT / "deploy/monitoring/bus.rules.yml"
RULES = FILE.read_text(encoding="utf-8")
ALARMS = dict(zip(re.findall(r"- alert: (\w+)", RULES), re.findall(r"runbook: (.+)", RULES), strict=True))
MAILBOX = 'mailbox="staedteregion-aachen.casework"'
BEYOND_ANY_BUCKET = ('le="1"', 'le="+Inf"')


def gauge(name: str, quiet: float, ringing: float, labels: str = MAILBOX) -> dict[str, str]:
    """Ten quiet minutes, then thirty in which it should ring."""
    return {f"{name}{{{labels}}}": f"{quiet}x9 {ringing}x29"}


def counter(name: str, labels: str, rise: int = 1) -> dict[str, str]:
    """Nothing for ten minutes, as of a label nobody has counted yet; then it rises with every minute."""
    return {f"{name}{{{MAILBOX},{labels}}}": f"_x10 1+{rise}x70"}


def histogram(name: str) -> dict[str, str]:
    """All below a second at first; then none."""
    below, all_of_them = (f"{name}_bucket{{{MAILBOX},{le}}}" for le in BEYOND_ANY_BUCKET)
    return {below: "0+10x9 90x40", all_of_them: "0+10x9 90+10x40", f'{name}_bucket{{{MAILBOX},le="5"}}': "0+10x9 90+10x40"}


# Alarm -> the figures, the minute at which it rings; it is quiet at the ninth.
CASES: dict[str, tuple[dict[str, str], int]] = {
    "KimProbeLost": (gauge("kim_probe_age_seconds", 60, 301), 16),
    "KimNothingLeaves": (gauge("kim_outbox_oldest_seconds", 300, 301), 11),
    "KimManyWaitToLeave": (gauge("kim_outbox_waiting", 100_000, 100_001), 11),
    "KimEventGivenUp": (gauge("kim_outbox_stuck", 0, 1), 11),
    "KimNothingTakesEffect": (gauge("kim_inbox_oldest_seconds", 300, 301), 11),
    "KimManyWaitForEffect": (gauge("kim_inbox_waiting", 100_000, 100_001), 11),
    "KimEventParked": (gauge("kim_inbox_parked", 0, 1), 11),
    "KimToldIncompletely": (gauge("kim_stuck_subjects", 0, 1), 11),
    "KimRefusedMoreKept": (gauge("kim_refused_kept", 3, 4), 11),
    "KimDeliveryRefused": (counter("kim_events_refused_total", 'reason="bad_signature"'), 11),
    "KimMoreParked": (counter("kim_events_parked_total", 'name="case.opened.v1"'), 11),
    "KimReactionFailsAgain": (counter("kim_events_retried_total", 'name="case.opened.v1"'), 75),
    "KimNotDelivered": (counter("kim_events_not_delivered_total", 'outcome="returned"'), 11),
    "KimLoopRestarts": (counter("kim_courier_restarts_total", 'loop="relay"'), 25),
    "KimLoopSilent": ({f'kim_courier_last_beat_seconds{{{MAILBOX},loop="relay"}}': "0+60x10 600x30"}, 16),
    "KimStopForced": (counter("kim_courier_forced_stops_total", 'loop="worker"'), 11),
    "KimSlowToEffect": (histogram("kim_commit_to_effect_seconds"), 26),
    "KimSlowConfirms": (histogram("kim_confirm_seconds"), 19),
    "KimDeadQueue": (gauge("rabbitmq_detailed_queue_messages", 0, 1, 'queue="staedteregion-aachen.casework.dead"'), 11),
}


@pytest.fixture
def tool() -> str:
    try:
        return promtool.find()
    except Missing as missing:
        pytest.skip(str(missing))


def test_every_line_of_the_runbook_has_its_alarm_and_every_alarm_its_line() -> None:
    runbook = (ROOT / "docs/operations/runbook.md").read_text(encoding="utf-8").partition("## Alarms\n")[2].partition("\n## ")[0]
    lines = {line.split("|")[1].partition("(")[0].strip(" `") for line in runbook.splitlines() if line.startswith("| ")} - {"Figure"}
    assert set(ALARMS.values()) == lines
    assert set(ALARMS) == set(CASES)


@pytest.mark.slow
def test_promtool_finds_no_fault_with_the_rules(tool: str) -> None:
    checked = subprocess.run([tool, "check", "rules", str(FILE)], capture_output=True, text=True, timeout=60, check=False)
    assert (checked.returncode, checked.stderr) == (0, ""), checked.stdout


@pytest.mark.slow
def test_each_alarm_is_quiet_in_good_days_and_rings_when_it_should(tool: str, tmp_path: Path) -> None:
    played = [
        {
            "interval": "1m",
            "input_series": [{"series": series, "values": values} for series, values in figures.items()],
            "promql_expr_test": [
                {"expr": f'count(ALERTS{{alertname="{alarm}",alertstate="firing"}})', "eval_time": f"{minute}m", "exp_samples": found}
                for minute, found in ((9, []), (rings, [{"labels": "{}", "value": 1}]))
            ],
        }
        for alarm, (figures, rings) in CASES.items()
    ]
    told = tmp_path / "alarms.json"
    told.write_text(json.dumps({"rule_files": [str(FILE)], "evaluation_interval": "1m", "tests": played}), encoding="utf-8")
    done = subprocess.run([tool, "test", "rules", str(told)], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
