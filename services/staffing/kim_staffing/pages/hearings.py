"""Mitbestimmung: ask the body that has a say, for several contracts at once, and record its answer in its own words."""

from __future__ import annotations

from collections.abc import Mapping

from kim_runtime.act import Act
from kim_web.language import _
from kim_web.page import Form, Pages, blank, carried_out, redirect_to, render, see, submitted
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from kim_staffing.model.contract import contract_by_id
from kim_staffing.model.ending import EndingContract, ending_contracts
from kim_staffing.model.hearing import hearings
from kim_staffing.operations.ask_council import (
    AskCouncilSchema,
    RecordCouncilAnswerSchema,
    ask_council,
    record_council_answer,
)
from kim_staffing.pages import words
from kim_staffing.rules.coverage import LEVEL_WORDS, LEVELS
from kim_staffing.rules.fixed_term import GROUNDS

pages = Pages("hearings", __name__)
ANSWERS = {"agreed": "zugestimmt", "refused": "abgelehnt"}


@pages.get("/mitbestimmung")
@pages.guard("council.see")
def listed() -> str:
    with see() as (session, act):
        return _list_page(session, act, {})


@pages.get("/mitbestimmung/neu")
@pages.guard("council.record")
def new() -> str:
    """All contracts that still need consent are ticked; the firmest money there is stands as the money told."""
    with see() as (session, act):
        waiting = _waiting(session, act)
        carried = [one.cover.assurance.level for one in waiting if one.cover.assurance]
        form = blank(
            AskCouncilSchema,
            contracts=[one.contract.id for one in waiting if not one.lamps[2].lit],
            ground_told=waiting[0].contract.ground if waiting else None,
            money_told=max(carried, key=LEVELS.index) if carried else "",
            sent_on=act.today,
        )
        return _ask_page(form, waiting)


@pages.post("/mitbestimmung")
@pages.guard("council.record")
def ask() -> Response | tuple[str, int]:
    form = submitted(AskCouncilSchema)
    if carried_out(form, ask_council):
        return redirect_to("hearings.listed", said=_("Beteiligung eingetragen; die Antwort steht aus"))
    with see() as (session, act):
        return _ask_page(form, _waiting(session, act)), 422


@pages.post("/mitbestimmung/<id>/antwort")
@pages.guard("council.record")
def answer(id: str) -> Response | tuple[str, int]:
    form = submitted(RecordCouncilAnswerSchema, extra={"hearing": id}, form_id=f"answer-{id}")
    if carried_out(form, record_council_answer):
        return redirect_to("expiring.show", said=_("Antwort eingetragen"))
    with see() as (session, act):
        return _list_page(session, act, {id: form}), 422


def _waiting(session: Session, act: Act) -> list[EndingContract]:
    return [one for one in ending_contracts(session, act.today) if one.awaited and one.contract.employer.council]


def _ask_page(form: Form, waiting: list[EndingContract]) -> str:
    contracts = [
        (one.contract.id, f"{one.contract.person.name}, {words.listed(words.post(held.post) for held in one.occupancies)}")
        for one in waiting
    ]
    bodies = sorted({words.council(one.contract.employer.council) for one in waiting})
    return render(
        "staffing/new_hearing.html",
        form=form,
        contracts=contracts,
        bodies=bodies,
        grounds=words.choices(GROUNDS),
        levels=words.choices(LEVEL_WORDS),
    )


def _list_page(session: Session, act: Act, forms: Mapping[str, Form]) -> str:
    found = hearings(session)
    who = {one.id: words.listed(contract_by_id(session, entry.contract_id).person.name for entry in one.contracts) for one in found}
    open_forms = {
        one.id: blank(RecordCouncilAnswerSchema, form_id=f"answer-{one.id}", answered_on=act.today) for one in found if not one.answer
    }
    return render(
        "staffing/hearings.html",
        hearings=found,
        who=who,
        forms={**open_forms, **forms},
        answers=words.choices(ANSWERS),
        answer_words=ANSWERS,
        today=act.today,
        words=words,
    )
