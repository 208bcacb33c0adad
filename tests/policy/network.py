"""Two organisations that run every service and refer people to each other, and strangers to try their ids on."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from conftest import START, TOPOLOGY, EmptyDatabases, Houses
from flask import Flask
from kim_bus.directory import Directory
from kim_bus.keys import Keys
from kim_report.app import EXTENSION as REPORT
from kim_report.app import create as create_report
from kim_report.app import open_database
from kim_report.settings import ReportSettings
from kim_runtime.act import Actor
from kim_runtime.clock import SetClock
from kim_runtime.policy import Relation, allowed
from kim_runtime.settings import WebSettings
from kim_web.policy import SIGNED_IN
from kim_web.tables import access_keys, drafts, sessions
from kim_web.web import EXTENSION
from policy import things
from policy.conftest import SERVICES, US
from policy.things import ELSEWHERE, MARK, STRANGER, Organisation
from sqlalchemy import select
from web.copied import application
from web.signed_in import NOBODYS_PROVIDER, bearer, secret_of_session

THEM: Final = "caritas-eifel"
UNDECLARED: Final = "a role nobody declared"  # for it the refusals of known and unknown ids are compared, word for word
ROLES: Final = (
    "intake_staff", "case_manager", "case_lead", "interpreting_coordinator", "budget_officer", "hr_staff", "centre_head", "report_reader",
    "auditor", "hr_auditor", "protected_case_reader", "ops", "service", UNDECLARED,
)  # fmt: skip
NEW_EACH_TIME = re.compile(
    r'name="(?:csrf_token|id|kim_lock)" value="[^"]*"|data-whose="[^"]*"|>[0-9a-f]{12}<'
)  # the last is the request's number
OF_ONE_PERSON = {"draft", "key", "session", "moved"}  # the house keeps them, and nobody but their owner sees them
OF_THE_HOUSE = {("intake", "client")}  # a family comes back wherever it is nearer
DISCLOSED = ("consent", "release", "referral", "letter", "withdrawn")
# Who sees all that the house told of people is said by the service (`disclosures_seen`), and by a note in the table.
ANSWERABLE = {(service, kind): {"auditor"} for service in ("casework", "intake") for kind in DISCLOSED}


@contextmanager
def two_organisations(folder: Path, empty_databases: EmptyDatabases) -> Iterator[tuple[Organisation, Organisation]]:
    """Each has a thing of each kind, and what they sent each other has arrived."""
    everything = str(list(SERVICES)).replace("'", '"')
    text = TOPOLOGY.read_text(encoding="utf-8").replace('bound_to_secrecy = ["casework"]', "")
    text = text.replace('runs = ["casework"]', f"runs = {everything}")
    (folder / "topology.toml").write_text(re.sub(r"(?<=\nevents = )\[.*", '["referral.*"]', text), encoding="utf-8")
    directory = Directory.load(folder / "topology.toml")
    keys = {mailbox: Keys.generate() for mailbox in directory.mailboxes()}
    directory = directory.with_keys({mailbox: own.public() for mailbox, own in keys.items()})
    houses = Houses(folder, empty_databases, directory, keys, SetClock(START))
    both = _opened(houses, US, folder), _opened(houses, THEM, folder)
    for organisation, partner in (both, reversed(both)):
        things.fill(organisation, partner.id, lambda: [house.courier.pump() for _turn in range(4) for house in houses.opened])
    for organisation, reports in zip(both, (1, 2), strict=True):
        things.received(organisation)
        for _turn in range(reports):  # they are numbered in each house, so that theirs has a number ours has not
            desk = organisation.apps["report"].extensions[REPORT]
            frozen = desk.freeze(desk.compose(desk.usual_period(), {}), MARK)
        organisation.things["report"]["frozen"] = frozen.number
    try:
        yield both
    finally:
        houses.close()


def _opened(houses: Houses, organisation: str, folder: Path) -> Organisation:
    roles = {role for service in SERVICES.values() for allowed_to in service.doors().permissions.values() for role in allowed_to}
    made = Organisation(organisation, Actor(f"besitzt-{organisation}", "Besitz", organisation, frozenset(roles)))
    for name, service in SERVICES.items():
        settings = WebSettings(organisation=organisation, secret="x" * 40, **NOBODYS_PROVIDER)
        house = houses(f"{organisation}.{name}", service)
        made.apps[name] = application(service.doors(), house.database, settings, houses.clock, ready=lambda: True)
    reports: Any = {"sources": "", "token": "", "reports": folder / organisation, **NOBODYS_PROVIDER}
    asked = ReportSettings(organisation=organisation, secret="x" * 40, **reports)
    made.apps["report"] = create_report(asked, houses.clock, open_database(asked))
    for app in made.apps.values():
        app.config["WTF_CSRF_ENABLED"] = False  # the walk over the form tokens has it on
    return made


@dataclass
class Visitor:
    """Somebody at a browser and as a program; each request begins with nothing kept from the last."""

    app: Flask
    actor: Actor

    def __post_init__(self) -> None:
        self.cookie, self.key = secret_of_session(self.app, self.actor), bearer(self.app, self.actor)

    def ask(self, method: str, address: str, fields: dict[str, Any], sitting: dict[str, str] | None = None) -> Any:
        """`sitting`: the desk to sit down at first, where the page asks for one."""
        client = self.app.test_client()
        if address.startswith("/api/"):
            body = {"json": fields} if method in {"POST", "PUT", "PATCH"} and fields else {}
            return client.open(address, method=method, headers=self.key, **body)
        client.set_cookie(*self.cookie)
        if sitting:
            client.post("/heute/platz", data=sitting)
        return client.open(address, method=method, data=fields or None)


def stranger(us: Organisation, role: str) -> Actor:
    """Somebody of the house with this role, of another site and another team, who has recorded nothing."""
    return Actor(STRANGER, "Fremd", us.id, frozenset({role}), frozenset({ELSEWHERE}))


def told(answer: Any, ids: Collection[str]) -> tuple[int, str, str]:
    """What an answer says, whichever id was asked for."""
    text, location = NEW_EACH_TIME.sub("", answer.get_data(as_text=True)), answer.headers.get("Location", "")
    for value in sorted(ids, key=len, reverse=True):
        text, location = text.replace(value, "ID"), location.replace(value, "ID")
    return answer.status_code, location, text


def shut_out(app: Flask, role: str, action: str) -> bool:
    """Whether the table refuses the role this action of everything: then its answer is the refusal, whichever id was asked for.

    Of one role that is shut out everywhere more is asked than that, see UNDECLARED.
    """
    table = app.extensions[EXTENSION].doors.permissions
    return role != UNDECLARED and action != SIGNED_IN and role not in table.get(action, frozenset())


def personal(app: Flask, owner: Actor) -> list[Any]:
    """What the owner has open: of these the audit's exception for a refusal says nothing."""
    with app.extensions[EXTENSION].rows.read() as rows:
        return [
            rows.execute(select(table.c[name]).where(table.c.actor_id == owner.id).order_by(table.c[name])).all()
            for table, name in ((drafts, "id"), (access_keys, "id"), (sessions, "id"))
        ]


def house_wide(service: str, app: Flask, role: str, action: str, kinds: Collection[str | None]) -> bool:
    """Whether the table gives the role this action with everything of its house."""
    if OF_ONE_PERSON.intersection(kinds):
        return False
    if any(role in ANSWERABLE.get((service, kind or ""), ()) or (service, kind) in OF_THE_HOUSE for kind in kinds):
        return True
    rules = app.extensions[EXTENSION].doors.rules
    second = {Relation.SECOND_PERSON}  # as anybody is who did no step before
    return any(allowed(rules, {role}, action, second, state) for state in {rule.state for rule in rules if rule.action == action})
