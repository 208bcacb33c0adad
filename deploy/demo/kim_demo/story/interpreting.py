"""Orders for interpreting and translation, and the pot of 30,000 € to its last cent.

The translation of a certificate and an interpreter for a talk in June; a translation without a case, which the KIM pot refuses and names
the pot that would fit; flyers over the summer. In November two orders take exactly what is left, and one for 23.80 € finds nothing: the
pot has warned at 75, 90 and 100 %, once each.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from kim_casework.model.order import InterpretingOrder
from kim_casework.operations.order_interpreting import OrderInterpreting, order_interpreting
from kim_interpreting.model.order import Order, order_of_requester
from kim_interpreting.model.pot import Pot
from kim_interpreting.operations.approve_order import ApproveOrder, approve_order
from kim_interpreting.operations.check_order import CheckOrder, check_order
from kim_interpreting.operations.confirm_invoice import ConfirmInvoice, confirm_invoice
from kim_interpreting.operations.pay_invoice import PayInvoice, pay_invoice
from kim_interpreting.operations.perform_order import PerformOrder, perform_order
from kim_interpreting.operations.record_invoice import RecordInvoice, record_invoice
from kim_interpreting.operations.refuse_order import RefuseOrder, refuse_order
from kim_interpreting.operations.schedule_order import ScheduleOrder, schedule_order
from sqlalchemy.orm import Session

from kim_demo.scenario import LAST_DAY, Scenario, at
from kim_demo.story.set_up import INTERPRETER, SMALL_TRANSLATOR, TRANSLATOR, grant_pots
from kim_demo.story.stage import CASEWORK, INTERPRETING, Stage, Step, StoryBroken, expect, must_be_refused

KIM_POT = "kim-dolmetschen-2022"
OWN_MEANS = "staedteregion-eigenmittel-2022"
LINE = 55  # keystrokes, § 11(1) JVEG


@dataclass(frozen=True, slots=True)
class Job:
    """One order: placed, approved the next morning, done and invoiced, paid. `lines` of a text; `minutes` of a talk. `gross` in euro."""

    key: str
    placed: date
    approved: date
    done: date
    paid: date
    gross: Decimal
    kind: str = "information_material"
    lines: int | None = None
    minutes: int | None = None
    editable: bool = True
    provider: str = TRANSLATOR
    small_business: bool = False


JOBS = (
    Job("certificate", date(2022, 6, 10), date(2022, 6, 13), date(2022, 6, 24), date(2022, 7, 8), Decimal("176.36"),
        "document_translation", lines=76, editable=False),
    Job("talk", date(2022, 6, 13), date(2022, 6, 14), date(2022, 6, 24), date(2022, 7, 15), Decimal("212.50"),
        "on_site", minutes=130, provider=INTERPRETER, small_business=True),
    Job("flyers 1", date(2022, 7, 1), date(2022, 7, 4), date(2022, 9, 2), date(2022, 9, 16), Decimal("6426.00"), lines=3000),
    Job("flyers 2", date(2022, 8, 8), date(2022, 8, 9), date(2022, 9, 26), date(2022, 10, 7), Decimal("8568.00"), lines=4000),
    Job("flyers 3", date(2022, 10, 4), date(2022, 10, 5), date(2022, 10, 28), date(2022, 11, 10), Decimal("8568.00"), lines=4000),
    Job("guide", date(2022, 10, 24), date(2022, 10, 25), date(2022, 11, 14), date(2022, 11, 25), Decimal("3213.00"), lines=1500),
    Job("diplomas", date(2022, 11, 7), date(2022, 11, 8), date(2022, 11, 22), date(2022, 12, 5), Decimal("696.15"),
        "document_translation", lines=300, editable=False),
    Job("last but one", date(2022, 11, 21), date(2022, 11, 22), date(2022, 12, 2), date(2022, 12, 14), Decimal("912.49"), lines=426),
    Job("last", date(2022, 11, 21), date(2022, 11, 22), date(2022, 12, 5), date(2022, 12, 15), Decimal("1440.00"),
        lines=800, provider=SMALL_TRANSLATOR, small_business=True),
)  # fmt: skip


def steps(scenario: Scenario) -> list[Step]:
    found = []
    for minute, job in enumerate(JOBS):
        found += [
            Step(at(job.placed, f"10:{minute:02}"), "Auftrag an die Sprachmittlung", _place(job)),
            Step(at(job.approved, f"09:{minute:02}"), "Freigabe: Geld ist gebunden", _approve(job), settle=False),
            Step(at(job.done, f"15:{minute:02}"), "Ausgeführt, Rechnung da", _perform(job), settle=False),
            Step(at(job.paid, f"11:{minute:02}"), "Bestätigt und angeordnet", _pay(job), settle=False),
        ]
    return [
        *found,
        Step(at(date(2022, 6, 14), "10:30"), "Auftrag ohne Fall", _without_case),
        Step(at(date(2022, 6, 15), "09:30"), "Der KIM-Topf sagt nein, und welcher passt", _refuse),
        Step(at(date(2022, 6, 16), "09:00"), "Die Bestellerin liest den Grund", _reason_is_back, settle=False),
        Step(at(date(2022, 11, 23), "10:00"), "Auftrag über 23,80 €", _one_too_many),
        Step(at(date(2022, 11, 24), "09:30"), "Der Topf ist leer und bleibt bei null", _nothing_left, settle=False),
        Step(at(LAST_DAY, "08:00"), "Töpfe des neuen Jahres", _next_year, settle=False),
    ]


def _next_year(stage: Stage) -> None:
    grant_pots(stage, stage.scenario["pots_of_the_next_year"])


def _place(job: Job):  # type: ignore[no-untyped-def]
    def run(stage: Stage) -> None:
        with stage.desk(CASEWORK, "kowalczyk").write() as (session, act):
            order = order_interpreting(
                session,
                act,
                OrderInterpreting(
                    job_kind=job.kind,
                    occasion="counselling" if job.minutes else "documents" if job.kind == "document_translation" else "information",
                    language="ukr",
                    service_date=job.done,
                    decides_something=False,
                    desk="Case Management, Rathaus Roetgen",
                    requester_town="05334024",
                    case_id=stage.kept["case"],
                    starts_at=at(job.done, "10:00") if job.minutes else None,
                    minutes=job.minutes,
                    keystrokes=job.lines * LINE if job.lines else None,
                    editable=job.editable,
                    place="Rathaus Roetgen" if job.minutes else "",
                ),
            )
            stage.kept[job.key] = order.id

    return run


def _arrived(session: Session, stage: Stage, key: str) -> Order:
    """The order at the interpreting service, by the requester's own id of it."""
    order = order_of_requester(session, CASEWORK, stage.kept[key])
    if order is None:
        raise StoryBroken(f"{key}: the order has not arrived at the interpreting service")
    return order


