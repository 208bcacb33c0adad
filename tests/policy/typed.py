"""What is typed into each form, so that it is refused for whom it comes from and not for what it says. `{order}` is the id of our order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

Typed = Mapping[str, Any]

_TALK = {"site": "{site}", "service": "case_management", "desk": "1", "persons_present": "4", "topics": ["housing"]}
_HAPPENED = {"starts_on": "01.05.2022", "ends_on": "31.12.2022"}

# By the endpoint of a page or of the JSON door; an endpoint that is not here is sent nothing.
FORMS: Final[Mapping[str, Mapping[str, Typed]]] = {
    "intake": {
        "consultation.change": _TALK,
        "consultation.give": {"to": "school_entry"},
        "clients.link": {"beratung": "{consultation}"},
        "clients.propose": {"site": "{site}", "need": "Wohnung", "consent_given_on": "10.05.2022"},
        "protection.protect": {"reason": "endangered"},
        "protection.protect_a_visitor": {"reason": "endangered"},
        "protection.protect_who_declared": {"site": "{site}", "reason": "endangered"},
        "protection.lift": {"because": "Die Gefahr ist vorbei."},
        "sites.rename": {"name": "Arkaden", "municipality": "05334002"},
        "sites.place": {"service": "other", "organisation": "sprungbrett", "name": "Kiosk", "desks": "0"},
        "hand_overs.feedback": {"feedback": "arrived", "told_by": "Amt"},
        "own_entries.answer": {"answer": "accepted"},
        "api_own_entries.Answer": {"answer": "accepted"},
        "own_entries.settle": {"to": "-"},
        "api_own_entries.OpenMove": {"to": "-"},
    },
    "casework": {
        "cases.note": {"kind": "talk", "minutes": "30", "text": "Gespräch"},
        "cases.phase": {"phase": "assessment"},
        "cases.add": {"name": "Kind"},
        "closing.close": {"reason": "goals_reached"},
        "closing.reopen": {"sentence": "Die Familie ist wieder da."},
        "assignment.assign": {"responsible": "{staff}"},
        "admission.decline": {"reason": "no_complex_need"},
        "protection.protect": {"reason": "endangered"},
        "protection.lift": {"because": "Die Gefahr ist vorbei."},
        "teams.leave": {"member": "zweite"},
        "teams.rename": {"name": "Team West"},
    },
    "interpreting": {
        "order.cancel": {"reason": "krank"},
        "order.schedule": {"provider_id": "{provider}", "starts_at": "10:00"},
        "order.bill": {"number": "4711", "dated": "10.05.2022", "gross": "10,00"},
        "order.approve": {"pot_id": "{pot}"},
        "order.perform": {"keystrokes": "4000"},
        "invoices.excess": {"reason": "mehr Text"},
        "invoices.give_back": {"reason": "falsch gerechnet"},
        "providers.change": {"name": "Büro", "qualification": "sworn"},
        "pots.propose": {"from_pot_id": "{other_pot}", "amount": "5,00", "document": "Verfügung"},
    },
    "staffing": {
        "posts.leave": {"ends_on": "31.10.2022"},
        "posts.absent": {"from_day": "01.06.2022", "until": "30.09.2022"},
        "posts.come_back": {"until": "31.08.2022"},
        "employers.change": {"name": "Träger", "valid_from": "01.01.2099"},
        "employers.close": {"first": "23.12.2022", "last": "01.01.2023"},
        "posts.decide": {"status": "planned", "employer": "{employer}"},
        "posts.occupy": {"share": "0,5", "starts_on": "01.05.2022", "holder": "caritas-1"},
        "posts.employ": {"name": "Neu", "share": "0,5", **_HAPPENED},
        "contracts.change_end": {"ends_on": "31.10.2022", "reason": "leaves"},
        "contracts.remark": {"text": "Nachtrag"},
        "extensions.draft": {"ends_on": "31.12.2023"},
        "letters.hand_over": {"handed_over_on": "10.05.2022"},
        "grants.change_posts": {"document": "Änderungsbescheid"},
        "grants.change_rule": {"vacancy_rule": "daily", "rule_source": "Nr. 4"},
        "hearings.answer": {"answer": "agreed", "answered_on": "10.05.2022"},
    },
    "report": {},
}
ALIKE: Final[Mapping[str, Typed]] = {
    "operator.discard": {"because": "doppelt gesendet"},
    "api_parked.Discard": {"because": "doppelt gesendet"},
    "own_entries.answer": {"answer": "accepted"},
    "api_own_entries.Answer": {"answer": "accepted"},
    "own_entries.settle": {"to": "-"},
    "api_own_entries.OpenMove": {"to": "-"},
    "received_referrals.reject": {"reason": "no_capacity"},
    "received_closed.protect": {"reason": "endangered"},
    "received_closed.lift": {"because": "Die Gefahr ist vorbei."},
}


def typed(service: str, endpoint: str, things: Mapping[str, str]) -> dict[str, Any]:
    """The fields of a form, with the ids of our own things in them."""
    fields = FORMS[service].get(endpoint) or ALIKE.get(endpoint) or {}
    return {name: value.format_map(things) if isinstance(value, str) else value for name, value in fields.items()}
