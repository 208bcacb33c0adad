"""`kim-<service> outbox replay`: what has left the house leaves it once more, for a mailbox that was lost with what it held."""

from __future__ import annotations

import argparse
from datetime import datetime

from kim_bus.replay import replay
from kim_events.catalogue import CATALOGUE
from kim_runtime.clock import BERLIN, SystemClock

from kim_service.operator_act import operator_act
from kim_service.service import House


def add_commands(parser: argparse.ArgumentParser) -> None:
    again = parser.add_subparsers(dest="action", required=True).add_parser(
        "replay", help="send again what has left already; whoever has it lets it lie"
    )
    again.add_argument("--from", dest="since", type=moment, required=True, help="what left at this moment or later: 2026-11-25T08:00")
    again.add_argument("--to", dest="until", type=moment, help="and before this one; without it, until now")
    again.add_argument("--type", dest="name", choices=sorted(CATALOGUE), metavar="TYPE", help="this event type alone: case.changed.v1")
    again.add_argument("--recipient", help="only what this organisation or mailbox is told: caritas-eifel.casework")


def moment(text: str) -> datetime:
    """A day or a moment; without a zone, at the desk (Europe/Berlin). Raises ValueError."""
    found = datetime.fromisoformat(text)
    return found if found.tzinfo is not None else found.replace(tzinfo=BERLIN)


def carry_out(house: House, asked: argparse.Namespace) -> dict[str, object]:
    """Plain data to print. Raises kim_runtime.refusal.Refused."""
    until = asked.until or SystemClock().now()
    with house.database.write() as session:
        count = replay(session, operator_act(house), since=asked.since, until=until, name=asked.name, recipient=asked.recipient)
    return {"done": "replay", "events": count}
