"""A PostgreSQL server for the tests.

The ladder: `KIM_TEST_POSTGRES_URL`; a local installation as a private cluster on a loopback port (started as another user when we are
root, since PostgreSQL refuses root); a Docker engine through testcontainers; installing it; a line that says what to install.
"""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import psycopg
from sqlalchemy.engine import URL, make_url

from servers.ladder import Missing, apt_install, can_install, docker_answers, is_root, steady_port, wait_until

VARIABLE = "KIM_TEST_POSTGRES_URL"
IMAGE = "postgres:17"
COMMIT_TIMES = {"track_commit_timestamp": "on"}  # when a row was committed: the clock of the benchmark
WHAT_TO_DO = f"PostgreSQL: install it (apt-get install postgresql), or start Docker, or set {VARIABLE}=postgresql+psycopg://user:password@host/database"


def find(*, install: bool = False, say: Callable[[str], None] = print) -> str:
    """The rung that holds: a word for people. Raises Missing with what to install."""
    if os.environ.get(VARIABLE):
        return f"the server in {VARIABLE}"
    if _programs():
        return "local PostgreSQL"
    if docker_answers():
        return "Docker"
    if install and can_install():
        apt_install("postgresql", say)
        if _programs():
            return "local PostgreSQL"
    raise Missing(WHAT_TO_DO)


@contextmanager
def running() -> Iterator[str]:
    """The URL of a server's administrator, who may create databases; the server ends with the block where it was started here."""
    find()
    if given := os.environ.get(VARIABLE):
        yield given
    elif _programs():
        with private({"synchronous_commit": "off", **COMMIT_TIMES}) as cluster:
            yield cluster.url
    else:
        with _container() as url:
            yield url


@contextmanager
def fresh_database(admin_url: str, template: str = "template0") -> Iterator[str]:
    """The URL of an empty database, dropped with the block; or of a copy of another one, which nobody may have open meanwhile."""
    name = f"kim_test_{secrets.token_hex(6)}"
    with psycopg.connect(_libpq(admin_url), autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    try:
        yield make_url(admin_url).set(database=name).render_as_string(hide_password=False)
    finally:
        with psycopg.connect(_libpq(admin_url), autocommit=True) as admin:
            admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def _libpq(url: str) -> str:
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


def _answers(url: str) -> bool:
    try:
        with psycopg.connect(_libpq(url), connect_timeout=2):
            return True
    except psycopg.OperationalError:
        return False


def _programs() -> Path | None:
    """The folder of initdb and postgres: the newest of Debian's versions, or the one on the PATH."""
    versions = [folder for folder in Path("/usr/lib/postgresql").glob("*/bin") if (folder / "initdb").exists()]
    if versions:
        return max(versions, key=lambda folder: float(folder.parent.name))
    found = shutil.which("initdb")
    return Path(found).resolve().parent if found else None


def _user() -> str | None:
    """Who runs the server when we are root: postgres where the package made that user, else nobody."""
    if not is_root():
        return None
    return next(name for name in ("postgres", "nobody") if any(entry.pw_name == name for entry in pwd.getpwall()))


def _as(user: str | None, command: list[str]) -> list[str]:
    if user is None:
        return command
    entry = pwd.getpwnam(user)
    return ["setpriv", f"--reuid={entry.pw_uid}", f"--regid={entry.pw_gid}", "--clear-groups", *command]


class Cluster:
    """A private cluster on a loopback port. It can be stopped in any way and started again; `url` is its administrator's.

    What was committed outlives the server process, whatever ends it, and not the machine.
    """

    def __init__(self, programs: Path, room: Path, settings: Mapping[str, str]) -> None:
        self._room, self._user = room, _user()
        port, password = steady_port(), secrets.token_urlsafe(18)
        self.url = URL.create("postgresql+psycopg", "kim", password, "127.0.0.1", port, "postgres").render_as_string(hide_password=False)
        self._process: subprocess.Popen[bytes] | None = None
        (room / "password").write_text(password, encoding="ascii")
        if self._user:
            for path in (room, room / "password"):
                shutil.chown(path, self._user)
        make = [str(programs / "initdb"), "-D", str(room / "data"), "-U", "kim", "--auth=scram-sha-256", f"--pwfile={room / 'password'}",
                "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]  # fmt: skip
        subprocess.run(_as(self._user, make), check=True, capture_output=True, cwd=room)
        everything = {"listen_addresses": "127.0.0.1", "port": port, "unix_socket_directories": room, "max_connections": 200,
                      "fsync": "off", "full_page_writes": "off", **settings}  # fmt: skip
        options = [part for name, value in everything.items() for part in ("-c", f"{name}={value}")]
        self._command = _as(self._user, [str(programs / "postgres"), "-D", str(room / "data"), *options])

    def start(self) -> None:
        """Begin to start it; `answers` says when it is there."""
        with (self._room / "log").open("ab") as log:
            self._process = subprocess.Popen(self._command, stdout=log, stderr=subprocess.STDOUT, cwd=self._room, start_new_session=True)

    def runs(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def answers(self) -> bool:
        return _answers(self.url)

    def wait(self) -> None:
        """Until it answers. Raises NotReady."""
        wait_until(self.answers, "the private PostgreSQL cluster", alive=self.runs)

    def stop(self, number: int = signal.SIGINT) -> None:
        """SIGINT cuts sessions off (fast shutdown); SIGQUIT leaves everything as it lies (immediate shutdown)."""
        if self._process is None:
            return
        self._process.send_signal(number)
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(10)


def must_be_here() -> Path:
    """The folder of the local installation's programs. Raises Missing."""
    programs = _programs()
    if programs is None:
        raise Missing("PostgreSQL: install it here (apt-get install postgresql); a server elsewhere cannot be restarted")
    return programs


@contextmanager
def private(settings: Mapping[str, str] | None = None) -> Iterator[Cluster]:
    """A cluster of a local installation with settings of its own, for tests that stop it and start it again.

    Raises Missing where PostgreSQL is not installed here.
    """
    programs = must_be_here()
    with tempfile.TemporaryDirectory(prefix="kim-postgres-", ignore_cleanup_errors=True) as folder:
        cluster = Cluster(programs, Path(folder), settings or {})
        try:
            cluster.start()
            cluster.wait()
            yield cluster
        finally:
            cluster.stop()


@contextmanager
def _container() -> Iterator[str]:
    os.environ.setdefault("TESTCONTAINERS_RYUK_DISABLED", "true")  # the block below removes the container; no second image is needed
    from testcontainers.core.container import DockerContainer

    container = DockerContainer(IMAGE).with_exposed_ports(5432)
    container.with_env("POSTGRES_USER", "kim").with_env("POSTGRES_PASSWORD", "kim").with_env("POSTGRES_DB", "postgres")
    container.with_command(["postgres", *(part for name, value in COMMIT_TIMES.items() for part in ("-c", f"{name}={value}"))])
    with container:
        url = f"postgresql+psycopg://kim:kim@{container.get_container_host_ip()}:{container.get_exposed_port(5432)}/postgres"
        wait_until(lambda: _answers(url), f"the container {IMAGE}", seconds=180)
        yield url
