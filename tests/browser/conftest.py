"""The demonstration's six houses and its report behind real sockets, in one process, and people who work in them with Chromium.

The houses stand on Thursday, 8 December 2022: the day the Land's written commitment came, with money still in the pots. They know what the
story's set-up and its chapter on posts have done by then; everything else is done by the tests.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from flask import Flask
from kim_casework.model.case import Case
from kim_casework.operations.admit_to_case_management import AdmitToCaseManagement, admit_to_case_management
from kim_demo import scenario
from kim_demo.demonstration import report_settings
from kim_demo.layout import HOUSES, REPORT, Layout
from kim_demo.people import BY_ID
from kim_demo.scenario import COORDINATOR, Scenario, at
from kim_demo.set_up import set_up
from kim_demo.story import posts
from kim_demo.story import set_up as sites
from kim_demo.story.stage import CASEWORK, INTAKE, Stage, Step
from kim_demo.world import PumpedWorld
from kim_intake.operations.propose_admission import ProposeAdmission, propose_admission
from kim_intake.operations.record_consultation import RecordConsultation, record_consultation
from kim_intake.operations.register_client import RegisterClient, register_client
from kim_report.app import create as create_report
from kim_report.app import open_database
from kim_runtime import logs
from kim_runtime.clock import FileClock
from kim_runtime.ids import new_id
from playwright.sync_api import Browser, BrowserContext, Page
from servers.plugin import PATIENCE
from web.signed_in import secret_of_session
from werkzeug.serving import make_server

TODAY = at(date(2022, 12, 8), "10:00")
DESK: dict[str, Any] = {"locale": "de-DE", "timezone_id": "Europe/Berlin", "viewport": {"width": 1280, "height": 900}}
REFUSED = "Failed to load resource: the server responded with a status of 422"  # what Chromium notes of a form that comes back


@dataclass
class Verbund:
    """The houses, where each is served, and the stage the story was played on."""

    world: PumpedWorld
    stage: Stage
    addresses: dict[str, str]
    apps: dict[str, Flask]

    def settle(self) -> None:
        """Let the couriers carry everything that was said."""
        self.world.settle()


@dataclass
class Work:
    """Opens pages: `work("aydin", "intake")` is the page of Selin Aydın, signed in at the intake of her organisation.

    What the browser complains about is kept, whoever's page it was on.
    """

    browser: Browser
    verbund: Verbund
    scripts: bool
    complaints: list[str] = field(default_factory=list)
    contexts: list[BrowserContext] = field(default_factory=list)

    def __call__(self, person: str, service: str, **options: Any) -> Page:
        mailbox = f"{BY_ID[person].organisation}.{service}"
        context = self.browser.new_context(
            base_url=self.verbund.addresses[mailbox], java_script_enabled=self.scripts, **{**DESK, **options}
        )
        context.set_default_timeout(PATIENCE)
        self.contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: self._note(page, message.text) if message.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: self._note(page, str(error)))
        self.sign_in(page, person, service)
        page.goto("/")
        return page

    def sign_in(self, page: Page, person: str, service: str) -> None:
        """From now on it is the page of this person, and of nobody before. Opening a window takes half a second of a core."""
        mailbox = f"{BY_ID[person].organisation}.{service}"
        name, secret = secret_of_session(self.verbund.apps[mailbox], BY_ID[person].actor())
        page.context.clear_cookies()
        page.context.add_cookies([{"name": name, "value": secret, "url": self.verbund.addresses[mailbox]}])

    def close(self) -> None:
        for context in self.contexts:
            context.close()

    def _note(self, page: Page, text: str) -> None:
        if not text.startswith(REFUSED):
            self.complaints.append(f"{page.url}: {text}")


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """The application behind a socket of its own."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()


