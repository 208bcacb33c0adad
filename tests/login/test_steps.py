"""What stands between a password and a session: one's own password, one-time codes, and no way around either."""

from __future__ import annotations

import re
import time
from typing import Any

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient
from kim_login import accounts, one_time_codes, passwords
from kim_login.settings import LoginSettings
from kim_runtime.database import Database
from login.conftest import PASSWORD, Add, signed_in, type_in
from web.static_html import faults

pytestmark = pytest.mark.slow  # hashes and whole walks: more than the quick tier has time for


def secret_on(page: str) -> str:
    """The secret a page shows for typing into the app."""
    found = re.search(r"<code>([A-Z2-7]{32})</code>", page)
    assert found, page
    return found[1]


def set_up(desk: FlaskClient, login: str) -> tuple[str, list[str]]:
    """Set up codes for an account that must have them. Returns the secret, and the rescue codes."""
    secret = secret_on(type_in(desk, login).text)
    page = desk.post("/code/einrichten", data={"code": pyotp.TOTP(secret).now()}).text
    return secret, re.findall(r"<li><code>([a-z0-9-]+)</code>", page)


def later_code(secret: str) -> str:
    """The code of the next half minute, which is good already and was not used."""
    return pyotp.TOTP(secret).at(int(time.time()) + 30)


def test_a_first_password_is_good_for_choosing_ones_own_alone(desk: FlaskClient, add: Add) -> None:
    first = add("neu", "intake_staff")
    assert "Eigenes Kennwort wählen" in type_in(desk, "neu", first).text
    assert not signed_in(desk)
    chosen = {"password": "sieben gelbe Lampen", "again": "sieben gelbe Lampen"}
    unlike = desk.post("/kennwort", data={"password": "kurz", "again": "anders"})
    assert unlike.status_code == 422
    assert "Mindestens 12 Zeichen" in unlike.text  # and not only after the two are alike
    assert "Die beiden Eingaben sind nicht gleich." in unlike.text
    desk.get(desk.post("/kennwort", data=chosen).location)
    assert signed_in(desk)
    assert "stimmen nicht" in type_in(desk.application.test_client(), "neu", first).text


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("kurzerSatz1", "Mindestens 12"),
        ("x" * 60 + "abcdefgh" * 9, "Höchstens 128"),
        ("passwordpassword", "sehr verbreitet"),
        ("Password2022!", "sehr verbreitet"),
        ("aaaaaaaaaaaaaa", "sehr verbreitet"),
        ("petra und ihr Hund", "Ihr Name"),
        ("StädteRegion 2022", "Ihr Name"),
        ("schreiber und Stift", "Ihr Name"),
        ("Integration2026!", "nahe liegen"),
    ],
)
def test_a_password_easily_guessed_is_refused_with_the_reason(desk: FlaskClient, add: Add, password: str, why: str) -> None:
    type_in(desk, "schreiber", add("schreiber", "intake_staff"))
    refused = desk.post("/kennwort", data={"password": password, "again": password})
    assert refused.status_code == 422
    assert why in refused.text
    assert password not in refused.text, "a password is never shown again"


@pytest.mark.parametrize("password", ["x7" + "abcdefgh" * 15, "ein Satz ohne Zahl", "ÄÖÜ äöü ßßß 漢字", "zwölf Zeichen!"])
def test_no_signs_are_asked_for_nor_forbidden(password: str) -> None:
    assert passwords.objection(password, ("thelen", "Petra Thelen", "StädteRegion Aachen")) is None


def test_a_password_typed_in_another_unicode_form_is_the_same() -> None:
    kept = passwords.Passwords(quick=True)
    assert kept.fits("fu\u0308nf rote Stu\u0308hle", kept.kept("fünf rote Stühle"))


@pytest.mark.parametrize("role", ["ops", "case_lead", "centre_head", "auditor"])
def test_who_leads_or_operates_sets_up_codes_before_anything_else(desk: FlaskClient, add: Add, role: str) -> None:
    add("thelen", role, password=PASSWORD)
    page = type_in(desk, "thelen").text
    assert "<svg" in page
    assert "style=" not in page
    assert not signed_in(desk)
    assert desk.post("/code/einrichten", data={"code": "000000"}).status_code == 422
    assert desk.post("/code/einrichten", data={"code": pyotp.TOTP(secret_on(page)).now()}).status_code == 200
    desk.get("/weiter")
    assert signed_in(desk)


def test_a_code_is_asked_for_at_the_next_sign_in_and_good_once(app: Flask, add: Add) -> None:
    add("thelen", "case_lead", password=PASSWORD)
    secret, _rescue = set_up(app.test_client(), "thelen")
    code, first, second = later_code(secret), app.test_client(), app.test_client()
    assert "Einmal-Code" in type_in(first, "thelen").text
    assert not signed_in(first)
    first.get(first.post("/code", data={"code": f" {code[:3]} {code[3:]} "}).location)
    assert signed_in(first)
    type_in(second, "thelen")
    assert second.post("/code", data={"code": code}).status_code == 422
    assert "Einmal-Code" in second.get("/weiter").text
    assert not signed_in(second)


