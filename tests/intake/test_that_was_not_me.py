"""That was not me: entries made at an unlocked desk under somebody else's name go to who made them, and nothing else does."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from intake.conftest import PEOPLE, US
from intake.test_pages import text_of
from kim_audit.tables import entries as audit
from kim_bus.tables import outbox
from kim_events.catalogue import CATALOGUE
from kim_intake.model.consultation import Consultation, consultation
from kim_intake.operations.consultation_facts import facts_of
from kim_intake.operations.edit_consultation import EditConsultation, edit_consultation
from kim_intake.operations.hand_over import HandOverConsultation, hand_over
from kim_intake.operations.issue_code import IssueCode, issue_code
from kim_intake.operations.link_consultation import LinkConsultation, link_consultation
from kim_intake.operations.propose_admission import ProposeAdmission, propose_admission
from kim_intake.operations.register_client import RegisterClient, register_client
from kim_intake.operations.set_body_state import SetBodyState, set_body_state
from kim_intake.operations.withdraw_hand_over import WithdrawHandOver, withdraw_hand_over
from kim_intake.operations.withdraw_proposal import WithdrawProposal, withdraw_proposal
from kim_intake.pages.entry_kinds import ENTRY_KINDS
from kim_referral.model.consent import Consent
from kim_referral.operations.protect_received import ProtectReceived, protect_received
from kim_runtime.act import Actor
from kim_service.audit_search import things_meant
from kim_web.tables import moved_entries
from referral.done_to_referrals import done_to_referrals
from sqlalchemy import select
from web import own_entries
from web.own_entries import PAGE, give_all, offered
from web.signed_in import bearer, sign_in
from web.static_html import faults

Sit = Callable[..., FlaskClient]
ELSEWHERE = Actor("peters", "Jan Peters", US, frozenset({"intake_staff"}), frozenset({"rathaus-herzogenrath"}))


@pytest.fixture
def there(app: Flask) -> FlaskClient:
    """Aydın's browser; Lindner, Wirtz, and Peters of another site have signed in before."""
    for person in (PEOPLE["lindner"], PEOPLE["wirtz"], ELSEWHERE):
        sign_in(app.test_client(), person)
    return sign_in(app.test_client(), PEOPLE["aydin"])


def browser(app: Flask, person: str) -> FlaskClient:
    return sign_in(app.test_client(), PEOPLE[person])


move = partial(own_entries.move, to="lindner")


def moves(house: Any) -> list[Any]:
    with house.database.read() as session:
        return list(session.execute(select(moved_entries).order_by(moved_entries.c.id)))


def by_of(house: Any, model: Any, thing_id: str, column: str) -> str:
    with house.database.read() as session:
        return str(getattr(session.get(model, thing_id), column))


def test_ones_own_entries_of_the_hour_are_offered_and_go_to_who_made_them(house: Any, record: Any, there: FlaskClient) -> None:
    old = record(at=house.clock.now() - timedelta(minutes=61))
    mine, others = record(), record("lindner")
    page = there.get(PAGE)
    assert f'value="consultation:{mine.id}"' in page.text
    assert old.id not in page.text and others.id not in page.text
    assert "Petra Lindner" in page.text and ">Selin Aydın</option>" not in page.text and "Wirtz" not in page.text
    assert faults(page.text) == []
    answer = move(there, f"consultation:{mine.id}")
    assert answer.status_code == 303
    assert by_of(house, Consultation, mine.id, "recorded_by") == "lindner"
    after = there.get(PAGE)
    assert "1 Eintrag steht jetzt auf Petra Lindner" in text_of(after.text) and "wartet auf Antwort" in text_of(after.text)
    assert faults(after.text) == []


