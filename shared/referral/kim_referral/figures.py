"""Counts of referrals for the statistics of the mounting service: sums only, no person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Any

from kim_statistics.halves import Days, as_told
from kim_statistics.workers import workers
from sqlalchemy import Select, select
from sqlalchemy.orm import Session, load_only

from kim_referral.model.received_referral import ReceivedReferral
from kim_referral.model.referral import Referral
from kim_referral.operations.receivers import name_of
from kim_referral.rules.state_on import happened


def referrals_told(session: Session, asked: Days, today: date) -> dict[str, Any]:
    """What may be told of a period of whole halves of months: `referral_figures`, and in `sent` also `told` (`{"from", "to"}`), the days of
    which it is, since three people must have referred in each stretch of them (`kim_statistics.halves`). Where there is none, `total` and
    `told` are None and the rest is empty. What came in is nobody's work here.
    """
    told = workers(session, Referral.offered_on, Referral.offered_by, today).told_of_work(asked)
    counted = referral_figures(session, *asked)
    if told is None:
        sent: dict[str, Any] = {**{name: {} for name in counted["sent"]}, "total": None}
    else:
        sent = counted["sent"] if told == asked else referral_figures(session, *told)["sent"]
    return {**counted, "sent": {**sent, "told": as_told(told)}}


def referral_figures(session: Session, from_: date, to: date) -> dict[str, Any]:
    """Referrals sent and received in the period, both days included, by whom and with which result.

    `{"sent": {"total", "by_state", "by_channel", "by_receiver": {id: {"name", "total"}}, "answered_how", "rejections", "outcomes"},
    "received": {"total", "by_state", "by_sender": {id: {"name", "total"}}, "rejections", "outcomes"}}`. Where families went is told by
    organisation; how it answered only of all together, since an organisation may be one colleague (`kim_statistics.colleagues`).
    A state is the one at the end of `to`, from the days things happened: an answer given later counts as open
    (`rules/counting.py`). What an answer says counts once the answer does.
    """
    sent = [(one, one.state_on(to)) for one in session.scalars(_sent(from_, to))]
    received = [(one, one.state_on(to)) for one in session.scalars(_received(from_, to))]
    return {
        "sent": {
            "total": len(sent),
            "by_state": _count(state for _one, state in sent),
            "by_channel": _count(one.channel for one, _state in sent),
            "by_receiver": _by_partner(session, to, (one.receiver for one, _state in sent)),
            "answered_how": _count(one.answered_how for one, _state in sent if happened(one.answered_at, to)),
            "rejections": _count(one.rejection for one, state in sent if state == "rejected"),
            "outcomes": _count(one.outcome for one, state in sent if state == "completed"),
        },
        "received": {
            "total": len(received),
            "by_state": _count(state for _one, state in received),
            "by_sender": _by_partner(session, to, (one.sender_organisation for one, _state in received)),
            "rejections": _count(one.rejection for one, state in received if state == "rejected"),
            "outcomes": _count(one.outcome for one, state in received if state == "completed"),
        },
    }


def _sent(from_: date, to: date) -> Select[Referral]:
    """What was sent, without a column that says something of a person."""
    told = load_only(
        Referral.receiver, Referral.channel, Referral.offered_on, Referral.state, Referral.waiting_list_at, Referral.answered_at,
        Referral.answered_how, Referral.rejection, Referral.outcome, Referral.completed_at, Referral.withdrawn_at, raiseload=True,
    )  # fmt: skip
    return select(Referral).where(Referral.offered_on.between(from_, to)).options(told)


def _received(from_: date, to: date) -> Select[ReceivedReferral]:
    known = load_only(
        ReceivedReferral.sender, ReceivedReferral.state, ReceivedReferral.waiting_list_at, ReceivedReferral.answered_at,
        ReceivedReferral.rejection, ReceivedReferral.outcome, ReceivedReferral.completed_at, ReceivedReferral.withdrawn_at,
        ReceivedReferral.ground, ReceivedReferral.erased_at, raiseload=True,
    )  # fmt: skip
    return select(ReceivedReferral).where(ReceivedReferral.received_on.between(from_, to)).options(known)


def _count(values: Iterable[str | None]) -> dict[str, int]:
    return dict(sorted(Counter(value for value in values if value is not None).items()))


def _by_partner(session: Session, day: date, partners: Iterable[str]) -> dict[str, Any]:
    return {partner: {"name": name_of(session, partner, day), "total": total} for partner, total in _count(partners).items()}
