"""Messages: each sentence marshmallow can say has a code and a German text."""

from __future__ import annotations

import inspect
from collections.abc import Iterator

import kim_events.fields
import pytest
from flask import Flask
from kim_web.messages import STOCK, Fault, fault, faults
from marshmallow import Schema, ValidationError, fields, validate

PARTS_OF_SENTENCES = {"greater than", "greater than or equal to", "less than", "less than or equal to"}


def stock_sentences() -> Iterator[str]:
    for module in (fields, kim_events.fields):
        for member in vars(module).values():
            if inspect.isclass(member) and issubclass(member, fields.Field):
                for ancestor in member.__mro__:
                    yield from getattr(ancestor, "default_error_messages", {}).values()
    for member in vars(validate).values():
        if inspect.isclass(member):
            yield from (text for name, text in vars(member).items() if name.startswith(("message_", "default_message")))
    yield from Schema._default_error_messages.values()


# "cannot be formatted" is said when writing, never when reading
SENTENCES = sorted(text for text in set(stock_sentences()) - PARTS_OF_SENTENCES if "cannot be formatted" not in text)


@pytest.mark.parametrize("sentence", SENTENCES)
def test_every_stock_sentence_is_known(sentence: str) -> None:
    kinds = [("aware", "datetime")] if "awareness" in sentence else [("", "date"), ("", "time"), ("", "datetime")]
    for awareness, kind in kinds:
        said = sentence.replace("{awareness}", awareness).replace("{obj_type}", kind)
        said = said.replace("{min_op}", "greater than").replace("{max_op}", "less than").replace("{{", "{").replace("}}", "}")
        found = fault("x", said.replace("{min}", "1").replace("{max}", "2").replace("{equal}", "3"))
        assert found.message != said, f"no German for: {said}"
        assert found.code in CODES


CODES = {code for _sentence, code, _german in STOCK}


@pytest.mark.parametrize("german", sorted({german for _sentence, _code, german in STOCK}))
def test_no_message_speaks_of_a_value_in_the_words_of_the_law(german: str) -> None:
    assert not any(word in german for word in ("gültig", "zulässig", "wirksam"))


def test_the_limits_are_named() -> None:
    with pytest.raises(ValidationError) as error:
        Schema.from_dict({"n": fields.Integer(validate=validate.Range(1, 60))})().load({"n": 99})
    assert list(faults(error.value.messages)) == [Fault("n", "out_of_range", "Bitte einen Wert von 1 bis 60 angeben.")]


def test_the_path_of_a_nested_fault_is_named() -> None:
    inner = Schema.from_dict({"year": fields.Integer(required=True)})
    with pytest.raises(ValidationError) as error:
        Schema.from_dict({"people": fields.List(fields.Nested(inner))})().load({"people": [{"year": 1}, {}]})
    assert [found.field for found in faults(error.value.messages)] == ["people.1.year"]


def test_a_message_of_our_own_is_passed_on_and_translated(app: Flask) -> None:
    with app.test_request_context("/?lang=en"):
        assert fault("x", "Bitte ausfüllen.") == Fault("x", "invalid", "Please fill this in.")
