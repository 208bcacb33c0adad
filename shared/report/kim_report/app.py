"""The report's web application: its pages and its JSON door, without a database."""

from __future__ import annotations

from flask import Flask
from kim_runtime.clock import Clock
from kim_web.app import create_app
from kim_web.doors import Doors, NavEntry
from kim_web.signin import SignIn

from kim_report.api import report as api
from kim_report.desk import ReportDesk
from kim_report.pages import frozen, overview
from kim_report.settings import ReportSettings

EXTENSION = "kim_report"
PERMISSIONS = {
    "report.see": frozenset({"centre_head", "report_reader", "auditor", "case_lead", "budget_officer"}),
    "report.freeze": frozenset({"centre_head"}),
}
DOORS = Doors(
    service="report",
    title="Sachstandsbericht",
    package="kim_report",
    permissions=PERMISSIONS,
    start="overview.show",
    pages=(overview.pages, frozen.pages),
    apis=(api.api,),
    nav=(
        NavEntry("Bericht", "overview.show", action="report.see"),
        NavEntry("Zahlen", "overview.figures", action="report.see"),
        NavEntry("Festgeschrieben", "frozen.listing", action="report.see"),
    ),
)


def create(settings: ReportSettings, clock: Clock, sign_in: SignIn | None = None) -> Flask:
    app = create_app(DOORS, None, settings, clock, organisation_name=settings.organisation_name, sign_in=sign_in)
    app.extensions[EXTENSION] = ReportDesk(settings, clock)
    return app
