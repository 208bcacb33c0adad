"""Fälle: the list with its search, and the case at a glance (B2) with the contact note on it (B3)."""

from __future__ import annotations

from typing import Any

from flask import request
from kim_protection.rules import EMERGENCIES_SHOWN_FOR
from kim_referral.model.consent import Consent
from kim_referral.model.declaration import declared_about
from kim_referral.model.referral import referrals_about
from kim_referral.model.release import Release
from kim_referral.operations.receivers import name_of
from kim_referral.pages import standing
from kim_runtime.act import Act
from kim_web.form import Form
from kim_web.language import _, ask_again
from kim_web.page import Pages, act_on, blank, carried_out, found, may, redirect_to, render, see, submitted
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from kim_casework.model.case import Case, list_cases
from kim_casework.model.contact import last_contacts, last_kind_used, open_steps
from kim_casework.model.cover import covers_by, covers_of
from kim_casework.model.order import apart_from_older, orders_of
from kim_casework.model.protection import emergencies_since, emergency_of, protected_cases, protection_of
from kim_casework.model.staff import Assignability
from kim_casework.model.team import team_of
from kim_casework.model.week import emergencies_to_know
from kim_casework.operations.find_case import no_case
from kim_casework.operations.finish_step import FinishStep, finish_step, no_step
from kim_casework.operations.household import AddPersonSchema, add_person
from kim_casework.operations.move_phase import MovePhaseSchema, move_phase
from kim_casework.operations.note_contact import NoteContactSchema, note_contact
from kim_casework.pages import words
from kim_casework.pages.colleagues import names_of_colleagues
from kim_casework.rules.follow_up import SHORTEST_MINUTES
from kim_casework.rules.phases import moves_from

pages = Pages("cases", __name__)
LAST_CONTACTS = 5


@pages.get("/faelle")
@pages.guard("case.list")
def listed() -> str:
    return _list("open", "")


@pages.post("/faelle/suche")
@pages.guard("case.list")
def search() -> str:
    """Posted, since a name never stands in an address."""
    ask_again()
    return _list(request.form.get("state", "open"), request.form.get("words", "").strip())


@pages.get("/faelle/<id>")
@pages.guard("case.see")
def show(id: str) -> str:
    with see() as (session, act):
        case = found("case.see", session.get(Case, id), no_case)
        return _at_a_glance(session, act, case, note=_blank_note(session, act, case))


@pages.post("/faelle/<id>/kontakte")
@pages.guard("case.work")
def note(id: str) -> Response | tuple[str, int]:
    form = submitted(NoteContactSchema, extra={"case_id": id}, form_id="note")
    if contact := carried_out(form, note_contact):
        said = _("Notiert. Zählt als Folgeberatung.") if contact.follow_up else _("Notiert. Zählt nicht als Folgeberatung.")
        return redirect_to("cases.show", id=id, said=said)
    with see() as (session, act):
        return _at_a_glance(session, act, found("case.work", session.get(Case, id), no_case), note=form), 422


@pages.get("/faelle/<id>/kontakte")
@pages.guard("case.see")
def contacts(id: str) -> str:
    """Every contact note of the case."""
    with see() as (session, _act):
        case = found("case.see", session.get(Case, id), no_case)
        found_contacts, names = last_contacts(session, id), names_of_colleagues(session)
        return render("casework/contacts.html", case=case, contacts=found_contacts, staff=names, words=words)


@pages.post("/faelle/<id>/schritte/<step_id>")
@pages.guard("case.work")
def finish(id: str, step_id: str) -> Response:
    with act_on() as (session, act):
        if finish_step(session, act, FinishStep(step_id)).case_id != id:  # else the audit would have it of a file that was not touched
            raise no_step()
    if request.form.get("von") == "woche":
        return redirect_to("week.show", said=_("Erledigt."))
    return redirect_to("cases.show", id=id, said=_("Erledigt."))


@pages.post("/faelle/<id>/phase")
@pages.guard("case.work")
def phase(id: str) -> Response | tuple[str, int]:
    form = submitted(MovePhaseSchema, extra={"case_id": id}, form_id="phase")
    if moved := carried_out(form, move_phase):
        return redirect_to("cases.show", id=id, said=_("Phase: {phase}").format(phase=words.say(words.PHASES, moved.phase)))
    with see() as (session, act):
        case = found("case.work", session.get(Case, id), no_case)
        return _at_a_glance(session, act, case, note=_blank_note(session, act, case), phase=form), 422


