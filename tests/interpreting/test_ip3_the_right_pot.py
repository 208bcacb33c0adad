"""Story IP-3 as a table: each request, what the three pots say to it, and which one fits."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from kim_interpreting.model.check import pot_lines
from kim_interpreting.model.figures import order_figures
from kim_interpreting.operations.approve_order import ApproveOrder, approve_order
from kim_interpreting.operations.change_pot_rules import ChangePotRules, change_pot_rules
from kim_interpreting.operations.check_order import CheckOrder, check_order
from kim_interpreting.operations.learn_case import LearnCase, learn_case
from kim_interpreting.operations.refuse_order import RefuseOrder, refuse_order
from kim_interpreting.operations.schedule_order import ScheduleOrder, schedule_order
from kim_runtime.refusal import Forbidden, Refused

KIM, LAND, OWN = "kim-dolmetschen-2022", "land-sprachmittlerpool-2022", "staedteregion-eigenmittel-2022"
TALK = {
    "job_kind": "on_site", "occasion": "school", "language": "prs", "minutes": 60, "keystrokes": None, "case_number": None,
    "service_date": date(2022, 9, 14),
}  # fmt: skip
TEXT = {"job_kind": "document_translation", "occasion": "documents", "keystrokes": 1800, "service_date": date(2022, 9, 20)}

# what is asked -> what KIM, Land and own means say, the state of the order, and the pot it is on or that would fit
TABLE = {
    "1 primary school Stolberg, nothing decided": (
        {**TALK, "requester_town": "05334032"}, ("case_link_missing", "allowed", "other_payers_open"), "checked", LAND,
    ),
    "2 AO-SF procedure in Alsdorf, decided": (
        {**TALK, "requester_town": "05334004", "occasion": "school_special_needs", "decides_something": True},
        ("case_link_missing", "legal_consequence", "other_payers_open"), "checked", OWN,
    ),
    "2b the same, other payers ruled out": (
        {**TALK, "requester_town": "05334004", "decides_something": True, "other_payers_ruled_out": True},
        ("case_link_missing", "legal_consequence", "approval_needed"), "checked", OWN,
    ),
    "3 youth office of the City of Aachen": ({**TALK, "requester_town": "05334002"}, ("city_of_aachen",) * 3, "refused", None),
    "4 doctor's appointment in Würselen": (
        {**TALK, "requester_town": "05334036", "occasion": "medical"}, ("medical",) * 3, "refused", None,
    ),
    "5 sign language at the social office": (
        {**TALK, "job_kind": "sign_language", "language": "gsg", "case_number": "2022-0041"}, ("sign_language",) * 3, "refused", None,
    ),
    "6 school certificate, case 0041": ({**TEXT}, ("allowed", "no_translations", "other_payers_open"), "checked", KIM),
    "6b the same without a case": (
        {**TEXT, "case_number": None}, ("case_link_missing", "no_translations", "other_payers_open"), "checked", OWN,
    ),
    "8 a private person": ({**TALK, "requester_kind": "private_person"}, ("private_person",) * 3, "refused", None),
    "8b in the family's flat": ({**TALK, "public_room": False}, ("private_room",) * 3, "refused", None),
    "a talk of the year after": (
        {**TALK, "service_date": date(2023, 1, 10), "case_number": "2022-0041"}, ("outside_period",) * 3, "refused", None,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", TABLE)
def test_each_pot_says_what_it_pays_and_why_not(pool: Any, grant: Callable[..., None], name: str) -> None:
    facts, codes, state, pot = TABLE[name]
    grant()
    order = pool.entered(**facts)
    assert tuple(_lines(pool, order)[id].code for id in (KIM, LAND, OWN)) == codes
    order = pool.order(order.id)
    assert (order.state, order.pot_id or order.fitting_pot_id) == (state, pot)
    if state == "refused":
        assert order.reason == codes[0]


def test_the_reason_told_is_that_of_the_pot_made_for_the_job(pool: Any, grant: Callable[..., None]) -> None:
    grant()
    special_needs = pool.entered(**TABLE["2 AO-SF procedure in Alsdorf, decided"][0])
    certificate = pool.entered(**TABLE["6b the same without a case"][0])
    assert (pool.order(special_needs.id).reason, pool.order(special_needs.id).fitting_pot_id) == ("legal_consequence", OWN)
    assert (pool.order(certificate.id).reason, pool.order(certificate.id).fitting_pot_id) == ("case_link_missing", OWN)


def test_a_pot_that_does_not_pay_names_the_reason_and_the_pot_that_fits(pool: Any, grant: Callable[..., None]) -> None:
    grant()
    order = pool.entered(**{**TEXT, "case_number": None})
    with pytest.raises(Refused) as refused:
        pool.do(check_order, CheckOrder(order.id, pot_id=KIM))
    assert refused.value.code == "case_link_missing"
    assert str(refused.value) == "KIM-Mittel: Bezug zum Case Management fehlt. Passender Topf: Eigenmittel."
    refused_order = pool.do(refuse_order, RefuseOrder(order.id))
    assert (refused_order.state, refused_order.reason, refused_order.fitting_pot_id) == ("refused", "case_link_missing", OWN)


def test_own_means_pay_only_when_no_other_payer_does_and_the_budget_officer_approves(pool: Any, grant: Callable[..., None]) -> None:
    grant()
    order = pool.entered(**{**TEXT, "case_number": None})
    with pytest.raises(Refused, match="kein anderer Kostenträger"):
        pool.do(approve_order, ApproveOrder(order.id, OWN), pool.people.kraemer)
    pool.do(check_order, CheckOrder(order.id, other_payers_ruled_out=True))
    with pytest.raises(Forbidden):
        pool.do(approve_order, ApproveOrder(order.id), pool.people.oeztuerk)
    assert pool.do(approve_order, ApproveOrder(order.id), pool.people.kraemer).pot_id == OWN


def test_7_the_check_is_repeated_at_approval(pool: Any, grant: Callable[..., None]) -> None:
    grant()
    order = pool.entered(**TEXT)
    pool.do(learn_case, LearnCase(case_id="case-41", number="2022-0041", state="closed", changed_on=date(2022, 9, 2)))
    with pytest.raises(Refused) as refused:
        pool.do(approve_order, ApproveOrder(order.id), pool.people.oeztuerk)
    assert (refused.value.code, refused.value.params["closed_on"]) == ("case_closed", date(2022, 9, 2))
    assert pool.sums(KIM).committed == 0


def test_9_another_language_only_when_the_client_agrees(pool: Any, grant: Callable[..., None]) -> None:
    grant()
    order = pool.approved(**TEXT)
    with pytest.raises(Refused, match="andere Sprache"):
        pool.do(schedule_order, ScheduleOrder(order.id, "office", offered_language="rus"))
    assert pool.order(order.id).state == "approved"
    assert pool.do(schedule_order, ScheduleOrder(order.id, "office", offered_language="rus", client_agrees=True)).state == "scheduled"


def test_10_a_relative_never_interprets_and_a_lay_person_not_where_something_is_decided(pool: Any, grant: Callable[..., None]) -> None:
    grant()
    order = pool.approved(pot_id=KIM, **{**TALK, "case_number": "2022-0041", "decides_something": True})
    with pytest.raises(Refused, match="Angehörige"):
        pool.do(schedule_order, ScheduleOrder(order.id, "office", relation="relative", client_agrees=True))
    with pytest.raises(Refused, match="beeidigte"):
        pool.do(schedule_order, ScheduleOrder(order.id, "lay"))


def test_11_a_request_is_judged_by_the_rules_of_its_day(pool: Any, grant: Callable[..., None]) -> None:
    grant()
    change = ChangePotRules(
        pot_id=LAND, valid_from=date(2022, 10, 1), job_kinds=("on_site", "phone", "video", "document_translation"), decided_by="Erlass",
        legal_consequence_excluded=True,
    )  # fmt: skip
    pool.do(change_pot_rules, change, pool.people.kraemer)
    pool.on(2022, 9, 30)
    before = _lines(pool, pool.entered(**{**TEXT, "service_date": date(2022, 10, 20)}))[LAND]
    pool.on(2022, 10, 1)
    after = _lines(pool, pool.entered(**{**TEXT, "service_date": date(2022, 10, 20)}))[LAND]
    assert (before.code, before.rules_version) == ("no_translations", "2022-1")
    assert (after.code, after.rules_version) == ("allowed", "2022-2")


def test_12_every_no_stands_in_the_committee_table(pool: Any, grant: Callable[..., None]) -> None:
    grant()
    for facts, _, state, _ in TABLE.values():
        order = pool.entered(**facts)
        if state == "checked" and order.pot_id is None:
            pool.do(refuse_order, RefuseOrder(order.id))
    unmet = order_figures_of(pool).unmet
    assert {(figure.reason, figure.language, figure.occasion, figure.town): figure.count for figure in unmet} == {
        ("legal_consequence", "prs", "school_special_needs", "05334004"): 1,
        ("case_link_missing", "ukr", "documents", "05334024"): 1,
        ("city_of_aachen", "prs", "school", "05334002"): 1,
        ("medical", "prs", "medical", "05334036"): 1,
        ("sign_language", "gsg", "school", "05334024"): 1,
        ("private_person", "prs", "school", "05334024"): 1,
        ("private_room", "prs", "school", "05334024"): 1,
        ("outside_period", "prs", "school", "05334024"): 1,
    }


def order_figures_of(pool: Any) -> Any:
    with pool.house.database.read() as session:
        return order_figures(session, date(2022, 9, 1), date(2022, 9, 30))


def _lines(pool: Any, order: Any) -> dict[str, Any]:
    with pool.house.database.read() as session:
        return {line.pot: line for line in pot_lines(session, session.get_one(type(order), order.id), "staedteregion-aachen")}
