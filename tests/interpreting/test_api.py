"""The JSON door: the same operations, and the figures for the progress report."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from kim_interpreting.operations.cancel_order import CancelOrder, cancel_order
from kim_interpreting.operations.confirm_invoice import ConfirmInvoice, confirm_invoice
from kim_interpreting.operations.pay_invoice import PayInvoice, pay_invoice
from kim_interpreting.operations.perform_order import PerformOrder, perform_order
from kim_interpreting.operations.record_invoice import RecordInvoice, record_invoice
from kim_interpreting.operations.report_statistics import month_figures
from kim_interpreting.operations.schedule_order import ScheduleOrder, schedule_order
from web.signed_in import bearer

KIM, OWN = "kim-dolmetschen-2022", "staedteregion-eigenmittel-2022"
Ask = Callable[..., Any]


@pytest.fixture
def ask(app: Flask, pool: Any, grant: Callable[..., None]) -> Ask:
    """`ask("demir", "get", "/orders/")` as a program that speaks for Demir."""
    pool.on(2022, 1, 10)
    grant()
    pool.on(2022, 9, 1)

    def ask(person: str, method: str, path: str, status: int = 200, **json: Any) -> Any:
        headers = bearer(app, getattr(pool.people, person))
        answer = app.test_client().open(f"/api{path}", method=method.upper(), headers=headers, json=json or None)
        assert answer.status_code == status, answer.get_data(as_text=True)
        return answer.get_json()

    return ask


REQUEST = {
    "requester_kind": "public_body", "requester_town": "05334024", "desk": "Rathaus Roetgen", "case_number": "2022-0041",
    "job_kind": "document_translation", "occasion": "documents", "language": "ukr", "service_date": "2022-09-20", "keystrokes": 4180,
    "editable": False,
}  # fmt: skip


def test_an_order_is_entered_checked_and_approved(ask: Ask) -> None:
    order = ask("demir", "post", "/orders/", 201, **REQUEST)
    assert (order["state"], order["pot"], order["expected"]) == ("checked", KIM, "176.36")
    check = ask("demir", "get", f"/orders/{order['id']}/check")
    assert (check["fitting"], [line["code"] for line in check["items"]]) == (KIM, ["allowed", "no_translations", "other_payers_open"])
    assert (check["items"][0]["before"], check["items"][0]["after"]) == ("30000.00", "29823.64")
    problem = ask("demir", "post", "/orders/approvals", 403, order_id=order["id"])
    assert problem["code"] == "second_person"
    assert ask("oeztuerk", "post", "/orders/approvals", order_id=order["id"])["committed"] == "176.36"
    assert ask("demir", "get", f"/pots/{KIM}")["free"] == "29823.64"
    assert [line["kind"] for line in ask("demir", "get", f"/pots/{KIM}/movements")["items"]] == ["grant", "commitment"]
    assert ask("demir", "get", "/orders/?state=approved")["items"][0]["number"] == "S-2022-0001"


def test_a_refusal_is_a_problem_with_its_code_and_a_sentence(ask: Ask) -> None:
    order = ask("demir", "post", "/orders/", 201, **{**REQUEST, "case_number": None})
    problem = ask("demir", "post", "/orders/checks", 409, order_id=order["id"], pot_id=KIM)
    assert problem["code"] == "case_link_missing"
    assert "Passender Topf: Eigenmittel" in problem["detail"]


def test_wrong_values_are_named_each(ask: Ask) -> None:
    problem = ask("demir", "post", "/orders/", 422, **{**REQUEST, "language": "xx", "minutes": 0, "requester_town": "05334000"})
    assert {error["field"] for error in problem["errors"]} == {"language", "minutes", "requester_town"}


def test_several_reasons_against_a_command_are_named_each(ask: Ask) -> None:
    command = {"id": "p-1", "from_pot_id": KIM, "to_pot_id": KIM, "amount": "0.00", "document": "Verfügung"}
    problem = ask("kraemer", "post", "/pots/reassignments", 409, **command)
    assert problem["code"] == "same_pot"
    assert [(error["field"], error["code"]) for error in problem["errors"]] == [("to_pot_id", "same_pot"), ("amount", "no_amount")]


def test_lists_go_on_where_they_stopped(ask: Ask) -> None:
    for _ in range(3):
        ask("demir", "post", "/orders/", 201, **REQUEST)
    first = ask("demir", "get", "/orders/?limit=2")
    rest = ask("demir", "get", f"/orders/?limit=2&cursor={first['next']}")
    assert [order["number"] for order in first["items"] + rest["items"]] == ["S-2022-0001", "S-2022-0002", "S-2022-0003"]
    assert rest["next"] is None


def test_the_statistics_of_august_are_the_same_in_january(ask: Ask, pool: Any) -> None:
    pool.on(2022, 8, 1)
    paid = pool.approved(service_date=date(2022, 8, 1))
    pool.do(schedule_order, ScheduleOrder(paid.id, "office"))
    pool.do(perform_order, PerformOrder(paid.id))
    invoice = pool.do(record_invoice, RecordInvoice(order_id=paid.id, number="1", dated=date(2022, 8, 2), gross=Decimal("170.00")))
    open_ = pool.approved(job_kind="information_material", occasion="information", service_date=date(2022, 9, 1), keystrokes=5500)
    pool.entered(occasion="medical", job_kind="phone", language="prs", minutes=30, keystrokes=None)
    period = "/statistics?from=2022-03-01&to=2022-08-15"
    told = ask("wirtz", "get", period)
    kim = told["pots"][KIM]
    assert {name: kim[name] for name in ("granted", "committed", "invoiced", "paid", "left", "used_percent")} == {
        "granted": "30000.00", "committed": "232.05", "invoiced": "170.00", "paid": "0.00", "left": "29597.95", "used_percent": "1.3",
    }  # fmt: skip
    assert kim["by_job_kind"] == {
        "document_translation": {"orders": 1, "committed": "0.00", "spent": "170.00"},
        "information_material": {"orders": 1, "committed": "232.05", "spent": "0.00"},
    }
    assert (kim["orders_without_case_link"], kim["as_of"], kim["warnings"]) == (0, "2022-08-15", [])
    assert kim["forecast_year_end"] == "646.47"  # 402.05 in 227 days, 138 days left
    assert told["orders"]["by_state"] == {"approved": 1, "invoiced": 1, "refused": 1}
    assert told["unmet"] == [{"reason": "medical", "language": "prs", "occasion": "medical", "town": "05334024", "count": 1}]

    pool.on(2023, 1, 2)
    pool.do(confirm_invoice, ConfirmInvoice(invoice.id))
    pool.do(pay_invoice, PayInvoice(invoice.id), pool.people.kraemer)
    pool.do(cancel_order, CancelOrder(open_.id))
    assert ask("wirtz", "get", period) == told
    january = ask("wirtz", "get", "/statistics?from=2022-01-01&to=2023-01-02")["pots"][KIM]
    assert (january["paid"], january["committed"], january["left"], january["lapsed"]) == ("170.00", "0.00", "29830.00", "29830.00")


def test_a_period_that_ends_before_it_begins_is_refused(ask: Ask) -> None:
    assert ask("wirtz", "get", "/statistics?from=2022-08-15&to=2022-03-01", 409)["code"] == "period_reversed"


def test_statistics_are_for_who_composes_or_reads_the_report(ask: Ask, app: Flask) -> None:
    address = "/statistics?from=2022-03-01&to=2022-08-15"
    assert ask("demir", "get", address)["period"]["to"] == "2022-08-15"
    stranger = app.test_client().get(f"/api{address}", headers={"Authorization": "Bearer kim_abcdefgh_made-up"})
    assert (stranger.status_code, stranger.json and stranger.json["status"]) == (401, 401)


def test_a_month_for_the_common_report_counts_orders_and_pots(pool: Any, grant: Callable[..., None]) -> None:
    grant()
    pool.approved(service_date=date(2022, 9, 10))
    with pool.house.database.read() as session:
        figures = {(figure.name, figure.by, figure.key): figure.value for figure in month_figures(session, "2022-09")}
    assert figures[("orders", None, None)] == 1
    assert figures[("orders", "state", "approved")] == 1
    assert figures[("pot-committed", "pot", KIM)] == Decimal("176.36")
