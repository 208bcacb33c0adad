"""What a referral says, line by line, in words: one wording for the preview, the letter and the receiver's page."""

from __future__ import annotations

from kim_reference.languages import language
from kim_reference.municipalities import municipality_of
from kim_reference.topics import topic

from kim_referral.rules.content import CATEGORY_LABELS, Content

PERSONS_LABEL = "Personen"
PURPOSE_LABEL = "Wofür die Angaben genutzt werden dürfen"


def lines(content: Content, lang: str = "de", purpose: str | None = None) -> list[tuple[str, str]]:
    """(German label, text in `lang`) for each thing said, in the order of the form, and for what it may be used. What is not said has no
    line.
    """
    found = [
        ("name", content.name),
        ("phone", content.phone),
        ("birth_year", str(content.birth_year or "")),
        ("language", language_name(content.language, lang)),
        ("residence_town", town_name(content.residence_town)),
        ("topics", ", ".join(topic_name(code, lang) for code in content.topics)),
        ("health", content.health),
        ("note", content.note),
    ]
    said = [(CATEGORY_LABELS[category], text) for category, text in found if text]
    said += [(PERSONS_LABEL, str(content.persons))] if content.persons else []
    return [*said, (PURPOSE_LABEL, purpose)] if purpose else said


def language_name(code: str, lang: str = "de") -> str:
    try:
        return language(code).name(lang) if code else ""
    except KeyError:
        return code


def topic_name(code: str, lang: str = "de") -> str:
    try:
        return topic(code).name(lang)
    except KeyError:
        return code


def town_name(ags: str) -> str:
    town = municipality_of(ags) if ags else None
    return town.name("de") if town else ags
