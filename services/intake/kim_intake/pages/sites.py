"""Standorte: where people are counselled, and which bodies sit under each roof. Whoever arranges the house begins here."""

from __future__ import annotations

from flask import request
from kim_bus.directory import Directory
from kim_reference.municipalities import MUNICIPALITIES
from kim_runtime.act import Act
from kim_runtime.refusal import Refused
from kim_web.language import _, language
from kim_web.page import Form, Pages, act_on, blank, carried_out, redirect_to, render, see, submitted
from kim_web.problem import sentence
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from kim_intake.model.site import site as site_by_id
from kim_intake.model.site import sites
from kim_intake.operations.arrange_site import (
    OTHER,
    NameSiteSchema,
    PlaceBodySchema,
    TakeAwayBody,
    name_site,
    place_body,
    take_away_body,
)
from kim_intake.pages import words
from kim_intake.rules.codes import SERVICES

pages = Pages("sites", __name__)


@pages.get("/standorte")
@pages.guard("house.arrange")
def listed() -> str:
    return _list(blank(NameSiteSchema))


@pages.post("/standorte")
@pages.guard("house.arrange")
def name() -> Response | tuple[str, int]:
    form = submitted(NameSiteSchema)
    if site := carried_out(form, name_site):
        return redirect_to("sites.show", id=site.id, said=_("{name} ist eingetragen.").format(name=site.name))
    return _list(form), 422


@pages.get("/standorte/<id>")
@pages.guard("house.arrange")
def show(id: str) -> str:
    with see() as (session, act):
        return _one(session, act, id)


@pages.post("/standorte/<id>/name")
@pages.guard("house.arrange")
def rename(id: str) -> Response | tuple[str, int]:
    form = submitted(NameSiteSchema, extra={"site": id}, form_id="name")
    with see() as (session, _act):
        site_by_id(session, id)
    if carried_out(form, name_site):
        return redirect_to("sites.show", id=id, said=_("Gespeichert."))
    with see() as (session, act):
        return _one(session, act, id, name=form), 422


@pages.post("/standorte/<id>/stellen")
@pages.guard("house.arrange")
def place(id: str) -> Response | tuple[str, int]:
    form = submitted(PlaceBodySchema, extra={"site": id}, form_id="body")
    if carried_out(form, place_body):
        return redirect_to("sites.show", id=id, said=_("Gespeichert."))
    with see() as (session, act):
        return _one(session, act, id, body=form), 422


@pages.post("/standorte/<id>/wegnehmen")
@pages.guard("house.arrange")
def take_away(id: str) -> Response:
    try:
        with act_on() as (session, act):
            take_away_body(session, act, TakeAwayBody(id, request.form.get("code", "")))
    except Refused as refused:
        if refused.status == 404:
            raise
        return redirect_to("sites.show", id=id, said=sentence(refused), tone="warning")
    return redirect_to("sites.show", id=id, said=_("Die Stelle ist weggenommen."))


def _list(form: Form) -> str:
    with see() as (session, _act):
        return render("intake/sites.html", sites=sites(session), form=form, towns=_towns(), words=words)


def _one(session: Session, act: Act, id: str, name: Form | None = None, body: Form | None = None) -> str:
    here = site_by_id(session, id)
    directory: Directory = session.info["post"].directory
    names = {one.id: one.name_on(act.today) for one in directory.organisations}
    return render(
        "intake/site.html",
        here=here,
        name=name or blank(NameSiteSchema, form_id="name", name=here.name, municipality=here.municipality),
        body=body or blank(PlaceBodySchema, form_id="body", organisation=act.organisation, desks="1"),
        towns=_towns(),
        kinds=[*((code, _(text)) for code, text in SERVICES.items()), (OTHER, _("andere Stelle unter diesem Dach"))],
        organisations=sorted({act.organisation: act.organisation, **names}.items(), key=lambda one: (one[0] != act.organisation, one[1])),
        names=names,
        words=words,
    )


def _towns() -> list[tuple[str, str]]:
    return [(place.ags, place.name(language())) for place in MUNICIPALITIES]
