"""A finding: what a rule noticed, in a sentence for people. A finding never certifies anything; the strongest one says: ask HR law."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum


class Weight(StrEnum):
    """How much a finding asks of its reader."""

    NOTE = "note"  # good to know
    ATTENTION = "attention"  # look before going on
    ASK = "ask"  # Personalrecht fragen: not to be settled here


class Word(str):
    """A German word within a sentence that is translated as well; a name or a quotation is plain text and stays."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """`message` is a German sentence with `{placeholders}`, which the doors translate and fill from `params` (text, days, shares)."""

    code: str
    message: str
    weight: Weight = Weight.NOTE
    params: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.message.format(**{name: german(value) for name, value in self.params.items()})


def german(value: object) -> str:
    """A day as 2.1.2023, a share as 0,5: as a German sentence says it."""
    if isinstance(value, date):
        return f"{value.day}.{value.month}.{value.year}"
    if isinstance(value, Decimal):
        return share_text(value).replace(".", ",")
    return str(value)


def share_text(share: Decimal) -> str:
    """A share of a post with one decimal, with two where it needs them: 6.0, 0.75."""
    whole = share.quantize(Decimal("0.01"))
    return str(whole.quantize(Decimal("0.1"))) if whole == whole.quantize(Decimal("0.1")) else str(whole)
