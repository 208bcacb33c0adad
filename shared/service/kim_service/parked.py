"""`kim-<service> parked list | show | retry | discard`: what waits for somebody to look. It never shows what an event says."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from typing import Any

from kim_bus import parked
from kim_runtime.clock import SystemClock

from kim_service.operator_act import operator_act
from kim_service.service import House


def add_commands(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True)
    actions.add_parser("list", help="all of them, oldest first")
    for name, what in (("show", "one of them"), ("retry", "try it again now"), ("discard", "give it up for good")):
        one = actions.add_parser(name, help=what)
        one.add_argument("event_id")
        if name == "discard":
            one.add_argument("--because", required=True, help="the reason; it is kept")


def carry_out(house: House, asked: argparse.Namespace) -> Any:
    """Plain data to print. Raises kim_runtime.refusal.Refused."""
    clock = SystemClock()
    if asked.action == "list":
        with house.database.read() as session:
            return [asdict(one) for one in parked.waiting(session)]
    if asked.action == "show":
        with house.database.read() as session:
            found, before = parked.show(session, asked.event_id)
            return {**asdict(found), "interventions": [asdict(one) for one in before]}
    with house.database.write() as session:
        if asked.action == "retry":
            parked.retry(session, operator_act(house), asked.event_id, clock)
        else:
            parked.discard(session, operator_act(house), asked.event_id, asked.because, clock)
    return {"done": asked.action, "event_id": asked.event_id}
