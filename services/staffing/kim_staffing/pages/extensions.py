"""What is entered about an extension on the contract's page: draft, signatures, too late. Two dates and three clicks in the usual case."""

from __future__ import annotations

from flask import request
from kim_runtime.refusal import NotFound
from kim_web.formats import day
from kim_web.language import _
from kim_web.page import Pages, act_on, carried_out, redirect_to, see, submitted, this_act
from werkzeug.wrappers import Response

from kim_staffing.model.contract import RUNNING
from kim_staffing.model.ending import ending_contract
from kim_staffing.operations.draft_extension import DraftExtensionSchema, draft_extension
from kim_staffing.operations.extend_contract import ExtendContractSchema, extend_contract
from kim_staffing.operations.record_late import record_late
from kim_staffing.operations.record_signature import RecordSignatureSchema, record_signature
from kim_staffing.pages.contracts import again
from kim_staffing.pages.too_late import typed_too_late

pages = Pages("extensions", __name__)


@pages.post("/vertraege/<id>/entwurf")
@pages.guard("contract.record")
def draft(id: str) -> Response | tuple[str, int]:
    form = submitted(DraftExtensionSchema, extra={"contract": id}, form_id="draft")
    if drafted := carried_out(form, draft_extension):
        return redirect_to("contracts.show", id=id, said=_("Entwurf bis {day} angelegt").format(day=day(drafted.ends_on)))
    return again(id, {"draft": form}), 422


@pages.post("/vertraege/<id>/unterschriften")
@pages.guard("contract.record")
def sign(id: str) -> Response | tuple[str, int]:
    """Dates typed, and the original ticked as back today in the hands of whoever is signed in."""
    extra = {"draft": _draft_of(id)}
    if request.form.get("original") == "today":
        act = this_act()
        extra |= {"original_received_on": act.today.isoformat(), "received_by": act.actor.name}
    form = submitted(RecordSignatureSchema, extra=extra, form_id="signature")
    if form.command:
        with form.attempt(), act_on() as (session, act):
            draft = record_signature(session, act, form.command)
        if form.ok and draft.state == RUNNING:
            said = _("verlängert bis {day}").format(day=day(draft.ends_on))
            return redirect_to("expiring.show", said=f"{draft.person.name}: {said}")
        if form.ok:
            return redirect_to("contracts.show", id=id, said=_("Eingetragen; noch nicht verlängert"), tone="info")
    return again(id, {"signature": form}), 422


@pages.post("/vertraege/<id>/verlaengern")
@pages.guard("contract.record")
def extend(id: str) -> Response | tuple[str, int]:
    form = submitted(ExtendContractSchema, extra={"draft": _draft_of(id)}, form_id="extend")
    if extended := carried_out(form, extend_contract):
        said = _("verlängert bis {day}").format(day=day(extended.ends_on))
        return redirect_to("expiring.show", said=f"{extended.person.name}: {said}")
    return again(id, {"extend": form}), 422


@pages.post("/vertraege/<id>/nicht-rechtzeitig")
@pages.guard("contract.record")
def too_late(id: str) -> Response | tuple[str, int]:
    form = typed_too_late(_draft_of(id))
    if form.command and not form.errors:
        with form.attempt(), act_on() as (session, act):
            record_late(session, act, form.command)
        if form.ok:
            return redirect_to("contracts.show", id=id, said=_("Festgehalten. Der Eintrag ändert sich nicht mehr."), tone="warning")
    return again(id, {"late": form}), 422


def _draft_of(id: str) -> str:
    """The draft or extension of a contract; raises NotFound where there is none."""
    with see() as (session, act):
        ending = ending_contract(session, id, act.today)
        if ending is None or ending.following is None:
            raise NotFound("draft_unknown", "Zu diesem Vertrag gibt es keinen Entwurf.")
        return ending.following.id
