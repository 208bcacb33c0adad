"""What an auditor finds with a file: each part that the audit calls by an id of its own, under a name that rows have."""

from __future__ import annotations

import pytest
from kim_tools.declared import declared_services
from kim_web.doors import Doors

ALL_DOORS = [service.doors() for service in declared_services()]
# Things nobody calls a part of another: they are looked for themselves, or by who gave them.
NAMED_BY_PROGRAMS = {"reassignments"}  # by an id in what they send (`kim_web.asked_for`), at another resource
BY_THEMSELVES = {"client", "consultation", "cover", "cover_end"}


@pytest.mark.parametrize("doors", ALL_DOORS, ids=[doors.service for doors in ALL_DOORS])
def test_each_kind_of_entry_is_found_with_what_it_belongs_to(doors: Doors) -> None:
    named = {name.partition(":")[0] for part in doors.parts for name in part.names}
    assert {kind.code for kind in doors.entries} - named <= BY_THEMSELVES


@pytest.mark.parametrize("doors", ALL_DOORS, ids=[doors.service for doors in ALL_DOORS])
def test_each_name_of_a_part_is_one_that_rows_have(doors: Doors) -> None:
    used = {one.name.removeprefix("api_") for one in (*doors.pages, *doors.apis)} | {kind.code for kind in doors.entries}
    for part in doors.parts:
        for name in part.names:
            group, *ids = name.split(":")
            assert group in used | NAMED_BY_PROGRAMS, name
            assert ids in (["{id}"], ["{whole}", "{id}"]), name
