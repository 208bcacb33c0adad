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
        which = one.add_mutually_exclusive_group(required=True)
        which.add_argument("event_id", nargs="?")
        if name == "discard":
            one.add_argument("--because", required=True, help="the reason; it is kept")
        if name == "retry":
            which.add_argument("--reason", help="instead of one: all that wait for this reason, as the list names it")


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
    if asked.action == "retry" and asked.reason is not None:
        return {"done": "retry", "reason": asked.reason, "count": _retry_all(house, asked.reason)}
    with house.database.write() as session:
        if asked.action == "retry":
            parked.retry(session, operator_act(house), asked.event_id, clock)
        else:
            parked.discard(session, operator_act(house), asked.event_id, asked.because, clock)
    return {"done": asked.action, "event_id": asked.event_id}


def _retry_all(house: House, reason: str) -> int:
    """All of them, in several transactions; one that fails again meanwhile is not taken a second time."""
    with house.database.read() as session:
        left = sum(cause.count for cause in parked.causes(session) if cause.reason == reason)
    done = 0
    while True:
        with house.database.write() as session:
            done += parked.retry_all(session, operator_act(house), reason, SystemClock())
        if done >= left:
            return done
