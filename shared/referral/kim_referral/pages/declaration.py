"""What the pages of consents and of releases have in common: what their forms offer, and what is shown of how one was given."""

from __future__ import annotations

from typing import Any

from kim_runtime.act import Act
from kim_web.form import Form
from kim_web.formats import day
from kim_web.language import _
from sqlalchemy.orm import Session

from kim_referral.model.declaration import Declared
from kim_referral.operations.receivers import directory_of, name_of
from kim_referral.pages import choices
from kim_referral.rules.referral_rules import IMMIGRATION_OFFICE

FIRST = {"form": "written", "given_by": "self"}


def offered(session: Session, act: Act, form: Form) -> dict[str, Any]:
    """What the template of a form needs. An immigration office stands last: its first letter is also that of others."""
    others = [one for one in directory_of(session).organisations if one.id != act.organisation]
    others.sort(key=lambda one: (one.kind == IMMIGRATION_OFFICE, one.name_on(act.today).casefold()))
    return {
        "form": form,
        "recipients": [(one.id, one.name_on(act.today)) for one in others],
        "categories": choices.categories(),
        "forms": choices.of(choices.FORMS),
        "givers": choices.of(choices.GIVERS),
    }


def shown(session: Session, act: Act, row: Declared, form: Form) -> dict[str, Any]:
    """What the template of one needs beside its own; `form` is the one that takes it back."""
    taken_back = [
        words for words in (choices.REVOCATION_WAYS.get(row.revoked_how or ""), choices.GIVERS_ON_RECORD.get(row.revoked_by or "")) if words
    ]
    return {
        "declared": row,
        "form": form,
        "today": act.today,
        "recipients": ", ".join(name_of(session, one, act.today) for one in row.recipients),
        "proof": _proof(row),
        "taken_back": ", ".join(_(words) for words in taken_back),
        "ways": choices.of(choices.REVOCATION_WAYS),
        "givers": choices.of(choices.GIVERS),
    }


def _proof(row: Declared) -> list[tuple[str, Any]]:
    """How it was given, as facts."""
    signed = ", " + _("unterschrieben") if row.signed else ""
    giver = f", {row.giver_name}" if row.giver_name else ""
    return [
        (_("Gültig"), _("{first} bis {last}").format(first=day(row.given_on), last=day(row.valid_to))),
        (_("Form"), _(choices.FORMS[row.form]) + signed),
        (_("Unterschriebenes Blatt liegt"), row.kept_at),
        (_("Erteilt von"), _(choices.GIVERS_ON_RECORD[row.given_by]) + giver),
        *([(_("Alter"), row.age)] if row.age is not None else []),
    ]
