"""Entries given to somebody else, and four eyes: whatever is given to whom, no one person takes both of two steps."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from threading import Event
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from interpreting.conftest import HOUSE, KIM, OWN, Pool
from interpreting.test_that_was_not_me import ARSLAN, PETERS, holder, key_of
from kim_interpreting.doors import DOORS
from kim_interpreting.model import entered
from kim_interpreting.model.base import Base
from kim_interpreting.model.entered import FOUR_EYES, HOLDERS, OTHER_STEP, Entered, took_other_step
from kim_interpreting.model.order import Order
from kim_interpreting.operations.approve_order import ApproveOrder, approve_order
from kim_interpreting.operations.confirm_excess import ConfirmExcess, confirm_excess
from kim_interpreting.operations.confirm_invoice import ConfirmInvoice, confirm_invoice
from kim_interpreting.operations.confirm_reassignment import ConfirmReassignment, confirm_reassignment
from kim_interpreting.operations.enter_order import enter_order
from kim_interpreting.operations.grant_pot import GrantPot, grant_pot
from kim_interpreting.operations.learn_case import LearnCase, learn_case
from kim_interpreting.operations.pay_invoice import PayInvoice, pay_invoice
from kim_interpreting.operations.perform_order import PerformOrder, perform_order
from kim_interpreting.operations.propose_reassignment import ProposeReassignment, propose_reassignment
from kim_interpreting.operations.record_invoice import RecordInvoice, record_invoice
from kim_interpreting.operations.schedule_order import ScheduleOrder, schedule_order
from kim_interpreting.pages.entry_kinds import ENTRY_KINDS
from kim_runtime.act import Act, Actor
from kim_runtime.database import Database
from kim_runtime.entered import ANSWER_WITHIN
from kim_runtime.policy import allowed
from kim_runtime.refusal import Refused
from kim_web.tables import moved_entries
from sqlalchemy import select
from web.own_entries import move
from web.signed_in import sign_in
from web.static_html import faults

SECOND = {"order": "/auftraege/{id}/freigeben", "invoice": "/rechnungen/{id}/mehrbetrag", "confirmation": "/rechnungen/{id}/zahlen",
          "reassignment": f"/toepfe/{KIM}/umbuchungen/{{id}}/bestaetigen"}  # fmt: skip


@dataclass
class Pair:
    """Two steps that two people must take: the first is Demir's. `second` tries the second one, as somebody."""

    pool: Pool
    first: str
    thing: Any
    second: Callable[[Actor], Any]

    def refused(self, actor: Actor) -> str | None:
        """The code with which the second step is refused to them; nothing is kept. The table of the policy says the same."""
        code: str | None = None
        try:
            with self.pool.write() as session:
                self.second(actor)(session)
                raise NothingIsKept
        except NothingIsKept:
            pass
        except Refused as refused:
            code = refused.code
        assert self.allowed(actor) is (code is None), code
        return code

    def allowed(self, actor: Actor) -> bool:
        action = next(kind.action for kind in ENTRY_KINDS if kind.code == FOUR_EYES[self.first])
        with self.pool.house.database.read() as session:
            standing = DOORS.standings[type(self.thing)](actor, session.get_one(type(self.thing), self.thing.id))
            return allowed(DOORS.rules, actor.roles, action, standing.relations, standing.state)

    def take(self, actor: Actor) -> None:
        with self.pool.write() as session:
            self.second(actor)(session)

    def key(self, by: str) -> str:
        return key_of(self.pool, self.first, by)

    @property
    def page(self) -> str:
        """Where it is shown."""
        where = {"order": "/auftraege/{id}", "reassignment": f"/toepfe/{KIM}"}.get(self.first, "/rechnungen/{id}")
        return where.format(id=self.thing.id)

    def second_key(self, by: str) -> str:
        return key_of(self.pool, FOUR_EYES[self.first], by)


