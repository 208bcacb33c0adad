"""Everything that a desk enters about referrals beyond sending, opening and answering one."""

from __future__ import annotations

from datetime import timedelta

from kim_referral.model.received_referral import ReceivedReferral
from kim_referral.operations.complete_referral import CompleteReferral, complete_referral
from kim_referral.operations.confirm_withdrawal import ConfirmWithdrawal, confirm_withdrawal
from kim_referral.operations.give_slip import GiveSlip, give_slip
from kim_referral.operations.note_answer import NoteAnswer, note_answer
from kim_referral.operations.note_outcome import NoteDestroyed, NoteOutcome, note_destroyed, note_outcome
from kim_referral.operations.record_consent import RecordConsent, record_consent
from kim_referral.operations.revoke_consent import RevokeConsent, revoke_consent
from kim_referral.operations.settle_referral import SettleReferral, settle_referral
from kim_referral.operations.withdraw_referral import WithdrawReferral, withdraw_referral
from kim_runtime.act import Act
from sqlalchemy.orm import Session

KINDS = {
    "consent", "consent_revocation", "referral", "referral_withdrawn", "referral_answer_noted", "referral_outcome_noted",
    "referral_settled",
    "referral_destruction_noted", "referral_completed", "referral_withdrawal_confirmed",
}  # fmt: skip


def done_to_referrals(session: Session, act: Act, about: tuple[str, str], earlier: timedelta = timedelta(hours=2)) -> None:
    """About one thing: a consent, revoked hours `earlier` than it is written down, and each step of a referral either way."""
    kind, id = about
    said = RecordConsent(
        about_kind=kind, about_id=id, person="Merkzeichen", purpose="Wohnung", recipients=("caritas-eifel",), categories=("name",),
        given_on=act.today, valid_to=act.today, informed=True, signed=True, kept_at="Ordner",
    )  # fmt: skip
    revoke_consent(session, act, RevokeConsent(record_consent(session, act, said).id, revoked_at=act.at - earlier))
    refused, told, letter = (give_slip(session, act, GiveSlip("caritas-eifel", about_kind=kind, about_id=id)) for _turn in range(3))
    note_answer(session, act, NoteAnswer(refused.id, "rejected", said_by="Frau B.", reason="no_capacity"))
    settle_referral(session, act, SettleReferral(refused.id))
    note_outcome(session, act, NoteOutcome(told.id))
    letter.channel = "letter"  # printed, with nothing in it that matters here
    withdraw_referral(session, act, WithdrawReferral(letter.id))
    note_destroyed(session, act, NoteDestroyed(letter.id))
    for number, state in enumerate(("accepted", "withdrawn")):
        session.add(
            ReceivedReferral(
                id=f"{id}-{state}", sender="caritas-eifel.casework", referral_id=f"{id}-{state}", number=f"R-2022-010{number}", desk="",
                received_at=act.at - earlier, received_on=act.today, consent_categories=[], dropped_categories=[], version=1, state=state,
                name="", phone="", language="", residence_town="", topics=[], note="", health="",
            )
        )  # fmt: skip
    session.flush()
    complete_referral(session, act, CompleteReferral(f"{id}-accepted"))
    confirm_withdrawal(session, act, ConfirmWithdrawal(f"{id}-withdrawn"))
