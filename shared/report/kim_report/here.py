"""The report desk of the application that answers the present request, and the period it was asked for."""

from __future__ import annotations

import re
from datetime import date

from flask import current_app, request
from kim_runtime.refusal import Refused
from kim_web.language import _
from kim_web.problem import sentence
from kim_web.traffic import onward

from kim_report.compose import Report
from kim_report.desk import ReportDesk
from kim_report.sources import Period

TYPED_DAY = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})|(\d{2})(\d{2})(\d{4})")


class WrongPeriod(Exception):
    """The period asked for cannot be read; the message says what would be right."""


def desk() -> ReportDesk:
    here: ReportDesk = current_app.extensions["kim_report"]
    return here


def asked_period() -> Period:
    """The period of the request (`?from=2022-03-01&to=2022-08-15`), or the usual one; raises WrongPeriod, also where no half of a month
    lies wholly in it (`kim_statistics.halves`).
    """
    usual = desk().usual_period()
    try:
        first = _day(request.values["from"]) if request.values.get("from") else usual.first
        last = _day(request.values["to"]) if request.values.get("to") else usual.last
    except ValueError as error:
        raise WrongPeriod(_("Bitte zwei Tage angeben, zum Beispiel 01.03.2022 und 15.08.2022.")) from error
    if last < first:
        raise WrongPeriod(_("Der letzte Tag liegt vor dem ersten. Bitte tauschen."))
    try:
        return desk().period(first, last)
    except Refused as refused:
        raise WrongPeriod(sentence(refused)) from refused


def _day(text: str) -> date:
    """A day as people type it (1.3.2022, 01032022) or as addresses carry it (2022-03-01); raises ValueError."""
    typed = TYPED_DAY.fullmatch(text.strip())
    if typed is None:
        return date.fromisoformat(text.strip())
    day, month, year = (int(part) for part in typed.groups() if part)
    return date(year, month, day)


def composed(period: Period) -> Report:
    return desk().compose(period, onward())
