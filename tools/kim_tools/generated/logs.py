"""The page of log keys: everything a log line can hold."""

from __future__ import annotations

from kim_runtime.logs import LOG_KEYS

from kim_tools.generated.text import NOTE, table

INTRODUCTION = """# Logs

One JSON object a line, on standard error. Only these keys are ever written; a key that is not listed is dropped, so no name, number or note
of a client can slip in.
"""


def documents() -> dict[str, str]:
    rows = [(f"`{key}`", meaning) for key, meaning in LOG_KEYS.items()]
    return {"docs/operations/logs.md": f"{NOTE}\n{INTRODUCTION}\n{table(('Key', 'What it says'), rows)}"}
