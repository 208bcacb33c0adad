"""A RabbitMQ broker for the tests.

The ladder: `KIM_TEST_AMQP_URL`; a local rabbitmq-server as a private loopback node with its own name, ports, folder and epmd; a Docker
engine through testcontainers; installing it; a line that says what to install.
"""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pika
from pika.exceptions import AMQPError

from servers.ladder import Missing, NotReady, apt_install, can_install, docker_answers, free_port, wait_until

VARIABLE = "KIM_TEST_AMQP_URL"
IMAGE = "rabbitmq:4-management"
WHAT_TO_DO = (
    f"RabbitMQ: install rabbitmq-server (apt-get install rabbitmq-server), or start Docker, or set {VARIABLE}=amqp://user:password@host/"
)


@dataclass(frozen=True, slots=True)
class Broker:
    """A running broker: `url` is its operator's AMQP URL, `management_url` its HTTP interface, where there is one."""

    url: str
    management_url: str | None = None


def find(*, install: bool = False, say: Callable[[str], None] = print) -> str:
    """The rung that holds: a word for people. Raises Missing with what to install."""
    if os.environ.get(VARIABLE):
        return f"the broker in {VARIABLE}"
    if _server():
        return "local rabbitmq-server"
    if docker_answers():
        return "Docker"
    if install and can_install():
        apt_install("rabbitmq-server", say)
        if _server():
            return "local rabbitmq-server"
    raise Missing(WHAT_TO_DO)


@contextmanager
def running() -> Iterator[Broker]:
    """A broker that takes and gives messages, ended with the block where it was started here."""
    find()
    if given := os.environ.get(VARIABLE):
        yield Broker(given, os.environ.get("KIM_TEST_AMQP_MANAGEMENT_URL"))
    elif server := _server():
        with _node(server) as broker:
            yield broker
    else:
        with _container() as broker:
            yield broker


def carries_a_message(url: str) -> bool:
    """Whether a message published is a message fetched: more than an open port says."""
    try:
        connection = pika.BlockingConnection(pika.URLParameters(url))
    except (AMQPError, OSError):
        return False
    try:
        channel = connection.channel()
        channel.confirm_delivery()
        queue = channel.queue_declare("", exclusive=True).method.queue
        channel.basic_publish("", queue, b"are you there?", mandatory=True)
        body: bytes | None = channel.basic_get(queue, auto_ack=True)[2]
        return body == b"are you there?"
    except AMQPError:
        return False
    finally:
        with suppress(AMQPError):
            connection.close()


def _server() -> Path | None:
    """The server's own script: Debian's wrapper in /usr/sbin changes the user and the folder, and would share the system's node."""
    for candidate in (Path("/usr/lib/rabbitmq/bin/rabbitmq-server"), shutil.which("rabbitmq-server")):
        if candidate and Path(candidate).exists():
            return Path(candidate)
    return None


@contextmanager
def _node(server: Path) -> Iterator[Broker]:
    with tempfile.TemporaryDirectory(prefix="kim-rabbitmq-", ignore_cleanup_errors=True) as folder:
        room = Path(folder)
        port, distribution, epmd_port, management = (free_port() for _ in range(4))
        (room / "rabbitmq.conf").write_text(
            f"listeners.tcp.default = 127.0.0.1:{port}\nmanagement.tcp.ip = 127.0.0.1\nmanagement.tcp.port = {management}\n"
            "disk_free_limit.absolute = 50MB\nlog.console = false\n",
            encoding="ascii",
        )
        (room / "enabled_plugins").write_text("[rabbitmq_management].\n", encoding="ascii")
        (room / "rabbitmq-env.conf").touch()
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("RABBITMQ_", "ERL_"))},
            "HOME": folder,  # the cookie
            "RABBITMQ_NODENAME": f"kim-test-{secrets.token_hex(4)}@localhost",
            "RABBITMQ_BASE": folder,
            "RABBITMQ_MNESIA_BASE": str(room / "data"),
            "RABBITMQ_LOG_BASE": str(room / "log"),
            "RABBITMQ_PID_FILE": str(room / "pid"),
            "RABBITMQ_CONFIG_FILE": str(room / "rabbitmq.conf"),
            "RABBITMQ_CONF_ENV_FILE": str(room / "rabbitmq-env.conf"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(room / "enabled_plugins"),
            "RABBITMQ_DIST_PORT": str(distribution),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1}",
            "ERL_EPMD_PORT": str(epmd_port),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
        }
        epmd = subprocess.Popen([_epmd(), "-port", str(epmd_port), "-address", "127.0.0.1"], env=environment, stderr=subprocess.DEVNULL)
        with (room / "output").open("wb") as output:
            node = subprocess.Popen([str(server)], env=environment, stdout=output, stderr=subprocess.STDOUT, start_new_session=True)
        url = f"amqp://guest:guest@127.0.0.1:{port}/"
        try:
            try:
                wait_until(lambda: carries_a_message(url), "the private RabbitMQ node", alive=lambda: node.poll() is None)
            except NotReady as fault:
                tail = (room / "output").read_text(encoding="utf-8", errors="replace").strip().splitlines()[-5:]
                raise NotReady(f"{fault}: {' / '.join(tail)}") from fault
            yield Broker(url, f"http://guest:guest@127.0.0.1:{management}")
        finally:
            _end(room / "pid", node)
            epmd.terminate()
            epmd.wait(10)


def _epmd() -> str:
    found = shutil.which("epmd")
    if found is None:
        raise Missing("RabbitMQ is installed, but Erlang's epmd is not: apt-get install erlang-base")
    return found


def _end(pid_file: Path, node: subprocess.Popen[bytes]) -> None:
    """End the node by the process id it wrote itself; the script that started it follows."""
    with suppress(OSError, ValueError):
        os.kill(int(pid_file.read_text(encoding="ascii")), signal.SIGTERM)
    try:
        node.wait(30)
    except subprocess.TimeoutExpired:
        os.killpg(node.pid, signal.SIGKILL)
        node.wait(10)


@contextmanager
def _container() -> Iterator[Broker]:
    os.environ.setdefault("TESTCONTAINERS_RYUK_DISABLED", "true")  # the block below removes the container; no second image is needed
    from testcontainers.core.container import DockerContainer

    container = DockerContainer(IMAGE).with_exposed_ports(5672, 15672)
    container.with_env("RABBITMQ_DEFAULT_USER", "kim").with_env("RABBITMQ_DEFAULT_PASS", "kim")
    with container:
        host = container.get_container_host_ip()
        url = f"amqp://kim:kim@{host}:{container.get_exposed_port(5672)}/"
        wait_until(lambda: carries_a_message(url), f"the container {IMAGE}", seconds=180)
        yield Broker(url, f"http://kim:kim@{host}:{container.get_exposed_port(15672)}")
