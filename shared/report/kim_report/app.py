"""The report's web application: its pages and its JSON door. Its database knows who is signed in, and no figure."""

from __future__ import annotations

from flask import Flask
from kim_runtime import migrations
from kim_runtime.clock import Clock
from kim_runtime.database import Database
from kim_runtime.policy import grant, permissions
from kim_service.api import audit as audit_api
from kim_service.pages import audit
from kim_service.pages.action_words import ACTION_WORDS as AUDITED
from kim_web.app import create_app
from kim_web.doors import Doors, NavEntry

from kim_report.api import report as api
from kim_report.desk import ReportDesk
from kim_report.pages import frozen, overview
from kim_report.pages.action_words import ACTION_WORDS
from kim_report.settings import ReportSettings

EXTENSION = "kim_report"
# Who lists the other cases or talks would take them off a sum and read the protected ones: they read what was frozen for the council.
LISTS_OTHERS = frozenset({"case_lead", "intake_staff"})
READS_FIGURES = ("centre_head", "report_reader", "auditor", "budget_officer")
_LIVE = "figures only, of any period, and what was entered since a report was frozen"
RULES = (
    *grant("report.see", *READS_FIGURES, note=_LIVE, not_beside=LISTS_OTHERS),
    *grant(
        "report.read_frozen", "centre_head", "report_reader", "auditor", "case_lead", "budget_officer", note="as it went to the council"
    ),
    *grant("report.freeze", "centre_head", not_beside=LISTS_OTHERS),
    *grant("audit.read", "auditor"),
)
PERMISSIONS = permissions(RULES)
DOORS = Doors(
    service="report",
    title="Sachstandsbericht",
    package="kim_report",
    permissions=PERMISSIONS,
    rules=RULES,
    start="overview.show",
    pages=(overview.pages, frozen.pages, audit.pages),
    apis=(api.api, audit_api.api),
    nav=(
        NavEntry("Bericht", "overview.show", action="report.see"),
        NavEntry("Zahlen", "overview.figures", action="report.see"),
        NavEntry("Festgeschrieben", "frozen.listing", action="report.read_frozen"),
        NavEntry("Prüfung", "audit.show", action="audit.read"),
    ),
    translations=("kim_service", "kim_statistics"),
    action_words={**AUDITED, **ACTION_WORDS},
)


def open_database(settings: ReportSettings) -> Database:
    """The database, brought to this version's tables: nobody else does it for the report."""
    settings.reports.mkdir(parents=True, exist_ok=True)
    database = Database(settings.rows)
    migrations.upgrade(database, DOORS.package)
    return database


def create(settings: ReportSettings, clock: Clock, database: Database | None) -> Flask:
    """The application. Without a database it describes its doors, and nobody can come in."""
    app = create_app(DOORS, database, settings, clock, organisation_name=settings.organisation_name)
    app.extensions[EXTENSION] = ReportDesk(settings, clock)
    return app
