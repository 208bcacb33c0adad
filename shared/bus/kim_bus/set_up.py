"""The set-up of keys and directory: `python -m kim_bus.set_up topology.toml folder [organisation …]`.

Makes the key pair of every mailbox that has none yet (of the named organisations only, if any are named), keeps those that exist, and
writes `directory.json` with all public halves known. An organisation that makes its own keys hands in `<mailbox>.public.json`.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Collection
from pathlib import Path

from kim_bus.directory import BrokenDirectory, Directory
from kim_bus.keys import BrokenKeys, Keys, PublicKeys


def set_up(topology: Path, folder: Path, organisations: Collection[str] = ()) -> Directory:
    """Returns the directory it wrote to `folder/directory.json`; private keys are in `folder/keys/<mailbox>.json`."""
    directory = Directory.load(topology)
    keys = folder / "keys"
    keys.mkdir(parents=True, exist_ok=True)
    public: dict[str, PublicKeys] = {}
    for mailbox in directory.mailboxes():
        private_half, public_half = keys / f"{mailbox}.json", keys / f"{mailbox}.public.json"
        ours = not organisations or mailbox.split(".")[0] in organisations
        if ours and not private_half.exists():
            Keys.generate().save(private_half)
        if private_half.exists():
            public_half.write_text(json.dumps(Keys.load(private_half).public().as_dict()), encoding="ascii")
        if public_half.exists():
            public[mailbox] = PublicKeys.from_dict(json.loads(public_half.read_text(encoding="ascii")))
    directory = directory.with_keys(public)
    directory.save(folder / "directory.json")
    return directory


def main(arguments: list[str]) -> int:
    if len(arguments) < 2:
        sys.stderr.write(f"{__doc__}\n")
        return 2
    try:
        directory = set_up(Path(arguments[0]), Path(arguments[1]), arguments[2:])
    except (BrokenDirectory, BrokenKeys, OSError) as fault:
        sys.stderr.write(f"{fault}\n")
        return 1
    missing = sorted(set(directory.mailboxes()) - set(directory.public_keys))
    for mailbox in missing:
        sys.stderr.write(f"{mailbox}: no public key yet; ask for {mailbox}.public.json\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
