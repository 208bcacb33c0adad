"""Another body refers a person to this one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kim_bus.reaction import Received
from kim_runtime.act import Act
from kim_runtime.clock import local_day
from kim_runtime.ids import new_id
from sqlalchemy.orm import Session

from kim_referral.model.received_referral import NOTHING, ReceivedReferral, received_from
from kim_referral.operations.open_referral import drop
from kim_referral.rules.consent_rules import objection_to_keeping
from kim_referral.rules.content import Content, in_order
from kim_referral.rules.referral_rules import keep_consented


def referral_offered(session: Session, act: Act, event: Received) -> None:
    """Keep the offer, cut to what its consent covers today; where it does not name this body or a purpose, or has run out, nothing of it.

    A row that stands already is newer or the same: a repeat, or a withdrawal that overtook the offer. It wins.
    """
    if received_from(session, event.mailbox, event.subject) is not None:
        return
    data = event.data
    consent = data["consent"]
    kept = keep_consented(_content(data), consent["categories"], written=consent["written"])
    objection = objection_to_keeping(
        consent.get("recipient"), consent.get("purpose"), consent["valid_to"], event.recipient.partition(".")[0], act.today
    )
    received = ReceivedReferral(
        id=new_id(),
        sender=event.mailbox,
        referral_id=event.subject,
        number=data["number"],
        desk=data["desk"],
        offered_at=data["offered_at"],
        received_at=act.at,
        received_on=local_day(act.at),
        answer_by=data["answer_by"],
        consent_given_on=consent["given_on"],
        consent_valid_to=consent["valid_to"],
        purpose=None if objection else consent.get("purpose"),
        consent_categories=list(in_order(consent["categories"])),
        dropped_categories=list(in_order(kept.dropped)),
        version=0,
        state="pending",
    )
    received.content = NOTHING if objection else kept.content
    session.add(received)
    session.flush()
    if objection:
        drop(session, act, received, objection)


def _content(data: Mapping[str, Any]) -> Content:
    person = data["person"]
    return Content(
        name=person.get("name", ""),
        phone=person.get("phone", ""),
        birth_year=person.get("birth_year"),
        language=person.get("language", ""),
        residence_town=person.get("residence_town", ""),
        persons=person.get("persons"),
        topics=tuple(data["topics"]),
        note=data["note"],
        health=data["health"],
    )
