"""Admit a person to case management: a case begins."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from kim_bus.outbox import emit
from kim_events.fields import Code, Day, Id, StrictInt, Text
from kim_referral.model.received_referral import ReceivedReferral
from kim_runtime.act import Act
from kim_runtime.command import CommandSchema
from kim_runtime.database import locked
from kim_runtime.ids import new_id
from kim_runtime.refusal import NotFound, Refused, refuse
from marshmallow import fields, validate
from sqlalchemy.orm import Session

from kim_casework.metrics import ADMISSIONS_DECIDED
from kim_casework.model.case import Case
from kim_casework.model.number_series import locked_series
from kim_casework.model.proposal import WAITING, Proposal
from kim_casework.operations.choose_responsible import choose_responsible
from kim_casework.operations.find_case import case_to_change
from kim_casework.operations.household import HouseholdPerson, HouseholdPersonSchema, household_person
from kim_casework.operations.record_change import record_change
from kim_casework.operations.use_referral import accepted_referral, referred_person, use_referral
from kim_casework.rules.admission import CRITERIA, missing_for_admission
from kim_casework.rules.numbering import CASE
from kim_casework.rules.phases import FIRST_PHASE

NOT_YET = {
    "not_voluntary": "Case Management ist freiwillig: ohne Zustimmung der Person keine Aufnahme.",
    "no_need_named": "Bitte mindestens ein Kriterium neben der Freiwilligkeit nennen.",
}


@dataclass(frozen=True, slots=True)
class AdmitToCaseManagement:
    """Admit from a proposal, from a referral received, or somebody who came by themselves (neither).

    `criteria` are codes of CRITERIA, `agreement_on` the day the person agreed (None: today), `responsible` the id of a colleague
    (empty: who acts). What is left empty of the person is taken from the proposal or referral.
    """

    criteria: tuple[str, ...]
    reasoning: str
    agreement_on: date | None = None
    responsible: str = ""
    proposal_id: str | None = None
    referral_id: str | None = None
    name: str = ""
    phone: str = ""
    birth_year: int | None = None
    language: str = ""
    needs_interpreter: bool = False
    town: str = ""
    site: str = ""
    topics: tuple[str, ...] = ()
    need: str = ""
    household: tuple[HouseholdPerson, ...] = ()
    id: str = field(default_factory=new_id)


class AdmitToCaseManagementSchema(CommandSchema):
    command = AdmitToCaseManagement
    id = Id(load_default=new_id)
    proposal_id = Id(load_default=None, allow_none=True)
    referral_id = Id(load_default=None, allow_none=True)
    criteria = fields.List(Code(CRITERIA), required=True, metadata={"label": "Was spricht für Case Management?"})
    reasoning = Text(
        required=True, shortest=10, longest=4000,
        metadata={"label": "Begründung", "hint": "In eigenen Worten. Die Haken entscheiden nichts; es gibt keine Punktzahl."},
    )  # fmt: skip
    agreement_on = Day(
        load_default=None, allow_none=True, metadata={"label": "Zugestimmt am", "hint": "Tag der Vereinbarung mit der Person"}
    )
    responsible = Text(load_default="", longest=64, metadata={"label": "Zuständige Fallmanager_in"})
    name = Text(load_default="", metadata={"label": "Name", "autocomplete": "off"})
    phone = Text(load_default="", longest=50, metadata={"label": "Telefon", "autocomplete": "off"})
    birth_year = StrictInt(
        load_default=None, allow_none=True, validate=validate.Range(1900, 2100), metadata={"label": "Geburtsjahr", "autocomplete": "off"}
    )
    language = Text(load_default="", longest=12, metadata={"label": "Sprache"})
    needs_interpreter = fields.Boolean(load_default=False, metadata={"label": "braucht Sprachmittlung"})
    town = Text(load_default="", longest=12, metadata={"label": "Wohnort"})
    site = Text(load_default="", longest=64, metadata={"label": "Standort"})
    topics = fields.List(Id(), load_default=list, metadata={"label": "Themen"})
    need = Text(load_default="", longest=4000, metadata={"label": "Anliegen"})
    household = fields.List(fields.Nested(HouseholdPersonSchema), load_default=list)


def admit_to_case_management(session: Session, act: Act, command: AdmitToCaseManagement) -> Case:
    """Open the case, give it its number, and answer the proposal.

    Raises Refused: `not_voluntary`, `no_need_named`, `agreement_later`, `name_missing`, `proposal_decided`, `referral_used`,
    `referral_open`,
    `not_introduced`, `not_assignable`; NotFound for an unknown proposal. The same id again returns the case there is.
    """
    series = locked_series(session, CASE, act.today.year)  # two requests with one id meet here, and the second finds the first's case
    if session.get(Case, command.id) is not None:
        return case_to_change(session, act, command.id)
    lacking = missing_for_admission(command.criteria)
    agreement_on = command.agreement_on or act.today
    against = (
        Refused(lacking, NOT_YET[lacking], "criteria") if lacking else None,
        Refused("agreement_later", "Die Zustimmung liegt in der Zukunft.", "agreement_on") if agreement_on > act.today else None,
    )
    refuse(filter(None, against))
    proposal = _proposal(session, command.proposal_id)
    referral = accepted_referral(session, act, command.referral_id) if command.referral_id else None
    holder = _holder(command, proposal, referral)
    member = choose_responsible(session, act, command.responsible)
    case = Case(
        id=command.id, number=series.take(), version=0, state="open", phase=FIRST_PHASE, responsible=member.id,
        opened_on=act.today, agreement_on=agreement_on, criteria=_in_order(command.criteria), reasoning=command.reasoning,
        need=command.need or _need(proposal, referral), topics=list(command.topics) or _topics(proposal, referral),
        site=command.site or (proposal.site if proposal else ""), town=command.town or _town(proposal, referral),
        proposal_id=command.proposal_id, referral_id=command.referral_id, handed_over_to="",
    )  # fmt: skip
    case.persons = [household_person(person, position, act.today) for position, person in enumerate((holder, *command.household), 1)]
    case.give_to(member.id, act.today, act.actor.id)
    session.add(case)
    session.flush()
    record_change(session, act, case, "opened")
    if proposal:
        proposal.decide("admitted", act.at, act.actor.id)
        answer_proposal(session, act, proposal, case_number=case.number)
    if referral:
        use_referral(session, act, referral, case)
    return case


def answer_proposal(session: Session, act: Act, proposal: Proposal, *, case_number: str | None = None) -> None:
    """Tell intake what was decided on its proposal."""
    proposal.answer_version += 1
    session.flush()
    ADMISSIONS_DECIDED.labels(proposal.state).inc()
    emit(
        session, act, "admission.decided.v1", subject=proposal.id, version=proposal.answer_version,
        data={"decision": proposal.state, "decided_on": act.today, "case_number": case_number, "reason": proposal.reason},
    )  # fmt: skip


def waiting_proposal(session: Session, proposal_id: str) -> Proposal:
    """The proposal under its lock. Raises NotFound, or Refused `proposal_decided`."""
    proposal = locked(session, Proposal, proposal_id)
    if proposal is None:
        raise NotFound("proposal_not_found", "Diesen Vorschlag gibt es nicht.")
    if proposal.state != WAITING:
        raise Refused("proposal_decided", "Über diesen Vorschlag ist schon entschieden, oder er wurde zurückgezogen.")
    return proposal


def _proposal(session: Session, proposal_id: str | None) -> Proposal | None:
    return waiting_proposal(session, proposal_id) if proposal_id else None


def _holder(command: AdmitToCaseManagement, proposal: Proposal | None, referral: ReceivedReferral | None) -> HouseholdPerson:
    """The person whose case it is: as typed, else as proposed or referred."""
    known = HouseholdPerson(name="")
    if proposal:
        language = proposal.languages[0] if proposal.languages else ""
        known = HouseholdPerson(name=proposal.name, phone=proposal.phone, birth_year=proposal.birth_year, language=language)
    elif referral:
        known = referred_person(referral)
    name = command.name or known.name
    if not name:
        raise Refused("name_missing", "Bitte den Namen der Person eintragen.", "name")
    return HouseholdPerson(
        name=name,
        phone=command.phone or known.phone,
        birth_year=command.birth_year or known.birth_year,
        language=command.language or known.language,
        needs_interpreter=command.needs_interpreter,
    )


def _in_order(criteria: tuple[str, ...]) -> list[str]:
    return [criterion for criterion in CRITERIA if criterion in criteria]


def _need(proposal: Proposal | None, referral: ReceivedReferral | None) -> str:
    return proposal.need if proposal else referral.readable.note if referral else ""


def _topics(proposal: Proposal | None, referral: ReceivedReferral | None) -> list[str]:
    return list(proposal.topics if proposal else referral.readable.topics if referral else ())


def _town(proposal: Proposal | None, referral: ReceivedReferral | None) -> str:
    return (proposal.town or "") if proposal else referral.readable.residence_town if referral else ""
