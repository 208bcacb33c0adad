"""What every page shows around its content: `site` in the templates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import g, request
from kim_runtime.act import Actor
from kim_runtime.clock import local_day
from markupsafe import escape
from sqlalchemy import Row
from sqlalchemy.exc import OperationalError

from kim_web import drafts, lock_button, whose_page
from kim_web.doors import Doors, NavEntry
from kim_web.form import Form
from kim_web.language import LANGUAGES, _, address_in, asked_again, language, language_address
from kim_web.neighbours import Neighbour
from kim_web.own_drafts import refill, waiting_aside
from kim_web.policy import may
from kim_web.web import Web, this_web

OWN_NAMES = {"de": "Deutsch", "en": "English"}


@dataclass(frozen=True, slots=True)
class Site:
    house: tuple[Neighbour, ...]  # every service of the house

    @property
    def web(self) -> Web:
        return this_web()

    @property
    def neighbours(self) -> list[Neighbour]:
        """The other services this person has something to do in."""
        return self.open_to(self.actor) if self.actor else []

    def open_to(self, person: Actor) -> list[Neighbour]:
        """The other services somebody has something to do in, who may be nobody here."""
        return [one for one in self.house if not one.here and one.is_open_to(person.roles)]

    @property
    def doors(self) -> Doors:
        return self.web.doors

    @property
    def nav(self) -> list[tuple[NavEntry, str]]:
        """The entries this person may use, each with its `aria-current`: the page itself, or the entry a page belongs to."""
        entries = [entry for entry in self.web.doors.nav if may(entry.action)]
        here = {entry.endpoint for entry in entries} & {request.endpoint}
        group = request.blueprint or ""
        around = (entry.endpoint for entry in entries if group in (entry.endpoint.split(".")[0], *entry.pages))
        belongs = "" if here else next(around, "")
        return [(entry, "page" if entry.endpoint in here else "true" if entry.endpoint == belongs else "") for entry in entries]

    def waits(self, entry: NavEntry) -> int:
        """How much waits behind an entry. Without a database nothing is said of it: this page may be the one that says so."""
        if entry.waits is None:
            return 0
        try:
            with self.web.rows.read() as session:
                return entry.waits(session)
        except OperationalError:
            return 0

    @property
    def drafts(self) -> int:
        """How many forms this person began and has not sent."""
        if self.actor is None:
            return 0
        try:
            return drafts.count(self.web.rows, self.actor.id, self.web.real_clock.now(), self.web.settings.draft_days)
        except OperationalError:
            return 0

    @property
    def lock_minutes(self) -> int:
        return self.web.settings.lock_minutes

    @property
    def whose_page(self) -> str:
        return whose_page.mark(self.actor.id) if self.actor else ""

    def entitle(self, title: str) -> str:
        """What the present page is called: said before its content, for the forms in it."""
        g.page_title = escape(title).striptags()
        return ""

    @property
    def title(self) -> str:
        return str(g.get("page_title", ""))

    def refill(self, form: Form, address: str) -> str:
        """The draft this form of an opened page was filled in from."""
        return "" if self.doors.is_provider else refill(form, address)

    def lock_offer(self, content: str) -> lock_button.Offer | None:
        """The form of this page that *Sperren* takes along."""
        return lock_button.offer(content, self.actor.id) if self.actor and not self.doors.is_provider else None

    @property
    def page(self) -> str:
        """Where the present page can be had again; empty: nowhere."""
        return lock_button.address()

    def again_in(self, code: str) -> str:
        """Where a form that came back is sent to be shown once more, in another language."""
        return address_in(code)

    @property
    def request_number(self) -> str:
        """What whoever calls the IT can say of the present request, be it a fault or not: the end of its `correlation_id` in the log."""
        return str(g.get("correlation_id", ""))[-12:]

    def key(self, wanted: str) -> str:
        """An access key for its first bearer on the page, nothing for later ones: a key stands for one thing."""
        used: set[str] = g.setdefault("access_keys", set())
        if wanted in used:
            return ""
        used.add(wanted)
        return wanted

    @property
    def start(self) -> str:
        """The endpoint behind the service's name in the head."""
        return self.web.doors.start if self.web.doors.is_provider else "account.start"

    @property
    def aside(self) -> Row[Any] | None:
        """The draft that waits while its owner does something else first."""
        return None if self.doors.is_provider else waiting_aside()

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
    def recent_days(self) -> list[tuple[str, str]]:
        """Today and yesterday as they are typed, each with its word: offered where a day has been."""
        today = local_day(self.now)
        return [(f"{one:%d.%m.%Y}", words) for one, words in ((today, _("heute")), (today - timedelta(days=1), _("gestern")))]

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

    @property
    def asked_again(self) -> list[tuple[str, str]] | None:
        """What is sent to ask for the present page in another language; None: a link is enough."""
        return asked_again()
