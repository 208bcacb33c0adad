"""Codes as the words people read, in the language of the request."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from kim_reference import languages, municipalities
from kim_runtime.clock import BERLIN
from kim_web.formats import plain
from kim_web.language import _, language, plural

from kim_interpreting.model.order import Order, OrderStep
from kim_interpreting.rules import formula
from kim_interpreting.rules.invoices import FINDINGS
from kim_interpreting.rules.pot_rules import SENTENCES, Line
from kim_interpreting.rules.tariff import Cost

JOB_KINDS = {
    "on_site": "Dolmetschen vor Ort",
    "phone": "Dolmetschen am Telefon",
    "video": "Dolmetschen per Video",
    "document_translation": "Übersetzung",
    "certified_translation": "Beglaubigte Übersetzung",
    "information_material": "Informationsmaterial",
    "sign_language": "Gebärdensprache (DGS)",
}
OCCASIONS = {
    "counselling": "Beratung",
    "school": "Schule, Elterngespräch",
    "school_special_needs": "AO-SF-Verfahren",
    "medical": "Arzttermin",
    "authority": "Behörde",
    "documents": "Urkunden, Zeugnisse",
    "information": "Information",
    "other": "Sonstiges",
}
REQUESTER_KINDS = {
    "public_body": "Behörde oder öffentliche Einrichtung",
    "association": "Verein oder Verband",
    "initiative": "Initiative",
    "private_person": "Privatperson",
}
TARIFFS = {
    "jveg": "JVEG (Bund)",
    "lay-heinsberg": "Laienpool Kreis Heinsberg",
    "lay-rhein-erft": "Laienpool Rhein-Erft-Kreis",
    "lay-borken": "Laienpool Kreis Borken",
}
QUALIFICATIONS = {
    "lay": "Laien-Sprachmittler_in",
    "trained": "geschult",
    "certified": "staatlich geprüft",
    "sworn": "beeidigt oder ermächtigt",
}
RELATIONS = {"none": "keine", "acquaintance": "bekannt", "relative": "verwandt"}
MOVEMENTS = {
    "grant": "Bewilligung",
    "commitment": "Mittelbindung",
    "release": "Freigabe von Mitteln",
    "invoice": "Rechnung",
    "invoice_returned": "Rechnung zurückgegeben",
    "payment": "Auszahlung",
    "reassigned_in": "Umbuchung, Zugang",
    "reassigned_out": "Umbuchung, Abgang",
    "return": "Rückgabe",
}
ROLES = {"interpreting_coordinator": "Koordination", "budget_officer": "Haushalt", "centre_head": "Leitung"}
# Reasons as they stand in a table, where their sentence has figures in it or none belongs to a pot.
REASONS = {
    "outside_period": "außerhalb des Bewilligungszeitraums",
    "case_unknown": "Fall nicht bekannt",
    "case_closed": "Fall geschlossen",
    "short": "Geld reicht nicht",
    "nobody_found": "niemand gefunden",
    "by_coordinator": "von der Koordination abgelehnt",
    "no_pot": "kein Topf eingetragen",
}
LOG = {
    "waiting_for_case": "Fall {case_number} ist noch nicht bekannt: wartet bis {until}",
    "waiting_for_money": "Wartet auf Geld aus {pot}: es fehlen {missing} €",
    "approved": "Freigegeben: {gross} € aus {pot} gebunden (Regel {version})",
    "scheduled": "Vergeben an {provider}",
    "performed_text": "Erledigt am {day}: {keystrokes} Anschläge",
    "performed_talk": "Erledigt am {day}: {minutes} Minuten",
    "invoice_above": "Rechnung {number} über {gross} €: {above} € mehr als reserviert",
    "invoiced": "Rechnung {number} über {gross} € tritt an die Stelle der Reservierung",
    "invoice_confirmed": "Rechnung {number}: sachlich und rechnerisch richtig",
    "entered_anew": "Erfassung neu übernommen",
    "recorded_anew": "Rechnung {number}: Erfassung neu übernommen",
    "confirmed_anew": "Rechnung {number}: neu bestätigt, sachlich und rechnerisch richtig",
    "invoice_returned": "Rechnung {number} zurückgegeben",
    "paid": "Rechnung {number} über {gross} € bezahlt",
    "cancelled": "Abgesagt; gebunden bleiben {fee} €",
    "withdrawn": "Von der Besteller_in zurückgezogen",
    "withdrawal_asked": "Die Besteller_in braucht es nicht mehr: bitte absagen",
    "nobody_found": "Niemand gefunden",
    "by_coordinator": "Abgelehnt",
    "no_pot": "Kein Topf eingetragen",
}
BY_ITSELF = "interpreting"  # the name the service acts under in reactions and chores
CHECKED = "{pot} (Regel {version}), erwartet {gross} €: {said}"


def who(actor: str) -> str:
    """Who did a step: a person's name, or that the service did it by itself."""
    return _("automatisch") if actor == BY_ITSELF else actor


