"""Releases from confidentiality (Schweigepflichtentbindung): recorded beside consents, looked at, taken back."""

from __future__ import annotations

from typing import Any

from flask import request
from kim_web.form import typed
from kim_web.language import _, ask_again
from kim_web.page import Form, Pages, blank, carried_out, redirect_to, render, see, submitted

from kim_referral.model.release import Release
from kim_referral.model.seen import recently_declared
from kim_referral.operations.receivers import name_of
from kim_referral.operations.record_release import RecordReleaseSchema, record_release
from kim_referral.operations.revoke_release import RevokeReleaseSchema, revoke_release
from kim_referral.pages import choices, declaration
from kim_referral.pages.begun import known_from_referral
from kim_referral.relation import once_checked, once_told, seen, told

pages = Pages("releases", __name__, url_prefix="/schweigepflichtentbindungen")


@pages.get("/")
@pages.guard("consent.see")
def index() -> str:
    with see() as (session, act):
        return render(
            "referral/releases.html",
            releases=recently_declared(session, seen(), Release),
            name_of=lambda one: name_of(session, one, act.today),
            today=act.today,
        )


@pages.get("/neu")
@pages.guard("consent.record")
def new() -> str:
    known = known_from_referral()
    known.pop("language", None)  # a release has none
    return _form(blank(RecordReleaseSchema, **{**declaration.FIRST, **known}))


@pages.post("/neu")
@pages.guard("consent.record")
def start() -> str:
    """The form with what the calling page knows already; sent by POST, since a name never stands in an address."""
    known = typed(RecordReleaseSchema(), request.form)
    known.pop("id", None)
    ask_again()
    return _form(blank(RecordReleaseSchema, **{**declaration.FIRST, **known}))


@pages.post("/")
@pages.guard("consent.record")
def record() -> Any:
    form = submitted(RecordReleaseSchema)
    if release := carried_out(form, once_checked(record_release)):
        return redirect_to("releases.show", id=release.id, said=_("Schweigepflichtentbindung festgehalten."))
    return _form(form), 422


@pages.get("/<id>")
@pages.guard("consent.see")
def show(id: str) -> str:
    return _detail(id, blank(RevokeReleaseSchema, how="in_person", by="self"))


@pages.post("/<id>/widerruf")
@pages.guard("consent.revoke")
def revoke(id: str) -> Any:
    form = submitted(RevokeReleaseSchema, extra={"release_id": id})
    if carried_out(form, once_told("consent.revoke", Release, "release_id", revoke_release)):
        return redirect_to("releases.show", id=id, said=_("Widerrufen. Anvertrautes wird auf dieser Grundlage nicht mehr weitergegeben."))
    return _detail(id, form), 422


def _form(form: Form) -> str:
    with see() as (session, act):
        return render("referral/release_form.html", **declaration.offered(session, act, form))


def _detail(release_id: str, form: Form) -> str:
    with see() as (session, act):
        release = told(session, "consent.see", Release, release_id)
        subjects = [label for _code, label in choices.categories(release.subjects)]
        return render("referral/release.html", **declaration.shown(session, act, release, form), subjects=subjects)
