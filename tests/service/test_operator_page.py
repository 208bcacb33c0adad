"""The operator's page: what waits, why, and what may be done about it, without reading what it says."""

import re
from datetime import timedelta

import pytest
from kim_audit.tables import entries
from kim_bus import tables
from kim_runtime.clock import SystemClock
from kim_runtime.settings import WebSettings
from kim_service.doors import operated
from kim_web.app import create_app
from kim_web.doors import Doors
from service.conftest import HOUSE, PEOPLE
from sqlalchemy import select
from web.generated_requests import attack
from web.signed_in import NOBODYS_PROVIDER, bearer
from web.static_html import faults

PARKED, STUCK = "consultation.recorded.v1", "case.changed.v1"


def text_of(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True)))


def row(house, table, event_id):
    with house.database.read() as session:
        return session.execute(select(table).where(table.c.event_id == event_id)).one()


def interventions(house):
    with house.database.read() as session:
        return [(one.actor, one.action, one.event_id, one.because) for one in session.execute(select(tables.interventions))]


def test_the_list_says_who_sent_what_since_when_and_why_it_waits(sit_down):
    said = text_of(sit_down("vogt").get("/betrieb/"))
    assert "2 Nachrichten warten darauf, dass jemand nachsieht" in said
    assert "eigenes Haus, intake" in said
    assert "Der Dienst kann sie nicht wirken lassen (site_unknown)" in said
    assert "Kein Postfach nimmt sie an" in said
    assert PARKED in said
    assert STUCK in said


def test_the_navigation_of_the_operator_says_how_many_wait(sit_down):
    assert "Betrieb 2 warten" in text_of(sit_down("vogt").get("/barrierefreiheit"))


def test_the_page_of_a_message_says_what_to_do_and_not_what_it_says(sit_down, parked_id, stuck_id):
    operator = sit_down("vogt")
    said = text_of(operator.get(f"/betrieb/{parked_id}"))
    assert "talk-7, Fassung 1" in said
    assert "Bitte den Entwickelnden mit diesem Wort melden" in said
    assert "aachen-arkaden" not in said  # its content
    said = text_of(operator.get(f"/betrieb/{stuck_id}"))
    assert "Definitionen neu einspielen" in said
    assert "2022-0041" not in said


def test_a_retry_lets_it_take_effect_and_is_written_down_with_who_did_it(sit_down, casework, parked_id, pump_all):
    operator = sit_down("vogt")
    answer = operator.post(f"/betrieb/{parked_id}/erneut", follow_redirects=True)
    assert "wird jetzt erneut versucht" in text_of(answer)
    pump_all()
    assert row(casework, tables.inbox, parked_id).state == "done"
    assert interventions(casework) == [("vogt", "retry", parked_id, "")]
    assert "erneut versucht" in text_of(operator.get("/betrieb/"))


@pytest.fixture
def two_parked(casework, parked_id):
    """A second message that waits for the same reason."""
    with casework.database.write() as session:
        first = session.execute(select(tables.inbox)).one()._mapping
        session.execute(tables.inbox.insert().values({**first, "event_id": "0197-second", "subject": "talk-8"}))


def test_all_that_wait_for_one_reason_are_tried_again_by_one_button(sit_down, casework, two_parked):
    operator = sit_down("vogt")
    page = operator.get("/betrieb/").get_data(as_text=True)
    assert "Worauf mehrere warten" in page
    [reason] = re.findall(r'action="/betrieb/erneut".*?name="reason" value="([^"]*)"', page, re.DOTALL)
    answer = operator.post("/betrieb/erneut", data={"reason": reason}, follow_redirects=True)
    assert "2 Nachrichten werden jetzt erneut versucht." in text_of(answer)
    assert "Worauf mehrere warten" not in answer.get_data(as_text=True)
    assert {one[1] for one in interventions(casework)} == {"retry"}
    assert len(interventions(casework)) == 2
    assert "Aus diesem Grund wartet keine Nachricht mehr" in text_of(
        operator.post("/betrieb/erneut", data={"reason": reason}, follow_redirects=True)
    )


def test_what_waits_alone_for_its_reason_needs_no_button_for_all(sit_down):
    assert "Worauf mehrere warten" not in sit_down("vogt").get("/betrieb/").get_data(as_text=True)


