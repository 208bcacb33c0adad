"""What somebody may have entered at a desk that another had left open: `Doors.entries` of intake.

Not among them: protections, and what was opened in an emergency. They say who could see what, and that is put right by nobody.
"""

from __future__ import annotations

from typing import Any, Final

from kim_referral.doors import entry_kinds
from kim_runtime.act import Actor
from kim_web.doors import EntryKind
from kim_web.language import mark
from kim_web.policy import could
from sqlalchemy.orm import Session

from kim_intake.model import entered
from kim_intake.model.client import Client
from kim_intake.model.consultation import Consultation, ConsultationCorrection
from kim_intake.model.hand_over import HandOver
from kim_intake.model.proposal import AdmissionProposal
from kim_intake.model.protection import LOCKS
from kim_intake.model.site import Site
from kim_intake.pages import words
from kim_intake.rules.codes import CORRECTION_REASONS
from kim_intake.rules.permissions import is_own_site


def _talk(row: Consultation) -> str:
    return ", ".join(part for part in (words.persons(row.persons_present), words.topics_line(row.topics)) if part)


def _correction(row: ConsultationCorrection) -> str:
    return dict(words.choices(CORRECTION_REASONS)).get(row.reason, row.reason)


def _proposed(row: AdmissionProposal) -> str:
    return words.candidate(row.client)


def _site(row: Site) -> str:
    return row.name


def _may_correct(session: Session, actor: Actor, row: ConsultationCorrection) -> bool:
    talk = session.get(Consultation, row.consultation_id)
    return talk is not None and could(actor, "consultation.correct", talk)


def _may_tell(session: Session, actor: Actor, row: Any) -> bool:
    """What is told of a talk belongs to its site; what is told of a protected person, to who works with them."""
    talk = session.get(Consultation, row.about_id) if row.about_kind == "consultation" else None
    client_id = talk.client_id if talk else row.about_id if row.about_kind == "client" else None
    person = session.get(Client, client_id) if client_id else None
    at_site = talk is None or is_own_site(actor, talk.site_id)
    return at_site and (person is None or LOCKS.protection_of(session, person.id) is None or could(actor, "client.register", person))


ENTRY_KINDS: Final = (
    EntryKind("consultation", mark("Beratung"), Consultation, "recorded_by", "recorded_at", "consultation.record", _talk,
              "consultation.show"),
    EntryKind("correction", mark("Berichtigung"), ConsultationCorrection, "corrected_by", "corrected_at", "consultation.correct",
              _correction, can=_may_correct),
    EntryKind("hand_over", mark("Weitergabe"), HandOver, "handed_over_by", "handed_over_at", "hand_over.make", words.ticket),
    EntryKind("hand_over_answer", mark("Antwort auf eine Weitergabe"), HandOver, "answered_by", "answered_at", "hand_over.take",
              words.ticket),
    EntryKind("client", mark("Aufgenommene Person"), Client, "created_by", "created_at", "client.register", words.candidate,
              "clients.show"),
    EntryKind("proposal", mark("Vorschlag"), AdmissionProposal, "proposed_by", "proposed_at", "proposal.make", _proposed),
    EntryKind.entered(entered.EDITED, mark("Geänderte Beratung"), Consultation, "consultation.correct", _talk, "consultation.show"),
    EntryKind.entered(entered.LINKED, mark("Einer Person zugeordnete Beratung"), Consultation, "consultation.correct", _talk,
                      "consultation.show"),
    EntryKind.entered(entered.NAMED, mark("Name zu einem Rückkehrcode"), Client, "client.register", words.candidate, "clients.show"),
    EntryKind.entered(entered.PROPOSAL_WITHDRAWN, mark("Zurückgezogener Vorschlag"), AdmissionProposal, "proposal.make", _proposed),
    EntryKind.entered(entered.BODY_STATE, mark("Stand einer Stelle heute"), Site, "today.see", _site),
    *entry_kinds(_may_tell),
)  # fmt: skip
