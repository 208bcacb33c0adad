"""The houses after months of work: the whole story until the day the browser tests stand on, and what the story leaves out."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime

from browser.conftest import Verbund
from kim_bus.tables import PARKED, inbox, interventions
from kim_casework.model.case import Case
from kim_casework.operations.close_case import CloseCase, close_case
from kim_demo.scenario import Scenario
from kim_demo.story.play import steps
from kim_demo.story.stage import CARITAS, CASEWORK, INTAKE, INTERPRETING, STAFFING, Step
from kim_intake.operations.record_consultation import RecordConsultation, record_consultation
from kim_referral.model.received_referral import ReceivedReferral
from kim_referral.operations.preview_referral import ReferPerson
from kim_referral.operations.protect_received import ProtectReceived, protect_received
from kim_referral.operations.record_consent import RecordConsent, record_consent
from kim_referral.operations.record_release import RecordRelease, record_release
from kim_referral.operations.refer_person import refer_person
from kim_runtime.ids import new_id
from sqlalchemy import select

OPERATED = {INTAKE: "aydin", CASEWORK: "thelen", INTERPRETING: "demir", STAFFING: "lenzen"}


def calendar(scenario: Scenario) -> Iterable[Step]:
    """The whole story; its written report is left out."""
    return steps(scenario, _no_report)


def _no_report(_day: date) -> None:
    """Who visits the report's pages freezes one."""


def close_one(verbund: Verbund) -> str:
    """Close the newest case; returns its id."""
    with verbund.world.desk(CASEWORK, "thelen").write() as (session, act):
        case = session.scalars(select(Case.id).order_by(Case.id.desc()).limit(1)).one()
        close_case(session, act, CloseCase(case, "goals_reached"))
    verbund.settle()
    return case


def release(verbund: Verbund) -> None:
    """At the desk and in case management somebody was released from confidentiality."""
    for mailbox, person in ((INTAKE, "aydin"), (CASEWORK, "thelen")):
        with verbund.world.desk(mailbox, person).write() as (session, act):
            until = act.today.replace(year=act.today.year + 1)
            told = RecordRelease(
                "Layla Saleh", "Praxis Dr. Sander", ("caritas-eifel",), ("name", "topics"), act.today, until,
                informed=True, signed=True, kept_at="Ordner Arkaden",
            )  # fmt: skip
            record_release(session, act, told)
    verbund.settle()


def visit(verbund: Verbund) -> None:
    """Somebody was at the desk today who is not in the records, and may be taken up and protected in one step."""
    with verbund.world.desk(INTAKE, "aydin").write() as (session, act):
        talk = RecordConsultation(site="aachen-arkaden", service="case_management", persons_present=1, topics=("housing",))
        record_consultation(session, act, talk)
    verbund.settle()


def protect_received_one(verbund: Verbund) -> None:
    """Caritas refers somebody to case management, who is protected there before anybody answers."""
    with verbund.world.desk(CARITAS, "jansen").write() as (session, act):
        consent = RecordConsent(
            person="Mina Gulzar", purpose="Begleitung", recipients=("staedteregion-aachen",), categories=("name", "phone"),
            given_on=act.today, valid_to=act.today.replace(year=act.today.year + 1), informed=True, signed=True, kept_at="Ordner Eifel",
        )  # fmt: skip
        given = record_consent(session, act, consent)
        refer_person(session, act, ReferPerson(receiver=CASEWORK, consent_id=given.id, name="Mina Gulzar", phone="0241 9"))
    verbund.settle()
    with verbund.world.desk(CASEWORK, "thelen").write() as (session, act):
        came = session.scalars(select(ReceivedReferral.id).order_by(ReceivedReferral.id.desc()).limit(1)).one()
        protect_received(session, act, ProtectReceived(came, "endangered"))
    verbund.settle()


def park_messages(verbund: Verbund) -> None:
    """In every house a message that waits for the operator, once retried in vain. Nothing settles after this."""
    now = datetime.now(UTC)
    came = {"source": "urn:kim:caritas-eifel:casework", "event_id": "waits-1", "name": "order.requested.v1", "subject": "order-77"}
    kept = {"correlation_id": new_id(), "body": b"{}", "headers": {}, "received_at": now, "next_attempt_at": now}
    key = "caritas-eifel.casework.order.requested.v1.staedteregion-aachen"
    stuck = {"subjectversion": 1, "routing_key": key, "state": PARKED, "attempts": 30, "reason": "KeyError"}
    tried = {"at": now, "actor": "vogt", "action": "retry", "event_id": "waits-1", "because": ""}
    for mailbox, person in OPERATED.items():
        with verbund.world.desk(mailbox, person).write() as (session, _act):
            session.execute(inbox.insert(), {**came, **kept, **stuck})
            session.execute(interventions.insert(), tried)
