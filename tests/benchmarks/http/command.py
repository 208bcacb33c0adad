"""`./kim bench http`: what a request costs, with all that surrounds an act of the suite, beside a bare Flask view on the same server.

Both commit one row on PostgreSQL. Needs PostgreSQL alone.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import psycopg
from kim_runtime import migrations
from kim_runtime.act import Actor
from kim_runtime.database import Database
from kim_web import sessions
from servers import postgres
from servers.ladder import Missing, free_port, wait_until

from benchmarks import machine
from benchmarks.common import acts, metadata
from benchmarks.http import browsers
from benchmarks.http.candidates import BIND, DATABASE, HOUSE, ROLE, SERVICE, TITLES
from benchmarks.limit import libpq
from benchmarks.processes import ChildFailed, Crew, cpu_of_family, server_processes
from benchmarks.report import aligned, facts, goal_line, markdown
from benchmarks.results import Goal

TESTS = Path(__file__).parents[2]
PAGE = TESTS.parent / "docs/benchmarks-http.md"
MARK = "<!-- What follows is written by ./kim bench http --write-docs. -->"
BODY = "site=aachen-arkaden&day=2022-05-10&persons=5"
BROWSERS, WARM_UP, REQUESTS, QUICK = 4, 200, 4_000, 200
GOAL = 0.5
HEAD = ("who", "requests/s", "of bare", "p50 ms", "p99 ms", "web ms", "PostgreSQL ms")


@dataclass(frozen=True)
class Result:
    """`rate` in requests a second, `p50` and `p99` in ms, `web` and `database` in ms of CPU a request."""

    candidate: str
    rate: float
    p50: float
    p99: float
    web: float
    database: float


def main(arguments: Sequence[str], folder: Path) -> int:
    """Results go to `folder`."""
    options = parser().parse_args(arguments)
    rounds, requests = (1, QUICK) if options.quick else (options.rounds, REQUESTS)
    results: list[Result] = []
    try:
        postgres.find(install=True, say=lambda line: print(f"kim bench: {line}", flush=True))
        with tempfile.TemporaryDirectory(prefix="kim-bench-") as logs, postgres.running() as server:
            for number in range(rounds):
                for name in TITLES if number % 2 == 0 else reversed(TITLES):
                    one = measure(name, server, Path(logs), requests)
                    results.append(one)
                    print(f"round {number + 1}  {TITLES[name]:64} {one.rate:,.0f}/s", flush=True)
            with psycopg.connect(libpq(server)) as connection:
                served = connection.info.server_version // 10000
    except (Missing, ChildFailed) as fault:
        print(f"kim bench: {fault}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("kim bench: ended; nothing is written", file=sys.stderr)
        return 130
    record = {
        "date": datetime.now(UTC).date().isoformat(),
        "machine": machine.hardware(),
        "versions": {"PostgreSQL": served, **{name: version(name) for name in ("Flask", "gunicorn", "SQLAlchemy", "psycopg")}},
        "rounds": rounds,
        "requests": requests,
        "results": [asdict(one) for one in results],
    }
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "http.json").write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    rows = medians(results)
    print(f"\n{aligned(HEAD, lines(rows))}\n\n{aligned(*goal_table(rows))}")
    if options.write_docs:
        write(record, rows)
        print(f"kim bench: wrote docs/{PAGE.name}")
    return 0


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="./kim bench http", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="how often each is measured, in turn; the median counts (3)")
    parser.add_argument("--quick", action="store_true", help="one round of few requests: whether it runs, not how fast")
    parser.add_argument("--write-docs", action="store_true", help=f"write the results into docs/{PAGE.name}")
    return parser


def measure(name: str, server: str, logs: Path, requests: int) -> Result:
    """One candidate on an empty database. Raises ChildFailed."""
    with postgres.fresh_database(server) as url, Crew(logs) as crew:
        secret = furnish(url)
        port = free_port()
        environment = {**os.environ, "PYTHONPATH": str(TESTS), DATABASE: url, BIND: f"127.0.0.1:{port}"}
        web = crew.start(name, [sys.executable, "-m", "benchmarks.http.candidates", name], environment)
        wait_until(lambda: answers(port), name, alive=lambda: web.process.poll() is None)
        told = browsers.Told("127.0.0.1", port, form(name, port, secret), " 201 ", BROWSERS, WARM_UP)
        send(told)
        pids = {"web": web.pid, **server_processes()}
        before = {kind: cpu_of_family(pid) for kind, pid in pids.items()}
        seen = send(browsers.Told(**{**asdict(told), "requests": requests}))
        cpu = {kind: (cpu_of_family(pid) - before[kind]) * 1000 / requests for kind, pid in pids.items()}
        require_rows(url, WARM_UP + requests, audited=name == "framed")
        crew.check()
    return Result(name, seen["rate"], seen["p50"], seen["p99"], cpu["web"], cpu.get("postgres", 0.0))


def furnish(url: str) -> str:
    """The tables of a real service, the benchmark's own, and a session. Returns the session's secret."""
    database = Database(url)
    migrations.upgrade(database, "kim_intake")
    metadata.create_all(database.engine, [acts])
    with database.write() as rows:
        secret = sessions.open_session(rows, Actor("a-1", "Anna Beispiel", HOUSE, frozenset({ROLE})), datetime.now(UTC), device="bench")
    database.close()
    return secret


def answers(port: int) -> bool:
    try:
        urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5)
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True


def form(name: str, port: int, secret: str) -> str:
    """The act as a browser sends it: to a service with the cookies of its session and of its form, and the form's token."""
    if name == "bare":
        return browsers.form("/acts", port, BODY)
    session = f"kim_{HOUSE}_{SERVICE}={secret}"
    asked = urllib.request.Request(f"http://127.0.0.1:{port}/acts/new", headers={"Cookie": session})
    with urllib.request.urlopen(asked, timeout=30) as answer:
        given = re.findall(r"^([^=]+=[^;]+)", answer.headers["Set-Cookie"])
        token = answer.read().decode()
    return browsers.form("/acts", port, f"{BODY}&csrf_token={token}", "; ".join([session, *given]))


