"""A refusal: an operation says no, with a code for machines and a sentence that says what to do for people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping


class Refused(Exception):
    """The operation was not carried out; nothing was written.

    `code` is stable (`consent_missing`). `message` is a German sentence with `{placeholders}`, which the doors translate and fill
    from `params`. `field` names the field of the command it belongs to, if one. `others` are further reasons against the same command.
    """

    status = 409
    others: tuple[Refused, ...] = ()

    def __init__(self, code: str, message: str, field: str | None = None, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.message = message
        self.field = field
        self.params: Mapping[str, object] = params

    def __str__(self) -> str:
        return self.message.format(**self.params)


def refuse(reasons: Iterable[Refused]) -> None:
    """Raise the first of these reasons with the others beside it, so that all can be mended at once. Without any nothing happens."""
    found = [*reasons]
    if found:
        found[0].others = tuple(found[1:])
        raise found[0]


class NotFound(Refused):
    """The thing asked for does not exist, or not for this actor."""

    status = 404


class Forbidden(Refused):
    """The actor may not do this to this thing."""

    status = 403
