"""A tier that cannot run is named in the last line, and fails the run where everything was asked for."""

import json
import subprocess
import sys

import pytest
from kim_tools import test as runner
from kim_tools.tree import ROOT


@pytest.fixture
def run(monkeypatch, capsys):
    """Run `./kim test` with tiers that passed, but for the gaps given; the exit code and the last line."""
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setattr(runner, "_find", lambda server, install: None)

    def with_gaps(gaps, *arguments):
        def passed(name, expression, rest, found):
            found.update(gaps if name == "full" else {})
            return True

        monkeypatch.setattr(runner, "_pytest", passed)
        code = runner.main(arguments)
        return code, capsys.readouterr().out.splitlines()[-1]

    return with_gaps


GAP = {"rabbitmq": "RabbitMQ: install rabbitmq-server"}


def test_a_gap_is_named_and_passes_on_a_desk(run):
    code, line = run(GAP)
    assert code == 0
    assert line.endswith("could not run: rabbitmq (RabbitMQ: install rabbitmq-server)")


def test_a_gap_fails_where_everything_was_asked_for(run):
    assert run(GAP, "--all")[0] == 1


def test_a_gap_fails_on_the_machine_that_decides(run, monkeypatch):
    monkeypatch.setenv("CI", "true")
    assert run(GAP)[0] == 1


def test_the_quick_tier_has_no_gaps(run, monkeypatch):
    monkeypatch.setenv("CI", "true")
    assert run(GAP, "--quick")[0] == 0


@pytest.mark.slow
def test_a_test_that_skips_itself_in_a_tier_is_a_gap(pytestconfig, tmp_path):
    """The plugin writes what it saw in another process; without a marker a skip is nobody's gap."""
    (tmp_path / "test_skipping.py").write_text(
        "import pytest\n@pytest.mark.browser\ndef test_a(): pytest.skip('no browser here')\ndef test_b(): pytest.skip('whatever')\n",
        encoding="utf-8",
    )
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-n1",
        "-c",
        pytestconfig.inipath,
        f"--rootdir={ROOT}",
        f"--gaps-to={tmp_path / 'gaps.json'}",
    ]
    subprocess.run([*command, tmp_path / "test_skipping.py"], cwd=ROOT, capture_output=True, check=True)
    assert json.loads((tmp_path / "gaps.json").read_text(encoding="utf-8")) == {"browser": "no browser here"}
