"""Language: German in the source, English complete beside it, figures as people read them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import kim_web
import pytest
from flask import Flask
from flask.testing import FlaskClient
from kim_web import formats
from kim_web.language import _, english_of, mark, plural
from kim_web.translations import missing_translations, texts_in

PACKAGE = Path(kim_web.__file__).parent
NBSP = "\u00a0"


def test_english_is_complete_and_has_nothing_left_over() -> None:
    assert set(texts_in(PACKAGE)) == set(english_of("kim_web"))


def test_a_text_without_english_is_found_wherever_it_is_written(tmp_path: Path) -> None:
    (tmp_path / "templates").mkdir()
    template = "{{ _('im Muster') }}{% if x %}{{ plural('eine', 'viele', 2) }}{% endif %}"
    (tmp_path / "templates" / "page.html").write_text(template, encoding="utf-8")
    (tmp_path / "code.py").write_text(
        """
_("im Code")
mark("zum Merken")
_("eins" if x else "zwei")
raise Refused("code", "als Absage", field="x")
raise ValidationError("als Fehler")
Range(1, 2, error="als Grenze")
Text(metadata={"label": "als Name", "hint": "als Hinweis", "description": "for programs"})
NavEntry("als Eintrag", "a.b", action="c")
_("Abbrechen")
""",
        encoding="utf-8",
    )
    catalogue = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\nmsgid "im Code"\nmsgstr "in code"\n'
    (tmp_path / "en.po").write_text(catalogue, encoding="utf-8")
    expected = {"im Muster", "eine", "viele", "zum Merken", "eins", "zwei", "als Absage", "als Fehler", "als Grenze", "als Name"}
    assert missing_translations(tmp_path, tmp_path / "en.po") == sorted(expected | {"als Hinweis", "als Eintrag"})


def test_the_language_is_asked_for_then_remembered_then_the_browsers(app: Flask) -> None:
    browser = app.test_client()
    assert '<html lang="de">' in browser.get("/offen").text
    assert '<html lang="en">' in browser.get("/offen", headers={"Accept-Language": "fr, en;q=0.8"}).text
    assert '<html lang="en">' in browser.get("/offen?lang=en").text
    assert '<html lang="en">' in browser.get("/offen").text
    assert '<html lang="de">' in browser.get("/offen?lang=de").text
    assert '<html lang="de">' in browser.get("/offen?lang=xx").text


def test_switching_the_language_keeps_what_was_asked_for(desk: FlaskClient) -> None:
    assert 'href="/besuche?page=2&amp;lang=en"' in desk.get("/besuche?page=2").text


def test_texts_stay_german_where_there_is_no_request() -> None:
    assert _("Abbrechen") == "Abbrechen"
    assert mark("Abbrechen") == "Abbrechen"


def test_the_form_of_a_text_fits_the_number() -> None:
    assert [plural("{n} Beratung", "{n} Beratungen", n).format(n=n) for n in (0, 1, 2)] == ["0 Beratungen", "1 Beratung", "2 Beratungen"]


WINTER = datetime(2022, 12, 31, 23, 30, tzinfo=UTC)  # half past midnight at the desk


@pytest.mark.parametrize(
    ("name", "value", "german", "english"),
    [
        ("money", Decimal("1234.5"), f"1.234,50{NBSP}€", "€1,234.50"),
        ("number", 1150, "1.150", "1,150"),
        ("fte", Decimal("0.5"), "0,50", "0.50"),
        ("day", date(2022, 8, 5), "05.08.2022", "5 Aug 2022".replace(" ", NBSP)),
        ("day", WINTER, "01.01.2023", "1 Jan 2023".replace(" ", NBSP)),
        ("weekday", date(2022, 12, 31), "Samstag", "Saturday"),
        ("moment", WINTER, "01.01.2023, 00:30", f"1{NBSP}Jan{NBSP}2023, 00:30"),
        ("money", None, "–", "–"),
        ("day", None, "–", "–"),
    ],
)
def test_figures_and_days_are_written_as_people_read_them(app: Flask, name: str, value: object, german: str, english: str) -> None:
    for language, expected in (("de", german), ("en", english)):
        with app.test_request_context(f"/?lang={language}"):
            assert formats.FILTERS[name](value) == expected  # type: ignore[operator]