def test_every_kind_of_entry_moves_and_nothing_names_who_it_was_not(house: Any, record: Any, act_of: Any, there: FlaskClient) -> None:
    first, second, third = record(), record(), record()
    with house.database.write() as session:
        act = act_of()
        handed = hand_over(session, act, HandOverConsultation(consultation_id=first.id, to="school_entry"))
        withdraw_hand_over(session, act, WithdrawHandOver(handed.id))
        facts = facts_of(consultation(session, first.id))
        edit_consultation(session, act, EditConsultation(consultation_id=first.id, **facts | {"persons_present": 4}))
        code = issue_code(session, act, IssueCode(first.id)).code
        person = register_client(
            session, act, RegisterClient(site="aachen-arkaden", name="Anna Beispiel", consent_given_on=act.today, code=code)
        )
        link_consultation(session, act, LinkConsultation(second.id, person.id))
        proposed = propose_admission(
            session, act, ProposeAdmission(client_id=person.id, site="aachen-arkaden", need="Wohnung", consent_given_on=act.today)
        )
        withdraw_proposal(session, act, WithdrawProposal(proposed.id))
        set_body_state(session, act, SetBodyState("aachen-arkaden", "health_kiosk", "closed"))
        done_to_referrals(session, act, ("consultation", third.id))
    page = there.get(PAGE).text
    assert "Anna Beispiel" not in page and "Merkzeichen" not in page  # it may lie open for all to see
    assert "Stand einer Stelle heute: Aachen-Arkaden" in page and "Ein Schutz und ein Notzugriff lassen sich nicht umschreiben" in page
    with house.database.read() as session:
        sent = list(session.scalars(select(outbox.c.event_id)))
    others = {"correction", "referral_opened", "referral_answered", "release", "release_revocation"}
    assert give_all(there, "aydin", "lindner", "Selin Aydın") == {kind.code for kind in ENTRY_KINDS} - others
    with house.database.read() as session:
        assert list(session.scalars(select(outbox.c.event_id))) == sent  # no event says who acted: there is nothing to correct


def test_a_received_referral_that_is_closed_neither_shows_nor_moves_to_who_may_not_see_it(
    app: Flask, house: Any, record: Any, act_of: Any, there: FlaskClient
) -> None:
    talk = record()
    with house.database.write() as session:
        done_to_referrals(session, act_of(), ("consultation", talk.id))
        protect_received(session, act_of("haddad"), ProtectReceived(f"{talk.id}-accepted", "endangered"))
    browser(app, "haddad")
    key = next(key for key in offered(there) if key.startswith("referral_completed:"))
    page = there.get(PAGE).text
    assert "Abgeschlossener Verweis<" in page and "R-2022-0100" not in page
    assert move(there, key, to="lindner").status_code == 422
    assert move(there, key, to="haddad").status_code == 303


def test_no_event_of_intake_says_who_acted_so_that_none_becomes_untrue() -> None:
    told = {"consultation.recorded.v1", "admission.proposed.v1", "referral.offered.v1", "referral.answered.v1", "referral.withdrawn.v1"}
    assert told <= set(CATALOGUE)
    names = {name for kind in told for name in CATALOGUE[kind].schema().fields}
    assert not {name for name in names if re.search(r"actor|staff|person_in_charge|_by$", name)} - {"answer_by"}  # that is a day


@pytest.mark.parametrize("whose", ["lindner", "nobody"])
def test_another_persons_entry_never_moves_and_reads_like_none(house: Any, record: Any, there: FlaskClient, whose: str) -> None:
    mine = record()
    thing_id = record("lindner").id if whose == "lindner" else "0197"
    answer = move(there, f"consultation:{mine.id}", f"consultation:{thing_id}", to="haddad" if whose == "haddad" else "lindner")
    assert answer.status_code == 422
    assert "steht nicht auf Ihrem Namen" in answer.text
    assert faults(answer.text) == []
    assert by_of(house, Consultation, mine.id, "recorded_by") == "aydin"  # all or none
    assert moves(house) == []


def test_what_is_older_than_the_hour_stays(house: Any, record: Any, there: FlaskClient) -> None:
    mine = record()
    house.clock.set(house.clock.now() + timedelta(minutes=60, seconds=1))
    answer = move(there, f"consultation:{mine.id}")
    assert answer.status_code == 422 and "Umschreiben geht nur 60 Minuten lang" in answer.text
    assert by_of(house, Consultation, mine.id, "recorded_by") == "aydin"


