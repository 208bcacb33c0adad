"""Residence titles (Aufenthaltstitel) and other residence statuses, named by law and paragraph (AufenthG, AsylG, FreizügG/EU).

A first consultation never asks: `not_asked` is what is recorded unless the person says otherwise (§ 87(2) AufenthG obliges public
bodies to report much of what they learn).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

NOT_ASKED = "not_asked"

# group -> (German, English)
GROUPS = {
    "citizen": ("Deutsche, EU", "German, EU"),
    "asylum": ("Asylverfahren", "Asylum procedure"),
    "toleration": ("Duldung", "Toleration"),
    "provisional": ("Fiktionsbescheinigung, Visum", "Provisional title, visa"),
    "education": ("Ausbildung", "Education"),
    "work": ("Erwerbstätigkeit", "Work"),
    "humanitarian": ("Humanitär", "Humanitarian"),
    "family": ("Familie", "Family"),
    "permanent": ("Unbefristet", "Permanent"),
    "other": ("Sonstige", "Other"),
    "unknown": ("Ohne Angabe", "Not stated"),
}


@dataclass(frozen=True, slots=True)
class ResidenceTitle:
    """A residence title or status (Aufenthaltstitel). `paragraph` is the law's own citation; `valid_from` the day it came into force."""

    code: str
    paragraph: str
    german: str
    english: str
    group: str
    valid_from: date | None = None
    valid_to: date | None = None

    def name(self, language: str) -> str:
        words = self.german if language == "de" else self.english
        return f"{self.paragraph}: {words}" if self.paragraph else words


def _aufenthg(group: str, number: str, german: str, english: str, valid_from: date | None = None) -> ResidenceTitle:
    """A title of the AufenthG. `25-1` is § 25 Abs. 1 and `18a` is § 18a."""
    section, _, subsection = number.partition("-")
    paragraph = f"§ {section} Abs. {subsection} AufenthG" if subsection else f"§ {section} AufenthG"
    return ResidenceTitle(f"aufenthg_{number.replace('-', '_')}", paragraph, german, english, group, valid_from)


