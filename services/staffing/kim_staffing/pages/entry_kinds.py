"""What somebody may have entered at a desk that a colleague had left open: `Doors.entries` of staffing.

No two steps here are compared by their authors: a contract is signed by employer and employee on paper, and the dates are entered. Nobody
is named in a line; who works with contracts knows the staff reference.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from kim_runtime.database import session_of
from kim_web import formats
from kim_web.doors import EntryKind
from kim_web.language import mark

from kim_staffing.model import entered
from kim_staffing.model.assurance import FundingAssurance
from kim_staffing.model.contract import Contract
from kim_staffing.model.entered import Entered, name_along
from kim_staffing.model.grant import Grant
from kim_staffing.model.hearing import CouncilHearing
from kim_staffing.model.occupancy import Occupancy
from kim_staffing.model.post import Post
from kim_staffing.pages import words


def _about(row: Entered, model: type[Any]) -> Any:
    return session_of(row).get_one(model, row.thing_id)


def _contract(row: Entered) -> str:
    contract: Contract = _about(row, Contract)
    return f"{contract.person.staff}, {words.period(contract.starts_on, contract.ends_on)}"


def _hearing(row: Entered) -> str:
    hearing: CouncilHearing = _about(row, CouncilHearing)
    return f"{words.council(hearing.body)}, {formats.day(hearing.sent_on)}"


def _assurance(row: Entered) -> str:
    assurance: FundingAssurance = _about(row, FundingAssurance)
    return f"{words.level(assurance.level)}, {formats.day(assurance.dated)}"


def _grant(row: Entered) -> str:
    return str(_about(row, Grant).name)


def _post(row: Entered) -> str:
    return words.post(_about(row, Post))


def _occupancy(row: Entered) -> str:
    held: Occupancy = _about(row, Occupancy)
    return f"{words.post(held.post)}, {words.period(held.starts_on, held.ends_on)}"


def _kind(code: str, label: str, action: str, said: Callable[[Any], str], endpoint: str = "") -> EntryKind:
    return EntryKind.entered(code, label, Entered, action, said, endpoint, follow=name_along)


ENTRY_KINDS: Final = (
    _kind(entered.HIRE, mark("Einstellung"), "contract.record", _contract, "contracts.show"),
    _kind(entered.DRAFT, mark("Entwurf einer Verlängerung"), "contract.record", _contract, "contracts.show"),
    _kind(entered.SIGNATURE, mark("Eingetragene Unterschriften"), "contract.record", _contract, "contracts.show"),
    _kind(entered.EXTENSION, mark("Verlängerung abgeschlossen"), "contract.record", _contract, "contracts.show"),
    _kind(entered.TOO_LATE, mark("Protokoll: nicht rechtzeitig"), "contract.record", _contract, "contracts.show"),
    _kind(entered.END_DATE, mark("Geändertes Ende"), "contract.record", _contract, "contracts.show"),
    _kind(entered.ADDITION, mark("Nachtrag"), "contract.record", _contract, "contracts.show"),
    _kind(entered.LETTER, mark("Schreiben nach § 38 SGB III"), "contract.record", _contract, "contracts.show"),
    _kind(entered.LETTER_HANDED_OVER, mark("Übergabe des Schreibens"), "contract.record", _contract, "contracts.show"),
    _kind(entered.HEARING, mark("Beteiligung"), "council.record", _hearing),
    _kind(entered.HEARING_ANSWER, mark("Antwort auf eine Beteiligung"), "council.record", _hearing),
    _kind(entered.ASSURANCE, mark("Zusage"), "assurance.record", _assurance, "assurances.show"),
    _kind(entered.GRANT, mark("Bewilligung"), "grant.record", _grant, "grants.show"),
    _kind(entered.GRANT_POSTS, mark("Geänderte Stellen einer Bewilligung"), "grant.record", _grant, "grants.show"),
    _kind(entered.VACANCY_RULE, mark("Regel für Leerstand"), "grant.record", _grant, "grants.show"),
    _kind(entered.POST, mark("Stelle"), "post.manage", _post, "posts.show"),
    _kind(entered.POST_DECISION, mark("Entscheidung über eine Stelle"), "post.manage", _post, "posts.show"),
    _kind(entered.OCCUPANCY, mark("Besetzung"), "post.manage", _occupancy),
    _kind(entered.OCCUPANCY_END, mark("Ende einer Besetzung"), "post.manage", _occupancy),
    _kind(entered.RETURN, mark("Geänderte Rückkehr"), "post.manage", _occupancy),
)
