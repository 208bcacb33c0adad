"""Commands: what a person or a program asks of an operation, checked once, whichever door it came through.

A command is a frozen dataclass; its schema, beside it, is used by the JSON door and the HTML form alike.
"""

from __future__ import annotations

from typing import Any, ClassVar

from marshmallow import RAISE, Schema, post_load


class CommandSchema(Schema):
    """The schema of one command; `command` names the dataclass it loads into. Unknown fields are an error."""

    command: ClassVar[type[Any]]

    class Meta:
        unknown = RAISE

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> Any:
        return self.command(**data)
