"""What the person signed in has to do with a consent or a referral, as the mounting service says: asked by both doors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from kim_runtime.act import Actor
from kim_web.page import actor
from kim_web.web import this_web

from kim_referral.model.seen import Seen

PART: Final = "kim_referral"
Relation = Callable[[Actor], Seen]


def seen() -> Seen:
    """What the person signed in may see. Where the service says nothing, everybody sees what they recorded themselves and no more."""
    person = actor()
    relation: Relation | None = this_web().doors.relations.get(PART)
    return relation(person) if relation is not None else Seen(person.id)
