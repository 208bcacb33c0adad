"""Commands: what a person or a program asks of an operation, checked once, whichever door it came through.

A command is a frozen dataclass; its schema, beside it, is used by the JSON door and the HTML form alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from marshmallow import RAISE, Schema, post_load

from kim_runtime.refusal import Refused


class CommandSchema(Schema):
    """The schema of one command; `command` names the dataclass it loads into. Unknown fields are an error."""

    command: ClassVar[type[Any]]

    class Meta:
        unknown = RAISE

    def objections(self, known: Mapping[str, Any]) -> Iterable[Refused]:
        """What is wrong with the values taken together, as far as they are `known` (by name) and whatever else is wrong.

        The operation refuses the same; a form asks here, to say it beside what is wrong with single values.
        """
        return ()

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> Any:
        return self.command(**data)
