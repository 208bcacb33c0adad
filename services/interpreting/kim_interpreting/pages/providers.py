"""Sprachmittler_innen: who interprets and translates."""

from __future__ import annotations

from flask import request
from kim_web.language import _
from kim_web.page import Form, Pages, blank, carried_out, redirect_to, render, see, submitted
from werkzeug.wrappers import Response

from kim_interpreting.model.provider import all_providers, provider
from kim_interpreting.operations.add_provider import AddProviderSchema, add_provider
from kim_interpreting.operations.change_provider import ChangeProviderSchema, change_provider
from kim_interpreting.pages import words

OFTEN_HEARD = 19  # the languages the desks hear most stand first in the list

pages = Pages("providers", __name__, url_prefix="/sprachmittlung")


@pages.get("/")
@pages.guard("provider.keep")
def listed() -> str:
    return _page(blank(AddProviderSchema))


@pages.post("/")
@pages.guard("provider.keep")
def add() -> Response | tuple[str, int]:
    form = submitted(AddProviderSchema)
    if added := carried_out(form, add_provider):
        return redirect_to("providers.listed", said=_("{name} ist eingetragen.").format(name=added.name))
    return _page(form), 422


@pages.get("/<id>")
@pages.guard("provider.keep")
def show(id: str) -> str:
    with see() as (session, _act):
        known = provider(session, id)
        said = {name: getattr(known, name) for name in ("name", "qualification", "small_business", "available")}
        return _one(known.name, blank(ChangeProviderSchema, provider_id=id, languages=known.language_codes, **said))


@pages.post("/<id>")
@pages.guard("provider.keep")
def change(id: str) -> Response | tuple[str, int]:
    languages = [code for code in request.form.getlist("languages") if code]  # none is an answer too
    form = submitted(ChangeProviderSchema, extra={"provider_id": id, "languages": languages})
    if changed := carried_out(form, change_provider):
        return redirect_to("providers.listed", said=_("{name}: Angaben gespeichert.").format(name=changed.name))
    with see() as (session, _act):
        return _one(provider(session, id).name, form), 422


def _one(name: str, form: Form) -> str:
    return render("interpreting/provider.html", name=name, form=form, often=OFTEN_HEARD, words=words)


def _page(form: Form) -> str:
    with see() as (session, _act):
        return render("interpreting/providers.html", providers=all_providers(session), form=form, often=OFTEN_HEARD, words=words)
