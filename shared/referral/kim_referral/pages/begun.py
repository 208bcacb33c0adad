"""A referral that was begun and waits while a consent or a release is recorded for it (`kim_web.own_drafts`)."""

from __future__ import annotations

from typing import Any

from flask import url_for
from kim_runtime.refusal import NotFound
from kim_web.own_drafts import fill_in_aside, typed_aside, waiting_aside
from kim_web.page import see

from kim_referral.model.consent import Consent
from kim_referral.relation import told


def known_from_referral() -> dict[str, Any]:
    """What a new consent or release knows from it: whom it is about, as its consent names them or else as they are called there."""
    if not _is_begun():
        return {}
    typed = typed_aside()
    if consent_id := typed.get("consent_id"):
        try:
            with see() as (session, _act):
                consent = told(session, "consent.see", Consent, consent_id)
                return {"about_kind": consent.about_kind, "about_id": consent.about_id, "person": consent.person}
        except NotFound:
            pass
    known = {
        "about_kind": typed.get("about_kind"), "about_id": typed.get("about_id"), "person": typed.get("name"),
        "language": typed.get("language"),
    }  # fmt: skip
    return {name: value for name, value in known.items() if value}


def rests_on(consent_id: str) -> None:
    """The referral goes on with the consent that was recorded for it."""
    if _is_begun():
        fill_in_aside("consent_id", consent_id)


def _is_begun() -> bool:
    waiting = waiting_aside()
    return waiting is not None and waiting.address == url_for("refer.preview")
