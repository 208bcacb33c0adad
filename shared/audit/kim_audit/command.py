"""`… audit verify`: whether the audit is as it was sealed; the same command of every process that has one."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from typing import Any

from kim_runtime.database import Database
from kim_runtime.refusal import Refused

from kim_audit.verifying import SHORTEST_HEAD, verify

WRITE_DOWN = "write the head down elsewhere: with it the end of the chain can be checked too"
NOTHING_SEALED = "nothing is sealed yet: the courier seals once a minute, for the sign-in and the report their web process"
# Said at a command line alone, in its language.
BROKEN = (
    "the audit is not as it was sealed: {fault}. Keep a copy of the database as it stands, and see docs/operations/audit.md, "
    "“When it is not whole”"
)


def add_commands(parser: argparse.ArgumentParser) -> None:
    one = parser.add_subparsers(dest="action", required=True).add_parser(
        "verify", help="walk the chain, and say what is not as it was sealed"
    )
    one.add_argument("--head", default="", metavar="DIGEST", help="its first 16 signs or more, written down elsewhere: must still be in it")


def carry_out(database: Database, asked: argparse.Namespace) -> dict[str, Any]:
    """Plain data to print. Raises Refused `audit_broken`, `head_too_short`."""
    head = asked.head.strip()
    if head and len(head) < SHORTEST_HEAD:
        raise Refused("head_too_short", "--head: give the first {signs} signs of the digest, or all 64", signs=SHORTEST_HEAD)
    with database.read() as session:
        verdict = verify(session, head)
    if verdict.fault:
        raise Refused("audit_broken", BROKEN, fault=verdict.fault)
    return {**asdict(verdict), "what_to_do": WRITE_DOWN if verdict.seals else NOTHING_SEALED}