class NothingIsKept(Exception):
    pass


# The rule is one for all; the quick tier tries it with orders.
@pytest.fixture(params=[entered.ORDER, *(pytest.param(kind, marks=pytest.mark.slow) for kind in FOUR_EYES if kind != entered.ORDER)])
def pair(request: pytest.FixtureRequest, app: Flask, pool: Pool, grant: Callable[..., None]) -> Pair:
    """Each pair of steps, its first taken by Demir; everybody has signed in before."""
    grant()
    for one in (pool.people.demir, pool.people.oeztuerk, pool.people.kraemer, pool.people.wirtz, ARSLAN, PETERS):
        sign_in(app.test_client(), one)
    operation, thing, command = STEPS[request.param](pool)

    def second(actor: Actor) -> Any:
        return lambda session: operation(session, pool.by(actor), command)

    return Pair(pool, request.param, thing, second)


def _order(pool: Pool) -> Any:
    order = pool.entered()
    return approve_order, order, ApproveOrder(order.id)


def _invoice(pool: Pool, gross: str) -> Any:
    order = pool.do(approve_order, ApproveOrder(pool.do(enter_order, pool.request(), ARSLAN).id), PETERS)
    pool.do(schedule_order, ScheduleOrder(order.id, "office"))
    pool.do(perform_order, PerformOrder(order.id))
    return pool.do(record_invoice, RecordInvoice(order_id=order.id, number="1", dated=pool.by().today, gross=Decimal(gross)))


def _excess(pool: Pool) -> Any:
    bill = _invoice(pool, "900.00")
    return confirm_excess, bill, ConfirmExcess(bill.id, "mehr Text")


def _payment(pool: Pool) -> Any:
    bill = _invoice(pool, "50.00")
    pool.do(confirm_invoice, ConfirmInvoice(bill.id, "billiger"))
    return pay_invoice, bill, PayInvoice(bill.id)


def _reassignment(pool: Pool) -> Any:
    moved = ProposeReassignment(from_pot_id=OWN, to_pot_id=KIM, amount=Decimal(5), document="Verfügung")
    moved = pool.do(propose_reassignment, moved)
    return confirm_reassignment, moved, ConfirmReassignment(moved.id)


STEPS = {entered.ORDER: _order, entered.RECORDING: _excess, entered.CONFIRMATION: _payment, entered.REASSIGNMENT: _reassignment}


def answer(client: FlaskClient, pool: Pool, said: str) -> str:
    """Say it of the one entry that waits for an answer; the id of its move."""
    with pool.house.database.read() as session:
        id = session.scalars(select(moved_entries.c.id).where(moved_entries.c.state == "told")).one()
    assert client.post(f"/eintraege/{id}/antwort", data={"answer": said}).status_code == 303
    return id


def test_who_gave_the_first_step_away_does_not_take_the_second_nor_does_who_got_it(pair: Pair, sit: Any) -> None:
    people = pair.pool.people
    assert (pair.refused(people.demir), pair.refused(people.oeztuerk)) == ("second_person", None)
    assert move(sit("demir"), pair.key("demir"), to="oeztuerk").status_code == 303
    answer(sit("oeztuerk"), pair.pool, "accepted")
    assert (pair.refused(people.demir), pair.refused(people.oeztuerk)) == ("second_person", "second_person")
    with pair.pool.write() as session:
        session.execute(moved_entries.delete())  # what was answered is forgotten after 90 days; under whose name it stood is not
    assert (pair.refused(people.demir), pair.refused(people.oeztuerk), pair.refused(PETERS)) == ("second_person", "second_person", None)
    refused = sit("demir").post(SECOND[pair.first].format(id=pair.thing.id), data={"reason": "mehr Text"}, follow_redirects=True)
    assert "Das muss eine zweite Person tun" in refused.text


