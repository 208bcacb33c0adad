"""Settings of a process: a frozen record from the environment, checked as a whole before anything starts."""

from __future__ import annotations

import os
from dataclasses import MISSING, Field, dataclass, field, fields
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import parse_qsl, unquote, urlsplit

from environs import Env, EnvValidationError, FileAwareEnv

from kim_runtime import weak_secrets
from kim_runtime.clock import Clock, FileClock, SystemClock
from kim_runtime.plain_ways import leads_away_in_the_clear

PREFIX = "KIM_"
# Settings that are addresses of others: the scheme that anybody on the way reads, and how it is said instead.
ADDRESSES = {
    "database": ("", "postgresql+psycopg://…?sslmode=verify-full"),
    "broker": ("amqp", "amqps://…"),
    **dict.fromkeys(("oidc_issuer", "oidc_internal", "public_url", "sources"), ("http", "https://…")),
}
OF_A_FILE = "_FILE"


class SettingsError(Exception):
    """Settings are wrong; the message lists everything that is, one a line."""


def setting(help_text: str, *, secret: bool = False, default: Any = MISSING) -> Any:
    """A field of a settings record. `secret` ones are shown nowhere."""
    return field(default=default, repr=not secret, metadata={"help": help_text, "secret": secret})


@dataclass(frozen=True, kw_only=True)
class WebSettings:
    """What a process with pages must be told. Each field is the variable `KIM_<NAME>`."""

    organisation: str = setting("id of the organisation, as in the directory")
    secret: str = setting("key that signs cookies and form tokens, at least 32 characters", secret=True)
    secret_before: str = setting(
        "the key that KIM_SECRET replaced, for the day after: it still opens, and closes nothing", secret=True, default=""
    )
    web_bind: str = setting("address and port of the pages and the JSON door", default="127.0.0.1:8000")
    web_threads: int = setting("requests at once", default=8)
    demo: bool = setting("true in the demonstration only: the clock is pretended, and pages say so", default=False)
    clock_file: Path | None = setting("demonstration only: the file that says what time it is", default=None)
    hosts: str = setting("names under which the pages may be asked for: kim.example.org,kim.intern; empty: any", default="")
    log_level: str = setting("DEBUG, INFO, WARNING or ERROR", default="INFO")
    public_url: str = setting("address people open this service at, https://…; empty: what their browser asked for", default="")
    oidc_issuer: str = setting("address of the OpenID provider people sign in at; empty: nobody can sign in", default="")
    oidc_internal: str = setting("address at which this service itself reaches the provider; empty: the issuer's", default="")
    oidc_client_id: str = setting("what the provider calls this service; empty: <organisation>.<service>", default="")
    oidc_client_secret: str = setting("with which this service shows the provider who it is", secret=True, default="")
    oidc_roles_claim: str = setting("where a token names the roles; dots lead inwards: realm_access.roles", default="roles")
    oidc_role_map: str = setting("the provider's names of roles: KIM-Fallmanagement=case_manager,…; empty: they are ours", default="")
    oidc_person_claim: str = setting(
        "where a token names the person, by a name that is never given to another: sub, at Entra oid; preferred_username with kim-login",
        default="sub",
    )
    oidc_code_roles: str = setting(
        "roles let in only where the token says that a second factor was shown: case_lead,ops; empty: the provider is trusted with it",
        default="",
    )
    oidc_code_words: str = setting("what a token says in `amr` or `acr` of a second factor", default="otp,mfa,hwk,swk,sc")
    oidc_organisation_claim: str = setting(
        "where a token names the organisation, which must be ours; empty: not asked", default="organisation"
    )
    oidc_sites_claim: str = setting("where a token names the sites a person works at", default="sites")
    oidc_staff_claim: str = setting("where a token names the staff reference", default="staff")
    session_idle_minutes: int = setting("a session ends after so long without a request", default=60)
    lock_minutes: int = setting("a session is locked after so long without a request, until its person signs in anew", default=10)
    session_hours: int = setting("a session ends after so long at all", default=10)
    not_me_minutes: int = setting("an entry made under one's name by somebody else can be given to them for so long", default=60)
    draft_days: int = setting("a form kept as a draft is deleted after so many days", default=7)
    audit_years: int = setting(
        "rows of the audit are kept so long, 1 to 10; docs/operations/audit.md says what speaks for how many", default=3
    )
    house_secret: str = setting(
        "the same in all services of a house whose provider keeps no lock of desks: they tell each other; empty: a lock holds here alone",
        secret=True,
        default="",
    )
    requests_a_minute: int = setting("so many requests one person or program may make in a minute; 0: any number", default=600)
    neighbours: str = setting("links in the head of the pages: intake=https://…,casework=https://…", default="")
    plain_hosts: str = setting(
        "other machines reached without TLS on purpose, inside a network of one's own: broker,postgres; this machine always may be",
        default="",
    )
    contact: str = setting("e-mail address on the accessibility page; empty: the IT of the organisation is named", default="")

    def clock(self) -> Clock:
        return FileClock(self.clock_file) if self.clock_file else SystemClock()

    def faults(self) -> list[str]:
        """What is wrong although each value can be read."""
        found = []
        found += self._weak("secret")
        if self.secret_before and self.secret_before == self.secret:
            found.append("KIM_SECRET_BEFORE: the same as KIM_SECRET; the one it replaced, or nothing")
        if self.clock_file and not self.demo:
            found.append("KIM_CLOCK_FILE: only with KIM_DEMO=true; a real office has real time")
        if self.oidc_issuer and not self.oidc_issuer.startswith(("https://", "http://")):
            found.append("KIM_OIDC_ISSUER: https://… (http:// only on one machine)")
        if self.oidc_issuer:
            found += self._weak("oidc_client_secret")
        if self.house_secret:
            found += self._weak("house_secret")
        lasting = ("session_idle_minutes", "session_hours", "lock_minutes", "not_me_minutes", "draft_days")
        found += [f"KIM_{name.upper()}: 1 or more" for name in lasting if getattr(self, name) < 1]
        if self.requests_a_minute != 0 and self.requests_a_minute < 60:
            found.append("KIM_REQUESTS_A_MINUTE: 60 or more, or 0 for any number")
        if not 1 <= self.audit_years <= 10:
            found.append("KIM_AUDIT_YEARS: 1 to 10")
        found += self._read_on_the_way()
        found += self._known_passwords()
        if self.log_level not in {"DEBUG", "INFO", "WARNING", "ERROR"}:
            found.append("KIM_LOG_LEVEL: DEBUG, INFO, WARNING or ERROR")
        return found

    def _read_on_the_way(self) -> list[str]:
        """Settings that lead to another machine in the clear."""
        if self.demo:
            return []
        meant = frozenset(host.strip() for host in self.plain_hosts.split(",") if host.strip())
        found = []
        for name, (scheme, words) in ADDRESSES.items():
            for address in str(getattr(self, name, "") or "").split(","):
                try:
                    plain = leads_away_in_the_clear(address.partition("=")[2] if name == "sources" else address, scheme, meant)
                except ValueError:
                    continue  # what it is otherwise is said elsewhere
                if plain:
                    found.append(f"KIM_{name.upper()}: leads to another machine in the clear; {words}, or name the host in KIM_PLAIN_HOSTS")
        return found

    def _known_passwords(self) -> list[str]:
        """Of the accounts at the broker and the database, wherever the address says them.

        A database may know somebody without a password, by a certificate or by who they are on its machine; a broker whose address names
        nobody is asked as the account it was delivered with.
        """
        if self.demo:
            return []
        found = []
        for name in ("database", "broker"):
            address = urlsplit(str(getattr(self, name, "") or ""))
            said = dict(parse_qsl(address.query))
            user, password = said.get("user", unquote(address.username or "")), address.password
            passwords = [*([unquote(password)] if password is not None else []), *([said["password"]] if "password" in said else [])]
            named = [fault for one in passwords if (fault := weak_secrets.of_an_account(user, one))]
            if address.scheme.startswith("amqp") and password is None:
                named = ["names no account and password, so that of the delivery would be asked for; amqps://user:password@host/vhost"]
            found += [f"KIM_{name.upper()}: {fault}" for fault in named[:1]]
        return found

    def _weak(self, name: str) -> list[str]:
        """The demonstration draws its secrets itself, and shows nobody's data: there only the length counts."""
        given: str = getattr(self, name)
        fault = weak_secrets.fault(given)
        return [f"KIM_{name.upper()}: {fault}"] if fault and not (self.demo and len(given) >= weak_secrets.SHORTEST) else []