def choices(codes: Mapping[str, str], only: Iterable[str] | None = None) -> list[tuple[str, str]]:
    """What a select or radio offers: (code, words)."""
    return [(code, _(words)) for code, words in codes.items() if only is None or code in only]


def language_choices() -> list[tuple[str, str]]:
    return [(entry.code, entry.name(language())) for entry in languages.LANGUAGES]


def town_choices() -> list[tuple[str, str]]:
    return [(place.ags, place.name(language())) for place in municipalities.MUNICIPALITIES]


def job_kind(code: str) -> str:
    return _(JOB_KINDS[code])


def occasion(code: str) -> str:
    return _(OCCASIONS[code])


def tongue(code: str) -> str:
    """The language's name; the code itself where a requester's software knows one that this one does not."""
    return languages.language(code).name(language()) if code in languages.CODES else code


def town(ags: str) -> str:
    found = municipalities.municipality_of(ags)
    return found.name(language()) if found else ags


def said(line: Line) -> str:
    """What a pot says, as a sentence."""
    return _(line.sentence).format(**{name: plain(value) for name, value in line.params.items()})


def spelled(cost: Cost) -> str:
    return formula.spelled(cost, language())


def reason(code: str) -> str:
    """A reason without its figures."""
    return _(REASONS.get(code) or SENTENCES.get(code, code))


def finding(code: str) -> str:
    return _(FINDINGS[code])


def when(order: Order) -> str:
    """Day, and the time of a talk where it is known."""
    day = plain(order.service_date)
    return f"{day}, {order.starts_at.astimezone(BERLIN):%H:%M}" if order.starts_at else day


def size(order: Order) -> str:
    if order.keystrokes:
        return _("{n} Anschläge").format(n=f"{order.keystrokes:,}".replace(",", "." if language() == "de" else ","))
    return _("{n} Minuten mit Weg und Wartezeit").format(n=order.minutes) if order.minutes else _("noch unbekannt")


def clock_of(order: Order) -> str:
    """10:00, at the desk; empty where no time is set."""
    return f"{order.starts_at.astimezone(BERLIN):%H:%M}" if order.starts_at else ""


def ago(days: int) -> str:
    return _("heute") if days <= 0 else plural("{n} Tag", "{n} Tage", days).format(n=days)


def log_line(step: OrderStep) -> str:
    """A line of the order's log as a sentence."""
    values = {name: plain(_read(value)) for name, value in step.params.items()}
    note = values.get("note")
    if step.code in SENTENCES and "version" in values:
        text = _(CHECKED).format(said=_(SENTENCES[step.code]), **values)
    else:
        text = _(LOG.get(step.code) or SENTENCES.get(step.code, step.code)).format_map(_Known(values))
        if step.code in SENTENCES and values.get("pot"):
            text = f"{values['pot']}: {text}"
    return f"{text}: {note}" if note else text


class _Known(dict[str, str]):
    """Values of a sentence; one that an older line did not keep is a dash."""

    def __missing__(self, key: str) -> str:
        return "–"


def _read(value: Any) -> Any:
    """A kept value: money and days are marked."""
    if isinstance(value, dict) and "euro" in value:
        return Decimal(value["euro"])
    if isinstance(value, dict) and "day" in value:
        return date.fromisoformat(value["day"])
    return value
