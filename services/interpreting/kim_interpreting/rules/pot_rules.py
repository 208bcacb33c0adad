"""What a pot (Topf) pays for, as dated and versioned data, and what each pot says to a request, with the reason.

Sources: committee papers and the pool's leaflet of the StädteRegion Aachen; for sign language § 17(2) SGB I and § 19(1) SGB X: the
benefit body pays, never a pot. Every sentence is German, to be translated at the door; amounts in euro.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum

from kim_runtime.refusal import Refused

from kim_interpreting.rules.tariff import Cost

TALKS = ("on_site", "phone", "video")
TRANSLATIONS = ("document_translation", "certified_translation", "information_material")
SIGN_LANGUAGE = "sign_language"
PAYABLE = frozenset(TALKS + TRANSLATIONS)
CITY_OF_AACHEN = "05334002"  # runs its own pool, at the Pädagogisches Zentrum (PÄZ)
INSTITUTIONS = ("public_body", "association", "initiative")


class Verdict(StrEnum):
    ALLOWED = "allowed"
    WITH_APPROVAL = "allowed_with_approval"
    REFUSED = "refused"


class CaseLink(StrEnum):
    """What is known of the case an order names."""

    NONE = "none"  # it names none
    OPEN = "open"
    CLOSED = "closed"
    UNKNOWN = "unknown"  # of the own house, but casework has not told of it
    STATED = "stated"  # of another house, whose case management itself sent the order


@dataclass(frozen=True, slots=True)
class PotRules:
    """One version of a pot's rules. It judges the requests made from `valid_from` until the next version begins."""

    version: str
    valid_from: date
    job_kinds: frozenset[str]
    case_link_required: bool = False
    legal_consequence_excluded: bool = False
    subsidiary: bool = False  # pays only when no other payer does, and only with the budget officer's approval
    requester_kinds: frozenset[str] = frozenset(INSTITUTIONS)
    excluded_towns: frozenset[str] = frozenset({CITY_OF_AACHEN})
    excluded_occasions: frozenset[str] = frozenset({"medical"})
    public_room_required: bool = True


@dataclass(frozen=True, slots=True)
class Request:
    """What the rules look at in an order. No client in it."""

    requested_on: date
    service_date: date
    job_kind: str
    occasion: str
    requester_kind: str
    requester_town: str
    decides_something: bool
    public_room: bool
    other_payers_ruled_out: bool
    case_number: str | None
    case: CaseLink
    case_closed_on: date | None = None
    own_house: bool = False  # ordered by a service of the house that keeps the pots


@dataclass(frozen=True, slots=True)
class PotState:
    """A pot as it stands: its period, its rules, what is free, and what the order would cost by its tariff (None: no price for it)."""

    id: str
    name: str
    period_from: date
    period_to: date
    rules: Sequence[PotRules]
    free: Decimal
    cost: Cost | None


@dataclass(frozen=True, slots=True)
class Line:
    """What one pot says to a request. `before` and `after` are what is free in it, when it would pay."""

    pot: str
    pot_name: str
    verdict: Verdict
    code: str
    rules_version: str
    cost: Cost | None
    before: Decimal
    after: Decimal | None
    params: Mapping[str, object] = field(default_factory=dict)
    narrow: bool = False  # the pot pays only some kinds of job, and this is one

    @property
    def sentence(self) -> str:
        """The German sentence with its placeholders."""
        return SENTENCES[self.code]

    @property
    def ready(self) -> bool:
        """Nothing more has to be declared by the requester: it can go to approval."""
        return self.verdict is Verdict.ALLOWED or self.code == "approval_needed"


SENTENCES = {
    "allowed": "erlaubt",
    "approval_needed": "mit Freigabe; andere Kostenträger sind ausgeschlossen",
    "other_payers_open": "mit Freigabe, wenn kein anderer Kostenträger zahlt",
    "sign_language": "Gebärdensprache: Kosten trägt die Behörde (§ 17 Abs. 2 SGB I, § 19 Abs. 1 SGB X)",
    "private_person": "nur Einrichtungen bestellen, keine Privatpersonen",
    "requester_kind": "diese Art von Einrichtung bestellt hier nicht",
    "city_of_aachen": "Stadt Aachen bestellt über den PÄZ-Pool",
    "excluded_town": "aus diesem Ort bestellt hier niemand",
    "medical": "Arzttermine zahlt kein Topf",
    "excluded_occasion": "diesen Anlass zahlt der Topf nicht",
    "private_room": "nur öffentliche Räume",
    "no_translations": "keine Übersetzungen",
    "job_kind": "diese Art von Einsatz zahlt der Topf nicht",
    "legal_consequence": "erkennbare Rechtsfolge",
    "outside_period": "Leistung am {day} liegt nicht im Bewilligungszeitraum {period_from} bis {period_to}",
    "no_rules": "für den Tag des Auftrags hat der Topf keine Regel",
    "case_link_missing": "Bezug zum Case Management fehlt",
    "case_unknown": "Fall {case_number} ist hier nicht bekannt",
    "case_closed": "Fall {case_number} ist seit {closed_on} geschlossen",
    "short": "es fehlen {missing} €",
}
REFUSALS = {code: f"{{pot}}: {sentence}. Passender Topf: {{fitting}}." for code, sentence in SENTENCES.items()}
REFUSALS_BY_ALL = {code: f"{{pot}}: {sentence}. Auch kein anderer Topf passt." for code, sentence in SENTENCES.items()}
# Said by a pot to everything of a sort it was not made for: a weaker reason than one about the request itself.
GENERAL_REASONS = frozenset({"no_translations", "job_kind", "outside_period", "no_rules"})


