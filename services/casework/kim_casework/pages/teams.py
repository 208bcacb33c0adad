"""Teams: who is in which, and arranging them."""

from __future__ import annotations

from kim_runtime.act import Act
from kim_web import people
from kim_web.form import Form
from kim_web.language import _
from kim_web.page import Pages, blank, carried_out, may, redirect_to, render, see, submitted
from kim_web.policy import could
from kim_web.web import this_web
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from kim_casework.model.staff import StaffMember, list_staff
from kim_casework.model.team import list_teams, members_of_teams
from kim_casework.operations.arrange_teams import (
    CreateTeamSchema,
    DissolveTeamSchema,
    JoinTeamSchema,
    LeaveTeamSchema,
    RenameTeamSchema,
    create_team,
    dissolve_team,
    join_team,
    leave_team,
    rename_team,
)

pages = Pages("teams", __name__)
LED_BY = "case.assign"  # who may give away cases of a team is its lead


@pages.get("/teams")
@pages.guard("team.see")
def show() -> str:
    with see() as (session, act):
        return _render(session, act)


@pages.post("/teams")
@pages.guard("team.arrange")
def create() -> Response | tuple[str, int]:
    form = submitted(CreateTeamSchema, form_id="team")
    if team := carried_out(form, create_team):
        return redirect_to("teams.show", said=_("{name} ist eingetragen.").format(name=team.name))
    with see() as (session, act):
        return _render(session, act, created=form), 422


@pages.post("/teams/mitglieder")
@pages.guard("team.arrange")
def join() -> Response | tuple[str, int]:
    form = submitted(JoinTeamSchema, form_id="join")
    if team := carried_out(form, join_team):
        return redirect_to("teams.show", said=_("Zugeordnet: {name}. Die Fälle dieser Person sind mitgekommen.").format(name=team.name))
    with see() as (session, act):
        return _render(session, act, joined=form), 422


@pages.post("/teams/<id>/herausnehmen")
@pages.guard("team.arrange")
def leave(id: str) -> Response | tuple[str, int]:
    form = submitted(LeaveTeamSchema, extra={"team_id": id}, form_id="leave")
    if carried_out(form, leave_team):
        return redirect_to("teams.show", said=_("Herausgenommen. Die Fälle dieser Person gehören jetzt zu keinem Team."))
    with see() as (session, act):
        return _render(session, act), 422


@pages.post("/teams/<id>/name")
@pages.guard("team.arrange")
def rename(id: str) -> Response | tuple[str, int]:
    form = submitted(RenameTeamSchema, extra={"team_id": id}, form_id=f"name-{id}")
    if carried_out(form, rename_team):
        return redirect_to("teams.show", said=_("Der Name ist geändert."))
    with see() as (session, act):
        return _render(session, act, renamed={id: form}), 422


@pages.post("/teams/<id>/aufloesen")
@pages.guard("team.arrange")
def dissolve(id: str) -> Response | tuple[str, int]:
    form = submitted(DissolveTeamSchema, extra={"team_id": id}, form_id="dissolve")
    if carried_out(form, dissolve_team):
        return redirect_to("teams.show", said=_("Das Team ist aufgelöst."))
    with see() as (session, act):
        return _render(session, act, refused=form), 422


def _render(
    session: Session,
    act: Act,
    created: Form | None = None,
    joined: Form | None = None,
    renamed: dict[str, Form] | None = None,
    refused: Form | None = None,
) -> str:
    teams, members = list_teams(session), members_of_teams(session)
    me, staff = session.get(StaffMember, act.actor.id), list_staff(session)
    leads = {one.id: one.name for one in people.known(session, this_web().real_clock.now()) if could(one, LED_BY)}
    return render(
        "casework/teams.html",
        teams=teams,
        members=members,
        leads=set(leads),
        not_introduced=sorted(leads[one] for one in set(leads) - {member.id for member in staff}),
        arranges=may("team.arrange", me),
        team_choices=[(team.id, team.name) for team in teams],
        choices=[(one.id, one.name) for one in staff if one.id != act.actor.id],
        created=created or blank(CreateTeamSchema, form_id="team"),
        joined=joined or blank(JoinTeamSchema, form_id="join"),
        names={team.id: blank(RenameTeamSchema, form_id=f"name-{team.id}", name=team.name) for team in teams} | (renamed or {}),
        refused=refused,
    )
