"""Vorschläge und Aufnahme: what was proposed stands on the left, the checklist on the right."""

from __future__ import annotations

from typing import Any

from flask import request
from kim_events.fields import Day, Text
from kim_referral.model.received_referral import ReceivedReferral
from kim_runtime.act import Act
from kim_runtime.refusal import Refused
from kim_web.form import Form
from kim_web.language import _
from kim_web.page import Pages, act_on, blank, carried_out, may, redirect_to, render, see, submitted
from marshmallow import ValidationError, validates_schema
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from kim_casework.model.proposal import WAITING, Proposal, cases_of, recent_proposals
from kim_casework.model.site import site_names
from kim_casework.operations.admit_to_case_management import NOT_YET, AdmitToCaseManagementSchema, admit_to_case_management
from kim_casework.operations.decline_admission import DeclineAdmissionSchema, decline_admission
from kim_casework.operations.use_referral import referral_to_admit
from kim_casework.pages import words
from kim_casework.pages.assignment import manager_choices
from kim_casework.rules.admission import missing_for_admission
from kim_casework.rules.urgency import initials

pages = Pages("admission", __name__)


class AdmissionFormSchema(AdmitToCaseManagementSchema):
    """The same command at the desk: name, day and responsible stand in the form, so none of them is left to the proposal. What the ticks
    lack is said together with the fields that are empty.
    """

    name = Text(required=True, shortest=1, metadata={"label": "Name", "autocomplete": "off"})
    agreement_on = Day(required=True, metadata={"label": "Zugestimmt am", "hint": "Tag der Vereinbarung mit der Person", "lies": "behind"})
    responsible = Text(required=True, shortest=1, longest=64, metadata={"label": "Zuständige Fallmanager_in"})

    @validates_schema(skip_on_field_errors=False)
    def check_criteria(self, data: dict[str, Any], **_: Any) -> None:
        if lacking := missing_for_admission(data["criteria"]) if "criteria" in data else None:
            raise ValidationError(NOT_YET[lacking], "criteria")


@pages.get("/vorschlaege")
@pages.guard("proposal.see")
def listed() -> str:
    with see() as (session, act):
        proposals = recent_proposals(session, act)
        return render(
            "casework/proposals.html",
            proposals=proposals,
            cases=cases_of(session, proposals),
            today=act.today,
            sites=site_names(session),
            initials=initials,
            words=words,
        )


@pages.get("/aufnahme")
@pages.guard("case.admit")
def new() -> Response | str:
    """From a proposal (`vorschlag`), from a referral (`verweis`), or from nothing but the person in front."""
    proposal_id, referral_id = request.args.get("vorschlag"), request.args.get("verweis")
    with see() as (session, act):
        initial: dict[str, Any] = {"agreement_on": act.today, "responsible": act.actor.id}
        if proposal_id:
            proposal = _waiting(session, proposal_id)
            if proposal is None:
                return _decided()
            initial |= _from_proposal(proposal)
        elif referral_id:
            initial |= _from_referral(referral_to_admit(session, act, referral_id))
        return _render(session, act, blank(AdmissionFormSchema, **initial), blank(DeclineAdmissionSchema, form_id="decline"))


@pages.post("/aufnahme")
@pages.guard("case.admit")
def admit() -> Response | tuple[str, int]:
    form = submitted(AdmissionFormSchema)
    if form.command:
        with form.attempt(), act_on() as (session, act):
            case = admit_to_case_management(session, act, form.command)
            seen = may("case.see", case)
        if form.ok:
            said = _("Fall {number} aufgenommen.").format(number=case.number)
            return redirect_to("cases.show", id=case.id, said=said) if seen else redirect_to("cases.listed", said=said)
    with see() as (session, act):
        return _render(session, act, form, blank(DeclineAdmissionSchema, form_id="decline")), 422


@pages.post("/vorschlaege/<id>/ablehnen")
@pages.guard("proposal.decide")
def decline(id: str) -> Response | tuple[str, int]:
    form = submitted(DeclineAdmissionSchema, extra={"proposal_id": id}, form_id="decline")
    if carried_out(form, decline_admission):
        return redirect_to("admission.listed", said=_("Abgelehnt. Die Erstberatung erfährt den Grund; die Angaben sind gelöscht."))
    with see() as (session, act):
        proposal = _waiting(session, id)
        if proposal is None:
            return _decided()
        initial = {"agreement_on": act.today, "responsible": act.actor.id, **_from_proposal(proposal)}
        return _render(session, act, blank(AdmissionFormSchema, **initial), form), 422


def _render(session: Session, act: Act, form: Form, declining: Form) -> str:
    proposal = _waiting(session, form.values.get("proposal_id"))
    referral = _to_admit(session, act, form.values.get("referral_id"))
    return render(
        "casework/admit.html",
        form=form,
        declining=declining,
        proposal=proposal,
        referral=referral,
        managers=manager_choices(session, act),
        sites=site_names(session),
        words=words,
    )


def _waiting(session: Session, proposal_id: str | None) -> Proposal | None:
    """A proposal that everybody sees: a decided one may have become a case that is closed to who asks."""
    proposal = session.get(Proposal, proposal_id or "")
    return proposal if proposal is not None and proposal.state == WAITING else None


def _decided() -> Response:
    return redirect_to("admission.listed", said=_("Über diesen Vorschlag ist schon entschieden."), tone="warning")


def _to_admit(session: Session, act: Act, referral_id: str | None) -> ReceivedReferral | None:
    try:
        return referral_to_admit(session, act, referral_id) if referral_id else None
    except Refused:
        return None


def _from_proposal(proposal: Proposal) -> dict[str, Any]:
    return {
        "proposal_id": proposal.id,
        "name": proposal.name,
        "phone": proposal.phone,
        "birth_year": proposal.birth_year,
        "language": proposal.languages[0] if proposal.languages else "",
        "town": proposal.town,
        "site": proposal.site,
        "topics": proposal.topics,
        "need": proposal.need,
    }


def _from_referral(referral: ReceivedReferral) -> dict[str, Any]:
    said = referral.readable
    return {
        "referral_id": referral.id,
        "name": said.name,
        "phone": said.phone,
        "birth_year": said.birth_year,
        "language": said.language,
        "town": said.residence_town,
        "topics": list(said.topics),
        "need": said.note,
    }
