"""What is closed to colleagues and other teams, and who stands in over the holidays."""

from __future__ import annotations

from datetime import date

from kim_casework.model.case import list_cases
from kim_casework.operations.cover_for_colleague import GiveCover, give_cover
from kim_casework.operations.protect_case import ProtectCase, protect_case
from kim_intake.model.search import find_clients
from kim_intake.operations.protect_client import ProtectClient, protect_client

from kim_demo.scenario import Scenario, at
from kim_demo.story.set_up import TEAMS
from kim_demo.story.stage import CASEWORK, INTAKE, Stage, Step, expect


def steps(_scenario: Scenario) -> list[Step]:
    return [
        Step(at(date(2022, 12, 5), "08:00"), "Jede Leitung sieht die Fälle ihres Teams", _teams, settle=False),
        Step(at(date(2022, 12, 5), "08:30"), "Eine Akte wird geschützt", _protect, settle=False),
        Step(at(date(2022, 12, 21), "08:30"), "Eine Kollegin vertritt über die Feiertage", _cover, settle=False),
    ]


def _teams(stage: Stage) -> None:
    """Whoever leads a team sees its cases and no others; whoever is in none sees all."""
    shown = {}
    for who in ("esser", "nowak", "thelen"):
        with stage.desk(CASEWORK, who).read() as (session, act):
            shown[who] = {case.responsible for case in list_cases(session, act)}
    north, south = (set(members[1:]) for members in TEAMS.values())
    expect("whose cases each lead sees", shown, {"esser": north, "nowak": south, "thelen": north | south})


def _protect(stage: Stage) -> None:
    """One family is in danger: neither the lead nor colleagues go on seeing its case, nor other desks its record."""
    protected = stage.kept["ilieva case"]
    with stage.desk(CASEWORK, "thelen").write() as (session, act):
        protect_case(session, act, ProtectCase(protected, "endangered"))
    for who, sees in (("thelen", False), ("breuer", False), ("haddad", True), ("roth", True)):
        with stage.desk(CASEWORK, who).read() as (session, act):
            expect(f"whether {who} sees the protected case", protected in {case.id for case in list_cases(session, act)}, sees)
    person = stage.kept["ilieva"]
    with stage.desk(INTAKE, "haddad").write() as (session, act):
        protect_client(session, act, ProtectClient(person, "endangered"))
    for who, sees in (("lindner", False), ("aydin", False), ("haddad", True), ("roth", True)):
        with stage.desk(INTAKE, who).read() as (session, act):
            expect(f"whether {who} finds the protected person", person in {one.id for one in find_clients(session, act, "Ilieva")}, sees)


def _cover(stage: Stage) -> None:
    """Marek Kowalczyk is away until the middle of January."""
    with stage.desk(CASEWORK, "thelen").write() as (session, act):
        give_cover(session, act, GiveCover("kowalczyk", "breuer", act.today, date(2023, 1, 13), reason="Bis zur dritten Kalenderwoche"))
    with stage.desk(CASEWORK, "breuer").read() as (session, act):
        expect("the covered cases", "kowalczyk" in {case.responsible for case in list_cases(session, act)}, True)
