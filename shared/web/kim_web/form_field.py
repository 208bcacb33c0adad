"""One field of a form, as the macros of `kern.html` draw it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any

from kim_events.fields import Fte, Money
from marshmallow import fields, missing, validate

from kim_web.formats import locale
from kim_web.language import _


@dataclass(frozen=True, slots=True)
class FormField:
    """Name, words, value and errors of a field. `value` is text, or a list of texts where several may be chosen.

    `lies`: of a day, whether it has been or is to come (`kim_web.typed_time`).
    """

    name: str
    id: str
    label: str
    hint: str
    value: Any
    errors: list[str]
    required: bool
    optional: bool
    autocomplete: str = ""
    inputmode: str = ""
    maxlength: int | None = None
    focused: bool = False
    lies: str = ""

    @classmethod
    def of(cls, known: fields.Field[Any], name: str, value: Any, errors: list[str], form_id: str, *, focused: bool = False) -> FormField:
        words = known.metadata
        return cls(
            name=name,
            id=f"{form_id}-{name.replace('.', '-').replace('_', '-')}",
            label=_(words["label"]) if words.get("label") else name,
            hint=_(words["hint"]) if words.get("hint") else "",
            value=_shown(known, value),
            errors=errors,
            required=known.required,
            optional=words.get("optional", _optional(known)),
            autocomplete=words.get("autocomplete", ""),
            inputmode=words.get("inputmode") or _inputmode(known),
            maxlength=_longest(known),
            focused=focused,
            lies=words.get("lies", ""),
        )

    @property
    def error_id(self) -> str:
        return f"{self.id}-error"

    @property
    def hint_id(self) -> str:
        return f"{self.id}-hint"

    def described_by(self, hint: str = "") -> str:
        """The ids of hint and error, for `aria-describedby`; empty when there is neither. `hint` is one given by the page."""
        return " ".join(part for part, there in ((self.hint_id, hint or self.hint), (self.error_id, self.errors)) if there)


def _optional(known: fields.Field[Any]) -> bool:
    """Whether the field may stay empty; one that has a default is filled already, and needs no remark, nor does one whose hint says when
    it must be filled (`"at_times": True`).
    """
    return (
        not known.required
        and not known.metadata.get("at_times")
        and (known.load_default is missing or callable(known.load_default) or not known.load_default)
    )


def _shown(known: fields.Field[Any], value: Any) -> Any:
    """A typed or initial value as the text of an input."""
    if isinstance(known, (fields.List, fields.Tuple)):
        return [str(entry.value if isinstance(entry, Enum) else entry) for entry in value or () if not isinstance(entry, dict)]
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, Decimal):
        text = f"{value:.2f}" if isinstance(known, (Money, Fte)) else str(value)
        return text.replace(".", ",") if locale().startswith("de") else text
    if isinstance(value, date):
        return f"{value:%d.%m.%Y}"
    return str(value)


def _inputmode(known: fields.Field[Any]) -> str:
    if isinstance(known, (fields.Integer, fields.Date)):
        return "numeric"
    if isinstance(known, (Money, Fte, fields.Decimal, fields.Float)):
        return "decimal"
    return ""


def _longest(known: fields.Field[Any]) -> int | None:
    if not isinstance(known, fields.String):
        return None
    limits = [check.max for check in known.validators if isinstance(check, validate.Length) and check.max is not None]
    return min(limits) if limits else None
