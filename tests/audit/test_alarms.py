"""The alarms of the audit: sound rules, which ring when they should, on figures a process really shows, with a line in the runbook."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from audit.conftest import written
from kim_audit.keeping import keep, works
from kim_audit.metrics import NOT_WRITTEN, STRANGERS
from kim_runtime.database import Database
from kim_tools.tree import ROOT
from prometheus_client import generate_latest
from servers import promtool
from servers.ladder import Missing

RULES = ROOT / "deploy/monitoring/audit.rules.yml"
FIGURES = set(re.findall(r"kim_audit_[a-z_]+", RULES.read_text(encoding="utf-8")))


@pytest.fixture
def tool() -> str:
    try:
        return promtool.find()
    except Missing as missing:
        pytest.skip(str(missing))


def test_every_alarm_names_the_line_of_the_runbook_that_says_what_to_do() -> None:
    runbook = (ROOT / "docs/operations/runbook.md").read_text(encoding="utf-8")
    runbook = runbook.partition("## Alarms of the audit\n")[2].partition("\n## ")[0]
    named = re.findall(r"runbook: (\w+)", RULES.read_text(encoding="utf-8"))
    assert len(named) == RULES.read_text(encoding="utf-8").count("- alert:") == 3
    assert [figure for figure in named if f"| `{figure}` |" not in runbook] == []


@pytest.mark.slow
def test_promtool_finds_no_fault_with_the_rules_and_each_rings_when_it_should(tool: str, tmp_path: Path) -> None:
    checked = subprocess.run([tool, "check", "rules", str(RULES)], capture_output=True, text=True, timeout=60, check=False)
    assert (checked.returncode, checked.stderr) == (0, ""), checked.stdout
    told = (Path(__file__).parent / "alarms.yml").read_text(encoding="utf-8").replace("RULES", str(RULES))
    (tmp_path / "alarms.yml").write_text(told, encoding="utf-8")
    played = subprocess.run([tool, "test", "rules", str(tmp_path / "alarms.yml")], capture_output=True, text=True, timeout=60, check=False)
    assert played.returncode == 0, played.stdout + played.stderr


@pytest.mark.slow
def test_the_figures_of_the_alarms_are_shown_and_promtool_finds_no_fault_with_them(tool: str, audited: Database) -> None:
    written(audited, "cases:1", sealed=False)
    keep(audited, works("staedteregion-aachen.casework", 3))
    for counted in (NOT_WRITTEN, STRANGERS):
        counted.labels("staedteregion-aachen.casework")
    text = generate_latest().decode()
    shown = "\n".join(line for line in text.splitlines() if "kim_audit_" in line) + "\n"
    assert {figure for figure in FIGURES if f'{figure}{{mailbox="staedteregion-aachen.casework"}}' not in shown} == set()
    assert promtool.faults(shown) == []
