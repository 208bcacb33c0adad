"""The applications that are compared. Each takes a form with the words of one act and commits one row of it.

`python -m benchmarks.http.candidates bare | framed` serves one, as the services are served: gunicorn, one worker, threads.
"""

from __future__ import annotations

import os
import sys
from datetime import date
from types import SimpleNamespace

from flask import Flask, g, request
from flask_wtf.csrf import generate_csrf
from kim_runtime import logs
from kim_runtime.clock import SystemClock
from kim_runtime.database import Database
from kim_runtime.ids import new_id
from kim_runtime.policy import grant, permissions
from kim_runtime.settings import WebSettings
from kim_web.app import create_app
from kim_web.doors import Doors
from kim_web.page import Pages, act_on
from kim_web.serve import serve
from kim_web.web import EXTENSION
from sqlalchemy.orm import DeclarativeBase, Session

from benchmarks.common import acts

HOUSE, SERVICE = "bench", "desk"
DATABASE, BIND = "KIM_BENCH_DATABASE", "KIM_BENCH_BIND"
ROLE = "intake_staff"
RULES = grant("act.make", ROLE)
THREADS = 8
TITLES = {
    "bare": "a bare Flask view",
    "framed": "with session, form token, policy, audit, log and metrics",
}

pages = Pages("acts", __name__)


class Base(DeclarativeBase):
    pass


class Made(Base):
    """One act, as operations write it: by the session, not by a statement."""

    __table__ = acts


def made() -> Made:
    said = request.form
    return Made(id=new_id(), site=said["site"], day=date.fromisoformat(said["day"]), persons=int(said["persons"]))


@pages.get("/acts/new")
@pages.guard("act.make")
def token() -> str:
    given: str = generate_csrf()
    return given


@pages.post("/acts")
@pages.guard("act.make")
def make() -> tuple[str, int]:
    with act_on() as (session, _act):
        session.add(made())
    return g.correlation_id, 201


def framed(database: Database) -> Flask:
    doors = Doors(SERVICE, "Benchmark", "kim_intake", permissions(RULES), "acts.token", pages=(pages,), rules=RULES)
    # Requests are counted as in use; only nobody is held up.
    settings = WebSettings(organisation=HOUSE, secret="a secret of more than thirty-two letters", requests_a_minute=10_000_000)
    return create_app(doors, database, settings, SystemClock())


def bare(database: Database) -> Flask:
    app = Flask("bare")
    app.extensions[EXTENSION] = SimpleNamespace(database=database)  # which the server looks for

    @app.post("/acts")
    def make() -> tuple[str, int]:
        with Session(database.engine) as session, session.begin():
            session.add(made())
        return new_id(), 201

    return app


def main(name: str) -> None:
    logs.set_up(HOUSE, SERVICE, "web")
    make_app = {"bare": bare, "framed": framed}[name]
    serve(lambda: make_app(Database(os.environ[DATABASE])), os.environ[BIND], THREADS)


if __name__ == "__main__":
    main(sys.argv[1])
