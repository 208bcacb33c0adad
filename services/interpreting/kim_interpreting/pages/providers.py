"""Sprachmittler_innen: who interprets and translates."""

from __future__ import annotations

from kim_web.language import _
from kim_web.page import Form, Pages, act_on, blank, redirect_to, render, see, submitted
from werkzeug.wrappers import Response

from kim_interpreting.model.provider import all_providers
from kim_interpreting.operations.add_provider import AddProviderSchema, add_provider
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
    if form.command:
        with form.attempt(), act_on() as (session, act):
            provider = add_provider(session, act, form.command)
        if form.ok:
            return redirect_to("providers.listed", said=_("{name} ist eingetragen.").format(name=provider.name))
    return _page(form), 422


def _page(form: Form) -> str:
    with see() as (session, _act):
        return render("interpreting/providers.html", providers=all_providers(session), form=form, often=OFTEN_HEARD, words=words)
