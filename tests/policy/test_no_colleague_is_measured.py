"""No page, JSON door, export or report counts what one colleague did (Leistungs- und Verhaltenskontrolle, § 87(1) no. 6 BetrVG).

Two colleagues do the same work at the same desks, one another number of times than the other, and no two of these numbers are alike. Then
everybody else looks at everything they may: none of the numbers stands in any figure, nor in any answer that names who did it. A third one
works alone at a site with one desk: there the site would be the colleague. One of the two works alone at the two desks of another service:
there the service would be.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from abuse.pages import explore
from abuse.stage import Commits, Person, Target
from casework.conftest import CRITERIA
from flask import Flask
from intake.conftest import ARKADEN, HERZOGENRATH
from kim_casework.operations.admit_to_case_management import AdmitToCaseManagement, admit_to_case_management
from kim_casework.operations.introduce_staff import IntroduceStaff, introduce_staff
from kim_casework.operations.note_contact import NoteContact, note_contact
from kim_casework.operations.order_interpreting import OrderInterpreting, order_interpreting
from kim_intake.model.consultation_figures import consultation_figures
from kim_intake.operations.hand_over import HandOverConsultation, hand_over
from kim_intake.operations.record_consultation import RecordConsultation, record_consultation
from kim_intake.operations.set_up_site import set_up_site
from kim_interpreting.operations.enter_order import EnterOrder, enter_order
from kim_interpreting.operations.grant_pot import GrantPot, grant_pot
from kim_report.app import create as create_report
from kim_report.app import open_database
from kim_report.settings import ReportSettings
from kim_runtime.act import Act, Actor
from kim_runtime.settings import WebSettings
from kim_staffing.operations.create_post import CreatePost, create_post
from kim_staffing.operations.hire import Hire, hire
from kim_staffing.operations.set_up_employer import SetUpEmployer, set_up_employer
from kim_web.app import create_app
from kim_web.policy import OPEN, SIGNED_IN, action_of
from kim_web.web import EXTENSION
from policy.conftest import APPLICATIONS, SERVICES, US
from policy.network import ROLES
from policy.things import YEAR
from web.signed_in import NOBODYS_PROVIDER, bearer, sign_in
from werkzeug.serving import make_server

pytestmark = pytest.mark.slow

PERIOD = f"from={YEAR[0]}&to={YEAR[1]}"
MINUTES = 20  # of each contact, so that the minutes of a colleague are a number of their own too


@dataclass(frozen=True)
class Colleague:
    """Somebody who works, and how often they did each thing."""

    actor: Actor
    consultations: int
    hand_overs: int
    cases: int
    contacts: int
    orders: int
    entered: int
    site: str = ARKADEN.id
    school: int = 0  # talks of school entry, at one of its two desks

    @property
    def names(self) -> tuple[str, ...]:
        return self.actor.id, self.actor.name, self.actor.staff

    @property
    def figures(self) -> tuple[int, ...]:
        counted = (self.consultations, self.hand_overs, self.cases, self.contacts, self.orders, self.entered, self.school)
        return tuple(number for number in (*counted, self.contacts * MINUTES) if number)


WORK = frozenset({"intake_staff", "case_manager", "interpreting_coordinator"})
COLLEAGUES = (
    Colleague(Actor("emsland-ev", "Emsland", US, WORK, staff="stelle-em"), 53, 37, 59, 71, 97, 61, school=89),
    Colleague(Actor("brunner-br", "Brunner", US, WORK, staff="stelle-br"), 47, 41, 67, 73, 83, 43),
)
ALONE = Colleague(Actor("castrop-cs", "Castrop", US, WORK, staff="stelle-cs"), 103, 0, 0, 0, 0, 0, site=HERZOGENRATH.id)
EVERYBODY = (*COLLEAGUES, ALONE)


def counted(text: str, number: int) -> bool:
    """Whether the number stands there as a number of its own: not in a day, a clock, an id, a case number or an amount of cents."""
    written = rf"{number}|{number:,}".replace(",", r"\.")
    return re.search(rf"(?<![\w/#-])(?<!\d[.,:])(?:{written})(?![\w/-]|[.,:]\d)", text) is not None


def visible(html: str) -> str:
    """What can be read of a page: its text, without what its addresses and fields hold."""
    return re.sub(r"<[^>]+>", " ", re.sub(r"(?s)<(style|script)\b.*?</\1>", " ", html))


@dataclass
class House:
    """The organisation: each application, and who else works there."""

    apps: dict[str, Flask] = field(default_factory=dict)
    seen: dict[str, list[tuple[str, str, Any]]] = field(default_factory=dict)

    def answers(self, name: str) -> list[tuple[str, str, Any]]:
        """(role, address, answer) of every page, list, export and figure, as everybody sees it who has done nothing there."""
        if name not in self.seen:
            self.seen[name] = list(self._look(name))
        return self.seen[name]

    def _look(self, name: str) -> Iterator[tuple[str, str, Any]]:
        app = self.apps[name]
        target = Target(name, app, Commits(app.extensions[EXTENSION].rows))
        for role in ROLES:
            actor = Actor("zuschauerin", "Zuschauerin", US, frozenset({role}))
            browser, key = sign_in(app.test_client(), actor), bearer(app, actor)
            answers: dict[str, Any] = {}
            explore(target, Person(actor, browser, key), 60, answers.__setitem__)
            refused: set[str] = set()  # by the table, which knows routes, and not what follows the question mark
            for address in dict.fromkeys((*sorted(answers), *_addresses(app))):
                if address not in answers:
                    if address.partition("?")[0] in refused:
                        continue
                    program = address.startswith("/api/")
                    answers[address] = app.test_client().get(address, headers=key) if program else browser.get(address)
                answer = answers[address]
                if answer.status_code == 200:
                    yield role, address, answer
                elif answer.status_code == 403 and "?" not in address:
                    refused.add(address)


def _addresses(app: Flask) -> Iterator[str]:
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and not rule.arguments and action_of(app, rule.endpoint, "GET") not in {OPEN, SIGNED_IN}:
            yield from (rule.rule, f"{rule.rule}?{PERIOD}")
            if rule.endpoint.startswith("audit."):
                yield from (f"{rule.rule}?wer={one.actor.id}" for one in EVERYBODY)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, empty_databases: Any, directory: Any, keys: Any) -> Iterator[House]:
    from conftest import START, Houses
    from kim_runtime.clock import SetClock

    folder = tmp_path_factory.mktemp("two-colleagues")
    houses, made = Houses(folder, empty_databases, directory, keys, SetClock(START)), House()
    for name, service in SERVICES.items():
        settings = WebSettings(organisation=US, secret="x" * 40, **NOBODYS_PROVIDER)
        opened = houses(f"{US}.{name}", service)
        made.apps[name] = create_app(service.doors(), opened.database, settings, houses.clock, ready=lambda: True)
    _work(made)
    while sum(one.courier.pump() for one in houses.opened):
        pass
    houses.clock.set(datetime(2022, 5, 20, 7, tzinfo=UTC))  # the half of the month in which they worked is over
    servers = [make_server("127.0.0.1", 0, app, threaded=True) for app in made.apps.values()]
    for server in servers:
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    sources = ",".join(f"{name}=http://127.0.0.1:{server.server_port}" for name, server in zip(made.apps, servers, strict=True))
    made.apps["report"] = _report(made, houses.clock, sources, folder)
    yield made
    for server in servers:
        server.shutdown()
    houses.close()


def _report(made: House, clock: Any, sources: str, folder: Path) -> Flask:
    """The report asks with one key; each service knows it."""
    from datetime import date

    from kim_web import access_keys

    reader, key = Actor("bericht", "Bericht", US, frozenset({"report_reader"})), access_keys.new_key()
    for app in made.apps.values():
        web = app.extensions[EXTENSION]
        with web.rows.write() as rows:
            now = web.real_clock.now()
            last = date(now.year + 1, 1, 1)
            access_keys.keep(rows, key, reader, label="report", actions=("statistics.read", "site.see"), ends_on=last, now=now)
    asked = ReportSettings(
        organisation=US, secret="x" * 40, sources=sources, token=key, reports=folder / "reports", begins="2022-01-01", **NOBODYS_PROVIDER
    )
    app = create_report(asked, clock, open_database(asked))
    desk = app.extensions["kim_report"]
    composed = desk.compose(desk.usual_period(), {})
    assert all(source["state"] == "delivered" for source in composed["sources"].values())
    desk.freeze(composed, "Wirtz")
    return app


def _work(made: House) -> None:
    def at(service: str, actor: Actor) -> Any:
        web = made.apps[service].extensions[EXTENSION]
        return web.rows.write(), Act(US, service, actor, web.clock.now())

    for service, set_up in (("intake", _sites), ("casework", _staff), ("interpreting", _pot), ("staffing", _contracts)):
        transaction, act = at(service, COLLEAGUES[0].actor)
        with transaction as session:
            set_up(session, act)
    for colleague in EVERYBODY:
        for service, work in (("intake", _counsel), ("casework", _manage), ("interpreting", _coordinate)):
            transaction, act = at(service, colleague.actor)
            with transaction as session:
                work(session, act, colleague)


def _sites(session: Any, act: Act) -> None:
    for site in (ARKADEN, HERZOGENRATH):
        set_up_site(session, act, site)


def _staff(session: Any, act: Act) -> None:
    for one in EVERYBODY:
        introduce_staff(session, act, IntroduceStaff(one.actor.id, one.actor.name, one.actor.staff, True))


def _pot(session: Any, act: Act) -> None:
    grant_pot(session, act, GrantPot(id="topf", name="Topf", granted=Decimal(90000), period_from=YEAR[0], period_to=YEAR[1]))


def _contracts(session: Any, act: Act) -> None:
    set_up_employer(session, act, SetUpEmployer(US, ((YEAR[0], "StädteRegion"),), own=True, council="personalrat"))
    for one in EVERYBODY:
        post = create_post(session, act, CreatePost(baustein=2, role="case_management", fte=Decimal("1.0"), employer=US))
        hire(session, act, Hire(one.actor.name, post.id, Decimal("1.0"), *YEAR, staff=one.actor.staff))


def _counsel(session: Any, act: Act, colleague: Colleague) -> None:
    facts: Any = {"site": colleague.site, "service": "case_management", "desk": 1, "persons_present": 2, "topics": ("housing",)}
    for turn in range(colleague.consultations):
        talk = record_consultation(session, act, RecordConsultation(**facts))
        if turn < colleague.hand_overs:
            hand_over(session, act, HandOverConsultation(consultation_id=talk.id, to="school_entry"))
    for _turn in range(colleague.school):
        record_consultation(session, act, RecordConsultation(**{**facts, "service": "school_entry"}))


def _manage(session: Any, act: Act, colleague: Colleague) -> None:
    cases = [
        admit_to_case_management(session, act, AdmitToCaseManagement(criteria=CRITERIA, reasoning="Viele Stellen.", name="Anna Beispiel"))
        for _turn in range(colleague.cases)
    ]
    for turn in range(colleague.contacts):
        note_contact(session, act, NoteContact(case_id=cases[turn % len(cases)].id, kind="talk", minutes=MINUTES, text="Gespräch"))
    for _turn in range(colleague.orders):
        order_interpreting(
            session, act,
            OrderInterpreting("document_translation", "documents", "ukr", act.today + timedelta(days=20), False, "Rathaus", "05334024",
                              keystrokes=4000),
        )  # fmt: skip


def _coordinate(session: Any, act: Act, colleague: Colleague) -> None:
    wanted: Any = {
        "requester_kind": "public_body", "requester_town": "05334024", "desk": "Rathaus", "job_kind": "document_translation",
        "occasion": "documents", "language": "ukr", "service_date": act.today, "keystrokes": 4000, "editable": False,
    }  # fmt: skip
    for _turn in range(colleague.entered):
        enter_order(session, act, EnterOrder(**wanted))


@pytest.mark.parametrize("name", APPLICATIONS)
def test_no_answer_counts_what_one_colleague_did(house, name):
    found, looked = [], 0
    for role, address, answer in house.answers(name):
        text = visible(answer.text) if answer.mimetype == "text/html" else answer.get_data(as_text=True)
        looked += 1
        for one in EVERYBODY:
            named = any(said in text for said in one.names)
            of_audit = address.startswith(("/pruefung", "/api/audit"))  # there rows have numbers
            figures = "statisti" in address or (name == "report" and not of_audit)
            hits = [number for number in one.figures if (named or figures) and counted(text, number)]
            if hits:
                found.append(f"{role} {address}: {hits} of {one.actor.name}")
            if figures and named and "text/html" not in answer.mimetype:
                found.append(f"{role} {address}: names {one.actor.name}")
    assert sorted(set(found)) == []
    assert looked > 10


def test_all_of_them_together_are_counted(house):
    """Else the walk would look where nothing is: the sums of the two stand in the figures, and their names on the pages of who may."""
    app = house.apps["intake"]
    key = bearer(app, Actor("leserin", "Leserin", US, frozenset({"report_reader"})))
    total = sum(one.consultations for one in EVERYBODY)
    assert counted(app.test_client().get(f"/api/statistics?{PERIOD}", headers=key).text, total)
    lead = [text.text for role, _address, text in house.answers("casework") if role == "case_lead"]
    assert any(COLLEAGUES[0].actor.name in text for text in lead)
    assert any(counted(visible(answer.text), total) for _role, _address, answer in house.answers("report"))


def test_the_months_before_are_told_of_the_site_where_one_works_alone(house):
    """The council asks where the families came from, site by site (docs/decisions): of a month that is over, and no sooner."""
    app = house.apps["intake"]
    key = bearer(app, Actor("leserin", "Leserin", US, frozenset({"report_reader"})))
    answer = app.test_client().get(f"/api/statistics?{PERIOD}", headers=key).json["consultations"]["case_management"]
    assert HERZOGENRATH.id not in answer["by_site"]
    with app.extensions[EXTENSION].rows.read() as session:
        later = consultation_figures(session, YEAR, YEAR[1])["case_management"]["by_site"]
    assert later[HERZOGENRATH.id]["total"] == ALONE.consultations
    assert set(later[HERZOGENRATH.id]) == {"total", "persons_at_the_table", "by_origin", "by_topic", "by_language"}


# What figures are cut by. None of these is a person who works; whoever adds one says so here.
CUTS = {
    "by_channel", "by_closing_reason", "by_employer", "by_interpreter", "by_job_kind", "by_kind", "by_language", "by_month", "by_occasion",
    "by_origin", "by_phase", "by_reason", "by_receiver", "by_sender", "by_site", "by_state", "by_topic", "by_town",
}  # fmt: skip


@pytest.mark.parametrize("name", APPLICATIONS)
def test_figures_are_cut_by_nothing_that_is_a_colleague(house, name):
    for _role, address, answer in house.answers(name):
        if answer.mimetype == "application/json" and ("statisti" in address or name == "report"):
            names = set(_names(answer.json))
            assert {cut for cut in names if cut.startswith("by_")} <= CUTS, address
            assert not names & {said for one in EVERYBODY for said in one.names}, address


def _names(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from value
        for inner in value.values():
            yield from _names(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _names(inner)
    elif isinstance(value, str):
        yield value
