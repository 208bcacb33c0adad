"""Field types whose JSON says exactly what is meant: money and shares as decimal text, moments with a zone, names in full Unicode."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from typing import Any

from marshmallow import ValidationError, fields, validate

DECIMAL_TEXT = re.compile(r"^-?[0-9]{1,10}([.,][0-9]{1,2})?$")


class _DecimalText(fields.Field[Decimal]):
    """A decimal with at most two places, as text. JSON numbers are refused: they are floats on the way."""

    default_error_messages = {
        "invalid": "Not a valid amount: write 1234.56.",
        "number": 'Write the amount as text: "1234.56".',
        "negative": "Must not be negative.",
    }

    def __init__(self, *, negative: bool = False, **kwargs: Any) -> None:
        sign = "-?" if negative else ""
        metadata = {"type": "string", "pattern": rf"^{sign}[0-9]{{1,10}}([.][0-9]{{1,2}})?$", **kwargs.pop("metadata", {})}
        super().__init__(metadata=metadata, **kwargs)
        self.negative = negative

    def _serialize(self, value: Decimal | None, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return None if value is None else f"{value:.2f}"

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Decimal:
        if isinstance(value, Decimal):
            amount = value
        elif not isinstance(value, str):
            raise self.make_error("number")
        elif not DECIMAL_TEXT.match(value.strip()):
            raise self.make_error("invalid")
        else:
            amount = Decimal(value.strip().replace(",", "."))
        if amount < 0 and not self.negative:
            raise self.make_error("negative")
        return amount.quantize(Decimal("0.01"))


class Money(_DecimalText):
    """Euro, as text with two decimals: "176.36". A comma is read too; people type it."""


class Fte(_DecimalText):
    """Full-time equivalents, as text with two decimals: "0.50"."""


class StrictInt(fields.Integer):
    """A whole number. 16.0 is one (JSON Schema says so), 16.5, true and "16 people" are not."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:
        if isinstance(value, bool) or (isinstance(value, float) and not value.is_integer()):
            raise self.make_error("invalid", input=value)
        number = super()._deserialize(value, attr, data, **kwargs)
        assert number is not None
        return number


class _Letters(validate.Length):
    """How long a text may be, in words about letters: `Length` counts entries too."""

    message_all = "Write {min} to {max} characters."
    message_max = "Write at most {max} characters."

    def _format_error(self, value: Any, message: str) -> str:
        return super()._format_error(value, message if self.min else self.message_max)


class Text(fields.String):
    """A line or some lines of text, in NFC, without control characters; names keep every letter of DIN 91379."""

    default_error_messages = {"control": "Contains characters that cannot be printed."}

    def __init__(self, *, longest: int = 200, shortest: int = 0, **kwargs: Any) -> None:
        checks = [_Letters(min=shortest, max=longest)]
        given = kwargs.pop("validate", [])
        super().__init__(validate=checks + (list(given) if isinstance(given, (list, tuple)) else [given]), **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        assert text is not None
        text = unicodedata.normalize("NFC", text).strip()
        if any(unicodedata.category(letter) in {"Cc", "Cs"} and letter not in "\n\r\t" for letter in text):
            raise self.make_error("control")
        return text


class Code(fields.String):
    """One of a fixed set of codes."""

    def __init__(self, codes: Any, **kwargs: Any) -> None:
        self.codes = tuple(codes)
        super().__init__(validate=validate.OneOf(self.codes), **kwargs)


class Id(fields.String):
    """An identifier made by a service: 1 to 64 letters, digits, dots, colons, underscores and hyphens.

    One whose default is the empty text may be empty.
    """

    def __init__(self, **kwargs: Any) -> None:
        letters = "[A-Za-z0-9][A-Za-z0-9._:-]{0,63}"
        pattern = f"^({letters})?$" if kwargs.get("load_default") == "" else f"^{letters}$"
        super().__init__(validate=validate.Regexp(pattern), **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        assert text is not None
        if text.endswith("\n"):  # Python's `$` would let it pass
            raise self.make_error("invalid")
        return text


class Day(fields.Date):
    """A calendar day: 2022-08-15. Also read as people type it: 15.8.2022."""

    GERMAN = re.compile(r"^([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})$")

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if isinstance(value, str) and (match := self.GERMAN.match(value.strip())):
            day, month, year = match.groups()
            value = f"{year}-{int(month):02}-{int(day):02}"
        return super()._deserialize(value, attr, data, **kwargs)


class Moment(fields.AwareDateTime):
    """A moment with a zone, RFC 3339, written in UTC."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="iso", **kwargs)


def one_of(codes: Any) -> Any:
    """A check that a value is one of `codes`."""
    return validate.OneOf(tuple(codes))


__all__ = ["Code", "Day", "Fte", "Id", "Moment", "Money", "StrictInt", "Text", "ValidationError", "one_of"]
