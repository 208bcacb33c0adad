"""The English of all packages is of one piece: a German text has one English, a word of the field too, and money is written as English is.

`_()` knows a text by its German alone, and in one service the catalogues of several packages are one: two Englishes of a text would show
now this one, now that.
"""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from kim_tools.tree import ROOT
from kim_web.language import english_of

pytestmark = pytest.mark.slow  # reads every catalogue

CATALOGUES = sorted(path for parent in ("shared", "services") for path in (ROOT / parent).glob("*/kim_*/locale/en.po"))
COUNTED = "the report counts it within a line: 212 consultations"
MEANT = {
    "Aufnehmen": "a case is admitted, a person is registered",
    "Beratung": "one talk is a consultation; what a talk is for, and the chapter of the report, is counselling",
    "Beratungen": COUNTED,
    "Fälle": COUNTED,
    "Haushalt": "the people who live together, and the town's money",
    "Leitung": "a lead runs a team of case management, a head the house",
    "Personen": COUNTED,
    "Personen am Tisch": COUNTED,
    "bis": "something runs until a day, and is to be done by it",
    "Vertretung": "what stands in for a colleague is cover; whom an alarm goes to is the deputy",
    "Verweise": COUNTED,
    "Vorschläge": COUNTED,
}
# Words of the field (docs/glossary.md), and what stands for them in English.
WORDS = {
    r"[Aa]bgelehnt|[Aa]blehn": r"declin",
    r"Arbeitgeber": r"employer",
    r"Aufträge|Auftrag\b": r"order|assignment|job",
    r"Ausländer(amt|behörde)": r"immigration",
    r"Besteller_in": r"requester",
    r"Bewilligung": r"\bgrant",
    r"Case Management|Fallmanagement": r"case management",
    r"Einwilligung": r"consent",
    r"Empfänger": r"receiver",
    r"\bEntw[uü]rfe?": r"draft",
    r"Fallmanager_in\b(?! einsetzbar)": r"case manager",
    r"Folgeberatung": r"follow-up",
    r"Kommune\b|Gemeinde\b": r"municipality",
    r"Kostenträger": r"payer",
    r"\bLeitung": r"\b(head|leads?)\b",
    r"Notzugriff": r"emergency access",
    r"Prüfprotokoll": r"audit",
    r"Rechnung": r"invoice",
    r"Rückkehrcode": r"return code",
    r"Rückmeldung": r"feedback",
    r"Schweigepflichtentbindung": r"release",
    r"Sprachmittler_in": r"interpreter",
    r"Standort": r"\bsites?\b",
    r"Stellenplan": r"staffing plan",
    r"[Tt]elefon": r"phon",
    r"\bT[oö]pfe?\b": r"\bpots?\b",
    r"Vorschl[aä]g": r"propos",
    r"Warteliste": r"waiting list",
    r"Weitergabe": r"hand-over",
    r"Wiederkommzettel": r"return slip",
    r"\bZusage": r"assurance|commitment",
    r"geschützte[nr]? Akte": r"protected file",
    r"widerruf|Widerruf": r"revo",
    r"zurückgezogen|zurückziehen": r"withdr",
}


@cache
def englishes() -> dict[str, dict[str, list[str]]]:
    """German text -> English text -> the packages that have it."""
    found: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for path in CATALOGUES:
        package = path.parent.parent.name
        for german, english in english_of(package).items():
            found[german][english].append(package)
    return found


def test_a_german_text_has_one_english() -> None:
    several = {german: dict(found) for german, found in englishes().items() if len(found) > 1}
    assert {german: found for german, found in several.items() if german not in MEANT} == {}
    assert set(MEANT) - set(several) == set()


def test_a_word_of_the_field_has_one_english() -> None:
    strange = [
        f"{german} | {english}"
        for german, found in englishes().items()
        for word, wanted in WORDS.items()
        if re.search(word, german)
        for english in found
        if not re.search(wanted, english, re.IGNORECASE)
    ]
    assert strange == []


def test_english_writes_the_euro_before_the_figure_and_the_per_cent_close_behind() -> None:
    texts = [english for found in englishes().values() for english in found]
    assert [text for text in texts if re.search(r"[}\d]\s*€|[}\d]\s+%", text)] == []
    assert any("€{" in text for text in texts)


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parent.parent.name)
def test_a_catalogue_says_each_text_once_and_in_order(path: Path) -> None:
    with path.open("rb") as file:
        ids = [message.id if isinstance(message.id, str) else message.id[0] for message in read_po(file, locale="en") if message.id]
    assert ids == sorted(ids)
    assert len(re.findall(r"^msgid ", path.read_text(encoding="utf-8"), re.MULTILINE)) == len(ids) + 1