def _approve(job: Job):  # type: ignore[no-untyped-def]
    def run(stage: Stage) -> None:
        with stage.desk(INTERPRETING, "demir").write() as (session, act):
            found = _arrived(session, stage, job.key)
            if job.small_business:
                check_order(session, act, CheckOrder(found.id, small_business=True))
            order = approve_order(session, act, ApproveOrder(found.id))
            expect(f"{job.key}: money set aside", order.committed, job.gross)
            schedule_order(session, act, ScheduleOrder(order.id, job.provider))

    return run


def _perform(job: Job):  # type: ignore[no-untyped-def]
    def run(stage: Stage) -> None:
        with stage.desk(INTERPRETING, "demir").write() as (session, act):
            order = perform_order(session, act, PerformOrder(_arrived(session, stage, job.key).id))
            invoice = record_invoice(
                session,
                act,
                RecordInvoice(order_id=order.id, number=f"2022/{JOBS.index(job) + 101}", dated=job.done, gross=job.gross),
            )
            stage.kept[f"{job.key} invoice"] = invoice.id

    return run


def _pay(job: Job):  # type: ignore[no-untyped-def]
    def run(stage: Stage) -> None:
        invoice_id = stage.kept[f"{job.key} invoice"]
        with stage.desk(INTERPRETING, "demir").write() as (session, act):
            confirm_invoice(session, act, ConfirmInvoice(invoice_id))
        with stage.desk(INTERPRETING, "kraemer").write() as (session, act):
            expect(f"{job.key}: paid", pay_invoice(session, act, PayInvoice(invoice_id)).order.state, "paid")

    return run


def _small_order(stage: Stage, key: str, case_id: str | None, needed: date) -> None:
    """300 keystrokes: the minimum of 20.00 €, gross 23.80 €."""
    with stage.desk(CASEWORK, "kowalczyk").write() as (session, act):
        order = order_interpreting(
            session,
            act,
            OrderInterpreting(
                job_kind="document_translation",
                occasion="documents",
                language="ukr",
                service_date=needed,
                decides_something=False,
                desk="Case Management, Rathaus Roetgen",
                requester_town="05334024",
                case_id=case_id,
                keystrokes=300,
            ),
        )
        stage.kept[key] = order.id


def _without_case(stage: Stage) -> None:
    _small_order(stage, "without case", None, date(2022, 6, 30))


def _refuse(stage: Stage) -> None:
    desk = stage.desk(INTERPRETING, "demir")
    with desk.read() as (session, _act):
        order = _arrived(session, stage, "without case")
        expect("why the KIM pot says no, and who fits", (order.reason, order.fitting_pot_id), ("case_link_missing", OWN_MEANS))
        order_id = order.id

    def force() -> None:
        with desk.write() as (session, act):
            approve_order(session, act, ApproveOrder(order_id, KIM_POT))

    must_be_refused("case_link_missing", force)
    with desk.write() as (session, act):
        refuse_order(session, act, RefuseOrder(order_id))


def _reason_is_back(stage: Stage) -> None:
    with stage.desk(CASEWORK, "kowalczyk").read() as (session, _act):
        order = session.get(InterpretingOrder, stage.kept["without case"])
        found = order and (order.state, order.reason, order.fitting_pot)
        expect("the answer at the requester", found, ("refused", "case_link_missing", OWN_MEANS))


def _one_too_many(stage: Stage) -> None:
    _small_order(stage, "one too many", stage.kept["case"], date(2022, 12, 9))


def _nothing_left(stage: Stage) -> None:
    desk = stage.desk(INTERPRETING, "demir")

    def force() -> None:
        with desk.write() as (session, act):
            approve_order(session, act, ApproveOrder(_arrived(session, stage, "one too many").id, KIM_POT))

    must_be_refused("short", force)
    with desk.read() as (session, _act):
        pot = session.get(Pot, KIM_POT)
        expect("what is free in the pot", pot and pot.free, Decimal("0.00"))
