"""Unser Haus: the colleagues who manage cases, and the sites."""

from __future__ import annotations

from datetime import date, timedelta

from kim_runtime.act import Act
from kim_web.form import Form
from kim_web.language import _
from kim_web.page import Pages, blank, carried_out, redirect_to, render, see, submitted
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from kim_casework.model.site import list_sites
from kim_casework.model.staff import Assignability, list_staff
from kim_casework.operations.introduce_staff import IntroduceStaffSchema, introduce_staff
from kim_casework.operations.set_up_site import SetUpSiteSchema, set_up_site
from kim_casework.pages import words

pages = Pages("house", __name__)


@pages.get("/haus")
@pages.guard("house.see")
def show() -> str:
    with see() as (session, act):
        return _render(session, act)


@pages.post("/haus/mitarbeitende")
@pages.guard("house.arrange")
def introduce() -> Response | tuple[str, int]:
    form = submitted(IntroduceStaffSchema, form_id="staff")
    if member := carried_out(form, introduce_staff):
        return redirect_to("house.show", said=_("{name} ist eingetragen.").format(name=member.name))
    with see() as (session, act):
        return _render(session, act, staff_form=form), 422


@pages.post("/haus/standorte")
@pages.guard("house.arrange")
def set_up() -> Response | tuple[str, int]:
    form = submitted(SetUpSiteSchema, form_id="site")
    if site := carried_out(form, set_up_site):
        return redirect_to("house.show", said=_("{name} ist eingetragen.").format(name=site.name))
    with see() as (session, act):
        return _render(session, act, site_form=form), 422


def _render(session: Session, act: Act, staff_form: Form | None = None, site_form: Form | None = None) -> str:
    assignability = Assignability(session)
    return render(
        "casework/house.html",
        members=[
            (one, assignability.may_take_cases(one.id, act.today), _last_day(assignability, one.id, act)) for one in list_staff(session)
        ],
        sites=list_sites(session),
        staff_form=staff_form or blank(IntroduceStaffSchema, form_id="staff", manages_cases=True),
        site_form=site_form or blank(SetUpSiteSchema, form_id="site"),
        words=words,
    )


def _last_day(assignability: Assignability, member_id: str, act: Act) -> date | None:
    """The last day on which they may have cases, if it is near; None: it is not."""
    without = assignability.last_chance(member_id, act.today)
    return without - timedelta(days=1) if without else None