@contextmanager
def begun(folder: Path, calendar: Callable[[Scenario], Iterable[Step]] | None = None) -> Iterator[Verbund]:
    """The houses as they stand on the day: set up, with their posts; with a calendar, all that happens in it until then."""
    layout = Layout(folder)
    with ExitStack() as stack:
        houses = set_up(layout)
        for house in houses.values():
            stack.callback(house.close)

        def set_clock(moment: datetime) -> None:
            FileClock.write(layout.clock_file, moment)

        world = PumpedWorld(houses, set_clock)
        stage = Stage(world, scenario.load())
        for step in calendar(stage.scenario) if calendar else [*sites.steps(stage.scenario), *posts.steps(stage.scenario)]:
            if step.at < TODAY:
                set_clock(step.at)
                step.run(stage)
                if calendar and step.settle:
                    world.settle(chores=step.chores)
        set_clock(TODAY)
        world.settle()
        apps = {mailbox: houses[mailbox].app() for mailbox in HOUSES}
        addresses = {mailbox: stack.enter_context(served(app)) for mailbox, app in apps.items()}
        sources = ",".join(
            f"{mailbox.partition('.')[2]}={address}" for mailbox, address in addresses.items() if mailbox.startswith(f"{COORDINATOR}.")
        )
        settings = replace(report_settings(layout), sources=sources)
        apps[REPORT] = create_report(settings, settings.clock(), open_database(settings))
        addresses[REPORT] = stack.enter_context(served(apps[REPORT]))
        yield Verbund(world, stage, addresses, apps)


@pytest.fixture(scope="package", params=[True, False], ids=["with script", "without script"])
def scripts(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


@pytest.fixture(scope="package")
def verbund(scripts: bool, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Verbund]:
    """One set of houses for the tests with script, another for those without."""
    with begun(tmp_path_factory.mktemp("verbund")) as standing:
        yield standing


@contextmanager
def at_work(browser: Browser, verbund: Verbund, scripts: bool) -> Iterator[Work]:
    opened = Work(browser, verbund, scripts)
    yield opened
    opened.close()
    assert opened.complaints == []


@pytest.fixture
def work(chromium: Browser, verbund: Verbund, scripts: bool) -> Iterator[Work]:
    with at_work(chromium, verbund, scripts) as opened:
        yield opened


@pytest.fixture
def untouched(chromium: Browser, scripts: bool, tmp_path: Path) -> Iterator[Work]:
    """Houses of the test's own, for what can be done in them but once, such as extending a contract: others find theirs as they were."""
    with begun(tmp_path) as standing, at_work(chromium, standing, scripts) as opened:
        yield opened


@pytest.fixture(autouse=True)
def structured_logs() -> None:
    """Not a line for each request."""
    logs.set_up("tests", "tests", "tests", "ERROR")
    logging.getLogger("werkzeug").setLevel(logging.ERROR)


@pytest.fixture(scope="package")
def family(verbund: Verbund) -> Callable[[str], str]:
    """A family that came three times and is registered with consent, proposed for case management; returns the proposal's id."""

    def come(name: str) -> str:
        desk = verbund.world.desk(INTAKE, "aydin")
        with desk.write() as (session, act):
            talk = RecordConsultation(
                site="aachen-arkaden",
                service="case_management",
                persons_present=4,
                origin="UKR",
                languages=("ukr",),
                topics=("housing", "school"),
            )
            first = record_consultation(session, act, talk)
            registered = RegisterClient(
                site="aachen-arkaden", name=name, languages=("ukr",), persons=4, consent_given_on=act.today, consultation_id=first.id
            )
            client = register_client(session, act, registered)
            for _time in range(2):
                again = replace(talk, id=new_id(), client_id=client.id)
                record_consultation(session, act, again)
            command = ProposeAdmission(
                client_id=client.id, site="aachen-arkaden", need="Wohnung für vier, Schule", consent_given_on=act.today
            )
            propose_admission(session, act, command)
        verbund.settle()
        return command.id

    return come


@pytest.fixture(scope="package")
def case(verbund: Verbund) -> Callable[[str], Case]:
    """A case of Marek Kowalczyk's, known to the interpreting service."""

    def admitted(name: str) -> Case:
        with verbund.world.desk(CASEWORK, "kowalczyk").write() as (session, act):
            command = AdmitToCaseManagement(
                criteria=("complex_need", "many_actors", "voluntary"),
                reasoning="Viele Stellen, niemand hat den Überblick.",
                name=name,
                language="ukr",
                town="05334024",
                site="rathaus-roetgen",
                topics=("housing", "employment"),
            )
            admitted = admit_to_case_management(session, act, command)
        verbund.settle()
        return admitted

    return admitted