RESIDENCE_TITLES = (
    ResidenceTitle("german", "", "Deutsche Staatsangehörigkeit", "German citizenship", "citizen"),
    ResidenceTitle("freizuegg_eu", "FreizügG/EU", "Freizügigkeit in der EU", "EU freedom of movement", "citizen"),
    ResidenceTitle("asylg_63a", "§ 63a AsylG", "Ankunftsnachweis", "Proof of arrival", "asylum"),
    ResidenceTitle("asylg_55", "§ 55 AsylG", "Aufenthaltsgestattung", "Permission to reside during the procedure", "asylum"),
    _aufenthg("toleration", "60a", "Duldung", "Toleration"),
    _aufenthg("toleration", "60b", "Duldung bei ungeklärter Identität", "Toleration with unclear identity"),
    _aufenthg("toleration", "60c", "Ausbildungsduldung", "Toleration for training"),
    _aufenthg("toleration", "60d", "Beschäftigungsduldung", "Toleration for employment"),
    _aufenthg("provisional", "81-3", "Fiktionsbescheinigung nach Antrag ohne Titel", "Provisional document, applied without a title"),
    _aufenthg("provisional", "81-4", "Fiktionsbescheinigung mit fortgeltendem Titel", "Provisional document, title continues"),
    _aufenthg("provisional", "6", "Visum", "Visa"),
    _aufenthg("education", "16a", "Berufsausbildung", "Vocational training"),
    _aufenthg("education", "16b", "Studium", "Studies"),
    _aufenthg("education", "16d", "Anerkennung von Berufsqualifikationen", "Recognition of professional qualifications"),
    _aufenthg("education", "16f", "Sprachkurs, Schulbesuch", "Language course, school"),
    _aufenthg("education", "17", "Suche eines Ausbildungs- oder Studienplatzes", "Search for a training or study place"),
    _aufenthg("work", "18a", "Fachkraft mit Berufsausbildung", "Skilled worker with vocational training"),
    _aufenthg("work", "18b", "Fachkraft mit akademischer Ausbildung", "Skilled worker with academic training"),
    _aufenthg("work", "18d", "Forschung", "Research"),
    _aufenthg("work", "18g", "Blaue Karte EU", "EU Blue Card", date(2023, 11, 18)),
    _aufenthg("work", "19c", "Sonstige Beschäftigungszwecke", "Other employment"),
    _aufenthg("work", "19d", "Qualifizierte Geduldete", "Qualified tolerated persons"),
    _aufenthg("work", "20", "Arbeitsplatzsuche", "Search for work"),
    _aufenthg("work", "20a", "Chancenkarte", "Opportunity card", date(2024, 6, 1)),
    _aufenthg("work", "21", "Selbständige Tätigkeit", "Self-employment"),
    _aufenthg("humanitarian", "22", "Aufnahme aus dem Ausland", "Admission from abroad"),
    _aufenthg("humanitarian", "23-1", "Aufnahme durch Landesbehörden", "Admission by a state"),
    _aufenthg("humanitarian", "23-2", "Aufnahme durch den Bund", "Admission by the federation"),
    _aufenthg("humanitarian", "23-4", "Resettlement", "Resettlement"),
    _aufenthg("humanitarian", "23a", "Härtefall", "Case of hardship"),
    _aufenthg("humanitarian", "24", "Vorübergehender Schutz", "Temporary protection"),
    _aufenthg("humanitarian", "25-1", "Asylberechtigung", "Entitlement to asylum"),
    _aufenthg("humanitarian", "25-2", "Flüchtling oder subsidiär Schutzberechtigte", "Refugee or subsidiary protection"),
    _aufenthg("humanitarian", "25-3", "Abschiebungsverbot", "Prohibition of deportation"),
    _aufenthg("humanitarian", "25-4", "Vorübergehender Aufenthalt", "Temporary stay"),
    _aufenthg("humanitarian", "25-4a", "Opfer von Straftaten", "Victims of crime"),
    _aufenthg("humanitarian", "25-4b", "Opfer illegaler Beschäftigung", "Victims of illegal employment"),
    _aufenthg("humanitarian", "25-5", "Ausreise unmöglich", "Departure impossible"),
    _aufenthg("humanitarian", "25a", "Gut integrierte Jugendliche und junge Volljährige", "Well integrated young people"),
    _aufenthg("humanitarian", "25b", "Nachhaltige Integration", "Lasting integration"),
    _aufenthg("humanitarian", "104c", "Chancen-Aufenthaltsrecht", "Right of residence as an opportunity", date(2022, 12, 31)),
    _aufenthg("family", "28", "Familiennachzug zu Deutschen", "Family of Germans"),
    _aufenthg("family", "29", "Familiennachzug zu Ausländern", "Family of foreigners"),
    _aufenthg("family", "30", "Ehegattennachzug", "Spouses"),
    _aufenthg("family", "31", "Eigenständiges Aufenthaltsrecht der Ehegatten", "Independent right of spouses"),
    _aufenthg("family", "32", "Kindernachzug", "Children"),
    _aufenthg("family", "33", "Geburt eines Kindes im Bundesgebiet", "Child born in Germany"),
    _aufenthg("family", "36", "Nachzug der Eltern und sonstiger Angehöriger", "Parents and other relatives"),
    _aufenthg("family", "36a", "Familiennachzug zu subsidiär Schutzberechtigten", "Family of persons with subsidiary protection"),
    _aufenthg("permanent", "9", "Niederlassungserlaubnis", "Settlement permit"),
    _aufenthg("permanent", "9a", "Daueraufenthalt EU", "EU long-term residence"),
    _aufenthg("permanent", "18c", "Niederlassungserlaubnis für Fachkräfte", "Settlement permit for skilled workers"),
    _aufenthg("permanent", "26-3", "Niederlassungserlaubnis nach Schutz", "Settlement permit after protection"),
    _aufenthg("permanent", "26-4", "Niederlassungserlaubnis, humanitär", "Settlement permit, humanitarian"),
    _aufenthg("permanent", "35", "Niederlassungserlaubnis der Kinder", "Settlement permit of children"),
    _aufenthg("other", "37", "Recht auf Wiederkehr", "Right of return"),
    _aufenthg("other", "38", "Ehemalige Deutsche", "Former Germans"),
    _aufenthg("other", "38a", "Daueraufenthalt in einem anderen EU-Staat", "Long-term residence in another EU state"),
    ResidenceTitle("none", "", "Kein Titel oder ungeklärt", "No title, or unclear", "unknown"),
    ResidenceTitle(NOT_ASKED, "", "Nicht gefragt", "Not asked", "unknown"),
    ResidenceTitle("not_said", "", "Keine Auskunft gewünscht", "Preferred not to say", "unknown"),
)
_BY_CODE = {title.code: title for title in RESIDENCE_TITLES}


def residence_title(code: str) -> ResidenceTitle:
    """The residence title of a code; raises KeyError."""
    return _BY_CODE[code]


def group_name(group: str, language: str) -> str:
    """The name of a group of titles: figures are told by group, never by single title."""
    german, english = GROUPS[group]
    return german if language == "de" else english