def test_the_second_step_never_goes_to_who_took_the_first_and_the_page_says_what_to_do(pair: Pair, sit: Any) -> None:
    pair.take(pair.pool.people.oeztuerk)
    key = pair.second_key("oeztuerk")
    answered = move(sit("oeztuerk"), key, to="demir")
    assert answered.status_code == 422 and faults(answered.text) == []
    assert "Demir hat den anderen der beiden Schritte getan" in answered.text and "der Leitung sagen" in answered.text
    assert holder(pair.pool, key) == "oeztuerk"
    assert move(sit("oeztuerk"), key, to="kraemer").status_code == 303


def test_the_second_step_never_goes_to_who_gave_the_first_away(pair: Pair, app: Flask, sit: Any) -> None:
    move(sit("demir"), pair.key("demir"), to="arslan")
    answer(sign_in(app.test_client(), ARSLAN), pair.pool, "accepted")
    pair.take(pair.pool.people.oeztuerk)
    for person_ in ("demir", "arslan"):
        assert "den anderen der beiden Schritte" in move(sit("oeztuerk"), pair.second_key("oeztuerk"), to=person_).text, person_
    assert move(sit("oeztuerk"), pair.second_key("oeztuerk"), to="kraemer").status_code == 303


def test_the_first_step_never_goes_to_who_took_the_second_or_gave_it_away(pair: Pair, sit: Any) -> None:
    pair.take(pair.pool.people.oeztuerk)
    move(sit("oeztuerk"), pair.second_key("oeztuerk"), to="kraemer")
    key = pair.key("demir")
    answered = move(sit("demir"), key, to="oeztuerk")
    assert answered.status_code == 422 and "Öztürk hat den anderen der beiden Schritte getan" in answered.text
    assert holder(pair.pool, key) == "demir"
    assert move(sit("demir"), key, to="arslan").status_code == 303


def test_while_two_dispute_the_first_step_nobody_takes_the_second(pair: Pair, sit: Any) -> None:
    people = pair.pool.people
    move(sit("demir"), pair.key("demir"), to="oeztuerk")
    id = answer(sit("oeztuerk"), pair.pool, "not_me")
    assert [pair.refused(one) for one in (people.demir, people.kraemer, ARSLAN, PETERS)] == ["first_step_disputed"] * 4
    shown = sit("kraemer").get(pair.page)
    assert "Wer den ersten Schritt getan hat, ist offen" in shown.text and faults(shown.text) == []
    assert SECOND[pair.first].format(id=pair.thing.id) not in shown.text
    assert sit("wirtz").post(f"/eintraege/offen/{id}", data={"to": "arslan"}).status_code == 303
    assert [pair.refused(one) for one in (people.demir, people.oeztuerk, ARSLAN)] == ["second_person"] * 3
    assert pair.refused(people.kraemer) is None


def test_until_the_colleague_who_is_asked_has_answered_nobody_takes_the_second(pair: Pair, sit: Any) -> None:
    """Somebody else may have sat there, and neither of the two: whoever takes the second step now might have taken the first."""
    people = pair.pool.people
    move(sit("demir"), pair.key("demir"), to="oeztuerk")
    assert [pair.refused(one) for one in (people.demir, people.oeztuerk, people.kraemer, PETERS)] == ["first_step_asked"] * 4
    shown = sit("kraemer").get(pair.page)
    assert "ist gefragt und hat noch nicht geantwortet" in shown.text and faults(shown.text) == []
    assert SECOND[pair.first].format(id=pair.thing.id) not in shown.text
    tried = sit("kraemer").post(SECOND[pair.first].format(id=pair.thing.id), data={"reason": "mehr Text"}, follow_redirects=True)
    assert "Bitte dort nachfragen" in tried.text
    answer(sit("oeztuerk"), pair.pool, "accepted")
    assert pair.refused(people.kraemer) is None


