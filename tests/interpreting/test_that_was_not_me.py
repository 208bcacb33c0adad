"""That was not me: what somebody entered at a coordinator's or budget officer's unlocked desk goes to who it was.

Of two steps that two people must take it never makes one person both: `test_moved_four_eyes.py`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from interpreting.conftest import KIM, OWN, Pool, person
from kim_audit.tables import entries as audit
from kim_interpreting.model import entered
from kim_interpreting.model.entered import Entered
from kim_interpreting.operations.add_provider import AddProvider, add_provider
from kim_interpreting.operations.approve_order import ApproveOrder, approve_order
from kim_interpreting.operations.confirm_invoice import ConfirmInvoice, confirm_invoice
from kim_interpreting.operations.confirm_reassignment import ConfirmReassignment, confirm_reassignment
from kim_interpreting.operations.grant_pot import GrantPot, grant_pot
from kim_interpreting.operations.pay_invoice import PayInvoice, pay_invoice
from kim_interpreting.operations.perform_order import PerformOrder, perform_order
from kim_interpreting.operations.propose_reassignment import ProposeReassignment, propose_reassignment
from kim_interpreting.operations.record_invoice import RecordInvoice, record_invoice
from kim_interpreting.operations.schedule_order import ScheduleOrder, schedule_order
from kim_interpreting.operations.withdraw_reassignment import WithdrawReassignment, withdraw_reassignment
from kim_web.tables import moved_entries
from sqlalchemy import select, update
from web.own_entries import PAGE, give_all, move
from web.signed_in import sign_in
from web.static_html import faults

ARSLAN = person("arslan", "Arslan", "interpreting_coordinator")
PETERS = person("peters", "Peters", "budget_officer")


@pytest.fixture(autouse=True)
def signed_in(app: Flask, pool: Pool, grant: Callable[..., None]) -> None:
    """The pots are there since a day, and everybody has signed in before."""
    grant()
    pool.on(2022, 9, 2)
    for one in (pool.people.demir, pool.people.oeztuerk, pool.people.kraemer, pool.people.wirtz, ARSLAN, PETERS):
        sign_in(app.test_client(), one)


def key_of(pool: Pool, kind: str, by: str) -> str:
    """The newest entry of a kind under somebody's name, as the page calls it."""
    with pool.house.database.read() as session:
        found = session.scalars(select(Entered.id).where(Entered.kind == kind, Entered.by == by).order_by(Entered.id.desc())).first()
    assert found is not None, (kind, by)
    return f"{kind}:{found}"


def holder(pool: Pool, key: str) -> str:
    with pool.house.database.read() as session:
        return session.get_one(Entered, key.partition(":")[2]).by


def way_of_an_order(pool: Pool) -> tuple[str, str]:
    """Demir enters, Öztürk approves, Demir does the rest, Krämer pays; the ids of order and invoice."""
    order = pool.approved()
    pool.do(schedule_order, ScheduleOrder(order.id, "office"))
    pool.do(perform_order, PerformOrder(order.id))
    bill = pool.do(record_invoice, RecordInvoice(order_id=order.id, number="2022-117", dated=pool.by().today, gross=Decimal("50.00")))
    pool.do(confirm_invoice, ConfirmInvoice(bill.id, "billiger"))
    pool.do(pay_invoice, PayInvoice(bill.id), pool.people.kraemer)
    return order.id, bill.id


def test_every_kind_of_entry_goes_to_who_made_it_and_each_is_in_the_audit(app: Flask, pool: Pool, sit: Any) -> None:
    with pool.write() as session:  # the pots are somebody else's
        session.execute(update(Entered).values(by="peters", by_name="Peters"))
    order, bill = way_of_an_order(pool)
    pool.do(add_provider, AddProvider(name="Merkzeichen", qualification="sworn", languages=("ukr",)))
    demir = sit("demir")
    page = demir.get(PAGE).text
    assert "Merkzeichen" not in page and "Roetgen" not in page  # it may lie open for all to see
    assert "Rechnung: 2022-117 zu S-2022-0001" in page and "Schritt an einem Auftrag: S-2022-0001: erledigt" in page
    assert "Notzugriff" not in page  # there is none here
    kinds = {entered.ORDER, entered.ORDER_STEP, entered.RECORDING, entered.CONFIRMATION, entered.PROVIDER}
    assert give_all(demir, "demir", "arslan", "Demir") == kinds
    shown = demir.get(f"/auftraege/{order}").text
    assert shown.count(">Arslan<") == 5  # entered, assigned, performed, recorded, confirmed
    assert "sachlich und rechnerisch richtig: Arslan" in re.sub(r"<[^>]+>", "", demir.get(f"/rechnungen/{bill}").text.lower().replace(
        "arslan", "Arslan"))  # fmt: skip


