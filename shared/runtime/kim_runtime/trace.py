"""Tracing by W3C Trace Context: one trace id for everything an act leads to in one house, and a new span id for each step on its way.

A `traceparent` is `00-<trace id, 32 hexadecimal digits>-<span id, 16>-<flags, 2>` (https://www.w3.org/TR/trace-context/). A trace that
begins here takes its id from the act's correlation id, so that either finds the other in the logs; its flags are 00, since no collector
records it. A trace never crosses the border of an organisation: there a new act begins, and with it a new trace.
"""

from __future__ import annotations

import re
from secrets import token_hex

# Version 00, and what a later version must keep of it; ids of nought are none.
_TRACEPARENT = re.compile(
    r"(?:00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}"
    r"|(?!00|ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(?:-.*)?)",
    re.ASCII,
)
_TRACE_ID = re.compile(r"(?!0{32})[0-9a-f]{32}", re.ASCII)


def next_step(traceparent: str | None, correlation_id: str) -> str:
    """The traceparent of a step: of the same trace as the step before, or of a new one where there is none, or none that can be read."""
    if traceparent is not None and _TRACEPARENT.fullmatch(traceparent):
        return f"00-{traceparent[3:36]}{token_hex(8)}-{traceparent[53:55]}"
    given = correlation_id.replace("-", "")
    return f"00-{given if _TRACE_ID.fullmatch(given) else token_hex(16)}-{token_hex(8)}-00"


def trace_id(traceparent: str) -> str:
    """The trace a step belongs to: 32 hexadecimal digits."""
    return traceparent[3:35]
