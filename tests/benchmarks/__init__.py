"""`./kim bench bus`: this bus, its peers, and the limit of hand-written code, on the same servers in the same run."""

import sys

# The tests' packages bring them, a service's do not; structlog loads them where it finds them, and a courier would look larger than it is.
for absent in ("rich", "pygments"):
    sys.modules.setdefault(absent, None)  # type: ignore[arg-type]
