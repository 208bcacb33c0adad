"""The services as they declare themselves."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from flask import Flask
from kim_report.app import create as create_report
from kim_report.settings import ReportSettings
from kim_runtime.clock import SystemClock
from kim_runtime.settings import WebSettings
from kim_service.service import Service
from kim_web.app import create_app

from kim_tools.tree import services


def declared_services() -> list[Service]:
    """What the services that are there are made of."""
    return [import_module(f"kim_{name}.service").SERVICE for name in services() if find_spec(f"kim_{name}.service")]


def application(service: Service) -> Flask:
    """The web application of a service with no database behind it: enough to read its routes."""
    settings = WebSettings(organisation="example", secret="nothing is signed and nobody signs in")  # noqa: S106
    return create_app(service.doors(), None, settings, SystemClock())


def report_application() -> Flask:
    """The progress report's web application, with nobody to ask."""
    settings = ReportSettings(organisation="example", secret="nothing is signed and nobody signs in", sources="", token="", reports=Path())  # noqa: S106
    return create_report(settings, SystemClock(), None)
