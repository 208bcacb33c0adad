"""What a service shows: its pages, its JSON door, who may do what, and the entries of its navigation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from kim_runtime.act import Actor
from kim_runtime.policy import Relation, Rules

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from kim_web.json_door import JsonDoor
    from kim_web.page import Pages


@dataclass(frozen=True, slots=True)
class NavEntry:
    """One entry of the navigation, shown to those who may do `action`. `label` is a German msgid; `key` an access key, if any.

    `waits` counts what waits for this person behind the entry; asked for each page, so it must be quick.
    """

    label: str
    endpoint: str
    action: str
    key: str = ""
    waits: Callable[[Session], int] | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """How an actor stands to a thing, and in which state it is."""

    relations: frozenset[Relation]
    state: str = ""


@dataclass(frozen=True, slots=True)
class Doors:
    """The web side of one service, handed to `app.create_app`.

    `permissions` says which roles may do an action; an action it does not know is refused to everybody. `start` is the endpoint behind `/`.
    `translations` names further packages whose `locale/en.po` and templates the pages use (`kim_referral`). `relations` tells such a
    package, by its name, what an actor of this service has to do with the things it keeps; where it finds none, it must not show them.
    `rules` is the table `permissions` follows from, and `standings` tells for each class of things how an actor stands to one.

    `is_provider`: people sign in here, not elsewhere. `without_form_token`: views that programs post to, which show themselves by other
    means. `form_targets`: origins beside the own one to which the answer to a form may lead.
    """

    service: str
    title: str
    package: str
    permissions: Mapping[str, frozenset[str]]
    start: str
    pages: tuple[Pages, ...] = ()
    apis: tuple[JsonDoor, ...] = ()
    nav: tuple[NavEntry, ...] = ()
    translations: tuple[str, ...] = field(default=())
    is_provider: bool = False
    without_form_token: tuple[Callable[..., Any], ...] = ()
    form_targets: Callable[[], tuple[str, ...]] = tuple
    relations: Mapping[str, Callable[[Actor], Any]] = field(default_factory=dict)
    rules: Rules = ()
    standings: Mapping[type, Callable[[Actor, Any], Standing]] = field(default_factory=dict)
