"""A partner without software (Diakonie, Herzogenrath): a letter, and no answer until somebody telephones."""

from __future__ import annotations

from datetime import date

from kim_referral.operations.note_answer import NoteAnswer, note_answer
from kim_referral.operations.preview_referral import ReferPerson
from kim_referral.operations.record_consent import RecordConsent, record_consent
from kim_referral.operations.refer_by_letter import refer_by_letter

from kim_demo.scenario import Scenario, at
from kim_demo.story.stage import INTAKE, Stage, Step

PARTNER = "diakonie-herzogenrath"
LETTER_DAY = date(2022, 7, 14)


def steps(scenario: Scenario) -> list[Step]:
    return [
        Step(at(LETTER_DAY, "10:30"), "Zwei Briefe an die Flüchtlingsberatung Herzogenrath", _letters, settle=False),
        Step(at(date(2022, 7, 22), "11:20"), "Antwort am Telefon: Warteliste", _waiting_list, settle=False),
    ]


def _letters(stage: Stage) -> None:
    for key, person in (("letter on waiting list", "Amina Yusuf"), ("letter without answer", "Goran Petrović")):
        with stage.desk(INTAKE, "haddad").write() as (session, act):
            consent = record_consent(
                session,
                act,
                RecordConsent(
                    person=person,
                    purpose="Asylverfahrensberatung",
                    recipients=(PARTNER,),
                    categories=("name", "phone", "topics"),
                    given_on=act.today,
                    valid_to=date(2022, 10, 14),
                    informed=True,
                    form="written",
                    signed=True,
                    kept_at="Ordner Herzogenrath",
                ),
            )
            letter = ReferPerson(
                receiver=PARTNER,
                consent_id=consent.id,
                name=person,
                phone="02406 000000",
                persons=3,
                topics=("residence",),
                desk="Beratung, Rathaus Herzogenrath",
            )
            stage.kept[key] = refer_by_letter(session, act, letter).id


def _waiting_list(stage: Stage) -> None:
    with stage.desk(INTAKE, "haddad").write() as (session, act):
        note_answer(session, act, NoteAnswer(stage.kept["letter on waiting list"], "waiting_list", "telephone", "Frau B."))
