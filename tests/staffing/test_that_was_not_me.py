"""That was not me: what somebody entered at a clerk's unlocked desk goes to who it was."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from kim_audit.tables import entries as audit
from kim_runtime.act import Actor
from kim_runtime.entered import Entered
from kim_service.audit_search import things_meant
from kim_staffing.model import entered
from kim_staffing.model.contract import Contract, ContractAddition, EndDateChange
from kim_staffing.model.entered import LINES
from kim_staffing.model.occupancy import Occupancy
from kim_staffing.model.post import Post
from kim_staffing.operations.add_remark import AddRemark, add_remark
from kim_staffing.operations.arrange_employer import CloseHouse, close_house
from kim_staffing.operations.ask_council import AskCouncil, RecordCouncilAnswer, ask_council, record_council_answer
from kim_staffing.operations.change_end_date import ChangeEndDate, change_end_date
from kim_staffing.operations.change_grant_posts import ChangeGrantPosts, change_grant_posts
from kim_staffing.operations.create_post import CreatePost, create_post
from kim_staffing.operations.draft_extension import DraftExtension, draft_extension
from kim_staffing.operations.end_occupancy import EndOccupancy, end_occupancy
from kim_staffing.operations.hand_over_letter import HandOverLetter, MakeLetters, hand_over_letter, make_letters
from kim_staffing.operations.hire import Hire, hire
from kim_staffing.operations.occupy_post import OccupyPost, occupy_post
from kim_staffing.operations.plan_post import PlanPost, plan_post
from kim_staffing.operations.record_assurance import RecordAssurance, record_assurance
from kim_staffing.operations.record_grant import RecordGrant, SetVacancyRule, record_grant, set_vacancy_rule
from kim_staffing.operations.record_signature import RecordSignature, record_signature
from kim_staffing.pages.entry_kinds import ENTRY_KINDS
from kim_web.tables import moved_entries
from sqlalchemy import select, update
from staffing.conftest import END, LENZEN, OWN, WIRTZ, Office
from web import own_entries
from web.own_entries import PAGE, give_all
from web.signed_in import sign_in
from web.static_html import faults

DAY = date(2022, 12, 13)
SEIDEL = Actor("seidel", "Seidel", OWN, frozenset({"hr_staff"}))
BERGER = Actor("berger", "Berger", OWN, frozenset({"hr_staff"}))


@pytest.fixture
def lenzen(app: Flask, twelve: Office) -> FlaskClient:
    """Lenzen's browser on 13 December; the colleagues and the head have signed in before."""
    twelve.on(DAY)
    for one in (SEIDEL, BERGER, WIRTZ):
        sign_in(app.test_client(), one)
    return sign_in(app.test_client(), LENZEN)


move = partial(own_entries.move, to="seidel")


def keys_by(office: Office, by: str, since: date = DAY) -> dict[str, str]:
    """The newest entry of each kind that somebody made since then, as the page calls it."""
    with office.house.database.read() as session:
        rows = session.scalars(select(Entered).where(Entered.by == by).order_by(Entered.id)).all()
        return {row.kind: f"{row.kind}:{row.id}" for row in rows if row.at.date() >= since}


