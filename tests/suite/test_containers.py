"""What `docker-compose.yml` starts finds its settings, takes them, and is reached where they say. No container is started.

What each may read is held in `test_containers_apart.py`.
"""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml
from kim_demo import containers
from kim_demo.containers import BASES, HOSTS, ISSUERS, PORT, Containers
from kim_demo.layout import HOUSES, ORGANISATIONS, REPORT, Layout, service
from kim_login.settings import LoginSettings
from kim_report.settings import ReportSettings
from kim_runtime.settings import Settings, WebSettings, load
from kim_service.command_line import COMMANDS
from kim_tools.tree import ROOT

pytestmark = pytest.mark.slow
COMPOSED: Mapping[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))["services"]
PROCESSES = {name: one for name, one in COMPOSED.items() if "MAILBOX" in one.get("environment", {})}
OF_PACKAGE: Mapping[str, type[WebSettings]] = {"kim_login": LoginSettings, "kim_report": ReportSettings}
ENTRYPOINT = ROOT / "deploy/images/entrypoint"


def mailbox(process: str) -> str:
    return str(PROCESSES[process]["environment"]["MAILBOX"])


def published(process: str) -> list[str]:
    return [f"http://{port.removesuffix(f':{PORT}')}" for port in PROCESSES[process].get("ports", ())]


@pytest.fixture
def of(made: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The settings a process reads: its file as the shell of its image reads it, by the rules of its package. Raises SettingsError."""

    def read(process: str) -> WebSettings:
        script = f'set -a; . "{Containers(made).settings_file(mailbox(process))}"; exec env -0'
        said = subprocess.run(["sh", "-euc", script], capture_output=True, check=True, env={"PATH": "/usr/bin:/bin"}, text=True).stdout
        for line in said.split("\0"):
            name, _, value = line.partition("=")
            if name.startswith("KIM_"):
                monkeypatch.setenv(name, value)
        command = PROCESSES[process]["command"]
        return load(OF_PACKAGE.get(command[2], Settings) if command[0] == "python3" else Settings)

    return read


def test_no_two_organisations_share_an_address_of_a_browser(tmp_path: Path) -> None:
    """A browser sends its cookies to every port of an address: in the containers and without them."""
    layout = Layout(tmp_path)
    owners: dict[str, set[str]] = {}
    for mailbox in (*HOUSES, REPORT):
        organisation = mailbox.partition(".")[0]
        for address in (BASES[mailbox], ISSUERS[organisation], layout.address(mailbox), layout.issuer(organisation)):
            owners.setdefault(str(urlsplit(address).hostname), set()).add(organisation)
    assert len(owners) == len(ORGANISATIONS)
    assert [host for host, found in owners.items() if len(found) > 1] == []


@pytest.mark.parametrize("process", PROCESSES)
def test_each_process_takes_the_settings_the_set_up_wrote_for_it(of: Any, process: str) -> None:
    settings = of(process)
    at = ISSUERS[settings.organisation] if isinstance(settings, LoginSettings) else BASES[mailbox(process)]
    assert settings.public_url == at
    assert settings.web_bind == f"0.0.0.0:{PORT}"
    if "web" in PROCESSES[process]["command"]:
        assert published(process) == [at], "where a browser is sent, and where it is let in"
    else:
        assert not published(process)


@pytest.mark.parametrize("process", PROCESSES)
def test_each_process_asks_the_sign_in_of_its_house_inside_the_network(of: Any, process: str) -> None:
    settings = of(process)
    if isinstance(settings, LoginSettings):
        return
    host, _, port = settings.oidc_internal.removeprefix("http://").partition(":")
    assert (mailbox(host), port) == (f"{settings.organisation}.login", str(PORT))
    assert settings.oidc_issuer == ISSUERS[settings.organisation]


def test_every_house_has_its_processes_and_its_sign_in() -> None:
    run = sorted((mailbox(name), PROCESSES[name]["command"][-1]) for name in PROCESSES)
    services = [(house, process) for house in HOUSES for process in ("web", "courier")]
    assert run == sorted([*services, (REPORT, "web"), *((f"{house}.login", "web") for house in ORGANISATIONS)])
    assert {mailbox(name): name for name in PROCESSES if "courier" not in name and mailbox(name) in HOUSES} == HOSTS
    for name in PROCESSES:
        if mailbox(name) in HOUSES:
            assert PROCESSES[name]["image"] == f"kim-{mailbox(name).partition('.')[2]}"


def test_the_images_know_every_command_of_a_service() -> None:
    [line] = [line for line in ENTRYPOINT.read_text(encoding="utf-8").splitlines() if 'exec python3 -m "kim_' in line]
    assert {word.strip() for word in line.partition(")")[0].split("|")} == set(COMMANDS)


def test_the_settings_open_the_houses_again_for_the_scenario(made: Path) -> None:
    opened = containers.houses(made)
    try:
        for name, house in opened.items():
            assert (house.mailbox, house.service) == (name, service(name.partition(".")[2]))
            assert house.settings.database.partition("@")[2] == f"{name.partition('.')[0]}-postgres:5432/{containers.role_of(name)}"
    finally:
        for house in opened.values():
            house.close()
