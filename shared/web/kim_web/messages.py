"""What is wrong with a value, in words and as a stable code.

marshmallow's stock messages are English sentences already filled in when they reach us, and its own way of replacing them works field by
field. So the sentences are read back here, at the one place where both doors report errors: each known sentence has a code for programs
and a German text for people (its English is in `locale/en.po`). A service's own checks raise `ValidationError` with a German msgid.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from kim_web.language import _, mark

SCHEMA_KEY = "_schema"  # where marshmallow puts what is wrong with the whole

# stock sentence -> (code, German). Longer sentences stand before the shorter ones they begin with.
STOCK: tuple[tuple[str, str, str], ...] = (
    ("Missing data for required field.", "missing", mark("Bitte ausfüllen.")),
    ("Field may not be null.", "missing", mark("Bitte ausfüllen.")),
    ("Unknown field.", "unknown_field", mark("Dieses Feld gibt es hier nicht.")),
    ("Invalid input type.", "wrong_type", mark("Hier wird ein Objekt mit Feldern erwartet.")),
    ("Invalid type.", "wrong_type", mark("Hier wird ein Objekt mit Feldern erwartet.")),
    ("Not a valid integer.", "not_a_number", mark("Bitte eine ganze Zahl schreiben, zum Beispiel 5.")),
    ("Not a valid number.", "not_a_number", mark("Bitte eine Zahl schreiben, zum Beispiel 5.")),
    ("Number too large.", "too_large", mark("Diese Zahl ist zu groß.")),
    ("Special numeric values (nan or infinity) are not permitted.", "not_a_number", mark("Bitte eine Zahl schreiben, zum Beispiel 5.")),
    ("Not a valid boolean.", "not_yes_or_no", mark("Bitte ja oder nein wählen.")),
    ("Not a valid string.", "wrong_type", mark("Hier wird Text erwartet.")),
    ("Not a valid utf-8 string.", "wrong_type", mark("Hier wird Text erwartet.")),
    ("Not a valid list.", "wrong_type", mark("Hier wird eine Liste erwartet.")),
    ("Not a valid tuple.", "wrong_type", mark("Hier wird eine Liste erwartet.")),
    ("Not a valid mapping type.", "wrong_type", mark("Hier wird ein Objekt mit Feldern erwartet.")),
    ("Not a valid date.", "not_a_day", mark("Bitte einen Tag schreiben, zum Beispiel 15.8.2022.")),
    ("Not a valid time.", "not_a_time", mark("Bitte eine Uhrzeit schreiben, zum Beispiel 09:30.")),
    ("Not a valid datetime.", "not_a_moment", mark("Bitte Tag und Uhrzeit schreiben, zum Beispiel 2022-08-15T09:30:00Z.")),
    (
        "Not a valid aware datetime.",
        "not_a_moment",
        mark("Bitte Tag und Uhrzeit mit Zeitzone schreiben, zum Beispiel 2022-08-15T09:30:00Z."),
    ),
    ("Not a valid naive datetime.", "not_a_moment", mark("Bitte Tag und Uhrzeit ohne Zeitzone schreiben.")),
    ("Not a valid period of time.", "not_a_duration", mark("Bitte eine Dauer schreiben.")),
    ("Not a valid UUID.", "not_an_id", mark("Das ist keine Kennung.")),
    ("Not a valid URL.", "not_an_address", mark("Bitte eine vollständige Adresse schreiben, die mit https:// beginnt.")),
    ("Not a valid email address.", "not_an_email", mark("Bitte eine E-Mail-Adresse schreiben, zum Beispiel name@amt.example.")),
    ("Not a valid IP address.", "not_an_address", mark("Das ist keine Netzadresse.")),
    ("Not a valid IPv4 address.", "not_an_address", mark("Das ist keine Netzadresse.")),
    ("Not a valid IPv6 address.", "not_an_address", mark("Das ist keine Netzadresse.")),
    ("Not a valid IP interface.", "not_an_address", mark("Das ist keine Netzadresse.")),
    ("Not a valid IPv4 interface.", "not_an_address", mark("Das ist keine Netzadresse.")),
    ("Not a valid IPv6 interface.", "not_an_address", mark("Das ist keine Netzadresse.")),
    ("Write {min} to {max} characters.", "wrong_length", mark("Bitte {min} bis {max} Zeichen schreiben.")),
    ("Write at most {max} characters.", "wrong_length", mark("Zu lang: höchstens {max} Zeichen.")),
    ("Length must be between {min} and {max}.", "wrong_length", mark("Bitte {min} bis {max} Zeichen oder Einträge angeben.")),
    ("Length must be {equal}.", "wrong_length", mark("Bitte genau {equal} Zeichen oder Einträge angeben.")),
    ("Longer than maximum length {max}.", "too_long", mark("Zu lang: höchstens {max} Zeichen oder Einträge.")),
    ("Shorter than minimum length {min}.", "too_short", mark("Zu kurz: mindestens {min} Zeichen oder Einträge.")),
    (
        "Must be greater than or equal to {min} and less than or equal to {max}.",
        "out_of_range",
        mark("Bitte einen Wert von {min} bis {max} angeben."),
    ),
    (
        "Must be greater than {min} and less than or equal to {max}.",
        "out_of_range",
        mark("Bitte einen Wert angeben, der größer als {min} und höchstens {max} ist."),
    ),
    (
        "Must be greater than or equal to {min} and less than {max}.",
        "out_of_range",
        mark("Bitte einen Wert angeben, der mindestens {min} und kleiner als {max} ist."),
    ),
    (
        "Must be greater than {min} and less than {max}.",
        "out_of_range",
        mark("Bitte einen Wert angeben, der größer als {min} und kleiner als {max} ist."),
    ),
    ("Must be greater than or equal to {min}.", "too_small", mark("Bitte mindestens {min} angeben.")),
    ("Must be less than or equal to {max}.", "too_large", mark("Bitte höchstens {max} angeben.")),
    ("Must be greater than {min}.", "too_small", mark("Bitte mehr als {min} angeben.")),
    ("Must be less than {max}.", "too_large", mark("Bitte weniger als {max} angeben.")),
    ("Must be equal to {other}.", "not_equal", mark("Der Wert muss {other} sein.")),
    ("Must be one of: {choices}.", "not_a_choice", mark("Bitte einen der angebotenen Werte wählen.")),
    ("One or more of the choices you made was in: {values}.", "not_a_choice", mark("Bitte nur angebotene Werte wählen.")),
    ("One or more of the choices you made was not in: {choices}.", "not_a_choice", mark("Bitte nur angebotene Werte wählen.")),
    ("String does not match expected pattern.", "wrong_pattern", mark("Diese Schreibweise ist hier nicht möglich.")),
    ("Invalid input.", "invalid", mark("Dieser Wert ist hier nicht möglich.")),
    ("Invalid value.", "invalid", mark("Dieser Wert ist hier nicht möglich.")),
    ("Not a valid amount: write 1234.56.", "not_an_amount", mark("Bitte einen Betrag schreiben, zum Beispiel 1234,56.")),
    ('Write the amount as text: "1234.56".', "amount_not_text", mark('Bitte den Betrag als Text schreiben: "1234.56".')),
    ("Must not be negative.", "negative", mark("Der Wert darf nicht negativ sein.")),
    ("Contains characters that cannot be printed.", "unprintable", mark("Der Text enthält Zeichen, die sich nicht drucken lassen.")),
)


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with one value. `field` is a path: `person.birth_year`, `topics.0`, or empty for the whole."""

    field: str
    code: str
    message: str


def _pattern(sentence: str) -> re.Pattern[str]:
    parts = re.split(r"\{(\w+)\}", sentence)
    text = "".join(f"(?P<{part}>.*)" if index % 2 else re.escape(part) for index, part in enumerate(parts))
    return re.compile(text, re.DOTALL)


_KNOWN = tuple((_pattern(sentence), code, german) for sentence, code, german in STOCK)


def fault(field: str, sentence: str) -> Fault:
    """Name one marshmallow message: its code, and its text in the language of the request."""
    for pattern, code, german in _KNOWN:
        if match := pattern.fullmatch(sentence):
            return Fault(field, code, _(german).format(**match.groupdict()))
    return Fault(field, "invalid", _(sentence))


def faults(messages: Any, path: str = "") -> Iterator[Fault]:
    """All faults of a (nested) marshmallow error dictionary, in its order."""
    if isinstance(messages, Mapping):
        for key, inner in messages.items():
            name = "" if key == SCHEMA_KEY else str(key)
            yield from faults(inner, ".".join(part for part in (path, name) if part))
    elif isinstance(messages, (list, tuple)):
        for inner in messages:
            yield from faults(inner, path)
    else:
        yield fault(path, str(messages))
