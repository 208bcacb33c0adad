"""What somebody may have entered at a desk that a colleague had left open: `Doors.entries` of staffing.

No two steps here are compared by their authors: a contract is signed by employer and employee on paper, and the dates are entered. Nobody
is named in a line; who works with contracts knows the staff reference.
"""

from __future__ import annotations

from functools import partial
from typing import Final

from kim_web import formats
from kim_web.doors import EntryKind
from kim_web.language import mark

from kim_staffing.model import entered
from kim_staffing.model.assurance import FundingAssurance
from kim_staffing.model.contract import Contract
from kim_staffing.model.employer import Employer
from kim_staffing.model.entered import name_along
from kim_staffing.model.grant import Grant
from kim_staffing.model.hearing import CouncilHearing
from kim_staffing.model.occupancy import Occupancy
from kim_staffing.model.post import Post
from kim_staffing.pages import words


def _contract(contract: Contract) -> str:
    return f"{contract.person.staff}, {words.period(contract.starts_on, contract.ends_on)}"


def _hearing(hearing: CouncilHearing) -> str:
    return f"{words.council(hearing.body)}, {formats.day(hearing.sent_on)}"


def _assurance(assurance: FundingAssurance) -> str:
    return f"{words.level(assurance.level)}, {formats.day(assurance.dated)}"


def _grant(grant: Grant) -> str:
    return grant.name


def _occupancy(held: Occupancy) -> str:
    return f"{words.post(held.post)}, {words.period(held.starts_on, held.ends_on)}"


def _employer(employer: Employer) -> str:
    return employer.id


_kind = partial(EntryKind.entered, follow=name_along)

ENTRY_KINDS: Final = (
    _kind(entered.HIRE, mark("Einstellung"), Contract, "contract.record", _contract, "contracts.show"),
    _kind(entered.DRAFT, mark("Entwurf einer Verlängerung"), Contract, "contract.record", _contract, "contracts.show"),
    _kind(entered.SIGNATURE, mark("Eingetragene Unterschriften"), Contract, "contract.record", _contract, "contracts.show"),
    _kind(entered.EXTENSION, mark("Verlängerung abgeschlossen"), Contract, "contract.record", _contract, "contracts.show"),
    _kind(entered.TOO_LATE, mark("Protokoll: nicht rechtzeitig"), Contract, "contract.record", _contract, "contracts.show"),
    _kind(entered.END_DATE, mark("Geändertes Ende"), Contract, "contract.record", _contract, "contracts.show"),
    _kind(entered.ADDITION, mark("Nachtrag"), Contract, "contract.record", _contract, "contracts.show"),
    _kind(entered.LETTER, mark("Schreiben nach § 38 SGB III"), Contract, "contract.record", _contract, "contracts.show"),
    _kind(entered.LETTER_HANDED_OVER, mark("Übergabe des Schreibens"), Contract, "contract.record", _contract, "contracts.show"),
    _kind(entered.HEARING, mark("Beteiligung"), CouncilHearing, "council.record", _hearing),
    _kind(entered.HEARING_ANSWER, mark("Antwort auf eine Beteiligung"), CouncilHearing, "council.record", _hearing),
    _kind(entered.ASSURANCE, mark("Zusage"), FundingAssurance, "assurance.record", _assurance, "assurances.show"),
    _kind(entered.GRANT, mark("Bewilligung"), Grant, "grant.record", _grant, "grants.show"),
    _kind(entered.GRANT_POSTS, mark("Geänderte Stellen einer Bewilligung"), Grant, "grant.record", _grant, "grants.show"),
    _kind(entered.VACANCY_RULE, mark("Regel für Leerstand"), Grant, "grant.record", _grant, "grants.show"),
    _kind(entered.EMPLOYER, mark("Angaben zu einem Arbeitgeber"), Employer, "post.manage", _employer, "employers.show"),
    _kind(entered.POST, mark("Stelle"), Post, "post.manage", words.post, "posts.show"),
    _kind(entered.POST_DECISION, mark("Entscheidung über eine Stelle"), Post, "post.manage", words.post, "posts.show"),
    _kind(entered.OCCUPANCY, mark("Besetzung"), Occupancy, "post.manage", _occupancy),
    _kind(entered.OCCUPANCY_END, mark("Ende einer Besetzung"), Occupancy, "post.manage", _occupancy),
    _kind(entered.RETURN, mark("Geänderte Rückkehr"), Occupancy, "post.manage", _occupancy),
)
