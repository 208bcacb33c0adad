"""Letters on registering as job-seeking (§ 38 SGB III), one A4 page each, and the tick that says they were handed over."""

from __future__ import annotations

from flask import request
from kim_web.language import _, plural
from kim_web.page import Pages, act_on, carried_out, redirect_to, render, see, submitted
from werkzeug.wrappers import Response

from kim_staffing.model.ending import EndingContract, ending_contracts
from kim_staffing.operations.hand_over_letter import HandOverLetterSchema, MakeLettersSchema, hand_over_letter, make_letters
from kim_staffing.pages import words

pages = Pages("letters", __name__)


@pages.get("/schreiben")
@pages.guard("contract.see")
def show() -> str:
    """The letters made for the contracts with one end (`?ende=2022-12-31`), to be printed."""
    with see() as (session, act):
        endings = [one for one in ending_contracts(session, act.today) if _ends(one) and one.contract.letter_made_on]
        return render("staffing/letters.html", endings=endings, today=act.today, words=words)


@pages.post("/schreiben")
@pages.guard("contract.record")
def make() -> Response:
    form = submitted(MakeLettersSchema)
    if not form.command:
        return redirect_to("expiring.show", said=_("Kein Vertrag ausgewählt."), tone="warning")
    with act_on() as (session, act):
        made = make_letters(session, act, form.command)
    said = plural("{n} Schreiben angelegt", "{n} Schreiben angelegt", len(made)).format(n=len(made))
    return redirect_to("letters.show", said=said, ende=made[0].ends_on.isoformat())


@pages.post("/vertraege/<id>/schreiben")
@pages.guard("contract.record")
def hand_over(id: str) -> Response:
    """Ticked on the day itself; a day before is entered through the JSON door."""
    with see() as (_session, act):
        today = act.today.isoformat()
    form = submitted(HandOverLetterSchema, extra={"contract": id, "handed_over_on": request.form.get("handed_over_on") or today})
    if contract := carried_out(form, hand_over_letter):
        said = _("Übergabe an {name} vermerkt").format(name=contract.person.name)
        return redirect_to("letters.show", said=said, ende=contract.ends_on.isoformat())
    return redirect_to(
        "contracts.show", id=id, said=" ".join(message for found in form.errors.values() for message in found), tone="danger"
    )


def _ends(ending: EndingContract) -> bool:
    asked = request.args.get("ende", "")
    return not asked or ending.contract.ends_on.isoformat() == asked
