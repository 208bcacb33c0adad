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
from kim_demo.containers import DATABASES, LOGINS, OPEN, OWNERS, Containers, migrate_one, owners_of, role_of, server_of
from kim_demo.layout import HOUSES, ORGANISATIONS, REPORT
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
# Those that stand for somebody who sets up or plays, and end: of everybody's, and of an organisation's.
ENDING: Mapping[str, Mapping[str, str]] = {
    "set-up": dict.fromkeys((*OPEN, "reports", *OWNERS), WRITE),
    **{f"{house}-tables": dict.fromkeys(("public", *owners_of(house, OWNERS)), READ) for house in ORGANISATIONS},
    "scenario": {**dict.fromkeys((*HOUSES, REPORT), READ), "public": WRITE, "reports": WRITE},
}
SERVERS: Mapping[str, Mapping[str, str]] = {
    **{f"{house}-postgres": {folder: READ} for house, folder in DATABASES.items()},
    "rabbitmq": {"rabbitmq": READ},
}
# What starts as root in a container, with these rights of root alone: to give folders to a user, and to go on as that one.
AS_ROOT = {"set-up": {"CHOWN", "DAC_OVERRIDE", "FOWNER"}} | {
    name: {"CHOWN", "DAC_OVERRIDE", "FOWNER", "SETGID", "SETUID"} for name in SERVERS
}
OTHER_MOUNTS = {
    **{
        f"{house}-postgres": {
            f"{house}.database:/var/lib/postgresql/data",
            "./deploy/compose/postgres-init.sh:/docker-entrypoint-initdb.d/10-kim.sh:ro",
        }
        for house in ORGANISATIONS
    },
    "rabbitmq": {"broker:/var/lib/rabbitmq", "./deploy/rabbitmq/rabbitmq.conf:/etc/rabbitmq/conf.d/90-kim.conf:ro"},
}


def mounted(name: str) -> dict[str, str]:
    """The folders below /config a container has, each with how. A volume stands at one and the same place everywhere."""
    found = {}
    for mount in sorted(set(COMPOSED[name].get("volumes", ())) - OTHER_MOUNTS.get(name, set())):
        volume, place, *mode = mount.split(":")
        folder = place.removeprefix("/config/")
        assert place == f"/config/{folder}" and folder in {*OPEN, "reports", *OWNERS}, f"{name} mounts {mount}"
        assert volume == {"rabbitmq": "rabbitmq-definitions"}.get(folder, folder), f"{name} mounts {mount}"
        found[folder] = mode[0] if mode else WRITE
    return found


def may(name: str) -> Mapping[str, str]:
    if name in PROCESSES:
        return {"public": READ, PROCESSES[name]: READ, **({"reports": WRITE} if PROCESSES[name] == REPORT else {})}
    return SERVERS[name] if name in SERVERS else ENDING[name]


def networks(name: str) -> set[str]:
    """The networks a container may be in: its organisation's, for couriers the way to the broker, for the scenario everybody's."""
    if name == "scenario":
        return set(ORGANISATIONS)
    if name == "rabbitmq":
        return {f"{house}.bus" for house in ORGANISATIONS}
    if name == "set-up":
        return set()
    house = PROCESSES[name].partition(".")[0] if name in PROCESSES else name.rpartition("-")[0]
    return {house, f"{house}.bus"} if name.endswith("-courier") else {house}


@pytest.mark.parametrize("name", COMPOSED)
def test_each_container_has_its_own_and_what_is_for_all_and_nothing_of_others(name: str) -> None:
    assert mounted(name) == may(name)
    assert not {"privileged", "pid", "volumes_from", "env_file", "secrets", "configs", "devices"} & set(COMPOSED[name])
    assert (COMPOSED[name].get("user"), COMPOSED[name].get("network_mode")) == (("root", "none") if name == "set-up" else (None, None))


@pytest.mark.parametrize("name", COMPOSED)
def test_a_container_is_in_the_networks_of_its_own_organisation_alone(name: str) -> None:
    assert set(COMPOSED[name].get("networks", ())) == networks(name)


def test_no_network_of_two_organisations_holds_a_database_or_a_page() -> None:
    """What a container reaches is what shares a network with it. Beside the scenario the broker alone reaches several houses."""
    reached = {
        name: {other for other in COMPOSED if networks(name) & networks(other)} for name in COMPOSED if name not in ("scenario", "rabbitmq")
    }
    for name, found in reached.items():
        own = {house for house in ORGANISATIONS if networks(name) & {house}}
        assert found - {"rabbitmq", "scenario"} == {other for other in COMPOSED if own & networks(other)} - {"scenario"}, name
        assert not own or len(own) == 1
    assert {name for name, found in reached.items() if "rabbitmq" in found} == {name for name in PROCESSES if name.endswith("-courier")}
    assert {name: how or {} for name, how in WHOLE["networks"].items()} == {
        **{house: {} for house in ORGANISATIONS},
        **{f"{house}.bus": {"internal": True} for house in ORGANISATIONS},
    }
    for owner in (*HOUSES, *LOGINS):
        assert networks(server_of(owner)[0]) == {owner.partition(".")[0]}


@pytest.mark.parametrize("name", COMPOSED)
def test_a_container_has_no_right_it_does_not_need(name: str) -> None:
    one = COMPOSED[name]
    assert one["cap_drop"] == ["ALL"] and one["security_opt"] == ["no-new-privileges:true"] and one["read_only"] is True
    assert set(one.get("cap_add", ())) == AS_ROOT.get(name, set())
    assert one["mem_limit"] and one["pids_limit"]


@pytest.mark.parametrize("name", [name for name in COMPOSED if name not in ENDING])
def test_whatever_stays_says_whether_it_is_well(name: str) -> None:
    check = COMPOSED[name]["healthcheck"]["test"]
    if name in PROCESSES:
        asked = "9000/healthz" if name.endswith("-courier") else "8000/readyz"
        assert check == ["CMD", "kim-healthy", asked]
    assert COMPOSED[name]["restart"] == "unless-stopped"


def test_what_reaches_more_than_a_process_ends_and_is_reached_by_nobody() -> None:
    for name in ENDING:
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
    roles = Containers(made).handed_out(DATABASES[owner.partition(".")[0]], "roles.sql")
    for path in made.rglob("*"):
        if path.is_file() and owner not in path.relative_to(made).parts:
            text = path.read_text(encoding="utf-8")
            of_the_database = {Containers(made).secret(owner, "database.secret")} if path == roles else set()
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
        monkeypatch.setattr(containers, "server_of", lambda _owner: (administrator.host, administrator.port))
        layout = Containers(tmp_path)
        containers.make(tmp_path)
        with psycopg.connect(administrator.set(drivername="postgresql").render_as_string(hide_password=False), autocommit=True) as admin:
            for folder in DATABASES.values():
                for line in layout.handed_out(folder, "roles.sql").read_text(encoding="ascii").splitlines():
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
        for organisation in (*ORGANISATIONS, *ORGANISATIONS):  # with every start of the composition
            migrate_one(tmp_path, organisation)
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
