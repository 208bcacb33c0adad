"""Set up a site this house works at: its name and its town. Said again, it makes the site as said."""

from __future__ import annotations

from dataclasses import dataclass

from kim_events.fields import Code, Id, Text
from kim_reference.municipalities import MUNICIPALITIES
from kim_runtime.act import Act
from kim_runtime.command import CommandSchema
from kim_runtime.database import locked
from kim_runtime.entered import Entered
from kim_runtime.reason import give_reason
from sqlalchemy.orm import Session

from kim_casework.model.entered import SITE
from kim_casework.model.site import Site


@dataclass(frozen=True, slots=True)
class SetUpSite:
    """`site` is its id, as intake says it in its events; `municipality` the AGS."""

    site: str
    name: str
    municipality: str


class SetUpSiteSchema(CommandSchema):
    command = SetUpSite
    site = Id(required=True, metadata={"label": "Kennung", "hint": "Dieselbe wie in der Erstberatung, zum Beispiel rathaus-roetgen"})
    name = Text(required=True, shortest=1, longest=120, metadata={"label": "Name"})
    municipality = Code([place.ags for place in MUNICIPALITIES], required=True, metadata={"label": "Gemeinde"})


def set_up_site(session: Session, act: Act, command: SetUpSite) -> Site:
    """Make the site, or make it as the command says."""
    site = locked(session, Site, command.site)
    if site is None:
        site = Site(id=command.site)
        session.add(site)
    site.name, site.municipality = command.name, command.municipality
    give_reason(session, f"site: {site.id}")
    session.add(Entered.in_act(act, SITE, site.id))
    session.flush()
    return site
