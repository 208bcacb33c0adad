"""The benchmark runs, on a few events: so that what it measures is still the bus, and nothing of it stays behind."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from servers import postgres, rabbitmq

from benchmarks import command
from benchmarks.candidates import CANDIDATES
from benchmarks.processes import ChildFailed, Crew, cpu_of_family, descendants, peak_memory
from benchmarks.results import Result
from benchmarks.sizes import QUICK


@pytest.fixture
def bench(tmp_path):
    """`bench("--only", "limit")`: its exit code; results are in `tmp_path`."""
    before = signal.getsignal(signal.SIGTERM)
    yield lambda *arguments: command.main(["--quick", *arguments], tmp_path, lambda: tmp_path)
    signal.signal(signal.SIGTERM, before)


@pytest.mark.rabbitmq
@pytest.mark.postgres
def test_this_bus_and_the_limit_are_measured(bench, broker, postgres_url, monkeypatch, tmp_path, capsys):
    monkeypatch.setenv(postgres.VARIABLE, postgres_url)
    monkeypatch.setenv(rabbitmq.VARIABLE, broker.url)
    monkeypatch.setenv("KIM_TEST_AMQP_MANAGEMENT_URL", broker.management_url)
    assert bench("--only", "ours,limit", "--case", "drain") == 0
    assert "drain, of the limit" in capsys.readouterr().out
    record = json.loads((tmp_path / "results.json").read_text(encoding="utf-8"))
    assert {one["candidate"]: one["events"] for one in record["results"]} == {"ours": QUICK.drain, "limit": QUICK.drain}
    assert all(one["rate"] > 0 and one["cpu"]["sender"] >= 0 for one in record["results"])


def test_an_unknown_candidate_is_refused_with_those_there_are(bench, capsys):
    with pytest.raises(SystemExit):
        bench("--only", "kafka")
    assert "kafka: none of ours," in capsys.readouterr().err


class Fails:
    """A bench whose drain fails the first `times`."""

    def __init__(self, times):
        self.left = times

    def drain(self, candidate, events):
        self.left -= 1
        if self.left >= 0:
            raise ChildFailed("the broker ended the connection")
        return Result(candidate.name, "drain", events, 1, 100.0)


@pytest.mark.parametrize(("times", "failed", "kept"), [(0, False, 1), (1, False, 1), (2, True, 0)])
def test_what_fails_is_measured_once_more_and_then_fails_the_run(times, failed, kept, capsys):
    run = command.Run(Fails(times), QUICK)
    run.round(0, [CANDIDATES["limit"]], ["drain"])
    assert (run.failed, len(run.results)) == (failed, kept)
    assert ("measured again, since: the broker ended" in capsys.readouterr().out) == (times > 0)


def test_a_profile_has_no_rates_to_write_into_the_page(bench, capsys):
    with pytest.raises(SystemExit):
        bench("--profile", "--write-docs")
    assert "--profile measures no rates" in capsys.readouterr().err


@pytest.mark.slow
@pytest.mark.parametrize(
    ("option", "holds"),
    [
        ("unsigned", "variants.kim_bus.outbox.sign(b'', None) == 'e..e' and variants.kim_bus.inspection.verify(b'', '', None) is None"),
        ("unvalidated", "schema_of('consultation.recorded.v1').load({'day': 'never'}) == {'day': 'never'}"),
    ],
)
def test_what_the_benchmark_takes_away_is_gone(option, holds):
    """In a process of its own: it is not put back."""
    program = f"from kim_bus.outbox import schema_of; from benchmarks import variants; variants.apply({{{option!r}: True}})"
    environment = {**os.environ, "PYTHONPATH": str(command.ROOT / "tests")}
    done = subprocess.run([sys.executable, "-c", f"{program}; assert {holds}"], env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_no_child_outlives_its_crew(tmp_path):
    sleeper = "import subprocess, sys; subprocess.Popen(['sleep', '60']); print('ready', flush=True); sys.stdin.read()"
    with Crew(tmp_path) as crew:
        child = crew.start("sender", [sys.executable, "-c", sleeper], os.environ)
        child.hear("ready")
        family = [child.pid, *descendants(child.pid)]
        assert len(family) == 2
        assert peak_memory(child.pid) > 1
        assert cpu_of_family(child.pid) > 0
    assert all(has_ended(pid) for pid in family)


def test_no_child_outlives_a_killed_benchmark(tmp_path):
    program = (
        "import os, pathlib, sys; from benchmarks.processes import Crew\n"
        f"crew = Crew(pathlib.Path({str(tmp_path)!r})); child = crew.start('sender', ['sleep', '60'], os.environ)\n"
        "print(child.pid, flush=True); sys.stdin.read()"
    )
    environment = {**os.environ, "PYTHONPATH": str(command.ROOT / "tests")}
    bench = subprocess.Popen([sys.executable, "-c", program], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    child = int(bench.stdout.readline())
    bench.send_signal(signal.SIGKILL)
    bench.communicate()
    assert has_ended(child)


def has_ended(pid):
    """A killed process needs a moment."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            if Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] == "Z":
                return True
        except OSError:
            return True
        time.sleep(0.02)
    return False
