"""Four services that answer from fixed figures over real HTTP, and the report's application asking them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from copy import copy
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from flask import Flask
from kim_report.app import DOORS, EXTENSION
from kim_report.desk import ReportDesk
from kim_report.settings import ReportSettings
from kim_runtime.act import Actor
from kim_runtime.clock import Clock, SetClock, SystemClock
from kim_runtime.database import Database
from kim_runtime.settings import WebSettings
from kim_web.app import create_app
from kim_web.counting import AtMost, Pace
from kim_web.web import EXTENSION as WEB
from kim_web.web import STRANGERS_A_MINUTE, Web
from servers.migrated import Migrated
from web.signed_in import NOBODYS_PROVIDER, sign_in
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

HOUSE = "staedteregion-aachen"
ANSWERS: dict[str, dict[str, Any]] = {
    "intake": {
        "consultations": {
            "case_management": {
                "total": 41, "persons_at_the_table": 120, "known_different_persons": 17, "anonymous": 20,
                "by_site": {"rathaus-herzogenrath": {"total": 41, "by_origin": {"SYR": 40, "NOT_SAID": 1}}},
                "by_kind": {"first": 30, "follow_up": 11}, "by_topic": {"housing": 41}, "by_origin": {"SYR": 40, "NOT_SAID": 1},
            },
            "school_entry": {"total": 7, "persons_at_the_table": 20, "known_different_persons": 2, "anonymous": 5},
        },
        "sites": {"rathaus-herzogenrath": {"name": "Rathaus Herzogenrath"}},
        "referrals": {"sent": {"total": 3, "by_state": {"accepted": 2, "offered": 1}, "by_receiver": {"caritas-eifel": 3}}},
        "partners": {
            "auslaenderamt": {
                "months": ["2022-07"], "missing": ["2022-08"],
                "figures": [
                    {"name": "consultations.information_point", "by": None, "key": None, "sum": "1234", "last": "1234", "suppressed": 0},
                    {"name": "consultations.information_point", "by": "origin", "key": "ERI", "sum": None, "last": None, "suppressed": 2},
                    {"name": "cases-open", "by": None, "key": None, "sum": "9", "last": "4", "suppressed": 0},
                ],
            },
        },
        "counting_rules": {},
    },
    "casework": {
        "admissions": {"admitted": 4, "declined": 1}, "cases": {"open_at_end": 4, "closed": 0, "by_phase": {"planning": 4}},
        "partners": {}, "counting_rules": {},
    },
    "interpreting": {
        "pots": {
            "kim-2022": {
                "name": "KIM 2022", "granted": "30000.00", "committed": "100.00", "invoiced": "50.00", "paid": "200.00", "left": "29650.00",
                "forecast_year_end": "900.00", "warnings": [], "by_job_kind": {},
            },
        },
        "partners": {}, "counting_rules": {},
    },
    "staffing": {
        HOUSE: {"case_management": {"fte": "6.0", "people": 7}}, "partners": {"fte": "2.0"}, "planned": ["0.5 from 2023-01-01 wuerselen"],
        "undecided": ["Alsdorf"], "contracts_ending": {"2022-12-31": {"contracts": 12, "fte": "10.5"}}, "partner_reports": {},
    },
}  # fmt: skip


class Services:
    """Answers by service; `asked` keeps what came in. An answer of None is a service that fails, a text one that leads there."""

    def __init__(self) -> None:
        self.answers: dict[str, Any] = json.loads(json.dumps(ANSWERS))
        self.asked: list[Request] = []

    def __call__(self, environ: Any, start: Any) -> Any:
        request = Request(environ)
        self.asked.append(request)
        answer = self.answers.get(request.path.split("/")[1])
        response = Response("down", 503) if answer is None else Response(json.dumps(answer), content_type="application/json")
        if isinstance(answer, str):  # an address it leads to
            response = Response("", 302, {"Location": answer})
        return response(environ, start)


@pytest.fixture
def services() -> Iterator[tuple[Services, str]]:
    """The services and the text of KIM_SOURCES that leads to them."""
    found = Services()
    server = make_server("127.0.0.1", 0, found, threaded=True)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield found, ",".join(f"{name}=http://127.0.0.1:{server.server_port}/{name}" for name in ANSWERS)
    server.shutdown()
    thread.join()


@pytest.fixture
def settings(services: tuple[Services, str], tmp_path: Path) -> ReportSettings:
    return ReportSettings(
        organisation=HOUSE,
        secret="a secret of more than thirty-two letters",
        sources=services[1],
        token="token-of-the-report",
        reports=tmp_path / "reports",
        begins="2022-03-01",
    )


@pytest.fixture
def clock() -> SetClock:
    return SetClock(datetime(2022, 8, 15, 10, 0, tzinfo=UTC))


WIRTZ = Actor("wirtz", "Dr. Hanna Wirtz", HOUSE, frozenset({"centre_head"}))


@cache
def _made(organisation: str, secret: str, oidc_issuer: str) -> Flask:
    said = WebSettings(organisation=organisation, secret=secret, **{**NOBODYS_PROVIDER, "oidc_issuer": oidc_issuer})
    app = create_app(DOORS, None, said, SystemClock())
    app.config["WTF_CSRF_ENABLED"] = False
    return app


def application(settings: ReportSettings, clock: Clock, database: Database) -> Flask:
    """As `kim_report.app.create`, copied of one that was put together before: that takes longer than what most tests ask of it."""
    app = copy(_made(settings.organisation, settings.secret, settings.oidc_issuer))
    web: Web = app.extensions[WEB]
    own = replace(
        web, settings=settings, clock=clock, database=database, organisation_name=settings.organisation,
        pace=Pace(settings.requests_a_minute), strangers=AtMost("strangers", STRANGERS_A_MINUTE),
    )  # fmt: skip
    app.extensions = {**app.extensions, WEB: own, EXTENSION: ReportDesk(settings, clock)}
    return app


def opened(settings: ReportSettings, migrated: Migrated) -> Database:
    """As `kim_report.app.open_database`; the tables are copied, which is quicker than to make them."""
    file = settings.reports / "sessions.sqlite3"
    settings.reports.mkdir(parents=True, exist_ok=True)
    if not file.exists():
        migrated.copy(DOORS.package, file)
    return Database(settings.rows)


@pytest.fixture
def client(settings: ReportSettings, clock: SetClock, migrated: Migrated) -> Callable[[str], Any]:
    """`client("wirtz")`: the report's pages as this person sees them, through a real sign-in."""
    people = {
        "wirtz": WIRTZ,
        "thelen": Actor("thelen", "Petra Thelen", HOUSE, frozenset({"case_lead"})),
        "scholl": Actor("scholl", "Rita Scholl", HOUSE, frozenset({"auditor"})),
    }
    app = application(settings, clock, opened(settings, migrated))

    def signed_in(person: str) -> Any:
        return sign_in(app.test_client(), people[person])

    return signed_in
