"""The report desk of the application that answers the present request, and the period it was asked for."""

from __future__ import annotations

from datetime import date

from flask import current_app, request
from kim_web.language import _
from kim_web.traffic import onward

from kim_report.compose import Report
from kim_report.desk import ReportDesk
from kim_report.sources import Period


class WrongPeriod(Exception):
    """The period asked for cannot be read; the message says what would be right."""


def desk() -> ReportDesk:
    here: ReportDesk = current_app.extensions["kim_report"]
    return here


def asked_period() -> Period:
    """The period of the request (`?from=2022-03-01&to=2022-08-15`), or the usual one; raises WrongPeriod."""
    usual = desk().usual_period()
    try:
        first = date.fromisoformat(request.values["from"]) if request.values.get("from") else usual.first
        last = date.fromisoformat(request.values["to"]) if request.values.get("to") else usual.last
    except ValueError as error:
        raise WrongPeriod(_("Bitte zwei Tage angeben, zum Beispiel 2022-03-01 und 2022-08-15.")) from error
    if last < first:
        raise WrongPeriod(_("Der letzte Tag liegt vor dem ersten. Bitte tauschen."))
    return Period(first, last)


def composed(period: Period) -> Report:
    return desk().compose(period, onward())