def test_a_question_nobody_answers_ends_by_itself_and_is_settled(pair: Pair, sit: Any) -> None:
    people, clock = pair.pool.people, pair.pool.house.clock
    move(sit("demir"), pair.key("demir"), to="oeztuerk")
    clock.set(clock.now() + ANSWER_WITHIN - timedelta(seconds=1))
    assert "Nichts offen" in sit("wirtz").get("/eintraege/offen").text
    with pair.pool.house.database.read() as session:
        id = session.scalars(select(moved_entries.c.id)).one()
    assert sit("wirtz").post(f"/eintraege/offen/{id}", data={"to": "-"}).status_code == 404
    clock.set(clock.now() + timedelta(seconds=1))
    shown = sit("wirtz").get("/eintraege/offen").text
    assert "nein, gefragt am 01.09.2022" in shown and faults(shown) == []
    assert pair.refused(people.kraemer) == "first_step_asked"
    assert sit("wirtz").post(f"/eintraege/offen/{id}", data={"to": "-"}).status_code == 303
    assert (pair.refused(people.kraemer), pair.refused(people.oeztuerk)) == (None, "second_person")
    late = sit("oeztuerk").post(f"/eintraege/{id}/antwort", data={"answer": "accepted"}, follow_redirects=True)
    assert "inzwischen geklärt" in late.text


def test_who_answers_late_is_heard_as_long_as_nobody_has_settled_it(pair: Pair, sit: Any) -> None:
    move(sit("demir"), pair.key("demir"), to="oeztuerk")
    pair.pool.house.clock.set(pair.pool.house.clock.now() + ANSWER_WITHIN)
    answer(sit("oeztuerk"), pair.pool, "accepted")
    assert "Nichts offen" in sit("wirtz").get("/eintraege/offen").text
    assert pair.refused(pair.pool.people.kraemer) is None


def test_where_it_cannot_be_found_out_the_second_is_warned_and_is_none_of_the_two(pair: Pair, sit: Any) -> None:
    people = pair.pool.people
    move(sit("demir"), pair.key("demir"), to="oeztuerk")
    id = answer(sit("oeztuerk"), pair.pool, "not_me")
    assert sit("wirtz").post(f"/eintraege/offen/{id}", data={"to": "-"}).status_code == 303
    assert (pair.refused(people.demir), pair.refused(people.oeztuerk), pair.refused(people.kraemer)) == (
        "second_person", "second_person", None)  # fmt: skip
    shown = sit("kraemer").get(pair.page)
    assert "war nicht zu klären" in shown.text and faults(shown.text) == []


def test_who_settles_gives_the_first_step_to_nobody_who_took_the_second(pair: Pair, app: Flask, sit: Any) -> None:
    pair.take(pair.pool.people.oeztuerk)
    move(sit("demir"), pair.key("demir"), to="arslan")
    id = answer(sign_in(app.test_client(), ARSLAN), pair.pool, "not_me")
    wrong = sit("wirtz").post(f"/eintraege/offen/{id}", data={"to": "oeztuerk"})
    assert wrong.status_code == 422 and "den anderen der beiden Schritte" in wrong.text and faults(wrong.text) == []
    assert holder(pair.pool, key_of(pair.pool, pair.first, "arslan")) == "arslan"


def test_the_officer_who_settles_gets_no_step_of_their_own_by_it(pair: Pair, sit: Any) -> None:
    """Who settles an open entry chooses among others; and takes the second step only where the first never stood under their name."""
    move(sit("demir"), pair.key("demir"), to="kraemer" if pair.first not in {"order"} else "oeztuerk")
    got = "oeztuerk" if pair.first == "order" else "kraemer"
    id = answer(sit(got), pair.pool, "not_me")
    if got == "kraemer":
        refused = sit("kraemer").post(f"/eintraege/offen/{id}", data={"to": "arslan"})
        assert refused.status_code == 422 and "Es geht um Sie selbst" in refused.text
    else:
        refused = sit("kraemer").post(f"/eintraege/offen/{id}", data={"to": "kraemer"})
        assert refused.status_code == 422
    assert pair.refused(pair.pool.people.kraemer) == "first_step_disputed"


