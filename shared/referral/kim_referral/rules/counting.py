"""How the figures of referrals are counted, in one sentence each, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

COUNTING_RULES: Final[Mapping[str, Mapping[str, str]]] = {
    "referrals.sent": {
        "de": "Verweise, die im Zeitraum hinausgingen, nach ihrem Stand am Ende des letzten Tages; eine spätere Antwort zählt als offen. "
        "Eine berichtigte Antwort zählt ab dem Tag der Berichtigung. Gezählt ist über so viele halbe Monate zusammen, dass mindestens drei "
        "Kolleg_innen verwiesen haben.",
        "en": "Referrals sent in the period, by state at the end of the last day; a later answer counts as open. "
        "A corrected answer counts from the day of its correction. Counted over as many halves of months together as it takes for at least "
        "three colleagues to refer.",
    },
    "referrals.received": {
        "de": "Verweise, die im Zeitraum eingingen, nach ihrem Stand am Ende des letzten Tages; eine spätere Antwort zählt als offen.",
        "en": "Referrals received in the period, by state at the end of the last day; a later answer counts as open.",
    },
}