def test_no_entry_moves_twice(app: Flask, house: Any, record: Any, there: FlaskClient) -> None:
    mine = record()
    move(there, f"consultation:{mine.id}")
    assert move(there, f"consultation:{mine.id}").status_code == 422
    lindner = browser(app, "lindner")
    assert f'value="consultation:{mine.id}"' not in lindner.get(PAGE).text
    answer = move(lindner, f"consultation:{mine.id}", to="aydin")
    assert answer.status_code == 422 and "schon einmal umgeschrieben" in answer.text
    assert by_of(house, Consultation, mine.id, "recorded_by") == "lindner"


@pytest.mark.parametrize(("to", "said"), [("peters", "darf hier keinen solchen Eintrag machen"), ("unknown", "meldet sich hier einmal an"),
                                          ("aydin", "meldet sich hier einmal an"), ("wirtz", "darf hier keinen")])  # fmt: skip
def test_it_goes_to_nobody_who_could_not_have_made_it(house: Any, record: Any, there: FlaskClient, to: str, said: str) -> None:
    mine = record()
    answer = move(there, f"consultation:{mine.id}", to=to)
    assert answer.status_code == 422 and said in answer.text
    assert by_of(house, Consultation, mine.id, "recorded_by") == "aydin" and moves(house) == []


def test_a_consent_about_a_talk_goes_to_nobody_of_another_site(house: Any, record: Any, act_of: Any, there: FlaskClient) -> None:
    first = record()
    with house.database.write() as session:
        told: Any = {"person": "A", "purpose": "Beratung", "recipients": [], "categories": ["name"], "language": "deu",
                     "interpreting": "none", "form": "oral", "signed": False, "kept_at": "", "given_by": "self", "giver_name": "",
                     "given_on": act_of().today, "valid_to": act_of().today, "recorded_at": act_of().at,
                     "recorded_by": "aydin"}  # fmt: skip
        session.add(Consent(id="c-1", about_kind="consultation", about_id=first.id, **told))
        session.add(Consent(id="c-2", about_kind="visitor", about_id="c-2", **told))
    assert move(there, "consent:c-1", to="peters").status_code == 422
    assert move(there, "consent:c-2", to="peters").status_code == 303


def test_the_other_person_sees_it_on_their_first_page_and_accepts(
    app: Flask, house: Any, record: Any, desk: Sit, there: FlaskClient
) -> None:
    mine = record()
    move(there, f"consultation:{mine.id}")
    lindner = desk("lindner")
    page = lindner.get("/heute")
    assert "Auf Ihren Namen geschrieben" in page.text and "Selin Aydın" in page.text and faults(page.text) == []
    assert "Auf Ihren Namen geschrieben" not in desk("aydin").get("/heute").text
    (address,) = set(re.findall(r'action="(/eintraege/[^"]+/antwort)"', page.text))
    assert there.post(address, data={"answer": "accepted"}).status_code == 404  # not theirs to answer
    assert lindner.post(address, data={"answer": "accepted"}).status_code == 303
    assert "Auf Ihren Namen geschrieben" not in lindner.get("/heute").text
    assert [row.state for row in moves(house)] == ["accepted"]
    assert lindner.post(address, data={"answer": "not_me"}).status_code == 409


def test_what_neither_made_is_open_to_the_head_who_learns_nothing_else_and_settles_it(
    app: Flask, house: Any, record: Any, there: FlaskClient
) -> None:
    mine = record(concern="Merkzeichen")
    move(there, f"consultation:{mine.id}")
    lindner, head = browser(app, "lindner"), browser(app, "wirtz")
    start = head.get("/", follow_redirects=True).text
    assert "Nichts offen" in start and "Hier entscheiden Sie, von wem ein strittiger Eintrag ist." in start
    (one,) = moves(house)
    lindner.post(f"/eintraege/{one.id}/antwort", data={"answer": "not_me"})
    page = head.get("/eintraege/offen")
    shown = text_of(page.text)
    assert "Beratung" in shown and "Selin Aydın" in shown and "Petra Lindner" in shown
    assert "Merkzeichen" not in page.text and "5 Personen" not in shown and mine.id not in page.text
    assert faults(page.text) == []
    assert lindner.get("/eintraege/offen").status_code == 403
    sign_in(app.test_client(), PEOPLE["haddad"])
    assert head.post(f"/eintraege/offen/{one.id}", data={"to": ""}).status_code == 422
    wrong = head.post(f"/eintraege/offen/{one.id}", data={"to": "peters"})
    assert wrong.status_code == 422 and faults(wrong.text) == []
    assert head.post(f"/eintraege/offen/{one.id}", data={"to": "haddad"}).status_code == 303
    assert by_of(house, Consultation, mine.id, "recorded_by") == "haddad"
    assert head.post(f"/eintraege/offen/{one.id}", data={"to": "aydin"}).status_code == 404
    with house.database.read() as session:
        steps = session.execute(select(audit.c.actor_id, audit.c.action, audit.c.reason).where(audit.c.thing == f"consultation:{mine.id}"))
        assert [tuple(row) for row in steps] == [
            ("aydin", "entry.move", "from aydin to lindner"), ("lindner", "entry.move", "not me either"),
            ("wirtz", "entry.settle", "to haddad"),
        ]  # fmt: skip


