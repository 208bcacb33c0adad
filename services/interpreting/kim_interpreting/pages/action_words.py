"""What the actions of interpreting are, in a few words: for keys of programs and for the audit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from kim_web.language import mark

ACTION_WORDS: Final[Mapping[str, str]] = {
    "invoice.accept_excess": mark("Rechnungen über dem reservierten Betrag annehmen"),
    "invoice.confirm": mark("Rechnungen sachlich und rechnerisch bestätigen"),
    "invoice.pay": mark("Rechnungen zur Zahlung anweisen"),
    "invoice.record": mark("Rechnungen erfassen"),
    "invoice.see": mark("Rechnungen ansehen"),
    "order.approve": mark("Aufträge freigeben und Mittel binden"),
    "order.enter": mark("Aufträge erfassen"),
    "order.work": mark("Aufträge vergeben und abschließen"),
    "orders.see": mark("Aufträge ansehen"),
    "pot.confirm": mark("Umbuchungen zwischen Töpfen bestätigen"),
    "pot.keep": mark("Töpfe einrichten und führen"),
    "pot.reassign": mark("Umbuchungen zwischen Töpfen vorschlagen"),
    "pot.see": mark("Töpfe ansehen"),
    "provider.keep": mark("Sprachmittler_innen führen"),
    "statistics.read": mark("Zahlen für Berichte lesen"),
    "unmet.see": mark("Nicht erfüllte Bestellungen ansehen"),
}
