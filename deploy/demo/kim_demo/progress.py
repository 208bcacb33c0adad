"""The progress bar: one line that moves on a terminal, a few plain lines elsewhere."""

from __future__ import annotations

import sys
import time

WIDTH = 32


class Progress:
    def __init__(self, total: int) -> None:
        self._total = total
        self._done = 0
        self._began = time.monotonic()
        self._live = sys.stdout.isatty()
        self._printed = -1

    def step(self, what: str, count: int = 1) -> None:
        """`count` more of the total are done; `what` is happening now."""
        self._done = min(self._total, self._done + count)
        share = self._done / self._total
        if self._live:
            bar = "█" * round(share * WIDTH) + "░" * (WIDTH - round(share * WIDTH))
            sys.stdout.write(f"\r  {bar} {share:4.0%}  {what[:60]:<60}")
            sys.stdout.flush()
        elif int(share * 10) > self._printed:
            self._printed = int(share * 10)
            sys.stdout.write(f"  {share:4.0%}  {what}\n")
            sys.stdout.flush()

    def finish(self) -> float:
        """Ends the line; returns the seconds it took."""
        if self._live:
            sys.stdout.write("\r" + " " * (WIDTH + 72) + "\r")
        return time.monotonic() - self._began
