"""`./kim generate`: the documents that follow from the code, committed so that they can be read and compared.

`--compare` writes nothing and fails on a difference. A published event schema is never overwritten by one that breaks its readers.
"""

from __future__ import annotations

import argparse
import difflib
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from kim_tools.generated import asyncapi, catalogue, event_schemas, logs, metrics, openapi, policy, settings
from kim_tools.tree import ROOT

PARTS = (event_schemas, asyncapi, catalogue, openapi, settings, logs, metrics, policy)
# Everything in these folders is generated: a file that nothing generates any more is a difference too.
FOLDERS = ("docs/events", "docs/openapi")


def documents() -> dict[str, str]:
    """Path from the root of the tree -> text."""
    return {path: text for part in PARTS for path, text in part.documents().items()}


def differences(wanted: Mapping[str, str]) -> Iterator[str]:
    """One text a document that differs from the committed one, with the first lines that do."""
    for path, text in wanted.items():
        present = _read(ROOT / path)
        if present != text:
            lines = difflib.unified_diff(present.splitlines(), text.splitlines(), path, "generated", lineterm="", n=1)
            yield "\n".join(list(lines)[:20])
    for path in _left_over(wanted):
        yield f"{path}: nothing generates this file"


def broken_promises(wanted: Mapping[str, str]) -> list[str]:
    """What the new event schemas would break for readers of the committed ones."""
    return [
        f"{path}: {fault}"
        for path, text in wanted.items()
        if path.startswith(event_schemas.FOLDER) and (present := _read(ROOT / path))
        for fault in event_schemas.breaks(present, text)
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="./kim generate")
    parser.add_argument("--compare", action="store_true", help="write nothing; fail when a file differs")
    options = parser.parse_args(arguments)
    wanted = documents()
    found = list(differences(wanted))
    if options.compare:
        for difference in found:
            print(difference)
        if found:
            print("kim generate: the files above differ from what the code says: run ./kim generate")
        return 1 if found else 0
    broken = broken_promises(wanted)
    if broken:
        print("\n".join(broken))
        print("kim generate: a published schema never changes so; declare the next major beside it (major=2)")
        return 1
    for path, text in wanted.items():
        (ROOT / path).parent.mkdir(parents=True, exist_ok=True)
        (ROOT / path).write_text(text, encoding="utf-8")
    for path in _left_over(wanted):
        (ROOT / path).unlink()
    print(f"kim generate: {len(wanted)} files, {len(found)} changed")
    return 0


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""


def _left_over(wanted: Mapping[str, str]) -> list[str]:
    present = [str(path.relative_to(ROOT)) for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*")) if path.is_file()]
    return [path for path in present if path not in wanted]


if __name__ == "__main__":
    sys.exit(main())
