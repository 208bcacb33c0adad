"""Find what happened at a desk, and the people it was with, to do something with it: what one may not see does not exist."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from kim_runtime.act import Act
from kim_runtime.guesses import by_code
from kim_runtime.refusal import NotFound
from sqlalchemy.orm import Session

from kim_intake.model.client import Client, client, client_of_code, no_such_client
from kim_intake.model.consultation import Consultation, consultation, no_such_consultation
from kim_intake.model.hand_over import HandOver, hand_over, no_such_hand_over
from kim_intake.model.proposal import AdmissionProposal, no_such_proposal, proposal
from kim_intake.model.sight import AboutPeople, lets, lets_with

Thing = TypeVar("Thing", bound=AboutPeople)


def consultation_for(session: Session, act: Act, consultation_id: str, action: str) -> Consultation:
    """The consultation under the lock of its row, to do `action` with it. Raises NotFound where there is none, or not for this actor."""
    return _open_to(session, act, action, consultation(session, consultation_id, locked=True), no_such_consultation)


def hand_over_for(session: Session, act: Act, hand_over_id: str, action: str) -> HandOver:
    """The hand-over under the lock of its row, to do `action` with it. Raises NotFound."""
    return _open_to(session, act, action, hand_over(session, hand_over_id, locked=True), no_such_hand_over)


def proposal_for(session: Session, act: Act, proposal_id: str, action: str) -> AdmissionProposal:
    """The proposal under the lock of its row, to do `action` with it. Raises NotFound."""
    return _open_to(session, act, action, proposal(session, proposal_id, locked=True), no_such_proposal)


def client_for(session: Session, act: Act, client_id: str, action: str) -> Client:
    """The person under the lock of their row, to do `action` with them. Raises NotFound."""
    return _open_to(session, act, action, client(session, client_id, locked=True), no_such_client)


def client_at_desk(session: Session, act: Act, site: str, client_id: str) -> Client:
    """The person somebody counsels at a site. Raises NotFound."""
    if not lets_with(session, act, "consultation.record", site, client_id):
        raise no_such_client()
    return client(session, client_id)


def known_by_code(session: Session, act: Act, typed: str, action: str, field: str, site: str | None = None) -> Client | None:
    """Who has this return code; None where nobody has, or nobody with whom the actor may do `action`. `field`: where it was typed.

    Raises Refused where somebody tried too many.
    """

    def find() -> Client | None:
        found = client_of_code(session, typed)
        return found if found is not None and lets_with(session, act, action, site, found.id) else None

    return by_code(session, "clients", find, field)


def _open_to(session: Session, act: Act, action: str, found: Thing, missing: Callable[[], NotFound]) -> Thing:
    if not lets(session, act, action, found):
        raise missing()
    return found
