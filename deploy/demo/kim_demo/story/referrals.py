"""Referrals between organisations: consented, addressed, answered.

The Ausländeramt's information point refers a person to case management; case management refers families to Caritas: one is accepted, one
rejected with a structured reason; a third family revokes its consent before Caritas has looked.
"""

from __future__ import annotations

from datetime import date

from kim_casework.operations.admit_to_case_management import AdmitToCaseManagement, admit_to_case_management
from kim_intake.operations.record_consultation import RecordConsultation, record_consultation
from kim_referral.model.received_referral import ReceivedReferral, received_from
from kim_referral.model.referral import Referral
from kim_referral.operations.answer_referral import AnswerReferral, answer_referral
from kim_referral.operations.complete_referral import CompleteReferral, complete_referral
from kim_referral.operations.preview_referral import ReferPerson
from kim_referral.operations.record_consent import RecordConsent, record_consent
from kim_referral.operations.record_release import RecordRelease, record_release
from kim_referral.operations.refer_person import refer_person
from kim_referral.operations.revoke_consent import RevokeConsent, revoke_consent
from kim_runtime.act import Act
from sqlalchemy import select
from sqlalchemy.orm import Session

from kim_demo.scenario import Scenario, at
from kim_demo.story.stage import CARITAS, CASEWORK, OFFICE, Stage, Step, StoryBroken, expect, must_be_refused

OFFICE_DAY, ROETGEN_DAY = date(2022, 6, 20), date(2022, 7, 4)
OFFERED_PERSON = "Tesfay Ghebremedhin"
ROETGEN, REJECTED, REVOKED = "Familie Rahimi", "Familie Okonkwo", "Familie Đorđević"


def steps(scenario: Scenario) -> list[Step]:
    return [
        Step(at(OFFICE_DAY, "09:00"), "Informationspunkt: Beratung", _information_point, settle=False),
        Step(at(OFFICE_DAY, "09:20"), "Verweis des Ausländeramts an das Case Management", _office_refers),
        Step(at(date(2022, 6, 21), "10:00"), "Case Management nimmt den Verweis an", _casework_accepts),
        Step(at(date(2022, 6, 22), "10:00"), "Die Antwort steht auf der Liste des Ausländeramts", _office_sees_answer, settle=False),
        Step(at(ROETGEN_DAY, "11:00"), "Zwei Verweise an die Caritas, einer wird widerrufen", _refer_to_caritas, settle=False),
        Step(at(ROETGEN_DAY, "11:30"), "Widerruf der Einwilligung", _revoke),
        Step(at(date(2022, 7, 6), "08:30"), "Caritas nimmt einen an und lehnt einen ab", _caritas_answers),
        Step(at(date(2022, 7, 7), "09:00"), "Die Antworten sind zurück", _answers_are_back, settle=False),
        Step(at(date(2022, 7, 29), "09:00"), "Caritas meldet: angekommen", _caritas_completes, settle=False),
    ]


def _information_point(stage: Stage) -> None:
    with stage.desk(OFFICE, "vossen").write() as (session, act):
        talk = record_consultation(
            session,
            act,
            RecordConsultation(
                site="hacklaenderstrasse",
                service="information_point",
                persons_present=1,
                origin="ERI",
                languages=("tir",),
                topics=("housing", "social_participation"),
                minutes=15,
            ),
        )
        stage.kept["office talk"] = talk.id


def _office_refers(stage: Stage) -> None:
    desk = stage.desk(OFFICE, "vossen")
    words = {"name": OFFERED_PERSON, "language": "tir", "persons": 1, "topics": ("housing", "social_participation")}

    def without_consent() -> None:
        with desk.write() as (session, act):
            refer_person(session, act, ReferPerson(receiver=CASEWORK, **words))  # type: ignore[arg-type]

    must_be_refused("consent_missing", without_consent)
    with desk.write() as (session, act):
        consent = _consent(
            session, act, OFFERED_PERSON, "staedteregion-aachen", act.today, date(2022, 12, 31), ("consultation", stage.kept["office talk"])
        )
        command = ReferPerson(receiver=CASEWORK, consent_id=consent, desk="Informationspunkt", **words)  # type: ignore[arg-type]
        stage.kept["office referral"] = refer_person(session, act, command).id


def _arrived(session: Session, sender: str, referral_id: str) -> str:
    """The receiver's own id of a referral that has arrived."""
    received = received_from(session, sender, referral_id)
    if received is None:
        raise StoryBroken("a referral has not arrived at its receiver")
    return received.id


