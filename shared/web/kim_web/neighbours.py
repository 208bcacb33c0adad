"""The other services of the house, as links in the head of each page."""

from __future__ import annotations

from dataclasses import dataclass

from kim_web.language import mark

TITLES = {
    "intake": mark("Erstberatung"),
    "casework": mark("Fallarbeit"),
    "interpreting": mark("Sprachmittlung"),
    "staffing": mark("Stellen"),
    "report": mark("Sachstand"),
}
# Whom each has a page for: nobody is shown the way to a service that would send them away. A test holds it against the services' tables.
OPEN_TO = {
    "intake": frozenset({"intake_staff", "case_manager", "case_lead", "protected_case_reader", "centre_head", "auditor", "ops"}),
    "casework": frozenset({"intake_staff", "case_manager", "case_lead", "protected_case_reader", "centre_head", "auditor", "ops"}),
    "interpreting": frozenset({"interpreting_coordinator", "budget_officer", "centre_head", "report_reader", "auditor", "ops"}),
    "staffing": frozenset({"hr_staff", "centre_head", "auditor", "hr_auditor", "ops"}),
    "report": frozenset({"case_lead", "budget_officer", "centre_head", "report_reader", "auditor"}),
}


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A service: its name, its title (a msgid) and its address; `here` is the one we are in."""

    service: str
    title: str
    address: str
    here: bool

    def is_open_to(self, roles: frozenset[str]) -> bool:
        return bool(OPEN_TO[self.service] & roles)


def neighbours(setting: str, service: str) -> list[Neighbour]:
    """Read `intake=https://…,casework=https://…`; what is no such pair is left out."""
    found = []
    for pair in setting.split(","):
        name, _, address = pair.strip().partition("=")
        if name in TITLES and address.startswith(("http://", "https://")):
            found.append(Neighbour(name, TITLES[name], address, name == service))
    return found
