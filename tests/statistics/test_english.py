"""Every German text of figures has its English, and every English one is still used."""

from importlib.resources import files
from pathlib import Path

from kim_web.language import english_of
from kim_web.translations import missing_translations, texts_in

PACKAGE = Path(str(files("kim_statistics")))


def test_no_text_lacks_its_english():
    assert missing_translations(PACKAGE, PACKAGE / "locale/en.po") == []


def test_no_english_is_left_without_its_german():
    assert set(english_of("kim_statistics")) <= set(texts_in(PACKAGE))