@pytest.mark.slow
def test_the_budget_officers_entries_and_second_steps_go_to_who_made_them(pool: Pool, sit: Any) -> None:
    _order, bill = way_of_an_order(pool)
    kraemer = pool.people.kraemer
    pool.do(
        grant_pot,
        GrantPot(id="neu", name="Spende", granted=Decimal(20), period_from=date(2022, 9, 1), period_to=date(2022, 12, 31)),
        kraemer,
    )
    moved = ProposeReassignment(from_pot_id=OWN, to_pot_id=KIM, amount=Decimal(5), document="Verfügung")
    moved = pool.do(propose_reassignment, moved)
    pool.do(confirm_reassignment, ConfirmReassignment(moved.id), kraemer)
    gone = ProposeReassignment(from_pot_id=OWN, to_pot_id=KIM, amount=Decimal(6), document="Verfügung")
    pool.do(withdraw_reassignment, WithdrawReassignment(pool.do(propose_reassignment, gone).id), kraemer)
    kinds = (entered.PAYMENT, entered.POT, entered.REASSIGNED, entered.REASSIGNMENT_WITHDRAWN)
    keys = [key_of(pool, kind, "kraemer") for kind in kinds]
    desk = sit("kraemer")
    assert move(desk, key_of(pool, entered.POT, "kraemer"), to="arslan").status_code == 422  # pots are the officer's
    assert move(desk, *keys, to="peters").status_code == 303
    assert [holder(pool, key) for key in keys] == ["peters"] * len(keys)
    pot = desk.get(f"/toepfe/{KIM}").text
    assert "zurückgezogen: Peters, 02.09.2022" in pot
    assert "· Peters, 02.09.2022" in pot and pot.count("<td>Peters</td>") == 2  # paid, moved here
    assert desk.get("/toepfe/neu").text.count("<td>Peters</td>") == 1
    assert "Angeordnet: Peters" in re.sub(r"<[^>]+>", "", desk.get(f"/rechnungen/{bill}").text)
    approval = key_of(pool, entered.APPROVAL, "oeztuerk")
    assert move(sit("oeztuerk"), approval, to="kraemer").status_code == 303
    assert holder(pool, approval) == "kraemer"


def test_an_approval_from_the_pot_that_pays_last_goes_to_the_budget_office_alone(pool: Pool, sit: Any) -> None:
    order = pool.entered(case_number=None, other_payers_ruled_out=True)
    pool.do(approve_order, ApproveOrder(order.id, OWN), pool.people.kraemer)
    desk, key = sit("kraemer"), key_of(pool, entered.APPROVAL, "kraemer")
    wrong = move(desk, key, to="arslan")
    assert wrong.status_code == 422 and "darf hier keinen solchen Eintrag machen" in wrong.text
    assert move(desk, key, to="peters").status_code == 303


def test_the_other_person_is_asked_on_their_first_page_and_the_head_settles(app: Flask, pool: Pool, sit: Any) -> None:
    order = pool.entered()
    key = key_of(pool, entered.ORDER, "demir")
    move(sit("demir"), key, to="oeztuerk")
    oeztuerk = sit("oeztuerk")
    page = oeztuerk.get("/auftraege")
    assert "Auf Ihren Namen geschrieben" in page.text and f'href="/auftraege/{order.id}"' in page.text and faults(page.text) == []
    assert "Auf Ihren Namen geschrieben" not in sit("demir").get("/auftraege").text
    (address,) = set(re.findall(r'action="(/eintraege/[^"]+/antwort)"', page.text))
    assert oeztuerk.post(address, data={"answer": "not_me"}).status_code == 303
    with pool.house.database.read() as session:
        (one,) = session.execute(select(moved_entries)).all()
    for settler in ("kraemer", "wirtz"):
        start = sit(settler).get("/auftraege").text
        assert "Offene Einträge" in start
        shown = sit(settler).get("/eintraege/offen").text
        assert "Auftrag" in shown and order.number not in shown and faults(shown) == []
    assert sit("oeztuerk").get("/eintraege/offen").status_code == 403
    wirtz = sit("wirtz")
    assert wirtz.post(f"/eintraege/offen/{one.id}", data={"to": "kraemer"}).status_code == 422  # enters no orders
    assert wirtz.post(f"/eintraege/offen/{one.id}", data={"to": "arslan"}).status_code == 303
    assert (holder(pool, key), pool.order(order.id).entered_by) == ("arslan", "arslan")
    with pool.house.database.read() as session:
        steps = session.execute(select(audit.c.actor_id, audit.c.action, audit.c.reason).where(audit.c.thing == key))
        assert [tuple(row) for row in steps] == [
            ("demir", "entry.move", "from demir to oeztuerk"), ("oeztuerk", "entry.move", "not me either"),
            ("wirtz", "entry.settle", "to arslan"),
        ]  # fmt: skip


def test_another_persons_entry_and_one_of_another_kind_stay(pool: Pool, sit: Any) -> None:
    order = pool.approved()
    theirs, mine = key_of(pool, entered.APPROVAL, "oeztuerk"), key_of(pool, entered.ORDER, "demir")
    desk = sit("demir")
    for key in (theirs, f"provider:{mine.partition(':')[2]}", f"order:{order.id}", "order:0197"):
        answer = move(desk, key, to="arslan")
        assert answer.status_code == 422 and "steht nicht auf Ihrem Namen" in answer.text, key
    assert holder(pool, mine) == "demir"