def one_of_each(office: Office) -> None:
    """Lenzen's morning: everything that can be entered."""

    def do(operation: Callable[..., Any], command: Any) -> Any:
        return office.do(DAY, operation, command)

    do(close_house, CloseHouse(OWN, date(2022, 12, 27), date(2022, 12, 30)))
    period = (date(2023, 1, 1), END.replace(year=2023))
    do(record_assurance, RecordAssurance("written_commitment", date(2022, 12, 8), OWN, "Schreiben", *period, Decimal("10.5")))
    asked = do(ask_council, AskCouncil(tuple(office.contracts.values()), "without_ground", "written_commitment"))
    do(record_council_answer, RecordCouncilAnswer(asked.id, "agreed", DAY))
    draft = do(draft_extension, DraftExtension(office.contracts["p-07"], prognosis="Merkzeichen"))
    do(record_signature, RecordSignature(draft.id, employer_signed_on=DAY))
    do(add_remark, AddRemark(office.contracts["p-01"], "Merkzeichen"))
    do(make_letters, MakeLetters((office.contracts["p-02"],)))
    do(hand_over_letter, HandOverLetter(office.contracts["p-02"], DAY))
    do(change_end_date, ChangeEndDate(office.contracts["p-03"], END, "leaves", "Merkzeichen"))
    post = do(create_post, CreatePost(baustein=2, role="case_management", fte=Decimal("1.0"), employer=OWN, id="neu"))
    do(plan_post, PlanPost(post.id, "established", OWN, date(2022, 1, 1)))
    do(hire, Hire("Merkzeichen", post.id, Decimal("0.5"), DAY, END, staff="p-99"))
    partner = do(create_post, CreatePost(baustein=2, role="case_management", fte=Decimal("1.0"), employer="caritas-eifel", id="partner"))
    held = do(occupy_post, OccupyPost(partner.id, Decimal("1.0"), DAY, holder="caritas-1"))
    do(end_occupancy, EndOccupancy(held.id, DAY))
    paid = do(record_grant, RecordGrant("Land", 2, date(2022, 1, 1), END, Decimal(12), Decimal(57000)))
    do(change_grant_posts, ChangeGrantPosts(paid.id, ("case_management-1",), "Merkzeichen"))
    do(set_vacancy_rule, SetVacancyRule(paid.id, "daily", "Nr. 4"))


@pytest.mark.slow
def test_every_kind_of_entry_of_a_clerk_goes_to_who_made_it_and_each_is_in_the_audit(twelve: Office, lenzen: FlaskClient) -> None:
    with twelve.house.database.write() as session:  # as if somebody else had done what was there before
        session.execute(update(Entered).values(by="berger", by_name="Berger"))
        session.execute(update(Contract).values(prognosis_by="Berger"))
    one_of_each(twelve)
    page = lenzen.get(PAGE).text
    assert "Merkzeichen" not in page and "Person 7" not in page  # it may lie open for all to see
    assert "Entwurf einer Verlängerung: p-07, 01.01.2023 – 31.12.2023" in page
    other_days = {entered.EXTENSION, entered.TOO_LATE, entered.RETURN}
    assert give_all(lenzen, "lenzen", "seidel", "Lenzen") == {kind.code for kind in ENTRY_KINDS} - other_days
    with twelve.house.database.read() as session:
        assert session.scalars(select(Contract.prognosis_by).where(Contract.prognosis == "Merkzeichen")).all() == ["Seidel"]
        assert [session.scalars(select(line.by)).all() for line in LINES.values()] == [["Seidel"]] * len(LINES)
    assert "Seidel: Merkzeichen" in lenzen.get("/vertraege/contract-p-01").text
    shown = lenzen.get("/vertraege/contract-p-07").text
    assert "Wer was eingetragen hat" in shown and "Seidel: Eingetragene Unterschriften" in shown and faults(shown) == []


@pytest.mark.slow
def test_what_was_entered_stays_as_it_is(twelve: Office, lenzen: FlaskClient) -> None:
    one_of_each(twelve)
    before = content(twelve)
    move(lenzen, *keys_by(twelve, "lenzen").values())
    assert content(twelve) == before


def content(office: Office) -> list[Any]:
    """All that was entered, without who entered it."""
    with office.house.database.read() as session:
        rows = [row for model in (Contract, ContractAddition, EndDateChange, Occupancy, Post) for row in session.scalars(select(model))]
        return [
            {name: value for name, value in vars(row).items() if name not in {"_sa_instance_state", "by", "prognosis_by"}
             and isinstance(value, str | int | date | Decimal | None)}
            for row in rows
        ]  # fmt: skip


