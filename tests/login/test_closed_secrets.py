"""The secrets of one-time codes lie closed in the database, and the key that closes them can be replaced."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient
from kim_login import accounts, one_time_codes, seal_keys
from kim_login.__main__ import main
from kim_login.app import create
from kim_login.settings import LoginSettings
from kim_login.tables import accounts as kept
from kim_runtime import migrations
from kim_runtime.database import Database
from kim_web.box import NotOurs
from login.conftest import PASSWORD, SEAL, Add, everything_in, signed_in, type_in
from login.test_steps import later_code, set_up
from sqlalchemy import select, update

pytestmark = pytest.mark.slow  # hashes and whole walks: more than the quick tier has time for


@pytest.fixture
def secret(app: Flask, add: Add) -> str:
    """Of an account that has set up its codes."""
    add("thelen", "case_lead", password=PASSWORD)
    return set_up(app.test_client(), "thelen")[0]


@pytest.fixture
def command(settings: LoginSettings, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """The settings as the command line reads them."""
    for name in ("organisation", "secret", "public_url", "database", "login_key", "login_seal"):
        monkeypatch.setenv(f"KIM_{name.upper()}", str(getattr(settings, name)))
    return monkeypatch


def comes_in(desk: FlaskClient, code: str) -> bool:
    type_in(desk, "thelen")
    answer = desk.post("/code", data={"code": code})
    if answer.status_code == 303:
        desk.get(answer.location)
    return signed_in(desk)


def row_of(database: Database, login: str) -> str:
    with database.read() as rows:
        return str(accounts.required(rows, login).code_secret)


def test_a_copy_of_the_database_makes_no_codes(secret: str, settings: LoginSettings, database: Database) -> None:
    assert secret not in everything_in(settings.database)
    assert one_time_codes.opened(settings.box, _id(database, "thelen"), row_of(database, "thelen")) == secret


def test_a_secret_put_into_the_row_of_another_account_opens_nothing(app: Flask, secret: str, database: Database, add: Add) -> None:
    add("other", "case_lead", password=PASSWORD)
    with database.write() as rows:
        rows.execute(update(kept).where(kept.c.login == "other").values(code_secret=row_of(database, "thelen")))
    with database.read() as rows:
        assert one_time_codes.faults(rows, app.extensions["kim_login"].box) == 1
    with pytest.raises(NotOurs), database.write() as rows:
        accounts.code_used(rows, app.extensions["kim_login"].box, accounts.required(rows, "other"), pyotp.TOTP(secret).now())


def test_a_key_is_replaced_step_by_step_and_codes_go_on(
    secret: str, settings: LoginSettings, database: Database, command: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """docs/operations/keys.md, as it stands there."""
    assert main(["seal", "new-key"]) == 0
    new = capsys.readouterr().out.strip()
    both, alone = f"{new},{SEAL}", new
    before = row_of(database, "thelen")
    command.setenv("KIM_LOGIN_SEAL", both)
    assert main(["check"]) == 0
    assert main(["seal", "renew"]) == 0
    assert "1 secrets are closed anew" in capsys.readouterr().out
    assert row_of(database, "thelen") != before
    assert main(["seal", "renew"]) == 0
    assert "0 secrets" in capsys.readouterr().out
    command.setenv("KIM_LOGIN_SEAL", alone)
    assert main(["check"]) == 0
    assert comes_in(_open(settings, database, alone), later_code(secret))


def _open(settings: LoginSettings, database: Database, seal: str) -> FlaskClient:
    app = create(replace(settings, login_seal=seal), database)
    app.config["WTF_CSRF_ENABLED"] = False
    return app.test_client()


def test_while_the_older_key_is_given_too_it_still_opens(secret: str, settings: LoginSettings, database: Database) -> None:
    assert comes_in(_open(settings, database, f"{seal_keys.new()},{SEAL}"), later_code(secret))


def test_without_the_key_of_a_row_nothing_starts(secret: str, command: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    command.setenv("KIM_LOGIN_SEAL", seal_keys.new())
    for asked in (["check"], ["web"], ["seal", "renew"], ["migrate"]):
        assert main(asked) == 1, asked
    said = capsys.readouterr()
    assert "give the older key too" in said.out + said.err
    assert SEAL not in said.out + said.err


def test_secrets_from_before_are_closed_by_migrating(
    settings: LoginSettings, database: Database, add: Add, command: pytest.MonkeyPatch
) -> None:
    add("thelen", "case_lead", password=PASSWORD)
    migrations.downgrade(database, "kim_login", "0006")
    secret = one_time_codes.new_secret()
    with database.write() as rows:
        rows.execute(update(kept).where(kept.c.login == "thelen").values(code_secret=secret))
    assert main(["check"]) == 1
    assert main(["migrate"]) == 0
    assert secret not in everything_in(settings.database)
    assert main(["check"]) == 0
    assert comes_in(_open(settings, database, SEAL), later_code(secret))


def test_going_back_a_version_takes_the_codes_away_and_nothing_else(secret: str, database: Database) -> None:
    migrations.downgrade(database, "kim_login", "0006")
    with database.read() as rows:
        account = rows.execute(select(kept)).one()
    assert account.code_secret is None
    assert account.login == "thelen"


@pytest.mark.parametrize("given", ["", "short", f"{SEAL},{SEAL}", "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE=", f"{SEAL},x", "Ḫ" * 43])
def test_outside_the_demonstration_nothing_starts_without_a_good_key(settings: LoginSettings, given: str) -> None:
    faults = [one for one in replace(settings, demo=False, login_quick_hashes=False, login_seal=given).faults() if "KIM_LOGIN_SEAL" in one]
    assert len(faults) == 1
    assert not given or given not in faults[0]


def test_the_demonstration_may_do_without_a_key_of_its_own(settings: LoginSettings) -> None:
    told = replace(settings, login_seal="")
    assert not any("KIM_LOGIN_SEAL" in fault for fault in told.faults())
    assert told.box.open(told.box.close("x", "a"), "a") == "x"


def test_a_key_may_stand_in_a_file(tmp_path: Path, command: pytest.MonkeyPatch, database: Database) -> None:
    command.delenv("KIM_LOGIN_SEAL")
    assert main(["check"]) == 2
    (tmp_path / "seal").write_text(f"{SEAL}\n", encoding="ascii")
    command.setenv("KIM_LOGIN_SEAL_FILE", str(tmp_path / "seal"))
    assert main(["check"]) == 0


def _id(database: Database, login: str) -> str:
    with database.read() as rows:
        return str(accounts.required(rows, login).id)
