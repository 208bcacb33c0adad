"""The page of settings: every variable a process reads."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from typing import Any

from kim_login.settings import LoginSettings
from kim_report.settings import ReportSettings
from kim_runtime.settings import Settings, WebSettings

from kim_tools.generated.text import NOTE, table

INTRODUCTION = """# Settings

Each process reads its settings from the environment, once, when it starts. All faults are reported together; an unknown `KIM_*` is one of
them, since it is mostly a misspelt one. Secrets are never printed. A secret may stand in a file instead: `KIM_SECRET_FILE` names the file
whose content is `KIM_SECRET`, and so for each variable marked secret. Outside the demonstration no process starts with a secret that is
short, repeats itself or holds a word of examples; `openssl rand -base64 36` makes a good one.
"""


def documents() -> dict[str, str]:
    of_services = dataclasses.fields(Settings)
    shared = {entry.name for entry in dataclasses.fields(WebSettings)}
    of_the_report = [entry for entry in dataclasses.fields(ReportSettings) if entry.name not in shared]
    page = [NOTE, INTRODUCTION, "## The services\n", _table(of_services)]
    page += [
        "## The progress report\n\nIt reads those of the pages above, not those of database and bus, and these:\n",
        _table(of_the_report),
    ]
    of_the_sign_in = [entry for entry in dataclasses.fields(LoginSettings) if entry.name not in shared]
    page += [
        "## The sign-in of a house without a provider of its own\n\nIt reads those of the pages above, and these:\n",
        _table(of_the_sign_in),
    ]
    return {"docs/operations/settings.md": "\n".join(page)}


def _table(entries: Iterable[dataclasses.Field[Any]]) -> str:
    rows = [
        (
            f"`KIM_{entry.name.upper()}`",
            _kind(entry),
            _default(entry),
            "yes" if entry.metadata.get("secret") else "",
            entry.metadata["help"],
        )
        for entry in entries
    ]
    return table(("Variable", "Kind", "Default", "Secret", "What it says"), rows)


def _kind(entry: dataclasses.Field[Any]) -> str:
    kind = str(entry.type).removesuffix(" | None")
    return {"str": "text", "int": "whole number", "bool": "true or false", "Path": "path"}[kind]


def _default(entry: dataclasses.Field[Any]) -> str:
    if entry.default is dataclasses.MISSING:
        return "must be set"
    return "" if entry.default in {"", None} else f"`{str(entry.default).lower() if isinstance(entry.default, bool) else entry.default}`"
