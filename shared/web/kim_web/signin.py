"""Who is speaking. A person is known by the session cookie, a program by a bearer token; a request counts as one of them, never both.

`SignIn` is what a sign-in must be able to do. The demonstration chooses its actors from a list; outside it nobody gets in until a real
sign-in is set up.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from kim_runtime.act import Actor
from kim_runtime.settings import SettingsError
from werkzeug.exceptions import ServiceUnavailable

BEARER_PREFIX = "demo-"


class SignInNotSetUp(ServiceUnavailable):
    """Nobody can sign in, because no sign-in is configured."""


class SignIn(Protocol):
    def must_be_set_up(self) -> None:
        """Raises SignInNotSetUp where nobody can sign in."""
        ...

    def people(self) -> Sequence[Actor]:
        """Whom the sign-in page offers; empty where it asks for credentials instead."""
        ...

    def by_id(self, actor_id: str) -> Actor | None:
        """The actor a session was opened for, if that actor may still come in."""
        ...

    def by_bearer(self, token: str) -> Actor | None:
        """The actor an API token stands for."""
        ...


class NoSignIn:
    """Outside the demonstration, as long as no real sign-in is configured: every guarded page says so."""

    def must_be_set_up(self) -> None:
        raise SignInNotSetUp

    def people(self) -> Sequence[Actor]:
        return ()

    def by_id(self, actor_id: str) -> Actor | None:
        return None

    def by_bearer(self, token: str) -> Actor | None:
        return None


@dataclass(frozen=True)
class DemoSignIn:
    """Actors chosen from a list, without a password: for the demonstration only."""

    actors: Mapping[str, Actor]

    @classmethod
    def load(cls, path: Path, organisation: str, service: str, permissions: Mapping[str, frozenset[str]]) -> DemoSignIn:
        """Read the list, keeping the people of this organisation who may do anything in this service; raises SettingsError."""
        try:
            raw = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise SettingsError(f"KIM_DEMO_ACTORS: cannot read {path}: {type(error).__name__}") from error
        roles = frozenset().union(*permissions.values())
        actors = [_actor(entry) for entry in raw if service in (entry.get("services") or [service])]
        return cls({actor.id: actor for actor in actors if actor.organisation == organisation and actor.roles & roles})

    def must_be_set_up(self) -> None:
        return None

    def people(self) -> Sequence[Actor]:
        return tuple(self.actors.values())

    def by_id(self, actor_id: str) -> Actor | None:
        return self.actors.get(actor_id)

    def by_bearer(self, token: str) -> Actor | None:
        return self.actors.get(token.removeprefix(BEARER_PREFIX)) if token.startswith(BEARER_PREFIX) else None


def _actor(entry: Mapping[str, Any]) -> Actor:
    return Actor(
        id=entry["id"],
        name=entry["name"],
        organisation=entry["organisation"],
        roles=frozenset(entry.get("roles", ())),
        sites=frozenset(entry.get("sites") or ()),
        staff=entry.get("staff"),
    )
