"""Consents, as the service that recorded them keeps them."""

from __future__ import annotations

from kim_runtime.refusal import NotFound
from sqlalchemy import JSON, String, Text
from sqlalchemy.orm import Mapped, Session, mapped_column

from kim_referral.model.base import Base
from kim_referral.model.declaration import Declared
from kim_referral.rules.consent_rules import ConsentTerms


class Consent(Declared, Base):
    """What a person agreed to have told, to whom and until when (Einwilligung, Art. 7 GDPR, § 67b SGB X)."""

    __tablename__ = "referral_consent"

    purpose: Mapped[str] = mapped_column(Text)
    categories: Mapped[list[str]] = mapped_column(JSON)
    language: Mapped[str] = mapped_column(String(8))
    interpreting: Mapped[str] = mapped_column(String(20))

    @staticmethod
    def unknown() -> NotFound:
        return NotFound("consent_unknown", "Diese Einwilligung gibt es nicht.")

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
        raise Consent.unknown()
    return consent