@dataclass(frozen=True, kw_only=True)
class Settings(WebSettings):
    """What a process of a service must be told, web and courier alike."""

    database: str = setting("database URL: sqlite:///file or postgresql+psycopg://…", secret=True)
    broker: str = setting("sqlite:///folder of the mailboxes, or amqp(s)://user:password@host/vhost", secret=True)
    directory: Path = setting("the organisations' directory: who runs what, agreements, public keys")
    keys: Path = setting("this service's private keys")
    courier_bind: str = setting("address and port of the courier's health and metrics", default="127.0.0.1:9000")
    pool: str = setting("organisation whose interpreting service takes orders; empty: the own one", default="")
    coordinator: str = setting("organisation that composes the common report; empty: nobody's", default="")
    case_wait_days: int = setting("interpreting: days an order waits for a case nobody has told of yet, before it is refused", default=3)
    emergency_minutes: int = setting("casework, intake: what somebody opens in an emergency is open to them for so long", default=60)

    def faults(self) -> list[str]:
        found = super().faults()
        if not self.database.startswith(("sqlite:///", "postgresql+psycopg://")):
            found.append("KIM_DATABASE: sqlite:///file or postgresql+psycopg://…")
        if not self.broker.startswith(("sqlite:///", "amqp://", "amqps://")):
            found.append("KIM_BROKER: sqlite:///folder, amqp://… or amqps://…")
        if self.case_wait_days < 0:
            found.append("KIM_CASE_WAIT_DAYS: 0 or more")
        if self.emergency_minutes < 1:
            found.append("KIM_EMERGENCY_MINUTES: 1 or more")
        return found