def send(told: browsers.Told) -> Mapping[str, float]:
    """Raises ChildFailed with the first answer that was not wanted."""
    environment = {**os.environ, "PYTHONPATH": str(TESTS), browsers.VARIABLE: told.write()}
    done = subprocess.run([sys.executable, "-m", "benchmarks.http.browsers"], env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise ChildFailed(f"the browsers: {done.stderr.strip()}")
    seen: Mapping[str, float] = json.loads(done.stdout)
    return seen


def require_rows(url: str, wanted: int, *, audited: bool) -> None:
    """That it did what it was measured doing. Raises ChildFailed."""
    tables = ("bench_act", "kim_audit") if audited else ("bench_act",)
    with psycopg.connect(libpq(url)) as connection:
        for table in tables:
            found = connection.execute(f"select count(*) from {table}").fetchone()
            # Before the acts somebody saw the form.
            if found is None or found[0] < wanted:
                raise ChildFailed(f"{table}: {found} rows, and {wanted} acts")


def medians(results: Iterable[Result]) -> dict[str, Result]:
    by_name: dict[str, list[Result]] = {}
    for one in results:
        by_name.setdefault(one.candidate, []).append(one)
    numbers = ("rate", "p50", "p99", "web", "database")
    return {
        name: Result(name, *(statistics.median(getattr(one, number) for one in some) for number in numbers))
        for name, some in sorted(by_name.items())
    }


def lines(rows: Mapping[str, Result]) -> list[Sequence[str]]:
    bare = rows["bare"].rate
    return [
        (
            TITLES[name], f"{one.rate:,.0f}", f"{one.rate / bare:.2f}", f"{one.p50:.1f}", f"{one.p99:.1f}", f"{one.web:.2f}",
            f"{one.database:.2f}",
        )
        for name, one in rows.items()
    ]  # fmt: skip


def goal_table(rows: Mapping[str, Result]) -> tuple[Sequence[str], list[Sequence[str]]]:
    goal = Goal("a request, beside a bare view", rows["framed"].rate / rows["bare"].rate, GOAL, "×")
    return ("goal", "wanted", "reached", "verdict"), [goal_line(goal)]


def write(record: Mapping[str, Any], rows: Mapping[str, Result]) -> None:
    """Replace what follows the mark in the page."""
    kept = PAGE.read_text(encoding="utf-8").partition(MARK)[0].rstrip()
    taken = (
        f"Taken on {record['date']} on {facts(record['machine'])}; {facts(record['versions'])}. "
        f"Medians of {record['rounds']} rounds of {record['requests']:,} requests in which both took turns."
    )
    parts = [kept, MARK, "## Results", taken, markdown(HEAD, lines(rows)), markdown(*goal_table(rows))]
    PAGE.write_text("\n\n".join(parts) + "\n", encoding="utf-8")
