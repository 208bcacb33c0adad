"""Posts and what was decided about them, from day to day."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from kim_reference.municipalities import municipality_of
from kim_runtime.columns import FteColumn
from kim_runtime.database import locked
from kim_runtime.refusal import NotFound
from sqlalchemy import ForeignKey, Integer, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from kim_staffing.model.base import Base

BAUSTEINE = (1, 2, 3)
ESTABLISHED, PLANNED, UNDECIDED = "established", "planned", "undecided"
STATUS_WORDS = {ESTABLISHED: "eingerichtet", PLANNED: "geplant", UNDECIDED: "noch offen"}
CASE_MANAGEMENT = "case_management"
ROLE_WORDS = {
    CASE_MANAGEMENT: "Case Management",
    "coordination": "Koordination",
    "administration": "Verwaltung",
    "immigration_office": "Ausländeramt",
}
BAUSTEIN_WORDS = {1: "Baustein 1: Koordination", 2: "Baustein 2: Case Management", 3: "Baustein 3: Ausländer- und Einbürgerungsbehörde"}


class Post(Base):
    """A post (Stelle) of the programme. Whether somebody sits on it says its occupancies; what was decided about it says its history.

    `fte` is its size. `municipality` is an AGS or "". `workplace` is the organisation in which the work is done, where that is not the
    employer's own centre. `transferred_from` names the programme the post was taken over from.
    """

    __tablename__ = "post"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    number: Mapped[str] = mapped_column(String(20), unique=True)
    baustein: Mapped[int] = mapped_column(Integer)
    role: Mapped[str] = mapped_column(String(40))
    fte: Mapped[Decimal] = mapped_column(FteColumn)
    municipality: Mapped[str] = mapped_column(String(8))
    workplace: Mapped[str] = mapped_column(String(40))
    transferred_from: Mapped[str] = mapped_column(String(80))
    history: Mapped[list[PostDecision]] = relationship(order_by="PostDecision.decided_on", lazy="selectin")

    def decision_on(self, day: date) -> PostDecision | None:
        """What was decided about the post as of a day; None before it was thought of."""
        known = [decision for decision in self.history if decision.decided_on <= day]
        return known[-1] if known else None

    def established_on(self, day: date) -> bool:
        """Whether the post is there to be held on a day, by what is decided until then."""
        decision = self.decision_on(day)
        return decision is not None and decision.status == ESTABLISHED and decision.runs_on(day)

    @property
    def gives_cases(self) -> bool:
        """Whether who sits on the post may be given cases."""
        return self.role == CASE_MANAGEMENT

    @property
    def latest(self) -> PostDecision:
        return self.history[-1]

    @property
    def place(self) -> str:
        """The municipality's name, or ""."""
        known = municipality_of(self.municipality) if self.municipality else None
        return known.name("de") if known else ""


class PostDecision(Base):
    """What holds of a post from the day it was decided until the next decision: established, planned or undecided, for whom, from when to
    when.
    """

    __tablename__ = "post_decision"

    post_id: Mapped[str] = mapped_column(ForeignKey("post.id"), primary_key=True)
    decided_on: Mapped[date] = mapped_column(primary_key=True)
    status: Mapped[str] = mapped_column(String(20))
    employer_id: Mapped[str | None] = mapped_column(ForeignKey("employer.id"))
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]

    def runs_on(self, day: date) -> bool:
        return (self.starts_on is None or self.starts_on <= day) and (self.ends_on is None or day <= self.ends_on)


def post_by_id(session: Session, post_id: str) -> Post:
    post = session.get(Post, post_id)
    if post is None:
        raise NotFound("post_unknown", "Diese Stelle gibt es hier nicht.", field="post")
    return post


def post_for_update(session: Session, post_id: str) -> Post:
    """The post under its row lock: two occupancies of it are checked one after the other."""
    return locked(session, Post, post_id) or post_by_id(session, post_id)


def posts(session: Session) -> list[Post]:
    return list(session.scalars(select(Post).order_by(Post.baustein, Post.number)))


def next_post_number(session: Session, baustein: int) -> str:
    """The next free number of a Baustein: 2-07."""
    taken = session.scalars(select(Post.number).where(Post.baustein == baustein)).all()
    highest = max((int(number.rpartition("-")[2]) for number in taken), default=0)
    return f"{baustein}-{highest + 1:02}"
