"""Teams of the house, and who is in which."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask.views import MethodView
from kim_web.json_door import JsonDoor, answering
from kim_web.page import act_on, see
from sqlalchemy.orm import Session

from kim_casework.api.schemas import TeamListSchema, TeamSchema
from kim_casework.model.staff import StaffMember
from kim_casework.model.team import Team, list_teams, members_of_teams
from kim_casework.operations.arrange_teams import (
    CreateTeam,
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

api = JsonDoor("teams", __name__, description="Teams of this house: a case is of the team of who is responsible for it.")


@api.route("/")
class Teams(MethodView):
    @api.guard("team.see")
    @api.response(200, TeamListSchema)
    def get(self) -> dict[str, Any]:
        """All of them, by name."""
        with see() as (session, _act):
            members = members_of_teams(session)
            return {"items": [_said(team, members) for team in list_teams(session)], "next": None}

    @api.guard("team.arrange")
    @api.arguments(CreateTeamSchema)
    @api.response(201, TeamSchema)
    @api.alt_response(409, response="CONFLICT")
    def post(self, command: CreateTeam) -> Any:
        """Make one; the same id a second time answers the first."""
        with act_on() as (session, act):
            return _now(session, create_team(session, act, command)), 201, {"Location": "/api/teams/"}


def _now(session: Session, team: Team) -> dict[str, Any]:
    """What the team is when something was done to it."""
    return _said(team, members_of_teams(session))


def _said(team: Team, members: Mapping[str, Sequence[StaffMember]]) -> dict[str, Any]:
    return {"id": team.id, "name": team.name, "members": [one.id for one in members.get(team.id, ())]}


api.acts("/names", "team.arrange", RenameTeamSchema, answering(rename_team, _now), TeamSchema)
api.acts("/members", "team.arrange", JoinTeamSchema, answering(join_team, _now), TeamSchema)
api.acts("/leavings", "team.arrange", LeaveTeamSchema, answering(leave_team, _now), TeamSchema)
api.acts("/dissolutions", "team.arrange", DissolveTeamSchema, answering(dissolve_team, _now), TeamSchema)
