"""Propose a person for case management: need and follow-ups say why, casework decides."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from kim_bus.outbox import emit
from kim_events.fields import Code, Day, Id, Text
from kim_runtime.act import Act
from kim_runtime.command import CommandSchema
from kim_runtime.ids import new_id
from kim_runtime.refusal import Forbidden, Refused
from marshmallow import fields
from sqlalchemy.orm import Session

from kim_intake.metrics import PROPOSALS
from kim_intake.model.base import wait_for_same
from kim_intake.model.client import Client
from kim_intake.model.consultation import consultations_seen_of_client, count_of_client
from kim_intake.model.proposal import AdmissionProposal, open_proposal_of
from kim_intake.model.sight import lets_with
from kim_intake.model.site import site
from kim_intake.operations.consultation_facts import TOPIC_CODES
from kim_intake.operations.find_at_site import client_for, proposal_for
from kim_intake.rules.permissions import may_at


@dataclass(frozen=True, kw_only=True, slots=True)
class ProposeAdmission:
    """`topics` empty: those of the person's consultations, as far as who proposes may see them.

    `consent_given_on`: when they agreed to be proposed; it is asked for and never taken for granted."""

    client_id: str
    site: str
    need: str
    topics: tuple[str, ...] = ()
    consent_given_on: date
    id: str = field(default_factory=new_id)


class ProposeAdmissionSchema(CommandSchema):
    command = ProposeAdmission
    id = Id()
    client_id = Id(required=True)
    site = Id(required=True)
    need = Text(
        required=True, shortest=1, longest=2000, metadata={"label": "Bedarf", "hint": "Was ist nötig, und was haben Sie schon versucht?"}
    )
    topics = fields.List(Code(TOPIC_CODES), metadata={"label": "Themen"})
    consent_given_on = Day(required=True, metadata={"label": "Mit dem Vorschlag einverstanden am", "lies": "behind"})


def propose_admission(session: Session, act: Act, command: ProposeAdmission) -> AdmissionProposal:
    """Propose, and tell casework of this house.

    Raises Refused (no name kept, already proposed, protected, no casework here), NotFound.
    """
    wait_for_same(session, command.id)
    existing = session.get(AdmissionProposal, command.id)
    if existing is not None:
        return proposal_for(session, act, existing.id, "proposal.see")
    if not has_casework(session, act.organisation):
        raise Refused("no_casework", "Dieses Haus führt kein Case Management: bitte als Verweis mit Einwilligung senden.")
    person = client_for(session, act, command.client_id, "client.see")
    if not lets_with(session, act, "proposal.make", command.site, person.id) and may_at(act.actor, "proposal.make", command.site):
        # there a proposal is seen by all who might take it
        raise Refused(
            "protected",
            "Eine geschützte Person wird nicht über die Liste vorgeschlagen: Dort sähen alle im Case Management sie. Bitte mit jemandem"
            " sprechen, der Zugang zu geschützten Akten hat.",
            "client_id",
        )
    if not person.is_named:
        raise Refused(
            "name_needed", "Für die Aufnahme muss die Person bekannt sein: bitte zuerst Name und Einwilligung erfassen.", "client_id"
        )
    if open_proposal_of(session, person.id) is not None:
        raise Refused("already_proposed", "Diese Person ist schon vorgeschlagen; die Antwort steht noch aus.", "client_id")
    if command.consent_given_on > act.today:
        raise Refused("in_the_future", "Der Tag liegt in der Zukunft.", "consent_given_on")
    proposal = AdmissionProposal(
        id=command.id,
        version=1,
        client=person,
        site_id=_own_site(session, act, command.site),
        day=act.today,
        proposed_at=act.at,
        proposed_by=act.actor.id,
        consent_given_on=command.consent_given_on,
        need=command.need,
        topics=command.topics or topics_of_client(session, act, person.id),
        follow_ups=count_of_client(session, person.id, "follow_up"),
        state="proposed",
    )
    session.add(proposal)
    session.flush()
    tell(session, act, proposal)
    PROPOSALS.inc()
    return proposal


def _own_site(session: Session, act: Act, wanted: str) -> str:
    if not may_at(act.actor, "proposal.make", wanted):
        raise Forbidden("other_site", "Vorgeschlagen wird am eigenen Standort.", "site")
    return site(session, wanted).id


def tell(session: Session, act: Act, proposal: AdmissionProposal) -> None:
    """The whole state of the proposal, sealed to casework; a withdrawn one without the person."""
    is_proposed = proposal.state == "proposed"
    data: dict[str, Any] = {
        "state": "proposed" if is_proposed else "withdrawn",
        "proposed_at": proposal.proposed_at,
        "site": proposal.site_id,
        "consent_given_on": proposal.consent_given_on,
        "person": _person(proposal.client) if is_proposed else None,
        "need": proposal.need if is_proposed else "",
        "topics": list(proposal.topics) if is_proposed else [],
        "follow_ups": proposal.follow_ups,
    }
    emit(session, act, "admission.proposed.v1", subject=proposal.id, version=proposal.version, data=data)


def has_casework(session: Session, organisation: str) -> bool:
    return "casework" in session.info["post"].directory.organisation(organisation).runs


def topics_of_client(session: Session, act: Act, client_id: str) -> tuple[str, ...]:
    """The topics of those of a person's consultations the actor may see, newest first, each once: what was talked about elsewhere is not
    told to a desk by what it proposes.
    """
    return tuple(dict.fromkeys(topic for talk in consultations_seen_of_client(session, act, client_id) for topic in talk.topics))


def _person(person: Client) -> dict[str, Any]:
    return {
        "name": person.name,
        "phone": person.phone,
        "birth_year": person.birth_year,
        "languages": list(person.languages),
        "town": person.town,
        "persons": person.persons,
    }