def _casework_accepts(stage: Stage) -> None:
    with stage.desk(CASEWORK, "thelen").write() as (session, act):
        received = received_from(session, OFFICE, stage.kept["office referral"])
        expect("the person at the receiver", received and received.name, OFFERED_PERSON)
        received_id = _arrived(session, OFFICE, stage.kept["office referral"])
        answer_referral(session, act, AnswerReferral(received_id, "accepted", appointment=date(2022, 6, 27)))
        case = admit_to_case_management(
            session,
            act,
            AdmitToCaseManagement(
                criteria=("offers_unknown", "many_actors", "voluntary"),
                reasoning="Neu angekommen, ohne Angehörige; Wohnung und Anschluss fehlen.",
                responsible="breuer",
                referral_id=received_id,
            ),
        )
        complete_referral(session, act, CompleteReferral(received_id, "arrived"))
        stage.kept["referred case"] = case.id


def _office_sees_answer(stage: Stage) -> None:
    with stage.desk(OFFICE, "vossen").read() as (session, _act):
        referral = session.get(Referral, stage.kept["office referral"])
        expect("the answer on the sender's list", referral and (referral.state, referral.appointment), ("accepted", None))


def _refer_to_caritas(stage: Stage) -> None:
    for key, person, topics in (
        ("roetgen", ROETGEN, ("housing",)),
        ("rejected", REJECTED, ("employment",)),
        ("revoked", REVOKED, ("housing",)),
    ):
        with stage.desk(CASEWORK, "kowalczyk").write() as (session, act):
            consent = _consent(session, act, person, "caritas-eifel", act.today, date(2022, 12, 31))
            _release(session, act, person, "caritas-eifel", date(2022, 12, 31), consent)
            command = ReferPerson(
                receiver=CARITAS,
                consent_id=consent,
                name=person,
                phone="02471 000000",
                residence_town="05334024",
                persons=3,
                topics=topics,
                desk="Case Management, Rathaus Roetgen",
            )
            stage.kept[f"{key} referral"], stage.kept[f"{key} consent"] = refer_person(session, act, command).id, consent


def _revoke(stage: Stage) -> None:
    with stage.desk(CASEWORK, "kowalczyk").write() as (session, act):
        revoke_consent(session, act, RevokeConsent(stage.kept["revoked consent"], "telephone"))


def _caritas_answers(stage: Stage) -> None:
    with stage.desk(CARITAS, "jansen").write() as (session, act):
        names = set(session.scalars(select(ReceivedReferral.name)))
        expect("what Caritas can read of a revoked referral", REVOKED in names, False)
        accepted = _arrived(session, CASEWORK, stage.kept["roetgen referral"])
        answer_referral(session, act, AnswerReferral(accepted, "accepted", appointment=date(2022, 7, 12)))
        admit_to_case_management(
            session,
            act,
            AdmitToCaseManagement(
                criteria=("complex_need", "system_blocks", "voluntary"),
                reasoning="Wohnung in Roetgen, weite Wege, Kinder ohne Platz.",
                referral_id=accepted,
            ),
        )
        rejected = _arrived(session, CASEWORK, stage.kept["rejected referral"])
        answer_referral(session, act, AnswerReferral(rejected, "rejected", reason="no_capacity"))


def _answers_are_back(stage: Stage) -> None:
    with stage.desk(CASEWORK, "kowalczyk").read() as (session, _act):
        accepted = session.get(Referral, stage.kept["roetgen referral"])
        rejected = session.get(Referral, stage.kept["rejected referral"])
        expect("the accepted referral", accepted and accepted.state, "accepted")
        expect("the rejected referral", rejected and (rejected.state, rejected.rejection), ("rejected", "no_capacity"))


def _caritas_completes(stage: Stage) -> None:
    with stage.desk(CARITAS, "jansen").write() as (session, act):
        complete_referral(session, act, CompleteReferral(_arrived(session, CASEWORK, stage.kept["roetgen referral"]), "arrived"))


def _release(session: Session, act: Act, person: str, recipient: str, valid_to: date, about_id: str) -> None:
    """Case managers are bound by § 203 StGB: what a family confided goes on only with its release, beside the consent."""
    release = RecordRelease(
        person=person,
        released="Case Management der StädteRegion, Rathaus Roetgen",
        recipients=(recipient,),
        subjects=("topics",),
        given_on=act.today,
        valid_to=valid_to,
        informed=True,
        signed=True,
        kept_at="Ordner am Standort",
        about_id=about_id,
    )
    record_release(session, act, release)


def _consent(
    session: Session, act: Act, person: str, recipient: str, given_on: date, valid_to: date, about: tuple[str, str] = ("visitor", "")
) -> str:
    consent = record_consent(
        session,
        act,
        RecordConsent(
            person=person,
            purpose="Begleitung durch das Case Management",
            recipients=(recipient,),
            categories=("name", "phone", "language", "residence_town", "topics"),
            given_on=given_on,
            valid_to=valid_to,
            informed=True,
            form="written",
            signed=True,
            kept_at="Ordner am Standort",
            about_kind=about[0],
            about_id=about[1],
        ),
    )
    return consent.id
