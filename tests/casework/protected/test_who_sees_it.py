"""Cases closed to the house: who looks after one, who stands in by name and who has the special right see it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from casework.protected.conftest import HOUSE, WHY, an_order, sees, text_of
from kim_casework.model.case import Case, hidden_cases, list_cases
from kim_casework.model.cover import Cover
from kim_casework.model.disclosures import disclosures_seen
from kim_casework.model.order import InterpretingOrder, list_orders
from kim_casework.model.proposal import Proposal
from kim_casework.model.protection import Protection
from kim_casework.model.standing import lets
from kim_casework.model.week import cases_needing_a_manager
from kim_casework.operations.assign_case_manager import AssignCaseManager, assign_case_manager
from kim_casework.operations.close_case import CloseCase, close_case
from kim_casework.operations.count_statistics import count_statistics
from kim_casework.operations.decline_admission import DeclineAdmission, decline_admission
from kim_casework.operations.open_in_emergency import OpenInEmergency, open_in_emergency
from kim_casework.operations.order_interpreting import order_interpreting
from kim_casework.operations.protect_case import LiftProtection, ProtectCase, lift_protection, protect_case
from kim_casework.operations.reopen_case import ReopenCase, reopen_case
from kim_casework.rules.permissions import RULES
from kim_referral.model.consent import Consent
from kim_referral.operations.record_consent import RecordConsent, record_consent
from kim_runtime.act import Actor
from kim_runtime.ids import new_id
from kim_runtime.refusal import NotFound, Refused
from sqlalchemy import delete, select
from web.signed_in import bearer


def test_only_who_looks_after_it_and_who_has_the_special_right_see_it(casework: Any, protected: Case, actors: dict[str, Actor]) -> None:
    assert {name for name, actor in actors.items() if sees(casework, actor, protected.id)} == {"kowalczyk", "lentz", "reader"}


def test_nothing_of_it_is_in_a_list_a_search_or_a_count_of_others(
    casework: Any, protected: Case, do: Callable[..., Any], actors: dict[str, Actor]
) -> None:
    do(order_interpreting, an_order(protected.id), by="kowalczyk")
    consent = RecordConsent(
        about_kind="case", about_id=protected.id, person="Zahra Azizi", purpose="Wohnung", recipients=("caritas-eifel",),
        categories=("name",), given_on=date(2022, 5, 10), valid_to=date(2022, 12, 31), informed=True, signed=True, kept_at="Ordner",
    )  # fmt: skip
    do(record_consent, consent, by="kowalczyk")
    for name, found in (("thelen", 0), ("breuer", 0), ("lentz", 1), ("kowalczyk", 1)):
        act = casework.act(actors[name])
        with casework.database.read() as session:
            assert len(list_cases(session, act)) == found, name
            assert len(list_cases(session, act, words="Azizi")) == found, name
            assert len(list_orders(session, act)) == found, name
            assert len(session.scalars(select(Consent).where(disclosures_seen(act).declared(Consent))).all()) == found, name
            assert len(session.scalars(hidden_cases(act)).all()) == 1 - found, name


def test_who_placed_an_order_sees_it_no_more_once_its_case_is_protected(
    casework: Any, admit: Callable[..., Case], do: Callable[..., Any], actors: dict[str, Actor]
) -> None:
    case = admit(casework)
    placed = do(order_interpreting, an_order(case.id))
    act = casework.act(actors["thelen"])
    for protect in (False, True):
        if protect:
            do(protect_case, ProtectCase(case.id, "endangered"))
        with casework.database.read() as session:
            assert [order.id for order in list_orders(session, act)] == ([] if protect else [placed.id])
            for action in ("order.see", "order.place"):
                assert lets(session, act, action, session.get_one(InterpretingOrder, placed.id)) is not protect


def test_nobody_sees_the_case_about_themselves_whatever_their_rights(
    casework: Any, admit: Callable[..., Case], do: Callable[..., Any], actors: dict[str, Actor]
) -> None:
    case = admit(casework)
    admit(casework, by="breuer")
    do(protect_case, ProtectCase(case.id, "colleague", "breuer"))
    almighty = Actor("breuer", "Breuer", HOUSE, frozenset(rule.role for rule in RULES) - {"service"})
    assert not sees(casework, almighty, case.id)
    with pytest.raises(NotFound):
        do(open_in_emergency, OpenInEmergency(case.number, WHY), by="breuer")
    assert sees(casework, actors["kowalczyk"], case.id)


@pytest.mark.parametrize(
    ("subject", "code"), [(None, "subject_missing"), ("nobody", "subject_unknown"), ("kowalczyk", "subject_is_responsible")]
)
def test_a_case_about_a_colleague_says_about_whom(
    casework: Any, admit: Callable[..., Case], do: Callable[..., Any], subject: str | None, code: str
) -> None:
    case = admit(casework)
    with pytest.raises(Refused) as refused:
        do(protect_case, ProtectCase(case.id, "colleague", subject))
    assert refused.value.code == code


def test_nobody_is_given_the_case_about_themselves(casework: Any, admit: Callable[..., Case], do: Callable[..., Any]) -> None:
    case = admit(casework)
    admit(casework, by="breuer")
    do(protect_case, ProtectCase(case.id, "colleague", "breuer"))
    for command in (AssignCaseManager(case.id, "breuer"), AssignCaseManager(case.id, "kowalczyk", ("breuer",))):
        with pytest.raises(Refused) as refused:
            do(assign_case_manager, command)
        assert refused.value.code == "not_this_colleague"
    do(close_case, CloseCase(case.id, "moved_away"), by="kowalczyk")
    with pytest.raises(Refused) as refused:
        do(reopen_case, ReopenCase(case.id, "kommt zurück", "breuer"), by="kowalczyk")
    assert refused.value.code == "not_this_colleague"


def test_who_has_the_special_right_lifts_it_and_nobody_else(
    casework: Any, protected: Case, do: Callable[..., Any], actors: dict[str, Actor]
) -> None:
    for who in ("thelen", "breuer", "kowalczyk"):
        with pytest.raises(NotFound):
            do(lift_protection, LiftProtection(protected.id, "Sperre ist abgelaufen"), by=who)
    do(lift_protection, LiftProtection(protected.id, "Sperre ist abgelaufen"), by="lentz")
    assert sees(casework, actors["thelen"], protected.id)
    with casework.database.read() as session:
        row = session.scalars(select(Protection)).one()
        assert (row.lifted_by, row.lifted_because) == ("lentz", "Sperre ist abgelaufen")


def test_the_lead_gives_it_to_somebody_else_by_its_number_alone(
    casework: Any, protected: Case, browse: Callable[..., Any], tell: Callable[..., None], actors: dict[str, Actor], at_noon: Any
) -> None:
    tell("p-01", until=date(2022, 5, 31))
    tell("p-02", until=None)
    with casework.database.read() as session:
        [(case, since)] = cases_needing_a_manager(session, casework.act(actors["thelen"]))
        assert (case.number, since) == (protected.number, date(2022, 6, 1))
    lead = browse(casework, "thelen")
    for page in (lead.get("/faelle/neu-verteilen"), lead.get(f"/faelle/{protected.id}/zustaendig")):
        assert protected.number in text_of(page)
        assert "geschützt" in text_of(page).lower()
        assert "Azizi" not in text_of(page)
    answer = lead.post(f"/faelle/{protected.id}/zustaendig", data={"responsible": "breuer"}, follow_redirects=True)
    assert "Zuständigkeit gespeichert: " in text_of(answer)
    assert sees(casework, actors["breuer"], protected.id)
    assert not sees(casework, actors["kowalczyk"], protected.id)


def test_a_cover_reaches_protected_cases_only_where_the_lead_says_so(casework: Any, protected: Case, actors: dict[str, Actor]) -> None:
    day = date(2022, 5, 10)
    for with_protected in (False, True):
        with casework.database.write() as session:
            session.execute(delete(Cover))
            cover = Cover(
                id=new_id(), absent="kowalczyk", cover="breuer", from_day=day, until_day=day, with_protected=with_protected, reason="",
                given_by="thelen", given_at=casework.clock.now(),
            )  # fmt: skip
            session.add(cover)
        assert sees(casework, actors["breuer"], protected.id) is with_protected


def test_sums_count_it_as_before_and_no_lead_reads_them(
    casework: Any, admit: Callable[..., Case], do: Callable[..., Any], actors: dict[str, Actor], browse: Callable[..., Any]
) -> None:
    case = admit(casework)
    period = date(2022, 5, 1), date(2022, 5, 31), date(2022, 6, 1)
    with casework.database.read() as session:
        before = count_statistics(session, *period)
    do(protect_case, ProtectCase(case.id, "endangered"))
    with casework.database.read() as session:
        assert count_statistics(session, *period) == before
    assert before["cases"]["open_at_end"] == 1
    client = browse(casework, "thelen")
    address = "/api/statistics?from=2022-04-01&to=2022-05-10"
    assert client.get(address, headers=bearer(client.application, actors["thelen"])).status_code == 403
    assert client.get(address, headers=bearer(client.application, actors["wirtz"])).status_code == 200


def test_the_proposal_it_came_from_is_in_no_list_of_others(
    casework: Any, admit: Callable[..., Case], do: Callable[..., Any], actors: dict[str, Actor], proposal: dict[str, Any],
    browse: Callable[..., Any],
) -> None:  # fmt: skip
    said = {name: proposal[name] for name in ("proposed_at", "site", "consent_given_on", "follow_ups")}
    with casework.database.write() as session:
        for one in ("erster", "zweiter"):
            session.add(Proposal(id=one, version=1, state="waiting", name="Zahra Azizi", persons=5, **said))
    case = admit(casework, proposal_id="erster", name="")
    do(decline_admission, DeclineAdmission("zweiter", "not_wanted"), by="kowalczyk")
    for protected in (False, True):
        if protected:
            do(protect_case, ProtectCase(case.id, "endangered"))
        for who, sees_it in (("kowalczyk", True), ("breuer", not protected), ("thelen", not protected)):
            client = browse(casework, who)
            assert ("aufgenommen" in text_of(client.get("/vorschlaege"))) is sees_it, who
            leads_there = f"/faelle/{case.id}" in client.get("/vorschlaege").text
            assert leads_there is (sees_it and who != "breuer"), who  # it is not her case
            listed = client.get("/api/proposals/", headers=bearer(client.application, actors[who])).json["items"]
            assert [one["id"] for one in listed] == (["erster", "zweiter"] if sees_it else ["zweiter"]), who
