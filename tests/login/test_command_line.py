"""The command line: keys, accounts and services, each secret said once and kept as a hash."""

from __future__ import annotations

import stat
from pathlib import Path

import kim_login
import pytest
from kim_audit.tables import entries
from kim_login import throttle
from kim_login.__main__ import main
from kim_login.protocol import Client
from kim_login.tables import clients
from kim_runtime.database import Database
from kim_web.language import english_of
from kim_web.translations import missing_translations, texts_in
from login.conftest import SEAL, everything_in
from sqlalchemy import select

pytestmark = pytest.mark.slow  # hashes and whole walks: more than the quick tier has time for


@pytest.fixture
def database_url(empty_database_url: str) -> str:
    """Without tables: the commands make them."""
    return empty_database_url


@pytest.fixture
def house(tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A house that has been told its settings and has nothing else yet."""
    settings = {
        "ORGANISATION": "staedteregion-aachen",
        "SECRET": "a secret of more than thirty-two letters",
        "PUBLIC_URL": "http://localhost",
        "DATABASE": database_url,
        "LOGIN_SEAL": SEAL,
        "LOGIN_KEY": str(tmp_path / "login.json"),
    }
    for name, value in settings.items():
        monkeypatch.setenv(f"KIM_{name}", value)
    return tmp_path


@pytest.fixture
def quickly_hashed(monkeypatch: pytest.MonkeyPatch) -> None:
    """For tests that are not about passwords."""
    monkeypatch.setenv("KIM_DEMO", "true")
    monkeypatch.setenv("KIM_LOGIN_QUICK_HASHES", "true")


def test_set_up_makes_a_key_its_process_alone_can_read_and_never_a_second(house: Path) -> None:
    assert main(["check"]) == 1
    assert main(["web"]) == 1
    assert main(["set-up"]) == 0
    key = house / "login.json"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    before = key.read_text()
    assert main(["set-up"]) == 0
    assert key.read_text() == before
    assert main(["check"]) == 0


def test_an_account_is_made_listed_and_locked(house: Path, database_url: str, capsys: pytest.CaptureFixture[str]) -> None:
    main(["set-up"])
    capsys.readouterr()
    assert main(["account", "add", "thelen", "--name", "Petra Thelen", "--role", "case_lead", "--site", "arkaden"]) == 0
    first = capsys.readouterr().out.split(": ")[1].strip()
    assert len(first) == 19
    assert first not in everything_in(database_url)
    assert main(["account", "add", "thelen", "--name", "Another"]) == 1
    assert main(["account", "add", "Peter Lustig", "--name", "Another"]) == 1
    assert main(["account", "disable", "nobody"]) == 1
    capsys.readouterr()
    main(["account", "list"])
    assert capsys.readouterr().out == "thelen\tPetra Thelen\tcase_lead\tfirst password\n"
    assert main(["account", "disable", "thelen"]) == 0
    capsys.readouterr()
    main(["account", "list"])
    assert capsys.readouterr().out.endswith("disabled\n")


@pytest.mark.usefixtures("quickly_hashed")
def test_two_accounts_of_one_person_are_told_with_what_they_would_undo(house: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["set-up"])
    main(["account", "add", "thelen", "--name", "Dr. Petra Thelen", "--role", "case_lead"])
    main(["account", "add", "demir", "--name", "Elif Demir", "--role", "budget_officer", "--staff", "p-20"])
    assert "warning" not in capsys.readouterr().err
    assert main(["account", "add", "zahlen", "--name", "Thelen, Petra", "--role", "report_reader"]) == 0
    warned = capsys.readouterr().err
    assert "zahlen (Thelen, Petra) may be the same person as thelen (Dr. Petra Thelen: case_lead)" in warned
    assert "a second person could be taken by the same person twice" in warned
    assert "case_lead and report_reader would meet in one person" in warned
    assert "kim-login account disable zahlen" in warned
    main(["account", "add", "zweite", "--name", "E. Demir", "--role", "interpreting_coordinator", "--staff", "p-20"])
    assert "zweite (E. Demir) may be the same person as demir" in capsys.readouterr().err
    main(["account", "list"])
    listed = [line.split("\t") for line in capsys.readouterr().out.splitlines()]
    assert [line[0] for line in listed] == ["zweite", "demir", "thelen", "zahlen"]
    assert listed[2][4:] == ["may be the same person as zahlen"]
    main(["account", "disable", "zahlen"])
    main(["account", "list"])
    assert "thelen\tDr. Petra Thelen\tcase_lead\tfirst password\n" in capsys.readouterr().out
    assert main(["account", "enable", "zahlen"]) == 0
    assert "may be the same person as thelen" in capsys.readouterr().err


@pytest.mark.usefixtures("quickly_hashed")
def test_an_account_gets_other_roles_and_comes_back_and_each_error_says_what_to_do(house: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["set-up"])
    assert main(["account", "add", "thelen", "--name", "Petra Thelen"]) == 0
    assert "thelen has no role, and no service lets them in; kim-login account change thelen --role" in capsys.readouterr().err
    assert main(["account", "change", "thelen", "--role", "case_manager", "--role", "case_lead"]) == 0
    main(["account", "list"])
    assert "thelen\tPetra Thelen\tcase_lead,case_manager\tfirst password\n" in capsys.readouterr().out
    with pytest.raises(SystemExit):
        main(["account", "change", "thelen", "--role", "case_laed"])
    assert "no service knows the role 'case_laed'; roles are: auditor," in capsys.readouterr().err
    main(["account", "disable", "thelen"])
    for wrong, code, said in (
        (["change", "thelen"], 2, "nothing to change: say --name, --role, --site or --staff"),
        (["change", "thelen", "--name", " "], 1, "give the name by which colleagues know the person"),
        (["reset", "thelen"], 1, "The account thelen is disabled; kim-login account enable thelen lets its person in again."),
        (["add", "thelen", "--name", "Petra Thelen"], 1, "The sign-in name thelen is taken, and none is given twice."),
        (["disable", "nobody"], 1, "There is no account nobody; kim-login account list names them all."),
    ):
        assert main(["account", *wrong]) == code
        assert said in capsys.readouterr().err
    assert main(["account", "enable", "thelen"]) == 0
    assert "first password of thelen: " in capsys.readouterr().out
    assert main(["account", "enable", "thelen"]) == 1
    assert "The account thelen is open." in capsys.readouterr().err
    assert main(["account", "reset", "thelen"]) == 0
    assert "its keys for programs have not" in (warned := capsys.readouterr().err) and "key revoke thelen" in warned


def test_who_waits_after_wrong_passwords_is_let_on_by_unlock_and_by_a_new_password(
    house: Path, database_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["set-up"])
    main(["account", "add", "thelen", "--name", "Petra Thelen", "--role", "case_lead"])
    database = Database(database_url)

    def waits(kind: str, value: str, tries: int) -> int:
        with database.write() as rows:
            return [throttle.must_wait(rows, kind, value, 1_000_000.0) for _try in range(tries)][-1]

    for command in (["unlock", "thelen"], ["reset", "thelen"]):
        assert waits("account", "thelen", 7) > 0 and waits("codes", "thelen", 7) > 0
        assert main(["account", *command]) == 0
        assert waits("account", "thelen", 1) == 0 and waits("codes", "thelen", 1) == 0
        assert main(["account", "unlock", "thelen"]) == 0
    assert waits("address", "203.0.113.7", 70) > 0
    assert main(["account", "unlock", "--address", "203.0.113.7"]) == 0
    assert waits("address", "203.0.113.7", 1) == 0
    assert main(["account", "unlock", "nobody"]) == 1
    assert "There is no account nobody" in capsys.readouterr().err
    with database.read() as rows:
        acts = set(rows.scalars(select(entries.c.action)))
    database.close()
    assert acts >= {"account.unlock", "account.unlock_address"}


def test_before_there_are_tables_each_command_says_which_one_makes_them(house: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for command in (["account", "list"], ["account", "disable", "thelen"], ["audit", "verify"]):
        assert main(command) == 1
        assert "whether kim-login set-up has run" in capsys.readouterr().err


def test_a_script_may_say_the_first_password_in_a_file(house: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["set-up"])
    given = house / "password"
    given.write_text("sieben gelbe Lampen\n", encoding="utf-8")
    capsys.readouterr()
    assert main(["account", "add", "thelen", "--name", "Petra Thelen", "--password-file", str(given)]) == 0
    assert "sieben" not in capsys.readouterr().out
    given.write_text("kurz", encoding="utf-8")
    assert main(["account", "add", "zweite", "--name", "Die Zweite", "--password-file", str(given)]) == 1
    assert main(["account", "add", "zweite", "--name", "Die Zweite", "--password-file", str(house / "nowhere")]) == 2


def test_a_services_secret_is_said_once_and_kept_as_a_hash(house: Path, database_url: str, capsys: pytest.CaptureFixture[str]) -> None:
    main(["set-up"])
    capsys.readouterr()
    assert main(["client", "add", "staedteregion-aachen.intake", "--base", "https://intake.example"]) == 0
    secret = capsys.readouterr().out.split(": ")[1].strip()
    assert len(secret) >= 43
    assert secret not in everything_in(database_url)
    assert main(["client", "add", "staedteregion-aachen.intake", "--base", "intake.example"]) == 1


def test_a_services_secret_is_replaced(house: Path, database_url: str, capsys: pytest.CaptureFixture[str]) -> None:
    """docs/operations/keys.md, as it stands there."""
    main(["set-up"])
    add = ["client", "add", "staedteregion-aachen.intake", "--base", "https://intake.example", "--role", "report_reader"]
    secrets = []
    for _time in range(2):
        capsys.readouterr()
        assert main(add) == 0
        secrets.append(capsys.readouterr().out.split(": ")[1].strip())
    database = Database(database_url)
    with database.read() as rows:
        client = Client(rows.execute(select(clients)).one())
    database.close()
    assert [client.check_client_secret(one) for one in secrets] == [False, True]
    assert client.row.base == "https://intake.example"


def test_wrong_settings_are_said_before_anything_is_done(
    house: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("KIM_PUBLIC_URL", "")
    assert main(["check"]) == 2
    assert "KIM_PUBLIC_URL" in capsys.readouterr().err


def test_english_is_complete_and_has_nothing_left_over() -> None:
    package = Path(kim_login.__file__).parent
    assert missing_translations(package, package / "locale" / "en.po") == []
    assert set(english_of("kim_login")) <= set(texts_in(package))
