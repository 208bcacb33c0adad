"""Which houses the demonstration runs, and where: folders, ports, settings."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from pathlib import Path

from kim_runtime.settings import Settings, WebSettings
from kim_service.service import House, Service

from kim_demo.scenario import COORDINATOR

ADDRESS = "127.0.0.1"
FIRST_PORT = 8400
HOUSES = (
    "staedteregion-aachen.intake",
    "staedteregion-aachen.casework",
    "staedteregion-aachen.interpreting",
    "staedteregion-aachen.staffing",
    "caritas-eifel.casework",
    "auslaenderamt.intake",
)
REPORT = "staedteregion-aachen.report"


def service(name: str) -> Service:
    """The service of that name, as its own package puts it together."""
    from importlib import import_module

    found: Service = import_module(f"kim_{name}.service").SERVICE
    return found


@dataclass(frozen=True, slots=True)
class Layout:
    """Everything of one demonstration below one folder, listening from one port on."""

    folder: Path
    first_port: int = FIRST_PORT

    @property
    def clock_file(self) -> Path:
        return self.folder / "clock"

    @property
    def actors_file(self) -> Path:
        return self.folder / "actors.json"

    @property
    def frozen_reports(self) -> Path:
        return self.folder / "reports"

    def web_port(self, mailbox: str) -> int:
        return self.first_port + 1 + (*HOUSES, REPORT).index(mailbox)

    def courier_port(self, mailbox: str) -> int:
        return self.first_port + 51 + HOUSES.index(mailbox)

    def ports(self) -> list[int]:
        return [self.web_port(mailbox) for mailbox in (*HOUSES, REPORT)] + [self.courier_port(mailbox) for mailbox in HOUSES]

    def address(self, mailbox: str) -> str:
        return f"http://{ADDRESS}:{self.web_port(mailbox)}"

    def settings(self, mailbox: str) -> Settings:
        organisation = mailbox.partition(".")[0]
        return Settings(
            organisation=organisation,
            database=f"sqlite:///{self.folder / f'{mailbox}.sqlite'}",
            broker=f"sqlite:///{self.folder / 'mailboxes'}",
            directory=self.folder / "directory.json",
            keys=self.folder / "keys" / f"{mailbox}.json",
            secret=self._secret(mailbox),
            web_bind=f"{ADDRESS}:{self.web_port(mailbox)}",
            courier_bind=f"{ADDRESS}:{self.courier_port(mailbox)}" if mailbox in HOUSES else f"{ADDRESS}:0",
            demo=True,
            demo_actors=self.actors_file,
            clock_file=self.clock_file,
            log_level="WARNING",
            neighbours=",".join(
                f"{near.partition('.')[2]}={self.address(near)}" for near in (*HOUSES, REPORT) if near.startswith(f"{organisation}.")
            ),
            coordinator=COORDINATOR,
        )

    def house(self, mailbox: str) -> House:
        return service(mailbox.partition(".")[2]).open(self.settings(mailbox))

    def _secret(self, mailbox: str) -> str:
        path = self.folder / "keys" / f"{mailbox}.secret"
        if not path.exists():
            path.write_text(secrets.token_urlsafe(48), encoding="ascii")
            path.chmod(0o600)
        return path.read_text(encoding="ascii")


def environment(settings: WebSettings) -> dict[str, str]:
    """The settings as the variables a process of the service reads."""
    from dataclasses import fields

    values = {}
    for entry in fields(settings):
        value = getattr(settings, entry.name)
        if value is None or value == "":
            continue
        values[f"KIM_{entry.name.upper()}"] = str(value).lower() if isinstance(value, bool) else str(value)
    return values
