"""Codes as the words people read, in the language of the request."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from kim_reference import countries, languages, municipalities, topics
from kim_runtime.clock import BERLIN
from kim_web.language import _, language, plural

from kim_intake.model.client import Client
from kim_intake.model.hand_over import HandOver
from kim_intake.model.site import Site
from kim_intake.rules.codes import NO_COUNTRY, SERVICES
from kim_intake.rules.return_code import spoken


def choices(codes: Mapping[str, str]) -> list[tuple[str, str]]:
    """What a select or radio offers: (code, words)."""
    return [(code, _(words)) for code, words in codes.items()]


def topic_choices() -> list[tuple[str, str]]:
    return [(topic.code, topic.name(language())) for topic in topics.TOPICS]


def topic(code: str) -> str:
    return topics.topic(code).name(language())


def topics_line(codes: Iterable[str]) -> str:
    return ", ".join(topic(code) for code in codes)


def origin(code: str) -> str:
    return _(NO_COUNTRY[code]) if code in NO_COUNTRY else countries.country(code).name(language())


def tongue(code: str) -> str:
    return languages.language(code).name(language()) if code in languages.CODES else code


def tongues(codes: Iterable[str]) -> str:
    return ", ".join(tongue(code) for code in codes)


def town(ags: str | None, postcode: str | None = None) -> str:
    """52477 Alsdorf, as far as known."""
    name = municipalities.municipality(ags).name(language()) if ags else ""
    return " ".join(part for part in (postcode or "", name) if part)


def service(code: str) -> str:
    return _(SERVICES[code]) if code in SERVICES else code


def body(site: Site, code: str) -> str:
    """The name of a body at a site."""
    found = site.body(code)
    return service(code) if found is None or code in SERVICES else found.name


def persons(count: int) -> str:
    return plural("{n} Person", "{n} Personen", count).format(n=count)


def clock(at: datetime) -> str:
    """09:02, at the desk."""
    return f"{at.astimezone(BERLIN):%H:%M}"


def ticket(handed: HandOver) -> str:
    """What the next desk reads before they sit down, without a name: 5 Personen, Ukrainisch, Wohnungssuche/Gesundheitsversorgung."""
    parts = [persons(handed.persons), tongues(handed.languages), "/".join(topic(code) for code in handed.topics)]
    return ", ".join(part for part in parts if part)


def protected(person: Client | None) -> str:
    """What is said once a visitor's record is closed: by its code alone they are found again. None: it is closed to who hears this too."""
    code = [_("Rückkehrcode {code}: bitte auf den Zettel schreiben.").format(code=spoken(person.code))] if person else []
    return " ".join([_("Die Akte ist geschützt."), *code])


def candidate(person: Client) -> str:
    """A hit of the search: initial, year, town. Never the whole name."""
    known = [person.initial] if person.is_named else [_("Rückkehrcode {code}").format(code=spoken(person.code))]
    known += [str(person.birth_year)] if person.birth_year else []
    known += [town(person.town)] if person.town else []
    return ", ".join(known)
