"""Applications put together once in a process and then copied: that takes longer than most of what a test asks of one."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from dataclasses import replace
from typing import Any

from flask import Flask
from kim_runtime.clock import Clock
from kim_runtime.database import Database
from kim_runtime.settings import WebSettings
from kim_web.app import create_app
from kim_web.counting import AtMost, Pace
from kim_web.doors import Doors
from kim_web.web import EXTENSION, STRANGERS_A_MINUTE, Web

_made: dict[tuple[Any, ...], Flask] = {}


def application(
    doors: Doors, database: Database, settings: WebSettings, clock: Clock, *, organisation_name: str = "", ready: Callable[[], bool]
) -> Flask:
    """As `create_app`, for tests in which forms need no token.

    What is registered stays the first one's, which had the same pages; the database, the clock, the counters and what `doors` say beside
    their pages are the copy's own.
    """
    key = (doors.service, doors.package, doors.pages, doors.apis, settings, organisation_name)
    if key not in _made:
        _made[key] = create_app(doors, None, settings, clock, organisation_name=organisation_name)
    app = copy(_made[key])
    app.config["WTF_CSRF_ENABLED"] = False  # kim_web's own tests have it on; one that turned it on has done so for all copies
    first: Web = app.extensions[EXTENSION]
    strangers, pace = AtMost("strangers", STRANGERS_A_MINUTE), Pace(settings.requests_a_minute)
    own = replace(first, doors=doors, database=database, clock=clock, ready=ready, strangers=strangers, pace=pace)
    app.extensions = {**app.extensions, EXTENSION: own}
    return app
