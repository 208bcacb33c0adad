"""Settings of the provider."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from kim_runtime.settings import WebSettings, setting


@dataclass(frozen=True, kw_only=True)
class LoginSettings(WebSettings):
    """What the provider must be told. Each field is the variable `KIM_<NAME>`. `KIM_PUBLIC_URL` is the issuer, as the services know it."""

    database: str = setting("database URL: sqlite:///file or postgresql+psycopg://…", secret=True)
    login_key: Path = setting("file of the private key that signs tokens; `kim-login set-up` makes it")
    login_code_roles: str = setting(
        "roles that need a one-time code beside the password; none: nobody",
        default="ops,case_lead,centre_head,auditor,hr_auditor,protected_case_reader",
    )
    login_quick_hashes: bool = setting("demonstration only: passwords are hashed for speed, not for safety", default=False)
    organisation_name: str = setting("name of the organisation in the head of each page; empty: its id", default="")

    # Work is done in the services: a session that rests here is woken by one of them in which somebody works.
    session_idle_minutes: int = setting("a session of the sign-in ends after so long in which no service asked", default=600)
    lock_minutes: int = setting("after so long without a question the services are asked whether somebody works in one", default=10)

    @property
    def issuer(self) -> str:
        return self.public_url.rstrip("/")

    @property
    def code_roles(self) -> frozenset[str]:
        return frozenset(role.strip() for role in self.login_code_roles.split(",") if role.strip())

    def faults(self) -> list[str]:
        found = super().faults()
        if not self.public_url.startswith(("https://", "http://")):
            found.append("KIM_PUBLIC_URL: the address people and services reach this provider at, https://…")
        if self.login_quick_hashes and not self.demo:
            found.append("KIM_LOGIN_QUICK_HASHES: only with KIM_DEMO=true; real passwords are hashed slowly")
        return found
