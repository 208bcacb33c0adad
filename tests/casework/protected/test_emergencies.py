"""An emergency opens a case to a colleague by its number, for a while, for looking, with its reason."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from casework.protected.conftest import WHY, an_order, audit, sees, text_of
from kim_casework.model.case import Case
from kim_casework.model.week import emergencies_to_know
from kim_casework.operations.close_case import CloseCase, close_case
from kim_casework.operations.open_in_emergency import OpenInEmergency, open_in_emergency
from kim_casework.operations.order_interpreting import order_interpreting
from kim_casework.operations.protect_case import ProtectCase, protect_case
from kim_protection.rules import SHORTEST_REASON
from kim_referral.operations.record_consent import RecordConsent, record_consent
from kim_runtime.act import Actor
from kim_runtime.refusal import NotFound, Refused
from web.signed_in import bearer


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
    assert "Unter dieser Nummer können Sie keine Akte öffnen" in text_of(answer)
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
        assert page.status_code == 422 and "Unter dieser Nummer können Sie keine Akte öffnen" in text_of(page)
        assert audit(casework)[-1] == ("case.open_in_emergency", thing, "denied", "")
        assert colleague.post("/api/emergencies/", json={"number": number, "reason": WHY}, headers=key).status_code == 404
        assert audit(casework)[-1] == ("case.open_in_emergency", thing, "denied", "")
        assert [row[2] for row in audit(casework)].count("denied") == (2 if number == protected.number else 4)
