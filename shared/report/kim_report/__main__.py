"""`kim-report show | json | freeze | since NUMBER | web | audit verify | key …`: the progress report on the terminal and as pages."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from kim_audit import command as audit
from kim_audit.keeping import keep_beside, works
from kim_runtime import logs
from kim_runtime.refusal import Refused
from kim_runtime.settings import SettingsError, load
from kim_web import key_command

from kim_report.desk import ReportDesk, one_act
from kim_report.frozen import Changed
from kim_report.frozen import load as load_frozen
from kim_report.settings import ReportSettings
from kim_report.text import render, render_differences

if TYPE_CHECKING:
    from flask import Flask

WRONG, MISUSED, TAKEN = 1, 2, 3


def main(arguments: Sequence[str] | None = None) -> int:
    asked = _parser().parse_args(arguments)
    try:
        settings = load(ReportSettings)
    except SettingsError as fault:
        return _say(f"kim-report: the settings are wrong:\n{fault}", MISUSED)
    logs.set_up(settings.organisation, "report", asked.command, settings.log_level)
    desk = ReportDesk(settings, settings.clock())
    if asked.command == "web":
        return _web(settings)
    if asked.command in ("audit", "key"):
        return _of_database(settings, asked)
    if asked.command == "since":
        return _since(desk, asked.number)
    usual = desk.usual_period()
    try:
        period = desk.period(asked.first or usual.first, asked.last or usual.last)
    except Refused as fault:
        return _say(f"kim-report: {fault}", MISUSED)
    report = desk.compose(period, one_act())
    if asked.command == "freeze":
        if missing := [service for service, source in report["sources"].items() if source["state"] == "missing"]:
            return _say(f"kim-report: not frozen, because {', '.join(missing)} did not answer", WRONG)
        sys.stdout.write(f"{desk.freeze(report, asked.by).number}\n")
        return 0
    sys.stdout.write((json.dumps(report, ensure_ascii=False, indent=1) if asked.command == "json" else render(report)) + "\n")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="kim-report", description="The progress report, composed from the services' statistics.")
    commands = parser.add_subparsers(dest="command", required=True)
    for command, what in (("show", "as text"), ("json", "as JSON"), ("freeze", "write it under the next number, for good")):
        one = commands.add_parser(command, help=what)
        one.add_argument("--from", dest="first", type=date.fromisoformat, metavar="DAY", help="first day, 2022-03-01")
        one.add_argument("--to", dest="last", type=date.fromisoformat, metavar="DAY", help="last day")
        if command == "freeze":
            one.add_argument("--by", required=True, help="who freezes it: the name that stands on the report")
    since = commands.add_parser("since", help="what reads otherwise since a frozen report")
    since.add_argument("number", help="2022-01")
    commands.add_parser("web", help="serve its pages")
    audit.add_commands(commands.add_parser("audit", help="who did or saw what"))
    key_command.add_commands(commands.add_parser("key", help="keys that people made for programs"))
    return parser


def _since(desk: ReportDesk, number: str) -> int:
    try:
        frozen = load_frozen(desk.settings.reports, number)
    except FileNotFoundError:
        return _say(f"kim-report: there is no frozen report {number} in {desk.settings.reports}", WRONG)
    except Changed:
        return _say(f"kim-report: report {number} was altered after it was frozen", WRONG)
    sys.stdout.write(render_differences(number, desk.since(frozen, one_act()), frozen.report) + "\n")
    return 0


def _web(settings: ReportSettings) -> int:
    from kim_web.serve import AddressTaken, serve

    from kim_report.app import create, open_database

    def app() -> Flask:
        """Made in the process that serves; the report has no courier, so its audit is kept beside the pages."""
        database = open_database(settings)
        keep_beside(database, works(f"{settings.organisation}.report", settings.audit_years))
        return create(settings, settings.clock(), database)

    try:
        serve(app, settings.web_bind, settings.web_threads)
    except AddressTaken:
        return _say(f"{settings.web_bind} is in use by another program: end that one, or choose another address in KIM_WEB_BIND", TAKEN)
    return 0


def _of_database(settings: ReportSettings, asked: argparse.Namespace) -> int:
    from kim_web.language import in_english

    from kim_report.app import open_database

    carry_out = audit.carry_out if asked.command == "audit" else key_command.carry_out
    database = open_database(settings)
    try:
        sys.stdout.write(json.dumps(carry_out(database, asked), ensure_ascii=False, indent=1, default=str) + "\n")
    except Refused as refused:
        return _say(f"kim-report: {in_english(refused, 'kim_web')}", WRONG)
    finally:
        database.close()
    return 0


def _say(text: str, code: int) -> int:
    sys.stderr.write(f"{text}\n")
    return code


if __name__ == "__main__":
    raise SystemExit(main())
