"""10 May 2022, Aachen-Arkaden: one family, three desks, one roof.

School-entry counselling hands the family to case management next door; for a health matter it goes on to the Gesundheitskiosk, a partner
without software: a letter with an answer slip, health facts only with a signed consent, the answer noted as learned by telephone.
"""

from __future__ import annotations

from datetime import date

from kim_intake.operations.hand_over import HandOverConsultation, hand_over
from kim_intake.operations.record_consultation import RecordConsultation, record_consultation
from kim_intake.operations.register_client import RegisterClient, register_client
from kim_referral.operations.note_answer import NoteAnswer, note_answer
from kim_referral.operations.preview_referral import ReferPerson
from kim_referral.operations.record_consent import RecordConsent, record_consent
from kim_referral.operations.refer_by_letter import refer_by_letter

from kim_demo.scenario import Scenario, at
from kim_demo.story.stage import INTAKE, Stage, Step, must_be_refused

SCHOOL_ENTRY_TALKS = 1
FOLLOW_UPS = (date(2022, 5, 17), date(2022, 5, 24), date(2022, 6, 1))
CASE_MANAGEMENT_TALKS = 1 + len(FOLLOW_UPS)
DAY = date(2022, 5, 10)
ARKADEN = "aachen-arkaden"
HEALTH = "Großmutter: insulinpflichtig, Medikament reicht noch drei Tage."


def steps(scenario: Scenario) -> list[Step]:
    return [
        Step(at(DAY, "09:02"), "Seiteneinstiegsberatung gibt eine Familie weiter", _school_entry, settle=False),
        Step(at(DAY, "09:04"), "Case Management nimmt sie an", _next_desk, settle=False),
        Step(at(DAY, "09:20"), "Brief an den Gesundheitskiosk", _letter_to_kiosk, settle=False),
        Step(at(date(2022, 5, 12), "14:00"), "Antwort des Kiosks am Telefon", _answer_by_telephone, settle=False),
        *(Step(at(day, "10:00"), "Folgeberatung", _follow_up, settle=False) for day in FOLLOW_UPS),
    ]


def _school_entry(stage: Stage) -> None:
    with stage.desk(INTAKE, "lindner").write() as (session, act):
        talk = record_consultation(
            session,
            act,
            RecordConsultation(
                site=ARKADEN,
                service="school_entry",
                persons_present=5,
                children=3,
                origin="UKR",
                languages=("ukr",),
                topics=("school",),
                minutes=30,
            ),
        )
        waiting = hand_over(session, act, HandOverConsultation(consultation_id=talk.id, to="case_management", topics=("housing", "health")))
        stage.kept["hand-over"] = waiting.id


def _next_desk(stage: Stage) -> None:
    with stage.desk(INTAKE, "aydin").write() as (session, act):
        talk = record_consultation(
            session,
            act,
            RecordConsultation(
                site=ARKADEN,
                service="case_management",
                desk=2,
                persons_present=5,
                children=3,
                place="05334008",
                origin="UKR",
                languages=("ukr",),
                interpreter="own",
                topics=("housing", "health", "german_courses"),
                kind="first",
                minutes=25,
                from_hand_over=stage.kept["hand-over"],
            ),
        )
        hand_over(session, act, HandOverConsultation(consultation_id=talk.id, to="health_kiosk", topics=("health",)))
        client = register_client(
            session,
            act,
            RegisterClient(
                site=ARKADEN,
                name="Оксана Шевченко",
                phone="0241 0000001",
                birth_year=1986,
                languages=("ukr",),
                place="05334008",
                persons=5,
                consent_given_on=DAY,
                consultation_id=talk.id,
            ),
        )
        stage.kept["family"], stage.kept["talk"] = client.id, talk.id


def _letter_to_kiosk(stage: Stage) -> None:
    desk = stage.desk(INTAKE, "aydin")

    def without_consent() -> None:
        with desk.write() as (session, act):
            refer_by_letter(session, act, ReferPerson(receiver="sprungbrett", name="Оксана Шевченко", topics=("health",), health=HEALTH))

    must_be_refused("consent_missing", without_consent)
    with desk.write() as (session, act):
        consent = record_consent(
            session,
            act,
            RecordConsent(
                person="Оксана Шевченко",
                purpose="Versorgung der Großmutter mit Insulin",
                recipients=("sprungbrett",),
                categories=("name", "phone", "language", "topics", "health"),
                given_on=DAY,
                valid_to=date(2022, 8, 10),
                informed=True,
                form="written",
                signed=True,
                kept_at="Ordner Arkaden",
                language="ukr",
                about_kind="consultation",
                about_id=stage.kept["talk"],
            ),
        )
        referral = refer_by_letter(
            session,
            act,
            ReferPerson(
                receiver="sprungbrett",
                consent_id=consent.id,
                name="Оксана Шевченко",
                phone="0241 0000001",
                language="ukr",
                topics=("health",),
                health=HEALTH,
                desk="Case Management, Aachen-Arkaden",
            ),
        )
        stage.kept["letter"] = referral.id


def _answer_by_telephone(stage: Stage) -> None:
    with stage.desk(INTAKE, "aydin").write() as (session, act):
        note_answer(session, act, NoteAnswer(stage.kept["letter"], "accepted", "telephone", "Frau Beck, Gesundheitskiosk"))


def _follow_up(stage: Stage) -> None:
    with stage.desk(INTAKE, "aydin").write() as (session, act):
        record_consultation(
            session,
            act,
            RecordConsultation(
                site=ARKADEN,
                service="case_management",
                persons_present=2,
                origin="UKR",
                languages=("ukr",),
                interpreter="own",
                topics=("housing", "recognition_of_qualifications"),
                minutes=45,
                client_id=stage.kept["family"],
            ),
        )
