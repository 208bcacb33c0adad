"""Whether a courier is alive: what a supervisor may end and start anew, because that helps.

A broker or a database that is down makes its loops fail and start anew by themselves, and no new process would do better: the courier is
alive, and an alarm rings elsewhere. A loop that hangs in a round, and a consumer that is connected and deaf, end only with their process.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy.exc import SQLAlchemyError

from kim_bus.keeper import Keeper

SILENT_AFTER = 60.0  # seconds without a sign of a loop, and without a round that ended well
DEAF_AFTER = 300.0  # seconds in which the consumer took nothing, though a probe was on its way to it


@dataclass(frozen=True, slots=True)
class Health:
    """`silent_loops` hang in a round, `failing_loops` start anew again and again; `deaf`: our own mail leaves and does not come back."""

    silent_loops: Sequence[str]
    failing_loops: Sequence[str]
    deaf: bool

    @property
    def alive(self) -> bool:
        return not self.silent_loops and not self.deaf


def health_of(keepers: Sequence[Keeper], probe_is_lost: Callable[[], bool]) -> Health:
    now = time.monotonic()
    silent = [keeper.loop_name for keeper in keepers if not keeper.is_alive() or now - keeper.last_sign > SILENT_AFTER]
    failing = [keeper.loop_name for keeper in keepers if keeper.loop_name not in silent and now - keeper.last_beat > SILENT_AFTER]
    idle = any(
        keeper.loop_name == "consumer" and keeper.loop_name not in (*silent, *failing) and now - keeper.last_work > DEAF_AFTER
        for keeper in keepers
    )
    return Health(silent, failing, idle and _asked(probe_is_lost))


def _asked(probe_is_lost: Callable[[], bool]) -> bool:
    try:
        return probe_is_lost()
    except SQLAlchemyError:
        return False  # a database that does not answer is no reason to start anew
