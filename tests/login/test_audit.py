"""What the provider writes down, and that it names nobody; the same seals and the same command as everywhere."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient
from kim_audit.keeping import keep, works
from kim_audit.tables import entries
from kim_login import accounts
from kim_login.__main__ import main
from kim_login.provider import EXTENSION
from kim_runtime.database import Database
from login.asking import Service, read
from login.conftest import PASSWORD, SEAL, SECRET, Add, type_in
from login.test_steps import secret_on, set_up
from sqlalchemy import select, text

pytestmark = pytest.mark.slow  # hashes and whole walks: more than the quick tier has time for
REFUSES = {
    True: ("create trigger refuses before insert on kim_audit begin select raise(abort, 'no'); end",),
    False: (
        "create function refuses() returns trigger language plpgsql as $$ begin raise exception 'no'; end $$",
        "create trigger refuses before insert on kim_audit for each row execute function refuses()",
    ),
}
Told = list[tuple[str, str, str, str]]


def told(database: Database) -> Told:
    """(whose, action, outcome, reason), with the login's name for the account's id."""
    with database.read() as rows:
        known = {account.id: account.login for account in accounts.listed(rows)}
        wanted = rows.execute(select(entries).order_by(entries.c.serial)).all()
    return [(known.get(row.actor_id, row.actor_id), row.action, row.outcome, row.reason) for row in wanted]


def test_coming_in_and_leaving_is_written(desk: FlaskClient, database: Database, aydin: str) -> None:
    type_in(desk, aydin)
    desk.post("/abmelden")
    desk.post("/abmelden")  # nobody is here any more
    assert told(database) == [(aydin, "sign_in", "signed_in", ""), (aydin, "sign_in", "signed_out", "")]


def test_who_is_refused_is_written_with_why_and_no_name_that_was_typed(desk: FlaskClient, database: Database, aydin: str) -> None:
    type_in(desk, aydin, "ein falsches Kennwort")
    type_in(desk, "max.mustermann", "Mustermann-und-Sohn")
    with database.write() as rows:
        accounts.disable(rows, aydin)
    type_in(desk, aydin)
    assert told(database) == [
        (aydin, "sign_in", "sign_in_refused", "wrong_password"),
        ("visitor", "sign_in", "sign_in_refused", "unknown_name"),
        (aydin, "sign_in", "sign_in_refused", "disabled"),
    ]
    with database.read() as rows:
        assert "ustermann" not in str(rows.execute(select(entries)).all())


def test_an_account_that_must_wait_is_written(desk: FlaskClient, database: Database, aydin: str) -> None:
    for _try in range(7):
        answer = type_in(desk, aydin, "ein falsches Kennwort")
    assert answer.status_code == 429
    reasons = [reason for _who, _action, _outcome, reason in told(database)]
    assert reasons[:5] == ["wrong_password"] * 5
    assert reasons[-1] == "must_wait"


def test_nobody_fills_the_table_with_names_nobody_has(app: Flask, database: Database) -> None:
    provider, now = app.extensions[EXTENSION], time.time()
    provider.strangers._clock = lambda: now  # the tries of one minute, however long they take
    for number in range(70):
        client = app.test_client()
        client.post("/", data={"login": f"n{number}", "password": PASSWORD}, environ_base={"REMOTE_ADDR": f"10.0.{number}.1"})
    assert len(told(database)) == 60
    provider.strangers._clock = lambda: now + 60
    app.test_client().post("/", data={"login": "last", "password": PASSWORD}, environ_base={"REMOTE_ADDR": "10.1.0.1"})
    assert told(database)[-1] == ("visitor", "sign_in", "sign_in_refused", "unknown_name; 10 more before were not written")


def test_a_changed_password_and_new_codes_are_written(desk: FlaskClient, database: Database, add: Add) -> None:
    first = add("thelen", "case_lead")
    type_in(desk, "thelen", first)
    page = desk.get(desk.post("/kennwort", data={"password": "sieben gelbe Lampen", "again": "sieben gelbe Lampen"}).location).text
    desk.post("/code/einrichten", data={"code": "000000"})
    desk.post("/code/einrichten", data={"code": pyotp.TOTP(secret_on(page)).now()})
    desk.get("/weiter")
    again = desk.application.test_client()
    type_in(again, "thelen", "sieben gelbe Lampen")
    again.post("/code", data={"code": "000000"})
    assert told(database) == [
        ("thelen", "password.choose", "done", ""),
        ("thelen", "code.set_up", "sign_in_refused", "wrong_code"),
        ("thelen", "code.set_up", "done", ""),
        ("thelen", "sign_in", "signed_in", ""),
        ("thelen", "sign_in", "sign_in_refused", "wrong_code"),
    ]


def test_a_rescue_code_that_was_used_is_written(app: Flask, database: Database, add: Add) -> None:
    add("thelen", "case_lead", password=PASSWORD)
    _secret, rescue = set_up(app.test_client(), "thelen")
    desk = app.test_client()
    type_in(desk, "thelen")
    desk.get(desk.post("/code", data={"code": rescue[0]}).location)
    assert told(database)[-2:] == [("thelen", "code.rescue", "done", ""), ("thelen", "sign_in", "signed_in", "")]
    with database.read() as rows:
        assert rescue[0] not in str(rows.execute(select(entries)).all())


def lock(desk: FlaskClient, session: str, service: Service, secret: str = SECRET) -> int:
    return desk.post("/gesperrt", data={"sid": session}, headers=service.shows_itself(secret)).status_code


def test_a_desk_that_was_locked_is_written_with_the_service_that_locked_it(desk: FlaskClient, database: Database, aydin: str) -> None:
    type_in(desk, aydin)
    service = Service()
    session = read(desk, service.exchange(desk, service.code(desk)).json["id_token"])["sid"]
    assert lock(desk, session, service) == 204
    assert lock(desk, session, service, "wrong") == 401
    assert lock(desk, "another", service) == 403
    assert lock(desk, session, Service("nobody.intake"), "wrong") == 401
    assert told(database)[1:] == [
        (aydin, "desk.lock", "done", ""),
        (f"client:{service.client_id}", "desk.lock", "denied", "wrong_secret"),
        (f"client:{service.client_id}", "desk.lock", "denied", "not_led_there"),
        ("visitor", "desk.lock", "denied", "unknown_client"),
    ]
    with database.read() as rows:
        assert rows.execute(select(entries.c.thing).where(entries.c.outcome == "done")).scalar() == f"client:{service.client_id}"


def test_a_code_in_two_hands_a_wrong_secret_and_a_program_that_came_in_are_written(
    desk: FlaskClient, database: Database, aydin: str
) -> None:
    type_in(desk, aydin)
    service = Service()
    code = service.code(desk)
    assert service.exchange(desk, code).status_code == 200
    assert service.exchange(desk, code).status_code == 400
    asked = {"grant_type": "client_credentials", "audience": "staedteregion-aachen.casework"}
    program = Service("staedteregion-aachen.report")
    assert desk.post("/token", data=asked, headers=program.shows_itself("wrong")).status_code == 401
    assert desk.post("/token", data=asked, headers=program.shows_itself()).status_code == 200
    assert told(database)[1:] == [
        ("client:staedteregion-aachen.intake", "token", "denied", "code_used_again"),
        ("client:staedteregion-aachen.report", "token", "denied", "invalid_client"),
        ("client:staedteregion-aachen.report", "sign_in", "signed_in", ""),
    ]
    with database.read() as rows:
        last = rows.execute(select(entries).order_by(entries.c.serial.desc()).limit(1)).one()
    assert (last.thing, last.roles) == ("client:staedteregion-aachen.casework", ["report_reader"])


def test_where_it_cannot_be_written_nobody_comes_in(desk: FlaskClient, database: Database, aydin: str) -> None:
    with database.write() as rows:
        for statement in REFUSES[database.is_sqlite]:
            rows.execute(text(statement))
    answer = type_in(desk, aydin)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")
    assert "Hier ist" not in desk.get("/").text


def test_the_command_line_is_in_it_and_verifies_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    url = f"sqlite:///{tmp_path}/login.db"
    told_to = {
        "ORGANISATION": "staedteregion-aachen", "SECRET": "a secret of more than thirty-two letters", "DATABASE": url,
        "PUBLIC_URL": "http://localhost", "LOGIN_KEY": str(tmp_path / "login.json"), "DEMO": "true", "LOGIN_QUICK_HASHES": "true",
        "LOGIN_SEAL": SEAL,
    }  # fmt: skip
    for name, value in told_to.items():
        monkeypatch.setenv(f"KIM_{name}", value)
    assert main(["set-up"]) == 0
    assert main(["account", "add", "thelen", "--name", "Petra Thelen"]) == 0
    assert main(["account", "reset", "thelen"]) == 0
    assert main(["account", "disable", "thelen"]) == 0
    assert main(["client", "add", "staedteregion-aachen.intake", "--base", "http://127.0.0.1:9"]) == 0
    database = Database(url)
    with database.read() as rows:
        written = rows.execute(select(entries).order_by(entries.c.serial)).all()
        account = accounts.listed(rows)[0].id
    assert [(row.actor_id, row.action, row.thing) for row in written] == [
        ("operator", "account.add", f"account:{account}"),
        ("operator", "account.reset", f"account:{account}"),
        ("operator", "account.disable", f"account:{account}"),
        ("operator", "client.add", "client:staedteregion-aachen.intake"),
    ]
    assert "thelen" not in str(written).lower()
    keep(database, works("staedteregion-aachen.login", 3))
    capsys.readouterr()
    assert main(["audit", "verify", "--head", "abc"]) == 1
    assert "the first 16 signs of the digest" in capsys.readouterr().err
    assert main(["audit", "verify"]) == 0
    assert '"rows": 4' in capsys.readouterr().out
    with database.write() as rows:
        rows.execute(text("drop trigger kim_audit_stays"))
        rows.execute(text("delete from kim_audit where serial = 2"))
    database.close()
    assert main(["audit", "verify"]) == 1
    assert "a row was removed" in capsys.readouterr().err
