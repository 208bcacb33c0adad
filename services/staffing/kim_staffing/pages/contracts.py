"""Vertrag: the chain, three dates for each extension, and what there is to look at (D4)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from kim_runtime.act import Act
from kim_web.language import _
from kim_web.page import Form, Pages, blank, carried_out, redirect_to, render, see, submitted
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from kim_staffing.model.alarm import alarms_about
from kim_staffing.model.contract import STATE_WORDS, Contract, contract_by_id, contracts_of
from kim_staffing.model.ending import EndingContract, chain_of, ending_contract
from kim_staffing.model.entered import entered_about
from kim_staffing.model.grant import grants_paying
from kim_staffing.model.occupancy import occupancies_of
from kim_staffing.operations.add_remark import AddRemarkSchema, add_remark
from kim_staffing.operations.change_end_date import REASON_WORDS, ChangeEndDateSchema, change_end_date
from kim_staffing.operations.draft_extension import DraftExtensionSchema
from kim_staffing.operations.record_late import finding_of
from kim_staffing.operations.record_signature import RecordSignatureSchema
from kim_staffing.pages import words
from kim_staffing.pages.entry_kinds import ENTRY_KINDS
from kim_staffing.pages.too_late import TooLateSchema
from kim_staffing.rules.coverage import longer_than_money
from kim_staffing.rules.extension_gate import LAMP_WORDS
from kim_staffing.rules.fixed_term import GROUNDS

pages = Pages("contracts", __name__)


@pages.get("/vertraege/<id>")
@pages.guard("contract.see")
def show(id: str) -> str | Response:
    with see() as (session, act):
        contract = contract_by_id(session, id)
        if contract.previous_id and ending_contract(session, id, act.today) is None:
            return redirect_to("contracts.show", id=contract.previous_id)  # a draft is shown with the contract it goes on from
        return contract_page(session, act, contract, {})


@pages.post("/vertraege/<id>/ende")
@pages.guard("contract.record")
def change_end(id: str) -> Response | tuple[str, int]:
    form = submitted(ChangeEndDateSchema, extra={"contract": id}, form_id="end")
    if carried_out(form, change_end_date):
        return redirect_to("contracts.show", id=id, said=_("Ende geändert: {reason}").format(reason=_(REASON_WORDS[form.command.reason])))
    return again(id, {"end": form}), 422


@pages.post("/vertraege/<id>/nachtrag")
@pages.guard("contract.record")
def remark(id: str) -> Response | tuple[str, int]:
    """An addition to the contract's record, or to that of its extension where that one is frozen."""
    with see() as (session, act):
        ending = ending_contract(session, id, act.today)
        record = ending.following.id if ending and ending.late and ending.following else id
    form = submitted(AddRemarkSchema, extra={"contract": record}, form_id="remark")
    if carried_out(form, add_remark):
        return redirect_to("contracts.show", id=id, said=_("Nachtrag eingetragen"))
    return again(id, {"remark": form}), 422


def again(id: str, forms: Mapping[str, Form]) -> str:
    """The page once more, with what was typed."""
    with see() as (session, act):
        return contract_page(session, act, contract_by_id(session, id), forms)


def contract_page(session: Session, act: Act, contract: Contract, forms: Mapping[str, Form]) -> str:
    """The page of a contract that runs or ran; `forms` holds those that were sent and not accepted."""
    ending = ending_contract(session, contract.id, act.today)
    following = ending.following if ending else None
    contracts = contracts_of(session, contract.person_id)
    held = occupancies_of(session, contract.person_id)
    at_its_time = {
        one.post_id for one in held if one.starts_on <= contract.ends_on and (one.ends_on or contract.ends_on) >= contract.starts_on
    }
    paying = grants_paying(session, at_its_time, contract.starts_on, contract.ends_on)
    return render(
        "staffing/contract.html",
        contract=contract,
        ending=ending,
        following=following,
        over=act.today > contract.ends_on,
        chain=chain_of(session, contract),
        chain_after=chain_of(session, following) if following else None,
        late=finding_of(session, following) if following else None,
        contracts=contracts,
        entries=entered_about(session, [one.id for one in contracts]),
        entry_words={kind.code: kind.label for kind in ENTRY_KINDS},
        held=held,
        paying=paying,
        money=longer_than_money(contract.ends_on, max((grant.period_to for grant in paying), default=None)),
        alarms=alarms_about(session, contract.id),
        forms={**_forms(act.today, contract, ending), **forms},
        today=act.today,
        lamp_words=LAMP_WORDS,
        state_words=STATE_WORDS,
        reasons=words.choices(REASON_WORDS),
        reason_words=REASON_WORDS,
        grounds=words.choices(GROUNDS),
        words=words,
    )


def _forms(today: date, contract: Contract, ending: EndingContract | None) -> dict[str, Form]:
    """Empty forms, filled with what is known."""
    cover = ending.cover.assurance if ending and ending.cover.carries else None
    following = ending.following if ending else None
    forms = {
        "draft": blank(DraftExtensionSchema, form_id="draft", ends_on=cover.period_to if cover else None, ground=contract.ground),
        "end": blank(ChangeEndDateSchema, form_id="end"),
        "remark": blank(AddRemarkSchema, form_id="remark"),
    }
    if following:
        known = {
            "employer_signed_on": following.employer_signed_on,
            "employee_signed_on": following.employee_signed_on,
            "original_received_on": following.original_received_on,
            "received_by": following.original_received_by,
        }
        forms["signature"] = blank(RecordSignatureSchema, form_id="signature", **known)
        forms["late"] = blank(TooLateSchema, form_id="late", **known)
    return forms
