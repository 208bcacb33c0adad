"""A referral that waits in the shared inbox can be closed: who closed it and who may read such records see it, and nobody else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from kim_audit.tables import entries
from kim_referral.model.protection import EmergencyAccess, Protection
from kim_referral.model.received_referral import ReceivedReferral
from kim_referral.model.sight import emergencies_to_know, lets, received_open_to
from kim_referral.operations.open_referral import open_referral
from kim_referral.operations.protect_received import ProtectReceived, protect_received
from kim_runtime.act import Actor
from kim_runtime.ids import new_id
from kim_web.policy import decide
from referral.conftest import ACTORS, NAME, REGION
from sqlalchemy import delete, select
from web.signed_in import bearer

WHY = "Kind seit heute früh vermisst, niemand erreichbar"


@pytest.fixture
def came(region: Any, caritas: Any, pump_all: Callable[..., int]) -> ReceivedReferral:
    """What Caritas referred to the region, opened there by Kowalczyk."""
    caritas.refer(caritas.consent(recipients=("staedteregion-aachen",)), receiver=REGION)
    pump_all()
    found: ReceivedReferral = region.only_received()
    region.do(open_referral, found.id)
    return found


@pytest.fixture
def closed(region: Any, came: ReceivedReferral) -> ReceivedReferral:
    region.do(protect_received, ProtectReceived(came.id, "endangered"))
    return came


@pytest.fixture
def call(website: Callable[..., Any], region: Any) -> Callable[..., Any]:
    client = website(region).test_client()

    def ask(who: str, method: str, address: str, **data: Any) -> Any:
        headers = bearer(client.application, ACTORS[who])
        return client.open(f"/api/received-referrals{address}", method=method, json=data or None, headers=headers)

    return ask


def audit(region: Any) -> list[tuple[str, str, str, str]]:
    with region.house.database.read() as session:
        return [(row.action, row.thing, row.outcome, row.reason) for row in session.execute(select(entries).order_by(entries.c.serial))]


@pytest.mark.parametrize(
    ("who", "sees", "works", "lifts"),
    [("kowalczyk", True, True, False), ("roth", True, True, True), ("leserin", True, False, True), ("breuer", False, False, False),
     ("thelen", False, False, False), ("pruefer", False, False, False)],
)  # fmt: skip
def test_who_closed_it_and_who_may_read_such_records_see_it_and_nobody_else(
    region: Any, closed: ReceivedReferral, browse: Callable[..., FlaskClient], call: Callable[..., Any], who: str, sees: bool, works: bool,
    lifts: bool,
) -> None:  # fmt: skip
    client, address = browse(region, who), f"/eingang/{closed.id}"
    assert (address in client.get("/eingang/").text) is sees
    page = client.get(address)
    assert (page.status_code, NAME in page.text) == ((200, True) if sees else (404, False))
    assert [one["id"] for one in call(who, "GET", "/").json["items"]] == ([closed.id] if sees else [])
    assert call(who, "GET", f"/{closed.id}").status_code == (200 if sees else 404)
    refused = {403, 404}
    assert (call(who, "POST", "/opened", received_id=closed.id).status_code in refused) is not works
    assert (call(who, "POST", "/liftings", received_id=closed.id, because="").status_code in refused) is not lifts
    assert (call(who, "POST", "/answers", received_id=closed.id, answer="accepted").status_code in refused) is not works


@pytest.mark.slow  # a whole way through the pages
def test_it_is_closed_and_opened_again_from_its_page(region: Any, came: ReceivedReferral, browse: Callable[..., FlaskClient]) -> None:
    breuer, address = browse(region, "breuer"), f"/eingang/{came.id}"
    assert f"{address}/schutz" in breuer.get(address).text
    assert breuer.post(f"{address}/schutz", data={"reason": "colleague"}).status_code == 422
    assert breuer.post(f"{address}/schutz", data={"reason": "endangered"}).location == address
    assert "Geschützt seit 10.05.2022" in breuer.get(address).text
    assert browse(region, "kowalczyk").get(address).status_code == 404, "she had opened it"
    assert browse(region, "kowalczyk").post(f"{address}/schutz", data={"reason": "endangered"}).status_code == 404
    reader = browse(region, "leserin")
    assert "Die Person ist gefährdet" in reader.get(f"{address}/schutz/ende").text
    assert reader.post(f"{address}/schutz/ende", data={"because": "Gefahr vorbei"}).location == "/eingang/"
    assert browse(region, "kowalczyk").get(address).status_code == 200
    done = [(action, reason) for action, thing, outcome, reason in audit(region) if outcome == "done" and came.id in thing]
    assert done[-2:] == [("received_referral.protect", "endangered"), ("received_referral.unprotect", "Gefahr vorbei")]


def test_in_an_emergency_it_is_opened_by_its_number_with_a_reason_and_stands_in_no_list(
    region: Any, closed: ReceivedReferral, browse: Callable[..., FlaskClient], call: Callable[..., Any]
) -> None:
    breuer, address = browse(region, "breuer"), f"/eingang/{closed.id}"
    wrong = breuer.post("/eingang/notzugriff", data={"number": "R-2022-9999", "reason": WHY})
    assert (wrong.status_code, "Einen geschützten Verweis mit dieser Nummer gibt es hier nicht" in wrong.text) == (422, True)
    opened = breuer.post("/eingang/notzugriff", data={"number": closed.number.lower(), "reason": WHY})
    assert opened.location == address
    page = breuer.get(address)
    assert (page.status_code, NAME in page.text, "Notzugriff bis" in page.text, "Annehmen" in page.text) == (200, True, True, False)
    assert address not in breuer.get("/eingang/").text
    assert breuer.post(f"{address}/antwort", data={"answer": "accepted"}).status_code == 404
    assert call("breuer", "POST", "/answers", received_id=closed.id).status_code == 404
    assert {("received_referral.open_in_emergency", f"received_referrals:{closed.id}", "done", WHY),
            ("received_referral.see", f"received_referrals:{closed.id}", "seen", WHY)} <= set(audit(region))  # fmt: skip
    assert call("kowalczyk", "POST", "/emergencies", number=closed.number, reason=WHY).json["code"] == "visible_already"
    for who, learns in (("kowalczyk", True), ("leserin", True), ("breuer", False), ("thelen", False)):
        assert (WHY in browse(region, who).get("/eingang/").text) is learns, who


def test_of_an_unopened_one_nothing_is_read_but_by_opening_it(
    region: Any, caritas: Any, pump_all: Callable[..., int], browse: Callable[..., FlaskClient]
) -> None:
    caritas.refer(caritas.consent(recipients=("staedteregion-aachen",)), receiver=REGION)
    pump_all()
    unread = region.only_received()
    region.do(protect_received, ProtectReceived(unread.id, "endangered"))
    breuer, address = browse(region, "breuer"), f"/eingang/{unread.id}"
    assert breuer.post(f"{address}/oeffnen").status_code == 404
    breuer.post("/eingang/notzugriff", data={"number": unread.number, "reason": WHY})
    assert NAME not in breuer.get(address).text
    assert breuer.post(f"{address}/oeffnen").status_code == 303
    assert NAME in breuer.get(address).text


def test_nobody_has_anything_to_do_with_the_one_about_themselves(
    region: Any, came: ReceivedReferral, browse: Callable[..., FlaskClient]
) -> None:
    browse(region, "roth")  # has signed in here
    region.do(protect_received, ProtectReceived(came.id, "colleague", "roth"))
    roth = browse(region, "roth")
    assert roth.get(f"/eingang/{came.id}").status_code == 404
    assert f"/eingang/{came.id}" not in roth.get("/eingang/").text
    assert roth.post("/eingang/notzugriff", data={"number": came.number, "reason": WHY}).status_code == 422


@pytest.fixture
def site(website: Callable[..., Any], region: Any) -> Any:
    return website(region)


ROLES = ("intake_staff", "case_manager", "case_lead", "auditor", "protected_case_reader", "centre_head")
ACTIONS = tuple(f"received_referral.{one}" for one in ("list", "see", "open", "answer", "protect", "unprotect", "open_in_emergency"))
facts = st.fixed_dictionaries(
    {
        "closed_by_me": st.booleans(), "protected": st.booleans(), "lifted": st.booleans(), "about_me": st.booleans(),
        "opened": st.sampled_from([None, 10, 60, 61]),
    }
)  # fmt: skip


@pytest.mark.slow  # many examples
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(roles=st.sets(st.sampled_from(ROLES)), one=facts)
def test_lists_the_rule_and_the_web_always_agree(
    region: Any, came: ReceivedReferral, site: Any, roles: set[str], one: dict[str, Any]
) -> None:
    me = Actor("breuer", "Breuer", "staedteregion-aachen", frozenset(roles))
    act = region.house.act(me)
    with region.house.database.write() as session:
        for table in (EmergencyAccess, Protection):
            session.execute(delete(table))
        if one["protected"]:
            session.add(Protection(
                id=new_id(), received_id=came.id, reason="endangered", subject=me.id if one["about_me"] else None, since=act.today,
                protected_by=me.id if one["closed_by_me"] else "haddad", lifted_on=act.today if one["lifted"] else None,
            ))  # fmt: skip
        if one["opened"] is not None:
            began = act.at - timedelta(minutes=one["opened"])
            session.add(EmergencyAccess(
                id=new_id(), received_id=came.id, actor=me.id, actor_name="", reason="", opened_at=began,
                ends_at=began + timedelta(minutes=60),
            ))  # fmt: skip
    with site.test_request_context(), region.house.database.read() as session:
        received = session.get_one(ReceivedReferral, came.id)
        for action in ACTIONS:
            listed = session.scalar(select(ReceivedReferral.id).where(received_open_to(act, action)))
            said = {"rule": lets(session, act, action, received), "list": listed is not None, "web": decide(me, action, received)}
            assert set(said.values()) in ({True}, {False}), (action, said)
        assert emergencies_to_know(session, act) == []
