"""What every page shows around its content: `site` in the templates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import g
from kim_runtime.act import Actor

from kim_web.doors import Doors
from kim_web.language import LANGUAGES, language, language_address
from kim_web.neighbours import Neighbour
from kim_web.web import Web

OWN_NAMES = {"de": "Deutsch", "en": "English"}


@dataclass(frozen=True, slots=True)
class Site:
    web: Web
    neighbours: tuple[Neighbour, ...]

    @property
    def doors(self) -> Doors:
        return self.web.doors

    @property
    def organisation(self) -> str:
        return self.web.organisation_name

    @property
    def contact(self) -> str:
        return self.web.settings.contact

    @property
    def demo(self) -> bool:
        return self.web.settings.demo

    @property
    def now(self) -> datetime:
        """Business time."""
        return self.web.clock.now()

    @property
    def actor(self) -> Actor | None:
        signed_in: Actor | None = g.get("actor")
        return signed_in

    @property
    def language(self) -> str:
        return language()

    @property
    def languages(self) -> list[tuple[str, str, str]]:
        """Code, own name and address of the present page in each language."""
        return [(code, OWN_NAMES[code], language_address(code)) for code in LANGUAGES]