def test_a_program_tries_again_what_waits_for_one_reason(sit_down, two_parked):
    operator = sit_down("vogt")
    headers = bearer(operator.application, PEOPLE["vogt"])
    [cause, _stuck] = operator.get("/api/parked/causes", headers=headers).json["items"]
    assert (cause["reason"], cause["count"], cause["arrived"]) == ("site_unknown", 2, True)
    answer = operator.post("/api/parked/retries", json={"reason": "site_unknown"}, headers=headers)
    assert answer.json == {"count": 2}
    assert operator.post("/api/parked/retries", json={"reason": "site_unknown"}, headers=headers).status_code == 404


def test_a_second_click_on_retry_is_no_error(sit_down, parked_id):
    operator = sit_down("vogt")
    operator.post(f"/betrieb/{parked_id}/erneut")
    answer = operator.post(f"/betrieb/{parked_id}/erneut", follow_redirects=True)
    assert answer.status_code == 200
    assert "wartet nicht mehr" in text_of(answer)


def test_discarding_asks_for_a_reason(sit_down, casework, stuck_id):
    answer = sit_down("vogt").post(f"/betrieb/{stuck_id}/verwerfen", data={"because": "  "})
    assert answer.status_code == 422
    assert "Noch nicht gespeichert" in text_of(answer)
    assert row(casework, tables.outbox, stuck_id).published_at is None
    assert interventions(casework) == []


def test_what_is_discarded_waits_no_more_and_the_reason_is_kept(sit_down, casework, stuck_id):
    operator = sit_down("vogt")
    answer = operator.post(f"/betrieb/{stuck_id}/verwerfen", data={"because": "Empfänger aufgelöst"}, follow_redirects=True)
    assert "1 Nachricht wartet" in text_of(answer)
    assert "Empfänger aufgelöst" in text_of(answer)
    assert row(casework, tables.outbox, stuck_id).body == b""
    assert interventions(casework) == [("vogt", "discard", stuck_id, "Empfänger aufgelöst")]
    with casework.database.read() as session:
        assert "Empfänger aufgelöst" in session.scalars(select(entries.c.reason).where(entries.c.action == "parked.settle")).all()
    assert operator.get(f"/betrieb/{stuck_id}").status_code == 404


def test_what_was_tried_before_stands_at_the_message(sit_down, casework, parked_id):
    operator = sit_down("vogt")
    operator.post(f"/betrieb/{parked_id}/erneut")
    with casework.database.write() as session:
        session.execute(tables.inbox.update().values(state="parked", reason="KeyError"))
    said = text_of(operator.get(f"/betrieb/{parked_id}"))
    assert "Frühere Eingriffe" in said
    assert "vogt erneut versucht" in said


def test_a_long_list_comes_in_pages(sit_down, casework):
    with casework.database.write() as session:
        [kept] = session.execute(select(tables.outbox)).mappings().all()
        copies = [{**kept, "serial": None, "event_id": f"copy-{number:03}"} for number in range(60)]
        session.execute(tables.outbox.insert(), [{name: value for name, value in one.items() if name != "serial"} for one in copies])
    operator, seen, address = sit_down("vogt"), [], "/betrieb/"
    while address:
        page = operator.get(address).get_data(as_text=True)
        found = re.findall(r'<th scope="row"><a class="kern-link" href="/betrieb/([^"]+)"', page)
        assert len(found) <= 50
        assert not set(found) & set(seen)
        seen += found
        following = re.search(r'kern-link" href="(/betrieb/\?nach=[^"]+)"', page)
        address = following[1].replace("&amp;", "&") if following else ""
    assert len(seen) == 62


@pytest.mark.parametrize("person", ["thelen", "pruefer"])
def test_nobody_but_operators_sees_or_settles_them(sit_down, program, casework, person, parked_id):
    client = sit_down(person)
    assert client.get("/betrieb/").status_code == 403
    assert client.get(f"/betrieb/{parked_id}").status_code == 403
    assert client.post(f"/betrieb/{parked_id}/verwerfen", data={"because": "weg"}).status_code == 403
    assert client.post(f"/betrieb/{parked_id}/erneut").status_code == 403
    assert "Betrieb" not in text_of(client.get("/barrierefreiheit"))
    assert program("GET", "/api/parked/", by=person).status_code == 403
    assert program("POST", f"/api/parked/{parked_id}/retry", by=person).status_code == 403
    assert interventions(casework) == []


def test_an_operator_sees_nothing_of_the_work_itself(sit_down):
    operator = sit_down("vogt")
    assert operator.get("/").location.endswith("/betrieb/")
    assert operator.get("/faelle").status_code == 403


