"""The codes of the desk and the words people read for them (German, translated where they are shown)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from kim_events.types.consultation import CONSULTATION_KINDS, COUNSELLING_SERVICES

# Bodies under one roof that counsel with this software. Any other body at a site has its name from the set-up.
SERVICES: Final[Mapping[str, str]] = {
    "case_management": "Case Management",
    "school_entry": "Seiteneinstiegsberatung",
    "information_point": "Infopunkt",
}
# First talk; need belongs elsewhere; a further talk on the same matter with a person who can be found again.
KINDS: Final[Mapping[str, str]] = {
    "first": "Erstberatung",
    "signposting": "Verweisberatung",
    "follow_up": "Folgeberatung",
}
CHANNELS: Final[Mapping[str, str]] = {
    "in_person": "persönlich",
    "phone": "Telefon",
    "video": "Video",
    "letter": "Brief oder E-Mail",
}
INTERPRETERS: Final[Mapping[str, str]] = {
    "none": "keine",
    "own": "eigene Sprachkenntnis",
    "pool": "Sprachmittlerpool",
    "phone": "Telefondolmetschen",
    "relative": "Angehörige oder Bekannte",
}
SOURCES: Final[Mapping[str, str]] = {"desk": "am Platz erfasst", "paper": "aus Papier nacherfasst"}
CORRECTION_REASONS: Final[Mapping[str, str]] = {
    "mistyped": "vertippt",
    "miscounted": "falsch gezählt",
    "wrong_desk": "falscher Standort oder Platz",
    "misunderstood": "Angabe falsch verstanden",
    "learned_later": "später erfahren",
}
HAND_OVER_STATES: Final[Mapping[str, str]] = {
    "waiting": "wartet",
    "taken": "angenommen",
    "withdrawn": "zurückgenommen",
    "not_come": "nicht gekommen",
    "feedback_open": "Rückmeldung offen",
    "arrived": "angekommen",
    "not_arrived": "nicht angekommen",
    "waiting_list": "Warteliste",
}
# What a body without software can tell by telephone of somebody who was sent over.
FEEDBACK: Final[Mapping[str, str]] = {key: HAND_OVER_STATES[key] for key in ("arrived", "not_arrived", "waiting_list")}
BODY_STATES: Final[Mapping[str, str]] = {"open": "offen", "full": "voll", "closed": "geschlossen"}
PROPOSAL_STATES: Final[Mapping[str, str]] = {
    "proposed": "Antwort offen",
    "withdrawn": "zurückgezogen",
    "admitted": "aufgenommen",
    "declined": "abgelehnt",
}
DECLINE_REASONS: Final[Mapping[str, str]] = {
    "no_complex_need": "kein komplexer Bedarf",
    "other_service_fits": "anderes Angebot passt besser",
    "not_wanted": "von der Person nicht gewünscht",
    "not_responsible": "nicht zuständig",
    "no_capacity": "keine Kapazität",
    "other": "sonstiger Grund",
}
# Two answers that are no country: nobody asked or it is not known, and the person would rather not say.
ORIGIN_UNKNOWN: Final = "UNKNOWN"
ORIGIN_NOT_SAID: Final = "NOT_SAID"
NO_COUNTRY: Final[Mapping[str, str]] = {ORIGIN_UNKNOWN: "nicht bekannt", ORIGIN_NOT_SAID: "keine Angabe"}

assert set(SERVICES) == set(COUNSELLING_SERVICES)  # the same codes travel on the bus
assert set(KINDS) == set(CONSULTATION_KINDS)
