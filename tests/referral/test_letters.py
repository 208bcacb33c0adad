"""What is printed: the letter's words are the preview's, the slip names nobody, and every letter finds its glyph."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import typst
from kim_referral.letters import printing
from kim_referral.letters.letter import destroy_letter, letter
from kim_referral.letters.slip import slip
from kim_referral.letters.slip_words import GERMAN, WORDS, words_for
from kim_referral.operations.give_slip import GiveSlip, give_slip
from kim_referral.operations.note_answer import NoteAnswer, note_answer
from kim_referral.operations.note_outcome import NoteDestroyed, note_destroyed
from kim_referral.operations.preview_referral import ReferPerson, preview_referral
from kim_referral.operations.refer_by_letter import refer_by_letter
from kim_referral.operations.refer_person import refer_person
from kim_referral.operations.revoke_consent import RevokeConsent, revoke_consent
from kim_referral.wording import lines
from kim_runtime.refusal import Refused

AT = datetime(2022, 5, 10, 7, 30, tzinfo=UTC)
NAME = "Zahra Rahimi-Ḫalīl"


@pytest.fixture
def typeset(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What is handed to the printer, beside being printed."""
    handed: list[dict[str, Any]] = []
    real = typst.compile

    def compile_and_keep(*args: Any, **values: Any) -> Any:
        handed.append(values)
        return real(*args, **values)

    monkeypatch.setattr(printing.typst, "compile", compile_and_keep)
    return handed


def by_letter(region: Any, **changes: Any) -> Any:
    consent = region.consent(recipients=("sprungbrett",), categories=("name", "phone", "note", "health"))
    said = {"receiver": "sprungbrett", "consent_id": consent.id, "name": NAME, "note": "Begleitung", "health": "braucht Insulin"}
    return consent, ReferPerson(**{**said, **changes})


def test_the_letter_holds_the_lines_of_the_preview_and_nothing_else(region: Any, typeset: list[dict[str, Any]]) -> None:
    consent, command = by_letter(region)
    preview = region.do(preview_referral, command)
    sent = region.do(refer_by_letter, command)
    assert letter(sent, consent, "StädteRegion", "")[:5] == b"%PDF-"
    handed = typeset[0]["sys_inputs"]["values"]
    for _label, text in lines(preview.content, purpose=consent.purpose):
        assert text in handed
    assert lines(sent.content) == lines(preview.content)


def test_a_letter_needs_the_same_consent_as_a_message(region: Any) -> None:
    with pytest.raises(Refused) as refused:
        region.do(refer_by_letter, ReferPerson(receiver="sprungbrett", name=NAME))
    assert refused.value.code == "consent_missing"
    consent = region.consent(recipients=("sprungbrett",), categories=("name",))
    with pytest.raises(Refused) as refused:
        region.do(refer_by_letter, ReferPerson(receiver="sprungbrett", consent_id=consent.id, name=NAME, health="Insulin"))
    assert refused.value.code == "health_not_consented"


def test_a_partner_without_software_gets_no_message(region: Any) -> None:
    _consent, command = by_letter(region)
    with pytest.raises(Refused) as refused:
        region.do(refer_person, command)
    assert refused.value.code == "receiver_without_software"


def test_markup_in_a_name_stays_text(region: Any) -> None:
    consent, command = by_letter(region, name="#panic() *fett* $x$ \\")
    assert letter(region.do(refer_by_letter, command), consent, "StädteRegion", "0241")[:5] == b"%PDF-"


def test_the_letter_keeps_the_name_of_its_day(region: Any, now: Callable[..., None]) -> None:
    consent = region.consent(recipients=("diakonie-herzogenrath",), valid_to=date(2023, 12, 31))
    command = ReferPerson(receiver="diakonie-herzogenrath", consent_id=consent.id, name=NAME)
    assert region.do(refer_by_letter, command).receiver_name == "Diakonisches Werk, Flüchtlingsberatung Herzogenrath"
    now(2023, 3, 1, 9)
    later = ReferPerson(receiver="diakonie-herzogenrath", consent_id=consent.id, name=NAME)
    assert region.do(refer_by_letter, later).receiver_name.startswith("Evangelische Lydia-Gemeinde")


