"""What one web application is made of, and how its views reach it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import current_app, request
from kim_runtime.clock import Clock, SystemClock
from kim_runtime.database import Database
from kim_runtime.settings import WebSettings

from kim_web.counting import AtMost, Pace
from kim_web.doors import Doors
from kim_web.sessions import Limits

if TYPE_CHECKING:
    from kim_web.oidc import Provider

EXTENSION = "kim_web"
STRANGERS_A_MINUTE = 10  # refusals of nobody in particular that are written down


@dataclass(frozen=True, slots=True)
class Web:
    """The parts of one application. `catalogue` is msgid to English; `ready` says whether the work can be done.

    `clock` is business time, `real_clock` the time by which sessions end. Without a `provider` nobody can sign in.
    """

    doors: Doors
    database: Database | None
    settings: WebSettings
    clock: Clock
    organisation_name: str
    catalogue: Mapping[str, str]
    ready: Callable[[], bool]
    provider: Provider | None = None
    real_clock: Clock = field(default_factory=SystemClock)
    strangers: AtMost = field(default_factory=lambda: AtMost("strangers", STRANGERS_A_MINUTE))
    pace: Pace = field(default_factory=lambda: Pace(0))

    @property
    def rows(self) -> Database:
        """The database; an application made without one (to describe its doors) serves nobody."""
        if self.database is None:
            raise LookupError(f"{self.doors.service} has no database")
        return self.database

    @property
    def form_targets(self) -> tuple[str, ...]:
        """Origins beside the own one to which the answer to a form may lead: signing out goes on to the provider."""
        issuer = urlsplit(self.settings.oidc_issuer)
        return (f"{issuer.scheme}://{issuer.netloc}",) if issuer.netloc else self.doors.form_targets()

    @property
    def limits(self) -> Limits:
        told = self.settings
        return _limits(told.session_idle_minutes, told.session_hours, told.lock_minutes)


@cache
def _limits(idle_minutes: int, hours: int, lock_minutes: int) -> Limits:
    return Limits(timedelta(minutes=idle_minutes), timedelta(hours=hours), timedelta(minutes=lock_minutes))


def this_web() -> Web:
    """The parts of the application that answers the present request."""
    web: Web = current_app.extensions[EXTENSION]
    return web


def over_https() -> bool:
    """Whether the browser asks over https: the request says so, or the address people open the service at, where no proxy is believed."""
    return request.is_secure or this_web().settings.public_url.startswith("https://")
