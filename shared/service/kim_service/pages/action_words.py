"""What the actions of every service are, in a few words, and what the audit writes by itself: for keys of programs and for the audit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from kim_web.language import mark

ACTION_WORDS: Final[Mapping[str, str]] = {
    "access_key.make": mark("Schlüssel für Programme machen"),
    "access_key.revoke": mark("Schlüssel für Programme beenden"),
    "audit.cut": mark("Ältere Zeilen des Protokolls nach Ablauf ihrer Frist löschen"),
    "audit.read": mark("Das Protokoll prüfen"),
    "desk.lock": mark("Den Platz sperren"),
    "parked.see": mark("Wartende Nachrichten ansehen"),
    "parked.settle": mark("Wartende Nachrichten erneut zustellen oder verwerfen"),
    "session.end": mark("Sitzungen beenden"),
    "sign_in": mark("Anmeldung"),
}
