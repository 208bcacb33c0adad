"""What a service shows: its pages, its JSON door, who may do what, and the entries of its navigation."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from flask import Blueprint
from kim_runtime.act import Act, Actor
from kim_runtime.entered import Entered, EnteredColumns
from kim_runtime.policy import Rules, Standing

__all__ = ["Doors", "EntryKind", "NavEntry", "Part", "Standing"]

if TYPE_CHECKING:
    from sqlalchemy.orm import InstrumentedAttribute, Session


@dataclass(frozen=True, slots=True)
class NavEntry:
    """One entry of the navigation, shown to those who may do `action`. `label` is a German msgid; `key` an access key, if any.

    `waits` counts what waits for this person behind the entry; asked for each page, so it must be quick. `begins`: whoever may do `action`
    and not open the service's start begins here, whatever else they may see. `pages`: groups of pages that belong under the entry beside
    its own.
    """

    label: str
    endpoint: str
    action: str
    key: str = ""
    waits: Callable[[Session], int] | None = None
    begins: bool = False
    pages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EntryKind:
    """One kind of entry that its author can give to the person who really made it (`entries`).

    `code` names it in the audit and for programs, `label` is a German msgid. `model` is a mapped class with an `id`, `by` its column with
    the id of who made the entry, `at` the one with when (business time). `action` is what one must be allowed to do to have made it: by
    role, and with this very row, as `can` says (default: as the table of the service says, where it knows how an actor stands to such a
    row). `words` says in a line and without a name which it was, to those who might make it today. `endpoint` is the page that shows it, by
    its column `shown_by`. Where the row only names what it is about, in `thing_id`, `about` is the mapped class of that, and `can` and
    `words` are asked of it instead.

    A column that four eyes compare may be one only where `model` keeps under whose names the entry ever stood (`kim_runtime.entered`, its
    rows with `code` as their kind): none of them may then be the second pair. `against` says who took the other of the two steps, under the
    lock that its operation takes: the entry goes to none of them, since one person would then have been both. `follow` brings along what
    else names who it was, and is told what stood there before: the name where `model` keeps one, else the id.
    """

    code: str
    label: str
    model: type[Any]
    by: str
    at: str
    action: str
    words: Callable[[Any], str]
    endpoint: str = ""
    can: Callable[[Session, Actor, Any], bool] | None = None
    shown_by: str = "id"
    against: Callable[[Session, Any], Collection[str]] | None = None
    follow: Callable[[Session, Any, str], None] | None = None
    about: type[Any] | None = None

    @classmethod
    def entered(
        cls,
        code: str,
        label: str,
        about: type[Any] | None,
        action: str,
        words: Callable[[Any], str],
        endpoint: str = "",
        can: Callable[[Session, Actor, Any], bool] | None = None,
        against: Callable[[Session, Any], Collection[str]] | None = None,
        follow: Callable[[Session, Any, str], None] | None = None,
        model: type[EnteredColumns] = Entered,
    ) -> EntryKind:
        """A kind that the service writes down in rows of their own, each naming the thing it is about."""
        return cls(code, label, model, "by", "at", action, words, endpoint, can, "thing_id", against, follow, about)

    def thing(self, session: Session, row: Any) -> Any:
        """What `can` and `words` are asked of: the row itself, or what it is about; None where that is gone."""
        return row if self.about is None else session.get(self.about, row.thing_id)


@dataclass(frozen=True, slots=True)
class Part:
    """Rows that belong to a thing, and how the audit calls what was done with one: who looks for the thing finds that too.

    `of` is the column that names the thing, or another part of it, `id` the one that names the part. `names` are as rows of the audit have
    them, of `{id}` and `{whole}`; without any, it is called like a thing with pages of its own, whichever they are.
    """

    of: InstrumentedAttribute[Any]
    id: InstrumentedAttribute[Any]
    names: tuple[str, ...] = ()

    @classmethod
    def of_entered(cls, kinds: Collection[EntryKind], model: type[EnteredColumns] = Entered) -> Part:
        """The entries that a service keeps in rows of their own, as parts of what they are about."""
        return cls(model.thing_id, model.id, tuple(f"{kind.code}:{{id}}" for kind in kinds if kind.model is model))


@dataclass(frozen=True, slots=True)
class Doors:
    """The web side of one service, handed to `app.create_app`.

    `pages` are groups of pages (`kim_web.page.Pages`), `apis` resources (`kim_web.json_door.JsonDoor`): the two build on what stands here.
    `permissions` says which roles may do an action; an action it does not know is refused to everybody. `start` is the endpoint behind `/`.
    `translations` names further packages whose `locale/en.po` and templates the pages use (`kim_referral`). `relations` tells such a
    package, by its name, what an actor of this service has to do with the things it keeps; where it finds none, it must not show them.
    `rules` is the table `permissions` follows from, and `standings` tells for each class of things how an actor stands to one.

    `action_words` says in a few German words what each action is: for keys of programs, and where the audit is read.
    `reason_words` says the same of the codes of reasons in the audit.

    `numbered` are columns with a number that people say and write on files, of mapped classes with an `id`: by it an auditor finds what was
    done with one, and with its `parts`.

    `entries` are what can be given to the person who made it, on a shared desk; they need the actions `entry.move` and `entry.settle`.

    `is_provider`: people sign in here, not elsewhere. `without_form_token`: views that programs post to, which show themselves by other
    means. `form_targets`: origins beside the own one to which the answer to a form may lead.
    """

    service: str
    title: str
    package: str
    permissions: Mapping[str, frozenset[str]]
    start: str
    pages: tuple[Blueprint, ...] = ()
    apis: tuple[Blueprint, ...] = ()
    nav: tuple[NavEntry, ...] = ()
    translations: tuple[str, ...] = field(default=())
    is_provider: bool = False
    without_form_token: tuple[Callable[..., Any], ...] = ()
    form_targets: Callable[[], tuple[str, ...]] = tuple
    relations: Mapping[str, Callable[[Act], Any]] = field(default_factory=dict)
    rules: Rules = ()
    standings: Mapping[type, Callable[[Actor, Any], Standing]] = field(default_factory=dict)
    entries: tuple[EntryKind, ...] = ()
    action_words: Mapping[str, str] = field(default_factory=dict)
    reason_words: Mapping[str, str] = field(default_factory=dict)
    numbered: tuple[InstrumentedAttribute[Any], ...] = ()
    parts: tuple[Part, ...] = ()
