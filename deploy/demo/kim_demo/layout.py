"""Which houses the demonstration runs, and where: folders, ports, settings."""

from __future__ import annotations

import secrets
import socket
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from kim_bus.directory import Directory
from kim_login.settings import LoginSettings
from kim_runtime.settings import Settings, WebSettings
from kim_service.service import House, Service
from kim_web.access_keys import new_key

from kim_demo.scenario import COORDINATOR

TOPOLOGY = Path(__file__).parents[2] / "rabbitmq" / "topology.toml"
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
ORGANISATIONS = tuple(dict.fromkeys(mailbox.partition(".")[0] for mailbox in HOUSES))
# One address an organisation: a browser sends its cookies to every port of an address, so ports alone keep no organisation apart.
LOOPBACK = {organisation: f"127.0.0.{1 + number}" for number, organisation in enumerate(ORGANISATIONS)}


def service(name: str) -> Service:
    """The service of that name, as its own package puts it together."""
    from importlib import import_module

    found: Service = import_module(f"kim_{name}.service").SERVICE
    return found


@cache
def host(organisation: str) -> str:
    """Where its processes listen: an address of this machine of their own; the usual one where the system has no other."""
    with socket.socket() as probe:
        try:
            probe.bind((LOOPBACK[organisation], 0))
        except OSError:  # of the systems people use macOS has one alone
            return LOOPBACK[COORDINATOR]
    return LOOPBACK[organisation]


@dataclass(frozen=True, slots=True)
class Layout:
    """Everything of one demonstration below one folder, listening from one port on."""

    folder: Path
    first_port: int = FIRST_PORT

    def public(self, name: str) -> Path:
        """A file that every process reads."""
        return self.folder / name

    def private(self, owner: str, ending: str) -> Path:
        """A file that the process of one mailbox (`staedteregion-aachen.login`) reads, and no other."""
        return self.folder / "keys" / f"{owner}.{ending}"

    def database(self, owner: str) -> str:
        """The database URL of a process."""
        return f"sqlite:///{self.folder / f'{owner}.sqlite'}"

    @property
    def clock_file(self) -> Path:
        return self.public("clock")

    @property
    def frozen_reports(self) -> Path:
        return self.folder / "reports"

    def web_port(self, mailbox: str) -> int:
        return self.first_port + 1 + (*HOUSES, REPORT).index(mailbox)

    def login_port(self, organisation: str) -> int:
        return self.first_port + 21 + ORGANISATIONS.index(organisation)

    def issuer(self, organisation: str) -> str:
        return f"http://{host(organisation)}:{self.login_port(organisation)}"

    def courier_port(self, mailbox: str) -> int:
        return self.first_port + 51 + HOUSES.index(mailbox)

    def ports(self) -> list[tuple[str, int]]:
        """Where something will listen: host and port."""
        places = [(mailbox, self.web_port(mailbox)) for mailbox in (*HOUSES, REPORT)]
        places += [(mailbox, self.courier_port(mailbox)) for mailbox in HOUSES]
        places += [(organisation, self.login_port(organisation)) for organisation in ORGANISATIONS]
        return [(host(owner.partition(".")[0]), port) for owner, port in places]

    def address(self, mailbox: str) -> str:
        return f"http://{self.web_bind(mailbox)}"

    def web_bind(self, mailbox: str) -> str:
        return f"{host(mailbox.partition('.')[0])}:{self.web_port(mailbox)}"

    def settings(self, mailbox: str) -> Settings:
        organisation = mailbox.partition(".")[0]
        return Settings(
            organisation=organisation,
            database=self.database(mailbox),
            broker=f"sqlite:///{self.folder / 'mailboxes'}",
            directory=self.public("directory.json"),
            keys=self.private(mailbox, "json"),
            secret=self.secret(mailbox),
            web_bind=self.web_bind(mailbox),
            courier_bind=f"{host(organisation)}:{self.courier_port(mailbox) if mailbox in HOUSES else 0}",
            demo=True,
            public_url=self.address(mailbox),
            oidc_issuer=self.issuer(organisation),
            oidc_client_secret=self.client_secret(mailbox),
            oidc_person_claim="preferred_username",
            clock_file=self.clock_file,
            log_level="WARNING",
            neighbours=",".join(
                f"{near.partition('.')[2]}={self.address(near)}" for near in (*HOUSES, REPORT) if near.startswith(f"{organisation}.")
            ),
            coordinator=COORDINATOR,
        )

    def login_settings(self, organisation: str) -> LoginSettings:
        """The sign-in of an organisation's people."""
        return LoginSettings(
            organisation=organisation,
            organisation_name=Directory.load(TOPOLOGY).organisation(organisation).name,
            public_url=self.issuer(organisation),
            web_bind=f"{host(organisation)}:{self.login_port(organisation)}",
            database=self.database(f"{organisation}.login"),
            login_key=self.private(f"{organisation}.login", "json"),
            login_code_roles="none",  # nobody who tries the demonstration should need a second device
            login_quick_hashes=True,
            secret=self.secret(f"{organisation}.login"),
            demo=True,
            clock_file=self.clock_file,
            log_level="WARNING",
        )

    @property
    def report_key(self) -> str:
        """The key with which the report reads the services' figures."""
        path = self.private(REPORT, "key")
        if not path.exists():
            path.touch(mode=0o600)
            path.write_text(new_key(), encoding="ascii")
        return path.read_text(encoding="ascii")

    def client_secret(self, mailbox: str) -> str:
        """With which a service shows the sign-in who it is."""
        return self.secret(mailbox, "client.secret")

    def house(self, mailbox: str) -> House:
        return service(mailbox.partition(".")[2]).open(self.settings(mailbox))

    def secret(self, owner: str, ending: str = "secret") -> str:
        """What is kept in that file; drawn where there is none yet."""
        path = self.private(owner, ending)
        if not path.exists():
            path.touch(mode=0o600)
            path.write_text(secrets.token_urlsafe(48), encoding="ascii")
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
