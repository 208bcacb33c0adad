"""Set up a site: its name, its town, and the bodies under its roof. Said again, it makes the site as said."""

from __future__ import annotations

from dataclasses import dataclass

from kim_events.fields import Code, Id, StrictInt, Text
from kim_reference.municipalities import MUNICIPALITIES
from kim_runtime.act import Act
from kim_runtime.command import CommandSchema
from kim_runtime.refusal import Refused
from marshmallow import fields, validate
from sqlalchemy.orm import Session

from kim_intake.model.site import Site, SiteBody
from kim_intake.rules.codes import SERVICES


@dataclass(frozen=True, slots=True)
class Body:
    """A body at a site. `code` is one of this house's counselling services (`case_management`) or any other word (`health_kiosk`)."""

    code: str
    organisation: str
    name: str = ""
    desks: int = 0


@dataclass(frozen=True, slots=True)
class SetUpSite:
    id: str
    name: str
    municipality: str
    bodies: tuple[Body, ...] = ()


class BodySchema(CommandSchema):
    command = Body
    code = Id(required=True)
    organisation = Id(required=True)
    name = Text(longest=120)
    desks = StrictInt(validate=validate.Range(0, 99))


class SetUpSiteSchema(CommandSchema):
    command = SetUpSite
    id = Id(required=True)
    name = Text(required=True, shortest=1, longest=120)
    municipality = Code([place.ags for place in MUNICIPALITIES], required=True)
    bodies = fields.List(fields.Nested(BodySchema))


def set_up_site(session: Session, act: Act, command: SetUpSite) -> Site:
    """Make the site, or make it as the command says. Raises Refused when a body stands there twice."""
    codes = [body.code for body in command.bodies]
    if len(set(codes)) != len(codes):
        raise Refused("body_twice", "Jede Stelle steht an einem Standort nur einmal.", "bodies")
    site = session.get(Site, command.id)
    if site is None:
        site = Site(id=command.id, bodies=[])
        session.add(site)
    site.name, site.municipality = command.name, command.municipality
    present = {body.code: body for body in site.bodies}
    site.bodies = [_body(present.get(body.code), body, position) for position, body in enumerate(command.bodies)]
    session.flush()
    return site


def _body(row: SiteBody | None, body: Body, position: int) -> SiteBody:
    row = row or SiteBody(code=body.code)
    row.name = body.name or SERVICES.get(body.code, body.code)
    row.organisation, row.desks, row.position = body.organisation, body.desks, position
    return row
