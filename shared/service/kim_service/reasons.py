"""Why a message waits, in words, with what to do. The bus keeps codes, classes and names of fields; none of them says anything of a person.

`docs/operations/runbook.md` has a line for each.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from kim_bus.parked import Cause, Waiting
from kim_bus.worker import ENDED_THE_PROCESS
from kim_web.language import mark


@dataclass(frozen=True, slots=True)
class Reason:
    """`words` and `hint` are German texts to be translated; `{detail}` in `words` is what the bus noted beside the code,
    `{service}` in `hint` the service that shows it.
    """

    words: str
    hint: str
    detail: str = ""


RETURNED = Reason(
    mark("Kein Postfach nimmt sie an"),
    mark(
        "Läuft der Dienst des Empfängers noch, und kennt der Broker die heutige Topologie? Definitionen neu einspielen,"
        " dann erneut versuchen."
    ),
)
REFUSED_BY_TRANSPORT = Reason(
    mark("Der Broker hat sie mehrmals nicht angenommen"),
    mark("Meist meldet er Alarm: Speicher oder Platte voll. Den Broker ansehen, dann erneut versuchen."),
)
NOT_SENT = Reason(
    mark("Sie ließ sich nicht versenden ({detail})"), mark("Mit „kim-{service} check“ die Verbindung prüfen, dann erneut versuchen.")
)
DATA = Reason(
    mark("Der Inhalt widerspricht seiner Beschreibung (Felder: {detail})"),
    mark(
        "Erneut zu versuchen hilft erst nach einem Update. Bei der absendenden Stelle nach ihrer Version fragen;"
        " hat sie berichtigt neu gesendet, diese hier verwerfen."
    ),
)
ENVELOPE = Reason(
    mark("Der Umschlag lässt sich nicht lesen ({detail})"),
    mark("Die absendende Stelle benutzt wohl eine andere Version. Dort nachfragen; nach dem Update erneut versuchen."),
)
SEAL = Reason(
    mark("Der versiegelte Inhalt lässt sich hier nicht öffnen"),
    mark(
        "Meist wurde mit einem alten Schlüssel versiegelt. Mit „kim-{service} check“ die Schlüssel prüfen und der absendenden Stelle"
        " das neue Verzeichnis geben. Sie muss neu senden; diese dann verwerfen."
    ),
)
DATABASE = Reason(
    mark("Die Datenbank hat nicht geantwortet"),
    mark("Läuft sie wieder, erneut versuchen: es geht nichts verloren und nichts wirkt doppelt."),
)
ENDED = Reason(
    mark("Der Zusteller ist mehrmals an ihr abgestürzt"),
    mark(
        "Das Protokoll vor dem Ende sagt, woran (Speicher, Absturz einer Bibliothek). Bitte den Entwickelnden melden;"
        " nach der Reparatur erneut versuchen."
    ),
)
PROGRAM = Reason(
    mark("Ein Fehler im Programm ({detail})"),
    mark(
        "Die Stelle steht im Protokoll unter der Kennung der Nachricht. Bitte den Entwickelnden melden; nach dem Update erneut versuchen."
    ),
)
CODE = Reason(
    mark("Der Dienst kann sie nicht wirken lassen ({detail})"),
    mark("Bitte den Entwickelnden mit diesem Wort melden; nach einem Update oder einer Berichtigung erneut versuchen."),
)

_DATABASE_ERRORS = frozenset({"OperationalError", "InterfaceError", "TimeoutError", "DBAPIError"})
_OF_TRANSPORT = {"returned": RETURNED, "refused": REFUSED_BY_TRANSPORT}
_BEFORE_COLON = {"data": DATA, "BrokenEnvelope": ENVELOPE, "CannotOpen": SEAL}
_CLASS = re.compile(r"^[A-Z]\w+$")


def reason_of(waiting: Waiting | Cause) -> Reason:
    """Why this message waits, or several do."""
    code, _, detail = waiting.reason.partition(": ")
    if not waiting.arrived:
        known = _OF_TRANSPORT.get(code, NOT_SENT)
    elif code in _BEFORE_COLON:
        return Reason(_BEFORE_COLON[code].words, _BEFORE_COLON[code].hint, detail)
    elif code == ENDED_THE_PROCESS:
        known = ENDED
    elif code in _DATABASE_ERRORS:
        known = DATABASE
    else:
        known = PROGRAM if _CLASS.match(code) else CODE
    return Reason(known.words, known.hint, waiting.reason)
