"""One consultation: what was noted, what became of it, and what can be done with it (A2 after saving, A3)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from flask import url_for
from kim_referral.pages.standing import of_sent
from kim_runtime.act import Act
from kim_web.language import _
from kim_web.page import Form, Pages, act_on, blank, carried_out, found, may, redirect_to, render, see, submitted
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from kim_intake.model.client import Client, client
from kim_intake.model.consultation import Consultation, no_such_consultation
from kim_intake.model.hand_over import hand_overs_of, letters_of
from kim_intake.model.protection import LOCKS
from kim_intake.model.site import site
from kim_intake.operations.correct_consultation import correct_consultation
from kim_intake.operations.edit_consultation import edit_consultation, is_same_day
from kim_intake.operations.hand_over import hand_over, may_be_handed_over_to
from kim_intake.operations.issue_code import IssueCode, issue_code
from kim_intake.pages import words
from kim_intake.pages.desk_form import USUAL_SINCE_DAYS, CorrectForm, EditForm, HandOverForm, as_typed, offers, responsible_words
from kim_intake.rules.codes import CHANNELS, CORRECTION_REASONS, FEEDBACK, HAND_OVER_STATES, INTERPRETERS, KINDS
from kim_intake.rules.consultation_kind import signposted_topics
from kim_intake.rules.plausibility import is_unusual_number
from kim_intake.rules.return_code import spoken

pages = Pages("consultation", __name__)
FIELD_LABELS = {name: field.metadata.get("label", name) for name, field in {**EditForm().fields, **HandOverForm().fields}.items()}


@pages.get("/beratungen/<id>")
@pages.guard("consultation.see")
def show(id: str) -> str:
    with see() as (session, act):
        talk = found("consultation.see", session.get(Consultation, id), no_such_consultation)
        return _page(session, act, talk, blank(HandOverForm, form_id="hand-over", consultation_id=talk.id))


@pages.post("/beratungen/<id>/weitergeben")
@pages.guard("hand_over.make")
def give(id: str) -> Response | tuple[str, int]:
    form = submitted(HandOverForm, extra={"consultation_id": id}, form_id="hand-over")
    if form.command:
        with form.attempt(), act_on() as (session, act):
            made = hand_over(session, act, form.command)
            name = words.body(site(session, made.site_id), made.to_body)
        if form.ok:
            said = _("Weitergegeben an {body}: {ticket}").format(body=name, ticket=words.ticket(made))
            return redirect_to("consultation.show", id=id, said=said)
    with see() as (session, act):
        return _page(session, act, found("hand_over.make", session.get(Consultation, id), no_such_consultation), form), 422


@pages.post("/beratungen/<id>/rueckkehrcode")
@pages.guard("client.register")
def give_code(id: str) -> Response:
    with act_on() as (session, act):
        code = issue_code(session, act, IssueCode(id)).code
    return redirect_to("consultation.show", id=id, said=_("Rückkehrcode {code}: bitte auf den Zettel schreiben.").format(code=spoken(code)))


@pages.get("/beratungen/<id>/aendern")
@pages.guard("consultation.correct")
def begin_change(id: str) -> str:
    with see() as (session, act):
        talk = _to_change(session, id)
        return _change_page(session, act, talk, blank(EditForm if is_same_day(talk, act) else CorrectForm, **as_typed(talk)))


@pages.post("/beratungen/<id>/aendern")
@pages.guard("consultation.correct")
def change(id: str) -> Response | tuple[str, int]:
    """Edit on the day of entry, correct with a reason afterwards."""
    with see() as (session, act):
        same_day = is_same_day(_to_change(session, id), act)
    form = submitted(EditForm if same_day else CorrectForm, extra={"consultation_id": id})
    if carried_out(form, edit_consultation if same_day else correct_consultation):
        return redirect_to("consultation.show", id=id, said=_("Geändert.") if same_day else _("Berichtigt. Der alte Wert bleibt lesbar."))
    with see() as (session, act):
        return _change_page(session, act, _to_change(session, id), form), 422


def _to_change(session: Session, talk_id: str) -> Consultation:
    """Raises NotFound for one that is shown for a while only, as for one that is not shown."""
    return found("consultation.correct", session.get(Consultation, talk_id), no_such_consultation)


def _page(session: Session, act: Act, talk: Consultation, form: Form) -> str:
    here = site(session, talk.site_id)
    handed = hand_overs_of(session, act, talk.id)
    standing_before = {each.to_body for each in handed if each.is_open}
    person = client(session, talk.client_id) if talk.client_id else None
    works = may("consultation.correct", talk)
    return render(
        "intake/consultation.html",
        talk=talk,
        location=here,
        service=words.service(talk.service),
        person=person,
        spoken=spoken,
        form=form,
        bodies=[
            (body.code, words.body(here, body.code))
            for body in here.bodies
            if works and body.code not in (talk.service, *standing_before) and may_be_handed_over_to(session, act.organisation, body)
        ],
        hand_overs=handed,
        letters=letters_of(session, handed),
        standing=lambda letter: of_sent(letter, act.today),
        feedback=words.choices(FEEDBACK),
        hand_over_states=HAND_OVER_STATES,
        same_day=is_same_day(talk, act),
        unusual=is_unusual_number(talk.persons_present),
        legal=[topic for topic in talk.topics if topic in signposted_topics(talk.day)],
        kind=_(KINDS[talk.kind]),
        channel=_(CHANNELS[talk.channel]),
        interpreter=_(INTERPRETERS[talk.interpreter]),
        responsible=responsible_words(session, talk.postcode or talk.town, talk.day),
        referral_starts=_referral_starts(talk, person) if works else [],
        works=works,
        protection=LOCKS.protection_of(session, person.id) if person else None,
        opened=LOCKS.emergency_of(session, person.id, act.actor.id, act.at) if person else None,
        labels=_labels(),
        reasons=CORRECTION_REASONS,
        words=words,
    )


def _change_page(session: Session, act: Act, talk: Consultation, form: Form) -> str:
    here = site(session, str(form.values.get("site") or talk.site_id))
    return render(
        "intake/change.html",
        row=talk,
        form=form,
        location=here,
        same_day=is_same_day(talk, act),
        services=[(body.code, words.body(here, body.code)) for body in here.services_of(act.organisation)],
        reasons=words.choices(CORRECTION_REASONS),
        offers=offers(session, act, here.id, act.today - timedelta(days=USUAL_SINCE_DAYS)),
        topics=words.topic_choices(),
        kinds=words.choices(KINDS),
        channels=words.choices(CHANNELS),
        interpreters=words.choices(INTERPRETERS),
    )


def _referral_starts(talk: Consultation, person: Client | None) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """Consent and referral begin with what is known here: (address, words, fields to post)."""
    about = [("about_kind", "consultation"), ("about_id", talk.id)]
    known = [("persons", str(talk.persons_present)), ("residence_town", talk.town or "")]
    known += [("language", talk.languages[0])] if talk.languages else []
    known += [("topics", topic) for topic in talk.topics]
    if person and person.is_named:
        known += [("name", person.name), ("phone", person.phone), ("birth_year", str(person.birth_year or ""))]
    consent = [("person", person.name)] if person and person.is_named else []
    consent += [("language", talk.languages[0])] if talk.languages else []
    return [
        (url_for("refer.start"), _("Verweis oder Zettel"), about + known),
        (url_for("consents.start"), _("Einwilligung aufnehmen"), about + consent),
    ]


def _labels() -> Mapping[str, Any]:
    return {name: _(label) for name, label in FIELD_LABELS.items()}
