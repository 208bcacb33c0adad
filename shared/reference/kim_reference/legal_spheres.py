"""Legal spheres (Rechtskreise): the law a person's livelihood rests on. Named by the law, not by the benefit's brand: brands change."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class LegalSphere:
    """The law that secures a person's livelihood (Rechtskreis). `law` is its abbreviation, empty where there is none."""

    code: str
    law: str
    german: str
    english: str
    valid_from: date | None = None
    valid_to: date | None = None

    def name(self, language: str) -> str:
        return self.german if language == "de" else self.english


LEGAL_SPHERES = (
    LegalSphere("asylblg_3", "AsylbLG", "AsylbLG § 3 (Grundleistungen)", "AsylbLG § 3 (basic benefits)"),
    LegalSphere("asylblg_2", "AsylbLG", "AsylbLG § 2 (Analogleistungen)", "AsylbLG § 2 (benefits as under SGB XII)"),
    LegalSphere("sgb_2", "SGB II", "SGB II (Grundsicherung für Arbeitsuchende)", "SGB II (basic income for jobseekers)"),
    LegalSphere("sgb_3", "SGB III", "SGB III (Arbeitsförderung)", "SGB III (employment promotion)"),
    LegalSphere("sgb_8", "SGB VIII", "SGB VIII (Kinder- und Jugendhilfe)", "SGB VIII (child and youth welfare)"),
    LegalSphere("sgb_9", "SGB IX", "SGB IX (Rehabilitation und Teilhabe)", "SGB IX (rehabilitation and participation)"),
    LegalSphere("sgb_12", "SGB XII", "SGB XII (Sozialhilfe)", "SGB XII (social assistance)"),
    LegalSphere("bafoeg", "BAföG", "BAföG (Ausbildungsförderung)", "BAföG (training assistance)"),
    LegalSphere("wogg", "WoGG", "WoGG (Wohngeld)", "WoGG (housing benefit)"),
    LegalSphere("bkgg", "BKGG", "BKGG/EStG (Kindergeld, Kinderzuschlag)", "BKGG/EStG (child benefit)"),
    LegalSphere("uhvorschg", "UhVorschG", "UhVorschG (Unterhaltsvorschuss)", "UhVorschG (maintenance advance)"),
    LegalSphere("own_income", "", "Eigenes Einkommen", "Own income"),
    LegalSphere("none", "", "Keiner", "None"),
    LegalSphere("unknown", "", "Nicht bekannt", "Not known"),
)
_BY_CODE = {sphere.code: sphere for sphere in LEGAL_SPHERES}


def legal_sphere(code: str) -> LegalSphere:
    """The legal sphere of a code; raises KeyError."""
    return _BY_CODE[code]