def test_programs_have_the_same_door(app: Flask, house: Any, record: Any, there: FlaskClient) -> None:
    mine = record()
    program = app.test_client()
    ask = {who: bearer(app, PEOPLE[who]) for who in ("aydin", "lindner", "wirtz")}
    listed = program.get("/api/own-entries/", headers=ask["aydin"]).json["items"]
    assert [one["entry"] for one in listed] == [f"consultation:{mine.id}"]
    people = program.get("/api/own-entries/people", headers=ask["aydin"]).json["items"]
    assert {"id": "lindner", "name": "Petra Lindner"} in people
    told = {"entries": [f"consultation:{mine.id}"], "to": "lindner"}
    made = program.post("/api/own-entries/moves", json=told, headers=ask["aydin"])
    assert (made.status_code, made.json["items"][0]["state"]) == (201, "told")
    assert program.post("/api/own-entries/moves", json=told, headers=ask["aydin"]).status_code == 404
    (waits,) = program.get("/api/own-entries/moves", headers=ask["lindner"]).json["items"]
    answer = program.put(f"/api/own-entries/moves/{waits['id']}/answer", json={"answer": "not_me"}, headers=ask["lindner"])
    assert answer.json["state"] == "open"
    (open_one,) = program.get("/api/own-entries/open", headers=ask["wirtz"]).json["items"]
    settled = program.put(f"/api/own-entries/open/{open_one['id']}", json={"to": "-"}, headers=ask["wirtz"])
    assert settled.json["state"] == "settled"
    assert by_of(house, Consultation, mine.id, "recorded_by") == "lindner"
    narrow = bearer(app, PEOPLE["aydin"], "consultation.see")
    assert program.get("/api/own-entries/", headers=narrow).status_code == 403


def test_where_nobody_else_has_signed_in_the_page_says_what_to_do(app: Flask, record: Any) -> None:
    record()
    page = browser(app, "aydin").get(PAGE)
    assert "Hier hat sich sonst noch niemand angemeldet" in page.text and faults(page.text) == []
    assert "/eintraege/" in browser(app, "aydin").get("/zugang/").text


def test_a_form_with_nothing_ticked_comes_back(record: Any, there: FlaskClient) -> None:
    record()
    answer = there.post(PAGE, data={"entries": "", "to": "lindner"})
    assert answer.status_code == 422 and "Bitte ankreuzen" in answer.text and faults(answer.text) == []


def test_an_auditor_finds_with_a_person_their_talks_hand_overs_and_proposals(app: Flask, house: Any, record: Any, act_of: Any) -> None:
    talk, other = record(), record()
    with house.database.write() as session:
        act = act_of()
        given = hand_over(session, act, HandOverConsultation(consultation_id=talk.id, to="school_entry"))
        person = register_client(
            session, act, RegisterClient(site="aachen-arkaden", name="Anna Beispiel", consent_given_on=act.today, consultation_id=talk.id)
        )
        proposed = propose_admission(
            session, act, ProposeAdmission(client_id=person.id, site="aachen-arkaden", need="Wohnung", consent_given_on=act.today)
        )
        ids = person.id, proposed.id, given.id
    with app.test_request_context(), house.database.read() as session:
        found = things_meant(session, ids[0])
    assert {f"clients:{ids[0]}", f"consultation:{talk.id}", f"proposals:{ids[1]}", f"hand_overs:{ids[2]}"} <= found
    assert not any(other.id in name for name in found)