@pytest.mark.parametrize("language", ["de", "en"])
def test_the_pages_are_in_order_as_html(sit_down, parked_id, language):
    operator = sit_down("vogt")
    operator.application.config["WTF_CSRF_ENABLED"] = True
    for address in ("/betrieb/", f"/betrieb/{parked_id}"):
        assert faults(operator.get(f"{address}?lang={language}").get_data(as_text=True)) == []


def test_a_program_lists_shows_retries_and_discards(program, casework, parked_id, stuck_id):
    listed = program("GET", "/api/parked/?limit=1").json
    rest = program("GET", "/api/parked/", query_string={"cursor": listed["next"]}).json
    assert {one["event_id"] for one in listed["items"] + rest["items"]} == {parked_id, stuck_id}
    assert rest["next"] is None
    one = program("GET", f"/api/parked/{parked_id}").json
    assert (one["sender"], one["name"], one["subject"], one["reason"]) == ("staedteregion-aachen.intake", PARKED, "talk-7", "site_unknown")
    assert one["interventions"] == []
    assert not {"data", "body", "headers"} & set(one)
    assert program("POST", f"/api/parked/{parked_id}/retry").status_code == 204
    assert program("POST", f"/api/parked/{stuck_id}/discard", json={}).status_code == 422
    assert program("POST", f"/api/parked/{stuck_id}/discard", json={"because": "aufgelöst"}).status_code == 204
    assert program("POST", f"/api/parked/{stuck_id}/discard", json={"because": "aufgelöst"}).status_code == 404
    assert [entry[:2] for entry in interventions(casework)] == [("vogt", "retry"), ("vogt", "discard")]


def test_a_sender_of_another_house_is_called_by_its_name(sit_down, casework):
    with casework.database.write() as session:
        [kept] = session.execute(select(tables.inbox)).mappings().all()
        key = "caritas-eifel.casework.referral.answered.v1.staedteregion-aachen.casework"
        strange = {"source": "urn:kim:caritas-eifel:casework", "event_id": "e/2", "name": "referral.answered.v1", "routing_key": key}
        session.execute(tables.inbox.insert(), {**kept, **strange})
    operator = sit_down("vogt")
    assert "Caritasverband für die Region Eifel, casework" in text_of(operator.get("/betrieb/"))
    assert "(caritas-eifel.casework)" in text_of(operator.get("/betrieb/e/2"))


def test_the_page_says_in_plain_words_how_the_courier_stands(sit_down, casework):
    operator, now = sit_down("vogt"), SystemClock().now()
    with casework.database.write() as session:
        seen = {"mailbox": casework.mailbox, "version": 1, "event_id": "p-1", "sent_at": now, "seen_at": now}
        session.execute(tables.probe.insert(), seen)
    said = text_of(operator.get("/betrieb/"))
    assert "Der Zusteller arbeitet" in said
    assert "Warten auf den Versand keine" in said
    assert "Letzte Probe, die zurückkam vor" in said
    with casework.database.write() as session:
        [kept] = session.execute(select(tables.outbox).where(tables.outbox.c.name == STUCK)).mappings().all()
        fresh = {"event_id": "waits", "stuck_at": None, "created_at": now - timedelta(hours=3), "serial": 999}
        session.execute(tables.outbox.insert(), {**kept, **fresh})
        session.execute(tables.probe.update().values(sent_at=now, seen_at=now - timedelta(minutes=12)))
    said = text_of(operator.get("/betrieb/"))
    assert "Der Zusteller trägt nichts mehr aus" in said
    assert "Warten auf den Versand 1; die älteste kam vor 3 Stunden" in said
    assert "vor 12 Minuten" in said


def test_a_courier_that_never_ran_is_said_to_have_never_run(sit_down):
    said = text_of(sit_down("vogt").get("/betrieb/"))
    assert "noch nie gelaufen" in said
    assert "„kim-casework courier“ starten" in said


def test_the_web_process_counts_what_was_said_at_its_desks(sit_down):
    shown = sit_down("vogt").get("/metrics").text
    assert re.search(r'kim_events_emitted_total\{mailbox="staedteregion-aachen.casework",name="case.changed.v1"\} [1-9]', shown)


@pytest.mark.slow
def test_the_door_does_what_its_description_says(casework):
    settings = WebSettings(organisation=HOUSE, secret="x" * 40, **NOBODYS_PROVIDER)
    doors = operated(Doors("casework", "Fallarbeit", "kim_casework", {}, "operator.show"))
    app = create_app(doors, casework.database, settings, casework.clock, ready=lambda: True)
    assert attack(app, bearer(app, PEOPLE["vogt"])) > 100
