"""Replacing the keys of a mailbox, in three steps: `python -m kim_bus.replace_keys next|switch|forget keys/<mailbox>.json`.

next: a new pair is there; it opens, and does not sign yet. switch: it signs, and the one before still opens. forget: those before are gone.
Between the steps everybody gets the directory anew (`kim_bus.set_up`), and the service is started anew; docs/operations/keys.md says when.
"""

from __future__ import annotations

import sys
from pathlib import Path

from kim_bus.keys import BrokenKeys, Keys

DONE = {
    "next": "a new pair opens from the next start on; give everybody the directory anew before you switch",
    "switch": "the new pair signs from the next start on; give everybody the directory anew",
    "forget": "the pairs before are gone; give everybody the directory anew",
}


class WrongStep(Exception):
    """The step does not follow from what is there; the message says which does."""


def step(which: str, keys: Keys) -> Keys:
    """The keys after a step. Raises WrongStep."""
    if which == "next":
        if keys.next is not None or keys.before:
            raise WrongStep("keys are being replaced already: switch or forget comes next")
        return Keys(keys.signing, keys.sealing, Keys.generate())
    if which == "switch":
        if keys.next is None:
            raise WrongStep("there is no new pair yet: next comes first")
        return Keys(keys.next.signing, keys.next.sealing, None, (Keys(keys.signing, keys.sealing), *keys.before))
    if not keys.before:
        raise WrongStep("there is no pair before this one")
    return Keys(keys.signing, keys.sealing, keys.next)


def main(arguments: list[str]) -> int:
    if len(arguments) != 2 or arguments[0] not in DONE:
        sys.stderr.write(f"{__doc__}\n")
        return 2
    which, path = arguments[0], Path(arguments[1])
    try:
        step(which, Keys.load(path)).save_again(path)
    except (WrongStep, BrokenKeys, OSError) as fault:
        sys.stderr.write(f"{path}: {fault}\n")
        return 1
    sys.stdout.write(f"{path}: {DONE[which]}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
