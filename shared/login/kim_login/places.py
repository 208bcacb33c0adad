"""So many at once on one machine, whichever process: places that the system itself gives back when their holder ends, however it ends."""

from __future__ import annotations

import fcntl
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import BoundedSemaphore

LOOKED_AGAIN_AFTER = 0.02  # seconds


class NoRoom(Exception):
    """All places were taken for as long as one was ready to wait."""


class Places:
    """Within this process the order of coming is kept; between processes whoever looks first has the place that came free.

    `folder` belongs to the processes that share the places; without one this process counts alone.
    """

    def __init__(self, number: int, folder: Path | None = None) -> None:
        self._own = BoundedSemaphore(number)
        self._files = [folder / f"place-{one}" for one in range(number)] if folder else []

    @contextmanager
    def one(self, patience: float) -> Iterator[None]:
        """Hold a place for the block. `patience` in seconds. Raises NoRoom."""
        until = time.monotonic() + patience
        if not self._own.acquire(timeout=patience):
            raise NoRoom
        try:
            held = self._shared(until) if self._files else None
            try:
                yield
            finally:
                if held is not None:
                    os.close(held)
        finally:
            self._own.release()

    def _shared(self, until: float) -> int:
        """The file of a place nobody holds; closing it gives the place back. Raises NoRoom."""
        while True:
            for file in self._files:
                opened = os.open(file, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
                try:
                    fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    os.close(opened)
                else:
                    return opened
            if time.monotonic() >= until:
                raise NoRoom
            time.sleep(LOOKED_AGAIN_AFTER)


def folder_of_this_user(name: str) -> Path:
    """A folder for files that this user's processes share while the machine runs. Raises PermissionError where another made it."""
    folder = Path(tempfile.gettempdir()) / f"{name}-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if folder.is_symlink() or found.st_uid != os.getuid() or found.st_mode & 0o077:
        raise PermissionError(f"{folder} is not this user's alone: remove it")
    return folder