def test_an_entry_made_under_another_name_does_not_free_the_hand_that_made_it(pair: Pair, sit: Any) -> None:
    """Öztürk sits at Demir's open desk, takes the first step there, and the second at the own one: giving it back cannot hide that."""
    pair.take(pair.pool.people.oeztuerk)
    answered = move(sit("demir"), pair.key("demir"), to="oeztuerk")
    assert answered.status_code == 422 and "hat niemand ein zweites Mal geprüft" in re.sub(r"\s+", " ", answered.text)


def test_each_kind_that_four_eyes_compare_asks_who_took_the_other_step() -> None:
    asked = {kind.code for kind in ENTRY_KINDS if kind.against is took_other_step}
    assert asked == set(OTHER_STEP) == set(HOLDERS)
    assert all(issubclass(kind.model, Entered) for kind in ENTRY_KINDS)  # which keep under whose name they ever stood
    second = {rule.action for rule in DOORS.rules if rule.relation == "second_person"}
    assert second == {kind.action for kind in ENTRY_KINDS if kind.code in FOUR_EYES.values()}


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database(request: pytest.FixtureRequest, tmp_path: Any) -> Any:
    url = f"sqlite:///{tmp_path}/pool.sqlite3" if request.param == "sqlite" else request.getfixturevalue("postgres_database_url")
    database = Database(url, {"pool": HOUSE, "coordinator": ""})
    Base.metadata.create_all(database.engine)
    yield database
    database.close()


@pytest.mark.parametrize("first", ["give", "approve"])
def test_giving_the_first_step_and_taking_the_second_wait_for_each_other(database: Database, pool: Pool, first: str) -> None:
    """Öztürk approves while Demir gives them the order: whichever begins later sees what the other one did."""
    act = {one.id: Act(HOUSE, "interpreting", one, pool.by().at) for one in (pool.people.demir, pool.people.oeztuerk, pool.people.kraemer)}
    with database.write() as session:
        learn_case(session, act["demir"], LearnCase(case_id="case-41", number="2022-0041", state="open", changed_on=act["demir"].today))
        year = {"period_from": act["demir"].today, "period_to": act["demir"].today + timedelta(days=90)}
        grant_pot(session, act["kraemer"], GrantPot(id=KIM, name="KIM", granted=Decimal(9000), **year))
        order = enter_order(session, act["demir"], pool.request()).id
    begun, ended = Event(), Event()

    def give(session: Any) -> str:
        entry = session.scalars(select(Entered).where(Entered.thing_id == order, Entered.kind == entered.ORDER).with_for_update()).one()
        if "oeztuerk" in took_other_step(session, entry):
            return "refused"
        entry.stand_under(pool.people.oeztuerk)
        return "given"

    def approve(session: Any) -> str:
        try:
            return approve_order(session, act["oeztuerk"], ApproveOrder(order, KIM)).state
        except Refused as refused:
            return refused.code

    def sooner(step: Callable[[Any], str]) -> str:
        with database.write() as session:
            said = step(session)
            begun.set()
            ended.wait(0.3)  # the other one waits meanwhile, and does not end
            return said

    def later(step: Callable[[Any], str]) -> str:
        begun.wait()
        with database.write() as session:
            said = step(session)
        ended.set()
        return said

    steps = (give, approve) if first == "give" else (approve, give)
    with ThreadPoolExecutor(2) as threads:
        outcome = [one.result() for one in (threads.submit(sooner, steps[0]), threads.submit(later, steps[1]))]
    assert outcome == (["given", "second_person"] if first == "give" else ["approved", "refused"])
    with database.read() as session:
        assert session.get_one(Order, order).approved_by not in Entered.names(session, entered.ORDER, order).ids
