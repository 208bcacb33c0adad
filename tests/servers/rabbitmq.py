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

from servers.ladder import Missing, NotReady, apt_install, can_install, docker_answers, steady_port, wait_until

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
    elif _server():
        with private() as node:
            yield Broker(node.url, node.management_url)
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


class Node:
    """A private loopback node with a name, ports, a folder and an epmd of its own. It can be killed and started again; its mail stays.

    `url` is its operator's AMQP URL, `management_url` its HTTP interface.
    """

    def __init__(self, server: Path, room: Path) -> None:
        self._server, self._room = server, room
        port, distribution, epmd_port, management = (steady_port() for _ in range(4))
        self.url = f"amqp://guest:guest@127.0.0.1:{port}/"
        self.management_url = f"http://guest:guest@127.0.0.1:{management}"
        self._process: subprocess.Popen[bytes] | None = None
        # In Erlang's own terms: reading the other format costs a start four seconds of a core.
        (room / "rabbitmq.config").write_text(
            f'[{{rabbit, [{{tcp_listeners, [{{"127.0.0.1", {port}}}]}}, {{disk_free_limit, 50000000}}]}},\n'
            f' {{rabbitmq_management, [{{listener, [{{ip, "127.0.0.1"}}, {{port, {management}}}]}}]}}].\n',
            encoding="ascii",
        )
        (room / "enabled_plugins").write_text("[rabbitmq_management].\n", encoding="ascii")
        (room / "rabbitmq-env.conf").touch()
        self._environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("RABBITMQ_", "ERL_"))},
            "HOME": str(room),  # the cookie
            "RABBITMQ_NODENAME": f"kim-test-{secrets.token_hex(4)}@localhost",
            "RABBITMQ_BASE": str(room),
            "RABBITMQ_MNESIA_BASE": str(room / "data"),
            "RABBITMQ_LOG_BASE": str(room / "log"),
            "RABBITMQ_PID_FILE": str(room / "pid"),
            "RABBITMQ_CONFIG_FILE": str(room / "rabbitmq.config"),
            "RABBITMQ_CONF_ENV_FILE": str(room / "rabbitmq-env.conf"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(room / "enabled_plugins"),
            "RABBITMQ_DIST_PORT": str(distribution),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1}",
            "ERL_EPMD_PORT": str(epmd_port),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
        }
        self._epmd = subprocess.Popen(
            [_epmd(), "-port", str(epmd_port), "-address", "127.0.0.1"], env=self._environment, stderr=subprocess.DEVNULL
        )

    def start(self) -> None:
        """Begin to start it; `answers` says when it is there."""
        with (self._room / "output").open("wb") as output:
            self._process = subprocess.Popen(
                [str(self._server)], env=self._environment, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
            )

    def runs(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def answers(self) -> bool:
        return carries_a_message(self.url)

    def wait(self) -> None:
        """Until it takes and gives messages. Raises NotReady."""
        try:
            wait_until(self.answers, "the private RabbitMQ node", alive=self.runs)
        except NotReady as fault:
            tail = (self._room / "output").read_text(encoding="utf-8", errors="replace").strip().splitlines()[-5:]
            raise NotReady(f"{fault}: {' / '.join(tail)}") from fault

    def signal(self, number: int) -> None:
        """To the node itself, by the process id it wrote; the script that started it follows."""
        with suppress(OSError, ValueError):
            os.kill(int((self._room / "pid").read_text(encoding="ascii")), number)

    def ctl(self, *arguments: str) -> subprocess.Popen[bytes]:
        """`rabbitmqctl` with these arguments, running."""
        command = [str(self._server.with_name("rabbitmqctl")), *arguments]
        return subprocess.Popen(command, env=self._environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def end(self) -> None:
        """At once: nobody needs its mail any more, and an orderly end takes it six seconds."""
        if self._process is not None:
            self.signal(signal.SIGKILL)
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(self._process.pid, signal.SIGKILL)
                self._process.wait(10)
        self._epmd.terminate()
        self._epmd.wait(10)


def must_be_here() -> Path:
    """The local installation's program. Raises Missing."""
    server = _server()
    if server is None:
        raise Missing("RabbitMQ: install rabbitmq-server here (apt-get install rabbitmq-server); a broker elsewhere cannot be restarted")
    return server


@contextmanager
def private() -> Iterator[Node]:
    """A node of a local installation for tests that stop it and start it again. Raises Missing where RabbitMQ is not installed here."""
    server = must_be_here()
    with tempfile.TemporaryDirectory(prefix="kim-rabbitmq-", ignore_cleanup_errors=True) as folder:
        node = Node(server, Path(folder))
        try:
            node.start()
            node.wait()
            yield node
        finally:
            node.end()


def _epmd() -> str:
    found = shutil.which("epmd")
    if found is None:
        raise Missing("RabbitMQ is installed, but Erlang's epmd is not: apt-get install erlang-base")
    return found


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
