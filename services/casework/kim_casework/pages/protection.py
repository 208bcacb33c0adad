"""Geschützte Akten: close a case to the house, and lift that."""

from __future__ import annotations

from typing import Any

from kim_protection.pages import Said, closing_pages
from kim_web.language import _
from kim_web.page import Pages
from sqlalchemy.orm import Session

from kim_casework.model.staff import names_of_staff
from kim_casework.operations.protect_case import CLOSING
from kim_casework.pages import words
from kim_casework.pages.colleagues import names_of_colleagues


def _choices(session: Session) -> dict[str, Any]:
    return {"reasons": words.choices(words.PROTECTION_REASONS), "staff": list(names_of_staff(session).items())}


pages = Pages("protection", __name__)
closing_pages(
    pages,
    "/faelle/<id>/schutz",
    CLOSING,
    Said(
        protected=lambda case: _("Fall {number} ist geschützt.").format(number=case.number),
        lifted=lambda case: _("Fall {number} ist nicht mehr geschützt.").format(number=case.number),
        not_protected=lambda case: _("Fall {number} ist nicht geschützt.").format(number=case.number),
    ),
    templates=("casework/protect.html", "casework/lift_protection.html"),
    shown="cases.show",
    left="cases.listed",
    choices=_choices,
    names=names_of_colleagues,
)
