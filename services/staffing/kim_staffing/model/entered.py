"""Who entered what in staffing. Beside it the rows say nothing of who wrote them, but for four that name somebody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from kim_runtime.entered import Entered
from sqlalchemy import select
from sqlalchemy.orm import Session

from kim_staffing.model.contract import Contract, ContractAddition, EndDateChange
from kim_staffing.model.grant import GrantPostsChange

HIRE, DRAFT, SIGNATURE, EXTENSION, TOO_LATE = "hire", "draft", "signature", "extension", "too_late"
END_DATE, ADDITION, LETTER, LETTER_HANDED_OVER = "end_date", "addition", "letter", "letter_handed_over"
HEARING, HEARING_ANSWER = "hearing", "hearing_answer"
ASSURANCE, GRANT, GRANT_POSTS, VACANCY_RULE = "assurance", "grant", "grant_posts", "vacancy_rule"
POST, POST_DECISION, OCCUPANCY, OCCUPANCY_END, RETURN = "post", "post_decision", "occupancy", "occupancy_end", "return"
EMPLOYER = "employer"
PROGNOSIS = "prognosis"  # what: with a prognosis of the actor's own
# Whose lines say who wrote them; the entry has the id of the line (`what`).
LINES: Final[Mapping[str, type[Any]]] = {
    ADDITION: ContractAddition,
    END_DATE: EndDateChange,
    GRANT_POSTS: GrantPostsChange,
}
OF_CONTRACTS = (HIRE, DRAFT, SIGNATURE, EXTENSION, TOO_LATE, END_DATE, ADDITION, LETTER, LETTER_HANDED_OVER)


def entered_about(session: Session, contract_ids: Sequence[str]) -> list[Entered]:
    """What was entered about some contracts, the oldest first."""
    of_them = select(Entered).where(Entered.thing_id.in_(contract_ids), Entered.kind.in_(OF_CONTRACTS))
    return list(session.scalars(of_them.order_by(Entered.at, Entered.id)))


def name_along(session: Session, entry: Entered, earlier: str) -> None:
    """What names who it was says so too."""
    if entry.what == PROGNOSIS:
        session.get_one(Contract, entry.thing_id).prognosis_by = entry.by_name
    elif entry.kind in LINES:
        session.get_one(LINES[entry.kind], entry.what).by = entry.by_name
