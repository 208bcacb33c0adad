"""Settings of a process: a frozen record from the environment, checked as a whole before anything starts."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from environs import Env, EnvError

from kim_runtime.clock import Clock, FileClock, SystemClock


class SettingsError(Exception):
    """Settings are wrong; the message lists everything that is, one a line."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What a process of a service must be told. Each field is the variable `KIM_<NAME>`."""

    organisation: str = field(metadata={"help": "id of the organisation, as in the directory"})
    database: str = field(repr=False, metadata={"help": "database URL: sqlite:///file or postgresql+psycopg://…", "secret": True})
    broker: str = field(repr=False, metadata={"help": "sqlite:///folder of the mailboxes, or amqp(s)://user:password@host/vhost", "secret": True})
    directory: Path = field(metadata={"help": "the organisations' directory: who runs what, agreements, public keys"})
    keys: Path = field(metadata={"help": "this service's private keys"})
    secret: str = field(repr=False, metadata={"help": "key that signs cookies and form tokens, at least 32 characters", "secret": True})
    web_bind: str = field(default="127.0.0.1:8000", metadata={"help": "address and port of the pages and the JSON door"})
    web_threads: int = field(default=8, metadata={"help": "requests at once"})
    courier_bind: str = field(default="127.0.0.1:9000", metadata={"help": "address and port of the courier's health and metrics"})
    demo: bool = field(default=False, metadata={"help": "true in the demonstration only: actors are chosen from a list"})
    demo_actors: Path | None = field(default=None, metadata={"help": "demonstration only: the list of actors"})
    clock_file: Path | None = field(default=None, metadata={"help": "demonstration only: the file that says what time it is"})
    log_level: str = field(default="INFO", metadata={"help": "DEBUG, INFO, WARNING or ERROR"})
    neighbours: str = field(default="", metadata={"help": "links in the head of the pages: intake=https://…, casework=https://…"})
    pool: str = field(default="", metadata={"help": "organisation whose interpreting service takes orders; empty: the own one"})
    coordinator: str = field(default="", metadata={"help": "organisation that composes the common report; empty: nobody's"})

    def clock(self) -> Clock:
        return FileClock(self.clock_file) if self.clock_file else SystemClock()


def load(environment: Mapping[str, str] | None = None) -> Settings:
    """Read the settings; raises SettingsError with every fault at once. An unknown KIM_* is a fault: it is mostly a misspelt one."""
    environment = os.environ if environment is None else environment
    faults: list[str] = []
    values: dict[str, Any] = {}
    known = {f"KIM_{entry.name.upper()}": entry for entry in fields(Settings)}
    for name in sorted(environment):
        if name.startswith("KIM_") and name not in known:
            faults.append(f"{name}: unknown setting; the settings are listed in docs/operations/settings.md")
    env = Env(eager=True)
    for name, entry in known.items():
        raw = environment.get(name)
        if raw is None or raw == "":
            if entry.default is not entry.default_factory:  # has a default
                values[entry.name] = entry.default
            else:
                faults.append(f"{name}: missing ({entry.metadata['help']})")
            continue
        try:
            values[entry.name] = _parse(env, str(entry.type), raw)
        except (EnvError, ValueError) as fault:
            faults.append(f"{name}: {fault}")
    faults += _rules(values)
    if faults:
        raise SettingsError("\n".join(faults))
    return Settings(**values)


def _parse(env: Env, kind: str, raw: str) -> Any:
    if kind == "bool":
        if raw.lower() not in {"true", "false", "1", "0"}:
            raise ValueError("say true or false")
        return raw.lower() in {"true", "1"}
    if kind == "int":
        if not raw.isdigit():
            raise ValueError("say a whole number")
        return int(raw)
    if kind.startswith("Path"):
        return Path(raw)
    return raw


def _rules(values: dict[str, Any]) -> list[str]:
    faults = []
    if len(values.get("secret", "x" * 32)) < 32:
        faults.append("KIM_SECRET: at least 32 characters")
    if values.get("demo_actors") and not values.get("demo"):
        faults.append("KIM_DEMO_ACTORS: only with KIM_DEMO=true; real people sign in")
    if values.get("clock_file") and not values.get("demo"):
        faults.append("KIM_CLOCK_FILE: only with KIM_DEMO=true; a real office has real time")
    if "broker" in values and urlsplit(values["broker"]).scheme not in {"sqlite", "amqp", "amqps"}:
        faults.append("KIM_BROKER: sqlite:///folder, amqp://… or amqps://…")
    if "database" in values and not values["database"].startswith(("sqlite:///", "postgresql+psycopg://")):
        faults.append("KIM_DATABASE: sqlite:///file or postgresql+psycopg://…")
    if values.get("log_level", "INFO") not in {"DEBUG", "INFO", "WARNING", "ERROR"}:
        faults.append("KIM_LOG_LEVEL: DEBUG, INFO, WARNING or ERROR")
    return faults
