"""What each container of `docker-compose.yml` may read: its own, and what is for all. No container is started; PostgreSQL is a real one."""

from __future__ import annotations

import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import psycopg
import pytest
import yaml
from kim_demo import containers
from kim_demo.containers import LOGINS, OPEN, OWNERS, Containers, migrate_all, role_of
from kim_demo.layout import HOUSES, REPORT
from kim_demo.people import PEOPLE
from kim_demo.sign_in import PROGRAM
from kim_tools.tree import ROOT
from servers import postgres
from sqlalchemy.engine import make_url

pytestmark = pytest.mark.slow
WHOLE: Mapping[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
COMPOSED: Mapping[str, Any] = WHOLE["services"]
PROCESSES = {name: one["environment"]["MAILBOX"] for name, one in COMPOSED.items() if "MAILBOX" in one.get("environment", {})}
READ, WRITE = "ro", "rw"
# Those that stand for somebody who sets up or plays everybody, and end: what they reach of everybody's.
FOR_ALL: Mapping[str, Mapping[str, str]] = {
    "set-up": dict.fromkeys((*OPEN, "reports", *OWNERS), WRITE),
    "tables": dict.fromkeys(("public", *OWNERS), READ),
    "scenario": {**dict.fromkeys((*HOUSES, REPORT), READ), "public": WRITE, "reports": WRITE},
}
SERVERS: Mapping[str, Mapping[str, str]] = {"postgres": {"postgres": READ}, "rabbitmq": {"rabbitmq": READ}}
OTHER_MOUNTS = {
    "postgres": {"database:/var/lib/postgresql/data", "./deploy/compose/postgres-init.sh:/docker-entrypoint-initdb.d/10-kim.sh:ro"},
    "rabbitmq": {"broker:/var/lib/rabbitmq", "./deploy/rabbitmq/rabbitmq.conf:/etc/rabbitmq/conf.d/90-kim.conf:ro"},
}


def mounted(name: str) -> dict[str, str]:
    """The folders below /config a container has, each with how. A volume stands at one and the same place everywhere."""
    found = {}
    for mount in sorted(set(COMPOSED[name].get("volumes", ())) - OTHER_MOUNTS.get(name, set())):
        volume, place, *mode = mount.split(":")
        folder = place.removeprefix("/config/")
        assert place == f"/config/{folder}" and folder in {*OPEN, "reports", *OWNERS}, f"{name} mounts {mount}"
        assert volume == {"postgres": "postgres-roles", "rabbitmq": "rabbitmq-definitions"}.get(folder, folder), f"{name} mounts {mount}"
        found[folder] = mode[0] if mode else WRITE
    return found


def may(name: str) -> Mapping[str, str]:
    if name in PROCESSES:
        return {"public": READ, PROCESSES[name]: READ, **({"reports": WRITE} if PROCESSES[name] == REPORT else {})}
    return SERVERS[name] if name in SERVERS else FOR_ALL[name]


@pytest.mark.parametrize("name", COMPOSED)
def test_each_container_has_its_own_and_what_is_for_all_and_nothing_of_others(name: str) -> None:
    assert mounted(name) == may(name)
    assert not {"privileged", "pid", "volumes_from", "env_file", "secrets", "configs", "devices"} & set(COMPOSED[name])
    assert (COMPOSED[name].get("user"), COMPOSED[name].get("network_mode")) == (("root", "none") if name == "set-up" else (None, None))


def test_what_reaches_everybodys_ends_and_is_reached_by_nobody() -> None:
    for name in FOR_ALL:
        assert "ports" not in COMPOSED[name] and COMPOSED[name].get("restart", "no") == "no"


def test_no_volume_is_a_folder_of_the_machine() -> None:
    assert not [name for name, how in WHOLE["volumes"].items() if how]


def secrets_of(made: Path, owner: str) -> set[str]:
    """Everything drawn for one process, as it is written: what its settings close, and the private numbers of its keys."""
    layout = Containers(made)
    drawn = {path.read_text(encoding="ascii") for path in (made / owner).glob("*.secret")}
    private = [path.read_text(encoding="ascii") for path in (layout.private(owner, "json"), layout.private(owner, "key")) if path.exists()]
    return drawn | {number for text in private for number in _private_numbers(text)}


def _private_numbers(text: str) -> Iterator[str]:
    if not text.startswith("{"):
        yield text
        return
    waiting: list[Any] = [yaml.safe_load(text)]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            yield from (value for name, value in one.items() if name == "d")
            waiting += one.values()
        elif isinstance(one, list):
            waiting += one


@pytest.mark.parametrize("owner", OWNERS)
def test_the_secrets_of_a_process_are_in_its_own_folder_alone(made: Path, owner: str) -> None:
    secrets = secrets_of(made, owner)
    assert len(secrets) >= 3
    for path in made.rglob("*"):
        if path.is_file() and owner not in path.relative_to(made).parts:
            text = path.read_text(encoding="utf-8")
            of_the_database = {Containers(made).secret(owner, "database.secret")} if path.name == "roles.sql" else set()
            assert not [one for one in secrets - of_the_database if one in text], path.relative_to(made)


@pytest.mark.parametrize("owner", OWNERS)
def test_settings_name_no_file_but_those_their_process_has(made: Path, owner: str) -> None:
    named = [word for word in Containers(made).settings_file(owner).read_text(encoding="utf-8").split() if str(made) in word]
    assert named
    [own, *_] = [may(name) for name, mailbox in PROCESSES.items() if mailbox == owner]
    for word in named:
        path = Path(word.partition("=")[2].strip("'"))
        assert path.exists(), word
        assert path.relative_to(made).parts[0] in own, word


def test_files_of_a_process_are_for_its_user_alone(made: Path) -> None:
    for path in made.rglob("*"):
        open_to_others = bool(stat.S_IMODE(path.stat().st_mode) & 0o077)
        assert open_to_others is (path.relative_to(made).parts[0] in OPEN), path.relative_to(made)
        assert path.stat().st_uid == made.stat().st_uid


def test_a_second_set_up_leaves_everything_as_it_is(made: Path) -> None:
    before = {path: path.read_bytes() for path in made.rglob("*") if path.is_file()}
    containers.make(made)
    assert {path: path.read_bytes() for path in made.rglob("*") if path.is_file()} == before


@pytest.mark.postgres
def test_each_role_opens_its_own_database_alone_and_the_accounts_are_the_sign_ins(
    made: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with postgres.private() as cluster:
        administrator = make_url(cluster.url)
        monkeypatch.setattr(containers, "POSTGRES", (administrator.host, administrator.port))
        layout = Containers(tmp_path)
        containers.make(tmp_path)
        with psycopg.connect(administrator.set(drivername="postgresql").render_as_string(hide_password=False), autocommit=True) as admin:
            for line in layout.handed_out("postgres", "roles.sql").read_text(encoding="ascii").splitlines():
                admin.execute(line.encode())
        owners = (*HOUSES, *LOGINS)
        for owner in owners:
            for other in (*map(role_of, owners), "postgres", "template1"):
                url = make_url(layout.database(owner)).set(drivername="postgresql", database=other).render_as_string(hide_password=False)
                if other == role_of(owner):
                    psycopg.connect(url).close()
                else:
                    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
                        psycopg.connect(url)
        migrate_all(tmp_path)
        migrate_all(tmp_path)  # with every start of the composition
        logins = [set(_logins(layout, owner)) for owner in LOGINS]
        assert set().union(*logins) == {person.id for person in PEOPLE} - {PROGRAM}
        assert sum(map(len, logins)) == len(PEOPLE) - 1
    assert not [path for path in tmp_path.rglob("*") if path.suffix in {".sqlite", ".sqlite3", ".db"}]


def _logins(layout: Containers, owner: str) -> list[str]:
    url = make_url(layout.database(owner)).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url) as rows:
        return [login for (login,) in rows.execute("select login from kim_account")]


def test_the_administrator_has_no_password_once_the_first_start_is_over() -> None:
    script = (ROOT / "deploy/compose/postgres-init.sh").read_text(encoding="utf-8")
    assert script.rstrip().endswith('password null"')
