"""1 March 2022: sites with their bodies, the three pots, the colleagues and their teams."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from kim_casework.operations import introduce_staff as casework_staff
from kim_casework.operations import set_up_site as casework_site
from kim_casework.operations.arrange_teams import CreateTeam, JoinTeam, create_team, join_team
from kim_intake.operations.set_up_site import Body, SetUpSite, set_up_site
from kim_interpreting.operations.add_provider import AddProvider, add_provider
from kim_interpreting.operations.grant_pot import GrantPot, grant_pot
from kim_runtime.clock import SystemClock
from kim_web import people

from kim_demo.people import AACHEN, CARITAS, OFFICE, PEOPLE, actor
from kim_demo.scenario import BEGIN, Scenario, at
from kim_demo.story import stage as mailboxes
from kim_demo.story.stage import Stage, Step

BODIES = {
    "case-management": ("case_management", AACHEN, "Case Management"),
    "school-entry": ("school_entry", AACHEN, "Seiteneinstiegsberatung"),
    "health-kiosk": ("health_kiosk", "sprungbrett", "Gesundheitskiosk"),
    "immigration-office": ("information_point", OFFICE, "Informationspunkt des Ausländeramts"),
    "city-case-management": ("city_case_management", "stadt-aachen", "Case Management der Stadt Aachen"),
}
SCHOOL_ENTRY_DESKS = 3
# Who looks after the towns in the north, and who after Aachen, Stolberg and the Eifel; the lead first.
TEAMS = {"Team Nord": ("esser", "breuer", "haddad"), "Team Süd": ("nowak", "aydin", "kowalczyk")}
TRANSLATOR, SMALL_TRANSLATOR, INTERPRETER = "provider-uebersetzung", "provider-klein", "provider-dolmetschen"


def steps(scenario: Scenario) -> list[Step]:
    return [
        Step(at(BEGIN, "07:00"), "Standorte einrichten", _sites, settle=False),
        Step(at(BEGIN, "07:10"), "Töpfe nach Bescheid", _pots, settle=False),
        Step(at(BEGIN, "07:20"), "Kolleginnen und Kollegen", _staff),
        Step(at(BEGIN, "07:25"), "Zwei Teams", _teams, settle=False),
    ]


def _sites(stage: Stage) -> None:
    intake, casework = stage.desk(mailboxes.INTAKE, "aydin"), stage.desk(mailboxes.CASEWORK, "thelen")
    for site in stage.scenario["sites"]:
        bodies = []
        for name in site["services"]:
            code, organisation, title = BODIES[name]
            desks = {"case_management": site["case_management_desks"], "school_entry": SCHOOL_ENTRY_DESKS}.get(code, 0)
            bodies.append(Body(code, organisation, title, desks))
        with intake.write() as (session, act):
            set_up_site(session, act, SetUpSite(site["id"], site["name"], site["municipality"], tuple(bodies)))
        with casework.write() as (session, act):
            casework_site.set_up_site(session, act, casework_site.SetUpSite(site["id"], site["name"], site["municipality"]))
    with stage.desk(mailboxes.OFFICE, "vossen").write() as (session, act):
        point = Body("information_point", OFFICE, "Informationspunkt", 2)
        set_up_site(session, act, SetUpSite("hacklaenderstrasse", "Verwaltungsgebäude Hackländerstraße", "05334002", (point,)))


def grant_pots(stage: Stage, pots: list[dict[str, Any]]) -> None:
    """As the scenario file lists them."""
    desk = stage.desk(mailboxes.INTERPRETING, "demir")
    for pot in pots:
        with desk.write() as (session, act):
            grant_pot(
                session,
                act,
                GrantPot(
                    id=pot["id"],
                    name=pot["name"],
                    granted=Decimal(pot["granted"]),
                    period_from=date.fromisoformat(pot["period"]["from"]),
                    period_to=date.fromisoformat(pot["period"]["to"]),
                    requires_case_management_link=pot.get("requires_case_management_link", False),
                    excludes_legal_consequence=pot.get("excludes_legal_consequence", False),
                    only_when_no_other_payer=pot.get("only_when_no_other_payer", False),
                    job_kinds=pot.get("job_kinds", ()),
                ),
            )


def _pots(stage: Stage) -> None:
    grant_pots(stage, stage.scenario["pots"])
    desk = stage.desk(mailboxes.INTERPRETING, "demir")
    for provider in (
        AddProvider(id=TRANSLATOR, name="Übersetzungsbüro Rur", qualification="sworn", languages=("ukr", "ara", "rus", "prs")),
        AddProvider(id=SMALL_TRANSLATOR, name="T. Hrytsenko", qualification="sworn", languages=("ukr", "rus"), small_business=True),
        AddProvider(id=INTERPRETER, name="O. Melnyk", qualification="certified", languages=("ukr", "rus"), small_business=True),
    ):
        with desk.write() as (session, act):
            add_provider(session, act, provider)


def _staff(stage: Stage) -> None:
    for organisation, mailbox, lead in ((AACHEN, mailboxes.CASEWORK, "thelen"), (CARITAS, mailboxes.CARITAS, "jansen")):
        for person in PEOPLE:
            if person.organisation == organisation and "case_manager" in person.roles:
                with stage.desk(mailbox, lead).write() as (session, act):
                    casework_staff.introduce_staff(session, act, casework_staff.IntroduceStaff(person.id, person.name, person.staff or ""))


def _teams(stage: Stage) -> None:
    with stage.desk(mailboxes.CASEWORK, "thelen").write() as (session, act):
        for name, members in TEAMS.items():
            team = create_team(session, act, CreateTeam(name))
            for member in members:
                join_team(session, act, JoinTeam(team.id, member))
            # As at a sign-in: the page of the teams would else warn of one without a lead until they come.
            people.note(session, actor(members[0]), SystemClock().now())
