"""What the actions of casework are, in a few words: for keys of programs and for the audit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from kim_web.language import mark

ACTION_WORDS: Final[Mapping[str, str]] = {
    "case.admit": mark("Fälle aufnehmen"),
    "case.assign": mark("Fälle zuteilen"),
    "case.list": mark("Listen von Fällen ansehen"),
    "case.open_in_emergency": mark("Akten in einem Notfall öffnen, mit Grund"),
    "case.protect": mark("Akten schützen"),
    "case.see": mark("Fälle ansehen"),
    "case.unprotect": mark("Den Schutz einer Akte aufheben"),
    "case.work": mark("Fälle führen: Kontakte, Schritte, Schließung"),
    "consultations.see": mark("Beratungen im Case Management ansehen"),
    "cover.end": mark("Vertretungen beenden"),
    "cover.give": mark("Vertretungen einrichten"),
    "cover.see": mark("Vertretungen ansehen"),
    "house.arrange": mark("Das Haus einrichten: Standorte, Fallmanager_innen"),
    "house.see": mark("Das Haus ansehen"),
    "order.list": mark("Listen bestellter Sprachmittlung ansehen"),
    "order.place": mark("Sprachmittlung bestellen"),
    "order.see": mark("Bestellte Sprachmittlung ansehen"),
    "proposal.decide": mark("Über Vorschläge zur Aufnahme entscheiden"),
    "proposal.see": mark("Vorschläge zur Aufnahme ansehen"),
    "statistics.read": mark("Zahlen für Berichte lesen"),
    "team.arrange": mark("Teams einrichten: wer in welchem ist"),
    "team.see": mark("Teams ansehen"),
    "week.see": mark("Die eigene Woche ansehen"),
}
