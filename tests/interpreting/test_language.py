"""Every text of interpreting has its English, those that stand in tables of rules included."""

from __future__ import annotations

import string
from pathlib import Path

import kim_interpreting
from kim_interpreting.model.invoice import INVOICE_STATE_NAMES
from kim_interpreting.pages import words
from kim_interpreting.rules.invoices import FINDINGS
from kim_interpreting.rules.next_steps import STEPS, WHOSE
from kim_interpreting.rules.order_states import STATE_NAMES
from kim_interpreting.rules.pot_rules import REFUSALS, REFUSALS_BY_ALL, SENTENCES
from kim_web.language import english_of
from kim_web.translations import texts_in

TABLES = (
    STATE_NAMES, STEPS, WHOSE, SENTENCES, REFUSALS, REFUSALS_BY_ALL, FINDINGS, INVOICE_STATE_NAMES,
    words.JOB_KINDS, words.TARIFFS, words.OCCASIONS,
    words.REQUESTER_KINDS, words.QUALIFICATIONS, words.RELATIONS, words.MOVEMENTS, words.ROLES, words.REASONS, words.LOG,
)  # fmt: skip


def test_english_is_complete_and_has_nothing_left_over() -> None:
    said = set(texts_in(Path(kim_interpreting.__file__).parent)) | {text for table in TABLES for text in table.values()} | {words.CHECKED}
    english = english_of("kim_interpreting")
    assert said - set(english) <= set(english_of("kim_web"))
    assert set(english) <= said


def test_a_placeholder_is_the_same_in_both_languages() -> None:
    for german, english in english_of("kim_interpreting").items():
        names = [{name for _, name, _, _ in string.Formatter().parse(text) if name} for text in (german, english)]
        assert names[0] == names[1], german
