"""Refer a person by letter, to a partner without software."""

from __future__ import annotations

from kim_runtime.act import Act
from sqlalchemy.orm import Session

from kim_referral.model.referral import Referral
from kim_referral.operations.preview_referral import ReferPerson, preview_referral
from kim_referral.operations.refer_person import check_before_sending, draw_up


def refer_by_letter(session: Session, act: Act, command: ReferPerson) -> Referral:
    """Draw up a letter with an answer slip, under the same consent rules as a message; the same id a second time returns the first.

    Raises Refused as `refer_person`.
    """
    existing = session.get(Referral, command.id)
    if existing is not None:
        return existing
    preview = preview_referral(session, act, command)
    check_before_sending(preview, command)
    return draw_up(session, act, command, preview, channel="letter")
