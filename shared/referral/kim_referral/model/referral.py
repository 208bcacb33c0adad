"""Referrals sent from this service."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from kim_bus.tables import outbox
from kim_runtime.columns import UtcColumn
from kim_runtime.database import locked
from kim_runtime.refusal import NotFound
from sqlalchemy import JSON, Integer, String, Text, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from kim_referral.model.base import Base
from kim_referral.model.said_of_person import SaidOfPerson
from kim_referral.rules.referral_rules import WAITING, expires_on
from kim_referral.rules.state_on import state_on


class Referral(SaidOfPerson, Base):
    """A person or family referred to another body (Verweis).

    Three channels: `bus` to a mailbox, `letter` with an answer slip to a partner without software, `slip` given to the person, which
    names nobody. `receiver_name` is the partner's name on the day it was sent. `version` counts this sender's state of the referral;
    the receiver counts its own. `categories` is what was disclosed, by category. `settled_at`: somebody has decided anew what to do after a
    rejection or an expiry. `purpose` is what the receiver was told that it may use it for: None of a slip, and of what went before that was
    told. `withdrawal` is also `taken_back` of a rejected one that never left, as its consent ran out before. `waiting_list_at` stays when
    `answered_at` moves on to the decision that ended the waiting.
    """

    __tablename__ = "referral_sent"

    @staticmethod
    def unknown() -> NotFound:
        return NotFound("referral_unknown", "Diesen Verweis gibt es nicht.")

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    number: Mapped[str] = mapped_column(String(30), unique=True)
    return_code: Mapped[str] = mapped_column(String(10), unique=True)
    about_kind: Mapped[str] = mapped_column(String(40))
    about_id: Mapped[str] = mapped_column(String(64), index=True)
    consent_id: Mapped[str | None] = mapped_column(String(64), index=True)
    channel: Mapped[str] = mapped_column(String(10))
    receiver: Mapped[str] = mapped_column(String(40))
    receiver_mailbox: Mapped[str | None] = mapped_column(String(61))
    receiver_name: Mapped[str] = mapped_column(String(200))
    desk: Mapped[str] = mapped_column(String(120))
    categories: Mapped[list[str]] = mapped_column(JSON)
    purpose: Mapped[str | None] = mapped_column(Text)
    offered_at: Mapped[datetime] = mapped_column(UtcColumn)
    offered_on: Mapped[date] = mapped_column(index=True)
    offered_by: Mapped[str] = mapped_column(String(64))
    answer_by: Mapped[date]
    version: Mapped[int] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(String(20), index=True)
    waiting_list_at: Mapped[datetime | None] = mapped_column(UtcColumn)
    answered_at: Mapped[datetime | None] = mapped_column(UtcColumn)
    answered_how: Mapped[str | None] = mapped_column(String(20))
    answer_said_by: Mapped[str] = mapped_column(String(120), default="")
    rejection: Mapped[str | None] = mapped_column(String(30))
    appointment: Mapped[date | None]
    outcome: Mapped[str | None] = mapped_column(String(20))
    completed_at: Mapped[datetime | None] = mapped_column(UtcColumn)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcColumn)
    withdrawal_reason: Mapped[str | None] = mapped_column(String(30))
    withdrawal: Mapped[str | None] = mapped_column(String(20))
    withdrawal_answered_at: Mapped[datetime | None] = mapped_column(UtcColumn)
    ground: Mapped[str | None] = mapped_column(String(30))
    settled_at: Mapped[datetime | None] = mapped_column(UtcColumn)

    @property
    def waits(self) -> bool:
        return self.state in WAITING

    def state_on(self, day: date) -> str:
        """How it stood at the end of a day. Only letters and slips expire, and an answer counts even after that."""
        last_answer = "rejected" if self.state == "rejected" else "waiting_list" if self.answered_at == self.waiting_list_at else "accepted"
        facts = (
            (self.withdrawn_at, "withdrawn"),
            (self.completed_at, "completed"),
            (self.answered_at, last_answer),
            (self.waiting_list_at, "waiting_list"),
            (expires_on(self.offered_on) if self.channel != "bus" else None, "expired"),
        )
        return state_on(day, facts, at_first="offered")


class ReferralNumber(Base):
    """The last number given in a year (R-2022-0007)."""

    __tablename__ = "referral_number"

    year: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    last: Mapped[int] = mapped_column(Integer)


def next_number(session: Session, year: int) -> str:
    """The next number of the year; the counter's row is locked until the transaction ends, so that none is given twice."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    session.execute(insert(ReferralNumber).values(year=year, last=0).on_conflict_do_nothing())
    counted = update(ReferralNumber).where(ReferralNumber.year == year).values(last=ReferralNumber.last + 1)
    session.execute(counted, execution_options={"synchronize_session": False})
    last = session.scalar(select(ReferralNumber.last).where(ReferralNumber.year == year))
    return f"R-{year}-{last:04}"


def referral_for_update(session: Session, referral_id: str) -> Referral | None:
    return locked(session, Referral, referral_id)


def referrals_under(session: Session, consent_id: str) -> list[Referral]:
    """Everything sent under one consent, the oldest first."""
    return list(session.scalars(select(Referral).where(Referral.consent_id == consent_id).order_by(Referral.offered_at, Referral.id)))


def referrals_about(session: Session, about_kind: str, about_id: str) -> list[Referral]:
    """What was told to whom about one case, consultation or visitor (Art. 15(1)(c) GDPR), the oldest first."""
    query = select(Referral).where(Referral.about_kind == about_kind, Referral.about_id == about_id)
    return list(session.scalars(query.order_by(Referral.offered_at, Referral.id)))


def unsent(session: Session, referrals: Collection[Referral]) -> frozenset[str]:
    """Ids of those whose offer is still in the outbox: it has not left the house."""
    ids = [referral.id for referral in referrals if referral.channel == "bus" and referral.state == "offered"]
    if not ids:
        return frozenset()
    waiting = select(outbox.c.subject).where(outbox.c.subject.in_(ids), outbox.c.published_at.is_(None))
    return frozenset(session.scalars(waiting))


def referral_by_code(session: Session, code: str) -> Referral | None:
    """The referral whose slip carries this return code, however it was typed."""
    return session.scalars(select(Referral).where(Referral.return_code == code.strip().upper())).one_or_none()
