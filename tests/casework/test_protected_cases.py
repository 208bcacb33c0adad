"""Cases that are closed to the house, and what opens one all the same: the special right, or an emergency with its reason."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from kim_audit.tables import entries
from kim_casework.model.case import Case, hidden_cases, list_cases, visible_cases
from kim_casework.model.cover import Cover
from kim_casework.model.disclosures import disclosures_seen
from kim_casework.model.order import InterpretingOrder, list_orders
from kim_casework.model.proposal import Proposal
from kim_casework.model.protection import EmergencyAccess, Protection
from kim_casework.model.standing import STANDINGS, lets
from kim_casework.model.week import cases_needing_a_manager, emergencies_to_know
from kim_casework.operations.assign_case_manager import AssignCaseManager, assign_case_manager
from kim_casework.operations.close_case import CloseCase, close_case
from kim_casework.operations.count_statistics import count_statistics
from kim_casework.operations.decline_admission import DeclineAdmission, decline_admission
from kim_casework.operations.open_in_emergency import OpenInEmergency, open_in_emergency
from kim_casework.operations.order_interpreting import OrderInterpreting, order_interpreting
from kim_casework.operations.protect_case import LiftProtection, ProtectCase, lift_protection, protect_case
from kim_casework.operations.reopen_case import ReopenCase, reopen_case
from kim_casework.rules.permissions import RULES
from kim_protection.rules import SHORTEST_REASON
from kim_referral.model.consent import Consent
from kim_referral.operations.record_consent import RecordConsent, record_consent
from kim_runtime.act import Actor
from kim_runtime.ids import new_id
from kim_runtime.policy import ground
from kim_runtime.refusal import NotFound, Refused
from sqlalchemy import delete, select
from web.signed_in import bearer

WHY = "Kind seit heute früh vermisst, niemand erreichbar"
HOUSE = "staedteregion-aachen"
JUNE = date(2022, 6, 1)
BY_KEY = re.compile(r"(; )?by key kim_\w+$")  # of a program, beside the reason
READER = {"reader": Actor("reader", "Leserin", HOUSE, frozenset({"protected_case_reader"}))}


@pytest.fixture
def actors(actors: dict[str, Actor]) -> dict[str, Actor]:
    return {**actors, "lentz": Actor("lentz", "Lentz", HOUSE, frozenset({"case_manager", "protected_case_reader"})), **READER}


@pytest.fixture
def do(casework: Any, actors: dict[str, Actor]) -> Callable[..., Any]:
    """`do(protect_case, ProtectCase(...), by="thelen")`, at noon of a day in May if named."""

    def one(operation: Callable[..., Any], command: Any, by: str = "thelen", at: datetime | None = None) -> Any:
        with casework.database.write() as session:
            return operation(session, casework.act(actors[by], at), command)

    return one


@pytest.fixture
def protected(admit: Callable[..., Case], casework: Any, do: Callable[..., Any]) -> Case:
    """A case of Kowalczyk about somebody whose address is blocked."""
    case = admit(casework, name="Zahra Azizi")
    do(protect_case, ProtectCase(case.id, "disclosure_block"))
    return case


def sees(casework: Any, actor: Actor, case_id: str, at: datetime | None = None) -> bool:
    with casework.database.read() as session:
        return lets(session, casework.act(actor, at), "case.see", session.get_one(Case, case_id))


def test_only_who_looks_after_it_and_who_has_the_special_right_see_it(casework: Any, protected: Case, actors: dict[str, Actor]) -> None:
    assert {name for name, actor in actors.items() if sees(casework, actor, protected.id)} == {"kowalczyk", "lentz", "reader"}


def an_order(case_id: str) -> OrderInterpreting:
    return OrderInterpreting("phone", "authority", "prs", JUNE, False, "Infopunkt", "05334002", case_id=case_id, minutes=30)


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


def test_the_pages_and_programs_of_others_answer_as_if_there_were_none(
    casework: Any, protected: Case, browse: Callable[..., Any], actors: dict[str, Actor]
) -> None:
    for who in ("thelen", "breuer"):
        client = browse(casework, who)
        headers = bearer(client.application, actors[who])
        for address in (f"/faelle/{protected.id}", f"/faelle/{protected.id}/kontakte", f"/sprachmittlung/neu?fall={protected.id}"):
            there, nowhere = client.get(address), client.get(address.replace(protected.id, new_id()))
            assert (there.status_code, nowhere.status_code) == (404, 404), address
            assert plain(there) == plain(nowhere)
        assert client.get(f"/api/cases/{protected.id}", headers=headers).status_code == 404
        assert client.get("/api/cases/", headers=headers).json["items"] == []
        assert client.get(f"/api/contacts/?case={protected.id}", headers=headers).status_code == 404
        assert "Noch kein Fall" in text_of(client.get("/faelle"))


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
    assert "Zuständigkeit gespeichert." in text_of(answer)
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


def test_an_emergency_opens_it_for_an_hour_for_looking_and_those_concerned_learn_of_it(
    casework: Any, protected: Case, do: Callable[..., Any], actors: dict[str, Actor]
) -> None:
    now = casework.clock.now()
    do(open_in_emergency, OpenInEmergency(protected.number, WHY))
    assert sees(casework, actors["thelen"], protected.id, now + timedelta(minutes=59))
    assert not sees(casework, actors["thelen"], protected.id, now + timedelta(minutes=60))
    with pytest.raises(NotFound):
        do(close_case, CloseCase(protected.id, "moved_away"))
    for name, learns in (("kowalczyk", 1), ("lentz", 1), ("breuer", 0), ("thelen", 0)):
        with casework.database.read() as session:
            assert len(emergencies_to_know(session, casework.act(actors[name]))) == learns, name
            later = casework.act(actors[name], now + timedelta(days=29))
            assert emergencies_to_know(session, later) == []


def test_a_manager_opens_the_case_of_a_colleague_and_no_protected_one(
    casework: Any, admit: Callable[..., Case], protected: Case, do: Callable[..., Any], actors: dict[str, Actor]
) -> None:
    open_one = admit(casework)
    do(open_in_emergency, OpenInEmergency(open_one.number, WHY), by="breuer")
    assert sees(casework, actors["breuer"], open_one.id)
    answers = set()
    for number in (protected.number, "2022-9999"):
        with pytest.raises(NotFound) as missing:
            do(open_in_emergency, OpenInEmergency(number, WHY), by="breuer")
        answers.add((missing.value.code, missing.value.message))
    assert len(answers) == 1


def test_what_a_manager_opened_is_closed_again_once_it_is_protected(
    casework: Any, admit: Callable[..., Case], do: Callable[..., Any], actors: dict[str, Actor]
) -> None:
    case = admit(casework)
    do(open_in_emergency, OpenInEmergency(case.number, WHY), by="breuer")
    assert sees(casework, actors["breuer"], case.id)
    do(protect_case, ProtectCase(case.id, "endangered"))
    assert not sees(casework, actors["breuer"], case.id)


def test_the_house_says_how_long_an_emergency_lasts(
    casework: Any, protected: Case, do: Callable[..., Any], actors: dict[str, Actor]
) -> None:
    casework.database.info["emergency_minutes"] = 5
    now = casework.clock.now()
    do(open_in_emergency, OpenInEmergency(protected.number, WHY))
    assert sees(casework, actors["thelen"], protected.id, now + timedelta(minutes=4))
    assert not sees(casework, actors["thelen"], protected.id, now + timedelta(minutes=5))


def test_what_one_may_see_anyway_needs_no_emergency(casework: Any, admit: Callable[..., Case], do: Callable[..., Any]) -> None:
    case = admit(casework)
    with pytest.raises(Refused) as refused:
        do(open_in_emergency, OpenInEmergency(case.number, WHY), by="kowalczyk")
    assert refused.value.code == "visible_already"


def audit(casework: Any) -> list[tuple[str, str, str, str]]:
    with casework.database.read() as session:
        rows = session.execute(select(entries).order_by(entries.c.serial))
        return [(row.action, row.thing, row.outcome, BY_KEY.sub("", row.reason)) for row in rows]


def test_the_opening_and_each_look_are_in_the_audit_with_the_reason(
    casework: Any, protected: Case, browse: Callable[..., Any], capfd: pytest.CaptureFixture[str]
) -> None:
    lead = browse(casework, "thelen")
    short = lead.post("/notzugriff", data={"number": protected.number, "reason": "eilt"})
    assert short.status_code == 422
    answer = lead.post("/notzugriff", data={"number": protected.number, "reason": WHY})
    assert answer.headers["Location"] == f"/faelle/{protected.id}"
    page = text_of(lead.get(answer.headers["Location"]))
    assert "Notzugriff bis" in page
    assert "Zahra Azizi" in page
    assert "Kontakt notieren" not in page
    lead.get(f"/faelle/{protected.id}/kontakte")
    thing = f"cases:{protected.id}"
    assert audit(casework)[-3:] == [
        ("case.open_in_emergency", thing, "done", WHY), ("case.see", thing, "seen", WHY), ("case.see", thing, "seen", WHY),
    ]  # fmt: skip
    assert WHY not in "".join(capfd.readouterr())
    owner = text_of(browse(casework, "kowalczyk").get("/woche"))
    assert "Notzugriffe der letzten vier Wochen" in owner
    assert WHY in owner


def test_what_is_open_in_an_emergency_stands_in_no_list_and_every_look_at_it_has_the_reason(
    casework: Any, protected: Case, browse: Callable[..., Any], do: Callable[..., Any], actors: dict[str, Actor]
) -> None:
    placed = do(order_interpreting, an_order(protected.id), by="kowalczyk")
    told: dict[str, Any] = {
        "about_kind": "case", "about_id": protected.id, "person": "Zahra Azizi", "recipients": ("caritas-eifel",),
        "given_on": date(2022, 5, 10), "valid_to": date(2022, 6, 1), "informed": True, "signed": True, "kept_at": "Ordner",
    }  # fmt: skip
    consent = do(record_consent, RecordConsent(purpose="Wohnung", categories=("name",), **told), by="kowalczyk")
    lead = browse(casework, "thelen")
    address = lead.post("/notzugriff", data={"number": protected.number, "reason": WHY}).headers["Location"]
    page = lead.get(address).text
    assert "Zahra Azizi" in page and placed.number in page and "In Listen und Suche steht sie nicht" in page
    assert consent.id not in page  # what the case says of it, and no way to it
    key = bearer(lead.application, actors["thelen"])
    lists: tuple[tuple[str, str, dict[str, Any]], ...] = (
        ("GET", "/woche", {}), ("GET", "/faelle", {}), ("POST", "/faelle/suche", {"data": {"words": "zahra", "state": "all"}}),
        ("GET", "/sprachmittlung", {}), ("GET", "/sprachmittlung/neu", {}), ("GET", "/faelle/neu-verteilen", {}),
        ("GET", "/einwilligungen/", {}), ("GET", "/verweise/", {}), ("GET", "/vorschlaege", {}),
        ("GET", "/api/cases/", {"headers": key}), ("GET", "/api/orders/", {"headers": key}), ("GET", "/api/consents/", {"headers": key}),
    )  # fmt: skip
    before = len(audit(casework))
    for method, where, asked in lists:
        answer = lead.open(where, method=method, **asked)
        assert answer.status_code == 200, where
        found = [one for one in ("Azizi", protected.number, protected.id, placed.number, placed.id, consent.id) if one in answer.text]
        assert found == [], where
    assert {row[3] for row in audit(casework)[before:]} == {""}  # nothing of it was looked at
    assert lead.get(f"/einwilligungen/{consent.id}").status_code == 404
    before = len(audit(casework))
    for where, asked in (
        (address, {}), (f"{address}/kontakte", {}), (f"/sprachmittlung/{placed.id}", {}), (f"/api/cases/{protected.id}", {"headers": key}),
        (f"/api/contacts/?case={protected.id}", {"headers": key}), (f"/api/orders/{placed.id}", {"headers": key}),
    ):  # fmt: skip
        assert lead.get(where, **asked).status_code == 200, where
    assert [row[2:] for row in audit(casework)[before:]] == [("seen", WHY)] * 6
    for where in ("schliessen", "wieder-oeffnen", "personen/neu", "schutz", "schutz/ende"):
        assert lead.get(f"{address}/{where}").status_code in {403, 404}, where  # looking is all one may


def test_who_needs_it_again_within_the_hour_gives_the_reason_again(casework: Any, protected: Case, browse: Callable[..., Any]) -> None:
    lead = browse(casework, "thelen")
    for why in (WHY, "Die Klinik ruft noch einmal zurück"):
        answer = lead.post("/notzugriff", data={"number": protected.number, "reason": why})
        assert answer.headers["Location"] == f"/faelle/{protected.id}"
        lead.get(f"/faelle/{protected.id}")
        assert audit(casework)[-1][3] == why


def test_how_long_the_reason_must_be_is_said_before_one_types(casework: Any, browse: Callable[..., Any]) -> None:
    page = browse(casework, "thelen").get("/notzugriff").text
    hint = re.search(r'aria-describedby="([^" ]+)[^>]*name="reason"|name="reason"[^>]*aria-describedby="([^" ]+)', page)
    assert hint is not None
    assert re.search(rf'id="{hint[1] or hint[2]}"[^>]*>[^<]*mindestens {SHORTEST_REASON} Zeichen', page)


def test_a_look_at_an_order_of_the_case_has_the_reason_too_and_readers_find_the_opening_in_their_list(
    casework: Any, protected: Case, browse: Callable[..., Any], do: Callable[..., Any]
) -> None:
    placed = do(order_interpreting, an_order(protected.id), by="kowalczyk")
    do(open_in_emergency, OpenInEmergency(protected.number, WHY))
    assert browse(casework, "thelen").get(f"/sprachmittlung/{placed.id}").status_code == 200
    assert audit(casework)[-1] == ("order.see", f"orders:{placed.id}", "seen", WHY)
    assert "Auftrag zurückziehen" not in text_of(browse(casework, "thelen").get(f"/sprachmittlung/{placed.id}"))
    assert "Auftrag zurückziehen" in text_of(browse(casework, "kowalczyk").get(f"/sprachmittlung/{placed.id}"))
    assert WHY in text_of(browse(casework, "reader").get("/faelle"))
    assert "Jemanden aufnehmen" not in text_of(browse(casework, "reader").get("/faelle"))
    assert WHY not in text_of(browse(casework, "breuer").get("/faelle"))


def test_an_unknown_number_keeps_what_was_typed(casework: Any, protected: Case, browse: Callable[..., Any]) -> None:
    answer = browse(casework, "thelen").post("/notzugriff", data={"number": "2022-9999", "reason": WHY})
    assert answer.status_code == 422
    assert "Diesen Fall gibt es nicht" in text_of(answer)
    assert WHY in answer.get_data(as_text=True)


def test_a_look_without_an_emergency_has_no_reason_in_the_audit(casework: Any, protected: Case, browse: Callable[..., Any]) -> None:
    browse(casework, "kowalczyk").get(f"/faelle/{protected.id}")
    assert audit(casework)[-1] == ("case.see", f"cases:{protected.id}", "seen", "")


def test_a_refused_try_is_in_the_audit_with_the_case_and_the_answer_does_not_say_whether_there_is_one(
    casework: Any, protected: Case, browse: Callable[..., Any], actors: dict[str, Actor]
) -> None:
    colleague = browse(casework, "breuer")
    key = bearer(colleague.application, actors["breuer"])
    for number, thing in ((protected.number, f"cases:{protected.id}"), ("2022-9999", "cases:?")):
        page = colleague.post("/notzugriff", data={"number": number, "reason": WHY})
        assert page.status_code == 422 and "Diesen Fall gibt es nicht" in text_of(page)
        assert audit(casework)[-1] == ("case.open_in_emergency", thing, "denied", "")
        assert colleague.post("/api/emergencies/", json={"number": number, "reason": WHY}, headers=key).status_code == 404
        assert audit(casework)[-1] == ("case.open_in_emergency", thing, "denied", "")
        assert [row[2] for row in audit(casework)].count("denied") == (2 if number == protected.number else 4)


def test_sums_count_it_as_before_and_no_lead_reads_them(
    casework: Any, admit: Callable[..., Case], do: Callable[..., Any], actors: dict[str, Actor], browse: Callable[..., Any]
) -> None:
    case = admit(casework)
    period = date(2022, 5, 1), date(2022, 5, 31)
    with casework.database.read() as session:
        before = count_statistics(session, *period)
    do(protect_case, ProtectCase(case.id, "endangered"))
    with casework.database.read() as session:
        assert count_statistics(session, *period) == before
    assert before["cases"]["open_at_end"] == 1
    client = browse(casework, "thelen")
    address = "/api/statistics?from=2022-05-10&to=2022-05-10"
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
            listed = client.get("/api/proposals/", headers=bearer(client.application, actors[who])).json["items"]
            assert [one["id"] for one in listed] == (["erster", "zweiter"] if sees_it else ["zweiter"]), who


def test_protecting_and_lifting_by_the_pages(casework: Any, admit: Callable[..., Case], browse: Callable[..., Any]) -> None:
    case = admit(casework, name="Zahra Azizi")
    lead = browse(casework, "thelen")
    assert "Akte schützen" in text_of(lead.get(f"/faelle/{case.id}"))
    answer = lead.post(f"/faelle/{case.id}/schutz", data={"reason": "endangered"}, follow_redirects=True)
    assert f"Fall {case.number} ist geschützt." in text_of(answer)
    assert "Azizi" not in text_of(answer)
    reader = browse(casework, "lentz")
    page = text_of(reader.get(f"/faelle/{case.id}"))
    assert "Geschützte Akte seit" in page
    assert "Kontakt notieren" not in page
    answer = reader.post(f"/faelle/{case.id}/schutz/ende", data={"because": "Gefahr ist vorbei"}, follow_redirects=True)
    assert f"Fall {case.number} ist nicht mehr geschützt." in text_of(answer)


def test_programs_protect_lift_and_open(
    casework: Any, admit: Callable[..., Case], browse: Callable[..., Any], actors: dict[str, Actor]
) -> None:
    case = admit(casework)
    client = browse(casework, "thelen")
    lead, reader = bearer(client.application, actors["thelen"]), bearer(client.application, actors["lentz"])
    done = client.post("/api/cases/protections", json={"case_id": case.id, "reason": "endangered"}, headers=lead)
    assert (done.status_code, "persons" in done.json) == (200, False)
    assert client.get(f"/api/cases/{case.id}", headers=lead).status_code == 404
    opened = client.post("/api/emergencies/", json={"number": case.number, "reason": WHY}, headers=lead)
    assert (opened.status_code, opened.json["case"]) == (201, case.id)
    assert client.get(f"/api/cases/{case.id}", headers=lead).json["number"] == case.number
    assert audit(casework)[-1] == ("case.see", f"cases:{case.id}", "seen", WHY)
    lifted = client.post("/api/cases/liftings", json={"case_id": case.id, "because": "vorbei"}, headers=reader)
    assert lifted.status_code == 200


ROLES = ("case_manager", "case_lead", "protected_case_reader", "intake_staff", "auditor")


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    roles=st.sets(st.sampled_from(ROLES)),
    responsible=st.booleans(), deputy=st.booleans(), protected=st.booleans(), subject=st.booleans(), opened=st.booleans(),
    cover=st.sampled_from([None, False, True]), cover_days=st.tuples(st.integers(-2, 2), st.integers(0, 3)), minutes=st.integers(0, 90),
    action=st.sampled_from(["case.list", "case.see", "case.work", "case.assign"]),
)  # fmt: skip
def test_lists_and_the_rule_always_agree(
    casework: Any, at_noon: Callable[..., datetime], roles: set[str], responsible: bool, deputy: bool, protected: bool, subject: bool,
    opened: bool, cover: bool | None, cover_days: tuple[int, int], minutes: int, action: str,
) -> None:  # fmt: skip
    """The plain rule decides of one case, the select of all: whatever somebody has to do with a case, both say the same. What an emergency
    alone opens is seen by its address, with the reason, and stands in no list; and so it is with an order of the case.
    """
    now = at_noon(5, 10)
    me = Actor("breuer", "Breuer", HOUSE, frozenset(roles))
    case_id, begins = new_id(), (now + timedelta(days=cover_days[0])).date()
    with casework.database.write() as session:
        for table in (Cover, EmergencyAccess, Protection):
            session.execute(delete(table))
        case = Case(
            id=case_id, number=case_id[-20:], version=1, state="open", phase="intake", responsible="breuer" if responsible else "kowalczyk",
            opened_on=now.date(), agreement_on=now.date(), criteria=[], reasoning="", need="", topics=[], site="", town="",
        )  # fmt: skip
        session.add(case)
        session.flush()
        session.add(an_order_row(case_id, now, "breuer" if responsible else "thelen"))
        if deputy:
            case.set_deputies(["breuer"], now.date(), "thelen")
        if protected:
            about = "breuer" if subject else None
            session.add(
                Protection(id=new_id(), case_id=case_id, reason="colleague", subject=about, since=now.date(), protected_by="thelen")
            )
        if opened:
            session.add(
                EmergencyAccess(
                    id=new_id(), case_id=case_id, actor="breuer", actor_name="", reason=WHY, opened_at=now - timedelta(minutes=minutes),
                    ends_at=now + timedelta(minutes=60 - minutes),
                )
            )  # fmt: skip
        if cover is not None:
            session.add(
                Cover(
                    id=new_id(), absent="kowalczyk", cover="breuer", from_day=begins, until_day=begins + timedelta(days=cover_days[1]),
                    with_protected=cover, reason="", given_by="thelen", given_at=now,
                )
            )  # fmt: skip
    act = casework.act(me, now)
    with casework.database.read() as session:
        one, order = session.get_one(Case, case_id), session.get_one(InterpretingOrder, case_id)
        because = ground(RULES, roles, action, STANDINGS[Case](session, act, one))
        assert because in {None, "", WHY}
        assert (one in session.scalars(visible_cases(act, action)).all()) is (because == "")
        listed = one in list_cases(session, act)
        assert listed is lets(session, act, "case.list", one)
        assert (case_id in session.scalars(hidden_cases(act)).all()) is (protected and not listed)
        assert (order in list_orders(session, act)) is lets(session, act, "order.list", order)
        for thing, kind in ((one, "case"), (order, "order")):
            seen, only_so = (
                lets(session, act, f"{kind}.see", thing),
                ground(RULES, roles, f"{kind}.see", STANDINGS[type(thing)](session, act, thing)),
            )
            assert seen is (lets(session, act, f"{kind}.list", thing) or only_so == WHY)


def an_order_row(case_id: str, now: datetime, by: str) -> InterpretingOrder:
    return InterpretingOrder(
        id=case_id, number=case_id[-20:], version=1, case_id=case_id, state="requested", requested_at=now, requested_by=by, sent_to="pool",
        desk="", requester_town="", job_kind="phone", occasion="authority", language="prs", service_date=JUNE, minutes=30, editable=True,
        decides_something=False, public_room=True, place="", other_payers_ruled_out=False, answer_version=0,
    )  # fmt: skip


def text_of(answer: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True)))


def plain(answer: Any) -> str:
    """Without what is drawn anew for each answer."""
    return re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|[A-Z0-9]{4}-[A-Z0-9]{4}", "", text_of(answer))
