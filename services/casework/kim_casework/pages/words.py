"""Codes as the words people read, in the language of the request."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from kim_protection import wording
from kim_reference import languages, municipalities, topics
from kim_referral.rules.content import CATEGORY_LABELS
from kim_web.formats import day
from kim_web.language import _, language, mark, plural

from kim_casework.model.case import Case, Person
from kim_casework.model.contact import Contact, NextStep
from kim_casework.model.cover import Cover
from kim_casework.model.order import InterpretingOrder
from kim_casework.model.site import Site
from kim_casework.rules.phases import Move

PHASES = {
    "intake": mark("Klärung"),
    "assessment": mark("Assessment"),
    "planning": mark("Hilfeplanung"),
    "linking": mark("Linking"),
    "monitoring": mark("Monitoring"),
    "evaluation": mark("Evaluation"),
}
MOVES: dict[str, str] = {
    Move.FORWARD: mark("weiter: {phase}"),
    Move.REASSESSMENT: mark("neu einschätzen: {phase}"),
    Move.STEP_BACK: mark("zurücknehmen: {phase}"),
}
CRITERIA = {
    "complex_need": mark("Der Bedarf ist vielschichtig"),
    "offers_unknown": mark("Passende Angebote sind unbekannt oder unklar"),
    "many_actors": mark("Viele Stellen sind beteiligt"),
    "system_blocks": mark("Das System selbst steht der Selbstständigkeit im Weg"),
    "voluntary": mark("Die Person will die Begleitung (freiwillig)"),
}
PROTECTION_REASONS = wording.PROTECTION_REASONS
DECLINE_REASONS = {
    "no_complex_need": mark("kein vielschichtiger Bedarf"),
    "other_service_fits": mark("anderes Angebot passt besser"),
    "not_wanted": mark("nicht gewünscht"),
    "not_responsible": mark("nicht zuständig"),
    "no_capacity": mark("keine Kapazität"),
    "other": mark("anderer Grund"),
}
PROPOSAL_STATES = {
    "waiting": mark("wartet"),
    "admitted": mark("aufgenommen"),
    "declined": mark("abgelehnt"),
    "withdrawn": mark("zurückgezogen"),
}
CLOSING_REASONS = {
    "goals_reached": mark("Ziele erreicht"),
    "handed_over": mark("an eine andere Stelle übergeben"),
    "contact_broken_off": mark("Kontakt abgebrochen"),
    "moved_away": mark("weggezogen"),
    "client_ended": mark("von der Person beendet"),
    "no_admission": mark("doch keine Aufnahme"),
    "left_country": mark("ausgereist"),
    "deceased": mark("verstorben"),
}
CHANGES = {
    "opened": mark("eröffnet"),
    "phase": mark("neue Phase: {phase}"),
    "manager": mark("übergeben an {name}"),
    "closed": mark("geschlossen: {reason}"),
    "reopened": mark("wieder geöffnet"),
}
CONTACT_KINDS = {
    "talk": mark("Gespräch"),
    "phone": mark("Telefon"),
    "visit": mark("Besuch"),
    "video": mark("Video"),
    "letter": mark("Brief"),
    "message": mark("Nachricht"),
    "no_show": mark("nicht erschienen"),
}
COUNTERPARTS = {
    "client": mark("Person oder Familie"),
    "authority": mark("Behörde"),
    "partner": mark("Träger oder Angebot"),
    "other": mark("andere"),
}
WHO_ACTS = {"manager": mark("ich"), "client": mark("die Familie"), "office": mark("eine Stelle")}
MINUTES = (5, 15, 30, 45, 60, 90)
JOB_KINDS = {
    "on_site": mark("Dolmetschen vor Ort"),
    "phone": mark("Dolmetschen am Telefon"),
    "video": mark("Dolmetschen per Video"),
    "document_translation": mark("Übersetzung einer Urkunde oder eines Zeugnisses"),
    "certified_translation": mark("beglaubigte Übersetzung"),
    "information_material": mark("Informationsmaterial übersetzen"),
    "sign_language": mark("Gebärdensprache"),
}
OCCASIONS = {
    "counselling": mark("Beratungsgespräch"),
    "school": mark("Schule oder Kita"),
    "school_special_needs": mark("Schule: AO-SF-Verfahren"),
    "medical": mark("Arzttermin"),
    "authority": mark("Termin bei einer Behörde"),
    "documents": mark("Urkunden und Zeugnisse"),
    "information": mark("Information"),
    "other": mark("anderer Anlass"),
}
ORDER_STATES = {
    "requested": mark("bestellt, noch ohne Antwort"),
    "waiting_for_case": mark("wartet auf den Fall"),
    "checked": mark("geprüft, wartet auf Freigabe"),
    "waiting_for_money": mark("wartet auf Geld"),
    "approved": mark("freigegeben"),
    "refused": mark("abgelehnt"),
    "scheduled": mark("vergeben"),
    "performed": mark("erledigt"),
    "invoiced": mark("abgerechnet"),
    "paid": mark("bezahlt"),
    "cancelled": mark("abgesagt"),
    "withdrawn": mark("zurückgezogen"),
    "unfilled": mark("niemand gefunden"),
}
ORDER_TONES = {
    "refused": "danger",
    "unfilled": "danger",
    "cancelled": "warning",
    "waiting_for_money": "warning",
    "waiting_for_case": "warning",
}
DONE_ORDERS = frozenset({"performed", "invoiced", "paid", "scheduled", "approved"})
# The codes the interpreting service gives for a no.
ORDER_REASONS = {
    "sign_language": mark("Gebärdensprache zahlt die Behörde (§ 17 Abs. 2 SGB I, § 19 Abs. 1 SGB X)."),
    "private_person": mark("Nur Einrichtungen bestellen, keine Privatpersonen."),
    "requester_kind": mark("Diese Art von Einrichtung bestellt hier nicht."),
    "city_of_aachen": mark("Die Stadt Aachen bestellt über den PÄZ-Pool."),
    "excluded_town": mark("Aus diesem Ort bestellt hier niemand."),
    "medical": mark("Arzttermine zahlt kein Topf."),
    "excluded_occasion": mark("Diesen Anlass zahlt der Topf nicht."),
    "private_room": mark("Gespräche nur in öffentlichen Räumen."),
    "no_translations": mark("Dieser Topf zahlt keine Übersetzungen."),
    "job_kind": mark("Diese Art von Einsatz zahlt der Topf nicht."),
    "legal_consequence": mark("Es wird etwas entschieden oder unterschrieben (erkennbare Rechtsfolge)."),
    "outside_period": mark("Der Tag liegt nicht im Bewilligungszeitraum."),
    "no_rules": mark("Für diesen Tag hat der Topf keine Regel."),
    "case_link_missing": mark("Der Bezug zum Case Management fehlt."),
    "case_unknown": mark("Der Fall ist der Sprachmittlung nicht bekannt."),
    "case_closed": mark("Der Fall ist geschlossen."),
    "other_payers_open": mark("Erst klären, ob ein anderer Kostenträger zahlt."),
    "short": mark("Das Geld im Topf reicht nicht."),
}
SERVICES = {
    "case_management": mark("Case Management"),
    "school_entry": mark("Seiteneinstiegsberatung"),
    "information_point": mark("Infopunkt"),
}
YES_NO = {"true": mark("ja"), "false": mark("nein")}


def choices(codes: Mapping[str, str]) -> list[tuple[str, str]]:
    """What a select or radio offers: (code, words)."""
    return [(code, _(said)) for code, said in codes.items()]


def say(codes: Mapping[str, str], code: str | None) -> str:
    """The words of a code; the code itself where a newer partner uses one we do not know."""
    if code is None:
        return ""
    return _(codes[code]) if code in codes else code


def topic_choices() -> list[tuple[str, str]]:
    return [(topic.code, topic.name(language())) for topic in topics.TOPICS]


def topics_line(codes: Iterable[str]) -> str:
    known = {topic.code: topic for topic in topics.TOPICS}
    return ", ".join(known[code].name(language()) if code in known else code for code in codes)


def criteria_line(codes: Iterable[str]) -> str:
    return ", ".join(say(CRITERIA, code) for code in codes)


def categories_line(codes: Iterable[str]) -> str:
    """The categories a consent covers: Name, Telefon."""
    return ", ".join(say(CATEGORY_LABELS, code) for code in codes)


def colleague(member: str | None, staff: Mapping[str, str]) -> str:
    """Who it was; in words where their name is no longer here, never as an id."""
    return staff.get(member or "") or _("jemand, dessen Name nicht mehr vorliegt")


def names(members: Iterable[str], staff: Mapping[str, str]) -> str:
    return ", ".join(colleague(member, staff) for member in members)


def covered_by(covers: Iterable[Cover], staff: Mapping[str, str]) -> str:
    """Who stands in today for the one responsible, and until when."""
    return ", ".join(_("{name} bis {day}").format(name=colleague(one.cover, staff), day=day(one.until_day)) for one in covers)


def minute_choices() -> list[tuple[str, str]]:
    return [(str(minutes), str(minutes)) for minutes in MINUTES]


def person_choices(case: Case) -> list[tuple[str, str]]:
    return [(person.id, person.name) for person in case.persons]


def adult_choices(case: Case, today: date) -> list[tuple[str, str]]:
    return [(person.id, person.name) for person in case.persons if person.is_adult(today)]


def desk_choices(sites: Iterable[Site]) -> list[tuple[str, str]]:
    """Desks to choose from while typing."""
    desks = [_("Case Management, {site}").format(site=site.name) for site in sites]
    return [(desk, "") for desk in desks]


def to_consent(case: Case) -> dict[str, str]:
    """What the form of a consent knows already when it is opened from a case. Posted, since a name never stands in an address."""
    said = {"about_kind": "case", "about_id": case.id, "person": case.holder.name, "language": case.holder.language}
    return {field: value for field, value in said.items() if value}


def to_refer(case: Case) -> dict[str, str]:
    """What the form of a referral knows already when it is opened from a case. Posted, since a name never stands in an address."""
    holder = case.holder
    said = {
        "about_kind": "case",
        "about_id": case.id,
        "name": holder.name,
        "phone": holder.phone,
        "birth_year": str(holder.birth_year or ""),
        "language": holder.language,
        "residence_town": case.town,
        "persons": str(len(case.persons)),
    }
    return {field: value for field, value in said.items() if value}


def language_choices() -> list[tuple[str, str]]:
    return [(entry.code, entry.name(language())) for entry in languages.LANGUAGES]


def tongue(code: str) -> str:
    return languages.language(code).name(language()) if code in languages.CODES else code


def tongues(codes: Iterable[str]) -> str:
    return ", ".join(tongue(code) for code in codes)


def town_choices() -> list[tuple[str, str]]:
    return [(place.ags, place.german) for place in municipalities.MUNICIPALITIES]


def town(ags: str | None) -> str:
    place = municipalities.municipality_of(ags) if ags else None
    return place.german if place else ags or ""


def persons(count: int) -> str:
    return plural("{n} Person", "{n} Personen", count).format(n=count)


def phase_bar(case: Case) -> list[tuple[str, str]]:
    """(phase, done | now | next) for the bar of a case."""
    codes = list(PHASES)
    here = codes.index(case.phase)
    if not case.is_open:
        return [(_(PHASES[code]), "done") for code in codes[: here + 1]]
    return [(_(PHASES[code]), "done" if place < here else "now" if place == here else "next") for place, code in enumerate(codes)]


def person_line(person: Person, today: date) -> str:
    """Name, year of birth and language, as far as known."""
    known = [person.name]
    if person.birth_year:
        known.append(_("geb. {year}").format(year=person.birth_year))
    elif not person.is_adult(today):
        known.append(_("Kind"))
    return ", ".join(known)


def who_acts(step: NextStep, manager: str = "") -> str:
    """Who must act; `manager` is the name of who looks after the case, where somebody else reads it."""
    if step.who == "office":
        return step.office or _("eine Stelle")
    if step.who == "manager" and manager:
        return manager
    return _(WHO_ACTS[step.who])


def who_choices(manager: str) -> list[tuple[str, str]]:
    """Who may be said to act next, as `who_acts` says it."""
    return [(code, manager if code == "manager" and manager else _(text)) for code, text in WHO_ACTS.items()]


def with_whom(contact: Contact) -> str:
    return contact.counterpart_name or _(COUNTERPARTS[contact.counterpart])


def order_state(order: InterpretingOrder) -> str:
    """Its state; of one that stays open because no pot pays it as it is, that its requester is waited for."""
    return _("geprüft, Rückfrage offen") if waits_for_requester(order) else say(ORDER_STATES, order.state)


def order_tone(order: InterpretingOrder) -> str:
    if waits_for_requester(order):
        return "warning"
    return "success" if order.state in DONE_ORDERS else ORDER_TONES.get(order.state, "info")


def waits_for_requester(order: InterpretingOrder) -> bool:
    """A checked order has a reason only where it is not on a pot: then nobody approves it before something changes."""
    return order.state == "checked" and bool(order.reason)


def order_size(order: InterpretingOrder) -> str:
    if order.minutes:
        return _("{n} Minuten").format(n=order.minutes)
    return _("{n} Anschläge").format(n=order.keystrokes) if order.keystrokes else ""


def order_answer(order: InterpretingOrder) -> str:
    """What the interpreting service says: the reason for a no and which pot would fit, or which pot pays."""
    parts = [say(ORDER_REASONS, order.reason)] if order.reason else []
    if order.fitting_pot:
        parts.append(fitting_pot(order))
    elif order.pot:
        parts.append(_("Topf: {pot}.").format(pot=order.pot_name or order.pot))
    if waits_for_requester(order):
        parts.append(_("Bitte mit der Sprachmittlung klären."))
    return " ".join(parts)


def fitting_pot(order: InterpretingOrder) -> str:
    """Which pot would fit, by its name where the interpreting service says it."""
    if not order.fitting_pot:
        return ""
    return _("Passender Topf: {pot}.").format(pot=order.fitting_pot_name or order.fitting_pot)
