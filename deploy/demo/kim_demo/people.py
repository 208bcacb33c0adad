"""The demonstration's people, all invented: what they may do, where they sit, and the staff reference staffing knows them by."""

from __future__ import annotations

from dataclasses import dataclass

from kim_runtime.act import Actor

AACHEN, CARITAS, OFFICE = "staedteregion-aachen", "caritas-eifel", "auslaenderamt"


@dataclass(frozen=True, slots=True)
class Person:
    id: str
    name: str
    organisation: str
    roles: tuple[str, ...]
    does: str
    staff: str | None = None

    def actor(self) -> Actor:
        return Actor(self.id, self.name, self.organisation, frozenset(self.roles), staff=self.staff)


PEOPLE = (
    Person("aydin", "Selin Aydın", AACHEN, ("intake_staff", "case_manager"), "Beratung, Aachen-Arkaden, Team Süd", "p-01"),
    Person("lindner", "Katrin Lindner", AACHEN, ("intake_staff",), "Seiteneinstiegsberatung, Aachen-Arkaden"),
    Person("haddad", "Nour Haddad", AACHEN, ("intake_staff", "case_manager"), "Beratung und Case Management, Team Nord", "p-07"),
    Person("kowalczyk", "Marek Kowalczyk", AACHEN, ("case_manager", "intake_staff"), "Case Management, Team Süd", "p-02"),
    Person("breuer", "Anne Breuer", AACHEN, ("case_manager", "intake_staff"), "Case Management, Team Nord", "p-03"),
    Person("thelen", "Petra Thelen", AACHEN, ("case_lead", "case_manager"), "Leitung Case Management, in keinem Team", "p-04"),
    Person("nowak", "Jakub Nowak", AACHEN, ("case_lead", "case_manager"), "Leitung Team Süd", "p-05"),
    Person("esser", "Sabine Esser", AACHEN, ("case_lead", "case_manager"), "Leitung Team Nord", "p-06"),
    Person("roth", "Maren Roth", AACHEN, ("protected_case_reader",), "Zugang zu geschützten Akten"),
    Person("demir", "Elif Demir", AACHEN, ("interpreting_coordinator",), "Koordination Sprachmittlung"),
    Person("oeztuerk", "Cem Öztürk", AACHEN, ("interpreting_coordinator",), "Koordination Sprachmittlung"),
    Person("kraemer", "Ute Krämer", AACHEN, ("budget_officer",), "Haushalt"),
    Person("lenzen", "Frank Lenzen", AACHEN, ("hr_staff",), "Personal"),
    Person("wirtz", "Dr. Hanna Wirtz", AACHEN, ("centre_head",), "Leitung des Kommunalen Integrationszentrums"),
    Person("scholl", "Rita Scholl", AACHEN, ("auditor",), "Rechnungsprüfung und Datenschutz"),
    Person("vogt", "Jonas Vogt", AACHEN, ("ops",), "Betrieb"),
    Person("jansen", "Tom Jansen", CARITAS, ("case_manager", "case_lead"), "Case Management, Roetgen und Simmerath"),
    Person("peeters", "Bart Peeters", CARITAS, ("ops",), "Betrieb, dienstags"),
    Person("vossen", "Claudia Vossen", OFFICE, ("intake_staff",), "Informationspunkt"),
    Person("yilmaz", "Deniz Yılmaz", OFFICE, ("ops",), "Betrieb"),
    Person("kim-report", "Sachstandsbericht", AACHEN, ("report_reader",), "liest die Zahlen der Dienste"),
)
BY_ID = {person.id: person for person in PEOPLE}


def actor(person_id: str) -> Actor:
    return BY_ID[person_id].actor()
