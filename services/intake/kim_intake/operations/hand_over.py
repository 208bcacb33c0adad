"""Hand a family over to another body under the same roof: no name and no reason go along."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import cast

from kim_bus.directory import Directory
from kim_events.fields import Code, Id
from kim_runtime.act import Act
from kim_runtime.command import CommandSchema
from kim_runtime.ids import new_id
from kim_runtime.refusal import Refused
from marshmallow import fields
from sqlalchemy.orm import Session

from kim_intake.metrics import HAND_OVERS
from kim_intake.model.base import wait_for_same
from kim_intake.model.hand_over import HandOver, open_hand_over_of
from kim_intake.model.site import SiteBody, site
from kim_intake.operations.consultation_facts import TOPIC_CODES
from kim_intake.operations.find_at_site import consultation_for, hand_over_for

IMMIGRATION_OFFICE = "immigration_office"


@dataclass(frozen=True, kw_only=True, slots=True)
class HandOverConsultation:
    """`to` is the code of a body of the site. `topics` are what to go on with there; empty: those of the consultation."""

    consultation_id: str
    to: str
    topics: tuple[str, ...] = ()
    id: str = field(default_factory=new_id)


class HandOverConsultationSchema(CommandSchema):
    command = HandOverConsultation
    id = Id()
    consultation_id = Id(required=True)
    to = Id(required=True, metadata={"label": "Weitergeben an"})
    topics = fields.List(Code(TOPIC_CODES), metadata={"label": "Themen dort"})


def hand_over(session: Session, act: Act, command: HandOverConsultation) -> HandOver:
    """Let the family wait in the list of a service of this house, or note that they were walked over to another body.

    Raises Refused (no such body here, to oneself, to the immigration office, stands there already), NotFound.
    """
    wait_for_same(session, command.id)
    existing = session.get(HandOver, command.id)
    if existing is not None:
        return hand_over_for(session, act, existing.id, "hand_over.see")
    source = consultation_for(session, act, command.consultation_id, "hand_over.make")
    body = site(session, source.site_id).body(command.to)
    if body is None:
        raise Refused("no_such_body", "Diese Stelle gibt es an diesem Standort nicht.", "to")
    if body.code == source.service and body.organisation == act.organisation:
        raise Refused("to_oneself", "Die Familie sitzt schon bei dieser Stelle.", "to")
    if not may_be_handed_over_to(session, act.organisation, body):
        # § 87(2) AufenthG: what the immigration office learns it may have to act on, so nobody is sent there with one keystroke
        raise Refused(
            "immigration_office_by_referral",
            "An die Ausländerbehörde nur als Verweis: mit Einwilligung und Vorschau, nicht über die schnelle Weitergabe.",
            "to",
        )
    wait_for_same(session, f"{source.id}:{body.code}")  # two people, or two windows, each with an id of its own
    if open_hand_over_of(session, source.id, body.code) is not None:
        raise Refused(
            "already_handed_over",
            "An diese Stelle ist die Familie schon weitergegeben. Noch einmal geht erst nach der Antwort, oder wenn Sie es zurücknehmen.",
            "to",
        )
    made = HandOver(
        id=command.id,
        consultation_id=source.id,
        site_id=source.site_id,
        from_service=source.service,
        to_body=body.code,
        to_organisation=body.organisation,
        day=act.today,
        handed_over_at=act.at,
        handed_over_by=act.actor.id,
        persons=source.persons_present,
        children=source.children,
        origin=source.origin,
        town=source.town,
        postcode=source.postcode,
        languages=source.languages,
        topics=command.topics or source.topics,
        client_id=source.client_id if body.organisation == act.organisation else None,
        state="waiting" if body.records_in(act.organisation) else "feedback_open",
    )
    session.add(made)
    session.flush()
    HAND_OVERS.labels("list" if made.state == "waiting" else "walked").inc()
    return made


def may_be_handed_over_to(session: Session, organisation: str, body: SiteBody) -> bool:
    """Everybody under the roof but a foreign immigration office."""
    if body.organisation == organisation:
        return True
    directory = cast(Directory, session.info["post"].directory)
    return directory.organisation(body.organisation).kind != IMMIGRATION_OFFICE