Kind = TypeVar("Kind", bound=WebSettings)


def load(kind: type[Kind]) -> Kind:
    """Read settings of this kind from the environment; raises SettingsError with every fault at once.

    An unknown KIM_* is a fault: it is mostly a misspelt one. An empty one counts as not set: container files write them so.
    A secret may stand in a file instead, which `KIM_<NAME>_FILE` names: an environment is shown to whoever may look at a process.
    """
    env = FileAwareEnv(eager=False, prefix=PREFIX, strip_whitespace=True)
    known = {PREFIX + entry.name.upper(): entry for entry in fields(kind)}
    of_files = {name + OF_A_FILE: name for name, entry in known.items() if entry.metadata["secret"]}
    faults = [fault for file, name in of_files.items() for fault in _file_faults(file, name)]
    if faults:
        raise SettingsError("\n".join(faults))
    values = {entry.name: _read(env, entry) for entry in fields(kind)}
    unknown = [name for name in sorted(os.environ) if _ours(name) and name not in known and name not in of_files]
    faults = [f"{name}: unknown setting; docs/operations/settings.md lists them" for name in unknown]
    faults += [f"{name}: is empty" for name, entry in known.items() if entry.default is MISSING and os.environ.get(name) == ""]
    try:
        env.seal()
    except EnvValidationError as error:
        unread = error.error_messages
        assert not isinstance(unread, list)  # a sealed environment tells them by name
        raise SettingsError("\n".join([*faults, *(f"{name}: {' '.join(texts)}" for name, texts in unread.items())])) from None
    settings = kind(**values)
    faults += settings.faults()
    if faults:
        raise SettingsError("\n".join(faults))
    return settings


def _file_faults(file: str, name: str) -> list[str]:
    path = os.environ.get(file)
    if not path:
        return []
    if os.environ.get(name):
        return [f"{file}: {name} is set too; leave one of them out"]
    if not Path(path).is_file() or not os.access(path, os.R_OK):
        return [f"{file}: must name a file this process may read"]
    return [] if Path(path).read_text(encoding="utf-8").strip() else [f"{file}: the file is empty"]


def _ours(name: str) -> bool:
    return name.startswith(PREFIX) and not name.startswith("KIM_TEST_")


def _read(env: Env, entry: Field[Any]) -> Any:
    name, default = entry.name.upper(), entry.default
    if default is not MISSING and not any(os.environ.get(PREFIX + name + ending) for ending in ("", OF_A_FILE * entry.metadata["secret"])):
        return default
    kind = str(entry.type)
    read = {"bool": env.bool, "int": env.int, "Path": env.path, "Path | None": env.path}.get(kind, env.str)
    return read(name) if default is MISSING else read(name, default)  # type: ignore[operator]