@pytest.mark.parametrize(
    ("to", "said"),
    [
        ("wirtz", "darf hier keinen solchen Eintrag machen"),
        ("nobody", "meldet sich hier einmal an"),
        ("lenzen", "meldet sich hier einmal an"),
    ],
)
def test_it_goes_to_nobody_who_enters_no_contracts(twelve: Office, lenzen: FlaskClient, to: str, said: str) -> None:
    twelve.do(DAY, add_remark, AddRemark(twelve.contracts["p-01"], "Rückfrage"))
    answer = move(lenzen, keys_by(twelve, "lenzen")["addition"], to=to)
    assert answer.status_code == 422 and said in answer.text
    assert "addition" in keys_by(twelve, "lenzen")


def test_the_other_clerk_is_asked_on_their_first_page_and_the_head_settles_without_seeing_a_contract(
    app: Flask, twelve: Office, lenzen: FlaskClient
) -> None:
    twelve.do(DAY, add_remark, AddRemark(twelve.contracts["p-01"], "Rückfrage"))
    key = keys_by(twelve, "lenzen")["addition"]
    move(lenzen, key)
    seidel = sign_in(app.test_client(), SEIDEL)
    page = seidel.get("/ablauf")
    assert "Auf Ihren Namen geschrieben" in page.text and 'href="/vertraege/contract-p-01"' in page.text and faults(page.text) == []
    (address,) = set(re.findall(r'action="(/eintraege/[^"]+/antwort)"', page.text))
    assert seidel.post(address, data={"answer": "not_me"}).status_code == 303
    assert "offen, wer es war" in seidel.get("/vertraege/contract-p-01").text
    wirtz = sign_in(app.test_client(), WIRTZ)
    assert "Offene Einträge" in wirtz.get("/ablauf").text
    shown = wirtz.get("/eintraege/offen").text
    assert "Nachtrag" in shown and "p-01" not in shown and "Person 1" not in shown and faults(shown) == []
    assert seidel.get("/eintraege/offen").status_code == 403
    with twelve.house.database.read() as session:
        id = session.scalars(select(moved_entries.c.id)).one()
    assert wirtz.post(f"/eintraege/offen/{id}", data={"to": "berger"}).status_code == 303
    assert keys_by(twelve, "berger") == {"addition": key}
    with twelve.house.database.read() as session:
        steps = session.execute(select(audit.c.actor_id, audit.c.action, audit.c.reason).where(audit.c.thing == key))
        assert [tuple(row) for row in steps] == [
            ("lenzen", "entry.move", "from lenzen to seidel"), ("seidel", "entry.move", "not me either"),
            ("wirtz", "entry.settle", "to berger"),
        ]  # fmt: skip


def test_hiring_is_one_entry(twelve: Office, lenzen: FlaskClient) -> None:
    twelve.do(DAY, create_post, CreatePost(baustein=2, role="case_management", fte=Decimal("1.0"), employer=OWN, id="neu"))
    twelve.do(DAY, hire, Hire("Neu", "neu", Decimal("0.5"), DAY, END, staff="p-99"))
    assert set(keys_by(twelve, "lenzen")) == {"post", "hire"}  # the occupancy belongs to the hiring


def test_an_auditor_finds_what_was_entered_by_the_staff_reference_or_the_number_of_a_post(app: Flask, twelve: Office) -> None:
    contract = twelve.contracts["p-07"]
    twelve.do(DAY, add_remark, AddRemark(contract, "Merkzeichen"))
    with twelve.house.database.read() as session:
        held = session.scalars(select(Occupancy).where(Occupancy.person_id == session.get_one(Contract, contract).person_id)).one()
        entry = session.scalars(select(Entered.id).where(Entered.kind == entered.ADDITION)).one()
        with app.test_request_context():
            by_reference, by_number = things_meant(session, "p-07"), things_meant(session, held.post.number)
        assert {f"contracts:{contract}", f"extensions:{contract}", f"addition:{entry}", f"posts:{held.id}"} <= by_reference
        assert {f"posts:{held.id}", f"posts:{held.post_id}"} <= by_number and f"contracts:{contract}" not in by_number
