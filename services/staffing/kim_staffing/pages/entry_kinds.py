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
_of_contract = partial(_kind, about=Contract, action="contract.record", words=_contract, endpoint="contracts.show")
_of_hearing = partial(_kind, about=CouncilHearing, action="council.record", words=_hearing)
_of_grant = partial(_kind, about=Grant, action="grant.record", words=_grant, endpoint="grants.show")
_of_post = partial(_kind, about=Post, action="post.manage", words=words.post, endpoint="posts.show")
_of_occupancy = partial(_kind, about=Occupancy, action="post.manage", words=_occupancy)

ENTRY_KINDS: Final = (
    _of_contract(entered.HIRE, mark("Einstellung")),
    _of_contract(entered.DRAFT, mark("Entwurf einer Verlängerung")),
    _of_contract(entered.SIGNATURE, mark("Eingetragene Unterschriften")),
    _of_contract(entered.EXTENSION, mark("Verlängerung abgeschlossen")),
    _of_contract(entered.TOO_LATE, mark("Protokoll: nicht rechtzeitig")),
    _of_contract(entered.END_DATE, mark("Geändertes Ende")),
    _of_contract(entered.ADDITION, mark("Nachtrag")),
    _of_contract(entered.LETTER, mark("Schreiben nach § 38 SGB III")),
    _of_contract(entered.LETTER_HANDED_OVER, mark("Übergabe des Schreibens")),
    _of_hearing(entered.HEARING, mark("Beteiligung")),
    _of_hearing(entered.HEARING_ANSWER, mark("Antwort auf eine Beteiligung")),
    _kind(entered.ASSURANCE, mark("Zusage"), FundingAssurance, "assurance.record", _assurance, "assurances.show"),
    _of_grant(entered.GRANT, mark("Bewilligung")),
    _of_grant(entered.GRANT_POSTS, mark("Geänderte Stellen einer Bewilligung")),
    _of_grant(entered.VACANCY_RULE, mark("Regel für Leerstand")),
    _kind(entered.EMPLOYER, mark("Angaben zu einem Arbeitgeber"), Employer, "post.manage", _employer, "employers.show"),
    _of_post(entered.POST, mark("Stelle")),
    _of_post(entered.POST_DECISION, mark("Entscheidung über eine Stelle")),
    _of_occupancy(entered.OCCUPANCY, mark("Besetzung")),
    _of_occupancy(entered.OCCUPANCY_END, mark("Ende einer Besetzung")),
    _of_occupancy(entered.RETURN, mark("Geänderte Rückkehr")),
)