@pages.get("/faelle/<id>/personen/neu")
@pages.guard("case.work")
def new_person(id: str) -> str:
    with see() as (session, _act):
        case = found("case.work", session.get(Case, id), no_case)
        return render("casework/person.html", case=case, form=blank(AddPersonSchema), words=words)


@pages.post("/faelle/<id>/personen")
@pages.guard("case.work")
def add(id: str) -> Response | tuple[str, int]:
    form = submitted(AddPersonSchema, extra={"case_id": id})
    if person := carried_out(form, add_person):
        return redirect_to("cases.show", id=id, said=_("{name} gehört jetzt zum Fall.").format(name=person.name))
    with see() as (session, _act):
        case = found("case.work", session.get(Case, id), no_case)
        return render("casework/person.html", case=case, form=form, words=words), 422


def _list(state: str, asked: str) -> str:
    with see() as (session, act):
        return render(
            "casework/cases.html",
            cases=list_cases(session, act, state=None if state == "all" else state, words=asked),
            covering={cover.absent: cover.until_day for cover in covers_by(session, act.actor.id, act.today)},
            protected=set(session.scalars(protected_cases())),
            emergencies=emergencies_to_know(session, act),
            team=team_of(session, act.actor.id) if may("case.assign") else None,
            asked=asked,
            state=state,
            staff=names_of_colleagues(session),
            words=words,
        )


def _blank_note(session: Session, act: Act, case: Case) -> Form:
    """The note as it mostly is: today, as last time, with the person whose case it is, half an hour."""
    initial: dict[str, Any] = {
        "day": act.today,
        "kind": last_kind_used(session, act.actor) or "talk",
        "counterpart": "client",
        "minutes": "30",
        "present": [case.holder.id],
        "next_step_who": "manager",
    }
    return blank(NoteContactSchema, form_id="note", **initial)


def _consents(session: Session, act: Act, case: Case) -> list[tuple[Consent, list[str]]]:
    """Consents of the case with the names of whom they cover."""
    given = declared_about(session, Consent, "case", case.id)
    return [(consent, [name_of(session, recipient, act.today) for recipient in consent.recipients]) for consent in given]


def _releases(session: Session, act: Act, case: Case) -> list[tuple[Release, list[str]]]:
    """Releases from confidentiality in the case, with the names of those towards whom they hold."""
    given = declared_about(session, Release, "case", case.id)
    return [(release, [name_of(session, recipient, act.today) for recipient in release.recipients]) for release in given]


def _at_a_glance(session: Session, act: Act, case: Case, note: Form, phase: Form | None = None) -> str:
    this_case = select(Case).where(Case.id == case.id).with_only_columns(Case.id)
    protection = protection_of(session, case.id)
    staff = names_of_colleagues(session)
    orders, older_orders = apart_from_older([order for order in orders_of(session, case.id) if may("order.see", order)])
    return render(
        "casework/case.html",
        case=case,
        works=may("case.work", case),
        protection=protection,
        opened=emergency_of(session, case.id, act.actor.id, act.at),
        covering={cover.absent: cover.until_day for cover in covers_by(session, act.actor.id, act.today)},
        covered=[one for one in covers_of(session, case.responsible, act.today) if protection is None or one.with_protected],
        emergencies=emergencies_since(session, this_case, act.at - EMERGENCIES_SHOWN_FOR),
        today=act.today,
        note=note,
        phase=phase or blank(MovePhaseSchema, form_id="phase"),
        moves=[(code, words.say(words.MOVES, kind).format(phase=words.say(words.PHASES, code))) for code, kind in moves_from(case.phase)],
        adults=[person for person in case.persons if person.is_adult(act.today)],
        consents=_consents(session, act, case),
        releases=_releases(session, act, case),
        referrals=[(referral, standing.of_sent(referral, act.today)) for referral in referrals_about(session, "case", case.id)],
        team=team_of(session, case.responsible),
        steps=open_steps(session, case.id),
        contacts=last_contacts(session, case.id, LAST_CONTACTS),
        orders=orders,
        older_orders=older_orders,
        changes=case.changes,
        leaves_on=Assignability(session).last_chance(case.responsible, act.today) if case.is_open else None,
        staff=staff,
        others_manager="" if case.responsible == act.actor.id else words.colleague(case.responsible, staff),
        shortest=SHORTEST_MINUTES,
        words=words,
    )
