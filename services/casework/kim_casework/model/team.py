"""Teams of the house, and who is in which. What is whose is worked out of that whenever somebody asks; nothing else stores a team."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ForeignKey, Select, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from kim_casework.model.base import Base, identifier, line
from kim_casework.model.staff import StaffMember


class Team(Base):
    """Colleagues who share cases under a lead of their own (Team). A case is of the team of who is responsible for it today."""

    __tablename__ = "teams"

    id: Mapped[str] = mapped_column(identifier(), primary_key=True)
    name: Mapped[str] = mapped_column(line(60), unique=True)


class TeamMember(Base):
    """That a colleague is in a team: in one at most."""

    __tablename__ = "team_members"

    member: Mapped[str] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    team_id: Mapped[str] = mapped_column(ForeignKey("teams.id"), index=True)


def in_other_teams(me: str) -> Select[str]:
    """The ids of the colleagues in other teams than `me`; for who is in no team there are none."""
    mine = select(TeamMember.team_id).where(TeamMember.member == me).scalar_subquery()
    return select(TeamMember.member).where(TeamMember.team_id != mine)  # compared with nothing, nobody's is another


def is_in_other_team(session: Session, me: str, colleague: str) -> bool:
    """Whether a colleague is in another team than `me`, who is in one."""
    return session.scalar(in_other_teams(me).where(TeamMember.member == colleague)) is not None


def team_of(session: Session, member: str) -> Team | None:
    return session.scalars(select(Team).join(TeamMember, TeamMember.team_id == Team.id).where(TeamMember.member == member)).one_or_none()


def list_teams(session: Session) -> Sequence[Team]:
    """All of them, by name."""
    return session.scalars(select(Team).order_by(Team.name)).all()


def members_of_teams(session: Session) -> dict[str, list[StaffMember]]:
    """By the id of a team, its members by name; under the empty id who is in none."""
    query = select(StaffMember, TeamMember.team_id).outerjoin(TeamMember, TeamMember.member == StaffMember.id).order_by(StaffMember.name)
    found: dict[str, list[StaffMember]] = {}
    for member, team_id in session.execute(query):
        found.setdefault(team_id or "", []).append(member)
    return found
