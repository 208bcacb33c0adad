"""Arrange a site on its page: name it, and say which bodies sit under its roof, one after the other."""

from __future__ import annotations

from dataclasses import dataclass

from kim_bus.directory import Directory
from kim_events.fields import Code, Id, StrictInt, Text
from kim_reference.municipalities import MUNICIPALITIES
from kim_runtime.act import Act
from kim_runtime.command import CommandSchema
from kim_runtime.database import locked
from kim_runtime.refusal import NotFound, Refused
from marshmallow import validate
from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from kim_intake.model.consultation import Consultation
from kim_intake.model.hand_over import HandOver
from kim_intake.model.site import Site, site
from kim_intake.operations.set_up_site import Body, SetUpSite, set_up_site
from kim_intake.rules.codes import SERVICES

OTHER = "other"  # a body that counsels without this software: known by the organisation that runs it


@dataclass(frozen=True, slots=True)
class NameSite:
    """`site` is the id casework knows it by, too; `municipality` the AGS."""

    site: str
    name: str
    municipality: str


class NameSiteSchema(CommandSchema):
    command = NameSite
    site = Id(required=True, metadata={"label": "Kennung", "hint": "ohne Leerzeichen, dieselbe wie in der Fallarbeit: rathaus-roetgen"})
    name = Text(required=True, shortest=1, longest=120, metadata={"label": "Name"})
    municipality = Code([place.ags for place in MUNICIPALITIES], required=True, metadata={"label": "Gemeinde"})


@dataclass(frozen=True, slots=True)
class PlaceBody:
    """`service` is one of the counselling services or OTHER; `desks` how many desks it has there."""

    site: str
    service: str
    organisation: str
    name: str = ""
    desks: int = 1


class PlaceBodySchema(CommandSchema):
    command = PlaceBody
    site = Id(required=True)
    service = Code((*SERVICES, OTHER), required=True, metadata={"label": "Was es ist"})
    organisation = Id(required=True, metadata={"label": "Wer es betreibt"})
    name = Text(load_default="", longest=120, metadata={"label": "Wie es heißt", "hint": "leer: der übliche Name"})
    desks = StrictInt(load_default=1, validate=validate.Range(0, 99), metadata={"label": "Plätze"})


@dataclass(frozen=True, slots=True)
class TakeAwayBody:
    site: str
    code: str


class TakeAwayBodySchema(CommandSchema):
    command = TakeAwayBody
    site = Id(required=True)
    code = Id(required=True)


def name_site(session: Session, act: Act, command: NameSite) -> Site:
    """Make the site, or call it otherwise; its bodies stay."""
    known = locked(session, Site, command.site)
    return set_up_site(session, act, SetUpSite(command.site, command.name, command.municipality, _bodies(known)))


def place_body(session: Session, act: Act, command: PlaceBody) -> Site:
    """Put a body under the roof, or change the one that stands there.

    Raises NotFound `no_such_site`, Refused `name_missing`, `organisation_unknown`.
    """
    here = _held(session, command.site)
    if command.service == OTHER and not command.name:
        raise Refused("name_missing", "Bitte sagen, wie die Stelle heißt.", "name")
    directory: Directory = session.info["post"].directory
    if command.organisation != act.organisation and not directory.knows(command.organisation):
        raise Refused("organisation_unknown", "Diese Organisation steht nicht im Verzeichnis.", "organisation")
    code = command.organisation if command.service == OTHER else command.service
    body = Body(code, command.organisation, command.name, command.desks)
    bodies = _bodies(here)
    changed = tuple(body if one.code == code else one for one in bodies)
    return set_up_site(session, act, SetUpSite(here.id, here.name, here.municipality, changed if here.body(code) else (*bodies, body)))


def take_away_body(session: Session, act: Act, command: TakeAwayBody) -> Site:
    """Take away a body nobody was counselled by or handed over to. Raises NotFound, Refused `body_in_use`."""
    here = _held(session, command.site)
    if here.body(command.code) is None:
        raise NotFound("no_such_body", "Diese Stelle gibt es an diesem Standort nicht.")
    counselled = exists().where(Consultation.site_id == here.id, Consultation.service == command.code)
    handed_over = exists().where(HandOver.site_id == here.id, HandOver.to_body == command.code)
    if session.scalar(select(counselled)) or session.scalar(select(handed_over)):
        raise Refused("body_in_use", "Hier wurde schon beraten oder hierher weitergegeben: Die Stelle bleibt stehen.")
    bodies = tuple(one for one in _bodies(here) if one.code != command.code)
    return set_up_site(session, act, SetUpSite(here.id, here.name, here.municipality, bodies))


def _held(session: Session, site_id: str) -> Site:
    """The site, which a colleague who arranges it too waits for."""
    return locked(session, Site, site_id) or site(session, site_id)


def _bodies(known: Site | None) -> tuple[Body, ...]:
    return tuple(Body(one.code, one.organisation, one.name, one.desks) for one in known.bodies) if known else ()
