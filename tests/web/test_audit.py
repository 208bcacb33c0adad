"""What the audit is told: acts and looks with who and what, refusals, who comes and goes; and nothing else."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import g
from flask.testing import FlaskClient
from kim_audit.record import LONGEST_REASON
from kim_audit.tables import entries, metadata
from kim_runtime.database import Database
from kim_web.account import action_words
from kim_web.audit import why
from kim_web.tables import sessions
from kim_web.web import EXTENSION
from prometheus_client import REGISTRY
from sqlalchemy import select
from web.conftest import ACTORS, Make
from web.signed_in import bearer, sign_in


def told(client: FlaskClient) -> list[tuple[Any, ...]]:
    with client.application.extensions[EXTENSION].rows.read() as rows:
        wanted = (entries.c.actor_id, entries.c.action, entries.c.thing, entries.c.outcome)
        return [tuple(row) for row in rows.execute(select(*wanted).order_by(entries.c.serial))]


def quiet(make: Make) -> FlaskClient:
    app = make()
    app.config["WTF_CSRF_ENABLED"] = False
    return sign_in(app.test_client(), ACTORS["aydin"])


def test_a_look_is_written_with_who_and_what(make: Make) -> None:
    desk = quiet(make)
    desk.get("/besuche")
    assert told(desk) == [("aydin", "visit.see", "", "seen")]


def test_what_one_may_not_see_or_do_is_written_as_denied(make: Make) -> None:
    desk = quiet(make)
    desk.get("/besuche/secret")
    desk.get("/besuche/none")
    auditor = sign_in(desk.application.test_client(), ACTORS["pruefer"])
    auditor.post("/besuche", data={})
    assert told(desk) == [
        ("aydin", "visit.see", "visits:secret", "denied"),
        ("aydin", "visit.see", "visits:?", "denied"),  # no id that we know: it may be anybody's name
        ("pruefer", "visit.record", "", "denied"),
    ]


def test_a_form_that_came_back_is_a_look_too(make: Make) -> None:
    desk = quiet(make)
    assert desk.post("/besuche", data={"persons_present": "x"}).status_code == 422
    assert told(desk) == [("aydin", "visit.record.page", "", "seen")]


def test_who_opens_a_form_has_looked_at_its_page_and_not_done_the_act(make: Make) -> None:
    desk = quiet(make)
    auditor = sign_in(desk.application.test_client(), ACTORS["pruefer"])
    assert (desk.get("/besuche/neu").status_code, auditor.get("/besuche/neu").status_code) == (200, 403)
    assert told(desk) == [("aydin", "visit.record.page", "", "seen"), ("pruefer", "visit.record.page", "", "denied")]
    with desk.application.test_request_context():
        assert action_words("visit.see.page") == "nur die Seite zu: Besuche ansehen"


def test_a_name_in_an_address_that_leads_nowhere_is_not_written(make: Make) -> None:
    desk = quiet(make)
    desk.get("/besuche/Max%20Mustermann%20geb.%201.2.1980")
    assert told(desk) == [("aydin", "visit.see", "visits:?", "denied")]


def test_a_name_in_an_address_that_nobody_looked_at_because_of_the_role_is_not_written(make: Make) -> None:
    desk = quiet(make)
    stranger = sign_in(desk.application.test_client(), ACTORS["lenzen"])
    assert stranger.get("/besuche/Max%20Mustermann%20geb.%201.2.1980").status_code == 403
    assert told(desk) == [("lenzen", "visit.see", "visits:?", "denied")]


def test_a_program_is_written_as_its_owner(make: Make) -> None:
    desk = quiet(make)
    desk.application.test_client().get("/api/visits/", headers=bearer(desk.application, ACTORS["pruefer"]))
    assert told(desk) == [("pruefer", "visit.see", "", "seen")]


def test_what_a_key_did_in_its_owners_name_is_told_apart(make: Make) -> None:
    desk = quiet(make)
    headers = bearer(desk.application, ACTORS["aydin"])
    desk.application.test_client().get("/api/visits/", headers=headers)
    desk.get("/besuche")
    with desk.application.extensions[EXTENSION].rows.read() as rows:
        reasons = list(rows.scalars(select(entries.c.reason).order_by(entries.c.serial)))
    key = headers["Authorization"].removeprefix("Bearer ")
    assert reasons == [f"by key kim_{key.split('_')[1]}", ""]
    assert key not in reasons[0]


def test_a_long_reason_does_not_push_the_key_out(make: Make) -> None:
    with make().test_request_context():
        g.key_id = "abc"
        written = why("x" * 600)
    assert written == "x" * (len(written) - len("; by key kim_abc")) + "; by key kim_abc" and len(written) == LONGEST_REASON


def test_keys_made_and_revoked_sessions_ended_and_desks_locked_are_written(make: Make) -> None:
    desk = quiet(make)
    sign_in(desk.application.test_client(), ACTORS["aydin"])
    desk.post("/zugang/schluessel", data={"label": "Auswertung", "actions": ["visit.see"], "ends_on": _in_a_month()})
    page = desk.get("/zugang/").text
    (key,) = re.findall(r'action="/zugang/schluessel/(\w+)/ende"', page)
    here = desk.application.extensions[EXTENSION]
    with here.rows.read() as rows:
        newest = rows.scalars(select(sessions.c.id).order_by(sessions.c.id.desc())).first()
    desk.post(f"/zugang/schluessel/{key}/ende")
    desk.post(f"/zugang/schluessel/{key}/ende")  # it is gone
    desk.post(f"/zugang/sitzungen/{newest}/ende")
    desk.post("/sperren")
    assert told(desk) == [
        ("aydin", "access_key.make", f"access_key:{key}", "done"),
        ("aydin", "access_key.revoke", f"access_key:{key}", "done"),
        ("aydin", "session.end", f"session:{newest}", "done"),
        ("aydin", "desk.lock", "", "done"),
    ]


def _in_a_month() -> str:
    return f"{datetime.now(UTC) + timedelta(days=30):%d.%m.%Y}"


def test_open_pages_and_ones_own_account_are_nobodys_business(make: Make) -> None:
    desk = quiet(make)
    for address in ("/offen", "/barrierefreiheit", "/zugang/", "/healthz", "/metrics", "/nowhere", "/static/kim.css"):
        desk.get(address)
    assert told(desk) == []


def test_leaving_is_written(make: Make) -> None:
    desk = quiet(make)
    desk.post("/abmelden")
    assert told(desk) == [("aydin", "sign_in", "", "signed_out")]


def test_no_name_is_written(make: Make) -> None:
    desk = quiet(make)
    desk.get("/besuche?name=Mustermann")
    desk.post("/abmelden")
    with desk.application.extensions[EXTENSION].rows.read() as rows:
        assert "Aydın" not in str(rows.execute(select(entries)).all()) and "Mustermann" not in str(rows.execute(select(entries)).all())


def test_what_cannot_be_written_down_is_not_shown(make: Make) -> None:
    desk = quiet(make)
    app = desk.application
    web = app.extensions[EXTENSION]
    metadata.drop_all(web.rows.engine)
    answer = desk.get("/besuche")
    assert answer.status_code >= 500
    assert "<h1>Heute am Standort</h1>" not in answer.text
    app.extensions[EXTENSION] = replace(web, database=Database(str(web.rows.url)))


ID = "0197f0c2-7c3a-7000-8000-000000000001"


def test_somebody_without_a_session_who_names_a_thing_or_wants_to_act_is_written_without_a_name(make: Make) -> None:
    desk = quiet(make)
    stranger = desk.application.test_client()
    for address in (f"/besuche/{ID}", "/besuche/Max%20Mustermann%201980", "/besuche/mustermann1980"):
        assert stranger.get(address).status_code == 302
    stranger.post("/besuche", data={"name": "Mustermann"})
    for headers in ({}, {"Authorization": "Bearer kim_Mustermann"}):
        assert stranger.get("/api/visits/", headers=headers).status_code == 401
    assert told(desk) == [
        ("visitor", "visit.see", f"visits:{ID}", "denied"),
        ("visitor", "visit.see", "visits:?", "denied"),
        ("visitor", "visit.see", "visits:?", "denied"),
        ("visitor", "visit.record", "", "denied"),
        ("visitor", "visit.see", "", "denied"),
        ("visitor", "visit.see", "", "denied"),
    ]
    with desk.application.extensions[EXTENSION].rows.read() as rows:
        written = rows.execute(select(entries)).all()
    assert {row.reason for row in written} == {"no_session"}
    assert "ustermann" not in str(written)


def test_who_comes_to_sign_in_is_counted_and_not_written(make: Make) -> None:
    desk = quiet(make)
    before = strangers()
    for address in ("/besuche", "/", "/offen", "/healthz", "/nowhere", "/static/kim.css", "/zugang/"):
        desk.application.test_client().get(address)
    assert told(desk) == []
    assert strangers() - before == 1  # /besuche alone asks for a right


def test_who_locked_the_desk_is_no_stranger(make: Make) -> None:
    desk = quiet(make)
    desk.post("/sperren")
    before = strangers()
    desk.get(f"/besuche/{ID}")
    assert [row for row in told(desk) if row[0] == "visitor"] == []
    assert strangers() == before


def test_nobody_outside_fills_the_table(make: Make) -> None:
    desk = quiet(make)
    web, before = desk.application.extensions[EXTENSION], strangers()
    web.strangers._clock = lambda: 6_000_000.0
    stranger = desk.application.test_client()
    for _try in range(25):
        stranger.get("/api/visits/")
    assert len(told(desk)) == 10
    assert strangers() - before == 25
    web.strangers._clock = lambda: 6_000_060.0  # a minute later
    stranger.get("/api/visits/")
    with web.rows.read() as rows:
        assert rows.scalars(select(entries.c.reason).order_by(entries.c.serial)).all()[-1] == "no_session; 15 more before were not written"


def test_a_stranger_is_sent_away_even_where_nothing_can_be_written(make: Make) -> None:
    desk = quiet(make)
    metadata.drop_all(desk.application.extensions[EXTENSION].rows.engine)
    assert desk.application.test_client().get("/api/visits/").status_code == 401


def strangers() -> float:
    return REGISTRY.get_sample_value("kim_audit_strangers_total", {"mailbox": "staedteregion-aachen.intake"}) or 0.0
