"""The pages on which a thing is closed, that is lifted, and one is opened in an emergency. What it is, the templates of the service say."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from kim_runtime.refusal import NotFound
from kim_web.language import _
from kim_web.page import Form, Pages, act_on, blank, found, may, redirect_to, render, see, submitted
from kim_web.problem import sentence
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from kim_protection.colleagues import colleagues
from kim_protection.doors import Check, known_subject, open_now
from kim_protection.operations import Closing, Opening, emergency_minutes
from kim_protection.wording import PROTECTION_REASONS

Answer = Response | str | tuple[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What is said of a thing once it is closed, once it is open again, and where it was not closed at all."""

    protected: Callable[[Any], str]
    lifted: Callable[[Any], str]
    not_protected: Callable[[Any], str]


def choice_of_reasons(session: Session) -> dict[str, Any]:
    """What every form needs on which something is closed (`protection/protect.html`)."""
    return {"reasons": [(code, _(text)) for code, text in PROTECTION_REASONS.items()], "staff": colleagues(session)}


def closing_pages(
    pages: Pages,
    address: str,
    closing: Closing[Any],
    said: Said,
    *,
    templates: tuple[str, str],
    shown: str,
    left: str,
    lifted: str = "",
    check: Check = known_subject,
    choices: Callable[[Session], Mapping[str, Any]] = choice_of_reasons,
    names: Callable[[Session], Mapping[str, str]] = lambda session: dict(colleagues(session)),
    **words: Any,
) -> None:
    """Four views of `pages`: `show` and `protect` under `address`, `show_lifting` and `lift` under `address`/ende.

    `templates` extend `protection/protect.html` and `protection/lift.html`. `shown` is the page of a thing; who does not see it any more is
    led to `left`. After a lifting everybody is led to `lifted`, if it is named. `choices`: whom it may be about, and why; `names`: of who
    closed it. `words` are for the templates.
    """
    protecting, lifting = closing.action("protect"), closing.action("unprotect")
    ending = f"{address}/ende"

    def extra(id: str) -> dict[str, str]:
        return {closing.locks.thing: id}

    def thing(session: Session, action: str, id: str) -> Any:
        return found(action, session.get(closing.kind, id), closing.missing)

    def led(id: str, seen: bool, said: str) -> Response:
        return redirect_to(shown, id=id, said=said) if seen else redirect_to(left, said=said)

    def form_to_protect(session: Session, id: str, form: Form) -> str:
        of = {"thing": thing(session, protecting, id), "shown": shown, "submitted_to": f"{pages.name}.protect"}
        return render(templates[0], form=form, **of, **choices(session), **words)

    def form_to_lift(session: Session, id: str, form: Form) -> str:
        of = {"thing": thing(session, lifting, id), "shown": shown, "submitted_to": f"{pages.name}.lift"}
        closed = {"protection": closing.locks.protection_of(session, id), "reasons": PROTECTION_REASONS, "names": names(session)}
        return render(templates[1], form=form, **of, **closed, **words)

    @pages.get(address)
    @pages.guard(protecting)
    def show(id: str) -> str:
        with see() as (session, _act):
            return form_to_protect(session, id, blank(closing.protect_schema))

    @pages.post(address)
    @pages.guard(protecting)
    def protect(id: str) -> Answer:
        form = submitted(closing.protect_schema, extra=extra(id))
        if form.command:
            with form.attempt(), act_on() as (session, act):
                check(session, protecting, form.command)
                closed = closing.protect(session, act, form.command)
                seen, sentence = may(closing.action("see"), closed), said.protected(closed)
            if form.ok:
                return led(id, seen, sentence)
        with see() as (session, _act):
            return form_to_protect(session, id, form), 422

    @pages.get(ending)
    @pages.guard(lifting)
    def show_lifting(id: str) -> Answer:
        with see() as (session, _act):
            one = thing(session, closing.action("see"), id)
            if closing.locks.protection_of(session, id) is None:
                return redirect_to(shown, id=id, said=said.not_protected(one), tone="info")
            return form_to_lift(session, id, blank(closing.lift_schema))

    @pages.post(ending)
    @pages.guard(lifting)
    def lift(id: str) -> Answer:
        form = submitted(closing.lift_schema, extra=extra(id))
        if form.command:
            with form.attempt(), act_on() as (session, act):
                check(session, lifting, form.command)
                opened = closing.lift(session, act, form.command)
                seen, sentence = may(closing.action("see"), opened), said.lifted(opened)
            if form.ok:
                return redirect_to(lifted, said=sentence) if lifted else led(id, seen, sentence)
        with see() as (session, _act):
            return form_to_lift(session, id, form), 422


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
    def submit() -> Answer:
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
