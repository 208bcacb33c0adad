"""Consents, as the service that recorded them keeps them."""

from __future__ import annotations

from datetime import date, datetime

from kim_runtime.columns import UtcColumn
from kim_runtime.refusal import NotFound
from sqlalchemy import JSON, String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from kim_referral.model.base import Base
from kim_referral.rules.consent_rules import ConsentTerms


class Consent(Base):
    """What a person agreed to have told, to whom and until when (Einwilligung, Art. 7 GDPR, § 67b SGB X).

    `about_kind` and `about_id` name the thing of the mounting service it belongs to ("case", "consultation", "visitor"). `person` is
    what this service calls the person; it never leaves it. `recipients` are organisation ids, `valid_to` is the last day.
    `age` on the day it was given is asked of the young alone, for who may give it.
    """

    __tablename__ = "referral_consent"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    about_kind: Mapped[str] = mapped_column(String(40))
    about_id: Mapped[str] = mapped_column(String(64), index=True)
    person: Mapped[str] = mapped_column(String(200))
    purpose: Mapped[str] = mapped_column(Text)
    recipients: Mapped[list[str]] = mapped_column(JSON)
    categories: Mapped[list[str]] = mapped_column(JSON)
    language: Mapped[str] = mapped_column(String(8))
    interpreting: Mapped[str] = mapped_column(String(20))
    form: Mapped[str] = mapped_column(String(20))
    signed: Mapped[bool]
    kept_at: Mapped[str] = mapped_column(String(200))
    age: Mapped[int | None]
    given_by: Mapped[str] = mapped_column(String(20))
    giver_name: Mapped[str] = mapped_column(String(200))
    given_on: Mapped[date]
    valid_to: Mapped[date]
    recorded_at: Mapped[datetime] = mapped_column(UtcColumn)
    recorded_by: Mapped[str] = mapped_column(String(64))
    revoked_at: Mapped[datetime | None] = mapped_column(UtcColumn)
    revoked_by: Mapped[str | None] = mapped_column(String(20))
    revoked_how: Mapped[str | None] = mapped_column(String(20))
    revocation_recorded_by: Mapped[str | None] = mapped_column(String(64))

    @property
    def terms(self) -> ConsentTerms:
        return ConsentTerms(
            recipients=frozenset(self.recipients),
            categories=frozenset(self.categories),
            given_on=self.given_on,
            valid_to=self.valid_to,
            form=self.form,
            signed=self.signed,
            revoked_at=self.revoked_at,
        )


def consent_by_id(session: Session, consent_id: str) -> Consent:
    consent = session.get(Consent, consent_id)
    if consent is None:
        raise NotFound("consent_unknown", "Diese Einwilligung gibt es nicht.")
    return consent


def consent_for_update(session: Session, consent_id: str) -> Consent | None:
    """The consent under its row lock: a disclosure and a revocation of it happen one after the other."""
    return session.scalars(
        select(Consent).where(Consent.id == consent_id).with_for_update().execution_options(populate_existing=True)
    ).one_or_none()


def consents_about(session: Session, about_kind: str, about_id: str) -> list[Consent]:
    """The consents of one case, consultation or visitor, the newest first."""
    query = select(Consent).where(Consent.about_kind == about_kind, Consent.about_id == about_id)
    return list(session.scalars(query.order_by(Consent.given_on.desc(), Consent.id.desc())))
