"""From follow-ups and need to a case: proposals, admissions with criteria and reasoning, one decline, phases, a closing.

The family of 10 May becomes the first case; eight more families follow over the summer, so that every phase occurs.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from kim_casework.model.case import Case
from kim_casework.model.proposal import Proposal
from kim_casework.operations.admit_to_case_management import AdmitToCaseManagement, admit_to_case_management
from kim_casework.operations.close_case import CloseCase, close_case
from kim_casework.operations.decline_admission import DeclineAdmission, decline_admission
from kim_casework.operations.move_phase import MovePhase, move_phase
from kim_casework.operations.note_contact import NoteContact, note_contact
from kim_events.types.case import PHASES
from kim_intake.model.proposal import AdmissionProposal
from kim_intake.operations.propose_admission import ProposeAdmission, propose_admission
from kim_intake.operations.record_consultation import RecordConsultation, record_consultation
from kim_intake.operations.register_client import RegisterClient, register_client

from kim_demo.scenario import Scenario, at
from kim_demo.story.stage import CASEWORK, INTAKE, Stage, Step, expect

TALKS_EACH = 3


@dataclass(frozen=True, slots=True)
class Family:
    """A made-up family: `declined` is the reason, if so; `phase` the one it reaches by mid-August; `closed` why it ends, if it does."""

    key: str
    name: str
    site: str
    origin: str
    language: str
    town: str
    persons: int
    topics: tuple[str, ...]
    need: str
    came: date
    manager: str
    phase: str = "assessment"
    declined: str = ""
    closed: str = ""


FAMILIES = (
    Family("azizi", "Maryam Azizi", "abbba-alsdorf", "AFG", "prs", "05334004", 4, ("housing", "german_courses"),
           "Wohnung für vier, Kurs mit Kinderbetreuung", date(2022, 3, 14), "breuer", "monitoring", closed="goals_reached"),
    Family("bondar", "Дмитро Бондар", "vhs-stolberg", "UKR", "ukr", "05334032", 3, ("recognition_of_qualifications", "employment"),
           "Anerkennung als Elektriker, Arbeit", date(2022, 4, 4), "kowalczyk", "linking"),
    Family("haidari", "Farid Haidari", "rathaus-herzogenrath", "AFG", "prs", "05334016", 2, ("family_reunification", "housing"),
           "Nachzug der Mutter, zu kleine Wohnung", date(2022, 4, 19), "haddad", "planning"),
    Family("ilieva", "Цветана Илиева", "rathaus-eschweiler", "BGR", "bul", "05334012", 5, ("employment", "health"),
           "Keine Krankenversicherung, fünf Personen", date(2022, 5, 2), "haddad", "assessment"),
    Family("melnyk", "Ірина Мельник", "aachen-arkaden", "UKR", "ukr", "05334036", 4, ("change_of_legal_sphere", "housing"),
           "Wechsel ins SGB II, Wohnung kündigt", date(2022, 5, 16), "aydin", "linking"),
    Family("saleh", "Layla Saleh", "rathaus-wuerselen", "SYR", "ara", "05334036", 6, ("housing", "social_participation"),
           "Sechs Personen in zwei Zimmern", date(2022, 5, 23), "breuer", "planning"),
    Family("petrova", "Олена Петрова", "aachen-arkaden", "UKR", "ukr", "05334008", 2, ("german_courses",),
           "Sucht einen Abendkurs", date(2022, 6, 7), "aydin", declined="other_service_fits"),
    Family("hosseini", "Zahra Hosseini", "rathaus-roetgen", "AFG", "prs", "05334024", 3, ("housing", "employment"),
           "Wohnung in Roetgen, Ausbildung der Tochter", date(2022, 6, 20), "kowalczyk", "intake"),
)  # fmt: skip
TALKS = TALKS_EACH * len(FAMILIES)
GAP = timedelta(days=3)  # between a family's consultations


def steps(scenario: Scenario) -> list[Step]:
    found = [
        Step(at(date(2022, 6, 1), "11:00"), "Vorschlag zur Aufnahme", _propose_first),
        Step(at(date(2022, 6, 3), "09:30"), "Aufnahme ins Case Management: der erste Fall der Geschichte", _admit_first),
        Step(at(date(2022, 6, 8), "11:00"), "Hausbesuch, nächster Schritt", _note, settle=False),
        Step(at(date(2022, 6, 10), "09:00"), "Vom Assessment zur Hilfeplanung", _plan_first, settle=False),
    ]
    for family in FAMILIES:
        found += _family_steps(family)
    found.append(Step(at(date(2022, 10, 14), "15:00"), "Abschluss: Ziele erreicht", _close, settle=False))
    return found


def _family_steps(family: Family) -> list[Step]:
    proposed, decided = family.came + 2 * GAP + timedelta(days=1), family.came + 2 * GAP + timedelta(days=3)
    talks = [
        Step(at(family.came + number * GAP, "13:30"), "Beratung einer Familie", _talk(family, first=number == 0), settle=False)
        for number in range(TALKS_EACH)
    ]
    return [
        *talks,
        Step(at(proposed, "10:30"), "Vorschlag zur Aufnahme", _propose(family)),
        Step(
            at(decided, "09:30"),
            "Ablehnung mit Grund" if family.declined else "Aufnahme ins Case Management",
            _decide(family),
            settle=False,
        ),
    ]


def _talk(family: Family, *, first: bool):  # type: ignore[no-untyped-def]
    def run(stage: Stage) -> None:
        with stage.desk(INTAKE, family.manager).write() as (session, act):
            talk = record_consultation(
                session,
                act,
                RecordConsultation(
                    site=family.site,
                    service="case_management",
                    persons_present=family.persons,
                    place=family.town,
                    origin=family.origin,
                    languages=(family.language,),
                    interpreter="phone",
                    topics=family.topics,
                    minutes=40,
                    client_id=stage.kept.get(family.key),
                ),
            )
            if first:
                client = register_client(
                    session,
                    act,
                    RegisterClient(
                        site=family.site,
                        name=family.name,
                        languages=(family.language,),
                        place=family.town,
                        persons=family.persons,
                        consent_given_on=act.today,
                        consultation_id=talk.id,
                    ),
                )
                stage.kept[family.key] = client.id

    return run


def _propose(family: Family):  # type: ignore[no-untyped-def]
    def run(stage: Stage) -> None:
        with stage.desk(INTAKE, family.manager).write() as (session, act):
            command = ProposeAdmission(
                client_id=stage.kept[family.key], site=family.site, need=family.need, topics=family.topics, consent_given_on=act.today
            )
            stage.kept[f"{family.key} proposal"] = propose_admission(session, act, command).id

    return run


def _decide(family: Family):  # type: ignore[no-untyped-def]
    def run(stage: Stage) -> None:
        proposal = stage.kept[f"{family.key} proposal"]
        with stage.desk(CASEWORK, "thelen").write() as (session, act):
            if family.declined:
                decline_admission(session, act, DeclineAdmission(proposal, family.declined, "An die Volkshochschule verwiesen"))
                return
            case = admit_to_case_management(
                session,
                act,
                AdmitToCaseManagement(
                    criteria=("complex_need", "many_actors", "voluntary"),
                    reasoning="Mehrere Behörden zugleich, Angebote unbekannt; die Familie möchte begleitet werden.",
                    responsible=family.manager,
                    proposal_id=proposal,
                ),
            )
            for phase in PHASES[1 : PHASES.index(family.phase) + 1]:
                move_phase(session, act, MovePhase(case.id, phase))
            stage.kept[f"{family.key} case"] = case.id

    return run


def _propose_first(stage: Stage) -> None:
    with stage.desk(INTAKE, "aydin").write() as (session, act):
        proposal = propose_admission(
            session,
            act,
            ProposeAdmission(
                client_id=stage.kept["family"],
                site="aachen-arkaden",
                need="Wohnung für fünf, Anerkennung der Zeugnisse, Schule; drei Folgeberatungen reichten nicht.",
                consent_given_on=act.today,
            ),
        )
        expect("follow-up consultations counted for the proposal", proposal.follow_ups, 3)
        stage.kept["proposal"] = proposal.id


def _admit_first(stage: Stage) -> None:
    with stage.desk(CASEWORK, "kowalczyk").write() as (session, act):
        proposal = session.get(Proposal, stage.kept["proposal"])
        expect("the proposal at casework", proposal is not None and proposal.follow_ups, 3)
        case = admit_to_case_management(
            session,
            act,
            AdmitToCaseManagement(
                criteria=("complex_need", "offers_unknown", "many_actors", "voluntary"),
                reasoning="Fünf Anliegen zugleich; Jobcenter, Schulamt und Kasse verweisen aufeinander.",
                proposal_id=stage.kept["proposal"],
            ),
        )
        stage.kept["case"], stage.kept["case number"] = case.id, case.number


def _note(stage: Stage) -> None:
    with stage.desk(CASEWORK, "kowalczyk").write() as (session, act):
        note_contact(
            session,
            act,
            NoteContact(
                case_id=stage.kept["case"],
                kind="visit",
                minutes=60,
                text="Zeugnisse gesichtet; Übersetzung nötig.",
                next_step="Übersetzung der Zeugnisse bestellen",
                next_step_on=date(2022, 6, 10),
            ),
        )


def _plan_first(stage: Stage) -> None:
    with stage.desk(INTAKE, "aydin").read() as (session, _act):
        proposal = session.get(AdmissionProposal, stage.kept["proposal"])
        expect("the answer on intake's list", proposal and proposal.state, "admitted")
    with stage.desk(CASEWORK, "kowalczyk").write() as (session, act):
        for phase in ("assessment", "planning"):
            move_phase(session, act, MovePhase(stage.kept["case"], phase))


def _close(stage: Stage) -> None:
    family = next(family for family in FAMILIES if family.closed)
    with stage.desk(CASEWORK, family.manager).write() as (session, act):
        case = session.get(Case, stage.kept[f"{family.key} case"])
        expect("the phase before closing", case and case.phase, family.phase)
        move_phase(session, act, MovePhase(stage.kept[f"{family.key} case"], "evaluation"))
        close_case(session, act, CloseCase(stage.kept[f"{family.key} case"], family.closed, "Wohnung und Kurs gefunden"))