def test_after_a_revocation_the_partner_is_asked_to_destroy_the_letter(region: Any, now: Callable[..., None]) -> None:
    consent, command = by_letter(region)
    sent = region.do(refer_by_letter, command)
    now(2022, 5, 12, 8)
    region.do(revoke_consent, RevokeConsent(consent.id))
    withdrawn = region.sent(sent)
    assert withdrawn.withdrawal == "to_be_destroyed"
    assert destroy_letter(withdrawn, "StädteRegion", "0241", AT)[:5] == b"%PDF-"
    assert region.do(note_destroyed, NoteDestroyed(sent.id)).withdrawal == "deleted"


def test_an_expired_letter_can_still_be_answered_by_telephone(region: Any, now: Callable[..., None]) -> None:
    _consent, command = by_letter(region)
    sent = region.do(refer_by_letter, command)
    now(2022, 5, 23, 8)
    region.house.courier.pump()
    assert region.sent(sent).state == "offered"
    now(2022, 5, 24, 8)
    region.house.courier.pump()
    assert region.sent(sent).state == "expired"
    region.do(note_answer, NoteAnswer(sent.id, "waiting_list", "telephone", "Frau B."))
    assert (region.sent(sent).state, region.sent(sent).answered_how) == ("waiting_list", "telephone")


def test_a_slip_can_name_nobody(region: Any) -> None:
    """Neither the sheet nor the command that makes it has a place for a name or a reason."""
    assert set(inspect.signature(slip).parameters) == {"language", "receiver", "receiver_phone", "sender", "desk", "code", "at"}
    given = region.do(give_slip, GiveSlip("sprungbrett", language="ukr"))
    assert (given.consent_id, given.categories, given.name, given.note) == (None, [], "", "")
    assert len(given.return_code) == 6


@pytest.mark.parametrize("language", ["ukr", "ara", "prs", "tur", "tir"])
def test_a_slip_is_printed_in_the_persons_language_and_german(language: str) -> None:
    printed = slip(
        language=language, receiver="SPRUNGbrett", receiver_phone="", sender="StädteRegion", desk="Arkaden", code="KFXWTR", at=AT
    )
    assert printed[:5] == b"%PDF-"
    assert words_for(language)[-1] is GERMAN


def test_a_slip_in_german_says_it_once() -> None:
    assert words_for("deu") == (GERMAN,)


def test_the_fonts_hold_every_letter_of_the_slips_and_of_names() -> None:
    """typst leaves out what it has no glyph for, without a word; so look before printing."""
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(printing.FONTS)])
    assert {"Noto Sans", "Noto Sans Arabic"} <= set(fonts.families())
    needed = set("".join(words.title + words.go_to + words.bring + words.code + words.ask for words in WORDS.values()))
    covered = {chr(code) for path in Path(printing.FONTS).glob("*-Regular.ttf") for code in code_points(path)}
    assert sorted((needed | set("ḪḫẔẕʾẏṂṃẞőȘț")) - covered) == []


def code_points(path: Path) -> set[int]:
    """The characters of a TrueType font, from the format-4 and format-12 tables of its `cmap` (OpenType specification)."""
    data = path.read_bytes()

    def number(at: int, size: int) -> int:
        return int.from_bytes(data[at : at + size], "big")

    tables = {data[at : at + 4]: number(at + 8, 4) for at in range(12, 12 + 16 * number(4, 2), 16)}
    cmap = tables[b"cmap"]
    found: set[int] = set()
    for record in range(number(cmap + 2, 2)):
        table = cmap + number(cmap + 8 + 8 * record, 4)
        if number(table, 2) == 4:
            segments = number(table + 6, 2)
            for place in range(0, segments, 2):
                end, start = number(table + 14 + place, 2), number(table + 16 + segments + place, 2)
                found |= set(range(start, end + 1)) - {0xFFFF}
        elif number(table, 2) == 12:
            for group in range(number(table + 12, 4)):
                at = table + 16 + 12 * group
                found |= set(range(number(at, 4), number(at + 4, 4) + 1))
    return found
