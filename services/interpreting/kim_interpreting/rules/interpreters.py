"""Who may take an order: qualification, closeness to the client, language."""

from __future__ import annotations

from collections.abc import Iterator

from kim_runtime.refusal import Refused

# The ladder of qualifications, lowest first (Laien-Sprachmittler, geschult, staatlich geprüft, allgemein beeidigt/ermächtigt).
QUALIFICATIONS = ("lay", "trained", "certified", "sworn")
PROFESSIONAL = frozenset({"certified", "sworn"})
RELATIONS = ("none", "acquaintance", "relative")


def check_qualification(qualification: str) -> None:
    """Raises Refused for a step that the ladder does not have: nobody could say what such an interpreter may do."""
    if qualification not in QUALIFICATIONS:
        raise Refused("qualification_unknown", "Diese Qualifikation gibt es hier nicht.", field="qualification")


def reasons_against(
    *, qualification: str, decides_something: bool, certified: bool, relation: str, wanted: str, offered: str, client_agrees: bool
) -> Iterator[Refused]:
    """Why this interpreter may not take this order; nothing where they may."""
    if relation == "relative":
        yield Refused("relative", "Angehörige dolmetschen nie. Jemand anderen wählen.", field="relation")
    if relation == "acquaintance" and not client_agrees:
        yield Refused("acquaintance", "Bekannte nur, wenn die Klient_in einverstanden ist.", field="client_agrees")
    if certified and qualification != "sworn":
        yield Refused("not_sworn", "Eine beglaubigte Übersetzung macht nur, wer ermächtigt ist.", field="provider_id")
    if decides_something and qualification not in PROFESSIONAL:
        yield Refused(
            "not_professional",
            "Es wird etwas entschieden oder unterschrieben: nur staatlich geprüfte oder beeidigte Sprachmittler_innen.",
            field="provider_id",
        )
    if offered != wanted and not client_agrees:
        yield Refused(
            "other_language",
            "Gefunden ist eine andere Sprache als die gewünschte: erst fragen, ob die Klient_in einverstanden ist.",
            field="client_agrees",
        )
