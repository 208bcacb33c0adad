"""Releases from confidentiality, as the service that recorded them keeps them."""

from __future__ import annotations

from kim_runtime.refusal import NotFound
from sqlalchemy import JSON, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from kim_referral.model.base import Base
from kim_referral.model.declaration import Declared
from kim_referral.rules.release_rules import ReleaseTerms


class Release(Declared, Base):
    """A person releases who is bound to secrecy, towards others, on named subjects (Schweigepflichtentbindung, § 203 StGB).

    Apart from the consent (Einwilligung): one permits that data are passed on, the other that who was confided in may speak.
    `released` names the persons or the body bound to secrecy.
    """

    __tablename__ = "referral_release"

    released: Mapped[str] = mapped_column(Text)
    subjects: Mapped[list[str]] = mapped_column(JSON)

    @staticmethod
    def unknown() -> NotFound:
        return NotFound("release_unknown", "Diese Schweigepflichtentbindung gibt es nicht.")

    @property
    def terms(self) -> ReleaseTerms:
        return ReleaseTerms(
            recipients=frozenset(self.recipients),
            subjects=frozenset(self.subjects),
            given_on=self.given_on,
            valid_to=self.valid_to,
            revoked_at=self.revoked_at,
        )


def releases_of(session: Session, about_kind: str, about_id: str, person: str) -> list[Release]:
    """What one person released about one thing, under row locks: a disclosure and a revocation happen one after the other.

    One member of a family cannot release for another, so the person must be the same, however it was capitalised.
    """
    query = select(Release).where(Release.about_kind == about_kind, Release.about_id == about_id).order_by(Release.id)
    found = session.scalars(query.with_for_update().execution_options(populate_existing=True))
    return [one for one in found if one.is_of(person)]
