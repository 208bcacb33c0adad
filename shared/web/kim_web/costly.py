"""What takes long may not take all: so many such things at once in a process, the rest of its threads stays for everybody's desk."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore

from werkzeug.exceptions import ServiceUnavailable

AT_ONCE = 2
AGAIN_AFTER = 5  # seconds
_places = BoundedSemaphore(AT_ONCE)


class TooMuchAtOnce(ServiceUnavailable):
    """All places are taken; whoever comes again in AGAIN_AFTER seconds finds one more likely."""


@contextmanager
def costly() -> Iterator[None]:
    """Hold a place for the block. Raises TooMuchAtOnce at once, since who waits holds a thread."""
    if not _places.acquire(blocking=False):
        raise TooMuchAtOnce(retry_after=AGAIN_AFTER)
    try:
        yield
    finally:
        _places.release()