def rules_on(versions: Iterable[PotRules], requested_on: date) -> PotRules | None:
    """The version that judges a request of that day: the last that had begun."""
    begun = [version for version in versions if version.valid_from <= requested_on]
    return max(begun, key=lambda version: version.valid_from) if begun else None


def judge(request: Request, pot: PotState) -> Line:
    """What this pot says to the request: the first reason against it, or that it pays."""
    rules = rules_on(pot.rules, request.requested_on)
    line = Line(
        pot=pot.id,
        pot_name=pot.name,
        verdict=Verdict.REFUSED,
        code="short",
        rules_version=rules.version if rules else "–",
        cost=pot.cost,
        before=pot.free,
        after=None,
        narrow=rules is not None and request.job_kind in rules.job_kinds and rules.job_kinds < PAYABLE,
    )
    objection = _objection(request, pot, rules)
    if objection:
        code, params = objection
        return replace(line, code=code, params=params)
    assert rules is not None and pot.cost is not None
    after = pot.free - pot.cost.gross
    if after < 0:
        return replace(line, params={"missing": -after})
    if not rules.subsidiary:
        return replace(line, verdict=Verdict.ALLOWED, code="allowed", after=after)
    code = "approval_needed" if request.other_payers_ruled_out else "other_payers_open"
    return replace(line, verdict=Verdict.WITH_APPROVAL, code=code, after=after)


def judge_all(request: Request, pots: Iterable[PotState]) -> tuple[Line, ...]:
    """A line for each pot, in the order given."""
    return tuple(judge(request, pot) for pot in pots)


def suggestion(lines: Sequence[Line]) -> Line | None:
    """The pot that fits: first one made for this kind of job, then a general one, and only then one that needs approval."""
    fitting = [line for line in lines if line.verdict is not Verdict.REFUSED]
    return min(fitting, key=lambda line: (line.verdict is Verdict.WITH_APPROVAL, not line.narrow), default=None)


def chief_refusal(lines: Sequence[Line]) -> Line | None:
    """The refusal to tell the requester: of the pot made for this kind of job, then of a general one; about the sort of job last."""
    refusals = [line for line in lines if line.verdict is Verdict.REFUSED]
    return min(refusals, key=lambda line: (line.code in GENERAL_REASONS, not line.narrow), default=None)


def refusal(line: Line, lines: Sequence[Line]) -> Refused:
    """What to raise when this pot was chosen and does not pay: the reason, and the pot that would fit."""
    fitting = suggestion([other for other in lines if other.pot != line.pot])
    if fitting is None:
        return Refused(line.code, REFUSALS_BY_ALL[line.code], field="pot_id", pot=line.pot_name, **line.params)
    return Refused(line.code, REFUSALS[line.code], field="pot_id", pot=line.pot_name, fitting=fitting.pot_name, **line.params)


def _objection(request: Request, pot: PotState, rules: PotRules | None) -> tuple[str, dict[str, object]] | None:
    # The order of the questions is the order of the answers' use: what no pot will ever pay is said before what another pot might.
    if request.job_kind == SIGN_LANGUAGE:
        return "sign_language", {}
    if rules is None:
        return "no_rules", {}
    if request.requester_kind not in rules.requester_kinds:
        return ("private_person" if request.requester_kind == "private_person" else "requester_kind"), {}
    # The house itself has desks in the City of Aachen; it is the City's own offices that order elsewhere.
    if request.requester_town in rules.excluded_towns and not request.own_house:
        return ("city_of_aachen" if request.requester_town == CITY_OF_AACHEN else "excluded_town"), {}
    if request.occasion in rules.excluded_occasions:
        return ("medical" if request.occasion == "medical" else "excluded_occasion"), {}
    if rules.public_room_required and request.job_kind == "on_site" and not request.public_room:
        return "private_room", {}
    if request.job_kind not in rules.job_kinds or pot.cost is None:
        return ("no_translations" if request.job_kind in TRANSLATIONS else "job_kind"), {}
    if rules.legal_consequence_excluded and request.decides_something:
        return "legal_consequence", {}
    if not pot.period_from <= request.service_date <= pot.period_to:
        return "outside_period", {"day": request.service_date, "period_from": pot.period_from, "period_to": pot.period_to}
    return _case_objection(request) if rules.case_link_required else None


def _case_objection(request: Request) -> tuple[str, dict[str, object]] | None:
    match request.case:
        case CaseLink.NONE:
            return "case_link_missing", {}
        case CaseLink.UNKNOWN:
            return "case_unknown", {"case_number": request.case_number}
        case CaseLink.CLOSED:
            return "case_closed", {"case_number": request.case_number, "closed_on": request.case_closed_on}
        case CaseLink.OPEN | CaseLink.STATED:
            return None
