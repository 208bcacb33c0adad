"""The application of one service, put together from its doors."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Any

from flask import Blueprint, Flask
from flask_wtf import CSRFProtect
from kim_runtime import migrations
from kim_runtime.clock import Clock, SystemClock
from kim_runtime.database import Database
from kim_runtime.settings import WebSettings

from kim_web import charts, errors, formats, guesses, json_door, openapi, security, traffic
from kim_web import own_drafts as keeping
from kim_web.account import account, action_words, provider_says, role_words
from kim_web.counting import Pace
from kim_web.desk import desk, keep
from kim_web.desk_lock import desk_lock, provider_asks, provider_locks
from kim_web.doors import Doors
from kim_web.health import health
from kim_web.house_lock import house_lock, neighbour_locks
from kim_web.language import _, english_of, plural
from kim_web.lines import becomes_lines, named_cells
from kim_web.neighbours import neighbours
from kim_web.oidc import Provider
from kim_web.own_access import own_access
from kim_web.own_drafts import own_drafts
from kim_web.own_entries import own_entries
from kim_web.own_entries_api import own_entries_api
from kim_web.policy import PolicyMissing, is_static, may, unguarded
from kim_web.site import Site
from kim_web.statement import statement
from kim_web.web import EXTENSION, Web

LARGEST_REQUEST = 1024 * 1024


class _Application(Flask):
    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """No view is a coroutine; Flask looks at each function of each request whether it is one."""
        return func

    def log_exception(self, exc_info: Any) -> None:
        """Errors are logged by `kim_web.errors`, without their texts: those may quote what somebody typed."""


def create_app(
    doors: Doors,
    database: Database | None,
    settings: WebSettings,
    clock: Clock,
    *,
    organisation_name: str = "",
    real_clock: Clock | None = None,
    ready: Callable[[], bool] | None = None,
) -> Flask:
    """The WSGI application of a service.

    `organisation_name` stands in the head of each page (default: the organisation's id). `ready` defaults to: the database answers and its
    migrations are current; `real_clock`, by which sessions end, to the machine's. Raises PolicyMissing where a view has no policy.
    """
    app = _Application("kim_web")
    app.config.update(
        SECRET_KEY=settings.secret,
        SESSION_COOKIE_NAME=f"kim_{settings.organisation}_{doors.service}",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        MAX_CONTENT_LENGTH=LARGEST_REQUEST,
        WTF_CSRF_SECRET_KEY=[one for one in (settings.secret_before, settings.secret) if one],  # the last one signs, all are believed
        WTF_CSRF_TIME_LIMIT=None,  # a form may stay open over lunch; it ends with the session
        PROPAGATE_EXCEPTIONS=False,
    )
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.session_interface = security.Cookies()
    app.extensions[security.COOKIE] = security.SealedCookie(settings.secret, settings.secret_before)
    app.extensions[EXTENSION] = Web(
        doors=doors,
        database=database,
        settings=settings,
        clock=clock,
        organisation_name=organisation_name or settings.organisation,
        catalogue=_catalogue(doors),
        ready=ready or (lambda: database is None or (database.answers() and migrations.is_current(database, doors.package))),
        provider=Provider(app, settings, doors.service) if settings.oidc_issuer else None,
        real_clock=real_clock or SystemClock(),
        pace=Pace(settings.requests_a_minute),
    )
    app.after_request(security.add_headers)
    app.after_request(guesses.count_missed)
    traffic.watch(app)
    errors.answer_errors(app)
    _templates(app, doors, settings)
    _own_files(app, doors)
    csrf = CSRFProtect(app)
    keeping.watch(app)
    own = () if doors.is_provider else (account, desk, desk_lock, house_lock, own_access, own_drafts)
    of_entries = (own_entries,) if doors.entries else ()
    apis: tuple[Blueprint, ...] = (*doors.apis, own_entries_api) if doors.entries else doors.apis
    for pages in (health, statement, *own, *of_entries, openapi.description, *doors.pages):
        app.register_blueprint(pages)
    app.extensions[openapi.API] = json_door.mount(app, f"KIM-Verbund: {doors.title}", "", apis)
    for view in (provider_says, provider_locks, provider_asks, neighbour_locks):  # words of the provider and of neighbours, signed by them
        csrf.exempt(view)
    csrf.exempt(keep)  # the token ends with the lock; what it keeps is for whose page it is, which the page says signed
    for view in doors.without_form_token:
        csrf.exempt(view)
    for api in apis:
        csrf.exempt(api)  # known by a bearer token alone, which no browser sends by itself
    if faults := unguarded(app):
        raise PolicyMissing("\n".join(faults))
    return app


def _catalogue(doors: Doors) -> dict[str, str]:
    texts: dict[str, str] = {}
    for package in ("kim_web", *doors.translations, doors.package):
        texts |= english_of(package)
    return texts


def _own_files(app: Flask, doors: Doors) -> None:
    """Serve `pages/static/` of each package under `/static/<package>/`; a `style.css` in it is part of every page."""
    styles = []
    for package in (*doors.translations, doors.package):
        folder = Path(str(files(package))) / "pages" / "static"
        if folder.is_dir():
            name = f"static_{package.replace('.', '_')}"
            app.register_blueprint(Blueprint(name, package, static_folder=folder, static_url_path=f"/static/{package}"))
            if (folder / "style.css").is_file():
                styles.append(f"{name}.static")
    app.jinja_env.globals["own_styles"] = styles


def _templates(app: Flask, doors: Doors, settings: WebSettings) -> None:
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(_, plural, newstyle=False)  # type: ignore[attr-defined]
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(formats.FILTERS, action_words=action_words, named_cells=named_cells)
    app.jinja_env.tests["lines"] = becomes_lines
    site = Site(tuple(neighbours(settings.neighbours, doors.service)))
    app.jinja_env.globals.update(_=_, plural=plural, may=may, site=site, charts=charts, role_words=role_words)
    app.url_defaults(_fingerprint(app))


def _fingerprint(app: Flask) -> Callable[[str, dict[str, Any]], None]:
    """Give each static file an address that changes with its content, so that browsers may keep it."""

    @cache
    def digest(endpoint: str, filename: str) -> str:
        blueprint = app.blueprints.get(endpoint.removesuffix(".static"))
        path = Path((blueprint or app).static_folder or "") / filename
        return sha256(path.read_bytes()).hexdigest()[:8] if path.is_file() else "0"

    def add(endpoint: str, values: dict[str, Any]) -> None:
        if is_static(endpoint) and "filename" in values:
            values["v"] = digest(endpoint, values["filename"])

    return add
