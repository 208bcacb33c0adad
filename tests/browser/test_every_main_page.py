"""The main pages of all services: accessible, within the policy, in one column on a telephone, and in English without German left over."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from kim_bus.tables import PARKED, inbox, interventions
from kim_casework.model.case import Case
from kim_casework.operations.order_interpreting import OrderInterpreting, order_interpreting
from kim_demo.story.stage import CARITAS, CASEWORK
from kim_intake.model.proposal import AdmissionProposal
from kim_interpreting.model.order import Order
from kim_referral.operations.preview_referral import ReferPerson
from kim_referral.operations.record_consent import RecordConsent, record_consent
from kim_referral.operations.record_release import RecordRelease, record_release
from kim_referral.operations.refer_person import refer_person
from kim_runtime.ids import new_id
from kim_staffing.model.contract import Contract
from playwright.sync_api import Page
from sqlalchemy import select

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("scripts", [True], ids=["with script"], indirect=True)]

RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]},
    "resultTypes": ["violations"],  # what passes is only counted: telling it takes longer than finding it
}
NARROW = {"width": 320, "height": 800}
PEOPLE = {
    ("aydin", "intake"): [
        "/heute/platz", "/heute", "/beratungen/neu", "/weitergaben", "/personen", "/personen/{client}", "/vorschlaege",
    ],
    ("kowalczyk", "casework"): [
        "/woche", "/faelle", "/faelle/{case}", "/vorschlaege", "/aufnahme?vorschlag={proposal}", "/sprachmittlung",
        "/sprachmittlung/neu?fall={case}", "/verweisen/", "/verweise/", "/verweise/{referral}", "/einwilligungen/",
        "/einwilligungen/neu", "/einwilligungen/{consent}", "/eingang/",
    ],
    ("jansen", "casework"): ["/eingang/", "/woche"],
    ("demir", "interpreting"): ["/auftraege", "/auftraege/{order}", "/auftraege/neu", "/rechnungen/", "/toepfe/",
         "/toepfe/kim-dolmetschen-2022"],
    ("lenzen", "staffing"): ["/ablauf", "/vertraege/{contract}", "/zusagen", "/zusagen/neu", "/mitbestimmung/neu", "/stellenplan"],
    ("vogt", "interpreting"): ["/betrieb/", "/betrieb/waits-1"],
    ("wirtz", "report"): ["/bericht", "/zahlen", "/festgeschrieben"],
}  # fmt: skip
# Both languages' words, and what is a name: of a person, a pot, the number of a referral or an order.
ALIKE = {"Case Management", "Person", "Phase", "Status", "Service", "Name"}
NAMED = (
    "Olha Lysenko", "Natalia Kowal", "Yusuf Demirci", "Selin Aydın", "R-2022-", "S-2022-", "KIM: zusätzliche Mittel", "order.requested.v1",
)  # fmt: skip
HEADINGS = "nav a, nav [aria-current], h1, h2, h3, th[scope=col], caption"


@pytest.fixture(scope="package")
def shown(verbund: Any, family: Callable[[str], str], case: Callable[[str], Case]) -> dict[str, str]:
    """One of everything, so that no page is empty: ids by their names in the addresses above."""
    proposal, known = family("Olha Lysenko"), case("Yusuf Demirci")
    with verbund.world.desk(CASEWORK, "kowalczyk").write() as (session, act):
        consent = record_consent(
            session,
            act,
            RecordConsent(
                person="Yusuf Demirci",
                purpose="Begleitung in Roetgen",
                recipients=("caritas-eifel",),
                categories=("name", "topics"),
                given_on=act.today,
                valid_to=date(2023, 6, 8),
                informed=True,
                form="written",
                signed=True,
                kept_at="Ordner Arkaden",
                about_kind="case",
                about_id=known.id,
            ),
        )
        release = RecordRelease(
            person="Yusuf Demirci",
            released="Case Management der StädteRegion",
            recipients=("caritas-eifel",),
            subjects=("topics",),
            given_on=act.today,
            valid_to=date(2023, 6, 8),
            informed=True,
            about_kind="case",
            about_id=known.id,
        )
        record_release(session, act, release)
        referred = ReferPerson(
            receiver=CARITAS,
            consent_id=consent.id,
            about_kind="case",
            about_id=known.id,
            name="Yusuf Demirci",
            topics=("housing",),
            desk="Case Management, Arkaden",
        )
        referral = refer_person(session, act, referred)
        order_interpreting(
            session,
            act,
            OrderInterpreting(
                job_kind="document_translation",
                occasion="documents",
                language="ukr",
                service_date=date(2022, 12, 20),
                decides_something=False,
                desk="Case Management, Arkaden",
                requester_town="05334024",
                case_id=known.id,
                keystrokes=5400,
            ),
        )
    verbund.settle()
    found = {"proposal": proposal, "case": known.id, "consent": consent.id, "referral": referral.id}
    for name, service, person, ids in (
        ("client", "intake", "aydin", select(AdmissionProposal.client_id).where(AdmissionProposal.id == proposal)),
        ("order", "interpreting", "demir", select(Order.id).order_by(Order.id)),
        ("contract", "staffing", "lenzen", select(Contract.id).order_by(Contract.id)),
    ):
        with verbund.world.desk(f"staedteregion-aachen.{service}", person).read() as (session, _act):
            found[name] = session.scalars(ids.limit(1)).one()
    return found


@pytest.fixture
def message(verbund: Any) -> Iterator[None]:
    """A message that waits for the operator, once retried in vain. It goes afterwards: houses with one never settle."""
    desk, now = verbund.world.desk("staedteregion-aachen.interpreting", "demir"), datetime.now(UTC)
    came = {"source": "urn:kim:caritas-eifel:casework", "event_id": "waits-1", "name": "order.requested.v1", "subject": "order-77"}
    key = "caritas-eifel.casework.order.requested.v1.staedteregion-aachen"
    kept = {"correlation_id": new_id(), "body": b"{}", "headers": {}, "received_at": now, "next_attempt_at": now}
    parked = {"subjectversion": 1, "routing_key": key, "state": PARKED, "attempts": 30, "reason": "KeyError"}
    tried = {"at": now, "actor": "vogt", "action": "retry", "event_id": "waits-1", "because": ""}
    with desk.write() as (session, _act):
        session.execute(inbox.insert(), {**came, **kept, **parked})
        session.execute(interventions.insert(), tried)
    yield
    with desk.write() as (session, _act):
        session.execute(inbox.delete().where(inbox.c.event_id == "waits-1"))
        session.execute(interventions.delete().where(interventions.c.event_id == "waits-1"))


@pytest.fixture(params=PEOPLE, ids=lambda at: f"{at[0]} in {at[1]}")
def addresses(request: pytest.FixtureRequest, shown: dict[str, str], message: None) -> tuple[str, str, list[str]]:
    person, service = request.param
    return person, service, [path.format(**shown) for path in PEOPLE[request.param]]


def seated(work: Any, person: str, service: str) -> Page:
    page: Page = work(person, service)
    if service == "intake":
        page.goto("/heute/platz")
        page.get_by_role("button", name="Platz 1 Aachen-Arkaden, Case Management").click()
    return page


def faults(page: Page) -> Iterator[str]:
    """What axe finds at the present width, and whether the page is wider than the window."""
    found = Axe().run(page, options=RULES).response["violations"]
    yield from (f"{rule['id']}: {node['html'][:160]}" for rule in found for node in rule["nodes"])
    width, wide = page.evaluate("[innerWidth, document.documentElement.scrollWidth]")
    if wide > width:
        yield f"{wide} pixels wide in a window of {width}"


def test_pages_are_accessible_on_a_desk_and_on_a_telephone(work: Any, addresses: tuple[str, str, list[str]]) -> None:
    person, service, paths = addresses
    page = seated(work, person, service)
    wide = page.viewport_size
    assert wide is not None
    found, titles = [], []
    for path in paths:
        page.set_viewport_size(wide)
        answer = page.goto(path)
        assert answer is not None
        assert answer.status == 200, path
        titles.append(page.title())
        if page.locator("h1").count() != 1:
            found.append(f"{path}: {page.locator('h1').count()} h1")
        found += [f"{path} {fault}" for fault in faults(page)]
        page.set_viewport_size(NARROW)  # type: ignore[arg-type]
        found += [f"{path} at 320 pixels: {fault}" for fault in faults(page)]
    assert found == []
    assert len(set(titles)) == len(titles), titles


def test_in_english_no_heading_is_left_in_german(work: Any, addresses: tuple[str, str, list[str]], shown: dict[str, str]) -> None:
    person, service, paths = addresses
    page = seated(work, person, service)
    spoken: dict[str, list[set[str]]] = {}
    for language in ("de", "en"):
        for path in paths:
            page.goto(f"{path}{'&' if '?' in path else '?'}lang={language}")
            words = {text.strip() for text in page.locator(HEADINGS).all_inner_texts()}
            spoken.setdefault(path, []).append({text for text in words if any(letter.isalpha() for letter in text)})
    both = [(path, text) for path, (german, english) in spoken.items() for text in german & english - ALIKE]
    left = {f"{path}: {text}" for path, text in both if not text.startswith(NAMED)}
    assert left == set()