def test_the_code_of_setting_up_is_used_by_that(app: Flask, add: Add) -> None:
    add("thelen", "case_lead", password=PASSWORD)
    desk = app.test_client()
    secret = secret_on(type_in(desk, "thelen").text)
    code = pyotp.TOTP(secret).now()
    desk.post("/code/einrichten", data={"code": code})
    other = app.test_client()
    type_in(other, "thelen")
    assert other.post("/code", data={"code": code}).status_code == 422


def test_a_code_is_good_for_half_a_minute_around_now_and_never_before_the_last() -> None:
    secret, now = pyotp.random_base32(), 1_700_000_000.0
    half = int(now // 30)
    totp = pyotp.TOTP(secret)
    for step in (-1, 0, 1):
        assert one_time_codes.used_half_minute(secret, totp.at(int(now) + 30 * step), None, now) == half + step
        assert one_time_codes.used_half_minute(secret, totp.at(int(now) + 30 * step), half + step, now) is None
    for step in (-2, 2):
        assert one_time_codes.used_half_minute(secret, totp.at(int(now) + 30 * step), None, now) is None


@pytest.mark.parametrize("typed", ["²²²²²²", "١٢٣٤٥٦"])
def test_signs_that_are_no_digits_are_no_code(typed: str) -> None:
    assert one_time_codes.used_half_minute(one_time_codes.new_secret(), typed, None) is None


def test_a_rescue_code_is_good_once(app: Flask, add: Add) -> None:
    add("thelen", "case_lead", password=PASSWORD)
    _secret, rescue = set_up(app.test_client(), "thelen")
    assert len(set(rescue)) == 8
    for status in (303, 422):
        desk = app.test_client()
        type_in(desk, "thelen")
        assert desk.post("/code", data={"code": rescue[0].upper()}).status_code == status


def test_a_code_shown_for_one_account_is_none_for_another(app: Flask, add: Add) -> None:
    add("mine", "case_lead", password=PASSWORD)
    add("other", "case_lead", password=PASSWORD)
    secret, _rescue = set_up(app.test_client(), "mine")
    set_up(app.test_client(), "other")
    desk = app.test_client()
    type_in(desk, "mine")
    assert desk.post("/code", data={"code": later_code(secret)}).status_code == 303
    page = type_in(desk, "other").text
    assert "Einmal-Code" in page
    assert not signed_in(desk)


def test_a_secret_shown_for_one_account_is_set_up_for_no_other(app: Flask, add: Add) -> None:
    add("mine", "case_lead", password=PASSWORD)
    add("other", "case_lead", password=PASSWORD)
    desk = app.test_client()
    shown = secret_on(type_in(desk, "mine").text)
    assert secret_on(type_in(desk, "other").text) != shown


def test_a_step_without_a_password_leads_to_the_beginning(desk: FlaskClient) -> None:
    assert desk.get("/weiter").location == "/"
    for step in ("/kennwort", "/code", "/code/einrichten"):
        assert desk.post(step, data={"code": "123456", "password": "x", "again": "x"}).location == "/weiter"


def test_a_password_is_known_for_ten_minutes(desk: FlaskClient, add: Add) -> None:
    type_in(desk, "neu", add("neu"))
    with desk.session_transaction() as kept:
        kept["halfway"][1] = time.time() - 601
        kept.modified = True
    assert desk.get("/weiter").location == "/"


def test_who_was_halfway_in_with_the_old_password_does_not_choose_the_new_one(desk: FlaskClient, add: Add, database: Database) -> None:
    add("thelen", "case_lead", password=PASSWORD)
    set_up(desk.application.test_client(), "thelen")
    assert "Einmal-Code" in type_in(desk, "thelen").text
    with database.write() as rows:
        first = accounts.reset(rows, passwords.Passwords(quick=True), "thelen", codes=True)
    chosen = {"password": "sieben gelbe Lampen", "again": "sieben gelbe Lampen"}
    assert desk.get("/weiter").location == "/"
    desk.post("/kennwort", data=chosen)
    owner = desk.application.test_client()
    assert "Eigenes Kennwort wählen" in type_in(owner, "thelen", first).text
    assert "Einmal-Codes einrichten" in owner.get(owner.post("/kennwort", data=chosen).location).text


def test_who_forgot_the_password_still_shows_a_code(app: Flask, add: Add, database: Database) -> None:
    """A first password passes through other hands: with it alone nobody gets past the codes, nor takes them away."""
    add("thelen", "case_lead", password=PASSWORD)
    secret, _rescue = set_up(app.test_client(), "thelen")
    with database.write() as rows:
        first = accounts.reset(rows, passwords.Passwords(quick=True), "thelen")
    desk = app.test_client()
    assert "Einmal-Code" in type_in(desk, "thelen", first).text
    desk.post("/kennwort", data={"password": NEW, "again": NEW})
    assert type_in(app.test_client(), "thelen", NEW).status_code == 422, "the password is not changed"
    assert desk.post("/code", data={"code": later_code(secret)}).status_code == 303
    assert "Eigenes Kennwort wählen" in desk.get("/weiter").text
    desk.get(desk.post("/kennwort", data={"password": NEW, "again": NEW}).location)
    assert signed_in(desk)


@pytest.mark.parametrize("language", ["de", "en"])
def test_every_page_holds_what_all_pages_of_the_suite_hold(app: Flask, add: Add, aydin: str, language: str) -> None:
    add("thelen", "case_lead", password=PASSWORD)
    first = add("neu", "intake_staff")
    app.test_client()
    pages = {}
    desk = app.test_client()
    desk.get(f"/?lang={language}")
    pages["sign in"] = desk.get("/")
    pages["wrong"] = type_in(desk, aydin, "wrong")
    pages["first password"] = type_in(desk, "neu", first)
    pages["password refused"] = desk.post("/kennwort", data={"password": "x", "again": "x"})
    pages["set up"] = type_in(desk, "thelen")
    pages["rescue"] = desk.post("/code/einrichten", data={"code": pyotp.TOTP(secret_on(pages["set up"].text)).now()})
    pages["code"] = type_in(desk, "thelen")
    pages["code refused"] = desk.post("/code", data={"code": "1"})
    type_in(desk, aydin)
    pages["signed in"] = desk.get("/")
    pages["leave"] = desk.get("/abmelden")
    pages["left"] = desk.get("/abgemeldet")
    pages["refused"] = desk.get("/authorize")
    pages["nowhere"] = desk.get("/nowhere")
    pages["statement"] = desk.get("/barrierefreiheit")
    for _try in range(8):
        pages["wait"] = type_in(desk, "somebody", "wrong")
    assert pages["wait"].status_code == 429
    assert {name: faults(page.text) for name, page in pages.items() if faults(page.text)} == {}
    assert all(f'<html lang="{language}">' in page.text for page in pages.values())
    assert all("unsafe" not in page.headers["Content-Security-Policy"] for page in pages.values())


def test_codes_may_be_switched_off_and_quick_hashes_never_outside_the_demonstration(settings: LoginSettings) -> None:
    from dataclasses import replace

    assert not replace(settings, login_code_roles="").needs_code(["ops", "case_lead"])
    assert not replace(settings, login_code_roles="none").needs_code(["ops"])
    assert replace(settings, login_code_roles="all").needs_code([])
    assert settings.needs_code(["intake_staff", "case_lead"]) and not settings.needs_code(["intake_staff"])
    assert any("KIM_LOGIN_QUICK_HASHES" in fault for fault in replace(settings, demo=False).faults())
    assert not any("KIM_LOGIN_QUICK_HASHES" in fault for fault in settings.faults())


NEW = "sieben gelbe Lampen"


def wants_another(desk: FlaskClient, login: str, password: str = PASSWORD) -> Any:
    """The sign-in page of who wants another password, sent; what comes next."""
    page = desk.get("/kennwort/aendern").text
    assert 'name="change" value="true"' in page
    answer = desk.post("/", data={"login": login, "password": password, "change": "true"})
    return desk.get(answer.location) if answer.status_code == 303 else answer


def test_who_knows_the_password_they_have_chooses_another(app: Flask, aydin: str) -> None:
    elsewhere, desk = app.test_client(), app.test_client()
    type_in(elsewhere, aydin)
    assert signed_in(elsewhere)
    assert wants_another(desk, aydin, "not this one").status_code == 422
    assert "Überall sonst" in wants_another(desk, aydin).text
    assert not signed_in(desk)
    assert desk.post("/kennwort", data={"password": PASSWORD, "again": PASSWORD}).status_code == 422
    assert desk.post("/kennwort", data={"password": NEW, "again": NEW}).location == "/weiter"
    desk.get("/weiter")
    assert signed_in(desk)
    assert not signed_in(elsewhere)
    assert type_in(app.test_client(), aydin, PASSWORD).status_code == 422
    again = app.test_client()
    type_in(again, aydin, NEW)
    assert signed_in(again)


def test_nobody_changes_a_password_without_having_asked_to(app: Flask, aydin: str) -> None:
    desk = app.test_client()
    assert desk.post("/", data={"login": aydin, "password": PASSWORD}).status_code == 303
    assert desk.post("/kennwort", data={"password": NEW, "again": NEW}).location == "/weiter"
    assert type_in(app.test_client(), aydin, NEW).status_code == 422


def test_the_code_is_asked_for_before_another_password_is_chosen(app: Flask, add: Add) -> None:
    add("thelen", "case_lead", password=PASSWORD)
    secret, _rescue = set_up(app.test_client(), "thelen")
    desk = app.test_client()
    assert "sechs Ziffern" in wants_another(desk, "thelen").text
    assert desk.post("/kennwort", data={"password": NEW, "again": NEW}).location == "/weiter"
    assert type_in(app.test_client(), "thelen", NEW).status_code == 422
    assert desk.post("/code", data={"code": later_code(secret)}).status_code == 303
    assert "Überall sonst" in desk.get("/weiter").text
    assert desk.post("/kennwort", data={"password": NEW, "again": NEW}).status_code == 303
