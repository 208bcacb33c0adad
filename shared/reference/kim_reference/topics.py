"""Topics of a consultation (Anliegen). The first nine are those of the progress report of September 2022."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Topic:
    """What a consultation was about (Anliegen). `shorthand` is the letter that picks it in the quick entry form."""

    code: str
    shorthand: str
    german: str
    english: str
    valid_from: date | None = None
    valid_to: date | None = None

    def name(self, language: str) -> str:
        return self.german if language == "de" else self.english


TOPICS = (
    Topic("housing", "w", "Wohnungssuche", "Finding a home"),
    Topic("residence", "r", "Aufenthalt", "Residence"),
    Topic("family_reunification", "f", "Familienzusammenführung", "Family reunification"),
    Topic("employment", "a", "Erwerbstätigkeit", "Employment"),
    Topic("social_participation", "t", "Soziale Teilhabe", "Social participation"),
    Topic("german_courses", "d", "Deutschkurse", "German courses"),
    Topic("recognition_of_qualifications", "q", "Anerkennung von Abschlüssen", "Recognition of qualifications"),
    Topic("change_of_legal_sphere", "l", "Rechtskreiswechsel", "Change of legal sphere"),
    Topic("health", "g", "Gesundheitsversorgung", "Health care"),
    Topic("school", "s", "Schule, Seiteneinstieg", "School, school entry"),
    Topic("childcare", "k", "Kita-Platz", "Place in a day nursery"),
)
_BY_CODE = {topic.code: topic for topic in TOPICS}
_BY_SHORTHAND = {topic.shorthand: topic for topic in TOPICS}


def topic(code: str) -> Topic:
    """The topic of a code; raises KeyError."""
    return _BY_CODE[code]


def topic_of_shorthand(letter: str) -> Topic | None:
    """The topic a letter stands for: `w` for housing (Wohnung)."""
    return _BY_SHORTHAND.get(letter.lower())
