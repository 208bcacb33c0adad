"""What the actions of staffing are, in a few words: for keys of programs and for the audit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from kim_web.language import mark

ACTION_WORDS: Final[Mapping[str, str]] = {
    "assurance.record": mark("Zusagen eintragen"),
    "assurance.see": mark("Zusagen ansehen"),
    "contract.record": mark("Verträge anlegen und verlängern"),
    "contract.see": mark("Verträge ansehen"),
    "council.record": mark("Mitbestimmung einleiten und Antworten eintragen"),
    "council.see": mark("Mitbestimmung ansehen"),
    "expiring.see": mark("Auslaufende Verträge ansehen"),
    "grant.record": mark("Bewilligungen eintragen"),
    "grant.see": mark("Bewilligungen ansehen"),
    "plan.see": mark("Den Stellenplan ansehen"),
    "post.manage": mark("Stellen anlegen und ändern"),
    "post.see": mark("Stellen ansehen"),
    "statistics.read": mark("Zahlen für Berichte lesen"),
}
