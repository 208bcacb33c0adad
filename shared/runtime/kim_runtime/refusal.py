"""A refusal: an operation says no, with a code for machines and a sentence that says what to do for people."""

from __future__ import annotations

from collections.abc import Mapping


class Refused(Exception):
    """The operation was not carried out; nothing was written.

    `code` is stable (`consent_missing`). `message` is a German sentence with `{placeholders}`, which the doors translate and fill
    from `params`. `field` names the field of the command it belongs to, if one.
    """

    status = 409

    def __init__(self, code: str, message: str, field: str | None = None, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.message = message
        self.field = field
        self.params: Mapping[str, object] = params

    def __str__(self) -> str:
        return self.message.format(**self.params)


class NotFound(Refused):
    """The thing asked for does not exist, or not for this actor."""

    status = 404


class Forbidden(Refused):
    """The actor may not do this to this thing."""

    status = 403
