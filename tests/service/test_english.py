"""Every German text of the operator's page, and of what the bus refuses, has its English."""

import re
from importlib.resources import files
from pathlib import Path

from kim_web.language import english_of
from kim_web.translations import missing_translations, texts_in

PACKAGE = Path(str(files("kim_service")))
BUS = Path(str(files("kim_bus")))
PO = PACKAGE / "locale/en.po"


def test_no_text_lacks_its_english():
    assert missing_translations(PACKAGE, PO) == []
    assert missing_translations(BUS, PO) == []


def test_no_english_is_left_without_its_german():
    assert sorted(set(english_of("kim_service")) - {*texts_in(PACKAGE), *texts_in(BUS)}) == []


def test_placeholders_are_the_same_in_both():
    def placeholders(text):
        return set(re.findall(r"\{(\w+)\}", text))

    assert [german for german, english in english_of("kim_service").items() if placeholders(german) != placeholders(english)] == []
