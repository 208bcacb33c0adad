"""Every German text of protected records has its English, and every English one is still used."""

from importlib.resources import files
from pathlib import Path

from kim_protection.rules import PROTECTION_REASONS
from kim_protection.wording import PROTECTION_REASONS as IN_WORDS
from kim_web.language import english_of
from kim_web.translations import missing_translations, texts_in

PACKAGE = Path(str(files("kim_protection")))
PO = PACKAGE / "locale/en.po"


def test_no_text_lacks_its_english():
    assert missing_translations(PACKAGE, PO) == []


def test_no_english_is_left_without_its_german():
    assert set(english_of("kim_protection")) <= set(texts_in(PACKAGE))


def test_every_reason_has_words():
    assert tuple(IN_WORDS) == PROTECTION_REASONS
