"""How each figure is counted, in one sentence: every figure explains itself, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

COUNTING_RULES: Final[Mapping[str, Mapping[str, str]]] = {
    "total": {
        "de": "Beratungen: jedes Gespräch zählt einmal, gleich wie viele Personen am Tisch sitzen. "
        "Die Zahlen verschiedener Beratungsdienste werden nie addiert.",
        "en": "Consultations: each talk counts once, however many people sit at the table. "
        "Figures of different counselling services are never added.",
    },
    "persons_at_the_table": {
        "de": "Personen am Tisch: Summe über alle Beratungen. Wer dreimal kommt, zählt dreimal.",
        "en": "Persons at the table: the sum over all consultations. Who comes three times counts three times.",
    },
    "usual_size_share": {
        "de": "Anteil der Beratungen mit zwei bis fünf Personen am Tisch an allen Beratungen.",
        "en": "Share of consultations with two to five persons at the table in all consultations.",
    },
    "known_different_persons": {
        "de": "Bekannte verschiedene Personen: wer sich mit Rückkehrcode oder Namen wiederfinden lässt, zählt im Zeitraum einmal. "
        "Anonyme Beratungen fehlen hier.",
        "en": "Known different persons: whoever can be found again by return code or name counts once in the period. "
        "Anonymous consultations are not in it.",
    },
    "anonymous": {
        "de": "Beratungen ohne Rückkehrcode und ohne Namen.",
        "en": "Consultations without a return code and without a name.",
    },
    "by_origin": {
        "de": "Beratungen nach dem Herkunftsland der ratsuchenden Familie. "
        "UNKNOWN: nicht bekannt oder nicht gefragt, NOT_SAID: keine Angabe.",
        "en": "Consultations by the family's country of origin. UNKNOWN: not known or not asked, NOT_SAID: rather not said.",
    },
    "by_topic": {
        "de": "Beratungen, in denen das Thema vorkam. Eine Beratung hat oft mehrere Themen; "
        "die Summe ist größer als die Zahl der Beratungen.",
        "en": "Consultations in which the topic came up. One often has several; the sum exceeds the number of consultations.",
    },
    "by_kind": {
        "de": "Erstberatung, Verweisberatung (Anliegen gehört zu einer anderen Stelle) oder Folgeberatung; jede Beratung hat eine Art.",
        "en": "First consultation, signposting (the need belongs elsewhere) or follow-up; each consultation is of one kind.",
    },
    "by_site": {
        "de": "Beratungen nach Standort. Hier zählen nur volle, vergangene Monate, damit keine Zahl zeigt, wie eine einzelne "
        "Kolleg_in arbeitet; der Rest steht unter „not_by_site“.",
        "en": "Consultations by site. Only whole months that are over are told, so that no figure shows how a single colleague "
        "works; the rest stands under “not_by_site”.",
    },
    "told": {
        "de": "Von diesen Tagen sind die Zahlen: ganze Monate, und halbe, wo in beiden Hälften mindestens drei Kolleg_innen beraten haben.",
        "en": "Of these days the figures are: whole months, and halves where at least three colleagues counselled in both of them.",
    },
    "told_how": {
        "de": "Von diesen Tagen ist, wie beraten wurde (Art, Weg, Sprachmittlung, anonym): so viele halbe Monate zusammen, dass es "
        "mindestens drei Kolleg_innen waren. Leer: Es waren weniger.",
        "en": "Of these days it is told how people were counselled (kind, channel, interpreter, anonymous): as many halves of months "
        "together as it takes for at least three colleagues. Empty: there were fewer.",
    },
    "by_language": {
        "de": "Beratungen nach der Sprache der Familie; mehrere sind möglich, keine auch.",
        "en": "Consultations by the family's language; several are possible, and none.",
    },
    "hand_overs": {
        "de": "Weitergaben unter einem Dach: angenommen, offen (wartet oder Rückmeldung offen), zurückgenommen oder nicht gekommen. "
        "Gezählt ist über so viele halbe Monate zusammen, dass mindestens drei Kolleg_innen weitergegeben haben.",
        "en": "Hand-overs under one roof: taken, open (waiting or feedback outstanding), withdrawn or not come. "
        "Counted over as many halves of months together as it takes for at least three colleagues to hand over.",
    },
    "proposals": {
        "de": "Vorschläge zur Aufnahme ins Case Management nach Tag des Vorschlags, mit ihrem heutigen Stand.",
        "en": "Proposals for admission to case management by the day proposed, with their present state.",
    },
}
