"""Settings of the provider."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from kim_runtime.settings import WebSettings, setting
from kim_web.box import Box, derived

from kim_login import seal_keys

EVERYBODY = "all"


@dataclass(frozen=True, kw_only=True)
class LoginSettings(WebSettings):
    """What the provider must be told. Each field is the variable `KIM_<NAME>`. `KIM_PUBLIC_URL` is the issuer, as the services know it."""

    database: str = setting("database URL: sqlite:///file or postgresql+psycopg://…", secret=True)
    login_key: Path = setting("file of the private key that signs tokens; `kim-login set-up` makes it")
    login_seal: str = setting(
        "keys that close what is kept of one-time codes, the newest first, with commas between; `kim-login seal new-key` prints one",
        secret=True,
        default="",
    )
    login_code_roles: str = setting(
        "roles that need a one-time code beside the password; all: everybody, none: nobody",
        default="ops,case_lead,centre_head,auditor,hr_auditor,protected_case_reader",
    )
    login_breached: Path | None = setting(
        "file of breached passwords (SHA-1 as hexadecimal, one a line, in order: Have I Been Pwned); none: the most common alone",
        default=None,
    )
    login_quick_hashes: bool = setting("demonstration only: passwords are hashed for speed, not for safety", default=False)
    organisation_name: str = setting("name of the organisation in the head of each page; empty: its id", default="")

    # Work is done in the services: a session that rests here is woken by one of them in which somebody works.
    session_idle_minutes: int = setting("a session of the sign-in ends after so long in which no service asked", default=600)
    lock_minutes: int = setting("after so long without a question the services are asked whether somebody works in one", default=10)

    @property
    def issuer(self) -> str:
        return self.public_url.rstrip("/")

    def needs_code(self, roles: Collection[str]) -> bool:
        """Whether an account with these roles must have one-time codes."""
        return EVERYBODY in self.code_roles or not self.code_roles.isdisjoint(roles)

    @property
    def code_roles(self) -> frozenset[str]:
        return frozenset(role.strip() for role in self.login_code_roles.split(",") if role.strip())

    @property
    def box(self) -> Box:
        """What closes the secrets of one-time codes in the database. The demonstration may do without a key of its own."""
        return Box(*(seal_keys.read(self.login_seal) or [derived(self.secret, "secrets of one-time codes in a demonstration")]))

    def faults(self) -> list[str]:
        found = super().faults()
        if not self.database.startswith(("sqlite:///", "postgresql+psycopg://")):
            found.append("KIM_DATABASE: sqlite:///file or postgresql+psycopg://…")
        fault = seal_keys.fault(self.login_seal, needed=not self.demo)
        if fault:
            found.append(f"KIM_LOGIN_SEAL: {fault}")
        if not self.public_url.startswith(("https://", "http://")):
            found.append("KIM_PUBLIC_URL: the address people and services reach this provider at, https://…")
        if self.login_breached is not None and not self.login_breached.is_file():
            found.append("KIM_LOGIN_BREACHED: must name a file this process may read")
        if self.login_quick_hashes and not self.demo:
            found.append("KIM_LOGIN_QUICK_HASHES: only with KIM_DEMO=true; real passwords are hashed slowly")
        return found
