"""A collection of breached passwords, as the house downloaded it."""

from __future__ import annotations

from hashlib import sha1
from pathlib import Path

import pytest
from kim_login import passwords
from kim_login.breached import is_breached


def digest(password: str) -> str:
    return sha1(password.encode()).hexdigest().upper()


@pytest.fixture(params=["\n", "\r\n"], ids=["unix", "windows"])
def collection(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    path = tmp_path / "breached.txt"
    lines = sorted(f"{digest(f'gestohlen {number}')}:{number * 977 % 100_000}" for number in range(1_000))
    path.write_bytes("".join(f"{line}{request.param}" for line in lines).encode())
    return path


def test_each_of_it_is_found_and_nothing_else(collection: Path) -> None:
    assert all(is_breached(f"gestohlen {number}", collection) for number in range(1_000))
    assert not any(is_breached(f"eigenes {number}", collection) for number in range(1_000))


@pytest.mark.parametrize("content", ["", "\n", "x"])
def test_an_empty_collection_has_none(tmp_path: Path, content: str) -> None:
    (tmp_path / "none").write_text(content)
    assert not is_breached("gestohlen 1", tmp_path / "none")


def test_a_breached_password_is_not_taken(collection: Path) -> None:
    refused = passwords.objection("gestohlen 77", ("thelen",), collection)
    assert refused is not None and refused.code == "breached"
    assert passwords.objection("gestohlen 77", ("thelen",)) is None


WORDS = (Path(passwords.__file__).parent / "words_of_the_field.txt").read_text(encoding="utf-8").split()


@pytest.mark.parametrize("word", WORDS)
def test_a_password_of_words_of_the_field_is_not_taken(word: str) -> None:
    plain = word.replace("ä", "ae").replace("ö", "oe").replace("ü", "ue")
    for one in (word, plain, word.upper()):
        typed = f"{one}-{one}.2026!?"
        refused = passwords.objection(typed if len(typed) >= 12 else f"{typed}{one}", ())
        assert refused is not None and refused.code in {"of_the_field", "too_common"}, typed


@pytest.mark.parametrize("password", ["Integration braucht Kuchen", "montags nie vor zehn", "271828182845904", "kim 271828182845904"])
def test_a_sentence_with_such_a_word_is_one(password: str) -> None:
    assert passwords.objection(password, ()) is None
