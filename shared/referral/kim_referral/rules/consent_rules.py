"""When a consent (Einwilligung) may be recorded, and whether it carries a disclosure."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from kim_runtime.clock import local_day
from kim_runtime.refusal import Refused

from kim_referral.rules.content import in_order

CONSENT_FORMS = ("written", "electronic", "oral")
INTERPRETING = ("none", "companion", "colleague", "pool", "phone")
REVOCATION_WAYS = ("in_person", "telephone", "letter", "email")


@dataclass(frozen=True, slots=True)
class ConsentTerms:
    """What was agreed to: to whom (organisation ids), which categories, from when to when, in which form.

    `valid_to` is the last day. A scope that names nobody or nothing means nobody and nothing.
    """

    recipients: frozenset[str]
    categories: frozenset[str]
    given_on: date
    valid_to: date
    form: str
    signed: bool
    revoked_at: datetime | None = None

    @property
    def proven(self) -> bool:
        """Given in writing or electronically, and signed: what § 67b(2) SGB X demands for data concerning health."""
        return self.form in {"written", "electronic"} and self.signed


def objections_to_recording(terms: ConsentTerms, *, informed: bool, today: date) -> Iterator[Refused]:
    """Why these terms cannot be recorded as a consent; nothing when they can."""
    if not informed:
        yield Refused(
            "not_informed",
            "Ohne Aufklärung gilt keine Einwilligung: über den Zweck, die Folgen einer Weigerung und das Recht, jederzeit zu widerrufen.",
            "informed",
        )
    if not terms.recipients:
        yield Refused("no_recipient", "Bitte mindestens eine Stelle nennen, die Daten erhalten darf.", "recipients")
    if not terms.categories:
        yield Refused("no_category", "Bitte mindestens eine Art von Angaben nennen.", "categories")
    if terms.given_on > today:
        yield Refused("given_in_future", "Eine Einwilligung kann nicht in der Zukunft gegeben sein.", "given_on")
    if terms.valid_to < terms.given_on:
        yield Refused("ends_before_start", "„Gültig bis“ liegt vor dem Tag der Einwilligung.", "valid_to")
    if "health" in terms.categories and not terms.proven:
        yield Refused(
            "health_needs_written",
            "Gesundheitsangaben: schriftliche Einwilligung nötig. Bitte drucken, unterschreiben lassen und „unterschrieben“ ankreuzen.",
            "signed",
        )


def objection_to_disclosure(
    terms: ConsentTerms | None, recipient: str, recipient_name: str, categories: Collection[str], today: date
) -> Refused | None:
    """Why `categories` may not be told to `recipient` on this day; None when the consent carries it.

    Art. 6, 7 and 9(2)(a) GDPR, § 67b SGB X: the consent must stand, name the recipient and cover each category.
    """
    if terms is None:
        return Refused(
            "consent_missing",
            "Personendaten können nicht weitergegeben werden: Einwilligung fehlt. "
            "Bitte eine Einwilligung aufnehmen oder den Zettel ohne Namen mitgeben.",
            "consent_id",
        )
    if terms.revoked_at is not None:
        return Refused(
            "consent_revoked",
            "Personendaten können nicht weitergegeben werden: Die Einwilligung wurde widerrufen am {revoked_at}.",
            "consent_id",
            revoked_at=terms.revoked_at,
        )
    if today > terms.valid_to:
        return Refused(
            "consent_expired",
            "Personendaten können nicht weitergegeben werden: Die Einwilligung galt bis {valid_to}.",
            "consent_id",
            valid_to=terms.valid_to,
        )
    if today < terms.given_on:
        return Refused(
            "consent_not_yet",
            "Personendaten können nicht weitergegeben werden: Die Einwilligung gilt erst ab {given_on}.",
            "consent_id",
            given_on=terms.given_on,
        )
    if recipient not in terms.recipients:
        return Refused(
            "recipient_not_named",
            "Personendaten können nicht weitergegeben werden: Die Einwilligung nennt {recipient} nicht.",
            "consent_id",
            recipient=recipient_name,
        )
    outside = frozenset(categories) - terms.categories
    if "health" in outside:
        return Refused(
            "health_not_consented",
            "Gesundheitsangaben: schriftliche Einwilligung nötig. Die vorliegende umfasst keine Gesundheitsangaben.",
            "health",
        )
    if outside:
        return Refused(
            "category_not_consented",
            "Personendaten können nicht weitergegeben werden: Die Einwilligung umfasst diese Angabe nicht. "
            "Bitte weglassen oder neu einwilligen lassen.",
            in_order(outside)[0],
            categories=in_order(outside),
        )
    if "health" in categories and not terms.proven:
        return Refused("health_needs_written", "Gesundheitsangaben: schriftliche, unterschriebene Einwilligung nötig.", "health")
    return None


def objection_to_keeping(recipient: str | None, purpose: str | None, valid_to: date, own: str, today: date) -> str | None:
    """Why what arrived may not be kept here, as its consent is told along: a code; None when it may.

    Art. 6(1)(a) GDPR, § 67b SGB X: the consent must name this organisation (`own`, an id) and a purpose, which is all the data may be used
    for (§ 78(1) SGB X), and not be past its last day. `recipient` and `purpose` are both None from a sender of an earlier release, which
    tells neither; one without the other is a fault.
    """
    if (recipient, purpose) != (None, None):
        if recipient != own:
            return "recipient_not_named"
        if not (purpose or "").strip():
            return "purpose_missing"
    return "consent_expired" if today > valid_to else None


def stands(terms: ConsentTerms, at: datetime) -> bool:
    """Whether the consent stands at this moment: given, not past its last day, not revoked."""
    return terms.revoked_at is None and terms.given_on <= local_day(at) <= terms.valid_to
