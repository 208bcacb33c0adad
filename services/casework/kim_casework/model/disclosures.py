"""Whose consents and sent referrals a colleague may see: those of the cases they may see, besides what they recorded themselves about a
visitor, a lead what anybody but another team recorded; of a protected case nothing, unless it stands in their lists. What was opened in an
emergency stands in none."""

from __future__ import annotations

from kim_referral.model.declaration import same_name
from kim_referral.model.seen import Seen
from kim_runtime.act import Act
from sqlalchemy import select
from sqlalchemy.orm import Session

from kim_casework.model.case import Case, Person, hidden_cases, visible_cases
from kim_casework.model.team import in_other_teams
from kim_casework.rules.permissions import answers_for_disclosures, checks_disclosures


def disclosures_seen(act: Act) -> Seen:
    about = {"case": visible_cases(act).with_only_columns(Case.id)}
    not_of = in_other_teams(act.actor.id) if answers_for_disclosures(act.actor) else None
    hidden = {"case": hidden_cases(act)}
    return Seen(act.actor.id, everything=checks_disclosures(act.actor), not_of=not_of, about=about, hidden=hidden, born=_born)


def _born(session: Session, kind: str, case_id: str, person: str) -> int | None:
    household = session.scalars(select(Person).where(Person.case_id == case_id)).all() if kind == "case" else ()
    return next((one.birth_year for one in household if same_name(one.name, person)), None)
