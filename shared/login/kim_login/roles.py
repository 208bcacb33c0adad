"""The roles an account may have, and which of them one person must not have together."""

from __future__ import annotations

import argparse
from collections.abc import Collection
from typing import Final

from kim_web.account import ROLES

# Pairs of roles of which some line of a service's table does not hold for who has both (`Rule.not_beside`, decision 0047).
# A test holds them against the tables.
KEPT_APART: Final[frozenset[frozenset[str]]] = frozenset(
    frozenset({lists, reads})
    for lists, others in {
        "case_lead": ("auditor", "budget_officer", "centre_head", "interpreting_coordinator", "intake_staff", "report_reader"),
        "intake_staff": ("auditor", "budget_officer", "centre_head", "report_reader"),
    }.items()
    for reads in others
)


def of_a_person(given: str) -> str:
    """A role as it is typed. Raises argparse.ArgumentTypeError for one that no service knows: it would open nothing, and say nothing."""
    return _known(given, ROLES)


def of_a_program(given: str) -> str:
    return _known(given, {*ROLES, "service"})


def kept_apart(some: Collection[str], others: Collection[str]) -> list[tuple[str, str]]:
    """The pairs that meet only if two accounts with these roles are one person's, in a stable order."""
    met = {tuple(sorted((one, other))) for one in some for other in others if frozenset({one, other}) in KEPT_APART}
    return sorted((first, second) for first, second in met)


def _known(given: str, known: Collection[str]) -> str:
    if given not in known:
        raise argparse.ArgumentTypeError(f"no service knows the role {given!r}; roles are: {', '.join(sorted(known))}")
    return given
