"""What the forms offer, in the language of the request."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from kim_reference.dated import choices, choices_by_name
from kim_reference.languages import LANGUAGES
from kim_reference.municipalities import MUNICIPALITIES
from kim_reference.topics import TOPICS
from kim_web.language import _, language, mark

from kim_referral.operations.receivers import Receiver
from kim_referral.rules.content import CATEGORY_LABELS
from kim_referral.rules.referral_rules import REJECTION_LABELS

Choices = list[tuple[str, str]]

FORMS = {"written": mark("schriftlich"), "electronic": mark("elektronisch"), "oral": mark("mündlich")}
GIVERS = {
    "self": mark("die Person selbst"), "parent": mark("Elternteil mit Sorgerecht"), "appointed_guardian": mark("Vormund"),
    "representative": mark("mit Vollmacht"),
}  # fmt: skip
# Records made before parents and appointed guardians were told apart.
GIVERS_ON_RECORD = {**GIVERS, "guardian": mark("Sorgeberechtigte oder Vormund")}
INTERPRETING = {
    "none": mark("nicht nötig"), "companion": mark("durch Begleitung"), "colleague": mark("durch Kollegin oder Kollegen"),
    "pool": mark("durch Sprachmittlung"), "phone": mark("am Telefon"),
}  # fmt: skip
REVOCATION_WAYS = {
    "in_person": mark("persönlich"),
    "telephone": mark("telefonisch"),
    "letter": mark("per Brief"),
    "email": mark("per E-Mail"),
}
WITHDRAWAL_REASONS = {"sent_by_mistake": mark("irrtümlich gesendet"), "no_longer_needed": mark("nicht mehr nötig")}
ANSWERS = {"accepted": mark("angenommen"), "waiting_list": mark("Warteliste"), "rejected": mark("abgelehnt")}
WAYS = {"telephone": mark("telefonisch"), "letter": mark("per Brief"), "in_person": mark("persönlich")}
OUTCOMES = {
    "arrived": mark("angekommen"),
    "not_arrived": mark("nicht angekommen"),
    "moved_away": mark("weggezogen"),
    "other": mark("anderes"),
}
GROUNDS = {
    "retention_duty": mark("wir müssen sie aufbewahren"), "legal_claims": mark("sie für Rechtsansprüche gebraucht werden"),
    "own_contact": mark("die Person jetzt selbst mit uns in Kontakt steht"), "consent_expired": mark("die Einwilligung abgelaufen war"),
}  # fmt: skip
OBJECTIONS = {
    "recipient_not_named": mark("die Einwilligung nennt die empfangende Stelle nicht"),
    "purpose_missing": mark("die Einwilligung nennt keinen Zweck"),
}
CONFIRMED = {"deleted": mark("gelöscht"), "restricted": mark("eingeschränkt")}


def of(labels: dict[str, str], codes: Collection[str] | None = None) -> Choices:
    return [(code, _(label)) for code, label in labels.items() if codes is None or code in codes]


def categories(codes: Collection[str] | None = None) -> Choices:
    return of(CATEGORY_LABELS, codes)


def rejections() -> Choices:
    return of(REJECTION_LABELS)


def languages(day: date) -> Choices:
    return choices_by_name(LANGUAGES, language(), day)


def towns(day: date) -> Choices:
    return choices(MUNICIPALITIES, language(), day)


def topics(day: date) -> Choices:
    return choices(TOPICS, language(), day)


def to(receivers: Collection[Receiver]) -> Choices:
    """Receivers by name; a second mailbox of the same organisation says which, and a partner without software says that."""
    several = [one.organisation for one in receivers]
    found = []
    for one in receivers:
        if one.mailbox is None:
            label = _("{name} (Brief)").format(name=one.name)
        elif several.count(one.organisation) > 1:
            service = _("Case Management") if one.mailbox.endswith(".casework") else _("Beratung")
            label = f"{one.name}: {service}"
        else:
            label = one.name
        found.append((one.code, label))
    return found
