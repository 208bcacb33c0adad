"""Das war ich nicht: one's own entries of the last hour, what came to oneself, and what neither of two made, as pages."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from kim_web import entries
from kim_web.account import first_page_of
from kim_web.doors import NavEntry
from kim_web.form import Form, blank, submitted
from kim_web.language import _, mark, plural
from kim_web.page import Pages, act_on, actor, redirect_to, render, see
from kim_web.web import this_web

own_entries = Pages("own_entries", __name__, url_prefix="/eintraege")

STATES = {
    "told": mark("wartet auf Antwort"),
    "accepted": mark("angenommen"),
    "open": mark("offen: war es auch nicht, oder keine Antwort"),
    "settled": mark("geklärt"),
}
SHOWN_FOR = timedelta(days=1)
OPEN_ENTRIES: Final = NavEntry(mark("Offene Einträge"), "own_entries.open_ones", "entry.settle", waits=entries.count_open, begins=True)
ACTION_WORDS: Final[Mapping[str, str]] = {
    "entry.move": mark("Einträge, die andere unter meinem Namen gemacht haben, an diese geben"),
    "entry.settle": mark("Entscheiden, von wem ein Eintrag ist"),
}


@own_entries.get("/")
@own_entries.guard("entry.move")
def show() -> str:
    return _page(blank(entries.MoveEntriesSchema))


@own_entries.post("/")
@own_entries.guard("entry.move")
def move() -> Any:
    form = submitted(entries.MoveEntriesSchema)
    if form.command is None and not form.values.get("entries"):  # said together with what else is missing
        form.add_error("entries", _("Bitte ankreuzen, was nicht von Ihnen ist."))
    if form.command:
        with form.attempt(), act_on() as (session, act):
            moved = entries.move_entries(session, act, form.command)
        if form.ok:
            said = plural("{n} Eintrag steht jetzt auf {person}.", "{n} Einträge stehen jetzt auf {person}.", len(moved))
            return redirect_to("own_entries.show", said=said.format(n=len(moved), person=moved[0].to_name))
    return _page(form), 422


@own_entries.post("/<id>/antwort")
@own_entries.guard("entry.move")
def answer(id: str) -> Response:
    form = submitted(entries.AnswerMoveSchema)
    said, tone = _("Bitte einen der beiden Knöpfe benutzen."), "warning"
    if form.command:
        with act_on() as (session, act):
            entries.answer_move(session, act, id, form.command)
        accepted = form.command.answer == "accepted"
        said = _("Danke. Der Eintrag steht auf Ihrem Namen.") if accepted else _("Danke. Die Leitung sieht den Eintrag jetzt als offen.")
        tone = "success"
    return redirect_to("account.start", said=said, tone=tone)


@own_entries.get("/offen")
@own_entries.guard("entry.settle")
def open_ones() -> str:
    return _open_page()


@own_entries.post("/offen/<id>")
@own_entries.guard("entry.settle")
def settle(id: str) -> Any:
    form = submitted(entries.SettleMoveSchema, form_id=f"entry-{id}")
    if form.command:
        with form.attempt(), act_on() as (session, act):
            entries.settle_move(session, act, id, form.command)
        if form.ok:
            return redirect_to("own_entries.open_ones", said=_("Geklärt."))
    return _open_page(id, form), 422


def given_to_me(session: Session) -> list[tuple[Any, Any, str, str]]:
    """What came to the person signed in and waits for their word: (move, kind, words, id to show). For a service's first page, too."""
    rows = entries.given_to(session, actor().id)
    words = entries.words_of(session, actor(), rows)
    return [(row, *words[row.id]) for row in rows if row.id in words]


def _page(form: Form) -> str:
    with see() as (session, act):
        found = entries.own_entries(session, act)
        gone = entries.given_by(session, actor().id, act.at - SHOWN_FOR)
        words = entries.words_of(session, actor(), gone)
        return render(
            "account/own_entries.html",
            form=form,
            choices=[(one.key, one) for one in found],
            chosen=form.values.get("entries") or [],
            people=_names(entries.others(session, act)),
            given=given_to_me(session),
            gone=[(row, *words[row.id]) for row in gone if row.id in words],
            states={row.id: STATES[entries.state_of(row, act.at)] for row in gone},
            four_eyes=any(kind.against for kind in this_web().doors.entries),
            emergencies=any(action.endswith(".open_in_emergency") for action in this_web().doors.permissions),
            minutes=this_web().settings.not_me_minutes,
        )


def _open_page(tried: str = "", form: Form | None = None) -> str:
    with see() as (session, act):
        kinds = {kind.code: kind.label for kind in this_web().doors.entries}
        rows = entries.open_moves(session, act.at)
        return render(
            "account/open_entries.html",
            rows=[(row, form if form and row.id == tried else blank(entries.SettleMoveSchema, form_id=f"entry-{row.id}")) for row in rows],
            kinds=kinds,
            begins_here=first_page_of(act.actor) == OPEN_ENTRIES.endpoint,
            people=[*_names(entries.others(session, act)), (entries.NOBODY, _("nicht zu klären"))],
        )


def _names(found: list[Any]) -> list[tuple[str, str]]:
    """People to choose from; two of one name are told apart by what the house calls them."""
    names = [one.name for one in found]
    return [(one.id, one.name if names.count(one.name) == 1 else f"{one.name} ({one.id})") for one in found]
