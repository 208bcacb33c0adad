"""Fixtures that bring the servers: loaded by pytest for every test. A tier that cannot run is skipped with what to install."""

from __future__ import annotations

import gc
import json
from collections.abc import Callable, Generator, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser, Playwright, expect
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from servers import chromium as chromium_ladder
from servers import postgres, rabbitmq
from servers.ladder import Missing, docker_answers
from servers.tiers import TIERS

Server = TypeVar("Server")


# A busy machine is no fault of a rule: no example has a deadline. `./kim test --quick` tries fewer of them.
settings.register_profile("thorough", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("quick", settings.get_profile("thorough"), max_examples=25)
settings.load_profile("thorough")

GAP = "gap: "  # with a tier: the property of a report that tells a gap to the process that writes them down

# By time, so that no process is left alone with one of them at the end.
LONGEST = (
    "browser: every_page",
    "suite",
    "policy",
    "faults",
    "login",
    "browser: without script",
    "browser",
    "bus",
    "web",
    "intake",
    "abuse",
)
PATIENCE = 15_000  # milliseconds for a page to say what a test expects; a shared machine may be slow


gc.disable()  # what is loaded before the first test stays


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--gaps-to", type=Path, help="write the tiers that could not run, with the reason, into this file as JSON")


def pytest_configure(config: pytest.Config) -> None:
    target = config.getoption("--gaps-to")
    if target and not hasattr(config, "workerinput"):
        config.pluginmanager.register(Gaps(target))


def pytest_collection_finish() -> None:
    """From here on rubbish is collected again; what was loaded is not looked through each time, which was a twentieth of all."""
    gc.freeze()
    gc.enable()


class ByFolder(LoadScopeScheduling):
    """The tests of a folder run in one process, where they share what they set up.

    A way of our own, since xdist's `--dist=loadgroup` writes its groups where pytest 9 no longer reads them.
    """

    def _split_scope(self, nodeid: str) -> str:
        return _scope(nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> ByFolder | None:
    return ByFolder(config, log) if config.getvalue("dist") == "loadscope" else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest first."""
    places = {scope: place for place, scope in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(_scope(item.nodeid), len(places)))


def _scope(nodeid: str) -> str:
    """Of `tests/bus/test_worker.py::test_it`: bus. Browser tests with other houses, set up anew, are a scope of their own."""
    folder = Path(nodeid.partition("::")[0]).parent.name
    if folder != "browser":
        return folder
    return next((f"{folder}: {part}" for part in ("every_page", "without script") if part in nodeid), folder)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A skipped test of a tier is a gap in that tier, whatever the reason."""
    report = yield
    if report.skipped and isinstance(report.longrepr, tuple):
        reason = str(report.longrepr[2]).removeprefix("Skipped: ")
        report.user_properties += [(GAP + tier, reason) for tier in TIERS if item.get_closest_marker(tier)]
    return report


class Gaps:
    """Collects the gaps from the reports of all processes, in the one that started them."""

    def __init__(self, target: Path) -> None:
        self._target = target
        self._found: dict[str, str] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        for name, reason in report.user_properties:
            if name.startswith(GAP):
                self._found.setdefault(name.removeprefix(GAP), str(reason))

    def pytest_sessionfinish(self) -> None:
        self._target.write_text(json.dumps(self._found), encoding="utf-8")


@pytest.fixture(scope="session")
def broker() -> Iterator[rabbitmq.Broker]:
    """A private RabbitMQ broker, seen as its operator."""
    yield from _or_skip(rabbitmq.running)


@pytest.fixture(scope="session")
def amqp_url(broker: rabbitmq.Broker) -> str:
    """The operator's AMQP URL of a private broker."""
    return broker.url


@pytest.fixture(scope="session")
def amqp_management_url(broker: rabbitmq.Broker) -> str:
    """The HTTP interface of the private broker, for its operator."""
    if broker.management_url is None:
        pytest.skip("RabbitMQ: the given broker has no management URL; set KIM_TEST_AMQP_MANAGEMENT_URL")
    return broker.management_url


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The administrator's URL of a private PostgreSQL server."""
    yield from _or_skip(postgres.running)


@pytest.fixture
def postgres_database_url(postgres_url: str) -> Iterator[str]:
    """A fresh, empty PostgreSQL database."""
    with postgres.fresh_database(postgres_url) as url:
        yield url


@pytest.fixture(scope="session")
def chromium_launch() -> dict[str, Any]:
    """Arguments of Playwright's `launch` for the Chromium that was found."""
    try:
        return chromium_ladder.launch_arguments()
    except Missing as missing:
        pytest.skip(str(missing))


@pytest.fixture(scope="session")
def chromium(playwright: Playwright, chromium_launch: dict[str, Any]) -> Iterator[Browser]:
    """One Chromium for all tests; each opens a context of its own, which knows nothing of the others."""
    expect.set_options(timeout=PATIENCE)
    browser = playwright.chromium.launch(**chromium_launch)
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def docker_engine() -> None:
    """A Docker engine that answers."""
    if not docker_answers():
        pytest.skip("Docker: no engine answers; install and start one")


def _or_skip(running: Callable[[], AbstractContextManager[Server]]) -> Iterator[Server]:
    try:
        context = running()
        server = context.__enter__()
    except Missing as missing:
        pytest.skip(str(missing))
    try:
        yield server
    finally:
        context.__exit__(None, None, None)
