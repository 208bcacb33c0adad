"""What the actions of intake are, in a few words: for keys of programs and for the audit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from kim_web.language import mark

ACTION_WORDS: Final[Mapping[str, str]] = {
    "client.list": mark("Personen suchen"),
    "client.open_in_emergency": mark("Eine geschützte Akte im Notfall öffnen"),
    "client.protect": mark("Akten schützen"),
    "client.register": mark("Personen aufnehmen"),
    "client.see": mark("Personen ansehen"),
    "client.unprotect": mark("Den Schutz von Akten aufheben"),
    "consultation.correct": mark("Beratungen berichtigen"),
    "consultation.list": mark("Beratungen auflisten"),
    "consultation.record": mark("Beratungen erfassen"),
    "consultation.see": mark("Beratungen ansehen"),
    "hand_over.make": mark("Familien an eine Stelle im Haus weitergeben"),
    "hand_over.see": mark("Weitergaben ansehen"),
    "hand_over.take": mark("Weitergaben annehmen"),
    "house.arrange": mark("Das Haus einrichten: Standorte und ihre Stellen"),
    "proposal.make": mark("Aufnahmen ins Case Management vorschlagen"),
    "proposal.see": mark("Vorschläge zur Aufnahme ansehen"),
    "site.see": mark("Standorte und ihre Stellen ansehen"),
    "statistics.read": mark("Zahlen für Berichte lesen"),
    "today.see": mark("Den Tag am Standort ansehen"),
    "visitor.protect": mark("Besucher_innen aufnehmen und ihre Akte gleich schützen"),
}
