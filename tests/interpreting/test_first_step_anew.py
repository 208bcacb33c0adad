"""A first step that was given to somebody else is done anew: then two people are enough again, and nobody is both."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from interpreting.conftest import KIM
from interpreting.test_moved_four_eyes import Pair, answer, pair  # noqa: F401 - a fixture
from interpreting.test_that_was_not_me import key_of
from kim_audit.tables import entries as audit
from kim_interpreting.model.entered import HOLDERS
from sqlalchemy import select
from web.own_entries import move
from web.signed_in import bearer
from web.static_html import faults

ANEW = {"order": "/auftraege/{id}/neu-uebernehmen", "invoice": "/rechnungen/{id}/erfassung-neu",
        "confirmation": "/rechnungen/{id}/bestaetigung-neu", "reassignment": f"/toepfe/{KIM}/umbuchungen/{{id}}/neu"}  # fmt: skip

BY_PROGRAMS = {"order": ("/api/orders/anew", "order_id"), "invoice": ("/api/invoices/recorded-anew", "invoice_id"),
               "confirmation": ("/api/invoices/confirmed-anew", "invoice_id"),
               "reassignment": ("/api/pots/reassignments/anew", "reassignment_id")}  # fmt: skip


def anew(one: Pair, client: Any) -> str:
    """What the page says once the first step was done anew."""
    answered = client.post(ANEW[one.first].format(id=one.thing.id), follow_redirects=True)
    assert answered.status_code == 200 and faults(answered.text) == []
    return str(answered.text)


def first_is(one: Pair) -> str:
    """Whose the first step is, as the thing itself says."""
    with one.pool.house.database.read() as session:
        return str(getattr(session.get_one(type(one.thing), one.thing.id), HOLDERS[one.first][1]))


@pytest.mark.parametrize("again", ["demir", "oeztuerk"])
def test_two_people_are_enough_once_one_of_them_has_done_the_first_step_anew(pair: Pair, sit: Any, again: str) -> None:  # noqa: F811
    people = {"demir": pair.pool.people.demir, "oeztuerk": pair.pool.people.oeztuerk}
    move(sit("demir"), pair.key("demir"), to="oeztuerk")
    answer(sit("oeztuerk"), pair.pool, "accepted")
    assert [pair.refused(one) for one in people.values()] == ["second_person"] * 2  # nobody is left
    assert ANEW[pair.first].format(id=pair.thing.id) in sit(again).get(pair.page).text
    assert "jede andere Person" in anew(pair, sit(again))
    other = next(one for id, one in people.items() if id != again)
    assert (pair.refused(people[again]), pair.refused(other), first_is(pair)) == ("second_person", None, again)
    with pair.pool.house.database.read() as session:
        noted = session.execute(select(audit.c.actor_id, audit.c.outcome, audit.c.reason).where(audit.c.reason.like("first step%"))).one()
    assert tuple(noted) == (again, "done", "first step anew; before under demir, oeztuerk")
    pair.take(other)
    assert "wartet nichts mehr auf einen zweiten Schritt" in anew(pair, sit(again))


def test_whoever_waits_for_an_answer_does_it_anew_and_what_is_said_later_changes_nothing(pair: Pair, sit: Any) -> None:  # noqa: F811
    move(sit("demir"), pair.key("demir"), to="oeztuerk")
    anew(pair, sit("demir"))
    assert (pair.refused(pair.pool.people.demir), pair.refused(pair.pool.people.oeztuerk)) == ("second_person", None)
    id = answer(sit("oeztuerk"), pair.pool, "not_me")
    assert pair.refused(pair.pool.people.oeztuerk) is None
    assert sit("wirtz").post(f"/eintraege/offen/{id}", data={"to": "arslan"}).status_code == 303
    assert (first_is(pair), pair.refused(pair.pool.people.oeztuerk)) == ("demir", None)
    assert key_of(pair.pool, pair.first, "arslan") != key_of(pair.pool, pair.first, "demir")


def test_where_it_was_never_given_away_the_second_step_is_simply_another_persons(pair: Pair, sit: Any) -> None:  # noqa: F811
    assert ANEW[pair.first].format(id=pair.thing.id) not in sit("oeztuerk").get(pair.page).text
    assert "steht fest" in anew(pair, sit("oeztuerk"))
    assert (first_is(pair), pair.refused(pair.pool.people.oeztuerk)) == ("demir", None)


def test_pressed_twice_it_is_done_once(pair: Pair, sit: Any) -> None:  # noqa: F811
    move(sit("demir"), pair.key("demir"), to="oeztuerk")
    for _press in range(2):
        assert "jede andere Person" in anew(pair, sit("demir"))
    key = key_of(pair.pool, pair.first, "demir")
    anew(pair, sit("demir"))
    assert key_of(pair.pool, pair.first, "demir") == key


def test_programs_do_it_anew_too_by_what_a_person_may_do_themselves(pair: Pair, app: Flask, sit: Any) -> None:  # noqa: F811
    path, field = BY_PROGRAMS[pair.first]
    move(sit("demir"), pair.key("demir"), to="oeztuerk")
    told, program = {field: pair.thing.id}, app.test_client()
    assert program.post(path, json=told, headers=bearer(app, pair.pool.people.wirtz)).status_code == 403
    done = program.post(path, json=told, headers=bearer(app, pair.pool.people.demir))
    assert (done.status_code, first_is(pair)) == (200, "demir")
    assert pair.refused(pair.pool.people.oeztuerk) is None
    assert program.post(path, json={field: "0197"}, headers=bearer(app, pair.pool.people.demir)).status_code == 404
    pair.take(pair.pool.people.oeztuerk)
    late = program.post(path, json=told, headers=bearer(app, pair.pool.people.demir))
    assert (late.status_code, late.json["code"]) == (409, "second_step_taken")
