"""Vertretungen: who stands in for whom, a new one, and ending one."""

from __future__ import annotations

from kim_runtime.act import Act
from kim_web.audit import note_entry
from kim_web.form import Form
from kim_web.language import _
from kim_web.page import Pages, act_on, blank, may, redirect_to, render, see, submitted
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from kim_casework.model.cover import covers_to_come
from kim_casework.model.staff import Assignability, list_staff
from kim_casework.operations.cover_for_colleague import EndCover, GiveCoverSchema, end_cover, give_cover
from kim_casework.pages import words
from kim_casework.pages.colleagues import names_of_colleagues
from kim_casework.rules.cover import LONGEST_COVER

pages = Pages("covers", __name__)


@pages.get("/vertretungen")
@pages.guard("cover.see")
def show() -> str:
    with see() as (session, act):
        return _render(session, act, blank(GiveCoverSchema, from_day=act.today))


@pages.post("/vertretungen")
@pages.guard("cover.give")
def give() -> Response | tuple[str, int]:
    form = submitted(GiveCoverSchema)
    if form.command:
        with form.attempt(), act_on() as (session, act):
            given = give_cover(session, act, form.command)
            note_entry(session, "cover.give", f"covers:{given.id}", "")
        if form.ok:
            return redirect_to("covers.show", said=_("Vertretung gespeichert. Sie endet von selbst."))
    with see() as (session, act):
        return _render(session, act, form), 422


@pages.post("/vertretungen/<id>/beenden")
@pages.guard("cover.end")
def end(id: str) -> Response:
    with act_on() as (session, act):
        end_cover(session, act, EndCover(id))
    return redirect_to("covers.show", said=_("Vertretung beendet; sie gilt ab sofort nicht mehr."))


def _render(session: Session, act: Act, form: Form) -> str:
    assignability = Assignability(session)
    return render(
        "casework/covers.html",
        covers=covers_to_come(session, act),
        form=form,
        today=act.today,
        absent=[(member.id, member.name) for member in list_staff(session) if member.manages_cases and may("cover.give", member)],
        managers=[(one.id, one.name) for one in assignability.case_managers(act.today)],
        longest=LONGEST_COVER.days,
        staff=names_of_colleagues(session),
        words=words,
    )
