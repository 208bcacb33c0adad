"""Settings come from the environment, as a whole or not at all."""

import os
import secrets
from dataclasses import fields
from pathlib import Path

import pytest
from kim_runtime import weak_secrets
from kim_runtime.clock import FileClock, SystemClock
from kim_runtime.settings import Settings, SettingsError, WebSettings, load

GOOD = {
    "KIM_ORGANISATION": "staedteregion-aachen",
    "KIM_DATABASE": "sqlite:///rows.sqlite3",
    "KIM_BROKER": "sqlite:///mail",
    "KIM_DIRECTORY": "directory.toml",
    "KIM_KEYS": "keys.json",
    "KIM_SECRET": "s3cret-Qv8LrT2nXw9Zk4Hb7Jd1Mf6Pg3",
}


@pytest.fixture
def environment(monkeypatch):
    """A function that sets the good settings with changes; None takes one away."""
    for name in [name for name in os.environ if name.startswith("KIM_")]:
        monkeypatch.delenv(name)

    def be(**changes):
        for name, value in {**GOOD, **changes}.items():
            if value is not None:
                monkeypatch.setenv(name, value)

    return be


def faults(kind=Settings):
    with pytest.raises(SettingsError) as refused:
        load(kind)
    return str(refused.value).splitlines()


def test_good_settings_are_read(environment):
    environment(KIM_WEB_THREADS="4", KIM_DEMO="true", KIM_CLOCK_FILE="clock")
    settings = load(Settings)
    assert settings.organisation == "staedteregion-aachen"
    assert settings.directory == Path("directory.toml")
    assert settings.web_threads == 4
    assert settings.demo is True
    assert isinstance(settings.clock(), FileClock)


def test_what_is_not_said_has_its_default(environment):
    environment()
    settings = load(Settings)
    assert (settings.demo, settings.web_bind, settings.pool) == (False, "127.0.0.1:8000", "")
    assert isinstance(settings.clock(), SystemClock)


def test_an_empty_variable_counts_as_not_said(environment):
    environment(KIM_CLOCK_FILE="", KIM_DEMO="", KIM_WEB_THREADS="", KIM_LOG_LEVEL="")
    settings = load(Settings)
    assert (settings.clock_file, settings.demo, settings.web_threads, settings.log_level) == (None, False, 8, "INFO")


def test_an_empty_variable_that_must_be_set_is_missing(environment):
    environment(KIM_DIRECTORY="")
    assert [fault.partition(":")[0] for fault in faults()] == ["KIM_DIRECTORY"]


def test_everything_that_is_wrong_is_said_at_once(environment):
    environment(KIM_DATABASE=None, KIM_KEYS=None, KIM_DEMO="perhaps", KIM_WEB_THREADS="many", KIM_DATABSE="sqlite:///x")
    named = sorted(fault.partition(":")[0] for fault in faults())
    assert named == ["KIM_DATABASE", "KIM_DATABSE", "KIM_DEMO", "KIM_KEYS", "KIM_WEB_THREADS"]


def test_a_misspelt_setting_is_refused(environment):
    environment(KIM_ORGANIZATION="x")
    assert faults() == ["KIM_ORGANIZATION: unknown setting; docs/operations/settings.md lists them"]


def test_what_only_the_tests_read_is_left_alone(environment):
    environment(KIM_TEST_AMQP_URL="amqp://localhost/")
    assert load(Settings).organisation == "staedteregion-aachen"


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("KIM_SECRET", "short", "at least 32"),
        ("KIM_DATABASE", "mysql://x", "postgresql"),
        ("KIM_BROKER", "http://x", "amqps://"),
        ("KIM_LOG_LEVEL", "LOUD", "WARNING"),
        ("KIM_SESSION_HOURS", "0", "1 or more"),
        ("KIM_CLOCK_FILE", "clock", "real office"),
    ],
)
def test_a_value_that_cannot_be_right_is_told_what_would_be(environment, name, value, says):
    environment(**{name: value})
    (fault,) = faults()
    assert fault.startswith(f"{name}: ")
    assert says in fault


@pytest.mark.parametrize(
    "secret", ["x" * 40, "abcdefghijklm" * 3, "Change-Me-Qv8LrT2nXw9Zk4Hb7Jd1Mf6Pg3", "password4Qv8LrT2nXw9Zk4Hb7Jd1Mf6"]
)
@pytest.mark.parametrize("name", ["KIM_SECRET", "KIM_OIDC_CLIENT_SECRET"])
def test_nothing_starts_with_a_secret_that_is_tried_first(environment, name, secret):
    environment(**{"KIM_OIDC_ISSUER": "https://login.example", "KIM_OIDC_CLIENT_SECRET": GOOD["KIM_SECRET"], name: secret})
    (fault,) = faults()
    assert fault.startswith(f"{name}: ")
    assert "openssl rand" in fault
    assert secret not in fault


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("KIM_BROKER", "amqps://guest:guest@broker.example/kim"),
        ("KIM_BROKER", "amqps://aachen.intake:aachen-intake@broker.example/kim"),
        ("KIM_DATABASE", "postgresql+psycopg://postgres:postgres@db.example/kim?sslmode=verify-full"),
        ("KIM_DATABASE", "postgresql+psycopg://intake:Change%2DMe1@db.example/kim?sslmode=verify-full"),
        ("KIM_DATABASE", "postgresql+psycopg://db.example/kim?user=postgres&password=postgres&sslmode=verify-full"),
        ("KIM_DATABASE", "postgresql+psycopg://intake:q7Jd1Mf6Pg3Qv8Lr@db.example/kim?password=postgres&sslmode=verify-full"),
        ("KIM_DATABASE", "postgresql+psycopg://intake:changeit@db.example/kim?sslmode=verify-full"),
    ],
)
def test_nothing_starts_with_an_account_as_it_was_delivered(environment, name, address):
    environment(**{name: address})
    (fault,) = faults()
    assert fault.startswith(f"{name}: its password is one of those attackers try first")
    environment(KIM_DEMO="true")
    assert load(Settings).demo
    drawn = "postgresql+psycopg://intake:q7Jd1Mf6Pg3Qv8Lr@db.example/kim?sslmode=verify-full"
    environment(KIM_DEMO="", KIM_BROKER=GOOD["KIM_BROKER"], KIM_DATABASE=drawn)
    assert load(Settings).database == drawn


