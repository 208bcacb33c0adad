"""Arrange the teams of the house: make one, name it, put colleagues in and take them out, dissolve it (Teams einrichten).

Who is in which team says what a lead sees, so that only who is in none arranges them, and nobody themselves. The audit has each step with
who it was about, by ids.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from kim_events.fields import Id, Text
from kim_runtime.act import Act
from kim_runtime.command import CommandSchema
from kim_runtime.database import locked
from kim_runtime.ids import new_id
from kim_runtime.reason import give_reason
from kim_runtime.refusal import Forbidden, NotFound, Refused
from sqlalchemy import select
from sqlalchemy.orm import Session

from kim_casework.model.staff import StaffMember
from kim_casework.model.standing import lets
from kim_casework.model.team import Team, TeamMember


@dataclass(frozen=True, slots=True)
class CreateTeam:
    name: str
    id: str = field(default_factory=new_id)


class CreateTeamSchema(CommandSchema):
    command = CreateTeam
    id = Id(load_default=new_id)
    name = Text(required=True, shortest=1, longest=60, metadata={"label": "Name", "hint": "Zum Beispiel Team Nord", "autocomplete": "off"})


@dataclass(frozen=True, slots=True)
class RenameTeam:
    team_id: str
    name: str


class RenameTeamSchema(CommandSchema):
    command = RenameTeam
    team_id = Id(required=True)
    name = Text(required=True, shortest=1, longest=60, metadata={"label": "Name", "autocomplete": "off"})


@dataclass(frozen=True, slots=True)
class JoinTeam:
    """`member`: the id of a colleague, as `Unser Haus` has it."""

    team_id: str
    member: str


class JoinTeamSchema(CommandSchema):
    command = JoinTeam
    member = Id(required=True, metadata={"label": "Wer"})
    team_id = Id(required=True, metadata={"label": "In welches Team"})


@dataclass(frozen=True, slots=True)
class LeaveTeam:
    team_id: str
    member: str


class LeaveTeamSchema(CommandSchema):
    command = LeaveTeam
    team_id = Id(required=True)
    member = Id(required=True)


@dataclass(frozen=True, slots=True)
class DissolveTeam:
    team_id: str


class DissolveTeamSchema(CommandSchema):
    command = DissolveTeam
    team_id = Id(required=True)


def create_team(session: Session, act: Act, command: CreateTeam) -> Team:
    """The same id again returns the team there is. Raises Forbidden, Refused `name_taken`."""
    _must_arrange(session, act)
    there = session.get(Team, command.id)
    if there is not None:
        return there
    _not_taken(session, command.name, command.id)
    team = Team(id=command.id, name=command.name)
    session.add(team)
    session.flush()
    give_reason(session, f"created: {team.id}")
    return team


def rename_team(session: Session, act: Act, command: RenameTeam) -> Team:
    """Call the team otherwise. Raises Forbidden, NotFound, Refused `name_taken`."""
    team = _team(session, act, command.team_id)
    _not_taken(session, command.name, team.id)
    team.name = command.name
    session.flush()
    give_reason(session, "renamed")
    return team


def join_team(session: Session, act: Act, command: JoinTeam) -> Team:
    """From now on the colleague is in this team and in no other, and so are the cases they are responsible for. Twice changes nothing.

    Of two who would put each other into a team at once the second is refused: else nobody would be left to arrange them.

    Raises Forbidden, NotFound, Refused `not_introduced`, `not_oneself`.
    """
    known = {one: locked(session, StaffMember, one) for one in sorted({act.actor.id, command.member})}
    team = _team(session, act, command.team_id)
    if command.member == act.actor.id:
        raise Refused(
            "not_oneself", "Sich selbst ordnet niemand einem Team zu: Bitte eine andere Leitung ohne Team darum bitten.", "member"
        )
    member = known[command.member]
    if member is None:
        raise Refused("not_introduced", "Diese Kolleg_in ist hier nicht bekannt. Die Leitung nimmt sie unter „Unser Haus“ auf.", "member")
    held = locked(session, TeamMember, member.id)
    give_reason(session, f"joined: {member.id}" + (f", before in {held.team_id}" if held and held.team_id != team.id else ""))
    if held is None:
        session.add(TeamMember(member=member.id, team_id=team.id))
    else:
        held.team_id = team.id
    session.flush()
    return team


def leave_team(session: Session, act: Act, command: LeaveTeam) -> Team:
    """The colleague is in no team any more, and so are their cases. Who is not in it stays where they are. Raises Forbidden, NotFound."""
    team = _team(session, act, command.team_id)
    held = locked(session, TeamMember, command.member)
    if held is not None and held.team_id == team.id:
        session.delete(held)
        session.flush()
        give_reason(session, f"left: {command.member}")
    return team


def dissolve_team(session: Session, act: Act, command: DissolveTeam) -> Team:
    """A team without anybody is no more. Raises Forbidden, NotFound, Refused `team_not_empty`: each who leaves is a step of its own."""
    team = _team(session, act, command.team_id)
    if session.scalar(select(TeamMember.member).where(TeamMember.team_id == team.id).limit(1)) is not None:
        raise Refused(
            "team_not_empty",
            "In „{name}“ ist noch jemand: Bitte zuerst alle herausnehmen oder einem anderen Team zuordnen.",
            name=team.name,
        )
    session.delete(team)
    session.flush()
    give_reason(session, "dissolved")
    return team


def no_team() -> NotFound:
    return NotFound("team_not_found", "Dieses Team gibt es nicht.")


def _team(session: Session, act: Act, team_id: str) -> Team:
    """The team under the lock of its row, for who may arrange any."""
    _must_arrange(session, act)
    team = locked(session, Team, team_id)
    if team is None:
        raise no_team()
    return team


def _must_arrange(session: Session, act: Act) -> None:
    """Who is no colleague known here is in no team, so that their role decides alone."""
    if not lets(session, act, "team.arrange", session.get(StaffMember, act.actor.id)):
        raise Forbidden("without_team_only", "Teams richtet ein, wer selbst in keinem ist: eine Leitung des ganzen Hauses.")


def _not_taken(session: Session, name: str, team_id: str) -> None:
    if session.scalars(select(Team.id).where(Team.name == name, Team.id != team_id)).first() is not None:
        raise Refused("name_taken", "Ein Team mit dem Namen „{name}“ gibt es schon. Bitte anders nennen.", "name", name=name)
