"""What a referral says of a person, cut into the categories a consent names."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from kim_events.types.referral import DATA_CATEGORIES

CATEGORY_LABELS = {
    "name": "Name",
    "phone": "Telefon",
    "birth_year": "Geburtsjahr",
    "language": "Sprache",
    "residence_town": "Wohnort",
    "topics": "Themen",
    "health": "Gesundheitsangaben",
    "note": "Anliegen in Worten",
}
assert tuple(CATEGORY_LABELS) == DATA_CATEGORIES

# Recital 35 GDPR: that somebody seeks health care is itself data concerning health.
HEALTH_TOPIC = "health"


@dataclass(frozen=True, slots=True)
class Content:
    """What is said of one person or family. An empty field is not said. `language` ISO 639-3, `residence_town` AGS.

    `persons` (how many it is about) belongs to no category: it identifies nobody. `note` is the matter in words, `health` what is said
    of somebody's health, kept apart so that a consent can cover one without the other.
    """

    name: str = ""
    phone: str = ""
    birth_year: int | None = None
    language: str = ""
    residence_town: str = ""
    topics: tuple[str, ...] = ()
    note: str = ""
    health: str = ""
    persons: int | None = None

    @property
    def is_empty(self) -> bool:
        return not categories_of(self)


def categories_of(content: Content) -> frozenset[str]:
    """The categories the content touches."""
    found = {category for category in ("name", "phone", "language", "residence_town", "note", "health") if getattr(content, category)}
    if content.birth_year is not None:
        found.add("birth_year")
    if content.topics:
        found.add("topics")
    if HEALTH_TOPIC in content.topics:
        found.add("health")
    return frozenset(found)


def within(content: Content, categories: Collection[str]) -> Content:
    """The content with everything outside `categories` left out."""
    topics = content.topics if "topics" in categories else ()
    if "health" not in categories:
        topics = tuple(topic for topic in topics if topic != HEALTH_TOPIC)
    return replace(
        content,
        name=content.name if "name" in categories else "",
        phone=content.phone if "phone" in categories else "",
        birth_year=content.birth_year if "birth_year" in categories else None,
        language=content.language if "language" in categories else "",
        residence_town=content.residence_town if "residence_town" in categories else "",
        topics=topics,
        note=content.note if "note" in categories else "",
        health=content.health if "health" in categories else "",
    )


def in_order(categories: Collection[str]) -> tuple[str, ...]:
    """Categories in the order of the form."""
    return tuple(category for category in DATA_CATEGORIES if category in categories)
