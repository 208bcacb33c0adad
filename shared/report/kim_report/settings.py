"""Settings of the progress report."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from kim_runtime.settings import WebSettings, setting

from kim_report.sources import Source, parse_sources


@dataclass(frozen=True, kw_only=True)
class ReportSettings(WebSettings):
    """What the report must be told. Each field is the variable `KIM_<NAME>`."""

    sources: str = setting("the services to ask: intake=https://…,casework=https://…,interpreting=https://…,staffing=https://…")
    token: str = setting("bearer token with which the services are asked", secret=True)
    reports: Path = setting("folder of the frozen reports")
    database: str = setting("database URL of who is signed in; empty: an SQLite file beside the frozen reports", secret=True, default="")
    begins: str = setting("first day of the period a report is offered for, 2022-03-01", default="")
    directory: Path | None = setting("the organisations' directory: what partners are called; empty: their ids are shown", default=None)
    organisation_name: str = setting("name of the organisation in the head of each page; empty: its id", default="")

    @property
    def rows(self) -> str:
        """The database URL."""
        return self.database or f"sqlite:///{self.reports / 'sessions.sqlite3'}"

    def faults(self) -> list[str]:
        found = super().faults()
        try:
            parse_sources(self.sources)
        except ValueError as fault:
            found.append(f"KIM_SOURCES: {fault}")
        try:
            if self.begins:
                date.fromisoformat(self.begins)
        except ValueError:
            found.append("KIM_BEGINS: a day as 2022-03-01")
        return found

    def parsed_sources(self) -> list[Source]:
        return parse_sources(self.sources)
