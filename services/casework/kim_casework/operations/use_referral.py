"""Open a case from a referral another body sent here."""

from __future__ import annotations

from kim_protection import operations as protection
from kim_referral.model.protection import LOCKS as RECEIVED_LOCKS
from kim_referral.model.received_referral import ReceivedReferral, received_by_id, received_for_update
from kim_referral.model.sight import lets
from kim_runtime.act import Act
from kim_runtime.refusal import Refused
from sqlalchemy import select
from sqlalchemy.orm import Session

from kim_casework.model.case import Case
from kim_casework.model.protection import LOCKS
from kim_casework.model.staff import StaffMember
from kim_casework.model.standing import lets as lets_with_case
from kim_casework.operations.household import HouseholdPerson
from kim_casework.operations.protect_case import refuse_subject_as_responsible


def accepted_referral(session: Session, act: Act, received_id: str) -> ReceivedReferral:
    """Under its lock. Raises NotFound, Refused `referral_open` (not accepted, or withdrawn) or `referral_used`."""
    return _usable(session, act, received_for_update(session, received_id))


def referral_to_admit(session: Session, act: Act, received_id: str) -> ReceivedReferral:
    """The same to look at, without the lock: what the form may be filled from."""
    return _usable(session, act, received_by_id(session, received_id))


def _usable(session: Session, act: Act, referral: ReceivedReferral) -> ReceivedReferral:
    used = session.scalars(select(Case).where(Case.referral_id == referral.id)).first()
    if not used and not lets(session, act, "received_referral.answer", referral):
        raise ReceivedReferral.unknown()
    if used and not lets_with_case(session, act, "case.list", used):
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
    """Say at the referral what became of it here. One that is protected hands that on to the case, and is from then on closed with it.

    Raises Refused `subject_is_responsible`.
    """
    referral.about_kind, referral.about_id = "case", case.id
    session.flush()
    closed = RECEIVED_LOCKS.protection_of(session, referral.id)
    if closed is None:
        return
    about = session.get(StaffMember, closed.subject) if closed.subject else None
    refuse_subject_as_responsible(case, about)
    protection.protect(session, act, LOCKS, case.id, closed.reason, about.id if about else None)
    protection.lift(session, act, RECEIVED_LOCKS, referral.id, case.number)
