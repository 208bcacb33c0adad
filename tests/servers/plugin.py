"""Fixtures that bring the servers: loaded by pytest for every test. A tier that cannot run is skipped with what to install."""

from __future__ import annotations

import json
from collections.abc import Callable, Generator, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, settings

from servers import chromium, postgres, rabbitmq
from servers.ladder import Missing, docker_answers
from servers.tiers import TIERS

Server = TypeVar("Server")


# A busy machine is no fault of a rule: no example has a deadline. `./kim test --quick` tries fewer of them.
settings.register_profile("thorough", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("quick", settings.get_profile("thorough"), max_examples=25)
settings.load_profile("thorough")

GAPS = pytest.StashKey[dict[str, str]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--gaps-to", type=Path, help="write the tiers that could not run, with the reason, into this file as JSON")


def pytest_configure(config: pytest.Config) -> None:
    config.stash[GAPS] = {}


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A skipped test of a tier is a gap in that tier, whatever the reason."""
    report = yield
    if report.skipped and isinstance(report.longrepr, tuple):
        reason = str(report.longrepr[2]).removeprefix("Skipped: ")
        for tier in TIERS:
            if item.get_closest_marker(tier):
                item.config.stash[GAPS].setdefault(tier, reason)
    return report


def pytest_sessionfinish(session: pytest.Session) -> None:
    if target := session.config.getoption("--gaps-to"):
        target.write_text(json.dumps(session.config.stash[GAPS]), encoding="utf-8")


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
        return chromium.launch_arguments()
    except Missing as missing:
        pytest.skip(str(missing))


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
