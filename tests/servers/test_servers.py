"""The ladders give servers that work, and say what to install where none is."""

import subprocess
import sys
from pathlib import Path
from subprocess import PIPE

import psycopg
import pytest

from servers import chromium, ladder, node, postgres, promtool, rabbitmq
from servers.ladder import Missing


@pytest.fixture
def bare_machine(monkeypatch, tmp_path):
    """A machine on which nothing is installed and nothing may be."""
    for variable in (rabbitmq.VARIABLE, postgres.VARIABLE, chromium.VARIABLE, promtool.VARIABLE, node.VARIABLE):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path))
    monkeypatch.setattr(rabbitmq, "_server", lambda: None)
    monkeypatch.setattr(postgres, "_programs", lambda: None)


@pytest.mark.parametrize(
    ("server", "package"),
    [(rabbitmq, "rabbitmq-server"), (postgres, "postgresql"), (chromium, "chromium"), (promtool, "prometheus"), (node, "nodejs")],
    ids=["broker", "database", "browser", "promtool", "node"],
)
def test_a_bare_machine_is_told_exactly_what_to_install(bare_machine, server, package):
    with pytest.raises(Missing, match=f"apt-get install {package}.*{server.VARIABLE}="):
        server.find(install=False)


def test_a_given_server_comes_before_everything(bare_machine, monkeypatch):
    monkeypatch.setenv(rabbitmq.VARIABLE, "amqp://somewhere/")
    assert rabbitmq.VARIABLE in rabbitmq.find()
    with rabbitmq.running() as broker:
        assert broker.url == "amqp://somewhere/"


def test_a_chromium_that_does_not_exist_is_said(monkeypatch):
    monkeypatch.setenv(chromium.VARIABLE, "/nowhere/chromium")
    with pytest.raises(Missing, match="/nowhere/chromium, which does not exist"):
        chromium.find()


def test_a_process_that_ends_while_starting_is_not_waited_for():
    with pytest.raises(ladder.NotReady, match="ended while starting"):
        ladder.wait_until(lambda: False, "it", seconds=5, alive=lambda: False)


def test_no_two_processes_are_given_the_same_steady_port():
    asking = "from servers.ladder import steady_port\nprint(*[steady_port() for _ in range(300)], flush=True)\ninput()"
    command = [sys.executable, "-c", asking]
    running = [subprocess.Popen(command, stdin=PIPE, stdout=PIPE, text=True, cwd=Path(__file__).parents[1]) for _ in range(2)]
    try:
        given = [port for process in running for port in process.stdout.readline().split()]
    finally:
        for process in running:
            process.communicate("\n")
    assert len(given) == len(set(given)) == 600


@pytest.mark.rabbitmq
def test_the_broker_carries_a_message(amqp_url):
    assert rabbitmq.carries_a_message(amqp_url)


@pytest.mark.postgres
def test_each_test_gets_an_empty_database_of_its_own(postgres_url, postgres_database_url):
    with psycopg.connect(postgres_database_url.replace("+psycopg", "")) as connection:
        assert connection.execute("select count(*) from pg_tables where schemaname = 'public'").fetchone() == (0,)
    assert postgres_database_url != postgres_url


@pytest.mark.browser
def test_chromium_opens_a_page(chromium):
    page = chromium.new_page()
    page.set_content("<title>Guten Tag</title>")
    assert page.title() == "Guten Tag"
    page.close()
