"""Where somebody sits: site, counselling service and desk, chosen once and kept with the sign-in."""

from __future__ import annotations

from dataclasses import dataclass

from flask import session as browser
from kim_runtime.act import Act
from kim_web.account import SEAT
from kim_web.page import may
from sqlalchemy.orm import Session

from kim_intake.model.site import Site, SiteBody, sites


@dataclass(frozen=True, slots=True)
class Place:
    site: Site
    body: SiteBody
    desk: int | None

    @property
    def service(self) -> str:
        return self.body.code


def possible(session: Session, act: Act) -> list[Place]:
    """Where this person can sit, one entry a counselling service."""
    return [Place(site, body, None) for site in sites(session) if may("today.see", site) for body in site.services_of(act.organisation)]


def my_place(session: Session, act: Act) -> Place | None:
    """Where this person sits; without asking where there is but one place. None: to be chosen."""
    places = possible(session, act)
    kept = browser.get(SEAT) or {}
    for place in places:
        if place.site.id == kept.get("site") and place.service == kept.get("service"):
            return Place(place.site, place.body, kept.get("desk"))
    return places[0] if len(places) == 1 else None


def sit_down(site: str, service: str, desk: int | None) -> None:
    browser[SEAT] = {"site": site, "service": service, "desk": desk}
