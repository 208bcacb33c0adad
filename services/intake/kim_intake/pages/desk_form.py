"""The form of a talk at the desk: the commands' own schemas, with fields that read what is typed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from kim_reference.municipalities import MUNICIPALITIES, responsible
from kim_runtime.act import Act
from kim_web.language import _, language
from marshmallow import post_load
from sqlalchemy.orm import Session

from kim_intake.model.consultation import Consultation, usual_languages, usual_origins
from kim_intake.model.hand_over import HandOver
from kim_intake.operations.consultation_facts import ConsultationFactsSchema
from kim_intake.operations.correct_consultation import CorrectConsultationSchema
from kim_intake.operations.edit_consultation import EditConsultationSchema
from kim_intake.operations.hand_over import HandOverConsultationSchema
from kim_intake.operations.record_consultation import RecordConsultationSchema
from kim_intake.pages import typed_fields, words
from kim_intake.pages.typed_fields import TypedLanguages, TypedOrigin, TypedPlace, TypedTopics
from kim_intake.rules.plausibility import USUAL_AT_MOST

USUAL_SINCE_DAYS = 90  # what is usual at a site is what was recorded there lately


_FACTS = ConsultationFactsSchema().fields


class _Typed(ConsultationFactsSchema):
    place = TypedPlace(metadata=_FACTS["place"].metadata)
    origin = TypedOrigin(metadata=_FACTS["origin"].metadata)
    languages = TypedLanguages(metadata=_FACTS["languages"].metadata)
    shorthand = TypedTopics(metadata={"label": "Themen als Kürzel", "autocomplete": "off"})

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> Any:
        both = (*data.pop("shorthand", ()), *data.get("topics", ()))
        return super().build({**data, "topics": tuple(dict.fromkeys(both))})


class RecordForm(_Typed, RecordConsultationSchema):
    pass


class EditForm(_Typed, EditConsultationSchema):
    pass


class CorrectForm(_Typed, CorrectConsultationSchema):
    pass


class HandOverForm(HandOverConsultationSchema):
    topics = TypedTopics(metadata={"label": "Themen dort als Kürzel", "autocomplete": "off"})


def as_typed(consultation: Consultation) -> dict[str, Any]:
    """A consultation as the form begins with it."""
    return {
        "consultation_id": consultation.id,
        "site": consultation.site_id,
        "service": consultation.service,
        "desk": consultation.desk,
        "persons_present": consultation.persons_present,
        "children": consultation.children,
        "place": consultation.postcode or words.town(consultation.town),
        "origin": words.origin(consultation.origin),
        "languages": words.tongues(consultation.languages),
        "interpreter": consultation.interpreter,
        "topics": consultation.topics,
        "kind": consultation.kind,
        "channel": consultation.channel,
        "minutes": consultation.minutes,
        "concern": consultation.concern,
    }


def begun_with(handed: HandOver) -> dict[str, Any]:
    """What the next desk need not ask again."""
    return {
        "from_hand_over": handed.id,
        "persons_present": handed.persons,
        "children": handed.children,
        "place": handed.postcode or words.town(handed.town),
        "origin": words.origin(handed.origin),
        "languages": words.tongues(handed.languages),
        "topics": handed.topics,
    }


def offers(session: Session, act: Act, site_id: str, since: date) -> Mapping[str, Any]:
    """What the fields offer while typing, the usual of this site first, and what the page's script needs."""
    day = act.today
    usual = usual_origins(session, act, site_id, since)
    spoken = usual_languages(session, act, site_id, since)
    first = [(words.origin(code), words.tongue(spoken[code]) if code in spoken else "") for code in usual]
    rest = sorted({words.origin(choice.code) for choice in typed_fields.origins()} - {name for name, _language in first})
    return {
        "places": [(choice.names[0], responsible_words(session, choice.code, day)) for choice in typed_fields.towns()]
        + [(code, f"{town.german}: {responsible_words(session, code, day)}") for town in MUNICIPALITIES for code in town.postcodes],
        "origins": first + [(name, "") for name in rest],
        "languages": [(choice.names[1 if language() == "en" else 0], choice.names[2]) for choice in typed_fields.tongues()],
        "letters": {letter: words.topic(code) for letter, code in typed_fields.letters().items()},
        "script": {
            "spoken": {words.origin(code): words.tongue(tongue) for code, tongue in spoken.items()},
            "letters": dict(typed_fields.letters()),
            "usual_at_most": USUAL_AT_MOST,
            "unusual": _("Ungewöhnlich: {n} Personen?"),
        },
    }


def responsible_words(session: Session, place: str | None, day: date) -> str:
    """„zuständig: StädteRegion Aachen …“, from a town or postcode; for a place outside the region that it is not known."""
    if not place:
        return ""
    organisation = responsible(place, day)
    if organisation is None:
        return _("Zuständigkeit nicht bekannt: Ort außerhalb der Region")
    directory = session.info["post"].directory
    name = directory.organisation(organisation).name_on(day) if directory.knows(organisation) else organisation
    return _("zuständig: {name}").format(name=name)
