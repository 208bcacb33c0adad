"""When to try again: 1 s, 5 s, 30 s, 2 min, 10 min, then every hour, each with some jitter so that failures do not march in step.

A moment further ahead than any pause reaches was written before the clock was set back: what waits for it is due, else it would wait until
the clock is there again.
"""

from __future__ import annotations

import random
from datetime import datetime, timedelta

RUNGS = (1, 5, 30, 120, 600, 3600)  # seconds
JITTER = 0.2
LONGEST_PAUSE = timedelta(seconds=RUNGS[-1] * (1 + JITTER))


def pause_after(attempts: int) -> timedelta:
    """How long to wait after the `attempts`-th failure (from 1): its rung, up to a fifth more or less."""
    rung = RUNGS[min(max(attempts, 1), len(RUNGS)) - 1]
    return timedelta(seconds=rung * random.uniform(1 - JITTER, 1 + JITTER))  # noqa: S311 - spreads load, keeps no secret


def lies_ahead(moment: datetime, now: datetime, longest: timedelta) -> bool:
    """Whether to wait for a moment that was set at most `longest` ahead; one further ahead is from before the clock was set back."""
    return timedelta() < moment - now <= longest
