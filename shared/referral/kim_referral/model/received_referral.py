"""Referrals received from other bodies."""

from __future__ import annotations

from datetime import date, datetime

from kim_events.types.referral import OBJECTIONS
from kim_runtime.columns import UtcColumn
from kim_runtime.database import locked
from kim_runtime.refusal import NotFound
from sqlalchemy import JSON, ColumnElement, Integer, String, Text, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from kim_referral.model.base import Base
from kim_referral.model.said_of_person import SaidOfPerson
from kim_referral.rules.content import Content
from kim_referral.rules.state_on import state_on

NOTHING = Content()
DROPPED_FOR = frozenset({"consent_expired", *OBJECTIONS})
READABLE = frozenset({"pending", "waiting_list", "accepted", "completed"})


class ReceivedReferral(SaidOfPerson, Base):
    """A referral another body sent here (eingegangener Verweis).

    `sender` is the mailbox it came from and `referral_id` the sender's id of it; only that mailbox can ever change it. `version` counts
    this receiver's answers; `waiting_list_at` stays when `answered_at` moves on to the decision that ended the waiting. What is said of
    the person is emptied as soon as there is no ground to keep it. `purpose` is what the consent lets it be used for, None where the sender
    did not tell it or nothing is kept; it is a free text, so it is shown and goes with the content. `about_kind` and `about_id` name what
    became of it here.
    """

    __tablename__ = "referral_received"
    __table_args__ = (UniqueConstraint("sender", "referral_id", name="uq_referral_received_sender"),)

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    sender: Mapped[str] = mapped_column(String(61))
    referral_id: Mapped[str] = mapped_column(String(64))
    number: Mapped[str] = mapped_column(String(30))
    desk: Mapped[str] = mapped_column(String(120))
    offered_at: Mapped[datetime | None] = mapped_column(UtcColumn)
    received_at: Mapped[datetime] = mapped_column(UtcColumn)
    received_on: Mapped[date] = mapped_column(index=True)
    answer_by: Mapped[date | None]
    consent_given_on: Mapped[date | None]
    consent_valid_to: Mapped[date | None]
    purpose: Mapped[str | None] = mapped_column(Text)
    consent_categories: Mapped[list[str]] = mapped_column(JSON)
    dropped_categories: Mapped[list[str]] = mapped_column(JSON)
    version: Mapped[int] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(String(20), index=True)
    read_at: Mapped[datetime | None] = mapped_column(UtcColumn)
    read_by: Mapped[str | None] = mapped_column(String(64))
    waiting_list_at: Mapped[datetime | None] = mapped_column(UtcColumn)
    answered_at: Mapped[datetime | None] = mapped_column(UtcColumn)
    answered_by: Mapped[str | None] = mapped_column(String(64))
    rejection: Mapped[str | None] = mapped_column(String(30))
    appointment: Mapped[date | None]
    outcome: Mapped[str | None] = mapped_column(String(20))
    completed_at: Mapped[datetime | None] = mapped_column(UtcColumn)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcColumn)
    withdrawal_reason: Mapped[str | None] = mapped_column(String(30))
    withdrawal: Mapped[str | None] = mapped_column(String(20))
    withdrawal_answered_at: Mapped[datetime | None] = mapped_column(UtcColumn)
    ground: Mapped[str | None] = mapped_column(String(30))
    erased_at: Mapped[datetime | None] = mapped_column(UtcColumn)
    about_kind: Mapped[str | None] = mapped_column(String(40))
    about_id: Mapped[str | None] = mapped_column(String(64))

    @staticmethod
    def unknown() -> NotFound:
        return NotFound("received_unknown", "Diesen eingegangenen Verweis gibt es nicht, oder andere führen ihn weiter.")

    @property
    def sender_organisation(self) -> str:
        return self.sender.partition(".")[0]

    def erase(self, at: datetime) -> None:
        """Keep nothing of what was said of the person (Art. 17 GDPR); that something came, when and from whom stays."""
        self.content = NOTHING
        self.purpose = None
        self.erased_at = self.erased_at or at

    @property
    def readable(self) -> Content:
        """What may be shown: nothing before it was opened, and nothing once it is withdrawn, rejected or dropped."""
        return self.content if self.read_at is not None and self.state in READABLE else NOTHING

    @property
    def readable_purpose(self) -> str | None:
        """For what the readable content may be used; None where there is none, or its sender did not tell it."""
        return None if self.readable.is_empty else self.purpose

    @property
    def became_something(self) -> bool:
        """Whether a case or a consultation came of it, which keeps what was said of the person."""
        return self.about_id is not None

    @property
    def must_be_confirmed(self) -> bool:
        """Withdrawn after somebody had read it, and not yet said whether it was deleted or restricted."""
        return self.state == "withdrawn" and self.withdrawal is None

    def state_on(self, day: date) -> str:
        """How it stood at the end of a day."""
        last_answer = "rejected" if self.rejection else "waiting_list" if self.answered_at == self.waiting_list_at else "accepted"
        facts = (
            (self.withdrawn_at, "withdrawn"),
            (self.completed_at, "completed"),
            (self.erased_at if self.ground in DROPPED_FOR else None, "dropped"),
            (self.answered_at, last_answer),
            (self.waiting_list_at, "waiting_list"),
        )
        return state_on(day, facts, at_first="pending")


def received_by_id(session: Session, received_id: str) -> ReceivedReferral:
    received = session.get(ReceivedReferral, received_id)
    if received is None:
        raise ReceivedReferral.unknown()
    return received


def received_for_update(session: Session, received_id: str) -> ReceivedReferral:
    received = locked(session, ReceivedReferral, received_id)
    if received is None:
        raise ReceivedReferral.unknown()
    return received


def received_from(session: Session, sender: str, referral_id: str) -> ReceivedReferral | None:
    """What this mailbox sent under this id, under the row lock."""
    query = select(ReceivedReferral).where(ReceivedReferral.sender == sender, ReceivedReferral.referral_id == referral_id)
    return session.scalars(query.with_for_update().execution_options(populate_existing=True)).one_or_none()


def received_referrals(
    session: Session, states: frozenset[str] | None = None, limit: int = 500, shown: ColumnElement[bool] | None = None
) -> list[ReceivedReferral]:
    """Received referrals in `states` (all when None) of those `shown` says (all when None): what must be answered soonest first."""
    query = (
        select(ReceivedReferral)
        .where(*(() if states is None else (ReceivedReferral.state.in_(states),)), *(() if shown is None else (shown,)))
        .order_by(ReceivedReferral.answer_by.is_(None), ReceivedReferral.answer_by, ReceivedReferral.id)
        .limit(limit)
    )
    return list(session.scalars(query))
