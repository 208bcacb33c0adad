"""What one web application is made of, and how its views reach it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import current_app
from kim_runtime.clock import Clock
from kim_runtime.database import Database
from kim_runtime.settings import WebSettings

from kim_web.doors import Doors

if TYPE_CHECKING:
    from kim_web.signin import SignIn

EXTENSION = "kim_web"


@dataclass(frozen=True, slots=True)
class Web:
    """The parts of one application. `catalogue` is msgid to English; `ready` says whether the work can be done.

    An application may be without a database (the report reads the services instead).
    """

    doors: Doors
    database: Database | None
    settings: WebSettings
    clock: Clock
    sign_in: SignIn
    organisation_name: str
    catalogue: Mapping[str, str]
    ready: Callable[[], bool]

    @property
    def rows(self) -> Database:
        """The database, for pages that have one; the progress report has none."""
        if self.database is None:
            raise LookupError(f"{self.doors.service} has no database")
        return self.database


def this_web() -> Web:
    """The parts of the application that answers the present request."""
    web: Web = current_app.extensions[EXTENSION]
    return web
