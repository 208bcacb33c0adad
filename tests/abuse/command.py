"""`./kim abuse`: generated requests, hostile inputs and a storm of sign-ins against the whole suite; 1 when something did not hold."""

from __future__ import annotations

import argparse
import logging
import tempfile
from collections.abc import Sequence
from contextlib import redirect_stderr
from datetime import date
from io import StringIO
from pathlib import Path

from kim_demo.people import BY_ID
from kim_runtime import logs
from kim_runtime.act import Actor
from web.generated_requests import attack as generated
from web.signed_in import bearer

from abuse.attack import Attack
from abuse.stage import Target, suite
from abuse.storm import storm

SEED = 2022
INPUTS, QUICK_INPUTS = 10_000, 300
ATTEMPTS, QUICK_ATTEMPTS = 200, 40
# who may do most of what a door offers
AT_THE_DOOR = {"intake": "aydin", "casework": "thelen", "interpreting": "demir", "staffing": "lenzen", "report": "wirtz"}


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="./kim abuse", description=__doc__)
    parser.add_argument("--seed", type=int, default=SEED, help="the same seed sends the same inputs (default: %(default)s)")
    parser.add_argument("--inputs", type=int, default=0, help=f"hostile inputs (default: {INPUTS}; with --quick {QUICK_INPUTS})")
    parser.add_argument("--quick", action="store_true", help="less of everything, in about half a minute")
    options = parser.parse_args(arguments)
    logs.set_up("abuse", "abuse", "abuse", "CRITICAL")
    logging.getLogger("werkzeug").setLevel(logging.CRITICAL)
    number = options.inputs or (QUICK_INPUTS if options.quick else INPUTS)
    until = date(2022, 4, 1) if options.quick else date(2022, 7, 1)
    faults = 0
    with tempfile.TemporaryDirectory(prefix="kim-abuse-") as folder, suite(Path(folder), until) as targets:
        faults += _hostile(targets, options.seed, number, 25 if options.quick else 120)
        faults += _generated(targets, 2 if options.quick else 20)
    with tempfile.TemporaryDirectory(prefix="kim-abuse-") as folder:
        faults += _storm(Path(folder), QUICK_ATTEMPTS if options.quick else ATTEMPTS)
    print(f"kim abuse: {f'{faults} did not hold' if faults else 'all held'} (seed {options.seed})")
    return 1 if faults else 0


def _hostile(targets: list[Target], seed: int, number: int, depth: int) -> int:
    attack = Attack(targets, seed, depth)
    print(
        f"hostile inputs: {number} at {attack.forms} forms ({attack.forms - attack.found_forms} of them on no page today) and "
        f"{attack.found_operations} operations of {len(targets)} applications"
    )
    with redirect_stderr(StringIO()) as logged:
        logs.set_up("abuse", "abuse", "abuse", "DEBUG")
        attack.send(number)
        logs.set_up("abuse", "abuse", "abuse", "CRITICAL")
    lines = logged.getvalue().splitlines()
    attack.look_around(lines)
    print(f"  names typed into them were looked for in every header, in {len(lines)} lines of the log, in metrics and audits")
    print("  by kind:   " + ", ".join(f"{kind} {count}" for kind, count in attack.sent.most_common()))
    print(f"  of these {attack.without_right} forms and commands came from somebody who may not, too: {attack.requests} requests in all")
    print("  by answer: " + ", ".join(f"{status} {count}" for status, count in sorted(attack.statuses.items())))
    print(f"  {attack.busy} of them said that something was busy or away, and when to come again (502, 503): that counts as an answer")
    door = attack.only_at_the_door
    print(f"  {len(door)} forms and operations answered only at the door (nobody may, or nothing there)", end="")
    print(f": {', '.join(door)}" if door and number >= INPUTS else "")  # with few inputs many had no good one yet
    for found in attack.findings.values():
        print(f"  FOUND {found.target} {found.route}: {found.what} ({found.kind})\n        {found.input}")
    return len(attack.findings)


def _generated(targets: list[Target], examples: int) -> int:
    faults = 0
    for target in targets:
        person = BY_ID.get(AT_THE_DOOR.get(target.name.partition(".")[2], ""))
        if person is None:
            continue
        roleless = Actor("ohne-rolle", "Ohne Rolle", person.organisation)
        doors = ((person.id, bearer(target.app, person.actor())), ("somebody without a role", bearer(target.app, roleless)), ("nobody", {}))
        for who, headers in doors:
            try:
                sent = generated(target.app, headers, examples if who == person.id else max(1, examples // 4), may_refuse=True)
                print(f"generated requests: {target.name} as {who}: {sent}")
            except (Exception, BaseExceptionGroup) as error:  # noqa: BLE001 - schemathesis raises groups of whatever it found
                faults += 1
                print(f"generated requests: FOUND {target.name} as {who}: {error}"[:1500])
    return faults


def _storm(folder: Path, attempts: int) -> int:
    statuses, faults = storm(folder, attempts)
    print(f"sign-in storm: {attempts} at once, answered " + ", ".join(f"{status}: {count}" for status, count in sorted(statuses.items())))
    for fault in faults:
        print(f"  FOUND {fault}")
    return len(faults)
