"""The set-up of the demonstration's houses: keys, directory, accounts, databases. The same for every kind of database and broker."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from multiprocessing import get_context
from pathlib import Path

from kim_bus import set_up as bus_set_up
from kim_runtime.clock import FileClock
from kim_service.service import House

from kim_demo.layout import HOUSES, TOPOLOGY, Layout
from kim_demo.scenario import BEGIN, at
from kim_demo.sign_in import let_the_report_read, set_up_providers


def clear(folder: Path) -> None:
    """An empty folder: a demonstration begins anew each time. Raises OSError where the folder cannot be written."""
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True)


def set_up(layout: Layout) -> dict[str, House]:
    """Make the keys, the directory and the accounts of people, and open every house with its tables. Raises OSError where sign-ins fail."""
    bus_set_up.set_up(TOPOLOGY, layout.folder)
    FileClock.write(layout.clock_file, at(BEGIN, "06:00"))
    houses = {mailbox: layout.house(mailbox) for mailbox in HOUSES}  # draws the secrets that the sign-ins must know
    beside = get_context("fork").Process(target=set_up_providers, args=(layout,))
    beside.start()
    migrate(layout, houses)
    beside.join()
    if beside.exitcode:
        raise OSError("the sign-ins could not be set up; what went wrong stands above")
    return houses


def open_houses(layout: Layout) -> dict[str, House]:
    houses = {mailbox: layout.house(mailbox) for mailbox in HOUSES}
    migrate(layout, houses)
    return houses


def migrate(layout: Layout, houses: Mapping[str, House]) -> None:
    for mailbox, house in houses.items():
        house.migrate()
        let_the_report_read(layout, mailbox, house)
