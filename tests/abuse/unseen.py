"""Forms that stand on no page of the story on the day of the attack, made from what the door and the address say: none is left out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from random import Random
from typing import Any

from kim_web.policy import action_of, is_static
from policy.things import PLACES
from policy.typed import ALIKE, FORMS
from sqlalchemy import MetaData, select

from abuse.bodies import Operation
from abuse.pages import TOKEN, Form
from abuse.stage import Target

IDS_OF_A_KIND = 12
FORMS_OF_A_ROUTE = 4  # each about another thing
# What machines say to the provider and it to them, and what is asked for on its steps that stand behind a password.
OF_MACHINES = {
    "logout_token": "eyJhbGciOiJFZERTQSJ9.e30.x", "client_id": "staedteregion-aachen.intake", "client_secret": "x", "sid": "x",
    "lock_token": "x", "grant_type": "authorization_code", "code": "x", "redirect_uri": "https://evil.example/", "code_verifier": "x",
    "password": "Wolkenkuckuck-1", "again": "Wolkenkuckuck-1", "everywhere": "1",
}  # fmt: skip
NO_PAGE = "/?"  # a token is had at the beginning
NOBODYS = "0197f0c2-7c3a-7000-8000-000000000001"
_ID = re.compile(r"[<{](?:\w+:)?\w+[>}]")


def forms(target: Target, seen: set[str], operations: list[Operation], ids: Ids, random: Random) -> Iterator[Form]:
    """Forms for each route that takes one and is not among those `seen` on pages: its own fields, and ids of things there are."""
    for rule in sorted(target.app.url_map.iter_rules(), key=str):
        if "POST" not in (rule.methods or ()) or rule.rule in seen or rule.rule.startswith("/api/") or is_static(rule.endpoint):
            continue
        fields = _fields(target, rule.endpoint, operations, ids, random)
        for _turn in range(FORMS_OF_A_ROUTE if "<" in rule.rule else 1):
            yield Form(NO_PAGE, ids.fill(rule.rule, random), "POST", tuple(fields), {})


def _fields(target: Target, endpoint: str, operations: list[Operation], ids: Ids, random: Random) -> list[tuple[str, str]]:
    """As one command is said at the page and at the JSON door, by the names of the door's; and what tests type there."""
    if target.name.endswith(".login"):
        return [(TOKEN, ""), *OF_MACHINES.items()]
    action = action_of(target.app, endpoint, "POST")
    said: dict[str, Any] = {"logout_token": OF_MACHINES["logout_token"]} if "provider_" in endpoint else {}  # a word of the provider
    for operation in operations:
        if operation.action == action and operation.method == "POST":
            body = operation.body(random)
            said |= body if isinstance(body, dict) else {}
    said |= FORMS.get(_service(target), {}).get(endpoint) or ALIKE.get(endpoint) or {}
    return [(TOKEN, ""), *((name, text) for name, value in (said or {"q": "x"}).items() for text in _typed(value, ids, random))]


def _typed(value: Any, ids: Ids, random: Random) -> list[str]:
    if isinstance(value, list):
        return [text for one in value for text in _typed(one, ids, random)]
    if isinstance(value, str) and _ID.fullmatch(value):  # {site}
        return [ids.of(value[1:-1], random)]
    return [str(value).lower() if isinstance(value, bool) else str(value)]


def _service(target: Target) -> str:
    return target.name.rpartition(".")[2]


class Ids:
    """Ids of a target's things, by what an address says of their kind; the newest of each kind."""

    def __init__(self, target: Target) -> None:
        self._places = PLACES.get(_service(target), {})
        if target.database is None:
            raise ValueError(f"{target.name}: without its database nobody knows the ids of what there is")
        self._rows = target.database
        metadata = MetaData()
        metadata.reflect(self._rows.engine)
        self._tables = sorted((table for table in metadata.sorted_tables if "id" in table.c), key=lambda table: len(table.name))
        self._known: dict[str, list[str]] = {}

    def fill(self, rule: str, random: Random) -> str:
        return _ID.sub(lambda found: self.of(self._places.get(rule[: found.start()], ""), random), rule)

    def of(self, kind: str, random: Random) -> str:
        if kind not in self._known:
            table = next((table for table in self._tables if kind and kind in table.name), None)
            with self._rows.read() as session:
                ids = (
                    session.scalars(select(table.c.id).order_by(table.c.id.desc()).limit(IDS_OF_A_KIND)).all() if table is not None else []
                )
            self._known[kind] = [str(one) for one in ids] or [NOBODYS]
        return random.choice(self._known[kind])
