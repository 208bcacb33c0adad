"""Sites: where people are counselled, and which bodies sit under one roof there."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from kim_runtime.refusal import NotFound
from sqlalchemy import ForeignKey, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from kim_intake.model.base import Base
from kim_intake.rules.codes import SERVICES


class Site(Base):
    """A place with counselling desks (Standort)."""

    __tablename__ = "site"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    municipality: Mapped[str] = mapped_column(String(8))  # AGS
    bodies: Mapped[list[SiteBody]] = relationship(cascade="all, delete-orphan", order_by="SiteBody.position", lazy="selectin")

    @property
    def case_management_desks(self) -> int:
        return sum(body.desks for body in self.bodies if body.code == "case_management")

    def body(self, code: str) -> SiteBody | None:
        return next((body for body in self.bodies if body.code == code), None)

    def services_of(self, organisation: str) -> list[SiteBody]:
        """The counselling services that `organisation` runs here and records in its own intake."""
        return [body for body in self.bodies if body.records_in(organisation)]


class SiteBody(Base):
    """A body under the roof of a site (Stelle unter einem Dach): a counselling service, or anybody else people are walked over to."""

    __tablename__ = "site_body"

    site_id: Mapped[str] = mapped_column(ForeignKey("site.id"), primary_key=True)
    code: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    organisation: Mapped[str] = mapped_column(String(40))
    desks: Mapped[int]
    position: Mapped[int]

    def records_in(self, organisation: str) -> bool:
        """Whether its consultations are recorded in the intake of `organisation`: then a hand-over to it waits in a list there."""
        return self.organisation == organisation and self.code in SERVICES


class BodyDay(Base):
    """How a body is doing today: open, full or closed, as somebody on the spot has said. No row: nothing was said."""

    __tablename__ = "body_day"

    site_id: Mapped[str] = mapped_column(ForeignKey("site.id"), primary_key=True)
    code: Mapped[str] = mapped_column(String(64), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    state: Mapped[str] = mapped_column(String(10))


def site(session: Session, site_id: str) -> Site:
    """The site of an id; raises NotFound."""
    found = session.get(Site, site_id)
    if found is None:
        raise no_such_site(site_id)
    return found


def no_such_site(site_id: str) -> NotFound:
    return NotFound("no_such_site", "Diesen Standort gibt es nicht: {site}.", "site", site=site_id)


def body_at(session: Session, site_id: str, code: str) -> SiteBody | None:
    return session.get(SiteBody, (site_id, code))


def sites(session: Session) -> Sequence[Site]:
    return session.scalars(select(Site).order_by(Site.name)).all()


def body_states(session: Session, site_id: str, day: date) -> dict[str, str]:
    """What was said of the bodies of a site on a day: code of the body -> open | full | closed."""
    rows = session.execute(select(BodyDay.code, BodyDay.state).where(BodyDay.site_id == site_id, BodyDay.day == day))
    return dict(rows.all())
