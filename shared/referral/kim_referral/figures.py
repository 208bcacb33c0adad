"""Counts of referrals for the statistics of the mounting service: sums only, no person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kim_referral.model.received_referral import ReceivedReferral
from kim_referral.model.referral import Referral
from kim_referral.operations.receivers import name_of


def referral_figures(session: Session, from_: date, to: date) -> dict[str, Any]:
    """Referrals sent and received in the period, both days included, by whom and with which result.

    `{"sent": {"total", "by_state", "by_channel", "by_receiver": {id: {"name", "total", "by_state"}}, "answered_how", "rejections",
    "outcomes"}, "received": {"total", "by_state", "by_sender": {id: {"name", "total", "by_state"}}, "rejections", "outcomes"}}`.
    A state counts as it is now, not as it was on the last day.
    """
    sent = session.execute(
        select(Referral.receiver, Referral.state, Referral.channel, Referral.answered_how, Referral.rejection, Referral.outcome).where(
            Referral.offered_on.between(from_, to)
        )
    ).all()
    received = session.execute(
        select(ReceivedReferral.sender, ReceivedReferral.state, ReceivedReferral.rejection, ReceivedReferral.outcome).where(
            ReceivedReferral.received_on.between(from_, to)
        )
    ).all()
    return {
        "sent": {
            "total": len(sent),
            "by_state": _count(row.state for row in sent),
            "by_channel": _count(row.channel for row in sent),
            "by_receiver": _by_partner(session, to, ((row.receiver, row.state) for row in sent)),
            "answered_how": _count(row.answered_how for row in sent),
            "rejections": _count(row.rejection for row in sent),
            "outcomes": _count(row.outcome for row in sent),
        },
        "received": {
            "total": len(received),
            "by_state": _count(row.state for row in received),
            "by_sender": _by_partner(session, to, ((row.sender.partition(".")[0], row.state) for row in received)),
            "rejections": _count(row.rejection for row in received),
            "outcomes": _count(row.outcome for row in received),
        },
    }


def _count(values: Iterable[str | None]) -> dict[str, int]:
    return dict(sorted(Counter(value for value in values if value is not None).items()))


def _by_partner(session: Session, day: date, pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    states: dict[str, list[str]] = {}
    for partner, state in pairs:
        states.setdefault(partner, []).append(state)
    return {
        partner: {"name": name_of(session, partner, day), "total": len(found), "by_state": _count(found)}
        for partner, found in sorted(states.items())
    }
