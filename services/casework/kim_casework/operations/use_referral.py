"""Open a case from a referral another body sent here."""

from __future__ import annotations

from kim_referral.model.received_referral import ReceivedReferral, received_by_id, received_for_update
from kim_runtime.act import Act
from kim_runtime.refusal import Refused
from sqlalchemy import select
from sqlalchemy.orm import Session

from kim_casework.model.case import Case, hidden_cases
from kim_casework.operations.household import HouseholdPerson


def accepted_referral(session: Session, act: Act, received_id: str) -> ReceivedReferral:
    """Under its lock. Raises NotFound, Refused `referral_open` (not accepted, or withdrawn) or `referral_used`."""
    return _usable(session, act, received_for_update(session, received_id))


def referral_to_admit(session: Session, act: Act, received_id: str) -> ReceivedReferral:
    """The same to look at, without the lock: what the form may be filled from."""
    return _usable(session, act, received_by_id(session, received_id))


def _usable(session: Session, act: Act, referral: ReceivedReferral) -> ReceivedReferral:
    used = session.scalars(select(Case).where(Case.referral_id == referral.id)).first()
    if used and used.id in session.scalars(hidden_cases(act)).all():
        raise ReceivedReferral.unknown()
    if used:
        raise Refused("referral_used", "Aus diesem Verweis ist schon der Fall {number} entstanden.", number=used.number)
    if referral.state != "accepted":
        raise Refused("referral_open", "Dieser Verweis ist nicht angenommen. Erst annehmen, dann den Fall anlegen.")
    return referral


def referred_person(referral: ReceivedReferral) -> HouseholdPerson:
    said = referral.readable
    return HouseholdPerson(name=said.name, phone=said.phone, birth_year=said.birth_year, language=said.language)


def use_referral(session: Session, act: Act, referral: ReceivedReferral, case: Case) -> None:
    """Say at the referral what became of it here."""
    referral.about_kind, referral.about_id = "case", case.id
    session.flush()
