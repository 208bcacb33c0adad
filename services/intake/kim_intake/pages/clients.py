"""Personen: search before anybody is entered (A5), and what is known of one."""

from __future__ import annotations

from flask import request
from kim_protection.colleagues import colleagues, require_known
from kim_protection.doors import note_protected
from kim_protection.wording import PROTECTION_REASONS
from kim_runtime.act import Act
from kim_web.language import _, ask_again
from kim_web.page import Form, Pages, act_on, blank, carried_out, found, may, pressed, redirect_to, render, see, submitted
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from kim_intake.model.client import Client, no_such_client
from kim_intake.model.consultation import Consultation, consultations_seen_of_client, count_of_client, no_such_consultation
from kim_intake.model.proposal import open_proposal_of
from kim_intake.model.protection import LOCKS
from kim_intake.model.search import find_clients, is_too_short
from kim_intake.model.sight import emergencies_to_know, is_closed
from kim_intake.operations.link_consultation import LinkConsultation, link_consultation
from kim_intake.operations.propose_admission import ProposeAdmissionSchema, has_casework, propose_admission
from kim_intake.operations.register_client import RegisterClientSchema, register_client
from kim_intake.pages import place, typed_fields, words
from kim_intake.pages.typed_fields import TypedLanguages, TypedPlace
from kim_intake.rules.admission import FOLLOW_UPS_THAT_SUGGEST, suggests_admission
from kim_intake.rules.codes import KINDS
from kim_intake.rules.return_code import read_code, spoken

pages = Pages("clients", __name__)
_REGISTER = RegisterClientSchema().fields


class RegisterForm(RegisterClientSchema):
    languages = TypedLanguages(metadata=_REGISTER["languages"].metadata)
    place = TypedPlace(allow_none=True, metadata=_REGISTER["place"].metadata)


@pages.get("/personen")
@pages.guard("client.list")
def search() -> str:
    return _search_page("")


@pages.post("/personen/suche")
@pages.guard("client.list")
def find() -> str:
    """What was typed is posted: a name has no business in an address, where histories and logs keep it."""
    ask_again()
    return _search_page(request.form.get("q", "").strip())


def _search_page(typed: str) -> str:
    with see() as (session, act):
        return render(
            "intake/clients.html",
            typed=typed,
            hits=find_clients(session, act, typed) if typed else [],
            about=request.values.get("beratung", ""),
            emergencies=emergencies_to_know(session, act),
            looks_like_code=read_code(typed) is not None,
            too_short=read_code(typed) is None and is_too_short(typed),
            spoken=spoken,
            words=words,
        )


@pages.route("/personen/neu", methods=["GET", "POST"])
@pages.guard("client.register")
def begin() -> str | Response:
    """Only after a search; what was typed there is kept, and what the consultation knows."""
    with see() as (session, act):
        here = place.my_place(session, act)
        if here is None:
            return redirect_to("today.choose")
        ask_again()
        about = request.values.get("beratung") or None
        talk = found("consultation.correct", session.get(Consultation, about), no_such_consultation) if about else None
        form = blank(
            RegisterForm,
            site=here.site.id,
            name=request.form.get("name", ""),
            consultation_id=about,
            languages=words.tongues(talk.languages) if talk else "",
            place=(talk.postcode or words.town(talk.town)) if talk else "",
            persons=talk.persons_present if talk else 1,
        )
        return _register_page(session, form)


@pages.post("/personen")
@pages.guard("client.register")
def register() -> Response | tuple[str, int]:
    form = submitted(RegisterForm)
    if form.command:
        with form.attempt(), act_on() as (session, act):
            require_known(session, form.command.protect_subject, "protect_subject")
            person = register_client(session, act, form.command)
            seen = may("client.see", person)
            closed = bool(form.command.protect_reason) and is_closed(session, person)
            if closed:
                note_protected(session, "client.protect", f"clients:{person.id}")
        if form.ok and seen:
            said = _("Aufgenommen. Rückkehrcode {code}").format(code=spoken(person.code))
            return redirect_to("clients.show", id=person.id, said=f"{said} {_('Die Akte ist geschützt.')}" if closed else said)
        if form.ok:
            return redirect_to("clients.search", said=_("Die Akte ist geschützt."))
    with see() as (session, _act):
        return _register_page(session, form), 422


@pages.post("/personen/<id>/verbinden")
@pages.guard("client.register")
def link(id: str) -> Response:
    """The person at the desk has recognised who it was."""
    about = request.form.get("beratung", "")
    if against := pressed(link_consultation, LinkConsultation(about, id)):
        return redirect_to("clients.search", said=against, tone="warning")
    return redirect_to("consultation.show", id=about, said=_("Mit der Person verbunden."))


@pages.get("/personen/<id>")
@pages.guard("client.see")
def show(id: str) -> str:
    with see() as (session, act):
        here = place.my_place(session, act)
        form = blank(ProposeAdmissionSchema, client_id=id, site=here.site.id if here else "")
        return _page(session, act, id, form)


@pages.post("/personen/<id>/vorschlagen")
@pages.guard("proposal.make")
def propose(id: str) -> Response | tuple[str, int]:
    form = submitted(ProposeAdmissionSchema, extra={"client_id": id})
    if carried_out(form, propose_admission):
        return redirect_to("proposals.listed", said=_("Vorgeschlagen: das Case Management antwortet hier in der Liste."))
    with see() as (session, act):
        return _page(session, act, id, form), 422


def _page(session: Session, act: Act, client_id: str, form: Form) -> str:
    person = found("client.see", session.get(Client, client_id), no_such_client)
    follow_ups = count_of_client(session, person.id, "follow_up")
    talks = consultations_seen_of_client(session, act, person.id)
    topics = tuple(dict.fromkeys(topic for talk in talks for topic in talk.topics))
    return render(
        "intake/client.html",
        person=person,
        talks=talks,
        follow_ups=follow_ups,
        topics=topics,
        suggested=suggests_admission(follow_ups, len(topics)),
        rule=FOLLOW_UPS_THAT_SUGGEST,
        open_proposal=open_proposal_of(session, person.id),
        has_casework=has_casework(session, act.organisation),
        protection=LOCKS.protection_of(session, person.id),
        opened=LOCKS.emergency_of(session, person.id, act.actor.id, act.at),
        form=form,
        kinds=KINDS,
        reasons=PROTECTION_REASONS,
        spoken=spoken,
        words=words,
    )


def _register_page(session: Session, form: Form) -> str:
    return render(
        "intake/register.html",
        form=form,
        languages=[(choice.names[0], choice.names[2]) for choice in typed_fields.tongues()],
        towns=[(choice.names[0], "") for choice in typed_fields.towns()],
        protection_reasons=words.choices(PROTECTION_REASONS),
        colleagues=colleagues(session),
    )