@pytest.mark.parametrize("address", ["amqps://broker.example/kim", "amqps://guest@broker.example/kim"])
def test_no_broker_is_asked_as_the_account_it_was_delivered_with(environment, address):
    """Its library would say guest, with the password guest."""
    environment(KIM_BROKER=address)
    (fault,) = faults()
    assert fault.startswith("KIM_BROKER: names no account and password")


def test_a_password_of_an_account_that_is_soon_guessed_starts_nothing(environment):
    environment(KIM_BROKER="amqps://intake:q7Jd1Mf@broker.example/kim")
    (fault,) = faults()
    assert fault.startswith("KIM_BROKER: its password is shorter than 8 characters")


def test_drawn_secrets_are_taken():
    for _ in range(50):
        for drawn in (secrets.token_hex(16), secrets.token_urlsafe(36), secrets.token_hex(32)):
            assert weak_secrets.fault(drawn) == ""


def test_a_secret_may_stand_in_a_file(environment, tmp_path):
    (tmp_path / "secret").write_text(GOOD["KIM_SECRET"] + "\n", encoding="utf-8")
    (tmp_path / "client").write_text(GOOD["KIM_SECRET"][::-1], encoding="utf-8")
    environment(KIM_SECRET=None, KIM_SECRET_FILE=str(tmp_path / "secret"), KIM_OIDC_CLIENT_SECRET_FILE=str(tmp_path / "client"))
    settings = load(Settings)
    assert (settings.secret, settings.oidc_client_secret) == (GOOD["KIM_SECRET"], GOOD["KIM_SECRET"][::-1])


def test_a_file_of_a_secret_that_cannot_be_right_is_refused(environment, tmp_path):
    (tmp_path / "empty").touch()
    environment(KIM_SECRET_FILE=str(tmp_path / "empty"), KIM_DATABASE_FILE=str(tmp_path / "nowhere"), KIM_DATABASE=None)
    assert faults() == [
        "KIM_SECRET_FILE: KIM_SECRET is set too; leave one of them out",
        "KIM_DATABASE_FILE: must name a file this process may read",
    ]
    environment(KIM_DATABASE_FILE="", KIM_ORGANISATION_FILE=str(tmp_path / "empty"), KIM_SECRET_FILE="")
    assert faults() == ["KIM_ORGANISATION_FILE: unknown setting; docs/operations/settings.md lists them"]


def test_no_fault_quotes_a_secret(environment):
    environment(KIM_DATABASE="mysql://kim:hunter2hunter2@host/db", KIM_SECRET="hunter2")
    assert "hunter2" not in "\n".join(faults())


def test_secrets_are_not_shown(environment):
    environment(KIM_DATABASE="postgresql+psycopg://kim:hunter2hunter2@host/db?sslmode=verify-full")
    assert "hunter2" not in repr(load(Settings))
    assert "s3cret" not in repr(load(Settings))


def test_a_record_can_be_made_without_an_environment():
    assert WebSettings(organisation="caritas-eifel", secret="x" * 32).web_threads == 8


def test_every_setting_says_what_it_is():
    assert all(entry.metadata["help"] for entry in fields(Settings))


IN_THE_CLEAR = {
    "KIM_BROKER": "amqp://kim:q7Jd1Mf6@broker.example/kim",
    "KIM_DATABASE": "postgresql+psycopg://kim:q7Jd1Mf6@rows.example/kim",
    "KIM_OIDC_ISSUER": "http://login.example",
    "KIM_PUBLIC_URL": "http://kim.example",
}


@pytest.mark.parametrize("name", IN_THE_CLEAR)
def test_nothing_starts_that_talks_to_another_machine_in_the_clear(environment, name):
    secret = {"KIM_OIDC_CLIENT_SECRET": "4fK0mQ2vXz7LrT9cWbN1hYpJ6sDgE8uA"}
    environment(**{name: IN_THE_CLEAR[name]}, **secret)
    (fault,) = faults()
    assert fault.startswith(f"{name}: leads to another machine in the clear")
    host = IN_THE_CLEAR[name].partition("//")[2].rpartition("@")[2].partition("/")[0]
    environment(**{name: IN_THE_CLEAR[name]}, **secret, KIM_PLAIN_HOSTS=f"another, {host}")
    assert load(Settings).plain_hosts
    here = IN_THE_CLEAR[name].replace(host, "127.0.0.1")
    environment(**{name: here}, **secret)
    assert load(Settings)


def test_tls_that_looks_at_no_certificate_is_no_better(environment):
    environment(KIM_DATABASE="postgresql+psycopg://kim:q7Jd1Mf6@rows.example/kim?sslmode=require")
    assert len(faults()) == 1
    environment(KIM_DATABASE="postgresql+psycopg://kim:q7Jd1Mf6@rows.example/kim?sslmode=verify-full")
    assert load(Settings)
