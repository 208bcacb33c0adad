"""What both doors of a service do with closed things alike: what the audit is told, and the page of an emergency."""

from __future__ import annotations

from typing import Any

from kim_runtime.refusal import NotFound
from kim_web.audit import note_done, note_entry, note_refusal
from kim_web.page import Form, Pages, act_on, blank, redirect_to, render, see, submitted
from kim_web.problem import sentence
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from kim_protection.operations import Opening, emergency_minutes


def note_protected(session: Session, action: str, thing: str) -> None:
    """A thing was closed in the same step in which it was made: beside the act of this request a row of its own, which names the thing."""
    note_done(session)
    note_entry(session, action, thing, "")


def open_now(opening: Opening, command: Any) -> Any:
    """The opening, its reason in the audit. A refusal stands there with what it was about; the answer does not say whether there is one.

    Raises NotFound, Refused.
    """
    try:
        with act_on() as (session, act):
            opened = opening.operation(session, act, command)
            note_entry(session, opening.action, f"{opening.things}:{opening.thing(opened)}", opened.reason)
            return opened
    except NotFound:
        with see() as (session, _act):
            note_refusal(f"{opening.things}:{opening.id_of(session, getattr(command, opening.named_by)) or '?'}")
        raise


def emergency_pages(
    opening: Opening, template: str, *, shown: str, listed: str, name: str = "emergencies", address: str = "/notzugriff"
) -> Pages:
    """The page on which somebody says which thing and why, and is led to it.

    `template` extends `protection/emergency.html`; `shown` is the page of a thing, `listed` the one to go back to. A service
    that opens two kinds of things gives the second a `name` and an `address`.
    """
    pages = Pages(name, __name__)

    def page(form: Form) -> str:
        with see() as (session, _act):
            return render(
                template,
                form=form,
                minutes=emergency_minutes(session),
                named_by=opening.named_by,
                listed=listed,
                submitted_to=f"{name}.submit",
            )

    @pages.get(address)
    @pages.guard(opening.action)
    def show() -> str:
        return page(blank(opening.schema))

    @pages.post(address)
    @pages.guard(opening.action)
    def submit() -> Response | tuple[str, int]:
        form = submitted(opening.schema)
        if form.command:
            with form.attempt():
                try:
                    opened = open_now(opening, form.command)
                except NotFound as missing:
                    form.add_error(opening.named_by, sentence(missing))
            if form.ok:
                return redirect_to(shown, id=opening.thing(opened))
        return page(form), 422

    return pages
