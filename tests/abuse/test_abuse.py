"""A small attack on the whole suite, and the attacker itself: it must see what is wrong."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import quote_plus

import pytest
from flask import Flask
from kim_audit.record import record
from kim_audit.tables import metadata
from kim_runtime.database import Database
from kim_web.policy import guard
from sqlalchemy import text
from suite.marks import CLIENT

from abuse import command
from abuse.attack import Attack
from abuse.stage import Commits, Person, Target


@pytest.mark.slow
def test_the_suite_stands_a_small_attack(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["--quick"]) == 0, capsys.readouterr().out


@pytest.fixture
def careless(tmp_path: Path) -> Target:
    """An application that does everything wrong."""
    database = Database(f"sqlite:///{tmp_path / 'rows.sqlite3'}")
    with database.write() as rows:
        rows.execute(text("create table thing (name text)"))
    app = Flask("careless")

    @app.get("/")
    def start() -> str:
        return '<form method=post action="/keep"><input name=csrf_token value=x><input name=name></form>'

    @app.post("/keep")
    def keep() -> tuple[str, int]:
        from flask import request

        with database.write() as rows:
            rows.execute(text("insert into thing values (:name)"), {"name": request.form.get("name", "")})
        return f"<p>{request.form.get('name', '')}</p>", 422

    return Target("careless", app, Commits(database), [Person(None, app.test_client(), {})], database)


def test_an_attack_sees_what_is_given_back_unescaped_and_what_is_half_stored(careless: Target) -> None:
    attack = Attack([careless], seed=1)
    assert attack.found_forms == 1
    for _turn in range(300):
        attack._form()
    found = {what.partition(" in ")[0] for what, _target, _route in attack.findings}
    assert found >= {"gives markup back unescaped", "refused with 422 and kept something"}


def test_an_attack_sees_a_form_that_does_not_ask_for_its_token(careless: Target) -> None:
    attack = Attack([careless], seed=1)
    attack._without_token()
    assert "a form without its token was taken" in {what for what, _target, _route in attack.findings}


def test_an_attack_sees_a_name_in_a_header_a_log_a_metric_and_the_audit_but_for_its_reasons(careless: Target) -> None:
    assert careless.database is not None
    with careless.database.write() as rows:
        metadata.create_all(rows.connection())
        for thing, reason in ((CLIENT, ""), ("cases:1", CLIENT)):
            record(rows, at=datetime.now(UTC), actor_id="a", roles=(), action="thing.keep", outcome="done", thing=thing, reason=reason)
    careless.app.add_url_rule("/metrics", view_func=lambda: f'kept{{name="{CLIENT}"}} 1')
    careless.app.view_functions["keep"] = lambda: ("", 303, {"Location": f"/?name={quote_plus(CLIENT)}"})
    attack = Attack([careless], seed=1)
    attack._form()
    attack.look_around(["a line", f"said by {CLIENT}"])
    assert [what for what, _target, _route in attack.findings] == [
        "says a name in Location", "says a name in the log", "says a name in the metrics", "says a name in the audit's thing of thing.keep",
    ]  # fmt: skip


def test_a_form_that_stands_on_no_page_is_sent_all_the_same_and_each_in_its_turn(careless: Target) -> None:
    got: list[str] = []

    @careless.app.post("/things/<id>/away")
    def away(id: str) -> str:
        got.append(id)
        raise ZeroDivisionError

    attack = Attack([careless], seed=1)
    assert (attack.found_forms, attack.forms) == (1, 2)
    for _turn in range(2):
        attack._form()
    assert got, "only what stands on a page was sent"
    assert ("answered 500", "careless", "POST /things/<id>/away") in attack.findings
    assert attack.only_at_the_door == []


def test_only_what_was_committed_counts_as_kept(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'rows.sqlite3'}")
    commits = Commits(database)
    with database.write() as rows:
        rows.execute(text("create table thing (day date)"))
    with pytest.raises(ZeroDivisionError), database.write() as rows:
        rows.execute(text("insert into thing values (:day)"), {"day": date(2022, 5, 1).isoformat()})
        raise ZeroDivisionError
    assert commits.since() == set()
    with database.write() as rows:
        rows.execute(text("insert into thing values ('2022-05-01')"))
    assert commits.since() == {"thing"}
    database.close()


def test_an_attack_sees_a_form_that_is_taken_from_somebody_who_may_not(careless: Target) -> None:
    careless.app.extensions["kim_web"] = SimpleNamespace(doors=SimpleNamespace(permissions={"thing.keep": frozenset({"keeper"})}))
    careless.app.view_functions["keep"], keep = (lambda: (keep()[0], 200)), careless.app.view_functions["keep"]
    guard("thing.keep")(careless.app.view_functions["keep"])
    attack = Attack([careless], seed=1)
    attack._form()
    assert "taken from somebody who may not" in {what for what, _target, _route in attack.findings}
    assert attack.without_right == 1
