"""What a step of the story works with: the world it is played in, the scenario file, and what earlier steps left behind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from kim_runtime.refusal import Refused

from kim_demo.scenario import COORDINATOR, Scenario
from kim_demo.world import Desk, World

INTAKE = f"{COORDINATOR}.intake"
CASEWORK = f"{COORDINATOR}.casework"
INTERPRETING = f"{COORDINATOR}.interpreting"
STAFFING = f"{COORDINATOR}.staffing"
CARITAS = "caritas-eifel.casework"
OFFICE = "auslaenderamt.intake"


class StoryBroken(Exception):
    """The story did not go as it should; the message says what was expected."""


@dataclass
class Stage:
    """`kept` holds ids by the names the story gives them."""

    world: World
    scenario: Scenario
    kept: dict[str, str] = field(default_factory=dict)

    def desk(self, mailbox: str, person: str) -> Desk:
        return self.world.desk(mailbox, person)


@dataclass(frozen=True, slots=True)
class Step:
    """Something that happens at a time. `weight`: how much of the progress bar. `settle`: later steps need what it told others.

    `chores`: the houses must have done their chores of that day before the clock moves on.
    """

    at: datetime
    what: str
    run: Callable[[Stage], None]
    weight: int = 1
    settle: bool = True
    chores: bool = False


def must_be_refused(code: str, act: Callable[[], object]) -> Refused:
    """The step is that the software says no; returns the refusal, raises StoryBroken when it says anything else."""
    try:
        act()
    except Refused as refused:
        if refused.code != code:
            raise StoryBroken(f"refused with {refused.code}, not with {code}") from refused
        return refused
    raise StoryBroken(f"it should have been refused with {code}")


def expect(what: str, found: object, wanted: object) -> None:
    """Raises StoryBroken unless what a service shows is what the story says."""
    if found != wanted:
        raise StoryBroken(f"{what}: {found!r} instead of {wanted!r}")
